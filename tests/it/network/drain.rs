//! A full buffer on its way out.

use std::collections::BTreeMap;
use std::fs;
use std::time::Duration;

use charm_tracing::__buffer::{Buffer, Limits, Priority, Record};
use charm_tracing::testing::{Sink, Unit, spans};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span};
use prost::Message;

use super::{Fault, Sender, Server, log, twice, unit_for};

/// What the buffer holds at most, but for one dispatch.
const DISPATCHES: u64 = 99;
/// Spans of each, some 1 KiB long: with them the buffer is 10 MiB.
const SPANS: u64 = 100;

/// A dispatch of so many spans, each with an attribute of this length.
pub(super) fn request(dispatch: u64, spans: u64, length: usize) -> Vec<u8> {
    let text = |span: u64| {
        // Numbers that look like nothing in particular, so that they are not smaller when packed.
        let mut seed = dispatch * 1_000_003 + span + 1;
        let digits = std::iter::from_fn(|| {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            Some(format!("{:08x}", seed >> 32))
        });
        let mut text: String = digits.take(length / 8 + 1).collect();
        text.truncate(length);
        text
    };
    let spans = (0..spans).map(|span| Span {
        trace_id: trace_id(dispatch).to_vec(),
        span_id: (dispatch * 100_000 + span + 1).to_be_bytes().to_vec(),
        name: format!("span {span}"),
        attributes: vec![KeyValue {
            key: "text".to_owned(),
            value: Some(AnyValue {
                value: Some(Value::StringValue(text(span))),
            }),
            ..KeyValue::default()
        }],
        ..Span::default()
    });
    let request = ExportTraceServiceRequest {
        resource_spans: vec![ResourceSpans {
            scope_spans: vec![ScopeSpans {
                spans: spans.collect(),
                ..ScopeSpans::default()
            }],
            ..ResourceSpans::default()
        }],
    };
    request.encode_to_vec()
}

fn trace_id(dispatch: u64) -> [u8; 16] {
    u128::from(dispatch + 1).to_be_bytes()
}

/// Puts a dispatch into the unit's buffer.
pub(super) fn put(unit: &Unit, dispatch: u64, spans: u64, length: usize) {
    let path = unit.charm_dir().join(".charm-tracing.buffer");
    let mut buffer = Buffer::open(path, Limits::default()).unwrap();
    let record = Record {
        priority: Priority::Ordinary,
        spans: spans as u32,
        created: std::time::SystemTime::now(),
        trace_id: trace_id(dispatch),
        payload: &request(dispatch, spans, length),
    };
    assert!(buffer.push(&record).unwrap().is_empty());
}

fn full(endpoint: &str) -> Sender {
    let unit = unit_for(endpoint);
    for dispatch in 0..DISPATCHES {
        put(&unit.unit, dispatch, SPANS, 1_000);
    }
    unit
}

#[test]
fn ten_mebibytes_leave_in_one_dispatch_over_one_connection() {
    let sink = Sink::http().unwrap();
    let mut unit = full(&sink.endpoint());
    let file = unit.unit.charm_dir().join(".charm-tracing.buffer");
    assert!(fs::metadata(&file).unwrap().len() > 10_000_000);
    assert_eq!(log(&unit.update_status()), "");
    assert_eq!((unit.kept(), sink.connections()), (0, 1));
    let requests = sink.requests();
    println!("{} requests", requests.len());
    assert!(requests.len() < 20);
    assert!(requests.iter().all(|request| request.body.len() <= 4 << 20));
    let mut seen: BTreeMap<Vec<u8>, usize> = BTreeMap::new();
    for span in spans(&sink.traces()) {
        *seen.entry(span.span_id.clone()).or_default() += 1;
    }
    // A root and an event are this dispatch's own.
    assert_eq!(seen.len() as u64, DISPATCHES * SPANS + 2);
    assert!(seen.values().all(|times| *times == 1));
    // What it grows by stays.
    assert_eq!(fs::metadata(&file).unwrap().len(), 64 << 10, "given back");
}

#[test]
fn a_full_buffer_of_too_large_records_arrives_in_parts() {
    let server = Server::start();
    let mut unit = full(&server.endpoint());
    // A record is some 105 KB, and its halves are not too large.
    server.fails(Fault::TooLarge {
        status: 413,
        most: 60_000,
    });
    assert_eq!(log(&unit.update_status()), "");
    let taken = server.taken();
    let all = (DISPATCHES * SPANS) as usize + 2;
    assert_eq!((taken.len(), twice(&taken), unit.kept()), (all, 0, 0));
    assert_eq!(server.connections(), 1);
}

#[test]
fn memory_does_not_grow_with_the_buffer() {
    let sink = Sink::http().unwrap();
    let most = |mut unit: Sender| {
        unit.set("TELL_MEMORY", 1);
        unit.update_status();
        assert_eq!(unit.kept(), 0);
        let told = fs::read_to_string(unit.unit.charm_dir().join("memory")).unwrap();
        let line = told.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = line.unwrap().trim().trim_end_matches(" kB");
        kib.parse::<u64>().unwrap()
    };
    let nothing = most(unit_for(&sink.endpoint()));
    let everything = most(full(&sink.endpoint()));
    println!("{nothing} KiB without, {everything} KiB with a full buffer");
    assert!(
        everything <= nothing + 2_048,
        "{nothing} KiB, {everything} KiB"
    );
}

#[test]
fn what_does_not_leave_in_time_waits_and_nobody_has_failed() {
    let server = Server::start();
    server.fails(Fault::Slow(Duration::from_millis(700)));
    let mut unit = full(&server.endpoint());
    // Three or four requests, of which the first has more than 2 s to spare.
    unit.set("CHOSEN_NETWORK_BUDGET_MS", 3_000);
    assert_eq!(log(&unit.update_status()), "");
    assert!(!unit.has_failed());
    let kept = unit.kept();
    assert!((1..DISPATCHES as usize).contains(&kept), "{kept}");
    server.fails(Fault::None);
    unit.set("CHOSEN_NETWORK_BUDGET_MS", 60_000);
    unit.update_status();
    assert_eq!(unit.kept(), 0);
    // What is acknowledged too late for the client is the one thing that comes twice: it was never
    // known to have been taken.
    let taken = server.taken();
    assert_eq!(
        taken.len() - twice(&taken),
        (DISPATCHES * SPANS) as usize + 4
    );
}
