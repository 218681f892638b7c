//! The typed structs: one for the configuration, one for the parameters of each action.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use crate::build::expand::allowances;
use crate::build::expand::doc::{WIDTH, code, doc, field_doc};
use crate::build::field::{Fallback, Kind};
use crate::build::metadata::Metadata;
use crate::build::metadata::parameter::{Action, ConfigOption, Param};
use crate::build::metadata::value::{Named, Value};
use crate::build::name;

/// `struct Config`, if the charm has options.
pub(crate) fn config(metadata: &Metadata) -> TokenStream {
    if metadata.options.is_empty() {
        return TokenStream::new();
    }
    let charm = code(metadata.charm.name.as_deref().unwrap_or_default());
    let docs = doc(&[format!("The configuration of the charm {charm}.")], None);
    let allowances = allowances();
    let fields: Vec<Field> = metadata.options.iter().map(Field::of_option).collect();
    let declarations = fields.iter().map(Field::declaration);
    let readings = fields.iter().map(|field| field.reading("options"));
    quote! {
        #docs
        #[derive(Clone, Debug)]
        #allowances
        pub struct Config { #(#declarations,)* }

        #allowances
        impl Config {
            /// Asks Juju for the configuration, with one call of `config-get`.
            ///
            /// # Errors
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
    let allowances = allowances();
    let params = is.params.iter();
    let fields: Vec<Field> = params.map(|param| Field::of_param(is, param)).collect();
    let declarations = fields.iter().map(Field::declaration);
    let readings = fields.iter().map(|field| field.reading("params"));
    let argument = if fields.is_empty() {
        quote!(_)
    } else {
        quote!(params)
    };
    quote! {
        #docs
        #[derive(Clone, Debug)]
        #allowances
        pub struct #name { #(#declarations,)* }

        #allowances
        impl __charm_tracing::Params for #name {
            const ACTION: &'static str = #raw;

            fn read(
                #argument: &__charm_tracing::Fields,
            ) -> ::core::result::Result<Self, __charm_tracing::Error> {
                ::core::result::Result::Ok(Self { #(#readings,)* })
            }
        }
    }
}

/// A field of either struct.
struct Field<'m> {
    /// The name as Juju knows it.
    raw: &'m str,
    ident: Ident,
    kind: Kind,
    required: bool,
    fallback: Fallback,
    docs: TokenStream,
}

impl<'m> Field<'m> {
    fn of_option(option: &'m Named<ConfigOption>) -> Self {
        let Named { name, is, .. } = option;
        let kind = Kind::of_option(is).unwrap_or(Kind::Text);
        // The check has refused defaults that do not fit.
        let fallback = kind.fallback(&is.default).unwrap_or(Fallback::None);
        let own: Vec<String> = default_doc(&fallback).into_iter().collect();
        Self {
            raw: name,
            ident: name::field(name),
            kind,
            required: false,
            fallback,
            docs: field_doc(is.description.as_deref(), &own),
        }
    }

    fn of_param(action: &Action, param: &'m Named<Param>) -> Self {
        let Named { name, is, .. } = param;
        let kind = Kind::of_param(is);
        let fallback = kind.fallback(&is.default).unwrap_or(Fallback::None);
        let own: Vec<String> = choices_doc(&is.choices)
            .into_iter()
            .chain(default_doc(&fallback))
            .collect();
        Self {
            raw: name,
            ident: name::field(name),
            kind,
            required: action.requires(name),
            fallback,
            docs: field_doc(is.description.as_deref(), &own),
        }
    }

    fn declaration(&self) -> TokenStream {
        let Self { ident, docs, .. } = self;
        let kind = match self.kind {
            Kind::Text => quote!(::std::string::String),
            Kind::Integer => quote!(i64),
            Kind::Number => quote!(f64),
            Kind::Boolean => quote!(bool),
            Kind::Secret => quote!(__charm_tracing::SecretId),
            Kind::Any => quote!(__charm_tracing::Value),
        };
        if self.required || self.fallback != Fallback::None {
            quote!(#docs pub #ident: #kind)
        } else {
            quote!(#docs pub #ident: ::core::option::Option<#kind>)
        }
    }

    fn reading(&self, source: &str) -> TokenStream {
        let Self { raw, ident, .. } = self;
        let source = Ident::new(source, proc_macro2::Span::call_site());
        let fallback = match &self.fallback {
            Fallback::None if self.required => return quote!(#ident: #source.required(#raw)?),
            Fallback::None => return quote!(#ident: #source.optional(#raw)?),
            Fallback::Text(text) => quote!(#text),
            Fallback::Integer(integer) => integer_literal(*integer),
            Fallback::Number(number) => number_literal(*number),
            Fallback::Boolean(boolean) => quote!(#boolean),
        };
        quote!(#ident: #source.or(#raw, #fallback)?)
    }
}

/// An integer, with a suffix only where it would not fit the `i32` that Rust assumes.
fn integer_literal(integer: i64) -> TokenStream {
    let amount = integer.unsigned_abs();
    let literal = match (i32::try_from(integer), u64::try_from(i64::MAX)) {
        (Ok(_), _) => Literal::u64_unsuffixed(amount),
        (Err(_), Ok(largest)) if amount <= largest => Literal::i64_suffixed(integer.abs()),
        // The smallest integer has no positive counterpart to put a minus before.
        _ => return quote!(i64::MIN),
    };
    let sign = (integer < 0).then(|| quote!(-));
    quote!(#sign #literal)
}

fn number_literal(number: f64) -> TokenStream {
    let literal = Literal::f64_unsuffixed(number.abs());
    let sign = number.is_sign_negative().then(|| quote!(-));
    quote!(#sign #literal)
}

/// The line that tells a default; nothing for a text that is empty or fills more than the line.
fn default_doc(fallback: &Fallback) -> Option<String> {
    let default = match fallback {
        Fallback::None => return None,
        Fallback::Text(text) => code(&format!("{text:?}")),
        Fallback::Integer(integer) => code(&integer.to_string()),
        Fallback::Number(number) => code(&format!("{number:?}")),
        Fallback::Boolean(boolean) => code(&boolean.to_string()),
    };
    let is_empty = *fallback == Fallback::Text(String::new());
    let line = format!("Default: {default}.");
    (!is_empty && line.chars().count() <= WIDTH).then_some(line)
}

/// The line that tells the values of an `enum`, as far as they are plain.
fn choices_doc(choices: &[Value]) -> Option<String> {
    let plain = |choice: &Value| match choice {
        Value::Text(text) => Some(code(&format!("{text:?}"))),
        Value::Integer(integer) => Some(code(&integer.to_string())),
        Value::Number(number) => Some(code(&number.to_string())),
        Value::Boolean(boolean) => Some(code(&boolean.to_string())),
        Value::Null | Value::Huge | Value::Nested => None,
    };
    let choices: Vec<String> = choices.iter().filter_map(plain).collect();
    (!choices.is_empty()).then(|| format!("One of {}.", choices.join(", ")))
}
