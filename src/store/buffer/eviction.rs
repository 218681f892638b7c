//! Chooses which dispatches to drop when the buffer is full, without a file.
//!
//! Whole dispatches are dropped, since half a trace misleads. The new record is always stored: a buffer full of
//! old failures then still has the latest dispatch.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::time::Duration;

use crate::store::buffer::dropped::{Cause, Count, Dropped};
use crate::store::buffer::envelope::Summary;
use crate::store::buffer::header::FILE_HEAD;
use crate::store::buffer::layout::{self, Frame, Layout};
use crate::store::buffer::record::Priority;

/// How much a buffer may hold, and how long it may wait for another process.
///
/// ```
/// use charm_tracing::__buffer::Limits;
///
/// let limits = Limits { dispatches: 20, ..Limits::default() };
/// assert_eq!(limits.bytes, 10 * 1024 * 1024);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Dispatches, that is trace ids; default 100. With 0 nothing is stored.
    pub dispatches: usize,
    /// Length of the file in bytes; default 10 MiB. It may be passed by one record, and by 66 bytes for each
    /// that the file lists.
    pub bytes: u64,
    /// How long a dispatch waits for delivery before it is dropped; default 14 days. Compared when
    /// another one is stored, by whose clock its age counts.
    pub age: Duration,
    /// How long one call waits for the lock; default 50 ms. A record that cannot be stored by then
    /// goes to a file of its own, see [`Buffer::push`](crate::store::buffer::Buffer::push).
    pub lock_wait: Duration,
    /// The file's length is a multiple of so many bytes, where `bytes` allow it; default 0, and it is as
    /// long as what it holds. What is stored then mostly goes where the disk has room for it already, and
    /// [`Buffer::sync`](crate::store::buffer::Buffer::sync) takes half the time.
    pub reserve: u64,
}

/// Longer than any outage that someone works on, and shorter than what backends keep.
const TWO_WEEKS: Duration = Duration::from_secs(14 * 24 * 60 * 60);

impl Default for Limits {
    /// The limits of the Python library `charm_tracing`: `buffer_max_events` 100 and
    /// `buffer_max_size_mib` 10.
    fn default() -> Limits {
        Limits {
            dispatches: 100,
            bytes: 10 * 1024 * 1024,
            age: TWO_WEEKS,
            // Writers hold the lock for a fraction of a millisecond.
            lock_wait: Duration::from_millis(50),
            reserve: 0,
        }
    }
}

/// The frames that must go, as indices, and what that means.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Doomed {
    pub(crate) frames: Vec<usize>,
    pub(crate) dropped: Dropped,
}

/// Chooses what goes so that a newcomer of `size` bytes leaves all limits kept.
///
/// What is too old goes in any case. Then lowest priority first, oldest first among equals. Earlier records of the newcomer's own dispatch
/// go last of all.
pub(crate) fn choose(frames: &[Frame], newcomer: &Summary, size: u64, limits: &Limits) -> Doomed {
    let live = frames.iter().filter(|frame| frame.head.is_live());
    let mut bytes = FILE_HEAD + size + live.map(Frame::size).sum::<u64>();
    let mut dispatches = dispatches(frames);
    let own = dispatches.remove(&newcomer.trace_id);
    let mut count = dispatches.len() + 1;

    let mut doomed = Doomed::default();
    let age = u64::try_from(limits.age.as_nanos()).unwrap_or(u64::MAX);
    let is_old = |dispatch: &StoredDispatch| newcomer.created.saturating_sub(dispatch.newest) > age;
    for (_, dispatch) in dispatches.extract_if(|_, dispatch| is_old(dispatch)) {
        count -= 1;
        bytes = bytes.saturating_sub(dispatch.bytes);
        doomed.add(frames, &dispatch, Cause::Old);
    }
    if count <= limits.dispatches && bytes <= limits.bytes {
        return doomed;
    }
    // Mostly one goes, so the others need no order.
    let mut order: BinaryHeap<Reverse<StoredDispatch>> =
        dispatches.into_values().map(Reverse).collect();
    while count > limits.dispatches || bytes > limits.bytes {
        let Some(Reverse(dispatch)) = order.pop() else {
            break;
        };
        count -= 1;
        bytes = bytes.saturating_sub(dispatch.bytes);
        doomed.add(frames, &dispatch, Cause::Full);
    }
    if let Some(own) = own.filter(|_| bytes > limits.bytes) {
        doomed.add(frames, &own, Cause::Full);
    }
    doomed
}

/// Chooses what goes so that `size` bytes fit into the file as long as it is, because the disk is
/// full: one hole has to be large enough. `None` if not even that helps.
pub(crate) fn choose_hole(layout: &Layout, newcomer: &Summary, size: u64) -> Option<Doomed> {
    let mut dispatches = dispatches(&layout.frames);
    dispatches.remove(&newcomer.trace_id);
    let mut order: Vec<StoredDispatch> = dispatches.into_values().collect();
    order.sort();

    let fits = |going: &[StoredDispatch]| {
        let goes = |frame: &Frame| going.iter().any(|dispatch| dispatch.has(frame));
        let stays = |frame: &&Frame| !goes(frame);
        let stay: Vec<&Frame> = layout.live().filter(stays).collect();
        let end = stay
            .iter()
            .map(|frame| frame.end())
            .max()
            .unwrap_or(FILE_HEAD);
        end.saturating_add(size) <= layout.length
            || layout::hole_between(stay.into_iter(), size).is_some()
    };
    let mut going = Vec::new();
    let mut order = order.into_iter();
    while !fits(&going) {
        going.push(order.next()?);
    }
    // What does not lie beside the rest makes no room: the most important of it stays.
    for index in (0..going.len()).rev() {
        let dispatch = going.remove(index);
        if !fits(&going) {
            going.insert(index, dispatch);
        }
    }
    let mut doomed = Doomed::default();
    for dispatch in going {
        doomed.add(&layout.frames, &dispatch, Cause::Full);
    }
    Some(doomed)
}

