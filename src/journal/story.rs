//! What a journal tells becomes a trace: finished spans as they were, open ones ended at the last
//! moment the journal knows of, and a root that says that its dispatch never came to an end.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::SystemTime;

use opentelemetry::KeyValue;
use opentelemetry::trace::{SpanContext, SpanId, Status};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SpanData;

use super::frame::{self, Frame, Head};
use crate::span::Finished;

/// The attribute of a root whose process ended before its dispatch did.
pub(crate) const ABANDONED: &str = "charm.dispatch.abandoned";

/// The trace of a dispatch whose process is gone.
#[derive(Debug)]
pub(crate) struct Story {
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
pub(super) enum Found {
    Story(Box<Story>),
    Nothing,
    Foreign,
}

/// Reads a journal as far as it is sound.
pub(super) fn read(bytes: &[u8]) -> Found {
    let trace_id = match frame::read_head(bytes) {
        Head::Journal(trace_id) => trace_id,
        Head::Nothing => return Found::Nothing,
        Head::Foreign => return Found::Foreign,
    };
    let mut resource = Resource::builder_empty().build();
    let mut spans = Spans::default();
    for frame in frame::frames(bytes) {
        match frame {
            Frame::Resource(told) => resource = told,
            Frame::Started(span) => spans.start(span),
            Frame::Ended(span) => spans.end(span),
        }
    }
    if spans.ended.is_empty() && spans.open.is_empty() {
        return Found::Nothing;
    }
    Found::Story(Box::new(spans.finish(trace_id, resource)))
}

/// The spans of a journal while it is read.
#[derive(Debug, Default)]
struct Spans {
    ended: Vec<SpanData>,
    /// Open ones with the order in which they were opened.
    open: HashMap<SpanId, (usize, SpanData)>,
    last: Option<SystemTime>,
}

impl Spans {
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
    fn finish(self, trace_id: [u8; 16], resource: Resource) -> Story {
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
        Story {
            trace_id,
            // Without its root a trace has no end either.
            abandoned: abandoned || root.is_none(),
            finished: Finished {
                spans,
                resource: Arc::new(resource),
            },
            root,
            last,
        }
    }
}

fn is_root(span: &SpanData, trace_id: [u8; 16]) -> bool {
    span.parent_span_id == SpanId::INVALID && span.span_context.trace_id().to_bytes() == trace_id
}
