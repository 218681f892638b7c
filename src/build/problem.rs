//! Problems are collected and told together, each with the place, the line itself and the mend:
//! a charm author repairs a file once, not once for each mistake in it.
//! Places are looked up only when there is something to tell, since finding one reads the file again.

use std::cell::RefCell;
use std::fmt;

use crate::build::files::{FileKind, Files};
use crate::build::metadata;

/// Everything in a charm's metadata that keeps its code from being generated.
///
/// `Display` gives the whole report: for each problem a line `file:line:column: what is wrong`,
/// the line of the file with a mark under the place, and a line `help: what to write instead`.
/// See [`Codegen::expand`](crate::build::Codegen::expand) for an example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problems {
    reports: Vec<String>,
}

impl Problems {
    /// Gives each finding its place in the files.
    pub(crate) fn locate(findings: &[Finding], files: &Files) -> Self {
        let mut placed: Vec<(Option<Place>, &Finding)> = findings
            .iter()
            .map(|finding| (finding.spot.place(files), finding))
            .collect();
        // File by file and line by line, as one goes through them to mend.
        placed.sort_by_key(|(place, finding)| (finding.spot.file(), *place));
        let reports = placed
            .into_iter()
            .map(|(place, finding)| finding.report(place, files))
            .collect();
        Self { reports }
    }

    /// Whether there is nothing to tell.
    pub(crate) fn is_empty(&self) -> bool {
        self.reports.is_empty()
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reports.join("\n\n"))
    }
}

impl std::error::Error for Problems {}

/// Line and column of a character, both counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub line: usize,
    pub column: usize,
}

impl Place {
    /// The place right behind these letters of a file.
    pub(crate) fn after(letters: impl IntoIterator<Item = char>) -> Self {
        let start = Self { line: 1, column: 1 };
        letters.into_iter().fold(start, |place, c| match c {
            '\n' => Self {
                line: place.line + 1,
                column: 1,
            },
            _ => Self {
                column: place.column + 1,
                ..place
            },
        })
    }
}

/// A key of one of the files, by its path from the top: `["storage", "content", "type"]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    pub file: FileKind,
    pub path: Vec<String>,
}

impl Key {
    pub(crate) fn new(file: FileKind, path: &[&str]) -> Self {
        let path = path.iter().map(ToString::to_string).collect();
        Self { file, path }
    }

    /// The key `name` below this one.
    pub(crate) fn child(&self, name: &str) -> Self {
        let mut key = self.clone();
        key.path.push(name.to_owned());
        key
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path.join("."))
    }
}

/// What of a key a problem points at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Spot {
    /// The file as a whole.
    File(FileKind),
    /// The key itself; the number says which one where it is written several times, from 0.
    Key(Key, usize),
    /// What stands behind the colon.
    Value(Key),
    /// A place the parser has told.
    Place(FileKind, Option<Place>),
}

impl Spot {
    fn file(&self) -> FileKind {
        match self {
            Self::File(file) | Self::Place(file, _) => *file,
            Self::Key(key, _) | Self::Value(key) => key.file,
        }
    }

    fn key(&self) -> Option<&Key> {
        match self {
            Self::File(_) | Self::Place(..) => None,
            Self::Key(key, _) | Self::Value(key) => Some(key),
        }
    }

    fn place(&self, files: &Files) -> Option<Place> {
        match self {
            Self::File(_) => None,
            Self::Place(_, place) => *place,
            Self::Key(key, occurrence) => metadata::place(files, key, Some(*occurrence)),
            Self::Value(key) => metadata::place(files, key, None),
        }
    }
}

/// One problem before its place is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    spot: Spot,
    message: String,
    help: String,
    related: Option<(Spot, &'static str)>,
    absent: Option<Key>,
}

impl Finding {
    pub(crate) fn new(spot: Spot, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            spot,
            message: message.into(),
            help: help.into(),
            related: None,
            absent: None,
        }
    }

    /// The key that this says is not there, or is judged by. If it could not be read, that was told already.
    pub(crate) fn absent(mut self, key: Key) -> Self {
        self.absent = Some(key);
        self
    }

    /// A second place that belongs to the problem, and what is to be seen there.
    pub(crate) fn related(mut self, spot: Spot, label: &'static str) -> Self {
        self.related = Some((spot, label));
        self
    }

    /// Whether nothing else in this file can be judged because of this.
    pub(crate) fn is_fatal_to(&self, file: FileKind) -> bool {
        let whole = self.spot.key().is_none_or(|key| key.path.is_empty());
        whole && self.spot.file() == file
    }

    /// Whether this says that something is not there which the other problem kept from being read.
    pub(crate) fn follows(&self, other: &Self) -> bool {
        match (&self.absent, other.spot.key()) {
            (Some(own), Some(other)) => own.file == other.file && own.path.starts_with(&other.path),
            _ => false,
        }
    }

    fn report(&self, place: Option<Place>, files: &Files) -> String {
        let mut report = snippet(self.spot.file(), place, &self.message, files);
        if let Some((spot, label)) = &self.related {
            report.push('\n');
            report.push_str(&snippet(spot.file(), spot.place(files), label, files));
        }
        report.push_str("\nhelp: ");
        report.push_str(&self.help);
        report
    }
}

/// Where findings are put while files are read: readers hold it by shared reference.
#[derive(Debug, Default)]
pub(crate) struct Findings(RefCell<Vec<Finding>>);

impl Findings {
    pub(crate) fn push(&self, finding: Finding) {
        self.0.borrow_mut().push(finding);
    }

    /// A problem with a key.
    pub(crate) fn key(&self, key: &Key, message: impl Into<String>, help: impl Into<String>) {
        self.push(Finding::new(Spot::Key(key.clone(), 0), message, help));
    }

    /// A problem with the value of a key.
    pub(crate) fn value(&self, key: &Key, message: impl Into<String>, help: impl Into<String>) {
        self.push(Finding::new(Spot::Value(key.clone()), message, help));
    }

    pub(crate) fn into_vec(self) -> Vec<Finding> {
        self.0.into_inner()
    }
}

/// `file:line:column: message`, and below it the line with a mark, as far as the place is known.
fn snippet(kind: FileKind, place: Option<Place>, message: &str, files: &Files) -> String {
    let name = files.name(kind);
    let Some(Place { line, column }) = place else {
        return format!("{name}: {message}");
    };
    let text = files.text(kind).lines().nth(line.saturating_sub(1));
    let head = format!("{name}:{line}:{column}: {message}");
    let Some(text) = text.filter(|text| !text.trim().is_empty()) else {
        return head;
    };
    let number = line.to_string();
    let margin = " ".repeat(number.len());
    // A tab moves the mark as far as it moves the text above it.
    let indent: String = text
        .chars()
        .take(column.saturating_sub(1))
        .map(|c| if c == '\t' { '\t' } else { ' ' })
        .collect();
    format!("{head}\n{number} | {text}\n{margin} | {indent}^")
}
