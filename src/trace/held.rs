//! What the recorder holds under its lock: spans that are open, and those that have ended.
//!
//! Of a finished call only what differs from other calls of its function is kept. New memory costs
//! more than all else that is done for a span.

use std::any::Any;
use std::fmt;
use std::ops::RangeInclusive;

use opentelemetry::trace::{SpanId, TraceId};
use opentelemetry_sdk::trace::SpanData;

use super::packed::Packed;
use super::record::SpanRecord;
use super::site::Site;

/// Observes every recorded span, on the thread that opens or ends it.
pub(crate) trait SpanObserver: Any + Send + fmt::Debug {
    /// A span was opened; what it is given later is in [`ended`](SpanObserver::ended).
    fn started(&mut self, span: &SpanRecord);
    /// A span has ended.
    fn ended(&mut self, span: &SpanRecord);
    /// Something begins that may end the process.
    fn flush(&mut self);
}

/// The place of an open span. The id differs from that of a span that has the place later.
#[derive(Clone, Copy, Debug)]
pub(super) struct SpanSlot {
    pub(super) index: usize,
    pub(super) id: SpanId,
}

/// The open and the ended spans of one dispatch.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) watch: Option<Box<dyn SpanObserver>>,
    /// The trace and the id of the first span: the dispatch's own.
    root: Option<(TraceId, SpanId)>,
    open: Vec<Option<SpanRecord>>,
    /// The places among the open ones that are free, the last used first.
    free: Vec<usize>,
    ended: Vec<Ended>,
    /// The packed attributes of the ended calls, one list behind the other.
    packed: Vec<u8>,
}

#[derive(Debug)]
enum Ended {
    Call(HeldCall),
    Whole(Box<SpanRecord>),
}

/// A call of a traced function that was given nothing after it was opened.
#[derive(Debug)]
struct HeldCall {
    site: &'static Site,
    id: SpanId,
    parent: SpanId,
    start: u64,
    end: u64,
    /// How many attributes, and in how many bytes of all of them.
    attributes: u32,
    length: usize,
}

impl Held {
    pub(super) fn new(watch: Option<Box<dyn SpanObserver>>) -> Self {
        Self {
            watch,
            root: None,
            open: Vec::new(),
            free: Vec::new(),
            ended: Vec::new(),
            packed: Vec::new(),
        }
    }

    /// Takes in a span that begins; returns where it is.
    pub(super) fn open(&mut self, span: SpanRecord) -> usize {
        if let Some(watch) = &mut self.watch {
            watch.started(&span);
        }
        if self.root.is_none() {
            self.root = Some((span.trace_id, span.id));
        }
        if let Some(index) = self.free.pop()
            && let Some(place) = self.open.get_mut(index)
        {
            *place = Some(span);
            return index;
        }
        self.open.push(Some(span));
        self.open.len() - 1
    }

    pub(super) fn get(&mut self, slot: SpanSlot) -> Option<&mut SpanRecord> {
        let span = self.open.get_mut(slot.index)?.as_mut()?;
        (span.id == slot.id).then_some(span)
    }

    /// Ends a span, unless it has ended before.
    pub(super) fn close(&mut self, slot: SpanSlot, end: u64) {
        let trace_id = self.trace_id();
        let Some(place) = self.open.get_mut(slot.index) else {
            return;
        };
        let Some(span) = place.as_mut().filter(|span| span.id == slot.id) else {
            return;
        };
        span.end = end;
        if let Some(watch) = &mut self.watch {
            watch.ended(span);
        }
        let ended = match HeldCall::of(span, trace_id) {
            Some(call) => {
                self.packed.extend_from_slice(span.packed.bytes());
                Some(Ended::Call(call))
            }
            None => place.take().map(|span| Ended::Whole(Box::new(span))),
        };
        *place = None;
        self.ended.extend(ended);
        self.free.push(slot.index);
    }

    /// What has ended so far, as the SDK has it.
    pub(super) fn take(&mut self) -> Vec<SpanData> {
        let ended = std::mem::take(&mut self.ended);
        let packed = std::mem::take(&mut self.packed);
        let mut spans = self.as_data(ended, &packed);
        // A thread that lives on can have ended spans behind it, of traces of their own.
        let root = self.root.map(|(_, id)| id);
        let is_root = |span: &SpanData| Some(span.span_context.span_id()) == root;
        if let Some(place) = spans.iter().rposition(is_root) {
            let root = spans.remove(place);
            spans.push(root);
        }
        spans
    }

    /// The first spans of what has ended so far, up to that of the dispatch itself. None if they are fewer
    /// than this range begins with, and at most as many as it ends with.
    pub(super) fn take_first(&mut self, count: RangeInclusive<usize>) -> Vec<SpanData> {
        let root = self.root.map(|(_, id)| id);
        let first = self.ended.iter().take(*count.end());
        let first = first.take_while(|ended| Some(ended.id()) != root);
        let (spans, length) = first.fold((0, 0), |(spans, length), ended| {
            (spans + 1, length + ended.length())
        });
        if !count.contains(&spans) {
            return Vec::new();
        }
        let ended = self.ended.drain(..spans).collect();
        let length = length.min(self.packed.len());
        let packed: Vec<u8> = self.packed.drain(..length).collect();
        self.as_data(ended, &packed)
    }

    fn as_data(&self, ended: Vec<Ended>, packed: &[u8]) -> Vec<SpanData> {
        let trace_id = self.trace_id().unwrap_or(TraceId::INVALID);
        let mut rest = packed;
        let spans = ended.into_iter().map(|ended| match ended {
            Ended::Whole(span) => span.into_data(),
            Ended::Call(call) => {
                let (packed, behind) = rest.split_at_checked(call.length).unwrap_or_default();
                rest = behind;
                call.into_record(trace_id, packed).into_data()
            }
        });
        spans.collect()
    }

    fn trace_id(&self) -> Option<TraceId> {
        self.root.map(|(trace_id, _)| trace_id)
    }
}

impl Ended {
    fn id(&self) -> SpanId {
        match self {
            Self::Call(call) => call.id,
            Self::Whole(span) => span.id,
        }
    }

    /// How many of the packed bytes are its own.
    fn length(&self) -> usize {
        match self {
            Self::Call(call) => call.length,
            Self::Whole(_) => 0,
        }
    }
}

impl HeldCall {
    /// What is to be kept of a span, beside its attributes, if it is a call.
    fn of(span: &SpanRecord, trace_id: Option<TraceId>) -> Option<Self> {
        let site = span.site?;
        (!span.changed && span.is_a_call(trace_id)).then(|| Self {
            site,
            id: span.id,
            parent: span.parent,
            start: span.start,
            end: span.end,
            attributes: span.packed.count(),
            length: span.packed.bytes().len(),
        })
    }

    fn into_record(self, trace_id: TraceId, packed: &[u8]) -> SpanRecord {
        let packed = Packed::from_parts(self.attributes, packed.to_vec());
        let mut record = SpanRecord::of_call(self.site, trace_id, self.id, packed);
        (record.parent, record.start, record.end) = (self.parent, self.start, self.end);
        record
    }
}
