//! What arrives is what was recorded, up to what backends take.

use charm_tracing::testing::{Sink, Span, attribute, spans};
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;

use super::unit_for;
use crate::mortal;

/// The span that has all that a span can have, sent by a dispatch with these variables.
fn detailed(variables: &[(&str, &str)]) -> Span {
    let sink = Sink::http().unwrap();
    let mut unit = mortal();
    unit.set_env("CHOSEN_ENDPOINT", sink.endpoint());
    unit.set_env("CHOSEN_NETWORK_BUDGET_MS", "20000");
    for (name, value) in variables {
        unit.set_env(*name, value);
    }
    assert!(unit.hook("stop").unwrap().succeeded());
    let traces = sink.traces();
    let mut found = spans(&traces).filter(|span| span.name == "detailed");
    found.next().unwrap().clone()
}

#[test]
fn a_span_arrives_with_all_it_has() {
    let span = detailed(&[]);
    assert_eq!((span.trace_id.len(), span.span_id.len()), (16, 8));
    assert_eq!(span.parent_span_id.len(), 8);
    assert_eq!(span.kind, SpanKind::Producer as i32);
    // Sampled, and known to have a parent in this process.
    assert_eq!(span.flags, 0x101);
    assert!(span.end_time_unix_nano >= span.start_time_unix_nano);
    let status = span.status.unwrap();
    assert_eq!(status.code, StatusCode::Error as i32);
    assert_eq!(status.message, "on purpose");
    assert_eq!(
        (span.attributes.len(), span.dropped_attributes_count),
        (8, 0)
    );
    let event = &span.events[0];
    assert_eq!(
        (event.name.as_str(), event.attributes.len()),
        ("happened", 8)
    );
    assert!(event.time_unix_nano >= span.start_time_unix_nano);
    let link = &span.links[0];
    assert_eq!(link.trace_id, [7; 16]);
    assert_eq!(link.span_id, [9; 8]);
    assert_eq!(link.trace_state, "vendor=state");
    // Sampled, and of another process.
    assert_eq!(link.flags, 0x301);
    assert_eq!(
        (link.attributes.len(), link.dropped_attributes_count),
        (8, 0)
    );
}

#[test]
fn what_the_limits_of_the_sdk_dropped_is_counted() {
    let span = detailed(&[
        ("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "3"),
        ("OTEL_SPAN_EVENT_COUNT_LIMIT", "0"),
        ("OTEL_SPAN_LINK_COUNT_LIMIT", "0"),
    ]);
    assert_eq!(
        (span.attributes.len(), span.dropped_attributes_count),
        (3, 5)
    );
    assert_eq!((span.events.len(), span.dropped_events_count), (0, 1));
    assert_eq!((span.links.len(), span.dropped_links_count), (0, 1));
}

#[test]
fn values_are_cut_between_characters() {
    let sink = Sink::http().unwrap();
    let mut unit = unit_for(&sink.endpoint());
    unit.hook("remove");
    let traces = sink.traces();
    let cut = "\u{20ac}".repeat(2048 / 3);
    let span = spans(&traces).find(|span| span.name.ends_with("long_winded"));
    assert_eq!(
        attribute(span.unwrap(), "long").as_deref(),
        Some(cut.as_str())
    );
    let event = &span.unwrap().events[0];
    assert_eq!(
        format!("{:?}", event.attributes)
            .matches('\u{20ac}')
            .count(),
        2048 / 3
    );
}

#[test]
fn five_thousand_spans_are_kept_and_the_rest_counted() {
    let sink = Sink::http().unwrap();
    let mut unit = unit_for(&sink.endpoint());
    unit.hook("upgrade-charm");
    let traces = sink.traces();
    assert_eq!(spans(&traces).count(), 5_000);
    // Root, event, the function, the one that failed, and the earliest of the others.
    let numbers = spans(&traces)
        .filter(|span| span.name == "one of many")
        .map(|span| attribute(span, "number").unwrap().parse::<usize>().unwrap());
    assert!(numbers.eq(0..4_996));
    assert!(spans(&traces).any(|span| span.name == "function call: inner"));
    let root = spans(&traces).find(|span| span.parent_span_id.is_empty());
    let missing = attribute(root.unwrap(), "charm.tracing.missing_spans");
    assert_eq!(missing.as_deref(), Some("1004"));
}
