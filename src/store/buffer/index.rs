//! The index: what the heads of all live frames say, once more, behind the last of them and whatever
//! is kept in reserve. One read then tells what a file holds, however long its records are.
//!
//! Nothing depends on it. It is believed only where it is the very end of the file and its checksum
//! is right; whoever changes a file makes it worthless first and writes a new one last. A file
//! without one is walked. What it says of one frame is compared with that frame before a byte of it
//! is changed, or by the checksum of what was read: after a power loss both may be of different age.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt;

use bincode::config;
use bincode::de::{Decode, Decoder};
use bincode::enc::{Encode, Encoder};
use bincode::error::{DecodeError, EncodeError};

use crate::store::buffer::claim::with_suffix;
use crate::store::buffer::envelope::{Summary, Tail};
use crate::store::buffer::file::Session;
use crate::store::buffer::frame::{self, HEAD, Head};
use crate::store::buffer::layout::{self, Frame, Layout};
use crate::store::buffer::origin::FILE_HEAD;
use crate::store::buffer::read::read;

/// Fewer frames than this are walked as fast.
const WORTHWHILE: usize = 8;

/// Bytes of an entry: 8 of its place, 20 of its head, 38 of its summary.
const ENTRY: usize = 66;

/// The last bytes of a file that ends with an index; before them stands its size.
const ENDING: [u8; 4] = *b"\xFACTI";

/// What room is made of, a piece of it.
const ZEROS: &[u8] = &[0; 4096];

/// Bytes of the index without its entries: head, sequence, size, ending.
const AROUND: u64 = HEAD as u64 + 8 + 8;

/// How many bytes an index of so many frames takes.
pub(crate) fn size(frames: usize) -> u64 {
    if frames < WORTHWHILE {
        return 0;
    }
    AROUND.saturating_add((ENTRY as u64).saturating_mul(frames as u64))
}

/// Reads what a file holds from its index, if it has one that is to be believed.
pub(crate) fn layout(file: &File) -> io::Result<Option<Layout>> {
    let length = file.metadata()?.len();
    let Some(ending) = length.checked_sub(8).filter(|at| *at > FILE_HEAD) else {
        return Ok(None);
    };
    let Some(size) = size_in(&read(file, ending, 8)?) else {
        return Ok(None);
    };
    let start = length.checked_sub(size).filter(|start| *start > FILE_HEAD);
    let (Some(start), Ok(size)) = (start, usize::try_from(size)) else {
        return Ok(None);
    };
    // Before so many bytes are read: an ending that says anything is soon there.
    let head = Head::parse(&read(file, start, HEAD)?);
    let says = |head: Head| head.is_index() && HEAD as u64 + u64::from(head.length) == size as u64;
    if !head.is_some_and(says) {
        return Ok(None);
    }
    let Some(index) = parse(&read(file, start, size)?) else {
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

/// Tells how long the index is whose last 8 bytes these are.
fn size_in(ending: &[u8]) -> Option<u64> {
    let (size, ending) = ending.split_first_chunk::<4>()?;
    (ending == ENDING).then(|| u64::from(u32::from_le_bytes(*size)))
}

fn parse(bytes: &[u8]) -> Option<Index> {
    let head = Head::parse(bytes).filter(Head::is_index)?;
    let body = bytes.get(HEAD..)?;
    if body.len() as u64 != u64::from(head.length) || !head.vouches_for(&[body]) {
        return None;
    }
    let entries = body.get(..body.len().checked_sub(8)?)?;
    let (sequence, mut entries) = entries.split_first_chunk::<8>()?;
    let mut frames = Vec::with_capacity(entries.len() / ENTRY);
    while !entries.is_empty() {
        let (frame, length) = bincode::decode_from_slice(entries, config::legacy()).ok()?;
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

impl Session {
    /// Makes the index worthless, before anything else changes.
    pub(crate) fn unseal(&mut self) -> io::Result<()> {
        let Some(start) = self.layout.index else {
            return Ok(());
        };
        let zeroed = self
            .file
            .write_all_at(&[0; 8], self.layout.length.saturating_sub(8));
        if zeroed.is_err() {
            self.file.set_len(start)?;
            self.layout.length = start;
        }
        self.layout.former = self.layout.index.take();
        Ok(())
    }

    /// Writes the index behind the last live frame and the reserve, if that is worth while, and gives
    /// back the space behind. What was asked for is done by then, so a failure is left to the next call.
    pub(crate) fn seal(&mut self) {
        if self.layout.index.is_some() {
            return;
        }
        let start = self.layout.end();
        let size = size(self.layout.live().count());
        // A disk that is full has no reserve.
        let ends = [self.end_with_reserve(start, size), start + size];
        let end = ends.into_iter().find(|end| {
            let written = self.write_behind(start, end - size, size);
            written.map_err(|_| self.file.set_len(start)).is_ok()
        });
        self.layout.index = end.filter(|_| size > 0).map(|end| end - size);
        self.layout.former = None;
        let end = end.unwrap_or(start);
        if end < self.layout.length && self.file.set_len(end).is_err() {
            self.layout.index = None;
            return;
        }
        self.layout.length = end;
        if start == FILE_HEAD {
            // A compaction that was killed may have left its copy, as large as the buffer was.
            let _ = fs::remove_file(with_suffix(&self.path, ".new"));
        }
    }

    /// Where the file ends that holds frames up to `start`, a reserve and an index of `size` bytes.
    fn end_with_reserve(&self, start: u64, size: u64) -> u64 {
        let needed = start.saturating_add(size);
        let with_space = needed.saturating_add(HEAD as u64);
        let rounded = with_space.checked_next_multiple_of(self.reserve);
        rounded.filter(|end| *end <= self.most).unwrap_or(needed)
    }

    /// Makes one dead frame of what lies between the last live one and the index, and writes the index.
    fn write_behind(&self, start: u64, index: u64, size: u64) -> io::Result<()> {
        if start < index {
            // What is new is written out, since a gap in the file is room that the disk has not given.
            let mut at = self.file.metadata()?.len().max(start);
            while at < index {
                let piece = ZEROS
                    .len()
                    .min(usize::try_from(index - at).unwrap_or(usize::MAX));
                let (piece, _) = ZEROS.split_at(piece);
                self.file.write_all_at(piece, at)?;
                at += piece.len() as u64;
            }
            self.file
                .write_all_at(&frame::space(index - start), start)?;
        }
        if size == 0 {
            return Ok(());
        }
        let mut live: Vec<&Frame> = self.layout.live().collect();
        layout::by_offset(&mut live);
        let mut body = Vec::with_capacity(usize::try_from(size).map_err(io::Error::other)?);
        body.extend(self.layout.next_sequence().to_le_bytes());
        for frame in live {
            bincode::encode_into_writer(frame, Tail(&mut body), config::legacy())
                .map_err(|error| io::Error::other(error.to_string()))?;
        }
        body.extend(u32::try_from(size).map_err(io::Error::other)?.to_le_bytes());
        body.extend(ENDING);
        self.file.write_all_at(&frame::index(&body), index)
    }

    /// Whether a frame stands where it is said to. What a walk has found does.
    pub(crate) fn still_stands(&self, frame: &Frame) -> io::Result<bool> {
        let found = layout::frame_at(&self.file, frame.offset)?;
        Ok(found.is_some_and(|found| found.is(frame)))
    }
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
        let (offset, head) = (u64::decode(decoder)?, Head::decode(decoder)?);
        let summary = Summary::decode(decoder)?;
        Ok(Frame {
            offset,
            summary: head.has_summary().then_some(summary),
            head,
        })
    }
}
