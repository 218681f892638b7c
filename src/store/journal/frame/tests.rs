//! The document's example is written, read and rebuilt from its tables; what is broken ends the reading.

use super::*;
use crate::store::journal::call::CallPlace;
use crate::trace::{Known, SpanRecord};
use opentelemetry::trace::{
    SpanContext, SpanId, SpanKind, Status, TraceFlags, TraceId, TraceState,
};
use opentelemetry::{InstrumentationScope, KeyValue};
use opentelemetry_sdk::trace::{SpanEvents, SpanLinks};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const DOCUMENT: &str = include_str!("../../../../docs/journal-format.md");

const START: u64 = 1_700_000_001_000_000_000;

fn start() -> SystemTime {
    UNIX_EPOCH + Duration::from_nanos(START)
}

fn resource() -> Resource {
    let builder = Resource::builder_empty();
    builder
        .with_attributes([KeyValue::new("charm", "blog")])
        .build()
}

fn root() -> SpanData {
    SpanData {
        span_context: SpanContext::new(
            TraceId::from_bytes(*b"one per dispatch"),
            SpanId::from_bytes(*b"the root"),
            TraceFlags::SAMPLED,
            false,
            TraceState::default(),
        ),
        parent_span_id: SpanId::INVALID,
        parent_span_is_remote: false,
        span_kind: SpanKind::Internal,
        name: "blog/0: start event".into(),
        start_time: start(),
        end_time: start(),
        attributes: vec![KeyValue::new("process.pid", 512)],
        dropped_attributes_count: 0,
        events: SpanEvents::default(),
        links: SpanLinks::default(),
        status: Status::Unset,
        instrumentation_scope: InstrumentationScope::builder("charm-tracing").build(),
    }
}

/// The bytes of the document's dump: the lines that begin with eight hex digits.
fn documented() -> Vec<u8> {
    let lines = DOCUMENT.lines().filter_map(|line| {
        let (offset, rest) = line.split_once("  ")?;
        u32::from_str_radix(offset, 16).ok()?;
        Some(rest.split_once('|')?.0)
    });
    lines
        .flat_map(str::split_whitespace)
        .map(|pair| u8::from_str_radix(pair, 16).unwrap())
        .collect()
}

fn dump(bytes: &[u8]) -> String {
    let mut text = String::new();
    for (index, line) in bytes.chunks(16).enumerate() {
        let pairs: Vec<String> = line.iter().map(|byte| format!("{byte:02x}")).collect();
        let shown = line.iter().map(|byte| match byte {
            0x20..=0x7E => char::from(*byte),
            _ => '.',
        });
        let shown: String = shown.collect();
        let line = format!("{:08x}  {:47}  |{shown}|\n", index * 16, pairs.join(" "));
        text.push_str(&line);
    }
    text
}

/// Where calls of the example come from.
fn site() -> Known {
    Known {
        number: 0,
        name: "function call: f".to_owned(),
        function: "blog::f",
        file: "src/main.rs",
        line: 7,
    }
}

fn scope() -> InstrumentationScope {
    InstrumentationScope::builder("charm-tracing")
        .with_version("0.1.0")
        .build()
}

fn opened(id: [u8; 8]) -> JournalCall {
    JournalCall::Opened {
        site: 0,
        id: SpanId::from_bytes(id),
        parent: SpanId::from_bytes(*b"the root"),
        start: start(),
        attributes: vec![KeyValue::new("port", 80)],
    }
}

#[test]
fn the_example_is_what_is_written() {
    let mut bytes = head(*b"one per dispatch").to_vec();
    put_resource(&resource(), &mut bytes);
    put_started(&root(), &mut bytes);
    let calls = begin_calls(&mut bytes);
    call::put_site(&site(), &scope(), &mut bytes);
    let mut span = SpanRecord::for_test(*b"call one", *b"the root", START);
    call::put_opened(0, &span, &mut bytes);
    call::put_closed(span.id, START, &mut bytes);
    span.id = SpanId::from_bytes(*b"call two");
    call::put_opened(0, &span, &mut bytes);
    seal_calls(calls, &mut bytes);
    assert_eq!(dump(&bytes), dump(&documented()));
}

