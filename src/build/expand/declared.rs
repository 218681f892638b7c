//! One enum for each kind of thing a charm declares, so that a misspelt name does not compile.
//! One enum for all kinds is not enough: several kinds often have the same name.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote;

use crate::build::expand::doc::doc;
use crate::build::expand::event;
use crate::build::metadata::Metadata;
use crate::build::metadata::charm::{Container, Device, Endpoint, Resource, Role, Storage};
use crate::build::metadata::section::Named;
use crate::build::name;
use crate::build::storage::StorageRange;

/// All the enums; none for a kind of which the charm declares nothing.
pub(crate) fn declared(metadata: &Metadata) -> TokenStream {
    let charm = &metadata.charm;
    let mut all = TokenStream::new();
    let endpoints = charm.endpoints().map(|(role, named)| {
        let docs = event::endpoint_doc(role, named);
        Member::new(named, docs, endpoint(role, named))
    });
    all.extend(enumeration("Endpoint", "endpoints", endpoints));
    let containers = charm.containers.iter().map(|named| {
        let docs = event::container_doc(named);
        Member::new(named, docs, container(named))
    });
    all.extend(enumeration("Container", "workload containers", containers));
    let storages = charm.storage.iter().map(|named| {
        let docs = event::storage_doc(named);
        Member::new(named, docs, storage(named))
    });
    all.extend(enumeration("Storage", "storages", storages));
    let resources = charm.resources.iter().map(|named| {
        let head = format!("Resource {}.", event::code_of(named));
        let docs = doc(&[head], named.is.description.as_deref());
        Member::new(named, docs, resource(named))
    });
    all.extend(enumeration("Resource", "resources", resources));
    let devices = charm.devices.iter().map(|named| {
        let head = format!("Device {}.", event::code_of(named));
        let docs = doc(&[head], named.is.description.as_deref());
        Member::new(named, docs, device(named))
    });
    all.extend(enumeration("Device", "devices", devices));
    all.extend(bindings(metadata));
    all
}

/// One variant.
struct Member {
    variant: Ident,
    name: String,
    docs: TokenStream,
    declared: TokenStream,
}

impl Member {
    fn new<T>(named: &Named<T>, docs: TokenStream, declared: TokenStream) -> Self {
        Self {
            variant: name::bare(&named.name),
            name: named.name.clone(),
            docs,
            declared,
        }
    }
}

/// An enum with its facts, named as its counterpart in `charm_tracing::juju::declared`.
fn enumeration(kind: &str, plural: &str, members: impl Iterator<Item = Member>) -> TokenStream {
    let members: Vec<Member> = members.collect();
    let kind = Ident::new(kind, Span::call_site());
    let arms = members.iter().map(|member| {
        let Member {
            variant, declared, ..
        } = member;
        quote!(Self::#variant => #declared,)
    });
    let facts = quote! {
        /// What the metadata says of it.
        pub const fn declared(self) -> __charm_tracing::declared::#kind {
            use __charm_tracing::declared::#kind as Declared;
            match self { #(#arms)* }
        }
    };
    names(&kind, plural, &members, &facts)
}

/// The enum itself, the names behind its variants, and what else belongs to it.
fn names(kind: &Ident, plural: &str, members: &[Member], facts: &TokenStream) -> TokenStream {
    if members.is_empty() {
        return TokenStream::new();
    }
    let head = format!(" The {plural} that the charm declares.");
    let variants: Vec<&Ident> = members.iter().map(|member| &member.variant).collect();
    let docs = members.iter().map(|member| &member.docs);
    let names = members.iter().map(|member| &member.name);
    let count = Literal::usize_unsuffixed(members.len());
    quote! {
        #[doc = #head]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum #kind { #(#docs #variants,)* }

        impl #kind {
            /// All of them, in the order of the metadata.
            pub const ALL: [Self; #count] = [#(Self::#variants),*];

            /// The name as the metadata writes it, which is the one hook tools take.
            pub const fn name(self) -> &'static str {
                match self { #(Self::#variants => #names,)* }
            }

            #facts
        }

        impl ::core::convert::AsRef<str> for #kind {
            fn as_ref(&self) -> &str {
                self.name()
            }
        }
    }
}

