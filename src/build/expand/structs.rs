//! The typed structs: one for the configuration, one for the parameters of each action, and one
//! for each parameter that is an object itself; an enum where a parameter is one of several texts.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use crate::build::expand::doc::{code, doc};
use crate::build::expand::fields::{Rest, StructField};
use crate::build::field::FieldKind;
use crate::build::metadata::Metadata;
use crate::build::metadata::parameter::{Action, Object};
use crate::build::metadata::section::Named;
use crate::build::name;

/// `struct Config`, if the charm has options.
pub(crate) fn config(metadata: &Metadata) -> TokenStream {
    if metadata.options.is_empty() {
        return TokenStream::new();
    }
    let charm = code(metadata.charm.name.as_deref().unwrap_or_default());
    let docs = doc(&[format!("The configuration of the charm {charm}.")], None);
    let owner = ident("Config");
    let options = metadata.options.iter();
    let fields: Vec<StructField> = options.map(|o| StructField::of_option(o, &owner)).collect();
    let declarations = fields.iter().map(StructField::declaration);
    let source = ident("options");
    let readings = fields.iter().map(|field| field.reading(&source));
    quote! {
        #docs
        #[derive(Clone, Debug, PartialEq)]
        pub struct Config { #(#declarations,)* }

        impl Config {
            /// Asks Juju for the configuration, with one call of `config-get`.
            ///
            /// # Errors
            ///
            /// If `config-get` fails, or gives a value of another type than the charm declares.
            pub fn read(
                juju: &__charm_tracing::Juju,
            ) -> ::core::result::Result<Self, __charm_tracing::Error> {
                let options = juju.config_get()?;
                ::core::result::Result::Ok(Self { #(#readings,)* })
            }
        }
    }
}

/// The struct of an action's parameters; one without any has a struct without fields.
pub(crate) fn action(action: &Named<Action>) -> TokenStream {
    let Named { name: raw, is, .. } = action;
    let name = name::params(raw);
    let head = format!("Parameters of the action {}.", code(raw));
    let docs = doc(&[head], is.title.as_deref());
    let body = StructBody::of(&is.takes, &name, "params");
    let StructBody {
        declarations,
        readings,
        nested,
    } = &body;
    let argument = if body.is_empty() {
        quote!(_)
    } else {
        quote!(params)
    };
    quote! {
        #docs
        #[derive(Clone, Debug, PartialEq)]
        pub struct #name { #(#declarations,)* }

        impl __charm_tracing::Params for #name {
            const ACTION: &'static str = #raw;

            fn read(
                #argument: &__charm_tracing::Fields,
            ) -> ::core::result::Result<Self, __charm_tracing::Error> {
                ::core::result::Result::Ok(Self { #(#readings,)* })
            }
        }

        #(#nested)*
    }
}

/// What stands between the braces of a struct and of the expression that reads it, and the types
/// that only this struct uses.
struct StructBody {
    declarations: Vec<TokenStream>,
    readings: Vec<TokenStream>,
    nested: Vec<TokenStream>,
}

impl StructBody {
    fn of(object: &Object, owner: &Ident, source: &str) -> Self {
        let source = ident(source);
        let fields = StructField::of_object(object, owner);
        let rest = Rest::of(object, owner);
        let mut nested: Vec<TokenStream> = fields
            .iter()
            .map(|field| own_type(&field.kind, &field.own))
            .collect();
        nested.extend(rest.iter().map(|rest| own_type(&rest.kind, &rest.own)));
        let declarations = fields.iter().map(StructField::declaration);
        let readings = fields.iter().map(|field| field.reading(&source));
        Self {
            declarations: declarations
                .chain(rest.iter().map(Rest::declaration))
                .collect(),
            readings: readings
                .chain(rest.iter().map(|rest| rest.reading(&source)))
                .collect(),
            nested,
        }
    }

    fn is_empty(&self) -> bool {
        self.declarations.is_empty()
    }
}

/// The type a field needs beside its struct, if any: of itself, or of what it is a list of.
fn own_type(kind: &FieldKind<'_>, name: &Ident) -> TokenStream {
    match kind {
        FieldKind::Choice(texts) => choice(texts, name),
        FieldKind::Object(known) => object(known, name),
        FieldKind::List(inner) | FieldKind::Map(inner) => own_type(inner, name),
        _ => TokenStream::new(),
    }
}

fn object(object: &Object, name: &Ident) -> TokenStream {
    let StructBody {
        declarations,
        readings,
        nested,
    } = StructBody::of(object, name, "fields");
    quote! {
        /// An object among the parameters.
        #[derive(Clone, Debug, PartialEq)]
        pub struct #name { #(#declarations,)* }

        impl __charm_tracing::FromValue for #name {
            fn from_value(
                value: &__charm_tracing::Field<'_>,
            ) -> ::core::result::Result<Self, __charm_tracing::Error> {
                let fields = value.object()?;
                ::core::result::Result::Ok(Self { #(#readings,)* })
            }
        }

        #(#nested)*
    }
}

fn choice(texts: &[&str], name: &Ident) -> TokenStream {
    let variants: Vec<Ident> = texts.iter().map(|text| name::choice(text)).collect();
    let declarations = texts.iter().zip(&variants).map(|(text, variant)| {
        let docs = doc(&[format!("{}.", code(&format!("{text:?}")))], None);
        quote!(#docs #variant)
    });
    let expected = format!("one of {}", texts.join(", "));
    quote! {
        /// One of the texts that a parameter may be.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum #name { #(#declarations,)* }

        impl #name {
            /// The text as the operator gives it.
            pub const fn as_str(self) -> &'static str {
                match self { #(Self::#variants => #texts,)* }
            }
        }

        impl ::core::fmt::Display for #name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl __charm_tracing::FromValue for #name {
            fn from_value(
                value: &__charm_tracing::Field<'_>,
            ) -> ::core::result::Result<Self, __charm_tracing::Error> {
                match value.text() {
                    #(::core::option::Option::Some(#texts) => {
                        ::core::result::Result::Ok(Self::#variants)
                    })*
                    _ => ::core::result::Result::Err(value.refuse(#expected)),
                }
            }
        }
    }
}

fn ident(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}
