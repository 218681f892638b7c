//! The same spans made with this tracer and with the SDK's: what is recorded must be the same, under
//! every sampler and limit that a variable can set.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use opentelemetry::trace::{
    Event, Link, Span, SpanBuilder, SpanContext, SpanId, SpanKind, Status, TraceContextExt,
    TraceFlags, TraceId, TraceState, Tracer, TracerProvider,
};
use opentelemetry::{Context, InstrumentationScope, KeyValue};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider, SpanData, SpanLimits, SpanProcessor};

use super::Provider;
use crate::trace::Recorder;

#[test]
fn what_the_sdk_records_is_recorded() {
    let few = SpanLimits {
        max_events_per_span: 2,
        max_attributes_per_span: 3,
        max_links_per_span: 1,
        max_attributes_per_event: 1,
        max_attributes_per_link: 1,
    };
    let mut recorded = 0;
    for limits in [SpanLimits::default(), few] {
        for sampler in samplers() {
            for parent in parents() {
                let by_chance = matches!(sampler, Sampler::TraceIdRatioBased(_));
                if by_chance && !parent.has_active_span() {
                    continue;
                }
                let theirs = by_the_sdk(sampler.clone(), limits, &parent);
                let ours = by_the_recorder(sampler.clone(), limits, &parent);
                assert_eq!(ours, theirs, "{sampler:?} {parent:?}");
                recorded += theirs.len();
            }
        }
    }
    assert!(recorded > 100, "{recorded}");
}

#[test]
fn ids_differ_and_a_trace_has_one() {
    let recorder = recorder(Sampler::AlwaysOn, SpanLimits::default());
    make(&Provider::new(recorder).tracer("t"), &Context::new());
    let spans = recorder.take().spans;
    let mut ids: Vec<SpanId> = spans
        .iter()
        .map(|span| span.span_context.span_id())
        .collect();
    ids.sort_by_key(|id| id.to_bytes());
    ids.dedup();
    assert_eq!(ids.len(), spans.len());
    assert!(!ids.contains(&SpanId::INVALID));
    let trace_id = spans[0].span_context.trace_id();
    assert_ne!(trace_id, TraceId::INVALID);
    assert!(
        spans
            .iter()
            .all(|span| span.span_context.trace_id() == trace_id)
    );
}

fn samplers() -> Vec<Sampler> {
    let of_root = |root| Sampler::ParentBased(Box::new(root));
    vec![
        Sampler::AlwaysOn,
        Sampler::AlwaysOff,
        Sampler::TraceIdRatioBased(0.5),
        of_root(Sampler::AlwaysOn),
        of_root(Sampler::AlwaysOff),
        of_root(Sampler::TraceIdRatioBased(0.0)),
    ]
}

/// Contexts to make spans in: without a parent, below one of another process that is sampled or is
/// not, of a trace that half of all samplers take or do not.
fn parents() -> Vec<Context> {
    let mut parents = vec![Context::new(), Context::new().with_telemetry_suppressed()];
    for (flags, last, remote) in [
        (TraceFlags::SAMPLED, 0x00, true),
        (TraceFlags::SAMPLED, 0xff, true),
        (TraceFlags::NOT_SAMPLED, 0x00, true),
        (TraceFlags::NOT_SAMPLED, 0xff, false),
        (TraceFlags::new(0x03), 0xff, true),
        (TraceFlags::SAMPLED, 0xff, false),
    ] {
        let state = TraceState::from_key_value([("vendor", "value")]).unwrap();
        let trace_id = TraceId::from_bytes([last; 16]);
        let trace_id = match last {
            0 => TraceId::from_bytes(*b"half\0\0\0\0\0\0\0\0\0\0\0\x01"),
            _ => trace_id,
        };
        let span_id = SpanId::from_bytes([7; 8]);
        let parent = SpanContext::new(trace_id, span_id, flags, remote, state);
        parents.push(Context::new().with_remote_span_context(parent));
    }
    parents
}

fn at(second: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_700_000_000 + second)
}

fn some(count: i64) -> Vec<KeyValue> {
    let keys = ["a", "b", "c", "d", "e"];
    keys.into_iter()
        .zip(0..count)
        .map(|(key, value)| KeyValue::new(key, value))
        .collect()
}

fn link(attributes: i64) -> Link {
    Link::new(SpanContext::NONE, some(attributes), 0)
}

