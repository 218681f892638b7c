//! The body of a request: as it is, or compressed where that pays.
//!
//! One dispatch has a few KiB, and gzip would spend 0.1 ms on saving as much as fits two packets. What waited
//! is sent in large requests; there level 1 makes a quarter of it for 4 ms a MiB, and higher levels take
//! seven times as long for a sixth less. Where the first of them shows that the network is faster than
//! the compression, the others go as they are, and are streamed.

use std::io::{self, Read};
use std::time::Duration;

use flate2::Compression as Level;
use flate2::read::{GzDecoder, GzEncoder};

use super::options::Compression;

/// Bodies from this size on are compressed: 64 KiB, which on a fast network takes about as long as its
/// compression.
const WORTH_IT: u64 = 64 * 1024;

/// Compresses a body of `length` bytes if it should be.
pub(super) fn compressed(
    body: &mut dyn Read,
    length: u64,
    compression: Compression,
) -> io::Result<Option<Vec<u8>>> {
    let pays = match compression {
        Compression::Large => length >= WORTH_IT,
        Compression::All => true,
        Compression::Off => false,
    };
    if !pays {
        return Ok(None);
    }
    // Traces shrink to between a fifth and a third.
    let expected = usize::try_from(length / 4).unwrap_or_default();
    let mut compressed = Vec::with_capacity(expected);
    GzEncoder::new(Exactly::new(body, length), Level::new(1)).read_to_end(&mut compressed)?;
    Ok(Some(compressed))
}

/// A body of exactly this length: ureq asks one that ends early for more for ever.
pub(super) struct Exactly<'a> {
    body: &'a mut dyn Read,
    left: u64,
}

impl<'a> Exactly<'a> {
    pub(super) fn new(body: &'a mut dyn Read, length: u64) -> Self {
        Self { body, left: length }
    }
}

impl Read for Exactly<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.left).unwrap_or(usize::MAX);
        let most = most.min(into.len());
        let read = self.body.read(into.get_mut(..most).unwrap_or_default())?;
        if read == 0 && most > 0 {
            let problem = "a record is shorter than it was";
            return Err(io::Error::new(io::ErrorKind::InvalidData, problem));
        }
        self.left -= read as u64;
        Ok(read)
    }
}

/// How long a body would have taken as it is, judged by how long the compressed one took.
pub(super) fn time_of_plain(took: Duration, compressed: u64, length: u64) -> Duration {
    let microseconds = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
    Duration::from_micros(microseconds.saturating_mul(length) / compressed.max(1))
}

/// The body again, while it is read.
pub(super) fn plain(compressed: &[u8]) -> impl Read + '_ {
    GzDecoder::new(compressed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_body_takes_as_much_longer_as_it_is_longer() {
        let took = Duration::from_millis(3);
        assert_eq!(time_of_plain(took, 100, 400), Duration::from_millis(12));
        assert_eq!(time_of_plain(took, 0, 0), Duration::ZERO);
    }

    #[test]
    fn a_body_has_the_length_that_was_told() {
        for (length, expected) in [(3, None), (2, Some("ab")), (1, Some("a")), (0, Some(""))] {
            let mut read = String::new();
            let done = Exactly::new(&mut b"ab".as_slice(), length).read_to_string(&mut read);
            assert_eq!(done.ok().map(|_| read.as_str()), expected, "{length}");
            let compressed = compressed(&mut b"ab".as_slice(), length, Compression::All);
            assert_eq!(compressed.is_ok(), expected.is_some(), "{length}");
        }
    }

    #[test]
    fn only_what_pays_is_compressed_and_comes_out_as_it_went_in() {
        let body: Vec<u8> = (0..70_000_u32).map(|index| (index % 251) as u8).collect();
        for (length, compression, expected) in [
            (65_535, Compression::Large, false),
            (65_536, Compression::Large, true),
            (70_000, Compression::Off, false),
            (0, Compression::All, true),
            (10, Compression::All, true),
        ] {
            let body = &body[..length];
            let compressed = compressed(&mut &*body, length as u64, compression).unwrap();
            assert_eq!(compressed.is_some(), expected, "{length} {compression:?}");
            if let Some(compressed) = compressed {
                let mut again = Vec::new();
                plain(&compressed).read_to_end(&mut again).unwrap();
                assert_eq!(again, body);
            }
        }
    }
}
