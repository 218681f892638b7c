//! What has started and ended reaches a file as it happens, so that a process that dies in the
//! middle of a dispatch leaves a trace of it. Nothing is synced: the file is for the death of the
//! process, and what the kernel has survives that.
//!
//! Writing is bounded by a budget instead of a clock, since there is no thread to look at one: in a
//! charm's ordinary pace every start and end is written at once, and a hot loop writes in batches.

mod call;
mod codec;
mod frame;
mod slot;
mod story;

pub(crate) use slot::claimed;
pub(crate) use story::{ABANDONED, Found, Story, read};

use std::path::{Path, PathBuf};

use opentelemetry::trace::TraceId;
use opentelemetry_sdk::Resource;

use self::slot::{Slot, Survey};
use crate::span::{self, Record, Site, Watch};

/// What each write is paid with, in nanoseconds of the dispatch. A write takes half a microsecond to one,
/// so that what a hot loop pays for them stays near one per cent.
const A_WRITE: u64 = 50_000;
/// Writes that a dispatch has saved when it begins, and that a quiet time can save: enough for what a
/// handler opens around its next long piece of work.
const MOST_SAVED: u64 = 64;
/// What waits in memory is written whatever it costs once it passes this many bytes.
const MOST_WAITING: usize = 64 * 1024;

/// The journal of the dispatch that runs.
///
/// Until [`begin`](Journal::begin) it keeps everything in memory.
#[derive(Debug)]
pub(crate) struct Journal {
    resource: Resource,
    waiting: Vec<u8>,
    slot: Option<Slot>,
    /// The file grows to this and no further, in bytes.
    limit: u64,
    /// The latest moment that was heard of, in nanoseconds since 1970.
    now: u64,
    /// The time that has not been spent on writes.
    credit: u64,
    /// The disk refused, the file is full, or the journal is over: nothing more is written.
    stopped: bool,
    /// Why it cannot tell all of this dispatch should that be killed.
    problem: Option<String>,
    /// That of the dispatch, once its first span is there.
    trace_id: Option<TraceId>,
    /// Where in what waits a frame of calls has begun that has not ended.
    calls: Option<usize>,
    /// By number, the sites that later calls need only name.
    told: Vec<bool>,
}

impl Journal {
    /// A journal that will hold at most `limit` bytes.
    pub(crate) fn new(resource: Resource, limit: u64) -> Self {
        Self {
            resource,
            waiting: Vec::new(),
            slot: None,
            limit,
            now: 0,
            credit: A_WRITE * MOST_SAVED,
            stopped: false,
            problem: None,
            trace_id: None,
            calls: None,
            told: Vec::new(),
        }
    }

    /// Goes to disk from here on. Without a file, because all are in use or the disk refuses, the
    /// dispatch has no journal.
    pub(crate) fn begin(&mut self, place: Remains) {
        match place.survey.take() {
            Ok(slot) => self.slot = Some(slot),
            Err(problem) => {
                self.stopped = true;
                self.problem = Some(problem);
            }
        }
        self.write(Pace::AtOnce);
    }

    /// Why there is no journal of this dispatch, or not all of it.
    pub(crate) fn problem(&self) -> Option<String> {
        self.problem.clone()
    }

    /// The dispatch is in the buffer: the file is not needed any more.
    pub(crate) fn settle(&mut self) {
        self.stopped = true;
        self.waiting = Vec::new();
        if let Some(slot) = self.slot.take() {
            // What stays is recognised by its trace id, which is in the buffer.
            let _ = slot.retire();
        }
    }
}

impl Watch for Journal {
    fn started(&mut self, span: &Record) {
        if self.stopped {
            return;
        }
        if self.trace_id.is_none() {
            let trace_id = span.trace_id;
            self.trace_id = Some(trace_id);
            self.waiting.extend(frame::head(trace_id.to_bytes()));
            frame::put_resource(&self.resource, &mut self.waiting);
        }
        self.put_started(span);
        self.pass(span.start);
        self.write(Pace::Budget);
    }

    fn ended(&mut self, span: &Record) {
        if self.stopped || self.trace_id.is_none() {
            return;
        }
        self.put_ended(span);
        self.pass(span.end);
        self.write(Pace::Budget);
    }

