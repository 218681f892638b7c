//! The body of a record: a bincode envelope around bytes that are never looked into.
//!
//! `config::legacy()` writes fixed-size little-endian integers and no field names, so the fields in
//! front stand at fixed places and a prefix of the body is a summary of it. The codec is written by
//! hand: the order here is the file format, and a derive would let a reordered struct change it.

use bincode::de::{BorrowDecode, BorrowDecoder, Decode, Decoder};
use bincode::enc::{Encode, Encoder};
use bincode::error::{DecodeError, EncodeError};

use crate::store::buffer::dropped::{COUNTS, Dropped};
use crate::store::buffer::record::Record;
use crate::trace::codec;
use crate::trace::time::nanoseconds;

/// Bytes of an encoded [`Summary`]: 1 + 1 + 4 + 8 + 16 + 8.
pub(crate) const SUMMARY: u8 = 38;

/// The payload is OTLP protobuf.
const PROTOBUF: u8 = 1;

/// What a record says of itself, in the envelope's order, so that a summary is a prefix of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Summary {
    pub(crate) priority: u8,
    pub(crate) encoding: u8,
    pub(crate) spans: u32,
    /// Nanoseconds since 1970.
    pub(crate) created: u64,
    pub(crate) trace_id: [u8; 16],
    /// Length of the payload, in bytes.
    pub(crate) payload: u64,
}

impl Summary {
    /// Reads the summary that a record's body begins with.
    pub(crate) fn parse(body: &[u8]) -> Option<Summary> {
        codec::read(body).map(|(summary, _)| summary)
    }

    fn encode_without_length<E: Encoder>(&self, encoder: &mut E) -> Result<(), EncodeError> {
        self.priority.encode(encoder)?;
        self.encoding.encode(encoder)?;
        self.spans.encode(encoder)?;
        self.created.encode(encoder)?;
        self.trace_id.encode(encoder)
    }

    /// Whether a body of this length has room behind its payload for what the record reports. Less is
    /// padding.
    pub(crate) fn may_report(&self, length: u32) -> bool {
        let envelope = self.payload.saturating_add(u64::from(SUMMARY));
        u64::from(length).saturating_sub(envelope) >= COUNTS as u64
    }

    /// Whether this release can deliver the payload; a later one may store other encodings.
    pub(crate) fn is_protobuf(&self) -> bool {
        self.encoding == PROTOBUF
    }
}

/// Encodes a record into the body of a frame, and behind the envelope what its root span reports of
/// earlier losses, if it reports any.
///
/// # Errors
///
/// None that is known: the bytes go into memory.
pub(crate) fn encode(
    record: &Record<'_>,
    reported: &Dropped,
) -> Result<(Summary, Vec<u8>), EncodeError> {
    let summary = Summary {
        priority: record.priority.to_byte(),
        encoding: PROTOBUF,
        spans: record.spans,
        created: nanoseconds(record.created),
        trace_id: record.trace_id,
        payload: record.payload.len() as u64,
    };
    let envelope = RecordEnvelope {
        summary,
        payload: record.payload,
    };
    let mut body = Vec::with_capacity(usize::from(SUMMARY) + record.payload.len());
    codec::append(envelope, &mut body)?;
    if !reported.is_empty() {
        body.extend(reported.to_bytes()?);
    }
    Ok((summary, body))
}

/// What the record reports of earlier losses, out of its body.
pub(crate) fn reported(body: &[u8]) -> Option<Dropped> {
    let (_, length) = codec::borrow::<RecordEnvelope<'_>>(body)?;
    body.get(length..).and_then(Dropped::parse)
}

/// What a record's body holds: the summary's fields, the last of them as the length of the payload
/// that follows. Readers ignore what stands behind it.
struct RecordEnvelope<'a> {
    summary: Summary,
    payload: &'a [u8],
}

impl Encode for RecordEnvelope<'_> {
    fn encode<E: Encoder>(&self, encoder: &mut E) -> Result<(), EncodeError> {
        self.summary.encode_without_length(encoder)?;
        self.payload.encode(encoder)
    }
}

