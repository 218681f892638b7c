//! Spans are OpenTelemetry spans. What is here is the little that a process which lives for one
//! dispatch needs around them: where finished ones gather, how one is opened and closed on the
//! current thread, and what a failure looks like.
//!
//! The recorder travels inside OpenTelemetry's `Context` instead of a global, so a thread or a
//! test without one records nothing and pays one look-up.

mod encode;
mod failure;
mod probe;
mod recorder;
mod site;

pub(crate) use encode::encode;
#[doc(hidden)]
pub use failure::Failure;
pub(crate) use failure::{hear_panics, last_panic, without_panic_output};
#[doc(hidden)]
pub use probe::{NotAResult, Probe, Returns, ViaAny, ViaDebug, ViaDisplay};
pub(crate) use recorder::{Finished, Recorder};
#[doc(hidden)]
pub use site::Site;

use std::borrow::Cow;

use opentelemetry::trace::{SpanBuilder, SpanId, SpanKind, TraceContextExt, Tracer};
use opentelemetry::{Context, ContextGuard, KeyValue};

/// An open span that is the current one of its thread until it is finished or dropped.
///
/// Outside a dispatch, or with tracing off, it is empty and everything done with it is a no-op.
#[derive(Debug)]
#[must_use = "a span ends when it is dropped"]
pub struct Span {
    open: Option<Open>,
}

#[derive(Debug)]
struct Open {
    context: Context,
    parent: SpanId,
    // Restores the parent as the current span when it is dropped.
    _current: ContextGuard,
    // A span opened while a panic unwinds (in some `Drop`) is not what panicked.
    opened_in_panic: bool,
}

/// What a span is opened with, beside its name.
#[derive(Debug, Default)]
pub(crate) struct Opening {
    pub(crate) kind: Option<SpanKind>,
    pub(crate) attributes: Vec<KeyValue>,
}

impl Span {
    /// Opens the first span of a dispatch: it has no parent, whatever the current context says.
    pub(crate) fn root(recorder: &Recorder, name: String, opening: Opening) -> Self {
        let base = Context::new().with_value(recorder.clone());
        Self::start(&base, recorder, Cow::Owned(name), opening)
    }

    /// Opens a child of the current span; empty where nothing records.
    pub(crate) fn enter(
        name: impl Into<Cow<'static, str>>,
        opening: impl FnOnce() -> Opening,
    ) -> Self {
        let Some(recorder) = Context::map_current(|current| current.get::<Recorder>().cloned())
        else {
            return Self { open: None };
        };
        Self::start(&Context::current(), &recorder, name.into(), opening())
    }

    fn start(
        parent: &Context,
        recorder: &Recorder,
        name: Cow<'static, str>,
        opening: Opening,
    ) -> Self {
        let builder = SpanBuilder::from_name(name)
            .with_kind(opening.kind.unwrap_or(SpanKind::Internal))
            .with_attributes(opening.attributes);
        let span = recorder.tracer().build_with_context(builder, parent);
        let context = parent.with_span(span);
        let current = context.clone().attach();
        Self {
            open: Some(Open {
                context,
                parent: parent.span().span_context().span_id(),
                _current: current,
                opened_in_panic: std::thread::panicking(),
            }),
        }
    }

    /// Whether anything is recorded here.
    pub fn is_recording(&self) -> bool {
        self.open
            .as_ref()
            .is_some_and(|open| open.context.span().is_recording())
    }

    /// Adds or replaces an attribute.
    pub(crate) fn set(&self, attribute: KeyValue) {
        if let Some(open) = &self.open {
            open.context.span().set_attribute(attribute);
        }
    }

    /// Adds an event without attributes.
    pub(crate) fn event(&self, name: impl Into<Cow<'static, str>>) {
        if let Some(open) = &self.open {
            open.context.span().add_event(name, Vec::new());
        }
    }

    /// Marks the span failed; the first span a failure leaves also gets the `exception` event.
    pub(crate) fn fail(&self, failure: &Failure) {
        if let Some(open) = &self.open {
            failure.record(&open.context.span(), open.parent);
        }
    }

    /// Marks the span failed without an exception event: the failure has been told further in.
    pub(crate) fn mark(&self, failure: &Failure) {
        if let Some(open) = &self.open {
            failure.mark(&open.context.span());
        }
    }

    /// Ends the span, failed or not. The traced macro calls it with what the block came to.
    #[doc(hidden)]
    pub fn finish(self, failure: Option<Failure>) {
        if let Some(failure) = failure {
            self.fail(&failure);
        }
    }
}

impl Drop for Span {
    fn drop(&mut self) {
        let Some(open) = &self.open else { return };
        if std::thread::panicking() && !open.opened_in_panic {
            last_panic().record(&open.context.span(), open.parent);
        }
        open.context.span().end();
    }
}
