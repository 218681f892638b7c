//! Bytes to code: whatever stands in a charm's files, it is refused with a report or becomes Rust
//! that syn accepts, in which every listed path is there once. Through real files, since that is
//! the way in that users have; a zero byte, which no YAML holds, parts one file from the next.

#![no_main]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::{env, fs, process};

use charm_tracing::build;
use libfuzzer_sys::fuzz_target;

/// In the order their texts stand in the input; an input without a zero byte is the first alone.
const FILES: [&str; 4] = [
    "charmcraft.yaml",
    "metadata.yaml",
    "actions.yaml",
    "config.yaml",
];

static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = env::temp_dir().join(format!("charm-tracing-fuzz-{}", process::id()));
    fs::create_dir_all(&folder).expect("a temporary folder");
    folder
});

fuzz_target!(|input: &[u8]| {
    lay_out(&FOLDER, input);
    let charm = build::charm(&*FOLDER);
    match charm.expand() {
        Ok(code) => {
            if let Err(error) = syn::parse_file(&code) {
                panic!("{error} in\n{code}");
            }
            let events = charm.events().expect("what expands has events");
            let paths: BTreeSet<&str> = events.iter().map(|event| event.path.as_str()).collect();
            assert_eq!(paths.len(), events.len(), "a path twice: {events:#?}");
        }
        Err(problems) => {
            let report = problems.to_string();
            assert!(report.contains("\nhelp: "), "no way out of {report:?}");
            // How the code generation tells that its own output was no Rust.
            assert!(!report.contains("fault of charm-tracing"), "{report}");
        }
    }
});

/// Puts each part of the input into its file, and takes away the files that have none.
fn lay_out(folder: &Path, input: &[u8]) {
    let mut parts = input.split(|byte| *byte == 0);
    for file in FILES {
        let path = folder.join(file);
        match parts.next() {
            // An empty part, but for the last file's, is how an input leaves a file out.
            Some(text) if !text.is_empty() => fs::write(&path, text).expect("a file"),
            _ if path.exists() => fs::remove_file(&path).expect("a file that goes"),
            _ => {}
        }
    }
}
