//! What a charm asks of tracing beside its macro: the current span, a tracer, whether it is on, and a
//! span taken along into another thread.
//!
//! All of it is a property of OpenTelemetry's current `Context`, never of the process: a thread or a
//! test that turns tracing off does so for itself.

use std::borrow::Cow;
use std::marker::PhantomData;

use opentelemetry::global::BoxedTracer;
use opentelemetry::trace::noop::NoopTracer;
use opentelemetry::trace::{SpanContext, SpanRef, TraceContextExt};
use opentelemetry::{Context, ContextGuard, Key, KeyValue, Value};

use super::context::{records, with_current};
use super::recorder::Recorder;
use super::tracer::Tracer;

/// The span that is the current one here, or `None` outside a dispatch and with tracing off.
///
/// ```
/// if let Some(span) = charm_tracing::trace::get_current_span() {
///     println!("this dispatch is the trace {}", span.trace_id());
/// }
/// ```
pub fn get_current_span() -> Option<CurrentSpan> {
    let context = with_current(|current| {
        let there = !current.is_telemetry_suppressed() && current.span().span_context().is_valid();
        there.then(|| current.clone())
    })??;
    Some(CurrentSpan { context })
}

/// A span that was the current one when it was asked for. Does not end it; what is recorded after its
/// end is ignored. From [`get_current_span`], which also has an example.
#[derive(Clone, Debug)]
pub struct CurrentSpan {
    context: Context,
}

impl CurrentSpan {
    /// The id of the trace, 32 hexadecimal digits.
    pub fn trace_id(&self) -> String {
        self.span_context().trace_id().to_string()
    }

    /// The id of the span, 16 hexadecimal digits.
    pub fn span_id(&self) -> String {
        self.span_context().span_id().to_string()
    }

    /// Ids and flags, as OpenTelemetry has them.
    pub fn span_context(&self) -> SpanContext {
        self.context.span().span_context().clone()
    }

    /// The span, with all of OpenTelemetry's methods.
    pub fn span(&self) -> SpanRef<'_> {
        self.context.span()
    }

    /// Adds or replaces an attribute.
    pub fn set_attribute(&self, key: impl Into<Key>, value: impl Into<Value>) {
        self.span().set_attribute(KeyValue::new(key, value));
    }

    /// Adds an event, at this moment.
    pub fn add_event(
        &self,
        name: impl Into<Cow<'static, str>>,
        attributes: impl IntoIterator<Item = KeyValue>,
    ) {
        self.span()
            .add_event(name, attributes.into_iter().collect());
    }
}

/// Adds an event to the current span; nothing happens where there is none.
///
/// ```
/// use charm_tracing::opentelemetry::KeyValue;
///
/// charm_tracing::trace::span_event("cache missed", [KeyValue::new("key", "theme")]);
/// ```
pub fn span_event(
    name: impl Into<Cow<'static, str>>,
    attributes: impl IntoIterator<Item = KeyValue>,
) {
    if let Some(span) = get_current_span() {
        span.add_event(name, attributes);
    }
}

/// Adds or replaces an attribute of the current span; nothing happens where there is none.
///
/// ```
/// charm_tracing::set_attribute("pages", 4_i64);
/// ```
pub fn set_attribute(key: impl Into<Key>, value: impl Into<Value>) {
    if let Some(span) = get_current_span() {
        span.set_attribute(key, value);
    }
}

/// The tracer of this dispatch, for spans made by hand. They nest with those of `traced!` in both
/// directions, as do those of other crates that use OpenTelemetry's global tracers.
///
/// Outside a dispatch and with tracing off its spans record nothing.
///
/// ```
/// use charm_tracing::opentelemetry::trace::{Span, Tracer};
///
/// let mut span = charm_tracing::tracer().start("unpack");
/// span.end();
/// ```
pub fn tracer() -> BoxedTracer {
    with_current(tracer_of).unwrap_or_else(|| BoxedTracer::new(Box::new(NoopTracer::new())))
}

/// The tracer of the dispatch that this context belongs to.
pub(crate) fn tracer_of(context: &Context) -> BoxedTracer {
    match context.get::<Recorder>().filter(|_| records(context)) {
        Some(recorder) => BoxedTracer::new(Box::new(Tracer::own(*recorder))),
        None => BoxedTracer::new(Box::new(NoopTracer::new())),
    }
}

/// Whether spans are recorded here: inside a dispatch, with tracing on.
///
/// `CHARM_TRACING_ENABLED` set to anything but `1`, `OTEL_SDK_DISABLED` set to `true`, and a
/// [`charm_tracing_disabled`] on this thread make it false.
///
/// ```
/// assert!(!charm_tracing::trace::is_enabled()); // no dispatch
/// ```
pub fn is_enabled() -> bool {
    with_current(records).unwrap_or_default()
}

/// Turns tracing off on this thread until the guard is dropped, by a panic too. Other threads go on,
/// but for work that is [carried](carry) there from inside.
///
/// ```
/// let guard = charm_tracing::trace::charm_tracing_disabled();
/// assert!(!charm_tracing::trace::is_enabled());
/// drop(guard);
/// ```
pub fn charm_tracing_disabled() -> Disabled {
    let context = with_current(|current| {
        current
            .with_remote_span_context(SpanContext::NONE)
            .with_telemetry_suppressed()
    });
    Disabled {
        _guard: context.map(Context::attach),
        _here: PhantomData,
    }
}

/// Tracing is off while this lives. From [`charm_tracing_disabled`].
#[derive(Debug)]
#[must_use = "tracing is on again when this is dropped"]
pub struct Disabled {
    _guard: Option<ContextGuard>,
    // It belongs to the thread that made it.
    _here: PhantomData<*const ()>,
}

/// Takes the current span along: `work` runs under it on whichever thread calls it.
///
/// ```
/// use std::thread;
///
/// let sum = thread::scope(|scope| {
///     let worker = scope.spawn(charm_tracing::trace::carry(|| 1 + 1));
///     worker.join().unwrap_or(0)
/// });
/// assert_eq!(sum, 2);
/// ```
///
/// A future given to an executor takes it along with OpenTelemetry's
/// [`FutureExt::with_current_context`](opentelemetry::context::FutureExt::with_current_context).
pub fn carry<R>(work: impl FnOnce() -> R) -> impl FnOnce() -> R {
    let context = with_current(Context::clone);
    move || {
        let here = context.filter(|_| with_current(|_| ()).is_some());
        let _current = here.map(Context::attach);
        work()
    }
}
