//! A charm whose whole behaviour is the shell script `hook.sh` in its charm directory. The script is
//! read as input and never executed as a file, so a test may write it a moment before.

use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode};

pub(crate) fn dispatch() -> ExitCode {
    // Only returns when the shell cannot be started; the test then sees the code a shell would give.
    let _ = Command::new("/bin/sh").arg("hook.sh").exec();
    ExitCode::from(127)
}
