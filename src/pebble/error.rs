//! Why Pebble did not do what was asked: one error for every operation, which names the operation, its
//! subject and the socket.
//!
//! Its text is safe to record, because it becomes the message of every span it leaves: never what was
//! sent, never what a command printed. Methods return what may quote those.

use std::path::PathBuf;
use std::time::Duration;
use std::{fmt, io};

use super::change::{Change, Output};
use super::read::Unreadable;

/// An operation on a container's Pebble failed.
///
/// ```no_run
/// use charm_tracing::pebble::Client;
///
/// # fn f() -> Result<(), charm_tracing::pebble::Error> {
/// match Client::for_container("blog").pull("/etc/blog.conf") {
///     Err(error) if error.is_not_ready() => {} // wait for the container's pebble-ready event
///     Err(error) if error.is_not_found() => {} // no such file yet
///     other => drop(other?),
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Error {
    pub(super) operation: String,
    pub(super) socket: PathBuf,
    pub(super) problem: Problem,
}

/// What went wrong, before it is known in which operation.
#[derive(Debug)]
pub(super) enum Problem {
    /// The argument at hand cannot be sent.
    Argument(String),
    Connect(io::Error),
    Timeout(Duration),
    Broken(Box<dyn std::error::Error + Send + Sync>),
    Refused(Refusal),
    Path {
        kind: String,
        message: String,
    },
    Change(Box<Change>),
    Unfinished {
        change: String,
        after: Duration,
    },
    Exit(Box<Output>),
    Answer(String),
    /// The caller's end of a file.
    Local(io::Error),
}

/// An answer of Pebble that says no.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) kind: String,
    pub(super) message: String,
    /// Pebble quotes what it was sent when it cannot parse it.
    pub(super) may_quote: bool,
}

impl Error {
    /// Nobody listens on the socket: the workload container is not there yet, or not any more. Its
    /// `pebble-ready` event comes when it is.
    pub fn is_not_ready(&self) -> bool {
        self.problem.is_not_ready()
    }

    /// The file, service, change or notice does not exist.
    pub fn is_not_found(&self) -> bool {
        self.problem.is_not_found()
    }

    /// Pebble's name for a failure, from an error answer or the result for a path: `not-found`,
    /// `permission-denied`, `generic-file-error`, `no-default-services`.
    pub fn kind(&self) -> Option<&str> {
        match &self.problem {
            Problem::Refused(Refusal { kind, .. }) | Problem::Path { kind, .. } => Some(kind)
                .filter(|kind| !kind.is_empty())
                .map(String::as_str),
            _ => None,
        }
    }

    /// The HTTP status of an answer that says no.
    pub fn status(&self) -> Option<u16> {
        match &self.problem {
            Problem::Refused(refusal) => Some(refusal.status),
            _ => None,
        }
    }

    /// What Pebble said, whole. May quote lines of a layer: for a log that only operators read.
    pub fn message(&self) -> Option<&str> {
        match &self.problem {
            Problem::Refused(Refusal { message, .. }) | Problem::Path { message, .. } => {
                Some(message)
            }
            Problem::Change(change) => change.err.as_deref(),
            _ => None,
        }
    }

    /// The change that failed. Its tasks' logs may hold lines that the service printed.
    pub fn change(&self) -> Option<&Change> {
        match &self.problem {
            Problem::Change(change) => Some(change),
            _ => None,
        }
    }

    /// What the command printed whose exit code was not 0.
    pub fn output(&self) -> Option<&Output> {
        match &self.problem {
            Problem::Exit(output) => Some(output),
            _ => None,
        }
    }
}

impl Problem {
    pub(super) fn is_not_ready(&self) -> bool {
        matches!(self, Self::Connect(error) if absent(error))
    }

    pub(super) fn is_not_found(&self) -> bool {
        match self {
            Self::Refused(refusal) => refusal.status == 404,
            Self::Path { kind, .. } => kind == "not-found",
            _ => false,
        }
    }
}

impl From<Unreadable> for Problem {
    fn from(Unreadable(message): Unreadable) -> Self {
        Self::Answer(message)
    }
}

/// Whether this is how a socket fails that nobody listens on.
fn absent(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused
    )
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} ({}): {}",
            self.operation,
            self.socket.display(),
            self.problem
        )
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Argument(problem) => f.write_str(problem),
            Self::Connect(error) if absent(error) => write!(
                f,
                "nobody listens on the socket ({error}); the container is not ready, wait for its pebble-ready event"
            ),
            Self::Connect(error) => write!(f, "cannot connect to the socket: {error}"),
            Self::Timeout(after) => {
                write!(
                    f,
                    "no answer within {after:?}; is the container overloaded or frozen?"
                )
            }
            Self::Broken(error) => write!(f, "the connection broke: {error}"),
            Self::Refused(refusal) => refusal.fmt(f),
            Self::Path { kind, message } => write!(f, "{message} ({kind})"),
            Self::Change(change) => write!(
                f,
                "change {} failed: {}",
                change.id,
                change.err.as_deref().unwrap_or("no reason given")
            ),
            Self::Unfinished { change, after } => write!(
                f,
                "change {change} is still going on after {after:?}; wait longer for it, or abort it"
            ),
            Self::Exit(output) => write!(f, "exit code {}", output.exit_code),
            Self::Answer(problem) => write!(f, "the answer cannot be read: {problem}"),
            Self::Local(error) => write!(f, "the local end of the file failed: {error}"),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let status = self.status;
        if self.may_quote {
            write!(
                f,
                "refused with status {status}; the reason may quote what was sent, so it is not repeated here"
            )
        } else {
            write!(f, "refused with status {status}: {}", self.message)
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.problem {
            Problem::Connect(error) | Problem::Local(error) => Some(error),
            Problem::Broken(error) => Some(error.as_ref()),
            _ => None,
        }
    }
}