/// Makes spans in all ways that the API has: what is recorded depends on nothing else.
fn make<T: Tracer>(tracer: &T, below: &Context)
where
    T::Span: Send + Sync + 'static,
{
    let outer = SpanBuilder::from_name("outer")
        .with_kind(SpanKind::Server)
        .with_start_time(at(1))
        .with_attributes(some(5))
        .with_events(vec![
            Event::new("first", at(2), some(2), 0),
            Event::new("second", at(2), some(0), 0),
            Event::new("third", at(2), some(0), 0),
        ])
        .with_links(vec![link(2), link(0)]);
    let outer = below.with_span(tracer.build_with_context(outer, below));
    let span = outer.span();
    span.set_attribute(KeyValue::new("late", true));
    span.add_event_with_timestamp("late", at(3), some(3));
    span.set_status(Status::Ok);
    span.set_status(Status::error("after it was fine"));
    for index in 0..3_u64 {
        let inner = SpanBuilder::from_name("inner").with_start_time(at(4 + index));
        let mut inner = tracer.build_with_context(inner, &outer);
        inner.set_status(Status::error("one"));
        inner.set_status(Status::Unset);
        for (number, attribute) in some(5).into_iter().enumerate() {
            inner.set_attribute(attribute);
            inner.add_event_with_timestamp(format!("event {number}"), at(5), some(2));
            inner.add_link(SpanContext::NONE, some(2));
        }
        inner.update_name("renamed");
        let recording = inner.is_recording();
        inner.end_with_timestamp(at(9 + index));
        assert!(!inner.is_recording());
        // Neither is recorded.
        inner.set_attribute(KeyValue::new("after the end", recording));
        inner.end_with_timestamp(at(99));
    }
    span.end_with_timestamp(at(20));
}

fn by_the_sdk(sampler: Sampler, limits: SpanLimits, below: &Context) -> Vec<SpanData> {
    let kept = Kept::default();
    let provider = SdkTracerProvider::builder()
        .with_sampler(sampler)
        .with_span_limits(limits)
        .with_span_processor(kept.clone())
        .build();
    make(&provider.tracer_with_scope(scope()), below);
    alike(std::mem::take(&mut kept.0.lock().unwrap()))
}

fn by_the_recorder(sampler: Sampler, limits: SpanLimits, below: &Context) -> Vec<SpanData> {
    let recorder = recorder(sampler, limits);
    make(&Provider::new(recorder).tracer_with_scope(scope()), below);
    alike(recorder.take().spans)
}

fn recorder(sampler: Sampler, limits: SpanLimits) -> Recorder {
    let resource = Resource::builder_empty().build();
    Recorder::with(Box::new(sampler), limits, resource, None)
}

fn scope() -> InstrumentationScope {
    InstrumentationScope::builder("made")
        .with_version("1.2")
        .with_attributes(some(1))
        .build()
}

/// With numbers for random ids: 0 is the trace, and spans count from 1 in the order of their ends.
fn alike(mut spans: Vec<SpanData>) -> Vec<SpanData> {
    let ids: Vec<SpanId> = spans
        .iter()
        .map(|span| span.span_context.span_id())
        .collect();
    let number = |id: SpanId| {
        let place = ids.iter().position(|known| *known == id);
        place.map_or(id, |place| SpanId::from(place as u64 + 1))
    };
    for span in &mut spans {
        let ids = &span.span_context;
        let known = [
            TraceId::from_bytes([0xff; 16]),
            TraceId::from_bytes(*b"half\0\0\0\0\0\0\0\0\0\0\0\x01"),
        ];
        let trace_id = match ids.trace_id() {
            trace_id if known.contains(&trace_id) => trace_id,
            _ => TraceId::INVALID,
        };
        span.span_context = SpanContext::new(
            trace_id,
            number(ids.span_id()),
            ids.trace_flags(),
            ids.is_remote(),
            ids.trace_state().clone(),
        );
        span.parent_span_id = number(span.parent_span_id);
    }
    spans
}

#[derive(Clone, Debug, Default)]
struct Kept(Arc<Mutex<Vec<SpanData>>>);

impl SpanProcessor for Kept {
    fn on_start(&self, _: &mut opentelemetry_sdk::trace::Span, _: &Context) {}

    fn on_end(&self, span: SpanData) {
        self.0.lock().unwrap().push(span);
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}
