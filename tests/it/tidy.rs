//! Hygiene that no reviewer sees: who imports whom, how long files are, what the front page says.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The most lines a file may have without its tests.
const MOST_LINES: usize = 700;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn files_below(folder: &str, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_str().unwrap().ends_with(ending) {
                found.push(path.strip_prefix(root()).unwrap().to_owned());
            }
        }
    }
    found.sort();
    found
}

/// Who may import whom: the rows of the table in `docs/architecture.md`, lowest room first.
fn layers() -> Vec<(String, Vec<String>)> {
    let page = read("docs/architecture.md");
    let (_, section) = page.split_once("## Who may import whom").unwrap();
    let section = section.split("\n## ").next().unwrap();
    let names = |cell: &str| -> Vec<String> {
        let quoted = cell.split('`').skip(1).step_by(2);
        quoted.map(str::to_owned).collect()
    };
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    rows.map(|row| {
        let cells: Vec<_> = row.split('|').collect();
        (names(cells[1]).remove(0), names(cells[2]))
    })
    .collect()
}

/// The top-level module a file of `src/` belongs to.
fn module_of(file: &Path) -> String {
    let first = file
        .components()
        .nth(1)
        .unwrap()
        .as_os_str()
        .to_str()
        .unwrap();
    first.trim_end_matches(".rs").to_owned()
}

/// The modules that a source text names as `crate::module`.
fn imports(text: &str) -> BTreeSet<String> {
    let code: String = text
        .lines()
        .map(|line| line.split("//").next().unwrap())
        .collect::<Vec<_>>()
        .join("\n");
    code.match_indices("crate::")
        // `$crate::` in a macro is a path for users.
        .filter(|(at, _)| !code[..*at].ends_with('$'))
        .map(|(at, found)| {
            let rest = &code[at + found.len()..];
            rest.chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect()
        })
        .collect()
}

#[test]
fn every_import_is_in_the_layer_table() {
    let table: BTreeMap<_, _> = layers().into_iter().collect();
    let mut strangers = Vec::new();
    for file in files_below("src", ".rs") {
        let module = module_of(&file);
        if module == "lib" {
            continue;
        }
        let allowed = table
            .get(&module)
            .unwrap_or_else(|| panic!("{module} is in no layer"));
        for import in imports(&read(&file)) {
            if import != module && !allowed.contains(&import) {
                strangers.push(format!("{}: crate::{import}", file.display()));
            }
        }
    }
    assert_eq!(strangers, Vec::<String>::new());
}

#[test]
fn the_layer_table_has_no_circle() {
    // Every room stands below those that import it, so the table's order is the proof.
    let layers = layers();
    assert!(layers.len() > 5, "{layers:?}");
    for (place, (room, imports)) in layers.iter().enumerate() {
        for import in imports {
            let below = layers.iter().position(|(name, _)| name == import);
            assert!(
                below.is_some_and(|below| below < place),
                "{room} imports {import}, which is not below it"
            );
        }
    }
}

#[test]
fn import_scan_sees_what_it_should() {
    let text =
        "use crate::span::Span; // crate::comment\nlet x = crate::event::X; $crate::traced!()";
    assert_eq!(
        imports(text),
        BTreeSet::from(["span".to_owned(), "event".to_owned()])
    );
}

#[test]
fn no_file_is_too_long() {
    let long: Vec<_> = ["src", "tests", "examples"]
        .iter()
        .flat_map(|folder| files_below(folder, ".rs"))
        .filter(|file| {
            let text = read(file);
            let code = text.split("\n#[cfg(test)]\nmod tests").next().unwrap();
            code.lines().count() > MOST_LINES
        })
        .collect();
    assert_eq!(long, Vec::<PathBuf>::new());
}

#[test]
fn every_source_file_opens_with_its_decision() {
    let silent: Vec<_> = files_below("src", ".rs")
        .into_iter()
        // The crate's own page is the README.
        .filter(|file| !file.ends_with("lib.rs") && !read(file).starts_with("//! "))
        .collect();
    assert_eq!(silent, Vec::<PathBuf>::new());
}

#[test]
fn sources_and_documents_are_ascii() {
    let mut files: Vec<_> = ["src", "tests", "examples"]
        .iter()
        .flat_map(|f| files_below(f, ".rs"))
        .collect();
    files.extend(files_below("docs", ".md"));
    files.extend(
        [
            "README.md",
            "CHANGELOG.md",
            "Cargo.toml",
            "build.rs",
            ".ci/run",
        ]
        .map(PathBuf::from),
    );
    let other: Vec<_> = files
        .into_iter()
        .filter(|file| !read(file).is_ascii())
        .collect();
    assert_eq!(other, Vec::<PathBuf>::new());
}

#[test]
fn only_the_named_parts_touch_the_world() {
    // Each of these may be used in one part only; tests and the test kit set the world up.
    for (call, parts) in [
        ("env::var", ["src/juju/environment"].as_slice()),
        // Hook tools are started by the first, other children for the charm by the second.
        (
            "Command::new",
            &["src/juju/tools/call.rs", "src/trace/command.rs"],
        ),
        ("ureq::", &["src/send/", "src/pebble/"]),
        ("UnixStream::connect", &["src/pebble/"]),
        ("serde_yaml::", &["src/build/metadata"]),
    ] {
        let users: Vec<_> = files_below("src", ".rs")
            .into_iter()
            .filter(|file| {
                let name = file.to_str().unwrap();
                !file.starts_with("src/testing") && !parts.iter().any(|part| name.starts_with(part))
            })
            // Build scripts are told everything through variables: cargo's contract.
            .filter(|file| !(call == "env::var" && file.starts_with("src/build")))
            .filter(|file| read(file).contains(call))
            .collect();
        assert_eq!(users, Vec::<PathBuf>::new(), "{call}");
    }
}

#[test]
fn the_changelog_names_this_version_once() {
    let heading = format!("## {}", env!("CARGO_PKG_VERSION"));
    assert_eq!(
        read("CHANGELOG.md")
            .lines()
            .filter(|line| line.starts_with(&heading))
            .count(),
        1
    );
}

#[test]
fn the_generated_half_and_the_runtime_meet_under_this_version() {
    let module = format!(
        "pub mod __v{} ",
        env!("CARGO_PKG_VERSION").replace('.', "_")
    );
    assert!(read("src/lib.rs").contains(&module), "{module}");
}

#[test]
fn the_readme_is_one_page() {
    let lines = read("README.md").lines().count();
    assert!(lines < 120, "{lines} lines");
}
