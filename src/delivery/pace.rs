//! How much goes into one request: small to begin with, then as much as the time that is left allows.
//!
//! A slow line must get a request through within the budget, or nothing ever leaves; a fast one should
//! not be asked a hundred times. What the receiver finds too large is not tried again.

use std::time::{Duration, Instant};

use crate::buffer::Entry;

/// The first request, in bytes: half a second on a line of 8 Mbit/s, and some thousand spans.
const FIRST: u64 = 512 << 10;
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
            room: FIRST >> failures.min(19),
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

    /// A request of so many bytes was answered after so long.
    pub(super) fn answered(&mut self, bytes: u64, took: Duration) {
        let left = self.deadline.saturating_duration_since(Instant::now());
        let microseconds = |time: Duration| u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        // Half of what fits: a line is not as fast all the time.
        let fits = bytes.saturating_mul(microseconds(left)) / microseconds(took).max(1) / 2;
        self.room = self.room.saturating_mul(2).min(fits).min(self.most);
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
