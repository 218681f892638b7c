//! The file format, held to its description.
//!
//! `docs/buffer-format.md` shows a file as a hex dump. It is read and written here by the crate, and
//! once more by a few lines that follow the document's tables and share no code with the crate.

use std::fs;

use charm_tracing::__buffer::{Buffer, Cause, Entry, Error, Limits, Priority, Reader, Record};

use super::{moment, numbers, place, push, readable};

const DOCUMENT: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/docs/buffer-format.md"
));

#[test]
fn the_example_is_what_the_crate_writes() {
    let (_directory, path) = place();
    let mut buffer = Buffer::open(&path, Limits::default()).unwrap();
    for record in example() {
        buffer.push(&record).unwrap();
    }
    let entries = buffer.entries().unwrap();
    buffer.remove(&entries[..1]).unwrap();
    let written = fs::read(&path).unwrap();
    assert_eq!(dump(&written), dump(&documented()));
}

#[test]
fn the_example_is_read_as_the_document_says() {
    let (_directory, path) = place();
    fs::write(&path, documented()).unwrap();
    let reader = Reader::new(&path);
    let entries = reader.entries().unwrap();
    let [entry] = &entries[..] else {
        panic!("{entries:?}");
    };
    let [_, second] = example();
    assert_eq!(entry.priority(), second.priority);
    assert_eq!(entry.spans(), second.spans);
    assert_eq!(entry.created(), second.created);
    assert_eq!(entry.trace_id(), second.trace_id);
    assert_eq!(reader.payload(entry).unwrap(), second.payload);
}

#[test]
fn the_tables_alone_are_enough_to_write_the_example() {
    let mut bytes = file_head(1);
    for (index, (state, record)) in [0xB3, b'L'].into_iter().zip(example()).enumerate() {
        let priority = [0, 2][index];
        let created = 1_700_000_001_000_000_000 + index as u64 * 1_000_000_000;
        let body = envelope(
            priority,
            record.spans,
            created,
            record.trace_id,
            record.payload,
        );
        bytes.extend(frame(state, 1, 38, index as u64 + 1, &body));
    }
    assert_eq!(dump(&bytes), dump(&documented()));
}

#[test]
fn another_version_is_an_error_to_read_and_set_aside_to_write() {
    let (directory, path) = place();
    fs::write(&path, file_head(2)).unwrap();
    let foreign = Reader::new(&path).entries();
    let version = |error| match error {
        Error::Foreign { version, .. } => version,
        _ => None,
    };
    assert_eq!(foreign.map_err(version).unwrap_err(), Some(2));
    let buffer = Buffer::open(&path, Limits::default()).unwrap();
    assert!(buffer.set_aside().is_some());
    let aside = directory.path().join("buffer.set-aside");
    assert_eq!(fs::read(aside).unwrap(), file_head(2));
}

#[test]
fn what_a_later_release_may_add_is_read_and_kept() {
    let (_directory, path) = place();
    let unknown = frame(b'L', 9, 4, 1, b"a kind of a later release.");
    let soon = 1_700_000_000_000_000_000;
    let mut longer = envelope(7, 3, soon, [1; 16], &[1; 40]);
    longer.extend(b"a field that nobody knows yet");
    let mut bytes = file_head(1);
    bytes.extend(&unknown);
    bytes.extend(frame(b'?', 1, 60, 2, &longer));
    let mut compressed = envelope(1, 3, soon + 1, [1; 16], &[1; 40]);
    compressed[1] = 2;
    bytes.extend(frame(b'L', 1, 38, 3, &compressed));
    fs::write(&path, &bytes).unwrap();

    let limits = Limits {
        dispatches: 2,
        ..Limits::default()
    };
    let mut buffer = Buffer::open(&path, limits).unwrap();
    let entries = buffer.entries().unwrap();
    assert_eq!(numbers(&entries), [1], "the second has an unknown encoding");
    assert_eq!(buffer.usage().unwrap().records, 2);
    assert_eq!(entries[0].priority(), Priority::Ordinary);
    assert_eq!(buffer.payload(&entries[0]).unwrap(), [1; 40]);

    push(&mut buffer, 2, 100_000);
    push(&mut buffer, 3, 10);
    push(&mut buffer, 4, 10);
    assert_eq!(readable(&Reader::new(&path)), [3, 4]);
    let kept = fs::read(&path).unwrap();
    assert!(
        kept.len() < 1_000,
        "was not compacted: {} bytes",
        kept.len()
    );
    assert!(kept.starts_with(&[file_head(1), unknown.clone()].concat()));
    let all = buffer.entries().unwrap();
    buffer.remove(&all).unwrap();
    let kept = fs::read(&path).unwrap();
    assert_eq!(kept[..32 + 28 + 26], bytes[..32 + 28 + 26]);
    assert_eq!(kept.len(), 32 + 28 + 26 + 28 + 64, "and the counters");
    assert_eq!(buffer.dropped().unwrap().of(Cause::Full).dispatches, 2);
}

