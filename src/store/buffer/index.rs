//! The index: what the heads of all live frames say, once more, behind the last of them and the
//! reserve. One read then gives what a file holds, with records of any length.
//!
//! Nothing depends on it. It is believed only where it is the very end of the file and its checksum
//! is right; a process that changes a file makes it worthless first and writes a new one last. A file
//! without one is walked. What it says of one frame is compared with that frame before a byte of it
//! is changed, or by the checksum of what was read: after a power loss both may be of different age.

use std::fs::File;
use std::io;

use bincode::de::{Decode, Decoder};
use bincode::enc::{Encode, Encoder};
use bincode::error::{DecodeError, EncodeError};

use crate::store::buffer::envelope::Summary;
use crate::store::buffer::frame::{self, FrameHead, HEAD};
use crate::store::buffer::header::FILE_HEAD;
use crate::store::buffer::layout::{self, Frame, Layout};
use crate::store::regular_file::read_at;
use crate::trace::codec;

/// Fewer frames than this are walked as fast.
const WORTHWHILE: usize = 8;

/// Bytes of an entry: 8 of its place, 20 of its head, 38 of its summary.
const ENTRY: usize = 66;

/// The last bytes of a file that ends with an index; before them stands its size.
const ENDING: [u8; 4] = *b"\xFACTI";

/// Bytes of the index without its entries: head, sequence, size, ending.
const AROUND: u64 = HEAD as u64 + 8 + 8;

/// How many bytes an index of so many frames takes.
pub(crate) fn size(frames: usize) -> u64 {
    if frames < WORTHWHILE {
        return 0;
    }
    AROUND.saturating_add((ENTRY as u64).saturating_mul(frames as u64))
}

/// What the file holds that lives, by its index if it has one.
pub(crate) fn read_layout(file: &File) -> io::Result<Layout> {
    match indexed(file)? {
        Some(layout) => Ok(layout),
        None => Layout::scan(file),
    }
}

/// Reads what a file holds from its index, if it has a valid one.
fn indexed(file: &File) -> io::Result<Option<Layout>> {
    let length = file.metadata()?.len();
    let Some(ending) = length.checked_sub(8).filter(|at| *at > FILE_HEAD) else {
        return Ok(None);
    };
    let Some(size) = size_in(&read_at(file, ending, 8)?) else {
        return Ok(None);
    };
    let start = length.checked_sub(size).filter(|start| *start > FILE_HEAD);
    let (Some(start), Ok(size)) = (start, usize::try_from(size)) else {
        return Ok(None);
    };
    // Before so many bytes are read: an ending that says anything is soon there.
    let head = FrameHead::parse(&read_at(file, start, HEAD)?);
    let says =
        |head: FrameHead| head.is_index() && HEAD as u64 + u64::from(head.length) == size as u64;
    if !head.is_some_and(says) {
        return Ok(None);
    }
    let Some(index) = parse(&read_at(file, start, size)?) else {
        return Ok(None);
    };
    let is_plausible = match index.end() {
        Some(end) if end < start => is_reserve(file, end, start)?,
        end => end == Some(start),
    };
    Ok(is_plausible.then_some(Layout {
        frames: index.frames,
        length,
        sequence: index.sequence,
        index: Some(start),
        former: None,
    }))
}

/// Whether nothing but one dead frame lies there, which a record that is left out would not leave.
fn is_reserve(file: &File, start: u64, end: u64) -> io::Result<bool> {
    let space = layout::frame_at(file, start)?;
    Ok(space.is_some_and(|space| space.head.is_space() && space.end() == end))
}

/// The length of the index whose last 8 bytes these are.
fn size_in(ending: &[u8]) -> Option<u64> {
    let (size, ending) = ending.split_first_chunk::<4>()?;
    (ending == ENDING).then(|| u64::from(u32::from_le_bytes(*size)))
}

fn parse(bytes: &[u8]) -> Option<Index> {
    let head = FrameHead::parse(bytes).filter(FrameHead::is_index)?;
    let body = bytes.get(HEAD..)?;
    if body.len() as u64 != u64::from(head.length) || !head.has_checksum_of(&[body]) {
        return None;
    }
    let entries = body.get(..body.len().checked_sub(8)?)?;
    let (sequence, mut entries) = entries.split_first_chunk::<8>()?;
    let mut frames = Vec::with_capacity(entries.len() / ENTRY);
    while !entries.is_empty() {
        let (frame, length) = codec::read(entries)?;
        frames.push(frame);
        entries = entries.get(length..)?;
    }
    let sequence = u64::from_le_bytes(*sequence);
    Some(Index { sequence, frames })
}

#[derive(Debug)]
struct Index {
    /// Greater than that of every frame in the file, dead ones included.
    sequence: u64,
    frames: Vec<Frame>,
}

impl Index {
    /// Where the last of its frames ends, if they are live and stand one behind the other.
    fn end(&self) -> Option<u64> {
        let mut at = FILE_HEAD;
        let follows = |frame: &Frame| {
            let follows = frame.offset >= at && frame.head.is_live();
            at = frame.end();
            follows
        };
        self.frames.iter().all(follows).then_some(at)
    }
}

/// The index of these frames, `size` bytes of it.
pub(crate) fn encode(live: &[&Frame], sequence: u64, size: u64) -> io::Result<Vec<u8>> {
    let failed = |error: EncodeError| io::Error::other(error.to_string());
    let mut body = Vec::with_capacity(usize::try_from(size).map_err(io::Error::other)?);
    body.extend(sequence.to_le_bytes());
    for frame in live {
        codec::append(*frame, &mut body).map_err(failed)?;
    }
    body.extend(u32::try_from(size).map_err(io::Error::other)?.to_le_bytes());
    body.extend(ENDING);
    Ok(frame::index(&body))
}

/// In the order of the file.
impl Encode for Frame {
    fn encode<E: Encoder>(&self, encoder: &mut E) -> Result<(), EncodeError> {
        self.offset.encode(encoder)?;
        self.head.encode(encoder)?;
        let none = Summary {
            priority: 0,
            encoding: 0,
            spans: 0,
            created: 0,
            trace_id: [0; 16],
            payload: 0,
        };
        self.summary.unwrap_or(none).encode(encoder)
    }
}

impl<Context> Decode<Context> for Frame {
    fn decode<D: Decoder<Context = Context>>(decoder: &mut D) -> Result<Self, DecodeError> {
        let (offset, head) = (u64::decode(decoder)?, FrameHead::decode(decoder)?);
        let summary = Summary::decode(decoder)?;
        Ok(Frame {
            offset,
            summary: head.has_summary().then_some(summary),
            head,
        })
    }
}
