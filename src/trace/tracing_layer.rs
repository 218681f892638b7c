//! Spans and events of the `tracing` crate in the dispatch's trace, nested with those of this crate both ways.
//!
//! tracing-opentelemetry makes the spans, with a tracer that is looked up in each span's parent: the
//! layer can be installed before a dispatch begins. It puts events on spans of its own only, so this
//! one puts them on the current span, made by `tracing` or not.

use std::fmt::Debug;

use opentelemetry::global::{BoxedSpan, BoxedTracer};
use opentelemetry::trace::{SpanBuilder, Status, TraceContextExt, Tracer};
use opentelemetry::{Context, KeyValue};
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::Context as LayerContext;
use tracing_subscriber::registry::LookupSpan;

use crate::trace::time::signed;
use crate::trace::{tracer_of, with_current};

/// A layer for `tracing_subscriber`, by which spans and events of the `tracing` crate join the
/// dispatch's trace; outside a dispatch and with tracing off it records nothing. Behind the feature
/// `tracing`.
///
/// An event becomes an event of the current span, under its message; one of level ERROR sets that
/// span's status, too. **All fields are recorded**: unlike `traced!`, `tracing` takes an author's arguments
/// unless they are skipped. Filters of the subscriber apply.
///
/// ```
/// use tracing_subscriber::layer::SubscriberExt;
///
/// let subscriber = tracing_subscriber::registry().with(charm_tracing::trace::tracing_layer());
/// tracing::subscriber::with_default(subscriber, || {
///     // charm_tracing::run(on_event)
/// });
/// ```
pub fn tracing_layer<S>() -> impl Layer<S>
where
    S: Subscriber + for<'lookup> LookupSpan<'lookup>,
{
    let spans = tracing_opentelemetry::layer()
        .with_tracer(OfParent)
        // One thread that waits for nothing: thread and idle time carry no information.
        .with_threads(false)
        .with_tracked_inactivity(false)
        .with_filter(filter_fn(is_span));
    spans.and_then(Events)
}

fn is_span(about: &Metadata<'_>) -> bool {
    about.is_span()
}

/// Makes a span with the tracer of the dispatch that its parent belongs to.
#[derive(Debug)]
struct OfParent;

impl Tracer for OfParent {
    type Span = BoxedSpan;

    fn build_with_context(&self, builder: SpanBuilder, parent: &Context) -> BoxedSpan {
        let tracer: BoxedTracer = tracer_of(parent);
        tracer.build_with_context(builder, parent)
    }
}

/// Puts events on the current span.
struct Events;

impl<S: Subscriber> Layer<S> for Events {
    fn on_event(&self, event: &Event<'_>, _: LayerContext<'_, S>) {
        let Some(context) = with_current(Context::clone) else {
            return;
        };
        let span = context.span();
        if context.is_telemetry_suppressed() || !span.is_recording() {
            return;
        }
        let about = event.metadata();
        let mut text = EventText {
            message: None,
            fields: vec![
                KeyValue::new("level", about.level().as_str()),
                KeyValue::new("target", about.target().to_owned()),
            ],
        };
        event.record(&mut text);
        let name = text.message.unwrap_or_else(|| about.name().to_owned());
        if *about.level() == Level::ERROR {
            span.set_status(Status::error(name.clone()));
        }
        span.add_event(name, text.fields);
    }
}

/// Message and fields of an event.
struct EventText {
    message: Option<String>,
    fields: Vec<KeyValue>,
}

impl Visit for EventText {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.record_str(field, &format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "message" {
            self.message = Some(value.to_owned());
        } else {
            self.fields
                .push(KeyValue::new(field.name(), value.to_owned()));
        }
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.fields.push(KeyValue::new(field.name(), value));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.fields.push(KeyValue::new(field.name(), value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        // OTLP's integers are signed 64 bits: what does not fit is recorded as the largest.
        let value = signed(value);
        self.fields.push(KeyValue::new(field.name(), value));
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.fields.push(KeyValue::new(field.name(), value));
    }
}
