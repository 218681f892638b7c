//! Why a hook tool did not do what was asked.
//!
//! Juju's reasons differ in words only (exit codes are 1 or 2 in all cases), so the words
//! are matched here and nowhere else.

use std::fmt;
use std::io;

/// The longest argument that Linux passes on: `MAX_ARG_STRLEN` (131072) without its terminating zero.
pub(crate) const LONGEST_ARGUMENT: usize = 131_071;

/// A hook tool did not do what was asked.
///
/// It says which tool and with which arguments (ids and keys; no values), and what the tool said.
///
/// ```no_run
/// # use charm_tracing::{Error, Juju, RelationId};
/// fn leave(juju: &Juju, relation: &RelationId) -> Result<(), Error> {
///     match juju.relation_set(relation, &[("user", "")]) {
///         Err(error) if error.is_relation_not_found() => Ok(()),
///         result => result,
///     }
/// }
/// ```
#[derive(Debug)]
pub struct Error {
    call: String,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Start(io::Error),
    File(io::Error),
    TooLong(usize),
    Failed { code: Option<i32>, stderr: String },
    Answer(String),
    Field(String),
}

impl Error {
    pub(crate) fn answer(call: impl Into<String>, problem: impl fmt::Display) -> Self {
        Self::new(call.into(), Kind::Answer(problem.to_string()))
    }

    pub(crate) fn field(of: &str, problem: String) -> Self {
        Self::new(of.to_owned(), Kind::Field(problem))
    }

    pub(super) fn start(call: String, error: io::Error) -> Self {
        Self::new(call, Kind::Start(error))
    }

    pub(super) fn file(call: &str, error: io::Error) -> Self {
        Self::new(call.to_owned(), Kind::File(error))
    }

    pub(super) fn too_long(call: String, bytes: usize) -> Self {
        Self::new(call, Kind::TooLong(bytes))
    }

    pub(super) fn failed(call: String, code: Option<i32>, stderr: String) -> Self {
        Self::new(call, Kind::Failed { code, stderr })
    }

    fn new(call: String, kind: Kind) -> Self {
        Self { call, kind }
    }

    /// The tool and what it was asked, as far as that is no secret: `relation-get -r database:7 -`.
    pub fn call(&self) -> &str {
        &self.call
    }

    /// The tool's exit code; `None` where it was not started, ended by a signal, or answered something
    /// that cannot be read.
    pub fn exit_code(&self) -> Option<i32> {
        match self.kind {
            Kind::Failed { code, .. } => code,
            _ => None,
        }
    }

    /// What the tool said on standard error, without the values it was given.
    pub fn stderr(&self) -> Option<&str> {
        match &self.kind {
            Kind::Failed { stderr, .. } => Some(stderr),
            _ => None,
        }
    }

    /// Whether Juju says that the relation does not exist (any more).
    pub fn is_relation_not_found(&self) -> bool {
        self.says(&["relation not found"])
    }

    /// Whether Juju says that this unit may not read or write that, because it does not lead or for
    /// another reason.
    pub fn is_permission_denied(&self) -> bool {
        self.says(&[
            "permission denied",
            "cannot write relation settings",
            "this unit is not the leader",
            "cannot write leadership settings",
        ])
    }

    /// Whether Juju says that there is no such secret, storage, resource or the like.
    pub fn is_not_found(&self) -> bool {
        self.says(&["not found"])
    }

    /// Whether the tool is one that Juju does not serve in this hook (`collect-metrics`,
    /// `meter-status-changed`).
    pub fn is_restricted(&self) -> bool {
        self.says(&["not implemented for restricted context"])
    }

    /// Whether this Juju does not have the tool at all: it is older, or newer, than what brought it.
    pub fn is_missing_tool(&self) -> bool {
        matches!(&self.kind, Kind::Start(error) if error.kind() == io::ErrorKind::NotFound)
    }

    fn says(&self, words: &[&str]) -> bool {
        self.stderr()
            .is_some_and(|stderr| words.iter().any(|words| stderr.contains(words)))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let call = &self.call;
        match &self.kind {
            Kind::Start(error) if error.kind() == io::ErrorKind::NotFound => {
                write!(
                    f,
                    "{call}: no such hook tool on PATH; is this process started by Juju?"
                )
            }
            Kind::Start(error) => write!(f, "{call}: cannot be started: {error}"),
            Kind::File(error) => write!(
                f,
                "{call}: cannot write the files that it reads, below the directory for temporary files: {error}"
            ),
            Kind::TooLong(bytes) => write!(
                f,
                "{call}: an argument has {bytes} bytes and Linux passes on at most {LONGEST_ARGUMENT}: shorten the text"
            ),
            Kind::Failed {
                code: Some(code),
                stderr,
            } => write!(f, "{call}: exit code {code}: {stderr}"),
            Kind::Failed { code: None, stderr } => write!(f, "{call}: ended by a signal: {stderr}"),
            Kind::Answer(problem) => write!(f, "{call}: its answer cannot be read: {problem}"),
            Kind::Field(problem) => write!(f, "{call}: {problem}"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.kind {
            Kind::Start(error) | Kind::File(error) => Some(error),
            _ => None,
        }
    }
}
