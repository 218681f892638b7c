//! What a program that looks at another is asked for: `PROGRAM FILE COMMAND...`.

use std::env;
use std::ffi::OsString;
use std::io::{Error, ErrorKind, Result};
use std::process::{Command, Stdio};

/// The file for what is found, and the command, which reads nothing; `by` is what runs it, if anything does.
pub fn asked(by: &[&str]) -> Result<(OsString, Command)> {
    let usage = || Error::new(ErrorKind::InvalidInput, "usage: PROGRAM FILE COMMAND...");
    let mut arguments = env::args_os().skip(1);
    let file = arguments.next().ok_or_else(usage)?;
    let program = arguments.next().ok_or_else(usage)?;
    let words = by.iter().map(OsString::from).chain([program]);
    let mut words = words.chain(arguments);
    let mut command = Command::new(words.next().ok_or_else(usage)?);
    command.args(words).stdin(Stdio::null());
    Ok((file, command))
}
