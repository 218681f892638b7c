//! A journal becomes a trace: finished spans as they were, open ones ended at the last
//! moment the journal knows of, and a root that says that its dispatch never came to an end.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::SystemTime;

use opentelemetry::trace::{
    SpanContext, SpanId, SpanKind, Status, TraceFlags, TraceId, TraceState,
};
use opentelemetry::{InstrumentationScope, KeyValue};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{SpanData, SpanEvents, SpanLinks};

use super::call::{CallPlace, JournalCall};
use super::frame::{self, JournalFrame, JournalHead};
use crate::trace::Finished;

/// The attribute of a root whose process ended before its dispatch did.
pub(crate) const ABANDONED: &str = "charm.dispatch.abandoned";

/// The trace of a dispatch whose process is gone.
#[derive(Debug)]
pub(crate) struct RecoveredTrace {
    pub(crate) trace_id: [u8; 16],
    /// The spans, the root last.
    pub(crate) finished: Finished,
    /// Whether the process ended before the dispatch did; if not, only its record was missing.
    pub(crate) abandoned: bool,
    /// The root, for a link to it; `None` where the journal lost it.
    pub(crate) root: Option<SpanContext>,
    /// The last moment that the journal knows of.
    pub(crate) last: SystemTime,
}

/// What a file turned out to be.
#[derive(Debug)]
pub(crate) enum Found {
    RecoveredTrace(Box<RecoveredTrace>),
    Nothing,
    Foreign,
}

/// Reads a journal as far as it is sound.
pub(crate) fn read(bytes: &[u8]) -> Found {
    let trace_id = match frame::read_head(bytes) {
        JournalHead::Journal(trace_id) => trace_id,
        JournalHead::Nothing => return Found::Nothing,
        JournalHead::Foreign => return Found::Foreign,
    };
    let mut resource = Resource::builder_empty().build();
    let mut spans = Spans::default();
    for frame in frame::frames(bytes) {
        match frame {
            JournalFrame::Resource(read) => resource = read,
            JournalFrame::Started(span) => spans.start(span),
            JournalFrame::Ended(span) => spans.end(span),
            JournalFrame::Calls(calls) => spans.add_calls(trace_id, calls),
        }
    }
    if spans.ended.is_empty() && spans.open.is_empty() {
        return Found::Nothing;
    }
    Found::RecoveredTrace(Box::new(spans.finish(trace_id, resource)))
}

/// The spans of a journal while it is read.
#[derive(Debug, Default)]
struct Spans {
    ended: Vec<SpanData>,
    /// Open ones with the order in which they were opened.
    open: HashMap<SpanId, (usize, SpanData)>,
    last: Option<SystemTime>,
    places: HashMap<u32, CallPlace>,
}

impl Spans {
    fn add_calls(&mut self, trace_id: [u8; 16], calls: Vec<JournalCall>) {
        for call in calls {
            match call {
                JournalCall::Site(number, place) => {
                    self.places.insert(number, place);
                }
                JournalCall::Opened {
                    site,
                    id,
                    parent,
                    start,
                    attributes,
                } => {
                    let mut span = call_at(self.places.get(&site), attributes);
                    let trace_id = TraceId::from_bytes(trace_id);
                    let (flags, state) = (TraceFlags::SAMPLED, TraceState::NONE);
                    span.span_context = SpanContext::new(trace_id, id, flags, false, state);
                    span.parent_span_id = parent;
                    (span.start_time, span.end_time) = (start, start);
                    self.start(span);
                }
                JournalCall::Closed { id, end } => {
                    if let Some((_, mut span)) = self.open.remove(&id) {
                        span.end_time = end;
                        self.end(span);
                    }
                }
            }
        }
    }

    fn start(&mut self, span: SpanData) {
        self.last = self.last.max(Some(span.start_time));
        let order = self.open.len() + self.ended.len();
        self.open.insert(span.span_context.span_id(), (order, span));
    }

    fn end(&mut self, span: SpanData) {
        self.last = self.last.max(Some(span.end_time));
        self.open.remove(&span.span_context.span_id());
        self.ended.push(span);
    }

    /// Ends what is open, the innermost first, so that the root comes last.
    fn finish(self, trace_id: [u8; 16], resource: Resource) -> RecoveredTrace {
        let last = self.last.unwrap_or(SystemTime::UNIX_EPOCH);
        let mut spans = self.ended;
        let mut open: Vec<(usize, SpanData)> = self.open.into_values().collect();
        open.sort_by_key(|(order, _)| std::cmp::Reverse(*order));
        let mut abandoned = false;
        for (_, mut span) in open {
            span.end_time = last.max(span.start_time);
            if is_root(&span, trace_id) {
                abandoned = true;
                span.status = Status::error("the process ended before the dispatch did");
                span.attributes.push(KeyValue::new(ABANDONED, true));
            } else {
                span.status = Status::error("still open when the process ended");
            }
            spans.push(span);
        }
        let root = spans.iter().rposition(|span| is_root(span, trace_id));
        let root = root.map(|place| {
            let root = spans.remove(place);
            let context = root.span_context.clone();
            spans.push(root);
            context
        });
        RecoveredTrace {
            trace_id,
            // Without its root a trace has no end either.
            abandoned: abandoned || root.is_none(),
            finished: Finished::new(spans, Arc::new(resource)),
            root,
            last,
        }
    }
}

/// A call without its ids and times. Without its site it has no name.
fn call_at(place: Option<&CallPlace>, mut attributes: Vec<KeyValue>) -> SpanData {
    let mut scope = InstrumentationScope::builder("");
    if let Some(place) = place {
        let (name, version) = place.scope.clone();
        scope = InstrumentationScope::builder(name).with_version(version);
        attributes.extend([
            KeyValue::new("code.function.name", place.function.clone()),
            KeyValue::new("code.file.path", place.file.clone()),
            KeyValue::new("code.line.number", i64::from(place.line)),
        ]);
    }
    SpanData {
        span_context: SpanContext::NONE,
        parent_span_id: SpanId::INVALID,
        parent_span_is_remote: false,
        span_kind: SpanKind::Internal,
        name: place
            .map(|place| place.name.clone())
            .unwrap_or_default()
            .into(),
        start_time: SystemTime::UNIX_EPOCH,
        end_time: SystemTime::UNIX_EPOCH,
        attributes,
        dropped_attributes_count: 0,
        events: SpanEvents::default(),
        links: SpanLinks::default(),
        status: Status::Unset,
        instrumentation_scope: scope.build(),
    }
}

/// The root has no parent, or one in the Juju agent.
fn is_root(span: &SpanData, trace_id: [u8; 16]) -> bool {
    let is_first = span.parent_span_id == SpanId::INVALID || span.parent_span_is_remote;
    is_first && span.span_context.trace_id().to_bytes() == trace_id
}
