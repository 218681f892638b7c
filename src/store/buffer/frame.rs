//! One frame: a head whose checksum makes its length trustworthy, and a body of its kind.
//!
//! The head's checksum also covers the first bytes of the body, the summary. Listing a buffer thus
//! reads 66 bytes of each frame and believes nothing unchecked. One byte, the state, stands outside
//! every checksum, so that a record is deleted by writing that byte.
//! The bytes are described in `docs/buffer-format.md` and nowhere else.

use bincode::de::{Decode, Decoder};
use bincode::enc::{Encode, Encoder};
use bincode::error::{DecodeError, EncodeError};

use crate::store::buffer::dropped::{COUNTS, Dropped};
use crate::store::buffer::envelope::{SUMMARY, Summary};
use crate::store::crc32::crc32;

/// Begins every frame. The first and last byte never occur in UTF-8, so no text holds a marker.
const MARKER: [u8; 4] = [0xF5, b'C', b'T', 0xFA];

/// Bytes of a frame's head.
pub(crate) const HEAD: usize = 28;

/// Where in a frame its state stands.
pub(crate) const STATE_AT: u64 = 4;

const LIVE: u8 = b'L';

/// The complement of [`LIVE`]: no few flipped bits turn a record that waits into one that is gone.
pub(crate) const DEAD: u8 = !LIVE;

/// Unused room that was left where a smaller record went into a larger hole.
const SPACE: u8 = 0;

/// An envelope around the bytes to deliver.
const RECORD: u8 = 1;

/// What was dropped and not reported yet.
const COUNTERS: u8 = 2;

/// The heads of all live frames once more. Always dead, so that nothing has to keep it.
const INDEX: u8 = 3;

/// Bytes of a frame of counters.
pub(crate) const COUNTERS_SIZE: u64 = (HEAD + COUNTS) as u64;

/// How many bytes decide whether a frame begins here: its head and the longest summary.
pub(crate) const PROBE: usize = HEAD + u8::MAX as usize;

/// A frame's head, without its marker and its own checksum.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FrameHead {
    pub(crate) state: u8,
    pub(crate) kind: u8,
    /// How many of the body's first bytes the head's checksum covers.
    summary: u8,
    /// Grows with every frame written to one file; 0 in unused space.
    pub(crate) sequence: u64,
    pub(crate) length: u32,
    pub(crate) body_sum: u32,
}

/// A frame before it has its place and number.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    kind: u8,
    /// Present in records.
    pub(crate) summary: Option<Summary>,
    /// How many of the body's first bytes the head's checksum covers.
    covered: u8,
    pub(crate) body: Vec<u8>,
}

impl FrameHead {
    /// Reads the head that `bytes` begin with, if they begin with a sound one and hold its summary.
    pub(crate) fn parse(bytes: &[u8]) -> Option<FrameHead> {
        if field(bytes, 0)? != MARKER {
            return None;
        }
        let [state, kind, summary, _] = field(bytes, 4)?;
        let head = FrameHead {
            state,
            kind,
            summary,
            sequence: u64::from_le_bytes(field(bytes, 8)?),
            length: u32::from_le_bytes(field(bytes, 16)?),
            body_sum: u32::from_le_bytes(field(bytes, 20)?),
        };
        let fits = u32::from(summary) <= head.length;
        let summary = bytes.get(HEAD..HEAD + usize::from(summary))?;
        let sum = checksum(bytes.get(..24)?, summary)?;
        (fits && sum == u32::from_le_bytes(field(bytes, 24)?)).then_some(head)
    }

