//! The pages: every path and link in them leads somewhere, and they use the words of the glossary.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Folders whose paths a page names in backticks.
const FOLDERS: &[&str] = &[
    "src/",
    "docs/",
    "tests/",
    "benches/",
    "examples/",
    "fuzz/",
    "metadata-fixtures/",
    ".ci/",
    ".github/",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files(ending: &str, folders: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut next: Vec<_> = folders.iter().map(|folder| root().join(folder)).collect();
    while let Some(path) = next.pop() {
        if path.is_dir() {
            next.extend(
                fs::read_dir(path)
                    .unwrap()
                    .map(|entry| entry.unwrap().path()),
            );
        } else if path.to_str().unwrap().ends_with(ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn pages() -> Vec<PathBuf> {
    let single = [
        "README.md",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "SECURITY.md",
        "fuzz/README.md",
    ];
    let single = single.iter().map(|name| root().join(name));
    single
        .filter(|page| page.exists())
        .chain(files(".md", &["docs"]))
        .collect()
}

/// What stands in backticks outside of code blocks.
fn quoted(text: &str) -> Vec<String> {
    let mut is_code = false;
    let prose = text.lines().filter(|line| {
        let is_fence = line.trim_start().starts_with("```");
        is_code ^= is_fence;
        !is_code && !is_fence
    });
    let prose: Vec<_> = prose.collect();
    let prose = prose.join("\n");
    prose
        .split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_path_that_a_page_names_exists() {
    let mut missing = BTreeSet::new();
    for page in pages() {
        for name in quoted(&fs::read_to_string(&page).unwrap()) {
            let is_path = FOLDERS.iter().any(|folder| name.starts_with(folder));
            // A word with a placeholder or a pattern in it names no single file.
            let is_pattern =
                name.contains(['*', '<', '{', ' ', '|']) || name.chars().any(char::is_uppercase);
            let name = name.split("::").next().unwrap();
            // The charm of the README has a main of its own.
            let is_pattern = is_pattern || name == "src/main.rs";
            if is_path && !is_pattern && !root().join(name).exists() {
                missing.insert(format!("{}: {name}", page.display()));
            }
        }
    }
    assert_eq!(missing, BTreeSet::new());
}

#[test]
fn every_link_between_pages_leads_to_a_file() {
    let mut missing = BTreeSet::new();
    for page in pages() {
        let text = fs::read_to_string(&page).unwrap();
        let inline = text
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next());
        let references = text.lines().filter(|line| line.starts_with('['));
        let references = references.filter_map(|line| line.split_once("]: ").map(|(_, to)| to));
        for target in inline.chain(references) {
            let file = target.split('#').next().unwrap();
            let is_elsewhere = file.is_empty() || file.contains("::") || file.contains(' ');
            if !is_elsewhere && !page.with_file_name(file).exists() {
                missing.insert(format!("{}: {target}", page.display()));
            }
        }
    }
    assert_eq!(missing, BTreeSet::new());
}

/// The words that the glossary replaces, each with the word that stands instead.
fn replaced() -> Vec<(String, String)> {
    let page = fs::read_to_string(root().join("docs/glossary.md")).unwrap();
    let rows = page.split("| not | but |").nth(1).unwrap().lines().skip(2);
    let rows = rows.take_while(|row| row.starts_with('|'));
    let cells = rows.map(|row| row.split('|').map(str::trim).collect::<Vec<_>>());
    let cells = cells.flat_map(|cells| {
        let words = cells[1].split(',').map(|word| word.trim().to_lowercase());
        words
            .map(|word| (word, cells[2].to_owned()))
            .collect::<Vec<_>>()
    });
    cells.collect()
}

#[test]
fn the_words_of_the_glossary_are_used() {
    let replaced = replaced();
    assert!(replaced.len() > 10, "{replaced:?}");
    let mut others = Vec::new();
    let sources = files(".rs", &["src"]);
    for file in pages().into_iter().chain(sources) {
        if file.ends_with("docs/glossary.md") {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap().to_lowercase();
        for (at, line) in text.lines().enumerate() {
            for (word, better) in &replaced {
                if has_word(line, word) {
                    let place = file.strip_prefix(root()).unwrap().display();
                    others.push(format!("{place}:{}: {word}, better {better}", at + 1));
                }
            }
        }
    }
    assert_eq!(others, Vec::<String>::new());
}

fn has_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        !is_letter(before) && !is_letter(after)
    })
}
