//! The generated file on disk, and what Cargo reads on standard output. A file is written only when its text
//! changes, so that an unchanged charm is not compiled again; and Cargo watches only files that
//! exist, since one that does not makes it run the build script every time.

use std::env;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Names to Cargo which files the generated code depends on.
#[allow(clippy::print_stdout, reason = "how a build script talks to Cargo")]
pub(crate) fn watch<'p>(paths: impl Iterator<Item = &'p Path>) {
    for path in paths {
        println!("cargo::rerun-if-changed={}", path.display());
    }
}

/// Prints errors for Cargo, which shows them to the author. Cargo takes one line at a time.
#[allow(clippy::print_stdout, reason = "how a build script talks to Cargo")]
pub(crate) fn refuse(report: &str) {
    for line in report.lines().filter(|line| !line.is_empty()) {
        println!("cargo::error={line}");
    }
}

/// Prints warnings for Cargo, which shows them to the author.
#[allow(clippy::print_stdout, reason = "how a build script talks to Cargo")]
pub(crate) fn warn(report: &str) {
    for line in report.lines().filter(|line| !line.is_empty()) {
        println!("cargo::warning={line}");
    }
}

/// Writes `$OUT_DIR/<name>` if it does not hold `text` already.
pub(crate) fn write(name: &str, text: &str) -> Result<(), OutputError> {
    let folder = env::var_os("OUT_DIR").ok_or(OutputError::NoOutDir)?;
    let path = PathBuf::from(folder).join(name);
    if fs::read(&path).is_ok_and(|bytes| bytes == text.as_bytes()) {
        return Ok(());
    }
    fs::write(&path, text).map_err(|error| OutputError::Write(path, error))
}

/// Why the generated file is not there.
#[derive(Debug)]
pub(crate) enum OutputError {
    NoOutDir,
    Write(PathBuf, io::Error),
}

impl fmt::Display for OutputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoOutDir => f.write_str(
                "cannot write the generated code: OUT_DIR is not set; call this from a build.rs",
            ),
            Self::Write(path, error) => write!(
                f,
                "cannot write the generated code to {}: {error}; the folder is Cargo's, so look \
                 at its permissions and at the space left there",
                path.display()
            ),
        }
    }
}

impl std::error::Error for OutputError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::NoOutDir => None,
            Self::Write(_, error) => Some(error),
        }
    }
}
