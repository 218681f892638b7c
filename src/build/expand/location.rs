//! The constant that says where the trace buffer lives, with the reason as its documentation.

use proc_macro2::TokenStream;
use quote::quote;

use crate::build::expand::doc::{doc, sentence};
use crate::build::storage::{Choice, ChosenLocation};

/// `const BUFFER_LOCATION`.
pub(crate) fn buffer_location(choice: &Choice) -> TokenStream {
    let mut lines = vec![
        "Where traces are stored until they are sent.".to_owned(),
        String::new(),
    ];
    lines.extend(sentence(&choice.reason));
    let docs = doc(&lines, None);
    let variant = match &choice.location {
        ChosenLocation::CharmDirectory => quote!(CharmDirectory),
        ChosenLocation::Storage { name, directory } => {
            quote!(Storage { name: #name, directory: #directory })
        }
        ChosenLocation::File { path } => quote!(File { path: #path }),
        ChosenLocation::StorageByName { name } => quote!(StorageByName { name: #name }),
    };
    quote! {
        #docs
        pub const BUFFER_LOCATION: __charm_tracing::BufferLocation =
            __charm_tracing::BufferLocation::#variant;
    }
}