    fn flush(&mut self) {
        self.write(Pace::AtOnce);
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Pace {
    AtOnce,
    Budget,
}

impl Journal {
    fn put_started(&mut self, span: &Record) {
        let site = span.site.and_then(Site::told);
        let Some(site) = site.filter(|_| span.is_a_call(self.trace_id)) else {
            self.seal_calls();
            frame::put_started(&span.clone().into_data(), &mut self.waiting);
            return;
        };
        self.begin_calls();
        let place = site.number as usize;
        if self.told.get(place) != Some(&true) {
            self.told.resize(self.told.len().max(place + 1), false);
            if let Some(told) = self.told.get_mut(place) {
                *told = true;
            }
            call::put_site(site, &span::scope(), &mut self.waiting);
        }
        call::put_opened(site.number, span, &mut self.waiting);
    }

    fn put_ended(&mut self, span: &Record) {
        if span.changed {
            self.seal_calls();
            frame::put_ended(&span.clone().into_data(), &mut self.waiting);
        } else {
            self.begin_calls();
            call::put_closed(span.id, span.end, &mut self.waiting);
        }
    }

    fn begin_calls(&mut self) {
        if self.calls.is_none() {
            self.calls = Some(frame::begin_calls(&mut self.waiting));
        }
    }

    fn seal_calls(&mut self) {
        if let Some(start) = self.calls.take() {
            frame::seal_calls(start, &mut self.waiting);
        }
    }

    /// The dispatch has come to this moment. Spans have read the clock already; it may have been set
    /// back since the last of them.
    fn pass(&mut self, now: u64) {
        let credit = self.credit.saturating_add(now.saturating_sub(self.now));
        self.credit = credit.min(A_WRITE * MOST_SAVED);
        self.now = now;
    }

    fn write(&mut self, pace: Pace) {
        if self.waiting.is_empty() || self.stopped {
            return;
        }
        let may_wait = pace == Pace::Budget && self.waiting.len() < MOST_WAITING;
        if may_wait && self.credit < A_WRITE {
            return;
        }
        let Some(slot) = &mut self.slot else { return };
        if let Some(start) = self.calls.take() {
            frame::seal_calls(start, &mut self.waiting);
        }
        let written = match slot.length() + self.waiting.len() as u64 {
            length if length > self.limit => {
                Err(format!("{} is at its limit", slot.path().display()))
            }
            _ => slot
                .append(&self.waiting)
                .map_err(|error| format!("cannot write {}: {error}", slot.path().display())),
        };
        self.stopped = written.is_err();
        self.problem = written.err();
        self.credit = self.credit.saturating_sub(A_WRITE);
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
            let settled = match read(&bytes) {
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

    /// A dispatch that opens `spans` spans one after the other and is then forgotten, as a dead one.
    fn dies_after(spans: usize, place: &Path, limit: u64) -> u64 {
        let resource = Resource::builder_empty().build();
        let journal = Journal::new(resource.clone(), limit);
        let recorder = Recorder::new(resource, Some(Box::new(journal)), false);
        let root = Span::root(recorder, "root".to_owned(), Opening::default());
        recorder.with_watch(|journal: &mut Journal| journal.begin(Remains::beside(place)));
        for _ in 0..spans {
            drop(Span::enter("short", Opening::default));
        }
        let length = recorder.with_watch(|journal: &mut Journal| {
            let length = journal.slot.as_ref().map_or(0, Slot::length);
            // What happens after this is not in the file any more.
            journal.slot = None;
            length
        });
        drop(root);
        length.unwrap()
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
        let resource = Resource::builder_empty().build();
        let mut full = Journal::new(resource, 10);
        full.begin(Remains::beside(&place));
        full.waiting = vec![0; 11];
        full.flush();
        let problem = full.problem().unwrap();
        assert!(
            problem.ends_with("buffer.journal.0 is at its limit"),
            "{problem}"
        );
        full.settle();

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
        while let Ok(slot) = Remains::beside(&place).survey.take() {
            taken.push(slot);
        }
        assert_eq!(taken.len(), 8);
        let ninth = Remains::beside(&place).survey.take().unwrap_err();
        assert_eq!(ninth, "all 8 journals beside the trace buffer are in use");
        for slot in taken.drain(..).rev() {
            slot.retire().unwrap();
        }
        let left = std::fs::read_dir(directory.path()).unwrap();
        let left: Vec<_> = left.map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, ["buffer.journal.0"]);
    }
}
