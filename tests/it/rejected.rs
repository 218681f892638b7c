//! Each charm in `metadata-fixtures/rejected` is refused with exactly the report in the
//! `expected.txt` beside it. A difference rewrites that file and then fails.

use std::fs;
use std::path::{Path, PathBuf};

use charm_tracing::build;

#[test]
fn every_bad_charm_is_refused_with_its_report() {
    let mut stale = Vec::new();
    for folder in cases() {
        let report = refusal(&folder);
        let golden = folder.join("expected.txt");
        if fs::read_to_string(&golden).unwrap_or_default() != report {
            fs::write(&golden, &report).unwrap();
            stale.push(golden);
        }
    }
    assert!(
        stale.is_empty(),
        "rewritten, look at the difference and run again: {stale:?}"
    );
}

#[test]
fn a_folder_without_a_charm_is_refused() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("metadata-fixtures");
    let problems = build::charm(&folder).expand().unwrap_err().to_string();
    let expected = format!(
        "metadata-fixtures: no charmcraft.yaml and no metadata.yaml in {}\n\
         help: give `charm(..)` the path of the charm's charmcraft.yaml or metadata.yaml, \
         or of their folder, as seen from the folder of Cargo.toml",
        folder.display()
    );
    assert_eq!(problems, expected);
}

#[test]
fn a_place_for_the_buffer_that_is_not_fit_is_refused() {
    let everything = Path::new(env!("CARGO_MANIFEST_DIR")).join("metadata-fixtures/everything");
    let refused = |codegen: build::Codegen| codegen.expand().unwrap_err().to_string();
    let charm = || build::charm(&everything);
    for (report, expected) in [
        (
            refused(charm().buffer_storage("dta")),
            "charmcraft.yaml:57:1: `.buffer_storage(\"dta\")` in build.rs names no storage of the charm\n\
             57 | storage:\n   | ^\n\
             help: name one of `pages`, `traces`, `keys`, `scratch`, `archive`, `logs`, `disks`",
        ),
        (
            refused(charm().buffer_storage("keys")),
            "charmcraft.yaml:67:3: `.buffer_storage(\"keys\")` in build.rs names a storage that may be too small\n\
             67 |   keys:\n   |   ^\n\
             help: name a file system of at least 40M that is not shared, read-only or transient, \
             or delete the call",
        ),
        (
            refused(charm().buffer_path("traces")),
            "charmcraft.yaml: `.buffer_path(\"traces\")` in build.rs is no absolute path of a file\n\
             help: write one such as `/var/lib/traces/.charm-tracing.buffer`",
        ),
        (
            refused(charm().buffer_path("/var/lib/keys/traces")),
            "charmcraft.yaml:67:3: `.buffer_path(\"/var/lib/keys/traces\")` in build.rs lies in this \
             storage, which may be too small\n\
             67 |   keys:\n   |   ^\n\
             help: take a path in another storage, or delete the call",
        ),
    ] {
        assert_eq!(report, expected);
    }
}

/// The report on a case, with a word in place of the folder the tests run in.
fn refusal(folder: &Path) -> String {
    let charmcraft = folder.join("charmcraft.yaml");
    // A case without charmcraft.yaml is one of metadata.yaml, or of a missing file.
    let metadata = folder.join("metadata.yaml");
    let named = if metadata.exists() && !charmcraft.exists() {
        metadata
    } else {
        charmcraft
    };
    match build::charm(named).expand() {
        Ok(text) => panic!("{} was accepted:\n{text}", folder.display()),
        Err(problems) => {
            let report = problems.to_string();
            report.replace(&folder.display().to_string(), "CASE") + "\n"
        }
    }
}

fn cases() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("metadata-fixtures/rejected");
    let entries = fs::read_dir(root).unwrap();
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    assert!(folders.len() >= 25, "cases are missing: {folders:?}");
    folders
}
