//! `peak FILE COMMAND...` runs a command once and writes to a file the most memory that it had in use, in KiB,
//! and its exit code.
//!
//! The kernel tells it with its figures of time, too, but counts on each processor for itself and leaves
//! out up to 32 pages of every kind there, which is as much as the difference between two programs. It
//! counts them all for whoever asks while the program is still there: so this one is stopped at its end.

use std::env;
use std::fs;
use std::io::{Error, ErrorKind};
use std::process::{Command, Stdio};

use nix::sys::ptrace;
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::Pid;

fn main() -> std::io::Result<()> {
    let usage = || Error::new(ErrorKind::InvalidInput, "usage: peak FILE COMMAND...");
    let mut arguments = env::args_os().skip(1);
    let file = arguments.next().ok_or_else(usage)?;
    let program = arguments.next().ok_or_else(usage)?;
    let mut command = Command::new(program);
    let child = command.args(arguments).stdin(Stdio::null()).spawn()?;
    let child = Pid::from_raw(i32::try_from(child.id()).map_err(Error::other)?);
    ptrace::seize(child, ptrace::Options::PTRACE_O_TRACEEXIT)?;
    let mut peak = 0;
    let code = loop {
        match waitpid(child, None)? {
            WaitStatus::Exited(_, code) => break code,
            WaitStatus::Signaled(..) => break 255,
            // Its end, the only event that was asked for.
            WaitStatus::PtraceEvent(..) => {
                peak = most(&fs::read_to_string(format!("/proc/{child}/status"))?);
                ptrace::cont(child, None)?;
            }
            WaitStatus::Stopped(_, signal) => ptrace::cont(child, signal)?,
            _ => ptrace::cont(child, None)?,
        }
    };
    fs::write(file, format!("{peak} {code}\n"))
}

fn most(status: &str) -> u64 {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    number.and_then(|it| it.parse().ok()).unwrap_or(0)
}