impl Doomed {
    fn add(&mut self, frames: &[Frame], dispatch: &StoredDispatch, cause: Cause) {
        let own = frames.iter().enumerate();
        let own = own.filter(|(_, frame)| frame.head.is_live() && dispatch.has(frame));
        self.frames.extend(own.map(|(index, _)| index));
        let count = Count {
            dispatches: 1,
            spans: dispatch.spans,
        };
        self.dropped.add(cause, count);
    }
}

/// All live records of one trace id, in the order in which they go: by the first fields.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct StoredDispatch {
    priority: Priority,
    oldest: (u64, u64),
    trace_id: [u8; 16],
    /// When its last record was made, in nanoseconds since 1970.
    newest: u64,
    bytes: u64,
    spans: u64,
}

impl StoredDispatch {
    fn has(&self, frame: &Frame) -> bool {
        frame
            .summary
            .is_some_and(|summary| summary.trace_id == self.trace_id)
    }
}

fn dispatches(frames: &[Frame]) -> HashMap<[u8; 16], StoredDispatch> {
    let mut dispatches = HashMap::with_capacity(frames.len());
    for frame in frames {
        let Some(summary) = frame.summary.filter(|_| frame.head.is_live()) else {
            continue;
        };
        let priority = Priority::from_byte(summary.priority);
        let dispatch = dispatches
            .entry(summary.trace_id)
            .or_insert(StoredDispatch {
                priority,
                oldest: frame.age(),
                trace_id: summary.trace_id,
                newest: 0,
                bytes: 0,
                spans: 0,
            });
        dispatch.priority = dispatch.priority.max(priority);
        dispatch.oldest = dispatch.oldest.min(frame.age());
        dispatch.newest = dispatch.newest.max(summary.created);
        dispatch.bytes += frame.size();
        dispatch.spans += u64::from(summary.spans);
    }
    dispatches
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::buffer::frame::Draft;

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
        let (head, _) = Draft::record(summary, body).seal(created, 0);
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
        let count = Count {
            dispatches: 1,
            spans: 4,
        };
        assert_eq!(doomed.dropped.of(Cause::Full), count);
        assert_eq!(doomed.dropped.total(), count);
    }

    #[test]
    fn the_dispatch_of_the_new_record_is_dropped_last_and_once() {
        let frames = [frame(1, 0, 1), frame(2, 2, 2)];
        let newcomer = frame(1, 0, 3);
        assert_eq!(chosen(&frames, &newcomer, &limits(2, 9_999)), [0; 0]);
        assert_eq!(chosen(&frames, &newcomer, &limits(2, 2_100)), [1]);
        assert_eq!(chosen(&frames, &newcomer, &limits(2, 1_100)), [0, 1]);
    }

    #[test]
    fn what_waited_for_too_long_goes_first_and_is_counted_apart() {
        let frames = [
            frame(1, 2, 100),
            frame(2, 0, 300),
            frame(1, 2, 199),
            frame(3, 1, 99),
            // A clock that was set back is no reason to drop anything.
            frame(4, 0, 9_000),
        ];
        let within = Limits {
            age: Duration::from_nanos(100),
            ..limits(100, u64::MAX)
        };
        for (now, old) in [(199, &[][..]), (200, &[3]), (299, &[3]), (300, &[0, 2, 3])] {
            assert_eq!(chosen(&frames, &frame(9, 0, now), &within), old, "{now}");
        }
        let newcomer = frame(9, 0, 300).summary.unwrap();
        let doomed = choose(
            &frames,
            &newcomer,
            1_000,
            &Limits {
                dispatches: 2,
                ..within
            },
        );
        let spans = |cause| doomed.dropped.of(cause).spans;
        assert_eq!((spans(Cause::Old), spans(Cause::Full)), (6, 2));
        // The newcomer's own dispatch is as young as the newcomer.
        assert_eq!(chosen(&frames, &frame(3, 1, 200), &within), [0; 0]);
    }

    #[test]
    fn on_a_full_disk_only_what_makes_one_hole_goes() {
        // Frames of 1,000 bytes one after another, the least important in the middle and at the end.
        let priorities = [0, 2, 1, 1, 2, 0];
        let frames = priorities
            .iter()
            .zip(0_u8..)
            .map(|(priority, number)| Frame {
                offset: FILE_HEAD + 1_000 * u64::from(number),
                ..frame(number, *priority, u64::from(number))
            });
        let layout = Layout {
            frames: frames.collect(),
            length: FILE_HEAD + 6_000,
            ..Layout::default()
        };
        let newcomer = frame(9, 0, 9).summary.unwrap();
        let chosen = |size| {
            let mut frames = choose_hole(&layout, &newcomer, size)?.frames;
            frames.sort_unstable();
            Some(frames)
        };
        assert_eq!(chosen(1_000), Some(vec![0]));
        assert_eq!(chosen(1_001), Some(vec![2, 3]), "0 and 5 do not help");
        assert_eq!(chosen(2_001), Some(vec![0, 1, 2]));
        assert_eq!(chosen(6_000), Some(vec![0, 1, 2, 3, 4, 5]));
        assert_eq!(chosen(6_001), None);
    }
}
