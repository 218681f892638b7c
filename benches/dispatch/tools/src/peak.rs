//! `peak FILE COMMAND...` runs a command once and writes to a file the most memory that it had in use, in KiB,
//! and its exit code.
//!
//! The kernel tells it with its figures of time, too, but counts on each processor for itself and leaves
//! out up to 32 pages of every kind there, which is as much as the difference between two programs. It
//! counts them all for whoever asks while the program is still there: so this one is stopped at its end.

mod asked;

use std::fs;
use std::io::Error;

use nix::sys::ptrace::{self, Event};
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;

/// Waits to be looked at before it becomes the program: one that does nothing is over before that.
const HALTED: &[&str] = &["/bin/sh", "-c", r#"kill -STOP $$; exec "$@""#, "sh"];

fn main() -> std::io::Result<()> {
    let (file, mut command) = asked::asked(HALTED)?;
    let child = command.spawn()?;
    let child = Pid::from_raw(i32::try_from(child.id()).map_err(Error::other)?);
    waitpid(child, Some(WaitPidFlag::WUNTRACED))?;
    ptrace::seize(child, ptrace::Options::PTRACE_O_TRACEEXIT)?;
    kill(child, Signal::SIGCONT)?;
    let mut peak = 0;
    let code = loop {
        match waitpid(child, None)? {
            WaitStatus::Exited(_, code) => break code,
            WaitStatus::Signaled(..) => break 255,
            WaitStatus::PtraceEvent(_, _, event) if event == Event::PTRACE_EVENT_EXIT as i32 => {
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
