//! What has started and ended reaches a file as it happens, so that a process that dies in the
//! middle of a dispatch leaves a trace of it. Nothing is synced: the file is for the death of the
//! process, and what the kernel has survives that.
//!
//! Writing is bounded by a budget instead of a clock, since there is no thread to look at one: in a
//! charm's ordinary pace every start and end is written at once, and a hot loop writes in batches.

mod codec;
mod frame;
mod slot;
mod story;

pub(crate) use slot::claimed;
pub(crate) use story::{ABANDONED, Story};

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SpanData;

use self::slot::{Slot, Survey};
use self::story::Found;
use crate::span::Watch;

/// Writes that a dispatch has before its pace counts: enough for what a handler opens around its
/// first long piece of work.
const FREE_WRITES: u128 = 64;
/// One more write for each of these. A write takes half a microsecond to one, so that what a hot
/// loop pays for its journal stays near one per cent.
const MICROSECONDS_A_WRITE: u128 = 50;
/// What waits in memory is written whatever it costs once it passes this many bytes.
const MOST_WAITING: usize = 64 * 1024;

/// The journal of the dispatch that runs.
///
/// Until [`begin`](Journal::begin) it keeps everything in memory.
#[derive(Debug)]
pub(crate) struct Journal {
    resource: Resource,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    waiting: Vec<u8>,
    slot: Option<Slot>,
    /// The file grows to this and no further, in bytes.
    limit: u64,
    began: Instant,
    writes: u128,
    /// The disk refused, the file is full, or the journal is over: nothing more is written.
    stopped: bool,
    headed: bool,
}

impl Journal {
    /// A journal that will hold at most `limit` bytes.
    pub(crate) fn new(resource: Resource, limit: u64) -> Self {
        let state = State {
            waiting: Vec::new(),
            slot: None,
            limit,
            began: Instant::now(),
            writes: 0,
            stopped: false,
            headed: false,
        };
        Self {
            resource,
            state: Mutex::new(state),
        }
    }

    /// Goes to disk from here on. Without a file, because all are in use or the disk refuses, the
    /// dispatch has no journal.
    pub(crate) fn begin(&self, place: Remains) {
        let mut state = self.state();
        state.slot = place.survey.take();
        state.stopped = state.slot.is_none();
        state.write(Pace::AtOnce);
    }

