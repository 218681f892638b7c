//! The bytes of a journal: a head that names the trace, and frames behind it in order of time.
//!
//! Frames are only ever appended, so whatever is wrong with one ends the reading there: what stands
//! behind it was written later, and a trace that ends early is what a journal is for.

use bincode::config;
use bincode::enc::Encode;
use bincode::enc::write::Writer;
use bincode::error::EncodeError;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SpanData;

use super::codec::{About, Subject, Told, Written};

/// The length of the head, in bytes.
pub(super) const HEAD: usize = 32;

const MAGIC: &[u8; 8] = b"CHTRJNL\0";
/// The version that this release writes, and the only one there is so far.
const VERSION: u16 = 1;
/// Length, checksum and kind stand in front of a frame's body.
const BEFORE_BODY: usize = 9;

const RESOURCE: u8 = 1;
const STARTED: u8 = 2;
const ENDED: u8 = 3;

/// What a frame tells.
pub(super) enum Frame {
    /// What all spans are about; the first frame.
    Resource(Resource),
    /// A span as it was when it was opened.
    Started(SpanData),
    /// A span as it was when it ended.
    Ended(SpanData),
}

/// What the first bytes of a file make it.
pub(super) enum Head {
    /// The journal of the dispatch with this trace id.
    Journal([u8; 16]),
    /// Nothing: the head was never written in full.
    Nothing,
    /// Another program's file, or another version's.
    Foreign,
}

/// The head of a new journal.
pub(super) fn head(trace_id: [u8; 16]) -> [u8; HEAD] {
    let mut head = [0; HEAD];
    let fields = MAGIC.iter().copied().chain(VERSION.to_le_bytes());
    // Two bytes stay zero, so that the trace id begins at byte 12.
    let fields = fields.chain([0, 0]).chain(trace_id);
    for (place, byte) in head.iter_mut().zip(fields) {
        *place = byte;
    }
    let (fields, place) = head.split_at_mut(HEAD - 4);
    place.copy_from_slice(&crc32fast::hash(fields).to_le_bytes());
    head
}

/// Reads the head of a file.
pub(super) fn read_head(bytes: &[u8]) -> Head {
    let Some((found, _)) = bytes.split_first_chunk::<HEAD>() else {
        return Head::Nothing;
    };
    // A power loss can leave the length of a file without its bytes.
    if found.iter().all(|byte| *byte == 0) {
        return Head::Nothing;
    }
    let trace_id = found
        .get(12..28)
        .and_then(|id| <[u8; 16]>::try_from(id).ok());
    match trace_id {
        Some(trace_id) if head(trace_id) == *found => Head::Journal(trace_id),
        _ => Head::Foreign,
    }
}

/// Appends the frame of a resource.
pub(super) fn put_resource(resource: &Resource, bytes: &mut Vec<u8>) {
    put(RESOURCE, About(resource), bytes);
}

/// Appends the frame of a span that was opened.
pub(super) fn put_started(span: &SpanData, bytes: &mut Vec<u8>) {
    put(STARTED, Written(span), bytes);
}

/// Appends the frame of a span that has ended.
pub(super) fn put_ended(span: &SpanData, bytes: &mut Vec<u8>) {
    put(ENDED, Written(span), bytes);
}

fn put(kind: u8, body: impl Encode, bytes: &mut Vec<u8>) {
    let start = bytes.len();
    bytes.extend([0; BEFORE_BODY - 1]);
    bytes.push(kind);
    let written = bincode::encode_into_writer(body, Tail(bytes), config::legacy());
    // The codec writes into memory and knows no failure; a frame of 4 GiB would be none.
    if written.is_err() || seal(bytes.get_mut(start..).unwrap_or_default()).is_none() {
        bytes.truncate(start);
    }
}

/// Fills in the length and the checksum of a frame.
fn seal(frame: &mut [u8]) -> Option<()> {
    let (length, rest) = frame.split_first_chunk_mut::<4>()?;
    let (checksum, checked) = rest.split_first_chunk_mut::<4>()?;
    *length = u32::try_from(checked.len().checked_sub(1)?)
        .ok()?
        .to_le_bytes();
    *checksum = crc32fast::hash(checked).to_le_bytes();
    Some(())
}

