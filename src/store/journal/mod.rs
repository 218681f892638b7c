//! Starts and ends of spans reach a file as they happen, so that a process that is killed in the
//! middle of a dispatch leaves a trace of it. Nothing is synced: the file is for a killed
//! process, and what the kernel has survives that.
//!
//! Writing is bounded by a budget instead of a clock, since there is no thread to look at one: in a
//! charm's ordinary pace every start and end is written at once, and a hot loop writes in batches.

mod call;
mod files;
mod frame;
mod recovered;
mod span_codec;

pub(crate) use files::claimed;
pub(crate) use recovered::{ABANDONED, Found, RecoveredTrace, read};

use std::path::{Path, PathBuf};

use opentelemetry::trace::TraceId;
use opentelemetry_sdk::Resource;

use self::files::{JournalFile, JournalFiles};
use crate::trace::{self, Site, SpanObserver, SpanRecord};

/// What each write is paid with, in nanoseconds of the dispatch. A write takes half a microsecond to one,
/// so that what a hot loop pays for them stays near one per cent.
const A_WRITE: u64 = 50_000;
/// Writes that a dispatch has saved when it begins, and that a quiet time can save: enough for what a
/// handler opens around its next long piece of work.
const MOST_SAVED: u64 = 64;
/// Bytes in memory are written at any cost once they are more than this.
const MOST_WAITING: usize = 64 * 1024;

