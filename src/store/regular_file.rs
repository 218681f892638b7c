//! Small files that one dispatch leaves for the next, read and replaced as wholes.
//!
//! Under their names can stand anything: opening a pipe waits for its other end, and a device or a file
//! that was spoilt can be endless. What is no regular file is neither read nor written, and what is larger
//! than any of them is nothing.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// The largest file that is read, in bytes: the CAs of a distribution are 250 KB.
const MOST: u64 = 16 << 20;

/// The text of a regular file, or of one that a link leads to.
pub(crate) fn read(file: &Path) -> io::Result<String> {
    let found = fs::metadata(file)?;
    if !found.is_file() {
        return Err(io::Error::other("it is no regular file"));
    }
    if found.len() > MOST {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    // One byte more than it has, so that its end is seen without room for more being made.
    let mut bytes = Vec::with_capacity(usize::try_from(found.len()).unwrap_or_default() + 1);
    File::open(file)?.take(MOST).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Replaces the file in one step, by way of another one beside it.
pub(crate) fn replace(file: &Path, new: &Path, text: &str) -> io::Result<()> {
    write_new(new, text).and_then(|()| fs::rename(new, file))
}

/// Writes a file that was not there, whatever had its name.
fn write_new(file: &Path, text: &str) -> io::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut written = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file)?;
    written.write_all(text.as_bytes())
}

/// Writes a regular file where it stands.
pub(crate) fn overwrite(file: &Path, text: &str) -> io::Result<()> {
    if !fs::symlink_metadata(file)?.is_file() {
        return Err(io::Error::other("it is no regular file"));
    }
    let mut there = OpenOptions::new().write(true).open(file)?;
    there.write_all(text.as_bytes())?;
    there.set_len(text.len() as u64)
}
