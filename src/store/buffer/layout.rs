//! What a buffer file holds and where: everything that reads, and nothing that writes.
//!
//! A walk goes from head to head. Where none is sound, it looks for the next one that is, so damage
//! costs the frames it hit. Room is what lies between live frames, however it came to be: deleted
//! records, padding and damage are one thing to a search for a place.

use std::fs::File;
use std::io;
use std::ops::Range;

use crate::store::buffer::dropped::{COUNTS, Dropped};
use crate::store::buffer::envelope::Summary;
use crate::store::buffer::frame::{self, FrameHead, HEAD, PROBE};
use crate::store::buffer::header::FILE_HEAD;
use crate::store::regular_file::read_at;

/// How much is read at once to find a frame behind damage.
const CHUNK: usize = 64 * 1024;

/// How much of a file is searched for frames behind damage, in all: more than the largest record that
/// a dispatch makes, and not as much as a file can be made to claim. What stands behind is lost.
const SEARCHED: u64 = 128 << 20;

/// A frame and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    pub(crate) offset: u64,
    pub(crate) head: FrameHead,
    /// Present in records; a frame of any other kind is kept as it is.
    pub(crate) summary: Option<Summary>,
}

/// The sound frames of a file, in no particular order: all of them from a walk, the live ones from
/// an index.
#[derive(Debug, Default)]
pub(crate) struct Layout {
    pub(crate) frames: Vec<Frame>,
    /// Length of the file, in bytes.
    pub(crate) length: u64,
    /// Not less than what the next frame's sequence has to be.
    pub(crate) sequence: u64,
    /// Where the index begins that the file ends with.
    pub(crate) index: Option<u64>,
    /// Where one begins that is worth nothing any more, and behind which is nothing.
    pub(crate) former: Option<u64>,
}

/// Where a new frame goes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum FramePlace {
    /// Behind everything that lives.
    End(u64),
    /// Between live frames.
    Hole(Range<u64>),
}

/// Reads the body of a frame.
pub(crate) fn body(file: &File, frame: &Frame) -> io::Result<Vec<u8>> {
    let length = usize::try_from(frame.head.length).map_err(io::Error::other)?;
    read_at(file, frame.offset + HEAD as u64, length)
}

/// Reads the frame at `offset`, if a sound one stands there.
pub(crate) fn frame_at(file: &File, offset: u64) -> io::Result<Option<Frame>> {
    let bytes = read_at(file, offset, PROBE)?;
    Ok(frame_in(&bytes, offset))
}

fn frame_in(bytes: &[u8], offset: u64) -> Option<Frame> {
    let head = FrameHead::parse(bytes)?;
    Some(Frame {
        offset,
        head,
        summary: head.summary(bytes),
    })
}

impl Frame {
    /// Bytes in the file, the head included.
    pub(crate) fn size(&self) -> u64 {
        HEAD as u64 + u64::from(self.head.length)
    }

    pub(crate) fn end(&self) -> u64 {
        self.offset.saturating_add(self.size())
    }

    /// Whether both are the same frame of one file, wherever it was moved.
    pub(crate) fn is(&self, other: &Frame) -> bool {
        self.head.sequence == other.head.sequence
            && self.summary == other.summary
            && self.head.body_sum == other.head.body_sum
    }

    /// Sorts by age; the sequence decides between records of one instant.
    pub(crate) fn age(&self) -> (u64, u64) {
        let created = self.summary.map_or(0, |summary| summary.created);
        (created, self.head.sequence)
    }
}

impl Layout {
    /// Walks the whole file, reading heads only.
    pub(crate) fn scan(file: &File) -> io::Result<Layout> {
        let length = file.metadata()?.len();
        let mut frames = Vec::new();
        let mut at = FILE_HEAD;
        let mut left = SEARCHED;
        while at < length {
            match frame_at(file, at)? {
                Some(frame) if frame.end() <= length => {
                    at = frame.end();
                    frames.push(frame);
                }
                // The head is sound, so the file was cut off inside this very frame.
                Some(_) => break,
                None => match next_frame(file, at + 1, left)? {
                    Some(next) => {
                        left = left.saturating_sub(next - at);
                        at = next;
                    }
                    None => break,
                },
            }
        }
        let last = frames.last().filter(|last| last.end() == length);
        let index = last.filter(|last| last.head.is_index());
        Ok(Layout {
            index: index.map(|index| index.offset),
            frames,
            length,
            ..Layout::default()
        })
    }

