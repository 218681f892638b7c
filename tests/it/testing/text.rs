//! Spans as text, whole: given spans print the same to the last character.

use charm_tracing::testing::{
    ResourceSpans, Span, attribute, resource, spans, tree, tree_with, waterfall,
};
use opentelemetry_proto::tonic::common::v1::{AnyValue, ArrayValue, KeyValue, any_value};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::span::Event;
use opentelemetry_proto::tonic::trace::v1::{ScopeSpans, Status, status::StatusCode};

#[test]
fn a_tree_shows_names_events_and_failures_in_start_order() {
    assert_eq!(
        tree(&dispatch()),
        "\
blog/0: database-relation-changed event  error: exit code 1
    event: database_relation_changed  error: migration 7 failed: no table \\\"users\\\"
        - database_relation_changed
        - exception
        relation-get
        function call: migrate  error
            psql
        status-set
    relation-ids
"
        .replace("\\\"", "\"")
    );
    let mut shuffled = dispatch();
    shuffled[0].scope_spans[0].spans.reverse();
    assert_eq!(
        tree(&shuffled),
        tree(&dispatch()),
        "the order of arrival does not show"
    );
}

#[test]
fn chosen_attributes_stand_behind_the_name() {
    let text = tree_with(
        &dispatch(),
        &[
            "retries",
            "juju.dispatch_path",
            "exception.message",
            "never",
            "note",
        ],
    );
    let lines: Vec<&str> = text.lines().filter(|line| line.contains('[')).collect();
    assert_eq!(
        lines,
        [
            "blog/0: database-relation-changed event [juju.dispatch_path=hooks/database-relation-changed retries=\"[1, 2.5]\"]  error: exit code 1",
            "        - exception [exception.message=\"no table\"]",
            "            psql [note=\"\"]",
        ]
    );
}

#[test]
fn spans_without_their_parent_spans_twice_and_circles_are_shown() {
    let mut received = dispatch();
    let all = &mut received[0].scope_spans[0].spans;
    all.remove(0);
    let twice = all.iter().find(|span| span.name == "psql").unwrap().clone();
    all.push(twice);
    all.push(Span {
        parent_span_id: id(81),
        ..span("a", 80, 5)
    });
    all.push(Span {
        parent_span_id: id(80),
        ..span("b\n\u{1b}[31m", 81, 6)
    });
    assert_eq!(
        tree(&received),
        "\
(parent not received)
    event: database_relation_changed  error: migration 7 failed: no table \"users\"
        - database_relation_changed
        - exception
        relation-get
        function call: migrate  error
            psql  received 2 times
        status-set
    relation-ids
(parents form a circle)
    a
        b\\n\\u{1b}[31m
"
    );
    assert!(waterfall(&received, 100, false).contains("(parent not received)\n"));
}

#[test]
fn a_trace_as_deep_as_a_stack_prints() {
    let deep = |number: u32| Span {
        trace_id: vec![9; 16],
        span_id: number.to_be_bytes().repeat(2),
        parent_span_id: number
            .checked_sub(1)
            .map(|above| above.to_be_bytes().repeat(2))
            .unwrap_or_default(),
        name: "x".to_owned(),
        ..Span::default()
    };
    // From 1: an id of zeros means no parent.
    let mut all: Vec<Span> = (1..3000).map(deep).collect();
    all[0].parent_span_id.clear();
    assert_eq!(tree(&received(all)).lines().count(), 2999);
}

#[test]
fn a_waterfall_places_each_span_on_the_axis_of_its_trace() {
    assert_eq!(
        waterfall(&dispatch(), 100, false),
        "\
blog/0: database-relation-changed event  41.2 ms  |################################################|
ERROR exit code 1
    event: database_relation_changed     38.0 ms  | ############################################   |
    ERROR migration 7 failed: no table \"users\"
        relation-get                      4.1 ms  |  =====                                         |
        function call: migrate           24.5 ms  |         #############################          |
        ERROR
            psql                         20.0 ms  |           =======================              |
        status-set                      250.0 us  |                                             -  |
    relation-ids                        900.0 us  |                                              = |
"
    );
}

#[test]
fn a_waterfall_fits_the_width_and_colours_change_no_place() {
    for width in [0, 40, 61, 100, 200] {
        for line in waterfall(&dispatch(), width, false).lines() {
            assert!(line.len() <= width.max(40), "{width}: {line}");
        }
    }
    let plain = waterfall(&dispatch(), 80, false);
    let coloured = waterfall(&dispatch(), 80, true);
    assert!(coloured.contains("\u{1b}[31m\u{2588}") && coloured.contains("\u{1b}[1mblog/0"));
    let mut bare = String::new();
    let mut rest = coloured.as_str();
    while let Some((before, escape)) = rest.split_once("\u{1b}[") {
        bare.push_str(before);
        rest = escape.split_once('m').unwrap().1;
    }
    bare.push_str(rest);
    let shape = |text: &str| {
        text.replace(['\u{2588}', '=', '#'], "x")
            .replace(['\u{258f}', '!'], "-")
            .replace('\u{2502}', "|")
    };
    assert_eq!(shape(&bare), shape(&plain));
}

#[test]
fn traces_follow_each_other() {
    let mut later = span("later", 1, 900);
    later.trace_id = vec![7; 16];
    later.end_time_unix_nano = 0;
    let mut all = received(vec![later]);
    all.extend(received(vec![Span {
        trace_id: vec![8; 16],
        ..span("earlier", 1, 100)
    }]));
    assert_eq!(
        waterfall(&all, 40, false),
        "\
earlier   1.0 ms  |====================|

later     0 ns  |-                     |
"
    );
    assert_eq!(tree(&all), "earlier\nlater\n");
}

#[test]
fn resources_and_attributes_are_text() {
    let received = dispatch();
    let expected = [("juju_unit", "blog/0"), ("service.name", "blog-charm")];
    let found = resource(&received[0]);
    assert_eq!(
        found
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str()))
            .collect::<Vec<_>>(),
        expected
    );
    let root = spans(&received).next().unwrap();
    assert_eq!(attribute(root, "retries").as_deref(), Some("[1, 2.5]"));
    assert_eq!(attribute(root, "retry"), None);
}

