//! A problem in the metadata before its position is known: which key or value, what is wrong, what to write.

use std::cell::RefCell;
use std::fmt;

/// The files a charm's metadata can stand in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum FileKind {
    /// charmcraft.yaml, from which charmcraft can write the other three.
    Charmcraft,
    /// metadata.yaml, which charmcraft packs unchanged when it is there.
    Metadata,
    Actions,
    Config,
}

/// Line and column of a character, both counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Position {
    pub line: usize,
    pub column: usize,
}

impl Position {
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
    /// A position that the parser reports.
    Position(FileKind, Option<Position>),
}

impl Spot {
    pub(crate) fn file(&self) -> FileKind {
        match self {
            Self::File(file) | Self::Position(file, _) => *file,
            Self::Key(key, _) | Self::Value(key) => key.file,
        }
    }

    fn key(&self) -> Option<&Key> {
        match self {
            Self::File(_) | Self::Position(..) => None,
            Self::Key(key, _) | Self::Value(key) => Some(key),
        }
    }
}

/// One problem before its place is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    pub spot: Spot,
    pub message: String,
    pub help: String,
    pub related: Option<(Spot, &'static str)>,
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

    /// The key that this says is not there, or is judged by. If it could not be read, that is reported already.
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
