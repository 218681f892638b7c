//! Reading at a place of a file: as many bytes as are there, since a file can end anywhere.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

/// Reads up to `length` bytes: fewer only where the file ends.
pub(crate) fn read(file: &File, offset: u64, length: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    read_into(file, offset, length, &mut bytes)?;
    Ok(bytes)
}

/// As [`read`], in place of what `bytes` hold.
pub(crate) fn read_into(
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
