//! How a handler ended, and what the process says of it: its exit code and one line in the log.
//!
//! Both are what a charm without tracing would do, so nothing here depends on whether a trace is kept.

use std::process::ExitCode;

use crate::juju::{Juju, LogLevel};
use crate::trace::Failure;

/// How a handler ended.
#[derive(Debug)]
pub(crate) enum Outcome {
    Done,
    Failed(Failure),
    Panicked(Failure),
}

impl Outcome {
    /// The code the process exits with.
    pub(crate) fn code(&self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed(_) => 1,
            // What Rust's own runtime exits with after a panic.
            Self::Panicked(_) => 101,
        }
    }

    /// What went wrong, if something did.
    pub(crate) fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Done => None,
            Self::Failed(failure) | Self::Panicked(failure) => Some(failure),
        }
    }

    /// Logs why the hook fails; a panic has already said so on standard error.
    pub(crate) fn report(&self, juju: &Juju) -> ExitCode {
        if let Self::Failed(failure) = self {
            let _ = juju.juju_log(LogLevel::Error, failure.message());
        }
        ExitCode::from(self.code())
    }
}
