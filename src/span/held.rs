//! What the recorder holds under its lock: spans that are open, and those that have ended.
//!
//! Of a finished call only what tells it from other calls of its function is kept; new memory costs
//! more than all else that is done for a span.

use opentelemetry::trace::{SpanId, TraceId};
use opentelemetry_sdk::trace::SpanData;

use super::record::Record;
use super::recorder::{Slot, Watch};
use super::{Packed, Site};

#[derive(Debug)]
pub(super) struct Held {
    pub(super) watch: Option<Box<dyn Watch>>,
    /// That of the first span: the dispatch's.
    trace_id: Option<TraceId>,
    open: Vec<Option<Record>>,
    /// The places among the open ones that are free, the last used first.
    free: Vec<usize>,
    ended: Vec<Ended>,
    /// The packed attributes of the ended calls, one list behind the other.
    packed: Vec<u8>,
}

#[derive(Debug)]
enum Ended {
    Call(Call),
    Whole(Box<Record>),
}

/// A call of a traced function that was given nothing after it was opened.
#[derive(Debug)]
struct Call {
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
    pub(super) fn new(watch: Option<Box<dyn Watch>>) -> Self {
        Self {
            watch,
            trace_id: None,
            open: Vec::new(),
            free: Vec::new(),
            ended: Vec::new(),
            packed: Vec::new(),
        }
    }

    /// Takes in a span that begins; returns where it is.
    pub(super) fn open(&mut self, span: Record) -> usize {
        if let Some(watch) = &mut self.watch {
            watch.started(&span);
        }
        if self.trace_id.is_none() {
            self.trace_id = Some(span.trace_id);
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

    pub(super) fn get(&mut self, slot: Slot) -> Option<&mut Record> {
        let span = self.open.get_mut(slot.index)?.as_mut()?;
        (span.id == slot.id).then_some(span)
    }

    /// Ends a span, unless it has ended before.
    pub(super) fn close(&mut self, slot: Slot, end: u64) {
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
        let ended = match Call::of(span, self.trace_id) {
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
        let trace_id = self.trace_id.unwrap_or(TraceId::INVALID);
        let ended = std::mem::take(&mut self.ended).into_iter();
        let packed = std::mem::take(&mut self.packed);
        let mut rest = packed.as_slice();
        ended
            .map(|ended| match ended {
                Ended::Whole(span) => span.into_data(),
                Ended::Call(call) => {
                    let (packed, behind) = rest.split_at_checked(call.length).unwrap_or_default();
                    rest = behind;
                    call.into_record(trace_id, packed).into_data()
                }
            })
            .collect()
    }
}

impl Call {
    /// What is to be kept of a span, beside its attributes, if it is a call.
    fn of(span: &Record, trace_id: Option<TraceId>) -> Option<Self> {
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

    fn into_record(self, trace_id: TraceId, packed: &[u8]) -> Record {
        let packed = Packed::from_parts(self.attributes, packed.to_vec());
        let mut record = Record::of_call(self.site, trace_id, self.id, packed);
        (record.parent, record.start, record.end) = (self.parent, self.start, self.end);
        record
    }
}
