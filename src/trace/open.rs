//! A span that is open, for the code that ends it.
//!
//! OpenTelemetry's context has the span too, but contexts are cloned and kept: a function's span ends
//! with the function.
//!
//! A failure on a span is status ERROR, `error.type`, and one `exception` event where it leaves the first
//! span, as OpenTelemetry's conventions for recording errors have it. An error that passes several spans is one
//! error, and the conventions want its event once. So the last one recorded on this thread is remembered, with
//! the span it goes to. Where that span fails with the same text, as its own message or among its causes, the
//! error passes. Its type does not count, since `?` converts it.

use std::cell::RefCell;
use std::time::SystemTime;

use opentelemetry::trace::{Event, SpanId, Status, TraceContextExt};
use opentelemetry::{Context, KeyValue};
use opentelemetry_sdk::trace::SpanLimits;

use super::context::{records, with_current};
use super::failure::{Failure, last_panic};
use super::held::SpanSlot;
use super::record::{SpanRecord, SpanSpec};
use super::recorder::Recorder;
use super::tracer::Recorded;

thread_local! {
    /// The error that leaves a span on this thread: its text, and the span it goes to.
    static PASSING: RefCell<Option<(String, SpanId)>> = const { RefCell::new(None) };
}

/// An open span on its own, current or not. It ends when it is dropped.
#[derive(Debug)]
pub(super) struct Open {
    recorder: Recorder,
    /// `None` where a sampler has said no.
    slot: Option<SpanSlot>,
    parent: SpanId,
    // A span opened while a panic unwinds (in some `Drop`) is not what panicked.
    opened_in_panic: bool,
}

impl Open {
    /// A child of the current span, where something records, with the context in which it is current.
    pub(super) fn child(spec: impl FnOnce() -> SpanSpec) -> Option<(Self, Context)> {
        with_current(records)?.then(|| Self::known_child(spec()))?
    }

    /// A child of the current span, where something is known to record. Spans that the author's fields
    /// opened and ended while they were worked out is over.
    pub(super) fn known_child(spec: SpanSpec) -> Option<(Self, Context)> {
        with_current(|parent| Self::below(parent, spec))?
    }

    /// A child of the span of a context that has a recorder.
    pub(super) fn below(parent: &Context, spec: SpanSpec) -> Option<(Self, Context)> {
        let recorder = *parent.get::<Recorder>()?;
        let mut span = Recorded::open(recorder, parent, spec);
        let open = Self {
            recorder,
            slot: span.hand_over(),
            parent: parent.span().span_context().span_id(),
            opened_in_panic: std::thread::panicking(),
        };
        Some((open, parent.with_span(span)))
    }

    /// `None` where nothing is recorded.
    pub(super) fn id(&self) -> Option<SpanId> {
        self.slot.map(|slot| slot.id)
    }

    pub(super) fn parent(&self) -> SpanId {
        self.parent
    }

    pub(super) fn is_recording(&self) -> bool {
        self.slot.is_some_and(|slot| self.recorder.is_open(slot))
    }

    pub(super) fn change(&self, change: impl FnOnce(&mut SpanRecord, &SpanLimits)) {
        if let Some(slot) = self.slot {
            self.recorder.change(slot, change);
        }
    }

    /// Puts status and type on the span, and the event unless a span further in has it.
    pub(super) fn record(&self, failure: &Failure) {
        self.mark(failure);
        let here = self.id();
        let leaving = Some((failure.message.clone(), self.parent()));
        // Not there in the destructors of older thread-local values.
        let passing = PASSING.try_with(|passing| passing.replace(leaving));
        let passing = passing.ok().flatten();
        if passing.is_some_and(|(earlier, to)| Some(to) == here && failure.passes_on(&earlier)) {
            return;
        }
        let mut attributes = vec![
            KeyValue::new("exception.type", failure.error_type.clone()),
            KeyValue::new("exception.message", failure.message.clone()),
        ];
        if !failure.causes.is_empty() {
            // Where other languages have a trace of calls, Rust has a chain of causes.
            attributes.push(KeyValue::new("exception.stacktrace", failure.chain()));
        }
        let event = Event::new("exception", SystemTime::now(), attributes, 0);
        self.change(|span, limits| span.add_event(event, limits));
    }

    /// Puts status and type on the span; the event stands further in.
    pub(super) fn mark(&self, failure: &Failure) {
        let error_type = KeyValue::new("error.type", failure.error_type.clone());
        self.change(|span, limits| {
            span.set_status(Status::error(failure.message.clone()));
            span.add_attribute(error_type, limits);
        });
    }

    /// Adds an attribute.
    pub(super) fn set(&self, attribute: KeyValue) {
        self.change(|span, limits| span.add_attribute(attribute, limits));
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        let Some(slot) = self.slot else { return };
        let end = SystemTime::now();
        if std::thread::panicking() && !self.opened_in_panic {
            self.record(&last_panic());
        }
        self.recorder.close(slot, end);
    }
}

/// A span is left without a value: an error propagating into this span now propagates to its parent.
pub(super) fn pass_through(span: SpanId, parent: SpanId) {
    let _ = PASSING.try_with(|passing| {
        let mut passing = passing.borrow_mut();
        if let Some((_, to)) = passing.as_mut().filter(|(_, to)| *to == span) {
            *to = parent;
        }
    });
}

/// The attribute of a span that ended before its block or future had a value.
pub(super) fn left_early() -> KeyValue {
    KeyValue::new("charm.block.left_early", true)
}