    /// Writes the head of a frame with this body.
    fn to_bytes(self, body: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEAD);
        bytes.extend(MARKER);
        bytes.extend([self.state, self.kind, self.summary, 0]);
        bytes.extend(self.sequence.to_le_bytes());
        bytes.extend(self.length.to_le_bytes());
        bytes.extend(self.body_sum.to_le_bytes());
        let summary = body.get(..usize::from(self.summary)).unwrap_or(body);
        let sum = checksum(&bytes, summary).unwrap_or_default();
        bytes.extend(sum.to_le_bytes());
        bytes
    }

    /// Whether the record still waits. A state of a later release counts as waiting, since
    /// delivering twice is better than not at all.
    pub(crate) fn is_live(&self) -> bool {
        self.state != DEAD
    }

    pub(crate) fn is_counters(&self) -> bool {
        self.kind == COUNTERS
    }

    pub(crate) fn is_space(&self) -> bool {
        self.kind == SPACE
    }

    pub(crate) fn is_index(&self) -> bool {
        self.kind == INDEX
    }

    /// Whether a [`Summary`] follows it.
    pub(crate) fn has_summary(&self) -> bool {
        self.kind == RECORD && self.summary >= SUMMARY
    }

    /// The summary that follows the head in `bytes`, if this is a record.
    pub(crate) fn summary(&self, bytes: &[u8]) -> Option<Summary> {
        let body = bytes.get(HEAD..).filter(|_| self.has_summary())?;
        Summary::parse(body)
    }

    /// Whether these pieces, one after another, are the body that was written.
    pub(crate) fn has_checksum_of(&self, body: &[&[u8]]) -> bool {
        crc32(body) == self.body_sum
    }
}

/// As an index has it: without marker and checksum.
impl Encode for FrameHead {
    fn encode<E: Encoder>(&self, encoder: &mut E) -> Result<(), EncodeError> {
        [self.state, self.kind, self.summary, 0].encode(encoder)?;
        self.sequence.encode(encoder)?;
        self.length.encode(encoder)?;
        self.body_sum.encode(encoder)
    }
}

impl<Context> Decode<Context> for FrameHead {
    fn decode<D: Decoder<Context = Context>>(decoder: &mut D) -> Result<Self, DecodeError> {
        let [state, kind, summary, _] = <[u8; 4]>::decode(decoder)?;
        Ok(FrameHead {
            state,
            kind,
            summary,
            sequence: u64::decode(decoder)?,
            length: u32::decode(decoder)?,
            body_sum: u32::decode(decoder)?,
        })
    }
}

/// Whether the frame that these bytes begin with waits, as far as its state says.
pub(crate) fn is_live(bytes: &[u8]) -> bool {
    field(bytes, 4).is_some_and(|[state]| state != DEAD)
}

impl Draft {
    /// A record: its body is the envelope, and behind it what a later release may put there.
    pub(crate) fn record(summary: Summary, body: Vec<u8>) -> Draft {
        Draft {
            kind: RECORD,
            summary: Some(summary),
            covered: SUMMARY,
            body,
        }
    }

    pub(crate) fn counters(dropped: Dropped) -> Result<Draft, EncodeError> {
        let body = dropped.to_bytes()?;
        Ok(Draft {
            kind: COUNTERS,
            summary: None,
            covered: u8::try_from(body.len()).unwrap_or(u8::MAX),
            body,
        })
    }

    /// Bytes of the frame, its head included.
    pub(crate) fn size(&self) -> u64 {
        (HEAD + self.body.len()) as u64
    }

    /// Makes the head of a live frame that fills `room` bytes, which are no fewer than its size, and
    /// fills up the body.
    ///
    /// What remains becomes zeros behind the envelope or, where it can hold a head, a frame of
    /// unused space, whose head then stands at the end of the body.
    pub(crate) fn seal(&mut self, sequence: u64, room: u64) -> (FrameHead, Vec<u8>) {
        let spare = room.saturating_sub(self.size());
        if spare < HEAD as u64 {
            self.body.extend((0..spare).map(|_| 0));
        }
        let head = FrameHead {
            state: LIVE,
            kind: self.kind,
            summary: self.covered,
            sequence,
            length: u32::try_from(self.body.len()).unwrap_or(u32::MAX),
            body_sum: crc32(&[&self.body]),
        };
        let bytes = head.to_bytes(&self.body);
        if spare >= HEAD as u64 {
            self.body.extend(space(spare));
        }
        (head, bytes)
    }
}

