//! Metadata to code, one function for each generated item, in the order they stand in the file.
//! Quote builds the tokens, syn reads them back as items, prettyplease prints those: what reaches
//! the charm has been parsed once, and its layout is prettyplease's.

mod declared;
mod doc;
mod event;
mod fields;
mod literal;
mod location;
mod structs;

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use crate::build::metadata::Metadata;
use crate::build::storage::Choice;

/// The text of the generated file; `files` are the names of the files the metadata came
/// from, `place` is where traces wait.
///
/// # Errors
/// If the tokens are no Rust, which would be a fault of this module and not of the metadata.
pub(crate) fn expand(
    metadata: &Metadata,
    files: &[String],
    location: &Choice,
) -> Result<String, syn::Error> {
    let mut text = format!(
        "// Written by charm-tracing {VERSION} from {}; changes made here are lost.\n",
        listed(files)
    );
    let items = [
        runtime(),
        event::variants(metadata),
        event::charm(metadata),
        location::buffer_location(location),
        declared::declared(metadata),
        structs::config(metadata),
    ];
    let actions = metadata.actions.iter().map(structs::action);
    for tokens in items.into_iter().chain(actions) {
        let mut file: syn::File = syn::parse2(tokens)?;
        // Printed one by one, since prettyplease puts no blank line between items.
        for item in std::mem::take(&mut file.items) {
            file.items = vec![item];
            text.push('\n');
            text.push_str(&spaced(&prettyplease::unparse(&file)));
        }
    }
    Ok(text)
}

/// The name all other items reach the runtime by. Its module is called after the version, so that
/// halves of different versions meet in one "cannot find" error that shows both.
fn runtime() -> TokenStream {
    let version = VERSION.replace(|c: char| !c.is_ascii_alphanumeric(), "_");
    let module = Ident::new(&format!("__v{version}"), Span::call_site());
    quote! {
        #[allow(unused_imports)]
        use ::charm_tracing::#module as __charm_tracing;
    }
}

/// Puts a blank line between the constants and the functions of an `impl`.
fn spaced(item: &str) -> String {
    let mut spaced = String::new();
    let mut constant = false;
    for line in item.lines() {
        if constant && (line.starts_with("    ///") || line.starts_with("    fn ")) {
            spaced.push('\n');
        }
        constant = line.starts_with("    ") && line.ends_with(';');
        spaced.push_str(line);
        spaced.push('\n');
    }
    spaced
}

fn listed(files: &[String]) -> String {
    match files {
        [] => "nothing".to_owned(),
        [only] => only.clone(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}

const VERSION: &str = env!("CARGO_PKG_VERSION");
