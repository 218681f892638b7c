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

/// The report on a case, with a word in place of the folder the tests run in.
fn refusal(folder: &Path) -> String {
    match build::charm(folder.join("charmcraft.yaml")).expand() {
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
    assert!(folders.len() >= 20, "cases are missing: {folders:?}");
    folders
}