/// Finds the first sound frame in `bytes`, with anything before it.
pub(crate) fn find(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    while let Some(rest) = bytes.get(at..) {
        at += rest.iter().position(|byte| *byte == MARKER[0])?;
        if bytes.get(at..).and_then(FrameHead::parse).is_some() {
            return Some(at);
        }
        at += 1;
    }
    None
}

/// The head of a dead frame over `size` bytes that nobody needs.
pub(crate) fn space(size: u64) -> Vec<u8> {
    let head = FrameHead {
        state: DEAD,
        kind: SPACE,
        summary: 0,
        sequence: 0,
        length: u32::try_from(size.saturating_sub(HEAD as u64)).unwrap_or(u32::MAX),
        body_sum: 0,
    };
    head.to_bytes(&[])
}

/// A whole frame of an index.
pub(crate) fn index(body: &[u8]) -> Vec<u8> {
    let head = FrameHead {
        state: DEAD,
        kind: INDEX,
        summary: 0,
        sequence: 0,
        length: u32::try_from(body.len()).unwrap_or(u32::MAX),
        body_sum: crc32(&[body]),
    };
    let mut bytes = head.to_bytes(&[]);
    bytes.extend(body);
    bytes
}

/// The checksum of a head's first 24 bytes without its state, and of the summary behind it.
fn checksum(head: &[u8], summary: &[u8]) -> Option<u32> {
    Some(crc32(&[head.get(..4)?, head.get(5..24)?, summary]))
}

fn field<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..)?.first_chunk().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(payload: &[u8]) -> Draft {
        let mut body = vec![7; usize::from(SUMMARY)];
        let summary = Summary::parse(&body).unwrap();
        body.extend(payload);
        Draft::record(summary, body)
    }

    fn frame(room: u64) -> Vec<u8> {
        let mut draft = draft(b"payload");
        let (_, mut bytes) = draft.seal(5, room);
        bytes.extend(draft.body);
        bytes
    }

    #[test]
    fn a_head_is_read_as_it_was_written() {
        let bytes = frame(0);
        let head = FrameHead::parse(&bytes).unwrap();
        assert!(head.is_live());
        assert_eq!((head.sequence, head.length), (5, 45));
        assert_eq!(head.summary(&bytes), draft(b"").summary);
        assert!(head.has_checksum_of(&[&bytes[HEAD..]]));
    }

    #[test]
    fn a_head_with_a_flipped_bit_is_none_except_in_the_state() {
        let sound = frame(0);
        for bit in 0..(HEAD + usize::from(SUMMARY)) * 8 {
            let mut bytes = sound.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            let head = FrameHead::parse(&bytes);
            // Byte 7 is reserved and under the checksum; byte 4 is the state.
            assert_eq!(head.is_some(), bit / 8 == 4, "bit {bit}");
            assert!(head.is_none_or(|head| head.is_live()), "bit {bit}");
        }
        for length in 0..HEAD + usize::from(SUMMARY) {
            assert!(
                FrameHead::parse(&sound[..length]).is_none(),
                "{length} bytes"
            );
        }
    }

    #[test]
    fn room_left_over_is_padded_or_becomes_a_frame_of_space() {
        let size = draft(b"payload").size();
        for spare in 0..80 {
            let bytes = frame(size + spare);
            let head = FrameHead::parse(&bytes).unwrap();
            let end = HEAD + head.length as usize;
            assert!(head.has_checksum_of(&[&bytes[HEAD..end]]), "{spare}");
            if spare < HEAD as u64 {
                assert_eq!(end as u64, size + spare);
            } else {
                let space = FrameHead::parse(&bytes[end..]).unwrap();
                assert!(!space.is_live());
                assert_eq!((HEAD as u64) + u64::from(space.length), spare);
            }
        }
    }

    #[test]
    fn a_frame_is_found_behind_anything() {
        let mut bytes = vec![MARKER[0]; 9];
        bytes.extend(MARKER);
        let before = bytes.len();
        bytes.extend(frame(0));
        assert_eq!(find(&bytes), Some(before));
        assert_eq!(find(&bytes[before + 1..]), None);
        assert_eq!(find(&[]), None);
    }
}
