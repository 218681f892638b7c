//! Each fixture charm expands to the `expected.rs` beside it, and its build warns of what stands in
//! `warnings.txt`, if that is there. A difference rewrites the file and then fails, so that a
//! change of the generated code is reviewed as a diff.

use std::fs;
use std::path::{Path, PathBuf};

use charm_tracing::build;

#[test]
fn every_fixture_expands_to_its_golden_file() {
    let mut stale = Vec::new();
    for folder in fixtures() {
        compare(folder.join("expected.rs"), &expand(&folder), &mut stale);
        let warnings = build::charm(&folder).warnings().unwrap();
        let warnings = warnings.map_or_else(String::new, |warnings| format!("{warnings}\n"));
        compare(folder.join("warnings.txt"), &warnings, &mut stale);
    }
    assert_eq!(stale, Vec::<PathBuf>::new(), "{LOOK}");
}

#[test]
fn the_published_expansion_is_a_real_one() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/generated-code.md");
    let text = fs::read_to_string(&page).unwrap();
    let mut blocks = text.clone();
    for (fence, file) in [
        ("```yaml\n", "charmcraft.yaml"),
        ("```rust\n", "expected.rs"),
    ] {
        let (before, rest) = blocks.split_once(fence).unwrap();
        let (_, after) = rest.split_once("```\n").unwrap();
        let real = fs::read_to_string(root().join("site").join(file)).unwrap();
        blocks = format!("{before}{fence}{real}```\n{after}");
    }
    let mut stale = Vec::new();
    compare(page, &blocks, &mut stale);
    assert_eq!(stale, Vec::<PathBuf>::new(), "{LOOK}");
}

#[test]
fn the_fixture_of_the_readme_is_the_readmes() {
    let readme = include_str!("../../README.md");
    let yaml = fs::read_to_string(root().join("site/charmcraft.yaml")).unwrap();
    assert!(readme.contains(&format!("```yaml\n{yaml}```\n")));
}

/// Beside the fixtures' own texts, every public item says what it is: a charm that is a library
/// may ask for that with `missing_docs`.
#[test]
fn every_public_item_is_documented() {
    for folder in fixtures() {
        let text = expand(&folder);
        let mut documented = false;
        for line in text.lines().map(str::trim) {
            assert!(
                documented || !line.starts_with("pub "),
                "{}: {line}",
                folder.display()
            );
            documented = line.starts_with("///") || (documented && line.starts_with("#["));
        }
    }
}

#[test]
fn the_author_has_the_last_word_on_the_buffer() {
    let everything = root().join("everything");
    let place = |codegen: build::Codegen| {
        let text = codegen.expand().unwrap();
        let (_, rest) = text.split_once("pub const BUFFER_LOCATION").unwrap();
        let (place, _) = rest.split_once(';').unwrap();
        place.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(
        place(build::charm(&everything).buffer_storage("pages")),
        ": __charm_tracing::BufferLocation = __charm_tracing::BufferLocation::Storage { \
         name: \"pages\", directory: \"/var/lib/pages\", }"
    );
    assert_eq!(
        place(build::charm(&everything).buffer_path("/var/lib/pages/.traces")),
        ": __charm_tracing::BufferLocation = __charm_tracing::BufferLocation::File { \
         path: \"/var/lib/pages/.traces\", }"
    );
}

#[test]
fn a_file_that_goes_with_the_pod_is_warned_of() {
    let codegen = build::charm(root().join("everything"));
    let outside = codegen.clone().buffer_path("/var/tmp/traces");
    let warnings = outside.warnings().unwrap().unwrap().to_string();
    assert!(warnings.contains("when the pod goes"), "{warnings}");
    let inside = codegen.buffer_path("/var/lib/pages/traces");
    assert_eq!(inside.warnings().unwrap(), None);
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
    assert!(folders.len() >= 15, "fixtures are missing: {folders:?}");
    folders
}

/// Brings a golden file up to date and notes it; one that is to be empty is not there.
fn compare(golden: PathBuf, text: &str, stale: &mut Vec<PathBuf>) {
    if fs::read_to_string(&golden).unwrap_or_default() == text {
        return;
    }
    if text.is_empty() {
        fs::remove_file(&golden).unwrap();
    } else {
        fs::write(&golden, text).unwrap();
    }
    stale.push(golden);
}

fn expand(folder: &Path) -> String {
    build::charm(folder)
        .expand()
        .unwrap_or_else(|problems| panic!("{}:\n{problems}", folder.display()))
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("metadata-fixtures")
}

const LOOK: &str = "rewritten, look at the difference and run again";
