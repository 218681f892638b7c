//! Spans are OpenTelemetry spans. What is here is the little that a process which lives for one
//! dispatch needs around them: where finished ones gather, how one is opened and closed on the
//! current thread, and what a failure looks like.
//!
//! The recorder travels inside OpenTelemetry's `Context` instead of a global, so a thread or a
//! test without one records nothing and pays one look-up.

pub mod command;
mod current;
mod cut;
mod early_encoding;
mod emit;
mod encode;
mod failure;
mod future;
mod held;
mod open;
mod packed;
mod probe;
mod record;
mod recorder;
mod site;
pub(crate) mod traced;
mod tracer;
#[cfg(feature = "tracing")]
mod tracing_layer;

#[cfg(feature = "tracing")]
pub(crate) use current::tracer_of;
pub use current::{
    CurrentSpan, Disabled, carry, charm_tracing_disabled, get_current_span, is_enabled,
    set_attribute, span_event, tracer,
};
use early_encoding::Ahead;
pub(crate) use early_encoding::encode_ahead;
pub use emit::emit;
use encode::EncodeError;
pub(crate) use encode::encode;
#[doc(hidden)]
pub use failure::Failure;
use failure::pass_through;
pub(crate) use failure::{hear_panics, last_panic, without_panic_output};
#[doc(hidden)]
pub use future::Following;
use open::Open;
#[doc(hidden)]
pub use packed::{Packed, Told};
#[doc(hidden)]
pub use probe::{
    Never, NotAResult, Probe, Returns, ViaAny, ViaDebug, ViaDisplay, ViaError, ViaErrorInside,
    ViaSendErrorInside,
};
pub(crate) use record::Record;
use record::{More, Wanted};
pub(crate) use recorder::{Finished, Recorder, Watch, scope};
pub(crate) use site::Known;
#[doc(hidden)]
pub use site::Site;

#[cfg(feature = "tracing")]
pub use tracing_layer::tracing_layer;

use std::borrow::Cow;

use opentelemetry::trace::{Event, Link, SpanContext, SpanKind, TraceContextExt};
use opentelemetry::{Context, ContextGuard, KeyValue};

/// An open span that is the current one of its thread until it is finished or dropped.
///
/// Outside a dispatch, or with tracing off, it is empty and everything done with it is a no-op.
#[doc(hidden)]
#[derive(Debug)]
#[must_use = "a span ends when it is dropped"]
pub struct Span {
    // The second restores the parent as the current span, after the end: it is dropped after the first.
    inside: Option<(Open, ContextGuard)>,
}

/// What a span is opened with, beside its name.
#[derive(Debug, Default)]
pub(crate) struct Opening {
    pub(crate) kind: Option<SpanKind>,
    pub(crate) attributes: Vec<KeyValue>,
    pub(crate) events: Vec<Event>,
    /// A span of another process, for a root that is to be its child.
    pub(crate) parent: Option<SpanContext>,
}

impl Opening {
    fn of(self, name: Cow<'static, str>) -> Wanted {
        let more = More {
            name: Some(name),
            kind: self.kind.unwrap_or(SpanKind::Internal),
            events: self.events,
            ..More::default()
        };
        Wanted {
            site: None,
            start: None,
            packed: Packed::new(),
            attributes: self.attributes,
            more: Some(Box::new(more)),
        }
    }
}

thread_local! {
    /// There as long as the thread has a current context. Thread-local values are dropped in the reverse
    /// of the order in which they were made, and this one is made after the context.
    static HERE: Here = Context::map_current(|_| Here);
}

struct Here;

impl Drop for Here {
    fn drop(&mut self) {}
}

/// Looks at the current context; `None` where the thread has none any more, which is in the destructor of
/// a thread-local value of the charm's that is older. To ask for the context there is a panic that ends
/// the process.
#[inline]
pub(crate) fn with_current<R>(look: impl FnOnce(&Context) -> R) -> Option<R> {
    HERE.try_with(|_| Context::map_current(look)).ok()
}

/// What has been recorded so far is on disk when this returns, if it ever goes there: whatever comes
/// next may be the last thing that this process does.
pub(crate) fn flush() {
    with_current(|current| {
        if let Some(recorder) = current.get::<Recorder>() {
            recorder.flush();
        }
    });
}

/// Adds an event to the span that is current here, if there is one.
pub(crate) fn note(name: &'static str, attributes: Vec<KeyValue>) {
    with_current(|current| current.span().add_event(name, attributes));
}