fn endpoint(role: Role, endpoint: &Named<Endpoint>) -> TokenStream {
    let Named { name, is, .. } = endpoint;
    let interface = is.interface.as_deref().unwrap_or_default();
    let role = match role {
        Role::Requires => quote!(requires),
        Role::Provides => quote!(provides),
        Role::Peers => quote!(peers),
    };
    let limit = is.limit.and_then(|limit| u64::try_from(limit).ok());
    let limit = limit.map(Literal::u64_unsuffixed);
    let limit = limit.map(|limit| quote!(.limited_to(#limit)));
    let scope = (is.scope.as_deref() == Some("container")).then(|| quote!(.of_container_scope()));
    let optional = (is.optional == Some(true)).then(|| quote!(.optional()));
    // Calls and no literal of the struct: a charm may have hundreds, and a line each is readable.
    quote!(Declared::#role(#name, #interface) #limit #scope #optional)
}

fn container(container: &Named<Container>) -> TokenStream {
    let Named { name, is, .. } = container;
    let resource = event::optional(is.resource.as_deref());
    let mounts = is.mounts.iter().map(|mount| {
        let storage = mount.storage.as_deref().unwrap_or_default();
        let location = mount.location.as_deref().unwrap_or_default();
        quote!(__charm_tracing::declared::Mount { storage: #storage, location: #location })
    });
    quote! {
        Declared {
            name: #name,
            resource: #resource,
            mounts: &[#(#mounts),*],
        }
    }
}

fn storage(storage: &Named<Storage>) -> TokenStream {
    let Named { name, is, .. } = storage;
    let kind = if is.kind.as_deref() == Some("block") {
        quote!(Block)
    } else {
        quote!(Filesystem)
    };
    let location = event::optional(is.location.as_deref());
    let count = StorageRange::of(is).unwrap_or(StorageRange::ONE);
    let least = Literal::u64_unsuffixed(count.min);
    let most = some_number(count.max);
    quote! {
        Declared {
            name: #name,
            kind: __charm_tracing::declared::StorageKind::#kind,
            location: #location,
            least: #least,
            most: #most,
        }
    }
}

fn resource(resource: &Named<Resource>) -> TokenStream {
    let Named { name, is, .. } = resource;
    let kind = is.kind.as_deref().unwrap_or_default();
    let filename = event::optional(is.filename.as_deref());
    quote! {
        Declared { name: #name, kind: #kind, filename: #filename }
    }
}

fn device(device: &Named<Device>) -> TokenStream {
    let Named { name, is, .. } = device;
    let kind = is.kind.as_deref().unwrap_or_default();
    let (least, most) = (number(is.least), number(is.most));
    quote! {
        Declared { name: #name, kind: #kind, least: #least, most: #most }
    }
}

/// Extra bindings have a name and nothing else.
fn bindings(metadata: &Metadata) -> TokenStream {
    let members: Vec<Member> = metadata
        .charm
        .bindings
        .iter()
        .map(|named| {
            let head = format!("Extra binding {}.", event::code_of(named));
            Member::new(named, doc(&[head], None), TokenStream::new())
        })
        .collect();
    let kind = Ident::new("Binding", Span::call_site());
    names(&kind, "extra bindings", &members, &TokenStream::new())
}

/// A count; a negative one means to Juju what none means.
fn number(number: Option<i64>) -> TokenStream {
    some_number(number.and_then(|number| u64::try_from(number).ok()))
}

fn some_number(number: Option<u64>) -> TokenStream {
    number.map_or_else(
        || quote!(::core::option::Option::None),
        |number| {
            let number = Literal::u64_unsuffixed(number);
            quote!(::core::option::Option::Some(#number))
        },
    )
}
