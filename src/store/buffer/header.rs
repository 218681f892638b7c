//! The first bytes of a file: whether it is a buffer, and of which version.

use std::fs::File;
use std::io;

use crate::store::buffer::frame;
use crate::store::crc32::crc32;
use crate::store::regular_file::read_at;

/// Bytes of the file's own head: 8 + 2 + 2 + 16 + 4.
pub(crate) const FILE_HEAD: u64 = HEAD_LENGTH as u64;

const HEAD_LENGTH: u8 = 32;

/// Begins every buffer file.
const MAGIC: [u8; 8] = *b"CHTRBUF\0";

const VERSION: u16 = 1;

/// How much is read to see a damaged head in place of a foreign file.
const CHUNK: usize = 64 * 1024;

/// What a file's first bytes say it is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum FileHeader {
    /// Empty, or cut off while its head was written.
    Fresh,
    /// A buffer of this version.
    Ours,
    /// A buffer of this version whose head was damaged: a sound frame stands near its beginning.
    Damaged,
    /// Something else, or a buffer of this other version.
    Foreign(Option<u16>),
}

/// The head of every file of this version. It never changes, so a damaged one can be rewritten.
pub(crate) fn file_head() -> Vec<u8> {
    let mut bytes = Vec::with_capacity(usize::from(HEAD_LENGTH));
    bytes.extend(MAGIC);
    bytes.extend(VERSION.to_le_bytes());
    bytes.extend([HEAD_LENGTH, 0]);
    bytes.extend([0; 16]);
    bytes.extend(crc32(&[&bytes]).to_le_bytes());
    bytes
}

/// Sees from the first bytes of a file whether it is a buffer.
pub(crate) fn origin(file: &File) -> io::Result<FileHeader> {
    let head = file_head();
    let found = read_at(file, 0, head.len())?;
    if found == head {
        return Ok(FileHeader::Ours);
    }
    if head.starts_with(&found) {
        return Ok(FileHeader::Fresh);
    }
    if let Some((rest, sum)) = found.split_last_chunk::<4>()
        && rest.starts_with(&MAGIC)
        && crc32(&[rest]) == u32::from_le_bytes(*sum)
    {
        let version = rest.get(8..).and_then(|rest| rest.first_chunk());
        return Ok(FileHeader::Foreign(
            version.copied().map(u16::from_le_bytes),
        ));
    }
    let start = read_at(file, 0, CHUNK)?;
    Ok(match frame::find(&start) {
        Some(_) => FileHeader::Damaged,
        None => FileHeader::Foreign(None),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn file_headers_differ() {
        let of = |bytes: &[u8]| {
            let mut file = tempfile::tempfile().unwrap();
            file.write_all(bytes).unwrap();
            origin(&file).unwrap()
        };
        let head = file_head();
        assert_eq!(of(&head), FileHeader::Ours);
        for length in 0..head.len() {
            assert_eq!(of(&head[..length]), FileHeader::Fresh, "{length} bytes");
        }
        let mut next = head[..28].to_vec();
        next[8] = 2;
        next.extend(crc32(&[&next]).to_le_bytes());
        assert_eq!(of(&next), FileHeader::Foreign(Some(2)));
        assert_eq!(of(b"SQLite format 3\0"), FileHeader::Foreign(None));
        assert_eq!(of(&[0; 4096]), FileHeader::Foreign(None));
    }
}
