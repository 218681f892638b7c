//! `timed FILE COMMAND...` runs a command once and writes what the kernel says of it to a file:
//! wall time and processor time in microseconds, exit code.

mod asked;

use std::fs;
use std::time::Instant;

use wait4::Wait4;

fn main() -> std::io::Result<()> {
    let (file, mut command) = asked::asked(&[])?;
    let start = Instant::now();
    let mut child = command.spawn()?;
    let used = child.wait4()?;
    let wall = start.elapsed();
    // Of the child and of those it waited for.
    let processor = used.rusage.utime + used.rusage.stime;
    let code = used.status.code().unwrap_or(255);
    let (wall, processor) = (wall.as_micros(), processor.as_micros());
    fs::write(file, format!("{wall} {processor} {code}\n"))
}
