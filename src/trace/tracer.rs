//! OpenTelemetry's provider, tracer and span in front of the recorder: what spans made by hand, and
//! by other crates with OpenTelemetry's API, are made with.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::SystemTime;

use opentelemetry::trace::{
    self, Event, Link, SpanBuilder, SpanContext, SpanKind, Status, TracerProvider,
};
use opentelemetry::{Context, InstrumentationScope, KeyValue, global};
use opentelemetry_sdk::trace::SpanLimits;

use super::held::SpanSlot;
use super::packed::Packed;
use super::record::{More, SpanRecord, SpanSpec};
use super::recorder::Recorder;

/// Makes this the process's OpenTelemetry provider, so that spans of other crates instrumented
/// with that API join the dispatch's trace.
pub(crate) fn install(recorder: Recorder) {
    global::set_tracer_provider(Provider::new(recorder));
}

/// Hands out tracers under the name they are asked for.
#[derive(Clone, Debug)]
pub(super) struct Provider {
    recorder: Recorder,
}

impl Provider {
    pub(super) fn new(recorder: Recorder) -> Self {
        Self { recorder }
    }
}

impl TracerProvider for Provider {
    type Tracer = Tracer;

    fn tracer_with_scope(&self, scope: InstrumentationScope) -> Tracer {
        Tracer {
            recorder: self.recorder,
            scope: Some(Arc::new(scope)),
        }
    }
}

/// Makes spans of one scope.
#[derive(Clone, Debug)]
pub(crate) struct Tracer {
    recorder: Recorder,
    scope: Option<Arc<InstrumentationScope>>,
}

impl Tracer {
    /// The one whose scope is this crate.
    pub(super) fn own(recorder: Recorder) -> Self {
        Self {
            recorder,
            scope: None,
        }
    }
}

impl trace::Tracer for Tracer {
    type Span = Recorded;

    fn build_with_context(&self, builder: SpanBuilder, below: &Context) -> Recorded {
        let more = More {
            name: Some(builder.name),
            kind: builder.span_kind.unwrap_or(SpanKind::Internal),
            scope: self.scope.clone(),
            events: builder.events.unwrap_or_default(),
            links: builder.links.unwrap_or_default(),
            ..More::default()
        };
        let spec = SpanSpec {
            site: None,
            start: builder.start_time,
            packed: Packed::new(),
            attributes: builder.attributes.unwrap_or_default(),
            more: Some(Box::new(more)),
        };
        Recorded::open(self.recorder, below, spec)
    }
}

/// A span as OpenTelemetry's API sees it.
#[derive(Debug)]
pub(crate) struct Recorded {
    recorder: Recorder,
    ids: SpanContext,
    /// `None` where nothing is recorded.
    slot: Option<SpanSlot>,
    /// Whether it ends when it is dropped, if it has not before.
    ends: bool,
}

impl Recorded {
    /// Opens a span below the one of the context. Where a sampler drops it, it records nothing and passes its
    /// ids on.
    pub(super) fn open(recorder: Recorder, below: &Context, spec: SpanSpec) -> Self {
        let (ids, slot) = recorder.open(below, spec);
        Self {
            recorder,
            ids,
            ends: slot.is_some(),
            slot,
        }
    }

    /// Leaves its end to the caller. A thread's contexts are dropped when the process exits, too,
    /// and what is open then has not ended.
    pub(super) fn hand_over(&mut self) -> Option<SpanSlot> {
        self.ends = false;
        self.slot
    }

    fn change(&self, change: impl FnOnce(&mut SpanRecord, &SpanLimits)) {
        if let Some(slot) = self.slot {
            self.recorder.change(slot, change);
        }
    }
}

impl trace::Span for Recorded {
    fn add_event_with_timestamp<T>(&mut self, name: T, at: SystemTime, attributes: Vec<KeyValue>)
    where
        T: Into<Cow<'static, str>>,
    {
        let event = Event::new(name, at, attributes, 0);
        self.change(|span, limits| span.add_event(event, limits));
    }

    fn span_context(&self) -> &SpanContext {
        &self.ids
    }

    fn is_recording(&self) -> bool {
        self.slot.is_some_and(|slot| self.recorder.is_open(slot))
    }

    fn set_attribute(&mut self, attribute: KeyValue) {
        self.change(|span, limits| span.add_attribute(attribute, limits));
    }

    fn set_status(&mut self, status: Status) {
        self.change(|span, _| span.set_status(status));
    }

    fn update_name<T>(&mut self, name: T)
    where
        T: Into<Cow<'static, str>>,
    {
        self.change(|span, _| span.rename(name.into()));
    }

    fn add_link(&mut self, to: SpanContext, attributes: Vec<KeyValue>) {
        let link = Link::new(to, attributes, 0);
        self.change(|span, limits| span.add_link(link, limits));
    }

    fn end_with_timestamp(&mut self, at: SystemTime) {
        if let Some(slot) = self.slot {
            self.recorder.close(slot, at);
        }
        self.ends = false;
    }
}

impl Drop for Recorded {
    fn drop(&mut self) {
        if self.ends && trace::Span::is_recording(self) {
            trace::Span::end(self);
        }
    }
}

#[cfg(test)]
mod tests;
