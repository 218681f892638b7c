//! A span that is open, for whoever ends it.
//!
//! OpenTelemetry's context has the span too, but contexts are cloned and kept: a function's span ends
//! with the function.

use std::time::SystemTime;

use opentelemetry::trace::{SpanId, TraceContextExt};
use opentelemetry::{Context, KeyValue};
use opentelemetry_sdk::trace::SpanLimits;

use super::record::{Record, Wanted};
use super::recorder::{Recorder, Slot};
use super::{last_panic, with_current};

/// An open span on its own, current or not. It ends when it is dropped.
#[derive(Debug)]
pub(super) struct Open {
    recorder: Recorder,
    /// `None` where a sampler has said no.
    slot: Option<Slot>,
    parent: SpanId,
    // A span opened while a panic unwinds (in some `Drop`) is not what panicked.
    opened_in_panic: bool,
}

impl Open {
    /// A child of the current span, where something records, with the context in which it is current.
    pub(super) fn child(wanted: impl FnOnce() -> Wanted) -> Option<(Self, Context)> {
        with_current(super::records)?.then(|| Self::known_child(wanted()))?
    }

    /// A child of the current span, where something is known to record. Whatever the author's fields
    /// opened and ended while they were worked out is over.
    pub(super) fn known_child(wanted: Wanted) -> Option<(Self, Context)> {
        with_current(|parent| Self::below(parent, wanted))?
    }

    /// A child of the span of a context that has a recorder.
    pub(super) fn below(parent: &Context, wanted: Wanted) -> Option<(Self, Context)> {
        let recorder = *parent.get::<Recorder>()?;
        let mut span = recorder.open(parent, wanted);
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

    pub(super) fn change(&self, change: impl FnOnce(&mut Record, &SpanLimits)) {
        if let Some(slot) = self.slot {
            self.recorder.change(slot, change);
        }
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
            last_panic().record(self);
        }
        self.recorder.close(slot, end);
    }
}