    pub(crate) fn live(&self) -> impl Iterator<Item = &Frame> {
        self.frames.iter().filter(|frame| frame.head.is_live())
    }

    /// The places of live records in the list of frames, oldest first.
    pub(crate) fn records_by_index(&self) -> Vec<usize> {
        let frames = self.frames.iter().enumerate();
        let records = frames.filter(|(_, frame)| frame.head.is_live() && frame.summary.is_some());
        let mut records: Vec<(usize, &Frame)> = records.collect();
        records.sort_by_key(|(_, frame)| frame.age());
        records.into_iter().map(|(index, _)| index).collect()
    }

    /// Live records, oldest first.
    pub(crate) fn records(&self) -> Vec<&Frame> {
        let records = self.live().filter(|frame| frame.summary.is_some());
        let mut records: Vec<&Frame> = records.collect();
        by_age(&mut records);
        records
    }

    pub(crate) fn live_bytes(&self) -> u64 {
        self.live().map(Frame::size).sum()
    }

    /// Where the last live frame ends; what follows is of no use to anyone.
    pub(crate) fn end(&self) -> u64 {
        self.live().map(Frame::end).max().unwrap_or(FILE_HEAD)
    }

    pub(crate) fn next_sequence(&self) -> u64 {
        let sequences = self.frames.iter().map(|frame| frame.head.sequence);
        let last = sequences.max().unwrap_or_default();
        last.saturating_add(1).max(self.sequence)
    }

    /// Finds room for `size` bytes: at the end while the file stays within `limit`, else in the
    /// first hole that is large enough, else at the end if the file passes the limit by no more
    /// than this frame.
    pub(crate) fn place(&self, size: u64, limit: u64) -> Option<FramePlace> {
        let end = self.end();
        if end.saturating_add(size) <= limit {
            return Some(FramePlace::End(end));
        }
        let at_the_end = || (end <= limit).then_some(FramePlace::End(end));
        self.hole(size).or_else(at_the_end)
    }

    /// The first hole that holds `size` bytes.
    pub(crate) fn hole(&self, size: u64) -> Option<FramePlace> {
        hole_between(self.live(), size)
    }

    /// What was dropped and is not reported by a record, as the latest counters in the file have it.
    pub(crate) fn dropped(&self, file: &File) -> io::Result<Dropped> {
        let counters = self.live().filter(|frame| frame.head.is_counters());
        let Some(latest) = counters.max_by_key(|frame| frame.head.sequence) else {
            return Ok(Dropped::default());
        };
        // No more than the counters take, of a frame that can state any length.
        let length = COUNTS.min(usize::try_from(latest.head.length).unwrap_or_default());
        let body = read_at(file, latest.offset + HEAD as u64, length)?;
        Ok(Dropped::parse(&body).unwrap_or_default())
    }
}

/// The first room of `size` bytes between these frames, which are all that has to stay.
pub(crate) fn hole_between<'a>(
    frames: impl Iterator<Item = &'a Frame>,
    size: u64,
) -> Option<FramePlace> {
    let fitting = |hole: &Range<u64>| {
        let room = hole.end - hole.start;
        // A space frame over the rest must be able to state its length.
        room >= size && u32::try_from(room - size).is_ok()
    };
    holes(frames)
        .into_iter()
        .find(fitting)
        .map(FramePlace::Hole)
}

/// The oldest first.
pub(crate) fn by_age(frames: &mut [&Frame]) {
    frames.sort_by_key(|frame| frame.age());
}