impl Encode for Summary {
    fn encode<E: Encoder>(&self, encoder: &mut E) -> Result<(), EncodeError> {
        self.encode_without_length(encoder)?;
        self.payload.encode(encoder)
    }
}

impl<'de, Context> BorrowDecode<'de, Context> for RecordEnvelope<'de> {
    fn borrow_decode<D: BorrowDecoder<'de, Context = Context>>(
        decoder: &mut D,
    ) -> Result<Self, DecodeError> {
        let mut summary = Summary {
            priority: u8::borrow_decode(decoder)?,
            encoding: u8::borrow_decode(decoder)?,
            spans: u32::borrow_decode(decoder)?,
            created: u64::borrow_decode(decoder)?,
            trace_id: <[u8; 16]>::borrow_decode(decoder)?,
            payload: 0,
        };
        let payload = <&[u8]>::borrow_decode(decoder)?;
        summary.payload = payload.len() as u64;
        Ok(RecordEnvelope { summary, payload })
    }
}

impl<Context> Decode<Context> for Summary {
    fn decode<D: Decoder<Context = Context>>(decoder: &mut D) -> Result<Self, DecodeError> {
        Ok(Summary {
            priority: u8::decode(decoder)?,
            encoding: u8::decode(decoder)?,
            spans: u32::decode(decoder)?,
            created: u64::decode(decoder)?,
            trace_id: <[u8; 16]>::decode(decoder)?,
            payload: u64::decode(decoder)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::buffer::dropped::{Cause, Count};
    use crate::store::buffer::record::Priority;
    use crate::trace::time::time;

    const RECORD: Record<'_> = Record {
        priority: Priority::Failed,
        spans: 3,
        created: std::time::UNIX_EPOCH,
        trace_id: *b"sixteen-byte-id.",
        payload: b"opaque",
    };

    fn payload(body: &[u8]) -> Option<&[u8]> {
        let read = codec::borrow::<RecordEnvelope<'_>>(body);
        read.map(|(envelope, _)| envelope.payload)
    }

    #[test]
    fn the_summary_is_a_prefix_of_the_envelope() {
        let (summary, body) = encode(&RECORD, &Dropped::default()).unwrap();
        assert_eq!(body.len(), usize::from(SUMMARY) + 6);
        assert_eq!(Summary::parse(&body[..usize::from(SUMMARY)]), Some(summary));
        assert_eq!(summary.payload, 6);
        assert_eq!(payload(&body), Some(&b"opaque"[..]));
    }

    #[test]
    fn bytes_behind_the_payload_are_ignored() {
        let (_, mut body) = encode(&RECORD, &Dropped::default()).unwrap();
        body.extend([0, 0, 7]);
        assert_eq!(payload(&body), Some(&b"opaque"[..]));
    }

    #[test]
    fn counters_stand_behind_the_payload_and_cost_nothing_else() {
        let mut dropped = Dropped::default();
        let count = Count {
            dispatches: 1,
            spans: 2,
        };
        dropped.add(Cause::Full, count);
        let (summary, body) = encode(&RECORD, &dropped).unwrap();
        assert_eq!(reported(&body), Some(dropped));
        assert_eq!(payload(&body), Some(&b"opaque"[..]));
        assert!(summary.may_report(u32::try_from(body.len()).unwrap()));
        let (_, silent) = encode(&RECORD, &Dropped::default()).unwrap();
        assert_eq!(reported(&silent), None);
        assert!(!summary.may_report(u32::try_from(silent.len() + 27).unwrap()));
    }

    #[test]
    fn a_body_cut_anywhere_is_no_record_and_no_panic() {
        let (_, body) = encode(&RECORD, &Dropped::default()).unwrap();
        for length in 0..body.len() {
            assert_eq!(payload(&body[..length]), None, "{length}");
        }
        assert_eq!(payload(&[0xFF; 60]), None, "a length past the end");
    }

    #[test]
    fn integers_are_little_endian_and_fixed() {
        let record = Record {
            created: time(0x0102_0304_0506_0708),
            ..RECORD
        };
        let (_, body) = encode(&record, &Dropped::default()).unwrap();
        assert_eq!(body[..14], [2, 1, 3, 0, 0, 0, 8, 7, 6, 5, 4, 3, 2, 1]);
    }
}