#[test]
fn a_summary_that_lies_about_its_payload_is_damage() {
    let (_directory, path) = place();
    let mut body = envelope(1, 1, 1_700_000_000_000_000_000, [1; 16], &[1; 10]);
    body[30..38].copy_from_slice(&u64::MAX.to_le_bytes());
    let bytes = [file_head(1), frame(b'L', 1, 38, u64::MAX, &body)].concat();
    fs::write(&path, &bytes).unwrap();
    let mut buffer = Buffer::open(&path, Limits::default()).unwrap();
    let entries: Vec<Entry> = buffer.entries().unwrap();
    let payload = buffer.payload(&entries[0]);
    assert!(matches!(payload, Err(Error::Damaged { offset: 32, .. })));
    // The last sequence number is taken, and still a record can be stored and both removed.
    push(&mut buffer, 2, 10);
    assert_eq!(readable(&Reader::new(&path)), [2]);
    let entries = buffer.entries().unwrap();
    assert_eq!(buffer.remove(&entries).unwrap(), 2);
}

/// The two records of the document, of which the first was delivered.
fn example() -> [Record<'static>; 2] {
    let first = Record {
        priority: Priority::Routine,
        spans: 4,
        created: moment(1),
        trace_id: *b"the first trace.",
        payload: b"OTLP",
    };
    let second = Record {
        priority: Priority::Failed,
        spans: 51,
        created: moment(2),
        trace_id: *b"the second trace",
        payload: b"more OTLP",
    };
    [first, second]
}

/// The bytes of the document's dump: the lines that begin with eight hex digits.
fn documented() -> Vec<u8> {
    let mut bytes = Vec::new();
    for line in DOCUMENT.lines() {
        let Some((offset, rest)) = line.split_once("  ") else {
            continue;
        };
        if offset.len() != 8 || usize::from_str_radix(offset, 16) != Ok(bytes.len()) {
            continue;
        }
        let (pairs, _) = rest.split_once('|').unwrap();
        let pairs = pairs.split_whitespace();
        bytes.extend(pairs.map(|pair| u8::from_str_radix(pair, 16).unwrap()));
    }
    bytes
}

pub(super) fn dump(bytes: &[u8]) -> String {
    let mut text = String::new();
    for (index, line) in bytes.chunks(16).enumerate() {
        let pairs: Vec<String> = line.iter().map(|byte| format!("{byte:02x}")).collect();
        let shown = line.iter().map(|byte| match byte {
            0x20..=0x7E => char::from(*byte),
            _ => '.',
        });
        let shown: String = shown.collect();
        text += &format!("{:08x}  {:47}  |{shown}|\n", index * 16, pairs.join(" "));
    }
    text
}

pub(super) fn file_head(version: u16) -> Vec<u8> {
    let mut bytes = b"CHTRBUF\0".to_vec();
    bytes.extend(version.to_le_bytes());
    bytes.extend([32, 0]);
    bytes.extend([0; 16]);
    bytes.extend(crc32fast::hash(&bytes).to_le_bytes());
    bytes
}

pub(super) fn frame(state: u8, kind: u8, summary: u8, sequence: u64, body: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0xF5, 0x43, 0x54, 0xFA, state, kind, summary, 0];
    bytes.extend(sequence.to_le_bytes());
    bytes.extend(u32::try_from(body.len()).unwrap().to_le_bytes());
    bytes.extend(crc32fast::hash(body).to_le_bytes());
    let mut covered = bytes.clone();
    covered.remove(4);
    covered.extend(&body[..usize::from(summary)]);
    bytes.extend(crc32fast::hash(&covered).to_le_bytes());
    bytes.extend(body);
    bytes
}

pub(super) fn envelope(
    priority: u8,
    spans: u32,
    created: u64,
    trace: [u8; 16],
    payload: &[u8],
) -> Vec<u8> {
    let mut bytes = vec![priority, 1];
    bytes.extend(spans.to_le_bytes());
    bytes.extend(created.to_le_bytes());
    bytes.extend(trace);
    bytes.extend((payload.len() as u64).to_le_bytes());
    bytes.extend(payload);
    bytes
}
