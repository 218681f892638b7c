//! Which dispatches go when room is short: a pure choice, without a file.
//!
//! Whole dispatches go, since half a trace misleads. The newcomer always gets in: a buffer full of
//! old failures then still shows what happened last, at the price of one of them.

use std::collections::HashMap;
use std::time::Duration;

use crate::buffer::envelope::Summary;
use crate::buffer::layout::{FILE_HEAD, Frame};
use crate::buffer::record::{Evicted, Priority};

/// How much a buffer may hold, and how long it may wait for another process.
///
/// ```
/// use charm_tracing::buffer::Limits;
///
/// let limits = Limits { dispatches: 20, ..Limits::default() };
/// assert_eq!(limits.bytes, 10 * 1024 * 1024);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Dispatches, that is trace ids; default 100. With 0 nothing is stored.
    pub dispatches: usize,
    /// Length of the file in bytes; default 10 MiB. It may be passed by one record.
    pub bytes: u64,
    /// How long one call waits for the lock; default 1 s.
    pub lock_wait: Duration,
}

impl Default for Limits {
    /// The limits of the Python library `charm_tracing`: `buffer_max_events` 100 and
    /// `buffer_max_size_mib` 10.
    fn default() -> Limits {
        Limits {
            dispatches: 100,
            bytes: 10 * 1024 * 1024,
            lock_wait: Duration::from_secs(1),
        }
    }
}

/// The frames that must go, as indices, and what that means.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Doomed {
    pub(crate) frames: Vec<usize>,
    pub(crate) evicted: Evicted,
}

/// Chooses what goes so that a newcomer of `size` bytes leaves both limits kept.
///
/// Lowest priority first, oldest first among equals. Earlier records of the newcomer's own dispatch
/// go last of all.
pub(crate) fn choose(frames: &[Frame], newcomer: &Summary, size: u64, limits: &Limits) -> Doomed {
    let live = frames.iter().filter(|frame| frame.head.is_live());
    let mut bytes = FILE_HEAD + size + live.map(Frame::size).sum::<u64>();
    let mut dispatches = dispatches(frames);
    let own = dispatches.remove(&newcomer.trace_id);
    let mut count = dispatches.len() + 1;

    let mut order: Vec<Dispatch> = dispatches.into_values().collect();
    if count > limits.dispatches || bytes > limits.bytes {
        order.sort_by_key(|dispatch| (dispatch.priority, dispatch.oldest));
    }
    let mut doomed = Doomed::default();
    for dispatch in order {
        if count <= limits.dispatches && bytes <= limits.bytes {
            return doomed;
        }
        count -= 1;
        bytes = bytes.saturating_sub(dispatch.bytes);
        doomed.add(dispatch);
    }
    if let Some(own) = own.filter(|_| bytes > limits.bytes) {
        doomed.add(own);
    }
    doomed
}

impl Doomed {
    fn add(&mut self, dispatch: Dispatch) {
        self.frames.extend(dispatch.frames);
        self.evicted.dispatches += 1;
        self.evicted.spans += dispatch.spans;
    }
}

/// All live records of one trace id.
struct Dispatch {
    frames: Vec<usize>,
    priority: Priority,
    oldest: (u64, u64),
    bytes: u64,
    spans: u64,
}

fn dispatches(frames: &[Frame]) -> HashMap<[u8; 16], Dispatch> {
    let mut dispatches: HashMap<[u8; 16], Dispatch> = HashMap::new();
    for (index, frame) in frames.iter().enumerate() {
        let Some(summary) = frame.summary.filter(|_| frame.head.is_live()) else {
            continue;
        };
        let priority = Priority::from_byte(summary.priority);
        let dispatch = dispatches.entry(summary.trace_id).or_insert(Dispatch {
            frames: Vec::new(),
            priority,
            oldest: frame.age(),
            bytes: 0,
            spans: 0,
        });
        dispatch.frames.push(index);
        dispatch.priority = dispatch.priority.max(priority);
        dispatch.oldest = dispatch.oldest.min(frame.age());
        dispatch.bytes += frame.size();
        dispatch.spans += u64::from(summary.spans);
    }
    dispatches
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::buffer::frame::Draft;

    /// A frame of 1,000 bytes with two spans, of a dispatch named by one byte.
    fn frame(trace: u8, priority: u8, created: u64) -> Frame {
        let summary = Summary {
            priority,
            encoding: 1,
            spans: 2,
            created,
            trace_id: [trace; 16],
            payload: 934,
        };
        let body = vec![0; 972];
        let (head, _, _) = Draft { summary, body }.seal(created, 0);
        Frame {
            offset: created,
            head,
            summary: Some(summary),
        }
    }

    fn limits(dispatches: usize, bytes: u64) -> Limits {
        Limits {
            dispatches,
            bytes,
            ..Limits::default()
        }
    }

    fn chosen(frames: &[Frame], newcomer: &Frame, limits: &Limits) -> Vec<usize> {
        let summary = newcomer.summary.unwrap();
        let mut doomed = choose(frames, &summary, newcomer.size(), limits);
        doomed.frames.sort_unstable();
        doomed.frames
    }

    #[test]
    fn nothing_goes_while_there_is_room() {
        let frames = [frame(1, 1, 1), frame(2, 1, 2)];
        assert_eq!(chosen(&frames, &frame(3, 0, 3), &limits(3, 3_032)), [0; 0]);
    }

    #[test]
    fn the_lowest_priority_goes_first_and_the_oldest_of_it() {
        let frames = [
            frame(1, 2, 1),
            frame(2, 1, 2),
            frame(3, 0, 4),
            frame(4, 0, 3),
            frame(5, 1, 0),
        ];
        let newcomer = frame(9, 1, 9);
        for (keep, gone) in [
            (6, &[][..]),
            (5, &[3]),
            (4, &[2, 3]),
            (3, &[2, 3, 4]),
            (2, &[1, 2, 3, 4]),
            (1, &[0, 1, 2, 3, 4]),
        ] {
            let by_count = chosen(&frames, &newcomer, &limits(keep, u64::MAX));
            assert_eq!(by_count, gone, "{keep} dispatches");
            let by_size = chosen(&frames, &newcomer, &limits(100, 32 + 1_000 * keep as u64));
            assert_eq!(by_size, gone, "{keep} kB");
        }
    }

    #[test]
    fn a_dispatch_goes_as_a_whole_and_counts_by_its_best_record() {
        let frames = [
            frame(1, 0, 1),
            frame(2, 0, 2),
            frame(1, 2, 3),
            frame(2, 0, 4),
        ];
        let newcomer = frame(9, 0, 9);
        let doomed = choose(
            &frames,
            &newcomer.summary.unwrap(),
            1_000,
            &limits(2, 9_999),
        );
        assert_eq!(doomed.frames, [1, 3]);
        let evicted = Evicted {
            dispatches: 1,
            spans: 4,
        };
        assert_eq!(doomed.evicted, evicted);
    }

    #[test]
    fn the_newcomer_s_own_dispatch_goes_last_and_is_not_counted_twice() {
        let frames = [frame(1, 0, 1), frame(2, 2, 2)];
        let newcomer = frame(1, 0, 3);
        assert_eq!(chosen(&frames, &newcomer, &limits(2, 9_999)), [0; 0]);
        assert_eq!(chosen(&frames, &newcomer, &limits(2, 2_100)), [1]);
        assert_eq!(chosen(&frames, &newcomer, &limits(2, 1_100)), [0, 1]);
    }
}