/// A dispatch that fails, in milliseconds: a root, the event below it, tools and a function below
/// that.
fn dispatch() -> Vec<ResourceSpans> {
    let list = ArrayValue {
        values: vec![
            value(any_value::Value::IntValue(1)),
            value(any_value::Value::DoubleValue(2.5)),
        ],
    };
    let root = Span {
        status: Some(failed("exit code 1")),
        attributes: vec![
            pair("juju.dispatch_path", "hooks/database-relation-changed"),
            KeyValue {
                value: Some(value(any_value::Value::ArrayValue(list))),
                ..pair("retries", "")
            },
        ],
        ..lasting("blog/0: database-relation-changed event", (1, 0), 0, 41_200)
    };
    let event = |name: &str, at: u64| Event {
        name: name.to_owned(),
        time_unix_nano: at,
        ..Event::default()
    };
    let exception = Event {
        attributes: vec![pair("exception.message", "no table")],
        ..event("exception", 9)
    };
    let handler = Span {
        status: Some(failed("migration 7 failed: no table \"users\"")),
        events: vec![event("database_relation_changed", 1), exception],
        ..lasting("event: database_relation_changed", (2, 1), 900, 38_000)
    };
    let mut psql = lasting("psql", (5, 4), 9_500, 20_000);
    psql.attributes = vec![pair("note", "")];
    received(vec![
        root,
        handler,
        lasting("relation-get", (3, 2), 1_500, 4_100),
        Span {
            status: Some(failed("")),
            ..lasting("function call: migrate", (4, 2), 8_000, 24_500)
        },
        psql,
        lasting("status-set", (6, 2), 38_300, 250),
        lasting("relation-ids", (7, 1), 39_500, 900),
    ])
}

/// A span with its own number and its parent's, and with start and length in microseconds.
fn lasting(name: &str, (own, parent): (u8, u8), start: u64, length: u64) -> Span {
    let start = 1_700_000_000_000_000_000 + start * 1_000;
    Span {
        parent_span_id: if parent == 0 { Vec::new() } else { id(parent) },
        start_time_unix_nano: start,
        end_time_unix_nano: start + length * 1_000,
        ..span(name, own, 0)
    }
}

/// A span of one millisecond.
fn span(name: &str, own: u8, start: u64) -> Span {
    Span {
        trace_id: vec![1; 16],
        span_id: id(own),
        name: name.to_owned(),
        start_time_unix_nano: start * 1_000_000,
        end_time_unix_nano: (start + 1) * 1_000_000,
        ..Span::default()
    }
}

fn received(spans: Vec<Span>) -> Vec<ResourceSpans> {
    let attributes = vec![
        pair("service.name", "blog-charm"),
        pair("juju_unit", "blog/0"),
    ];
    let resource = Some(Resource {
        attributes,
        ..Resource::default()
    });
    vec![ResourceSpans {
        resource,
        scope_spans: vec![ScopeSpans {
            spans,
            ..ScopeSpans::default()
        }],
        ..ResourceSpans::default()
    }]
}

fn failed(message: &str) -> Status {
    Status {
        message: message.to_owned(),
        code: StatusCode::Error as i32,
    }
}

fn pair(key: &str, text: &str) -> KeyValue {
    let text = value(any_value::Value::StringValue(text.to_owned()));
    KeyValue {
        key: key.to_owned(),
        value: Some(text),
        ..KeyValue::default()
    }
}

fn value(value: any_value::Value) -> AnyValue {
    AnyValue { value: Some(value) }
}

fn id(number: u8) -> Vec<u8> {
    vec![number; 8]
}
