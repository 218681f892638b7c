//! The fields of the generated structs: how each is declared, and how it is read from what Juju
//! passes on. A field without a text of its own says what it is, so that no lint asks for one.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use crate::build::expand::doc::{code, field_doc};
use crate::build::expand::literal::{choices_doc, default_doc, literal};
use crate::build::field::{Fallback, FieldKind, name_of_rest};
use crate::build::metadata::parameter::{ConfigOption, Object, Param, Schema};
use crate::build::metadata::section::Named;
use crate::build::name;

/// A field of any generated struct.
pub(crate) struct StructField<'m> {
    /// The name as Juju knows it.
    raw: &'m str,
    ident: Ident,
    pub kind: FieldKind<'m>,
    /// What the type is called if the charm declares it.
    pub own: Ident,
    required: bool,
    fallback: Fallback,
    docs: TokenStream,
}

impl<'m> StructField<'m> {
    pub(crate) fn of_option(option: &'m Named<ConfigOption>, owner: &Ident) -> Self {
        let Named { name, is, .. } = option;
        let kind = FieldKind::of_option(is).unwrap_or(FieldKind::Text);
        // The check has refused defaults that do not fit.
        let fallback = kind.fallback(&is.default).unwrap_or(Fallback::None);
        let own: Vec<String> = default_doc(&fallback).into_iter().collect();
        let text = is.description.as_deref();
        Self {
            raw: name,
            ident: name::field(name),
            kind,
            own: name::nested(owner, name),
            required: false,
            fallback,
            docs: field_doc(text, &format!("The option {}.", code(name)), &own),
        }
    }

    /// The fields of an action's parameters, or of a parameter that is an object.
    pub(crate) fn of_object(object: &'m Object, owner: &Ident) -> Vec<Self> {
        let params = object.fields.iter();
        params
            .map(|param| Self::of_param(object, param, owner))
            .collect()
    }

    fn of_param(object: &Object, param: &'m Named<Param>, owner: &Ident) -> Self {
        let Named { name, is, .. } = param;
        let kind = FieldKind::of_param(is);
        let fallback = kind.fallback(&is.default).unwrap_or(Fallback::None);
        // The variants of a generated enum say their values themselves.
        let values = choices_doc(&is.choices).filter(|_| !matches!(kind, FieldKind::Choice(_)));
        let own: Vec<String> = values.into_iter().chain(default_doc(&fallback)).collect();
        let text = is.description.as_deref();
        Self {
            raw: name,
            ident: name::field(name),
            kind,
            own: name::nested(owner, name),
            required: object.requires(name),
            fallback,
            docs: field_doc(text, &format!("The parameter {}.", code(name)), &own),
        }
    }

    pub(crate) fn declaration(&self) -> TokenStream {
        let Self { ident, docs, .. } = self;
        let kind = rust_type(&self.kind, &self.own);
        if self.required || self.fallback != Fallback::None {
            quote!(#docs pub #ident: #kind)
        } else {
            quote!(#docs pub #ident: ::core::option::Option<#kind>)
        }
    }

    pub(crate) fn reading(&self, source: &Ident) -> TokenStream {
        let Self { raw, ident, .. } = self;
        if let Some(fallback) = literal(&self.fallback, &self.own) {
            return quote!(#ident: #source.or(#raw, #fallback)?);
        }
        match &self.fallback {
            Fallback::Json(json) => quote!(#ident: #source.or_json(#raw, #json)?),
            _ if self.required => quote!(#ident: #source.required(#raw)?),
            _ => quote!(#ident: #source.optional(#raw)?),
        }
    }
}

/// The field for what an object holds beyond the declared, if its schema asks for that.
pub(crate) struct Rest<'m> {
    ident: Ident,
    pub kind: FieldKind<'m>,
    pub own: Ident,
    known: Vec<&'m str>,
}

impl<'m> Rest<'m> {
    pub(crate) fn of(object: &'m Object, owner: &Ident) -> Option<Self> {
        match &object.additional {
            Schema::Flag(true) | Schema::Of(_) => {}
            Schema::Unsaid | Schema::Flag(false) | Schema::Several => return None,
        }
        let name = name_of_rest(&object.fields);
        Some(Self {
            ident: name::field(&name),
            kind: FieldKind::of_schema(&object.additional),
            own: name::nested(owner, &name),
            known: object.fields.iter().map(|f| f.name.as_str()).collect(),
        })
    }

    pub(crate) fn declaration(&self) -> TokenStream {
        let ident = &self.ident;
        let kind = rust_type(&self.kind, &self.own);
        quote! {
            /// What was given beyond the declared parameters, by name.
            pub #ident: ::std::collections::BTreeMap<::std::string::String, #kind>
        }
    }

    pub(crate) fn reading(&self, source: &Ident) -> TokenStream {
        let Self { ident, known, .. } = self;
        quote!(#ident: #source.beyond(&[#(#known),*])?)
    }
}

/// A type of the metadata in Rust; `own` is what it is called if the charm declares it.
fn rust_type(kind: &FieldKind<'_>, own: &Ident) -> TokenStream {
    match kind {
        FieldKind::Text => quote!(::std::string::String),
        FieldKind::Integer => quote!(i64),
        FieldKind::Number => quote!(f64),
        FieldKind::Boolean => quote!(bool),
        FieldKind::Secret => quote!(__charm_tracing::SecretId),
        FieldKind::Any => quote!(__charm_tracing::Value),
        FieldKind::Choice(_) | FieldKind::Object(_) => quote!(#own),
        FieldKind::List(kind) => {
            let item = rust_type(kind, own);
            quote!(::std::vec::Vec<#item>)
        }
        FieldKind::Map(kind) => {
            let value = rust_type(kind, own);
            quote!(::std::collections::BTreeMap<::std::string::String, #value>)
        }
    }
}
