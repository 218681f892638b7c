//! A charm that puts everything into its spans that OTLP has a field for, on the `minimal` fixture.

use std::process::ExitCode;

use charm_tracing::opentelemetry::trace::{
    Event as SpanEvent, Link, Span, SpanBuilder, SpanContext, SpanId, SpanKind, Status, TraceFlags,
    TraceId, TraceState, Tracer,
};
use charm_tracing::opentelemetry::{Array, KeyValue, StringValue, Value};
use charm_tracing::{Juju, Lifecycle, traced};

charm_tracing::include_charm!("minimal");

pub(crate) fn dispatch() -> ExitCode {
    let mut settings = charm_tracing::charm();
    let chosen = |name: &str| std::env::var(format!("CHOSEN_{name}")).ok();
    if let (Some(url), Some(file)) = (chosen("ENDPOINT"), chosen("SERVER_CERT")) {
        settings = settings.endpoint(url).server_cert(file);
    }
    settings.run(on_event)
}

fn on_event(event: Event, _juju: &Juju) -> Result<(), String> {
    match event {
        Event::Lifecycle(Lifecycle::UpdateStatus) => {
            traced!("values", { every_value() });
            every_kind();
            more_than_allowed();
            Ok(())
        }
        Event::Unknown(path) => Err(path),
        _ => Ok(()),
    }
}

fn every_value() {
    for (key, value) in values() {
        charm_tracing::set_attribute(key, value);
    }
    let attributes = values()
        .into_iter()
        .map(|(key, value)| KeyValue::new(key, value));
    charm_tracing::trace::span_event("values of an event", attributes);
}

fn values() -> [(&'static str, Value); 11] {
    let texts = [StringValue::from("one"), StringValue::from("")];
    [
        ("empty", "".into()),
        ("text", "\u{e4}\u{2028}\u{1f980}\u{0}\"\\".into()),
        ("true", true.into()),
        ("false", false.into()),
        ("least", i64::MIN.into()),
        ("most", i64::MAX.into()),
        ("double", 0.1.into()),
        ("not a number", f64::NEG_INFINITY.into()),
        ("truths", Value::Array(Array::Bool(vec![true, false]))),
        ("texts", Value::Array(Array::String(texts.into()))),
        ("nothing", Value::Array(Array::I64(Vec::new()))),
    ]
}

fn every_kind() {
    let tracer = charm_tracing::tracer();
    for (kind, status) in [
        (SpanKind::Internal, Status::Unset),
        (SpanKind::Server, Status::Ok),
        (SpanKind::Client, Status::error("")),
        (SpanKind::Producer, Status::error("no \u{1f980}")),
        (SpanKind::Consumer, Status::Ok),
    ] {
        let mut span = tracer.build(SpanBuilder::from_name(format!("{kind:?}")).with_kind(kind));
        span.set_status(status);
        span.end();
    }
}

/// How many of them are left, the variables of OpenTelemetry say.
fn more_than_allowed() {
    let number = |n: u8| KeyValue::new(format!("number {n}"), i64::from(n));
    let links = (1..=10).map(|n| {
        let state = TraceState::from_key_value([("vendor", "value")]).unwrap_or_default();
        let ids = (TraceId::from_bytes([n; 16]), SpanId::from_bytes([n; 8]));
        let linked = SpanContext::new(
            ids.0,
            ids.1,
            TraceFlags::SAMPLED,
            n.is_multiple_of(2),
            state,
        );
        Link::new(linked, vec![number(n)], 0)
    });
    let events = (1..=10).map(|n| SpanEvent::with_name(format!("event {n}")));
    let builder = SpanBuilder::from_name("more than allowed")
        .with_attributes((1..=30).map(number))
        .with_events(events.collect())
        .with_links(links.collect());
    charm_tracing::tracer().build(builder).end();
}