/// The frames behind the head, up to the first that is not whole.
pub(super) fn frames(bytes: &[u8]) -> impl Iterator<Item = Frame> {
    let mut rest = bytes.get(HEAD..).unwrap_or_default();
    std::iter::from_fn(move || {
        loop {
            let (length, behind) = rest.split_first_chunk::<4>()?;
            let (checksum, behind) = behind.split_first_chunk::<4>()?;
            let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
            let checked = behind.get(..=length)?;
            if crc32fast::hash(checked) != u32::from_le_bytes(*checksum) {
                return None;
            }
            rest = behind.get(length + 1..)?;
            let (kind, body) = checked.split_first()?;
            if let Some(frame) = read(*kind, body)? {
                return Some(frame);
            }
        }
    })
}

/// Reads a frame; the inner `None` is a kind that a later release added, which is passed over.
#[expect(
    clippy::option_option,
    reason = "the outer one ends the reading, the inner one goes on"
)]
fn read(kind: u8, body: &[u8]) -> Option<Option<Frame>> {
    let legacy = config::legacy();
    Some(match kind {
        RESOURCE => {
            let (resource, _) =
                bincode::borrow_decode_from_slice::<Subject, _>(body, legacy).ok()?;
            Some(Frame::Resource(resource.0))
        }
        STARTED | ENDED => {
            let (span, _) = bincode::borrow_decode_from_slice::<Told, _>(body, legacy).ok()?;
            Some(if kind == STARTED {
                Frame::Started(span.0)
            } else {
                Frame::Ended(span.0)
            })
        }
        _ => None,
    })
}

/// Lets bincode write at the end of a vector.
struct Tail<'a>(&'a mut Vec<u8>);

impl Writer for Tail<'_> {
    fn write(&mut self, bytes: &[u8]) -> Result<(), EncodeError> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use opentelemetry::trace::{
        SpanContext, SpanId, SpanKind, Status, TraceFlags, TraceId, TraceState,
    };
    use opentelemetry::{InstrumentationScope, KeyValue};
    use opentelemetry_sdk::trace::{SpanEvents, SpanLinks};
    use std::time::{Duration, SystemTime, UNIX_EPOCH};

    const DOCUMENT: &str = include_str!("../../docs/journal-format.md");

    fn start() -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(1_700_000_001)
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

    #[test]
    fn the_example_is_what_is_written() {
        let mut bytes = head(*b"one per dispatch").to_vec();
        put_resource(&resource(), &mut bytes);
        put_started(&root(), &mut bytes);
        assert_eq!(dump(&bytes), dump(&documented()));
    }

    #[test]
    fn the_example_is_read_as_the_document_says() {
        let bytes = documented();
        assert!(matches!(read_head(&bytes), Head::Journal(id) if &id == b"one per dispatch"));
        let frames: Vec<Frame> = frames(&bytes).collect();
        let [Frame::Resource(told), Frame::Started(span)] = &frames[..] else {
            panic!("{} frames", frames.len());
        };
        assert_eq!((told, span), (&resource(), &root()));
    }

    #[test]
    fn the_tables_alone_are_enough_to_write_the_example() {
        let text = |text: &str| [&(text.len() as u64).to_le_bytes()[..], text.as_bytes()].concat();
        let number = |number: u64| number.to_le_bytes().to_vec();
        let frame = |kind: u8, body: &[u8]| {
            let checked = [&[kind], body].concat();
            let length = u32::try_from(body.len()).unwrap().to_le_bytes();
            let checksum = crc32fast::hash(&checked).to_le_bytes();
            [&length[..], &checksum, &checked].concat()
        };
        let time = 1_700_000_001_000_000_000;
        let mut bytes = [b"CHTRJNL\0", &[1, 0, 0, 0][..], b"one per dispatch"].concat();
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
        assert_eq!(dump(&bytes), dump(&documented()));
    }

    #[test]
    fn a_journal_cut_anywhere_or_changed_anywhere_is_no_panic_and_no_other_journal() {
        let whole = documented();
        for place in 0..whole.len() {
            for bit in 0..8 {
                let mut changed = whole.clone();
                changed[place] ^= 1 << bit;
                assert!(frames(&changed).count() < 2 || place < HEAD, "{place}");
                assert!(place >= HEAD || matches!(read_head(&changed), Head::Foreign));
            }
            assert!(frames(&whole[..place]).count() < 2);
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
}
