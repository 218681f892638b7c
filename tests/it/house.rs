//! The shape of the source: circles, homes of types, names with two meanings, public names.

mod source;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use source::{ModulePath, Source};

/// The most rooms below `src/`, `lib.rs` not counted.
const MOST_ROOMS: usize = 10;
/// The most public names at the crate's root: what an author needs every day, and the modules of the rest.
const MOST_ROOT_NAMES: usize = 30;
/// The most names of types that stand for two things.
const MOST_AMBIGUOUS: usize = 12;
/// The most letters of a test's name.
const MOST_LETTERS: usize = 60;
/// Types whose methods stand in several files, each with the reason.
const SPREAD: &[(&str, &str)] = &[
    (
        "Unit",
        "one file for what an operator does, one for each way in which a charm is run",
    ),
    ("Juju", "one file for each noun of the hook tools"),
    ("Client", "one file for each noun of Pebble's API"),
    (
        "Settings",
        "`run` starts a dispatch, which settings do not know",
    ),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The library and the program `charm-trace`.
fn sources(root: &Path) -> Vec<Source> {
    let firsts = ["src/lib.rs", "src/bin/charm-trace/main.rs"];
    firsts.map(|first| Source::read(root, first)).into()
}

/// Groups of files that use each other, directly or around.
fn circles(arrows: &BTreeMap<PathBuf, BTreeSet<PathBuf>>) -> BTreeSet<Vec<PathBuf>> {
    let reached = |from: &PathBuf| {
        let mut seen = BTreeSet::new();
        let mut next = vec![from];
        while let Some(file) = next.pop() {
            for to in arrows.get(file).into_iter().flatten() {
                if seen.insert(to.clone()) {
                    next.push(to);
                }
            }
        }
        seen
    };
    let all: BTreeMap<_, _> = arrows.keys().map(|file| (file, reached(file))).collect();
    let mut found = BTreeSet::new();
    for (file, reach) in &all {
        let group = reach
            .iter()
            .filter(|other| all.get(other).is_some_and(|back| back.contains(*file)));
        if reach.contains(*file) {
            found.insert(group.cloned().collect());
        }
    }
    found
}

/// Types whose inherent methods stand in more than one file.
fn spread(source: &Source) -> Vec<String> {
    let mut homes = BTreeMap::<(ModulePath, String), BTreeSet<&PathBuf>>::new();
    for (at, module) in &source.modules {
        for path in &module.inherent {
            if let Some(home) = source.resolve(at, path) {
                homes.entry(home).or_default().insert(&module.file);
            }
        }
    }
    let spread = homes.into_iter().filter(|((_, name), files)| {
        files.len() > 1 && !SPREAD.iter().any(|(known, _)| known == name)
    });
    spread
        .map(|((at, name), files)| format!("{}::{name}: {files:?}", at.join("::")))
        .collect()
}

/// Names of types that are defined more than once.
fn ambiguous(sources: &[Source]) -> Vec<String> {
    let mut homes = BTreeMap::<&String, BTreeSet<&PathBuf>>::new();
    for module in sources.iter().flat_map(|source| source.modules.values()) {
        for (name, _) in module.items.iter().filter(|(_, defined)| defined.is_type) {
            homes.entry(name).or_default().insert(&module.file);
        }
    }
    let twice = homes.into_iter().filter(|(_, files)| files.len() > 1);
    twice
        .map(|(name, files)| format!("{name}: {files:?}"))
        .collect()
}

/// Every public path of the library.
fn public_names(source: &Source) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    add_public(source, &Vec::new(), "charm_tracing", &mut names);
    names.insert("charm_tracing::include_charm!".to_owned());
    names.insert("charm_tracing::traced!".to_owned());
    names
}

fn add_public(source: &Source, at: &ModulePath, shown: &str, names: &mut BTreeSet<String>) {
    let module = &source.modules[at];
    for (name, defined) in &module.items {
        if defined.is_public {
            names.insert(format!("{shown}::{name}"));
        }
    }
    for (path, below) in &source.modules {
        if path.len() == at.len() + 1 && path.starts_with(at) && below.is_public {
            let shown = format!("{shown}::{}", path[at.len()]);
            names.insert(shown.clone());
            add_public(source, path, &shown, names);
        }
    }
    for import in module.imports.iter().filter(|import| import.is_public) {
        let shown = format!("{shown}::{}", import.name);
        match source.resolve(at, &import.path) {
            Some((home, name)) if name.is_empty() => add_public(source, &home, &shown, names),
            _ => {}
        }
        names.insert(shown);
    }
}

fn long_test_names(root: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![root.join("src"), root.join("tests"), root.join("examples")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                let functions = text.split("fn ").skip(1);
                let names = functions.filter_map(|rest| rest.split(['(', '<']).next());
                let long = names.filter(|name| {
                    name.len() > MOST_LETTERS
                        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
                });
                found.extend(long.map(|name| format!("{}: {name}", path.display())));
            }
        }
    }
    found.sort();
    found
}

#[test]
fn no_files_use_each_other_in_a_circle() {
    for source in sources(root()) {
        assert_eq!(circles(&source.arrows()), BTreeSet::new());
    }
}

#[test]
fn the_methods_of_a_type_stand_in_one_file() {
    for source in sources(root()) {
        assert_eq!(spread(&source), Vec::<String>::new());
    }
}

#[test]
fn few_type_names_have_two_meanings() {
    let names = ambiguous(&sources(root()));
    assert!(names.len() <= MOST_AMBIGUOUS, "{}: {names:#?}", names.len());
}

#[test]
fn rooms_and_names_at_the_root_are_few() {
    let rooms = fs::read_dir(root().join("src")).unwrap();
    let rooms = rooms.filter(|entry| entry.as_ref().unwrap().file_name() != "lib.rs");
    assert!(rooms.count() <= MOST_ROOMS);
    let names = public_names(&sources(root())[0]);
    let names = names.iter().filter(|name| name.matches("::").count() == 1);
    let names: Vec<_> = names.collect();
    assert!(names.len() <= MOST_ROOT_NAMES, "{}: {names:?}", names.len());
}

/// A change here is a change that users see. `tests/public-names.txt` is written anew where it differs, so that
/// the change shows as a diff.
#[test]
fn the_public_names_are_these() {
    let names = public_names(&sources(root())[0]);
    let text = names
        .iter()
        .fold(String::new(), |text, name| text + name + "\n");
    let file = root().join("tests/public-names.txt");
    let known = fs::read_to_string(&file).unwrap_or_default();
    if text != known {
        fs::write(&file, &text).unwrap();
    }
    assert_eq!(text, known, "{} is written anew", file.display());
}

#[test]
fn names_of_tests_are_short() {
    assert_eq!(long_test_names(root()), Vec::<String>::new());
}
