//! Reads and replaces regular files.
//!
//! A name can lead to anything: opening a pipe waits for its other end, and a device or a damaged file can be
//! endless. A file that is not regular is neither read nor written, and a file that is larger than any of this
//! crate is not read.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
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
    // Files of the kernel say that they are empty, and reading some of them waits for ever.
    if found.len() == 0 {
        return Ok(String::new());
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

/// Writes a new file in place of anything that had its name.
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

/// Reads up to `length` bytes: fewer only where the file ends.
pub(crate) fn read_at(file: &File, offset: u64, length: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    read_at_into(file, offset, length, &mut bytes)?;
    Ok(bytes)
}

/// As [`read_at`], in place of what `bytes` hold.
pub(crate) fn read_at_into(
    file: &File,
    offset: u64,
    length: usize,
    bytes: &mut Vec<u8>,
) -> io::Result<()> {
    bytes.resize(length, 0);
    let mut filled = 0;
    while let Some(rest) = bytes.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match file.read_at(rest, offset + filled as u64) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    bytes.truncate(filled);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_the_kernel_is_empty_and_not_waited_for() {
        assert_eq!(read(Path::new("/proc/kmsg")).unwrap_or_default(), "");
        assert!(read(Path::new("/proc")).is_err());
    }
}
