//! Metadata of real charms, where a collection of it is at hand: read, expanded, compiled.
//! `CHARM_TRACING_CORPUS` names a folder of charms that were published, and
//! `CHARM_TRACING_CORPUS_TESTDATA` one of odd and broken ones; without them the fixtures stand in.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::io::{self, Write};
use std::panic;
use std::path::{Path, PathBuf};
use std::process::Command;

use charm_tracing::build;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use tempfile::TempDir;

use crate::property::metadata;

/// The published charms that are refused, each with the first line of its report.
const REFUSED: &[(&str, &str)] = &[
    // Its five endpoints, container and action come from the extension when it is packed.
    (
        "canonical__indico-operator",
        "charmcraft.yaml:27:5: the extension `flask-framework` adds the endpoints",
    ),
    // The folder above several charms, packed as a bundle of them.
    (
        "canonical__kfp-operators",
        "charmcraft.yaml:1:7: this file describes no charm",
    ),
    // A key twice in one mapping: charmcraft refuses these four today.
    (
        "canonical__sunbeam-charms__charms__ceilometer-k8s",
        "metadata.yaml:37:5: `resources.ceilometer-notification-image.description` is written twice",
    ),
    (
        "canonical__sunbeam-charms__charms__cinder-ceph-k8s",
        "config.yaml:66:5: `options.rbd-flatten-volume-from-snapshot.default` is written twice",
    ),
    (
        "canonical__sunbeam-charms__charms__glance-k8s",
        "config.yaml:83:5: `options.rbd-flatten-volume-from-snapshot.default` is written twice",
    ),
    (
        "canonical__sunbeam-charms__charms__gnocchi-k8s",
        "config.yaml:83:5: `options.rbd-flatten-volume-from-snapshot.default` is written twice",
    ),
];

/// How many charms the collection of published ones has at least.
const PUBLISHED: usize = 122;

#[test]
fn published_charms_are_accepted_or_refused_as_known() {
    let Some(charms) = collection("CHARM_TRACING_CORPUS") else {
        return;
    };
    assert!(charms.len() >= PUBLISHED, "{} charms", charms.len());
    let refused: BTreeMap<String, String> = charms
        .iter()
        .filter_map(|charm| {
            let problems = build::charm(charm).expand().err()?.to_string();
            Some((name(charm), problems))
        })
        .collect();
    let known: Vec<&str> = REFUSED.iter().map(|(charm, _)| *charm).collect();
    assert_eq!(refused.keys().collect::<Vec<_>>(), known, "{refused:#?}");
    for (charm, reason) in REFUSED {
        let report = &refused[*charm];
        assert!(report.starts_with(reason), "{charm}: {report}");
    }
}

#[test]
fn nothing_in_a_broken_charm_makes_the_code_generation_panic() {
    let Some(charms) = collection("CHARM_TRACING_CORPUS_TESTDATA") else {
        return;
    };
    let panicked: Vec<String> = charms
        .iter()
        .filter(|charm| panic::catch_unwind(|| build::charm(charm).expand()).is_err())
        .map(|charm| name(charm))
        .collect();
    assert_eq!(panicked, Vec::<String>::new());
}

#[test]
fn the_code_of_every_accepted_charm_compiles() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("metadata-fixtures");
    let mut charms = folders(&fixtures);
    charms.extend(collection("CHARM_TRACING_CORPUS").into_iter().flatten());
    charms.extend(
        collection("CHARM_TRACING_CORPUS_TESTDATA")
            .into_iter()
            .flatten(),
    );
    let mut modules = BTreeMap::new();
    for charm in &charms {
        if let Ok(code) = build::charm(charm).expand() {
            let hidden = modules.insert(module(charm), code);
            assert_eq!(hidden, None, "two charms are {}", module(charm));
        }
    }
    assert!(modules.len() >= 5, "{:?}", modules.keys());
    modules.extend(random());
    let package = write_package(&modules);
    let output = Command::new(env!("CARGO"))
        .args(["check", "--offline"])
        .current_dir(&package)
        .env("CARGO_TARGET_DIR", package.join("target"))
        .env("CARGO_TERM_COLOR", "never")
        // What cargo tells the tests of this package is not for the build of another.
        .env_remove("CARGO_MANIFEST_DIR")
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
}

/// The code of charms nobody would write, the same ones on every run.
fn random() -> Vec<(String, String)> {
    let mut runner = TestRunner::deterministic();
    let charms = (0..RANDOM).map(|number| {
        let charm = metadata().new_tree(&mut runner).unwrap().current();
        let folder = TempDir::new().unwrap();
        charm.write(folder.path());
        let code = build::charm(folder.path()).expand().unwrap();
        (format!("random_{number}"), code)
    });
    charms.collect()
}

/// Enough for each kind of name and type to occur several times.
const RANDOM: usize = 40;

/// One package with a module for each charm, its build folder beside it, so that a second run
/// compiles only what has changed.
fn write_package(modules: &BTreeMap<String, String>) -> PathBuf {
    let package = Path::new(env!("CARGO_TARGET_TMPDIR")).join("charms");
    let sources = package.join("src");
    fs::create_dir_all(&sources).unwrap();
    let here = env!("CARGO_MANIFEST_DIR");
    let manifest = format!(
        "[package]\nname = \"charms\"\nversion = \"1.0.0\"\nedition = \"2024\"\n\n\
         [workspace]\nresolver = \"3\"\n\n\
         [dependencies]\ncharm-tracing = {{ path = {here:?} }}\n"
    );
    write(&package.join("Cargo.toml"), &manifest);
    write(
        &package.join("Cargo.lock"),
        include_str!("../../Cargo.lock"),
    );
    let mut library = "#![deny(warnings)]\n".to_owned();
    for (module, code) in modules {
        library.push_str(&format!("pub mod {module};\n"));
        write(&sources.join(format!("{module}.rs")), code);
    }
    write(&sources.join("lib.rs"), &library);
    package
}

/// Only where it differs: an untouched file is not compiled again.
fn write(path: &Path, text: &str) {
    if fs::read_to_string(path).is_ok_and(|there| there == text) {
        return;
    }
    fs::write(path, text).unwrap();
}

/// The charms in the folder that the variable names; `None`, and a word about it, if it is not set.
fn collection(variable: &str) -> Option<Vec<PathBuf>> {
    let Some(path) = env::var_os(variable) else {
        // Past the test's own output, which is shown of failures only.
        let told = format!("{variable} is not set: fixtures only\n");
        io::stderr().write_all(told.as_bytes()).unwrap();
        return None;
    };
    Some(folders(Path::new(&path)))
}

fn folders(root: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(root).unwrap_or_else(|e| panic!("{}: {e}", root.display()));
    let mut folders: Vec<PathBuf> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    folders
}

fn name(charm: &Path) -> String {
    charm.file_name().unwrap().to_str().unwrap().to_owned()
}

/// The name of a charm's folder as that of a module: its words in lower case.
fn module(charm: &Path) -> String {
    let name = name(charm).to_ascii_lowercase();
    let words = name.split(|c: char| !c.is_ascii_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    format!("of_{}", words.join("_"))
}
