//! `timed FILE COMMAND...` runs a command once and writes what the kernel says of it to a file:
//! wall time and processor time in microseconds, peak memory in KiB, exit code.
//!
//! A program of its own because a child's peak memory begins with that of who started it.

use std::env;
use std::fs;
use std::io::{Error, ErrorKind};
use std::process::{Command, Stdio};
use std::time::Instant;

use wait4::Wait4;

fn main() -> std::io::Result<()> {
    let usage = || Error::new(ErrorKind::InvalidInput, "usage: timed FILE COMMAND...");
    let mut arguments = env::args_os().skip(1);
    let file = arguments.next().ok_or_else(usage)?;
    let program = arguments.next().ok_or_else(usage)?;
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null());
    let start = Instant::now();
    let mut child = command.spawn()?;
    let used = child.wait4()?;
    let wall = start.elapsed();
    // Of the child and of those it waited for: time is their sum, memory is that of the largest.
    let processor = used.rusage.utime + used.rusage.stime;
    // The kernel counts in KiB, the crate in bytes.
    let memory = used.rusage.maxrss / 1024;
    let code = used.status.code().unwrap_or(255);
    let (wall, processor) = (wall.as_micros(), processor.as_micros());
    fs::write(file, format!("{wall} {processor} {memory} {code}\n"))
}
