//! From finished spans to OTLP: this crate's way, which is opentelemetry-otlp's exporter, beside prost's own
//! build and encode of the same tree. Both end with the same bytes, which is checked first.

#![allow(
    clippy::cast_precision_loss,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    missing_docs,
    reason = "a benchmark that cannot run has nothing better to do than to stop"
)]

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use charm_tracing::__measured::encode;
use charm_tracing::opentelemetry::trace::{
    SpanContext, SpanId, SpanKind, Status, TraceFlags, TraceId, TraceState,
};
use charm_tracing::opentelemetry::{InstrumentationScope, KeyValue};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::transform::common::tonic::ResourceAttributesWithSchema;
use opentelemetry_proto::transform::trace::tonic::group_spans_by_resource_and_scope;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{SpanData, SpanEvents, SpanLinks};
use prost::Message;

/// Spans of one dispatch of fifty calls, and of as many as a dispatch can have; and in how many rounds.
const SIZES: [(usize, usize); 2] = [(53, 1001), (5_000, 31)];

fn main() {
    let resource = Arc::new(resource());
    println!(
        "| spans | attributes | step | median ns a span | least | of prost's | bytes a span |"
    );
    println!("|--:|--:|---|--:|--:|--:|--:|");
    for (count, rounds) in SIZES {
        for attributes in [0, 2] {
            let spans = spans(count, attributes);
            let bytes = encode(spans.clone(), &resource).expect("spans can be encoded");
            let built = built(spans.clone(), &resource).encode_to_vec();
            // Each build of the resource has an order of its own.
            assert_eq!(bytes.len(), built.len());
            print_rows(&spans, &resource, rounds, attributes, bytes.len());
        }
    }
}

/// From spans to bytes, and what it is called.
type Step<'a> = (&'a str, Box<dyn Fn(Vec<SpanData>) -> Vec<u8> + 'a>);

fn print_rows(
    spans: &[SpanData],
    resource: &Arc<Resource>,
    rounds: usize,
    attributes: usize,
    bytes: usize,
) {
    let tree = built(spans.to_vec(), resource);
    let encoded = tree.encode_to_vec();
    let steps: [Step<'_>; 5] = [
        (
            "prost: build and encode",
            Box::new(|spans| built(spans, resource).encode_to_vec()),
        ),
        (
            "this crate",
            Box::new(|spans| encode(spans, resource).unwrap_or_default()),
        ),
        (
            "prost: encode what is built",
            Box::new(|_| tree.encode_to_vec()),
        ),
        (
            "copy of the spans",
            Box::new(|spans| {
                black_box(spans.clone());
                Vec::new()
            }),
        ),
        ("copy of the bytes", Box::new(|_| encoded.clone())),
    ];
    let mut times = vec![Vec::with_capacity(rounds); steps.len()];
    for _ in 0..rounds {
        for ((_, step), times) in steps.iter().zip(&mut times) {
            let own = spans.to_vec();
            let start = Instant::now();
            black_box(step(black_box(own)));
            times.push(start.elapsed());
        }
    }
    let per_span = |time: Duration| time.as_secs_f64() * 1e9 / spans.len() as f64;
    let mut yardstick = None;
    for ((name, _), times) in steps.iter().zip(&mut times) {
        times.sort();
        let (median, least) = (per_span(times[rounds / 2]), per_span(times[0]));
        let unit = *yardstick.get_or_insert(median);
        println!(
            "| {} | {attributes} | {name} | {median:.0} | {least:.0} | {:.2} | {:.1} |",
            spans.len(),
            median / unit,
            bytes as f64 / spans.len() as f64
        );
    }
}

fn built(spans: Vec<SpanData>, resource: &Resource) -> ExportTraceServiceRequest {
    let resource = ResourceAttributesWithSchema::from(resource);
    ExportTraceServiceRequest {
        resource_spans: group_spans_by_resource_and_scope(spans, &resource),
    }
}

/// Seven attributes, as a unit of a charm has at least.
fn resource() -> Resource {
    let attributes = [
        ("service.name", "blog-charm"),
        ("service.instance.id", "0"),
        ("juju_model", "staging"),
        ("juju_model_uuid", "1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed"),
        ("juju_application", "blog"),
        ("juju_unit", "blog/0"),
        ("juju_charm", "blog"),
    ];
    let attributes = attributes.map(|(key, value)| KeyValue::new(key, value));
    Resource::builder_empty()
        .with_attributes(attributes)
        .build()
}

fn spans(count: usize, attributes: usize) -> Vec<SpanData> {
    let scope = InstrumentationScope::builder("charm-tracing")
        .with_version("0.1.0")
        .build();
    let trace = TraceId::from_bytes([7; 16]);
    let context = |number: usize| {
        let span = SpanId::from(number as u64);
        SpanContext::new(trace, span, TraceFlags::SAMPLED, false, TraceState::NONE)
    };
    let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    let named = [
        KeyValue::new("unit", "blog/0"),
        KeyValue::new("port", "8080"),
    ];
    (1..=count)
        .map(|number| SpanData {
            span_context: context(number),
            parent_span_id: SpanId::from(number as u64 / 2),
            parent_span_is_remote: false,
            span_kind: SpanKind::Internal,
            name: "method call: Blog::configure".into(),
            start_time: start + Duration::from_micros(number as u64),
            end_time: start + Duration::from_micros(number as u64 + 40),
            attributes: named[..attributes].to_vec(),
            dropped_attributes_count: 0,
            events: SpanEvents::default(),
            links: SpanLinks::default(),
            status: Status::Unset,
            instrumentation_scope: scope.clone(),
        })
        .collect()
}
