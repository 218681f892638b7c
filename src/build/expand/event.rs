//! The enum of all events of a charm, and the table that reads one from a dispatch.
//! The table matches on names as they stand in the metadata; Rust names are for readers only.

use proc_macro2::TokenStream;
use quote::quote;

use crate::build::expand::doc::{code, doc, sentence};
use crate::build::metadata::Metadata;
use crate::build::metadata::charm::{Container, Endpoint, Role, Storage};
use crate::build::metadata::section::Named;
use crate::build::name;
use crate::build::served::Served;

/// `enum Event`: one variant for each declared thing, and three that every charm has.
pub(crate) fn variants(metadata: &Metadata) -> TokenStream {
    let charm = &metadata.charm;
    let name = code(charm.name.as_deref().unwrap_or_default());
    let docs = doc(
        &[format!(
            "All events that Juju can send to the charm {name}."
        )],
        charm.summary.as_deref(),
    );
    let relations = relations(metadata).map(|(role, endpoint)| relation(role, endpoint));
    let storages = charm.storage.iter().map(storage);
    let containers = charm.containers.iter().map(container);
    let actions = metadata.actions.iter().map(|action| {
        let variant = name::variant(&action.name, "Action");
        let params = name::params(&action.name);
        let head = format!("Action {}.", code(&action.name));
        let docs = doc(&[head], action.is.description.as_deref());
        quote!(#docs #variant(__charm_tracing::Action<#params>))
    });
    quote! {
        #docs
        #[derive(Clone, Debug)]
        pub enum Event {
            /// A hook that every charm gets.
            Lifecycle(__charm_tracing::Lifecycle),
            #(#relations,)*
            #(#storages,)*
            #(#containers,)*
            #(#actions,)*
            /// A secret changed, expired, or is to be rotated or removed.
            Secret(__charm_tracing::SecretEvent),
            /// A hook or action this binary does not know, by its `JUJU_DISPATCH_PATH`.
            Unknown(::std::string::String),
        }
    }
}

/// `impl Charm for Event`: what the runtime asks a charm.
pub(crate) fn charm(metadata: &Metadata) -> TokenStream {
    let charm = &metadata.charm;
    let name = charm.name.as_deref().unwrap_or_default();
    let served = Served::of(charm);
    let tracing = optional(served.tracing);
    let certificates = optional(served.certificates);
    let note = served
        .tracing
        .is_none()
        .then(|| doc(&sentence(UNTRACED), None));
    let arms = arms(metadata);
    let names: Vec<&str> = served.names().collect();
    let own = (!names.is_empty()).then(|| {
        quote! {
            __charm_tracing::Hook::Relation(#(#names)|*, _) => {
                return ::core::option::Option::None;
            }
        }
    });
    quote! {
        impl __charm_tracing::Charm for Event {
            const NAME: &'static str = #name;
            #note
            const TRACING_ENDPOINT: ::core::option::Option<&'static str> = #tracing;
            const CERTIFICATES_ENDPOINT: ::core::option::Option<&'static str> = #certificates;
            const BUFFER_LOCATION: __charm_tracing::BufferLocation = BUFFER_LOCATION;

            /// Reads the event of a dispatch; `None` for the endpoints the runtime serves itself.
            fn read(dispatch: &__charm_tracing::Dispatch<'_>) -> ::core::option::Option<Self> {
                ::core::option::Option::Some(match dispatch.hook() {
                    __charm_tracing::Hook::Lifecycle(hook) => Self::Lifecycle(hook),
                    #arms
                    __charm_tracing::Hook::Secret(change) => Self::Secret(dispatch.secret(change)),
                    #own
                    _ => Self::Unknown(dispatch.path().into()),
                })
            }
        }
    }
}

/// The arms for what the charm declares.
fn arms(metadata: &Metadata) -> TokenStream {
    let charm = &metadata.charm;
    let relations = relations(metadata).map(|(_, endpoint)| {
        let raw = &endpoint.name;
        let variant = name::variant(raw, "Relation");
        quote! {
            __charm_tracing::Hook::Relation(#raw, change) => {
                Self::#variant(dispatch.relation(change))
            }
        }
    });
    let storages = charm.storage.iter().map(|storage| {
        let raw = &storage.name;
        let variant = name::variant(raw, "Storage");
        quote! {
            __charm_tracing::Hook::Storage(#raw, change) => {
                Self::#variant(dispatch.storage(change))
            }
        }
    });
    let containers = charm.containers.iter().map(|container| {
        let raw = &container.name;
        let variant = name::variant(raw, "Pebble");
        quote! {
            __charm_tracing::Hook::Workload(#raw, change) => {
                Self::#variant(dispatch.workload(change))
            }
        }
    });
    let actions = metadata.actions.iter().map(|action| {
        let raw = &action.name;
        let variant = name::variant(raw, "Action");
        quote!(__charm_tracing::Hook::Action(#raw) => Self::#variant(dispatch.action()),)
    });
    quote!(#(#relations)* #(#storages)* #(#containers)* #(#actions)*)
}

/// The endpoints that the charm's own code gets.
fn relations(metadata: &Metadata) -> impl Iterator<Item = (Role, &Named<Endpoint>)> {
    let served = Served::of(&metadata.charm);
    let endpoints = metadata.charm.endpoints();
    endpoints.filter(move |(_, endpoint)| !served.names().any(|name| name == endpoint.name))
}

fn relation(role: Role, endpoint: &Named<Endpoint>) -> TokenStream {
    let variant = name::variant(&endpoint.name, "Relation");
    let docs = endpoint_doc(role, endpoint);
    quote!(#docs #variant(__charm_tracing::RelationEvent))
}

fn storage(storage: &Named<Storage>) -> TokenStream {
    let variant = name::variant(&storage.name, "Storage");
    let docs = storage_doc(storage);
    quote!(#docs #variant(__charm_tracing::StorageEvent))
}

fn container(container: &Named<Container>) -> TokenStream {
    let variant = name::variant(&container.name, "Pebble");
    let docs = container_doc(container);
    quote!(#docs #variant(__charm_tracing::WorkloadEvent))
}

pub(crate) fn endpoint_doc(role: Role, endpoint: &Named<Endpoint>) -> TokenStream {
    let is = &endpoint.is;
    let interface = code(is.interface.as_deref().unwrap_or_default());
    let mut head = format!(
        "Endpoint {}: {} {interface}",
        code_of(endpoint),
        role.verb()
    );
    if let Some(limit) = is.limit {
        head.push_str(", limit ");
        head.push_str(&limit.to_string());
    }
    if is.scope.as_deref() == Some("container") {
        head.push_str(", container scope");
    }
    if role == Role::Peers {
        head.push_str("; never broken");
    }
    doc(&[head + "."], is.description.as_deref())
}

pub(crate) fn storage_doc(storage: &Named<Storage>) -> TokenStream {
    let is = &storage.is;
    let kind = is.kind.as_deref().unwrap_or_default();
    let mut head = format!("Storage {}: {kind}", code_of(storage));
    if let Some(location) = &is.location {
        head.push_str(" at ");
        head.push_str(&code(location));
    }
    doc(&[head + "."], is.description.as_deref())
}

pub(crate) fn container_doc(container: &Named<Container>) -> TokenStream {
    let head = format!("Container {}.", code_of(container));
    doc(&[head], None)
}

/// A declared name as code in a doc comment.
pub(crate) fn code_of<T>(named: &Named<T>) -> String {
    code(&named.name)
}

pub(crate) fn optional(name: Option<&str>) -> TokenStream {
    name.map_or_else(
        || quote!(::core::option::Option::None),
        |name| quote!(::core::option::Option::Some(#name)),
    )
}

/// No warning: where Juju itself says where traces go, a charm needs no endpoint for them.
const UNTRACED: &str = "The charm requires no endpoint with the interface `tracing`; its traces go \
                        where its settings or Juju say.";
