//! The author's own location of the buffer. It wins over the rule, so it is checked:
//! what the rule would only pass over is an error here.

use std::path::Component;

use crate::build::finding::{Finding, Findings, Key, Spot};
use crate::build::metadata::Metadata;
use crate::build::storage::{self, Wish};

pub(crate) fn check(metadata: &Metadata, wish: &Wish, findings: &Findings) {
    match wish {
        Wish::Rule => {}
        Wish::Storage(name) => check_storage(metadata, name, findings),
        Wish::File(path) => check_path(metadata, path, findings),
    }
}

fn check_storage(metadata: &Metadata, name: &str, findings: &Findings) {
    let storages = &metadata.charm.storage;
    let call = format!("`.buffer_storage({name:?})` in build.rs");
    match storages.find(name) {
        Some(storage) => {
            if let Some(reason) = storage::unfit(&storage.is) {
                findings.key(
                    &storage.key,
                    format!("{call} names a storage that {reason}"),
                    "name a file system of at least 40M that is not shared, read-only or \
                     transient, or delete the call",
                );
            }
        }
        None if storages.is_empty() => findings.push(Finding::new(
            Spot::File(metadata.file),
            format!("{call} names a storage, and the charm declares none"),
            "declare it under `storage`, or delete the call",
        )),
        None => {
            let names: Vec<&str> = storages.iter().map(|named| named.name.as_str()).collect();
            findings.key(
                &Key::new(metadata.file, &["storage"]),
                format!("{call} names no storage of the charm"),
                format!("name one of `{}`", names.join("`, `")),
            );
        }
    }
}

fn check_path(metadata: &Metadata, path: &str, findings: &Findings) {
    let whole = std::path::Path::new(path);
    let call = format!("`.buffer_path({path:?})` in build.rs");
    let climbs = whole.components().any(|part| part == Component::ParentDir);
    let names_file = whole.file_name().is_some() && !path.ends_with('/');
    if !whole.is_absolute() || climbs || !names_file {
        findings.push(Finding::new(
            Spot::File(metadata.file),
            format!("{call} is no absolute path of a file"),
            "write one such as `/var/lib/traces/.charm-tracing.buffer`",
        ));
        return;
    }
    if let Some(storage) = storage::around(&metadata.charm, path)
        && let Some(reason) = storage::unfit(&storage.is)
    {
        findings.key(
            &storage.key,
            format!("{call} lies in this storage, which {reason}"),
            "take a path in another storage, or delete the call",
        );
    }
}