/// As they stand in the file.
pub(crate) fn by_offset(frames: &mut [&Frame]) {
    frames.sort_by_key(|frame| frame.offset);
}

/// The room between frames. What follows the last of them is no hole.
fn holes<'a>(frames: impl Iterator<Item = &'a Frame>) -> Vec<Range<u64>> {
    let mut live: Vec<&Frame> = frames.collect();
    by_offset(&mut live);
    let mut holes = Vec::new();
    let mut at = FILE_HEAD;
    for frame in live {
        if frame.offset > at {
            holes.push(at..frame.offset);
        }
        at = frame.end();
    }
    holes
}

/// Finds the first sound frame at or behind `from`, about as far behind as `most` bytes.
fn next_frame(file: &File, mut from: u64, most: u64) -> io::Result<Option<u64>> {
    let end = from.saturating_add(most);
    while from < end {
        let chunk = read_at(file, from, CHUNK)?;
        if let Some(found) = frame::find(&chunk) {
            return Ok(Some(from + found as u64));
        }
        if chunk.len() < CHUNK {
            return Ok(None);
        }
        // Chunks overlap by what a head needs to be judged.
        from += (CHUNK - PROBE) as u64;
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::buffer::frame::Draft;
    use crate::store::buffer::header;
    use std::io::Write;
    use std::os::unix::fs::FileExt;

    /// A file of frames with these payload lengths; a negative one is a dead record.
    fn file(lengths: &[i64]) -> File {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&header::file_head()).unwrap();
        for (index, length) in lengths.iter().enumerate() {
            let mut body = vec![0; 38];
            let summary = Summary::parse(&body).unwrap();
            body.resize(38 + usize::try_from(length.unsigned_abs()).unwrap(), 1);
            let mut draft = Draft::record(summary, body);
            let (_, mut head) = draft.seal(index as u64 + 1, 0);
            if *length < 0 {
                head[4] = frame::DEAD;
            }
            file.write_all(&head).unwrap();
            file.write_all(&draft.body).unwrap();
        }
        file
    }

    #[test]
    fn sequences_go_on_and_dead_records_do_not_wait() {
        let layout = Layout::scan(&file(&[10, -20, 30])).unwrap();
        assert_eq!(layout.frames.len(), 3);
        assert_eq!(layout.records().len(), 2);
        assert_eq!(layout.next_sequence(), 4);
        assert_eq!(layout.live_bytes(), 2 * (28 + 38) + 40);
    }

    #[test]
    fn the_end_is_used_first_then_a_hole_then_an_eviction() {
        // Frames of 100 bytes at 32, 132, 232, 332 and 432; the second and fourth are dead.
        let layout = Layout::scan(&file(&[34, -34, 34, -34, 34])).unwrap();
        assert_eq!(layout.end(), 532);
        assert_eq!(layout.place(68, 600), Some(FramePlace::End(532)));
        assert_eq!(layout.place(69, 600), Some(FramePlace::Hole(132..232)));
        assert_eq!(layout.place(101, 600), Some(FramePlace::End(532)));
        assert_eq!(layout.place(101, 531), None);
        assert_eq!(layout.place(100, 531), Some(FramePlace::Hole(132..232)));
    }

    #[test]
    fn dead_frames_at_the_end_are_no_obstacle() {
        let layout = Layout::scan(&file(&[34, -34, -34])).unwrap();
        assert_eq!(layout.place(300, 500), Some(FramePlace::End(132)));
        assert_eq!(Layout::scan(&file(&[-34])).unwrap().end(), FILE_HEAD);
    }

    #[test]
    fn damage_of_more_than_a_chunk_hides_nothing_behind_it() {
        let gap = CHUNK as u64 * 3 - 7;
        let file = file(&[34]);
        let frame = read_at(&file, FILE_HEAD, 100).unwrap();
        file.write_all_at(&frame, 132 + gap).unwrap();
        let layout = Layout::scan(&file).unwrap();
        assert_eq!(layout.frames.len(), 2);
        assert_eq!(layout.frames[1].offset, 132 + gap);
    }
}