impl Span {
    /// Opens the first span of a dispatch: it has no parent, whatever the current context says, unless
    /// the opening names one.
    pub(crate) fn root(recorder: Recorder, name: String, opening: Opening) -> Self {
        let mut base = Context::new().with_value(recorder);
        if let Some(parent) = opening.parent.clone() {
            base = base.with_remote_span_context(parent);
        }
        Self::current(Open::below(&base, opening.of(name.into())))
    }

    /// Opens a child of the current span; empty where nothing records.
    pub(crate) fn enter(
        name: impl Into<Cow<'static, str>>,
        opening: impl FnOnce() -> Opening,
    ) -> Self {
        Self::enter_with(|| opening().of(name.into()))
    }

    /// As [`Span::enter`], for a name that is not worked out unless something records.
    ///
    /// Apart from the rest, so that where nothing records a traced call stays close to a plain one.
    #[inline]
    fn enter_with(wanted: impl FnOnce() -> Wanted) -> Self {
        if with_current(records).unwrap_or_default() {
            return Self::entered(wanted);
        }
        Self { inside: None }
    }

    #[cold]
    #[inline(never)]
    fn entered(wanted: impl FnOnce() -> Wanted) -> Self {
        Self::current(Open::known_child(wanted()))
    }

    fn current(open: Option<(Open, Context)>) -> Self {
        Self {
            inside: open.map(|(open, context)| (open, context.attach())),
        }
    }

    fn open(&self) -> Option<&Open> {
        self.inside.as_ref().map(|(open, _)| open)
    }

    /// Whether anything is recorded here.
    pub fn is_recording(&self) -> bool {
        self.open().is_some_and(Open::is_recording)
    }

    /// Its ids, which it has where a sampler has said no, too; asked for while it is the current one.
    pub(crate) fn ids(&self) -> Option<SpanContext> {
        self.open()?;
        with_current(|current| current.span().span_context().clone())
    }

    /// Adds or replaces an attribute.
    pub(crate) fn set(&self, attribute: KeyValue) {
        if let Some(open) = self.open() {
            open.set(attribute);
        }
    }

    /// Points to a span of another trace that this one has to do with.
    pub(crate) fn link(&self, to: SpanContext, attributes: Vec<KeyValue>) {
        if let Some(open) = self.open() {
            let link = Link::new(to, attributes, 0);
            open.change(|span, limits| span.add_link(link, limits));
        }
    }

    /// Marks the span failed; the first span a failure leaves also gets the `exception` event.
    pub(crate) fn fail(&self, failure: &Failure) {
        if let Some(open) = self.open() {
            failure.record(open);
        }
    }

    /// Marks the span failed without an exception event: the failure has been told further in.
    pub(crate) fn mark(&self, failure: &Failure) {
        if let Some(open) = self.open() {
            failure.mark(open);
        }
    }

    /// Ends the span, failed or not. The traced macro calls it with what the body came to.
    #[doc(hidden)]
    #[inline]
    pub fn finish(self, failure: impl FnOnce() -> Option<Failure>) {
        if self.inside.is_some() {
            self.finish_recorded(failure());
        }
    }

    #[inline(never)]
    fn finish_recorded(self, failure: Option<Failure>) {
        if let Some(failure) = failure {
            self.fail(&failure);
        }
    }
}

/// The span of a block, which `?`, `return` or `break` may leave before it has a value.
#[doc(hidden)]
#[derive(Debug)]
#[must_use = "a span ends when it is dropped"]
pub struct Block {
    span: Span,
    has_value: bool,
}

impl Block {
    pub(crate) fn new(span: Span) -> Self {
        Self {
            span,
            has_value: false,
        }
    }

    /// Ends the span with what the block came to.
    pub fn finish(mut self, failure: impl FnOnce() -> Option<Failure>) {
        self.has_value = true;
        if self.span.inside.is_some()
            && let Some(failure) = failure()
        {
            self.span.fail(&failure);
        }
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        if !self.has_value && !std::thread::panicking() {
            self.span.set(left_early());
            if let Some(open) = self.span.open()
                && let Some(id) = open.id()
            {
                pass_through(id, open.parent());
            }
        }
    }
}

/// Whether spans opened in this context reach a dispatch's trace.
#[inline]
fn records(context: &Context) -> bool {
    !context.is_telemetry_suppressed() && has_recorder(context)
}

/// Apart, so that what every traced call does is short enough to stand where it is called.
#[inline(never)]
fn has_recorder(context: &Context) -> bool {
    context.get::<Recorder>().is_some()
}

/// What a span says that ended without its block or future having come to a value.
fn left_early() -> KeyValue {
    KeyValue::new("charm.block.left_early", true)
}
