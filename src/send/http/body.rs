//! The body of a request: as it is, or compressed where that pays.
//!
//! One dispatch has a few KiB, and gzip would spend 0.1 ms on saving as much as fits two packets. What waited
//! is sent in large requests; there level 1 makes an eighth of it for 3 to 4 ms a MiB, and higher levels take
//! seven times as long for a sixth less. Where the first body shows that the network is faster than
//! that, the others go as they are, and are streamed.

use std::io::{self, Read};
use std::time::{Duration, Instant};

use flate2::Compression as Level;
use flate2::read::{GzDecoder, GzEncoder};

use super::super::receiver::Compression;

/// Bodies from this size on are compressed: 64 KiB, which on a fast network takes about as long as its
/// compression.
pub(crate) const LARGE: u64 = 64 * 1024;

/// The same while nothing shows how fast the network is. A buffer that is full by both its limits has
/// records of 105 KB, and one of them alone is to show it.
const LARGE_AT_FIRST: u64 = 128 * 1024;

/// Bodies from this size on show how fast the network is: 32 KiB, since the round trip is most of the
/// time of smaller ones.
const MEASURABLE: u64 = 32 * 1024;

/// What level 1 compresses in a microsecond, in bytes: 250 MB/s, which it makes of the first 64 KiB where it
/// is built for size. Later ones, and what is built for speed, take two thirds of the time.
const COMPRESSED_IN_A_MICROSECOND: u64 = 250;

/// What an answer takes however fast the network is: 0.1 ms, in which a receiver on the same machine wakes
/// up and answers, and a packet is back from the next rack.
const ROUND_TRIP: Duration = Duration::from_micros(100);

/// Whether a body of `length` bytes is compressed, of a receiver that was sent one before which shows how
/// fast the network is, or was not.
pub(super) fn pays(length: u64, compression: Compression, is_measured: bool) -> bool {
    match compression {
        Compression::Large if is_measured => length >= LARGE,
        Compression::Large => length >= LARGE_AT_FIRST,
        Compression::All => true,
        Compression::Off => false,
    }
}

/// The most that is allocated before anything is compressed: a quarter of the largest merged request, in bytes.
const MOST_AT_ONCE: usize = 1 << 20;

/// Compresses a body of `length` bytes.
pub(super) fn compressed(body: &mut dyn Read, length: u64) -> io::Result<Vec<u8>> {
    // Traces shrink to between a tenth and a third.
    let expected = usize::try_from(length / 4).unwrap_or_default();
    let mut compressed = Vec::with_capacity(expected.min(MOST_AT_ONCE));
    GzEncoder::new(Exactly::new(body, length), Level::new(1)).read_to_end(&mut compressed)?;
    Ok(compressed)
}

/// Whether a body of this length shows how fast the network is.
pub(super) fn is_measurable(length: u64) -> bool {
    length >= MEASURABLE
}

/// Whether the network took a plain body in less time than its compression would have.
pub(super) fn is_faster_plain(took: Duration, length: u64) -> bool {
    let compressing = Duration::from_micros(length / COMPRESSED_IN_A_MICROSECOND);
    is_measurable(length) && took < compressing + ROUND_TRIP
}

/// A body of exactly this length: ureq asks one that ends early for more for ever. It asks first when
/// there is a connection and the head of the request has left.
pub(super) struct Exactly<'a> {
    body: &'a mut dyn Read,
    left: u64,
    asked: Option<Instant>,
    /// What its own reading took so far.
    reading: Duration,
}

impl<'a> Exactly<'a> {
    pub(super) fn new(body: &'a mut dyn Read, length: u64) -> Self {
        Self {
            body,
            left: length,
            asked: None,
            reading: Duration::ZERO,
        }
    }

    /// How long the network has had it by now: since its first byte was asked for, but for the time
    /// that it took to read it. `None` if it was not asked for.
    pub(super) fn on_its_way(&self) -> Option<Duration> {
        let asked = self.asked?;
        Some(asked.elapsed().saturating_sub(self.reading))
    }
}

impl Read for Exactly<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.left).unwrap_or(usize::MAX);
        let most = most.min(into.len());
        let begun = Instant::now();
        self.asked.get_or_insert(begun);
        let read = self.body.read(into.get_mut(..most).unwrap_or_default())?;
        self.reading += begun.elapsed();
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
    fn a_body_has_its_stated_length() {
        for (length, expected) in [(3, None), (2, Some("ab")), (1, Some("a")), (0, Some(""))] {
            let mut read = String::new();
            let done = Exactly::new(&mut b"ab".as_slice(), length).read_to_string(&mut read);
            assert_eq!(done.ok().map(|_| read.as_str()), expected, "{length}");
            let compressed = compressed(&mut b"ab".as_slice(), length);
            assert_eq!(compressed.is_ok(), expected.is_some(), "{length}");
        }
    }

    #[test]
    fn what_is_compressed_comes_out_as_it_went_in() {
        let body: Vec<u8> = (0..70_000_u32).map(|index| (index % 251) as u8).collect();
        for length in [0, 10, body.len()] {
            let body = &body[..length];
            let compressed = compressed(&mut &*body, length as u64).unwrap();
            let mut again = Vec::new();
            plain(&compressed).read_to_end(&mut again).unwrap();
            assert_eq!(again, body);
        }
    }

    #[test]
    fn only_what_pays_is_compressed_as_the_first_shows() {
        use Compression::{All, Large, Off};
        for (length, compression, at_first, later) in [
            (65_535, Large, false, false),
            (65_536, Large, false, true),
            (131_071, Large, false, true),
            (131_072, Large, true, true),
            (1 << 30, Off, false, false),
            (0, All, true, true),
        ] {
            let found = [false, true].map(|is_measured| pays(length, compression, is_measured));
            assert_eq!(found, [at_first, later], "{length} {compression:?}");
        }
    }

    #[test]
    fn a_fast_network_gets_plain_bodies() {
        let micros = Duration::from_micros;
        assert!(is_faster_plain(micros(355), 64_000));
        assert!(!is_faster_plain(micros(356), 64_000));
        // A line of 1 Gbit/s, whose round trip takes no time: compressing is twice as fast.
        assert!(!is_faster_plain(micros(512), 64_000));
        assert!(!is_faster_plain(micros(262), MEASURABLE));
        // Too small to show anything.
        assert!(!is_faster_plain(Duration::ZERO, 32_767));
        assert!(is_faster_plain(Duration::ZERO, 32_768));
    }

    #[test]
    fn reading_a_body_is_not_the_networks_time() {
        struct Slow;
        impl Read for Slow {
            fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
                std::thread::sleep(Duration::from_millis(30));
                Ok(into.len())
            }
        }
        let begun = Instant::now();
        let mut slow = Slow;
        let mut body = Exactly::new(&mut slow, 20);
        assert_eq!(body.on_its_way(), None);
        body.read_exact(&mut [0; 10]).unwrap();
        std::thread::sleep(Duration::from_millis(20));
        body.read_exact(&mut [0; 10]).unwrap();
        let on_its_way = body.on_its_way().unwrap();
        assert!(on_its_way >= Duration::from_millis(20), "{on_its_way:?}");
        let reading = begun.elapsed().saturating_sub(on_its_way);
        assert!(reading >= Duration::from_millis(60), "{reading:?}");
    }
}