#[test]
fn the_example_is_read_as_the_document_says() {
    let bytes = documented();
    assert!(matches!(read_head(&bytes), JournalHead::Journal(id) if &id == b"one per dispatch"));
    let frames: Vec<JournalFrame> = frames(&bytes).collect();
    let [
        JournalFrame::Resource(read),
        JournalFrame::Started(span),
        JournalFrame::Calls(calls),
    ] = &frames[..]
    else {
        panic!("{} frames", frames.len());
    };
    assert_eq!((read, span), (&resource(), &root()));
    let place = CallPlace {
        name: "function call: f".to_owned(),
        function: "blog::f".to_owned(),
        file: "src/main.rs".to_owned(),
        line: 7,
        scope: ("charm-tracing".to_owned(), "0.1.0".to_owned()),
    };
    let closed = JournalCall::Closed {
        id: SpanId::from_bytes(*b"call one"),
        end: start(),
    };
    let expected = [
        JournalCall::Site(0, place),
        opened(*b"call one"),
        closed,
        opened(*b"call two"),
    ];
    assert_eq!(calls[..], expected);
}

#[test]
fn the_tables_alone_are_enough_to_write_the_example() {
    let text = |text: &str| [&(text.len() as u64).to_le_bytes()[..], text.as_bytes()].concat();
    let number = |number: u64| number.to_le_bytes().to_vec();
    let small = |number: u32| number.to_le_bytes().to_vec();
    let frame = |kind: u8, body: &[u8]| {
        let checked = [&[kind], body].concat();
        let length = u32::try_from(body.len()).unwrap().to_le_bytes();
        let checksum = crc32fast::hash(&checked).to_le_bytes();
        [&length[..], &checksum, &checked].concat()
    };
    let time = 1_700_000_001_000_000_000;
    let mut bytes = [b"CHTRJNL\0", &[2, 0, 0, 0][..], b"one per dispatch"].concat();
    bytes.extend(crc32fast::hash(&bytes).to_le_bytes());
    let resource = [number(1), text("charm"), vec![3], text("blog"), text("")];
    bytes.extend(frame(1, &resource.concat()));
    let span = [
        b"one per dispatchthe root".to_vec(),
        vec![0; 8],
        vec![1, 0, 0],
        number(time),
        number(time),
        text("blog/0: start event"),
        text(""),
        vec![0],
        text(""),
        [number(1), text("process.pid"), vec![1], number(512)].concat(),
        vec![0; 4],
        [number(0), vec![0; 4]].concat(),
        [number(0), vec![0; 4]].concat(),
        text("charm-tracing"),
        text(""),
        text(""),
        number(0),
    ];
    bytes.extend(frame(2, &span.concat()));
    let port = [number(1), text("port"), vec![1], number(80)].concat();
    let begins = |id: &[u8]| [&[2, 0, 0, 0, 0], id, b"the root", &number(time), &port].concat();
    let calls = [
        [vec![1], small(0)].concat(),
        text("function call: f"),
        text("blog::f"),
        text("src/main.rs"),
        small(7),
        text("charm-tracing"),
        text("0.1.0"),
        begins(b"call one"),
        [b"\x03call one".to_vec(), number(time)].concat(),
        begins(b"call two"),
    ];
    bytes.extend(frame(4, &calls.concat()));
    assert_eq!(dump(&bytes), dump(&documented()));
}

#[test]
fn a_damaged_journal_is_no_panic_and_no_other_journal() {
    let whole = documented();
    for place in 0..whole.len() {
        for bit in 0..8 {
            let mut changed = whole.clone();
            changed[place] ^= 1 << bit;
            assert!(frames(&changed).count() < 3 || place < HEAD, "{place}");
            assert!(place >= HEAD || matches!(read_head(&changed), JournalHead::Foreign));
        }
        assert!(frames(&whole[..place]).count() < 3);
    }
}

#[test]
fn a_kind_that_a_later_release_adds_is_passed_over() {
    let mut bytes = head([1; 16]).to_vec();
    put(9, 7_u64, &mut bytes);
    put_started(&root(), &mut bytes);
    assert_eq!(frames(&bytes).count(), 1);
}

#[test]
fn a_count_that_lies_ends_the_reading() {
    let mut bytes = head([1; 16]).to_vec();
    put(RESOURCE, u64::MAX, &mut bytes);
    assert_eq!(frames(&bytes).count(), 0);
}
