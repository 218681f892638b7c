//! Each fixture charm expands to the `expected.rs` beside it. A difference rewrites that file and
//! then fails, so that a change of the generated code is reviewed as a diff.

use std::fs;
use std::path::{Path, PathBuf};

use charm_tracing::build;

#[test]
fn every_fixture_expands_to_its_golden_file() {
    let mut stale = Vec::new();
    for folder in fixtures() {
        let text = expand(&folder);
        let golden = folder.join("expected.rs");
        if fs::read_to_string(&golden).unwrap_or_default() != text {
            fs::write(&golden, &text).unwrap();
            stale.push(golden);
        }
    }
    assert!(
        stale.is_empty(),
        "rewritten, look at the difference and run again: {stale:?}"
    );
}

#[test]
fn the_same_metadata_gives_the_same_text_every_time() {
    for folder in fixtures() {
        let first = expand(&folder);
        for _ in 0..8 {
            assert_eq!(expand(&folder), first, "{}", folder.display());
        }
    }
}

#[test]
fn a_file_and_its_folder_name_the_same_charm() {
    let folder = root().join("blog");
    let by_file = build::charm(folder.join("charmcraft.yaml"));
    assert_eq!(by_file.expand().unwrap(), expand(&folder));
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_change_nothing() {
    let plain = fs::read_to_string(root().join("blog/charmcraft.yaml")).unwrap();
    let folder = std::env::temp_dir().join(format!("codegen-crlf-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let text = format!("\u{feff}{}", plain.replace('\n', "\r\n"));
    fs::write(folder.join("charmcraft.yaml"), text).unwrap();
    let expanded = build::charm(&folder).expand();
    fs::remove_dir_all(&folder).unwrap();
    assert_eq!(expanded.unwrap(), expand(&root().join("blog")));
}

/// The folders directly in metadata-fixtures, but for the charms that are refused.
fn fixtures() -> Vec<PathBuf> {
    let entries = fs::read_dir(root()).unwrap();
    let mut folders: Vec<PathBuf> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir() && !path.ends_with("rejected"))
        .collect();
    folders.sort();
    assert!(folders.len() >= 5, "fixtures are missing: {folders:?}");
    folders
}

fn expand(folder: &Path) -> String {
    build::charm(folder)
        .expand()
        .unwrap_or_else(|problems| panic!("{}:\n{problems}", folder.display()))
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("metadata-fixtures")
}
