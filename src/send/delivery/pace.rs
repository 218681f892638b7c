//! How much goes into one request: small to begin with, then as much as the time that is left allows.
//!
//! A slow network must get a request through in the time, or nothing ever leaves; a fast one should
//! not need a hundred requests. So the first request measures the network, and the next ones are as large as the
//! result allows. What the receiver finds too large is not tried again.

use std::time::{Duration, Instant};

use crate::send::http::LARGE;
use crate::store::buffer::Entry;

/// The first request, in bytes: as much as goes as it is, since compressing a large one would take longer
/// than a fast network. It is 60 ms on a line of 8 Mbit/s, and some hundred spans.
const FIRST: u64 = LARGE - 1;
/// How many times as large a request may be as the largest before it: with 16 the third one is as large
/// as any, and the one after a lucky answer of a slow line is still bounded.
const GROWTH: u64 = 16;
/// The largest request that is streamed, in bytes: what gRPC receivers take by default, which share
/// their limits with those of HTTP in most collectors.
const MOST: u64 = 4 << 20;
/// The largest one that is compressed, in bytes: it is held in memory meanwhile, and a dispatch that
/// sends much is to need less than 2 MiB more than one that sends little, however badly it packs.
const MOST_COMPRESSED: u64 = 1 << 20;

/// The size of requests during one delivery.
#[derive(Debug)]
pub(super) struct Pace {
    room: u64,
    most: u64,
    deadline: Instant,
}

impl Pace {
    /// After so many failures in a row, each of which halves the first request: it may have been too
    /// much for the line.
    pub(super) fn new(failures: u32, deadline: Instant) -> Self {
        Self {
            room: (FIRST >> failures.min(15)).max(1),
            most: MOST,
            deadline,
        }
    }

    /// How many of these fit into the next request, which is compressed or not; at least one, if there
    /// is one.
    pub(super) fn fill(&self, entries: &[Entry], compressed: bool) -> usize {
        let most = if compressed { MOST_COMPRESSED } else { MOST };
        let mut room = self.room.min(most);
        let mut fits = |entry: &Entry| {
            let left = room.checked_sub(entry.payload_bytes());
            room = left.unwrap_or_default();
            left.is_some()
        };
        let count = entries.iter().take_while(|entry| fits(entry)).count();
        count.max(1).min(entries.len())
    }

    /// A request of so many bytes was taken in so long.
    pub(super) fn answered(&mut self, bytes: u64, took: Duration) {
        let left = self.deadline.saturating_duration_since(Instant::now());
        let microseconds = |time: Duration| u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        // Half of what fits: a line is not as fast all the time.
        let fits = bytes.saturating_mul(microseconds(left)) / microseconds(took).max(1) / 2;
        let grown = self.room.max(bytes).saturating_mul(GROWTH);
        self.room = grown.min(fits).min(self.most);
    }

    /// A request of so many bytes was refused, which can be for its size.
    pub(super) fn refused(&mut self, bytes: u64) {
        self.most = self.most.min(bytes / 2);
        self.room = self.room.min(self.most);
    }

    /// Whether there is no time for another request. The last 10 ms count as none, since a time-out of
    /// the network is as late as its clock and as early as its rounding.
    pub(super) fn is_over(&self) -> bool {
        Instant::now() + Duration::from_millis(10) >= self.deadline
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(1_000);
    const MS: Duration = Duration::from_millis(1);

    fn pace(failures: u32, left: Duration) -> Pace {
        Pace::new(failures, Instant::now() + left)
    }

    #[test]
    fn requests_grow_sixteenfold_up_to_the_most() {
        let mut pace = pace(0, LONG);
        let mut sizes = Vec::new();
        for _ in 0..4 {
            sizes.push(pace.room);
            pace.answered(pace.room, MS);
        }
        assert_eq!(sizes, [65_535, 16 * 65_535, 4 << 20, 4 << 20]);
    }

    #[test]
    fn requests_grow_from_what_was_taken_too() {
        // One record that is larger than the room.
        let mut pace = pace(9, LONG);
        pace.answered(100 << 10, MS);
        assert_eq!(pace.room, 1600 << 10);
        // The last few, which are smaller.
        pace.answered(1, MS / 1000);
        assert_eq!(pace.room, 4 << 20);
    }

    #[test]
    fn each_failure_halves_the_first_request() {
        assert_eq!(pace(1, LONG).room, 65_535 / 2);
        assert_eq!(pace(3, LONG).room, 65_535 / 8);
        assert_eq!(pace(u32::MAX, LONG).room, 1);
    }

    #[test]
    fn the_next_request_fits_half_of_what_is_left() {
        let mut pace = pace(0, Duration::from_secs(10));
        // 100 KiB/s, and 10 s less what the test takes: at most 500 KiB.
        pace.answered(100 << 10, Duration::from_secs(1));
        assert!((400 << 10..=500 << 10).contains(&pace.room), "{pace:?}");
        let mut over = Pace::new(0, Instant::now());
        over.answered(1, LONG);
        assert_eq!((over.room, over.is_over()), (0, true));
    }

    #[test]
    fn what_was_refused_is_not_tried_again() {
        let mut pace = pace(0, LONG);
        pace.refused(300 << 10);
        pace.answered(100 << 10, MS);
        pace.answered(100 << 10, MS);
        assert_eq!(pace.room, 150 << 10);
    }
}
