//! The bytes of a journal: a head that names the trace, and frames behind it in order of time.
//!
//! Frames are only ever appended, so a damaged frame ends the reading: what stands
//! behind it was written later, and a trace that ends early is still a trace.

use bincode::enc::Encode;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SpanData;

use super::call::{self, JournalCall};
use super::span_codec::{DecodedResource, DecodedSpan, EncodedResource, EncodedSpan};
use crate::store::crc32::crc32;
use crate::trace::codec;

/// The length of the head, in bytes.
pub(super) const HEAD: usize = 32;

const MAGIC: &[u8; 8] = b"CHTRJNL\0";
/// The version that this release writes.
const VERSION: u16 = 2;
/// The versions that it reads: the first has no frames of calls.
const READ: [u16; 2] = [1, VERSION];
/// Length, checksum and kind stand in front of a frame's body.
const BEFORE_BODY: usize = 9;

const RESOURCE: u8 = 1;
const STARTED: u8 = 2;
const ENDED: u8 = 3;
const CALLS: u8 = 4;

/// The content of a frame.
pub(super) enum JournalFrame {
    /// What all spans are about; the first frame.
    Resource(Resource),
    /// A span as it was when it was opened.
    Started(SpanData),
    /// A span as it was when it ended.
    Ended(SpanData),
    /// Starts and ends of many spans, in order of time.
    Calls(Vec<JournalCall>),
}

/// What the first bytes of a file make it.
pub(super) enum JournalHead {
    /// The journal of the dispatch with this trace id.
    Journal([u8; 16]),
    /// Nothing: the head was never written in full.
    Nothing,
    /// Another program's file, or another version's.
    Foreign,
}

/// The head of a new journal.
pub(super) fn head(trace_id: [u8; 16]) -> [u8; HEAD] {
    head_of(VERSION, trace_id)
}

fn head_of(version: u16, trace_id: [u8; 16]) -> [u8; HEAD] {
    let mut head = [0; HEAD];
    let fields = MAGIC.iter().copied().chain(version.to_le_bytes());
    // Two bytes stay zero, so that the trace id begins at byte 12.
    let fields = fields.chain([0, 0]).chain(trace_id);
    for (place, byte) in head.iter_mut().zip(fields) {
        *place = byte;
    }
    let (fields, place) = head.split_at_mut(HEAD - 4);
    place.copy_from_slice(&crc32(&[fields]).to_le_bytes());
    head
}

/// Reads the head of a file.
pub(super) fn read_head(bytes: &[u8]) -> JournalHead {
    let Some((found, _)) = bytes.split_first_chunk::<HEAD>() else {
        return JournalHead::Nothing;
    };
    // A power loss can leave the length of a file without its bytes.
    if found.iter().all(|byte| *byte == 0) {
        return JournalHead::Nothing;
    }
    let trace_id = found
        .get(12..28)
        .and_then(|id| <[u8; 16]>::try_from(id).ok());
    match trace_id {
        Some(trace_id) if READ.iter().any(|read| head_of(*read, trace_id) == *found) => {
            JournalHead::Journal(trace_id)
        }
        _ => JournalHead::Foreign,
    }
}

/// Appends the frame of a resource.
pub(super) fn put_resource(resource: &Resource, bytes: &mut Vec<u8>) {
    put(RESOURCE, EncodedResource(resource), bytes);
}

/// Appends the frame of a span that was opened.
pub(super) fn put_started(span: &SpanData, bytes: &mut Vec<u8>) {
    put(STARTED, EncodedSpan(span), bytes);
}

/// Appends the frame of a span that has ended.
pub(super) fn put_ended(span: &SpanData, bytes: &mut Vec<u8>) {
    put(ENDED, EncodedSpan(span), bytes);
}

/// Begins a frame of calls, whose entries follow; returns its place, for [`seal_calls`].
pub(super) fn begin_calls(bytes: &mut Vec<u8>) -> usize {
    begin(CALLS, bytes)
}

/// Ends the frame of calls that begins at this place.
pub(super) fn seal_calls(start: usize, bytes: &mut Vec<u8>) {
    if seal(bytes.get_mut(start..).unwrap_or_default()).is_none() {
        bytes.truncate(start);
    }
}

fn begin(kind: u8, bytes: &mut Vec<u8>) -> usize {
    let start = bytes.len();
    bytes.extend([0; BEFORE_BODY - 1]);
    bytes.push(kind);
    start
}

fn put(kind: u8, body: impl Encode, bytes: &mut Vec<u8>) {
    let start = begin(kind, bytes);
    let written = codec::append(body, bytes);
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
    *checksum = crc32(&[checked]).to_le_bytes();
    Some(())
}

/// The frames behind the head, up to the first that is not whole.
pub(super) fn frames(bytes: &[u8]) -> impl Iterator<Item = JournalFrame> {
    let mut rest = bytes.get(HEAD..).unwrap_or_default();
    std::iter::from_fn(move || {
        loop {
            let (length, behind) = rest.split_first_chunk::<4>()?;
            let (checksum, behind) = behind.split_first_chunk::<4>()?;
            let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
            let checked = behind.get(..=length)?;
            if crc32(&[checked]) != u32::from_le_bytes(*checksum) {
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
fn read(kind: u8, body: &[u8]) -> Option<Option<JournalFrame>> {
    Some(match kind {
        RESOURCE => {
            let (resource, _) = codec::borrow::<DecodedResource>(body)?;
            Some(JournalFrame::Resource(resource.0))
        }
        STARTED | ENDED => {
            let (span, _) = codec::borrow::<DecodedSpan>(body)?;
            Some(if kind == STARTED {
                JournalFrame::Started(span.0)
            } else {
                JournalFrame::Ended(span.0)
            })
        }
        CALLS => Some(JournalFrame::Calls(call::read(body)?)),
        _ => None,
    })
}

#[cfg(test)]
mod tests;
