//! The constant that says where the trace buffer lives, with the reason as its documentation.

use proc_macro2::TokenStream;
use quote::quote;

use crate::build::expand::doc::{doc, sentence};
use crate::build::metadata::Metadata;
use crate::build::storage::{Place, choose};

/// `const BUFFER_PLACE`.
pub(crate) fn buffer_place(metadata: &Metadata) -> TokenStream {
    let choice = choose(&metadata.charm);
    let mut lines = vec![
        "Where traces wait until they are sent.".to_owned(),
        String::new(),
    ];
    lines.extend(sentence(&choice.reason));
    let docs = doc(&lines, None);
    let variant = match choice.place {
        Place::CharmDirectory => quote!(CharmDirectory),
        Place::Storage { name, directory } => {
            quote!(Storage { name: #name, directory: #directory })
        }
        Place::StorageByName { name } => quote!(StorageByName { name: #name }),
    };
    quote! {
        #docs
        pub const BUFFER_PLACE: __charm_tracing::BufferPlace =
            __charm_tracing::BufferPlace::#variant;
    }
}