/// The journal of the dispatch that runs.
///
/// Until [`begin`](Journal::begin) it keeps everything in memory.
#[derive(Debug)]
pub(crate) struct Journal {
    resource: Resource,
    waiting: Vec<u8>,
    slot: Option<JournalFile>,
    /// The file grows to this and no further, in bytes.
    limit: u64,
    /// The latest time of a span, in nanoseconds since 1970.
    now: u64,
    /// The time that has not been spent on writes.
    credit: u64,
    /// The disk refused, the file is full, or the journal is over: nothing more is written.
    stopped: bool,
    /// Why it has not all of this dispatch.
    problem: Option<String>,
    /// That of the dispatch, once its first span is there.
    trace_id: Option<TraceId>,
    /// Where in the waiting bytes an open frame of calls begins.
    calls: Option<usize>,
    /// By number, the sites that later calls need only name.
    written_sites: Vec<bool>,
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
            written_sites: Vec::new(),
        }
    }

    /// Goes to disk from here on. Without a file, because all are in use or the disk refuses, the
    /// dispatch has no journal.
    pub(crate) fn begin(&mut self, place: DeadJournals) {
        match place.survey.take() {
            Ok(slot) => self.slot = Some(slot),
            Err(problem) => {
                self.stopped = true;
                self.problem = Some(problem);
            }
        }
        self.write(WriteTime::AtOnce);
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

impl SpanObserver for Journal {
    fn started(&mut self, span: &SpanRecord) {
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
        self.write(WriteTime::Budget);
    }

    fn ended(&mut self, span: &SpanRecord) {
        if self.stopped || self.trace_id.is_none() {
            return;
        }
        self.put_ended(span);
        self.pass(span.end);
        self.write(WriteTime::Budget);
    }

    fn flush(&mut self) {
        self.write(WriteTime::AtOnce);
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum WriteTime {
    AtOnce,
    Budget,
}

impl Journal {
    fn put_started(&mut self, span: &SpanRecord) {
        let site = span.site.and_then(Site::known);
        let Some(site) = site.filter(|_| span.is_a_call(self.trace_id)) else {
            self.seal_calls();
            frame::put_started(&span.clone().into_data(), &mut self.waiting);
            return;
        };
        self.begin_calls();
        let place = site.number as usize;
        if self.written_sites.get(place) != Some(&true) {
            self.written_sites
                .resize(self.written_sites.len().max(place + 1), false);
            if let Some(written) = self.written_sites.get_mut(place) {
                *written = true;
            }
            call::put_site(site, &trace::scope(), &mut self.waiting);
        }
        call::put_opened(site.number, span, &mut self.waiting);
    }

    fn put_ended(&mut self, span: &SpanRecord) {
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

    fn write(&mut self, pace: WriteTime) {
        if self.waiting.is_empty() || self.stopped {
            return;
        }
        let may_wait = pace == WriteTime::Budget && self.waiting.len() < MOST_WAITING;
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
pub(crate) struct DeadJournals {
    survey: JournalFiles,
}

impl DeadJournals {
    /// Looks beside the buffer at `base`.
    pub(crate) fn beside(base: &Path) -> Self {
        Self {
            survey: files::survey(base),
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
        mut keep: impl FnMut(RecoveredTrace) -> bool,
    ) -> Vec<PathBuf> {
        let mut set_aside = Vec::new();
        for mut slot in std::mem::take(&mut self.survey.dead) {
            let Ok(bytes) = slot.read(limit) else {
                continue;
            };
            let settled = match read(&bytes) {
                Found::RecoveredTrace(trace) => keep(*trace),
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
    use crate::trace::{Recorder, Span, SpanOptions};

    /// A dispatch that opens `spans` spans one after the other and is then forgotten, as a dead one.
    fn killed_after(spans: usize, place: &Path, limit: u64) -> u64 {
        let resource = Resource::builder_empty().build();
        let journal = Journal::new(resource.clone(), limit);
        let recorder = Recorder::new(resource, Some(Box::new(journal)), false);
        let root = Span::root(recorder, "root".to_owned(), SpanOptions::default());
        recorder.with_observer(|journal: &mut Journal| journal.begin(DeadJournals::beside(place)));
        for _ in 0..spans {
            drop(Span::enter("short", SpanOptions::default));
        }
        let length = recorder.with_observer(|journal: &mut Journal| {
            let length = journal.slot.as_ref().map_or(0, JournalFile::length);
            // What happens after this is not in the file any more.
            journal.slot = None;
            length
        });
        drop(root);
        length.unwrap()
    }

    fn recovered_traces(place: &Path) -> Vec<RecoveredTrace> {
        let mut found = Vec::new();
        let mut remains = DeadJournals::beside(place);
        let aside = remains.recover(u64::MAX, |trace| {
            found.push(trace);
            true
        });
        assert_eq!(aside, Vec::<PathBuf>::new());
        found
    }

    #[test]
    fn a_killed_dispatch_is_reported_once() {
        let directory = tempfile::tempdir().unwrap();
        let place = directory.path().join("buffer");
        assert!(killed_after(3, &place, u64::MAX) > 0);
        assert_eq!(claimed(&place).len(), 1);
        let traces = recovered_traces(&place);
        assert_eq!(traces.len(), 1);
        assert_eq!(traces[0].finished.spans.len(), 4);
        assert!(traces[0].abandoned && traces[0].root.is_some());
        assert_eq!(traces[0].finished.trace_id(), traces[0].trace_id);
        assert_eq!(recovered_traces(&place).len(), 0);
        assert_eq!(claimed(&place).len(), 0);
    }

    #[test]
    fn a_full_journal_keeps_what_it_has_and_grows_no_further() {
        let directory = tempfile::tempdir().unwrap();
        let place = directory.path().join("buffer");
        let resource = Resource::builder_empty().build();
        let mut full = Journal::new(resource, 10);
        full.begin(DeadJournals::beside(&place));
        full.waiting = vec![0; 11];
        full.flush();
        let problem = full.problem().unwrap();
        assert!(
            problem.ends_with("buffer.journal.0 is at its limit"),
            "{problem}"
        );
        full.settle();

        let length = killed_after(1_000, &place, 5_000);
        assert!((4_000..=5_000).contains(&length), "{length}");
        let traces = recovered_traces(&place);
        assert!(traces[0].finished.spans.len() > 5);
    }

    #[test]
    fn dispatches_at_once_have_a_file_each_up_to_eight() {
        let directory = tempfile::tempdir().unwrap();
        let place = directory.path().join("buffer");
        let mut taken: Vec<JournalFile> = Vec::new();
        while let Ok(slot) = DeadJournals::beside(&place).survey.take() {
            taken.push(slot);
        }
        assert_eq!(taken.len(), 8);
        let ninth = DeadJournals::beside(&place).survey.take().unwrap_err();
        assert_eq!(ninth, "all 8 journals beside the trace buffer are in use");
        for slot in taken.drain(..).rev() {
            slot.retire().unwrap();
        }
        let left = std::fs::read_dir(directory.path()).unwrap();
        let left: Vec<_> = left.map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, ["buffer.journal.0"]);
    }
}
