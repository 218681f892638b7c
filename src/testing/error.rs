//! Why the simulated Juju could not do what a test asked. One type for the unit, its state
//! directory and its processes: a test prints it and ends.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// A [`Unit`](crate::testing::Unit) could not be built, changed or dispatched to.
///
/// What the charm itself does wrong is never an error here: exit codes, signals and hook tools that
/// refuse are in [`Run`](crate::testing::Run).
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// A unit's name is an application, a slash and a number: `blog/0`.
    UnitName {
        /// The name as given.
        name: String,
    },
    /// The test named something that this unit does not have, or has no more.
    Unknown {
        /// What was asked for, such as `relation database:1`.
        what: String,
    },
    /// A file or directory of the simulation could not be used.
    File {
        /// What was attempted, such as `write`.
        attempt: &'static str,
        /// The file or directory.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
    /// The dispatch program could not be started or waited for.
    Process {
        /// The program as it was started.
        program: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
    /// A file that only the simulation writes does not say what it should.
    State {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnitName { name } => {
                write!(
                    f,
                    "{name:?} is no unit name: \
                     give an application, a slash and a number, such as blog/0"
                )
            }
            Self::Unknown { what } => {
                write!(
                    f,
                    "the unit has no {what}: \
                     use what the method that adds it returned, while it is there"
                )
            }
            Self::File {
                attempt,
                path,
                source,
            } => write!(f, "cannot {attempt} {}: {source}", path.display()),
            Self::Process { program, source } => write!(
                f,
                "cannot run {}: {source}; \
                 the program given to the unit must be an executable file with a full path",
                program.display()
            ),
            Self::State { path, problem } => write!(
                f,
                "cannot read the simulated unit's state in {}: {problem}; \
                 only hook tools may write there",
                path.display()
            ),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::File { source, .. } | Self::Process { source, .. } => Some(source),
            Self::UnitName { .. } | Self::Unknown { .. } | Self::State { .. } => None,
        }
    }
}

impl Error {
    /// For `map_err`: names the attempt and the file.
    pub(super) fn file(attempt: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::File {
            attempt,
            path: path.to_owned(),
            source,
        }
    }

    pub(super) fn unknown(what: impl fmt::Display) -> Self {
        Self::Unknown {
            what: what.to_string(),
        }
    }
}