    /// The dispatch is in the buffer: the file is not needed any more.
    pub(crate) fn settle(&self) {
        let mut state = self.state();
        state.stopped = true;
        state.waiting = Vec::new();
        if let Some(slot) = state.slot.take() {
            // What stays is recognised by its trace id, which is in the buffer.
            let _ = slot.retire();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Watch for Journal {
    fn started(&self, span: &SpanData) {
        let mut state = self.state();
        if state.stopped {
            return;
        }
        if !state.headed {
            state.headed = true;
            let head = frame::head(span.span_context.trace_id().to_bytes());
            state.waiting.extend(head);
            frame::put_resource(&self.resource, &mut state.waiting);
        }
        frame::put_started(span, &mut state.waiting);
        state.write(Pace::Budget);
    }

    fn ended(&self, span: &SpanData) {
        let mut state = self.state();
        if state.stopped || !state.headed {
            return;
        }
        frame::put_ended(span, &mut state.waiting);
        state.write(Pace::Budget);
    }

    fn flush(&self) {
        self.state().write(Pace::AtOnce);
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Pace {
    AtOnce,
    Budget,
}

impl State {
    fn write(&mut self, pace: Pace) {
        if self.waiting.is_empty() || self.stopped {
            return;
        }
        let earned = self.began.elapsed().as_micros() / MICROSECONDS_A_WRITE;
        let may_wait = pace == Pace::Budget && self.waiting.len() < MOST_WAITING;
        if may_wait && self.writes >= FREE_WRITES + earned {
            return;
        }
        let Some(slot) = &mut self.slot else { return };
        let full = slot.length() + self.waiting.len() as u64 > self.limit;
        if full || slot.append(&self.waiting).is_err() {
            self.stopped = true;
        }
        self.writes += 1;
        self.waiting.clear();
    }
}

/// What dispatches left beside a buffer whose process is gone.
#[derive(Debug)]
pub(crate) struct Remains {
    survey: Survey,
}

impl Remains {
    /// Looks beside the buffer at `base`.
    pub(crate) fn beside(base: &Path) -> Self {
        Self {
            survey: slot::survey(base),
        }
    }

    /// Removes an empty file from a place that this unit does not write journals to any more.
    pub(crate) fn clean_up(self) {
        self.survey.remove_empty();
    }

    /// Gives each unfinished dispatch to `keep`, and forgets it once that says that it is kept. A
    /// file that is not forgotten is found again by the next dispatch. At most `limit` bytes of
    /// each are read. Returns where files are now that were no journal of a known version.
    pub(crate) fn recover(
        &mut self,
        limit: u64,
        mut keep: impl FnMut(Story) -> bool,
    ) -> Vec<PathBuf> {
        let mut set_aside = Vec::new();
        for mut slot in std::mem::take(&mut self.survey.dead) {
            let Ok(bytes) = slot.read(limit) else {
                continue;
            };
            let settled = match story::read(&bytes) {
                Found::Story(story) => keep(*story),
                Found::Nothing => true,
                Found::Foreign => {
                    set_aside.extend(slot.set_aside());
                    continue;
                }
            };
            if settled && slot.empty().is_ok() {
                self.survey.offer(slot);
            }
        }
        set_aside
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::{Opening, Recorder, Span};
    use std::sync::Arc;

    /// A dispatch that opens `spans` spans one after the other and is then forgotten, as a dead one.
    fn dies_after(spans: usize, place: &Path, limit: u64) -> u64 {
        let resource = Resource::builder_empty().build();
        let journal = Arc::new(Journal::new(resource.clone(), limit));
        let recorder = Recorder::new(resource, Some(Arc::clone(&journal) as Arc<dyn Watch>));
        let root = Span::root(&recorder, "root".to_owned(), Opening::default());
        journal.begin(Remains::beside(place));
        for _ in 0..spans {
            drop(Span::enter("short", Opening::default));
        }
        let length = journal.state().slot.as_ref().map_or(0, Slot::length);
        // What happens after this is not in the file any more.
        journal.state().slot = None;
        drop(root);
        length
    }

    fn stories(place: &Path) -> Vec<Story> {
        let mut found = Vec::new();
        let mut remains = Remains::beside(place);
        let aside = remains.recover(u64::MAX, |story| {
            found.push(story);
            true
        });
        assert_eq!(aside, Vec::<PathBuf>::new());
        found
    }

    #[test]
    fn what_a_dead_dispatch_had_done_is_told_once() {
        let directory = tempfile::tempdir().unwrap();
        let place = directory.path().join("buffer");
        assert!(dies_after(3, &place, u64::MAX) > 0);
        assert_eq!(claimed(&place).len(), 1);
        let told = stories(&place);
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].finished.spans.len(), 4);
        assert!(told[0].abandoned && told[0].root.is_some());
        assert_eq!(told[0].finished.trace_id(), told[0].trace_id);
        assert_eq!(stories(&place).len(), 0);
        assert_eq!(claimed(&place).len(), 0);
    }

    #[test]
    fn a_full_journal_keeps_what_it_has_and_grows_no_further() {
        let directory = tempfile::tempdir().unwrap();
        let place = directory.path().join("buffer");
        let length = dies_after(1_000, &place, 5_000);
        assert!((4_000..=5_000).contains(&length), "{length}");
        let told = stories(&place);
        assert!(told[0].finished.spans.len() > 5);
    }

    #[test]
    fn every_dispatch_beside_living_ones_has_a_file_of_its_own_up_to_eight() {
        let directory = tempfile::tempdir().unwrap();
        let place = directory.path().join("buffer");
        let mut taken: Vec<Slot> = Vec::new();
        while let Some(slot) = Remains::beside(&place).survey.take() {
            taken.push(slot);
        }
        assert_eq!(taken.len(), 8);
        for slot in taken.drain(..).rev() {
            slot.retire().unwrap();
        }
        let left = std::fs::read_dir(directory.path()).unwrap();
        let left: Vec<_> = left.map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, ["buffer.journal.0"]);
    }
}
