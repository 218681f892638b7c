//! Everything that changes what a buffer file holds, under its lock.
//!
//! Each change is one of four, so that a process killed between any two system calls leaves a file
//! that reads well: a body in space that no reader reads, a head that makes it a record, a state byte
//! that ends one, and a rename that replaces the file. Only what follows the last live frame and its reserve is cut
//! off.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use crate::store::buffer::dropped::{Cause, Count, Dropped};
use crate::store::buffer::envelope::{self, Summary};
use crate::store::buffer::error::Error;
use crate::store::buffer::eviction::{self, Doomed, Limits};
use crate::store::buffer::frame::{self, COUNTERS_SIZE, DEAD, Draft, HEAD, STATE_AT};
use crate::store::buffer::header::{self, FILE_HEAD};
use crate::store::buffer::index;
use crate::store::buffer::layout::{self, Frame, FramePlace, Layout};
use crate::store::buffer::open::{sync_directory, with_suffix};
use crate::store::lock::{self, Locked};

/// Dead bytes below this are left: rewriting a small file costs a sync and saves a few blocks.
const WORTH_COMPACTING: u64 = 64 * 1024;

/// What room is made of, a piece of it.
const ZEROS: &[u8] = &[0; 4096];

/// A buffer file, locked for writing, and what it holds.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) path: PathBuf,
    pub(crate) file: Locked,
    pub(crate) layout: Layout,
    /// The file's length is a multiple of this, unless it is 0 or `most` is less.
    pub(crate) reserve: u64,
    pub(crate) most: u64,
}

impl Session {
    /// Reads what a claimed file holds.
    pub(crate) fn on(path: &Path, file: Locked) -> Result<Session, Error> {
        let layout = index::read_layout(&file).map_err(Error::io("read", path))?;
        Ok(Session {
            path: path.to_owned(),
            file,
            layout,
            reserve: 0,
            most: 0,
        })
    }

    /// Keeps a reserve behind what lives.
    pub(crate) fn reserving(self, limits: &Limits) -> Session {
        Session {
            reserve: limits.reserve,
            most: limits.bytes,
            ..self
        }
    }

    /// As [`on`](Session::on), and knows dead frames too.
    pub(crate) fn walk(&mut self) -> Result<(), Error> {
        self.layout = Layout::scan(&self.file).map_err(Error::io("read", &self.path))?;
        Ok(())
    }

    /// Stores a record, drops and counts what must go for it, and takes off the counts what it reports.
    pub(crate) fn store(
        &mut self,
        summary: Summary,
        body: Vec<u8>,
        reported: &Dropped,
        limits: &Limits,
    ) -> Result<Dropped, Error> {
        let stored = self.store_unsealed(summary, body, reported, limits);
        self.seal();
        stored
    }

    fn store_unsealed(
        &mut self,
        summary: Summary,
        body: Vec<u8>,
        reported: &Dropped,
        limits: &Limits,
    ) -> Result<Dropped, Error> {
        let mut draft = Draft::record(summary, body);
        let size = draft.size();
        self.admit(size, limits)?;
        // The counters may be there twice for a moment, and count against the limit too. So does the
        // index, of this one and both of them too.
        let index = index::size(self.layout.live().count() + 3);
        let within = limits.bytes.saturating_sub(2 * COUNTERS_SIZE + index);
        let within = Limits {
            bytes: within.max(FILE_HEAD + size),
            ..*limits
        };
        let doomed = eviction::choose(&self.layout.frames, &summary, size, &within);
        let place = self.layout.place(size, within.bytes);
        let Some(place) = place.map(|place| self.sooner_reserved(place, size)) else {
            let dropped = self.drop_frames(&doomed, reported)?;
            let place = self.make_room(size, &within)?;
            self.write(&mut draft, &place)?;
            self.tidy_up();
            return Ok(dropped);
        };
        // The newcomer is in before anything goes: a full disk or a kill costs nothing. Should
        // the eviction fail, the record is stored all the same and the next one evicts.
        let stored = match self.write(&mut draft, &place) {
            Err(error) if error.is_full_disk() => self.store_in_place(draft, reported, error)?,
            written => {
                written?;
                self.drop_frames(&doomed, reported).unwrap_or_default()
            }
        };
        self.tidy_up();
        Ok(stored)
    }

    /// Ends every record that is one of `frames`; returns how many were still there.
    pub(crate) fn remove(&mut self, frames: &[&Frame]) -> Result<usize, Error> {
        let found = self.find(frames);
        let buried = self.bury(&found);
        self.move_counters();
        self.seal();
        buried.map(|()| found.len())
    }

    /// Reads the body of a frame, if its checksum agrees.
    pub(crate) fn body(&self, frame: &Frame) -> Result<Option<Vec<u8>>, Error> {
        let body = layout::body(&self.file, frame).map_err(Error::io("read", &self.path))?;
        Ok(frame.head.has_checksum_of(&[&body]).then_some(body))
    }

    /// Ends the file: its records are elsewhere. It is emptied first, so that nothing is taken over
    /// twice where the directory does not let the name go.
    pub(crate) fn delete(self) -> Result<(), Error> {
        self.file
            .set_len(FILE_HEAD)
            .and_then(|()| fs::remove_file(&self.path))
            .map_err(Error::io("delete", &self.path))
    }

    fn admit(&self, size: u64, limits: &Limits) -> Result<(), Error> {
        let path = || self.path.clone();
        if limits.dispatches == 0 {
            return Err(Error::Disabled { path: path() });
        }
        let needed = FILE_HEAD + size;
        let limit = limits.bytes.min(u64::from(u32::MAX));
        if needed > limit {
            return Err(Error::TooLarge {
                path: path(),
                needed,
                limit,
            });
        }
        Ok(())
    }

    /// Stores where the disk is full: what is in the file is all the room there is. If no hole that
    /// less important records can leave is large enough, nothing is dropped.
    fn store_in_place(
        &mut self,
        mut draft: Draft,
        reported: &Dropped,
        full: Error,
    ) -> Result<Dropped, Error> {
        let (Some(summary), size) = (draft.summary, draft.size()) else {
            return Err(full);
        };
        let doomed = match self.layout.hole(size).or_else(|| self.reserved(size)) {
            Some(_) => Doomed::default(),
            None => eviction::choose_hole(&self.layout, &summary, size).ok_or(full)?,
        };
        let dropped = self.drop_frames(&doomed, reported)?;
        let place = self.anywhere(size);
        self.write(&mut draft, &place)?;
        Ok(dropped)
    }

    /// A hole, the reserve or else the end.
    pub(crate) fn anywhere(&self, size: u64) -> FramePlace {
        let place = self.layout.hole(size).or_else(|| self.reserved(size));
        place.unwrap_or_else(|| FramePlace::End(self.layout.end()))
    }

    /// The room between what lives and the index, or the end of the file, if there is enough for the head of
    /// what is left of it too: no record is to be larger for that.
    fn reserved(&self, size: u64) -> Option<FramePlace> {
        let layout = &self.layout;
        let end = layout.index.or(layout.former).unwrap_or(layout.length);
        let room = end.checked_sub(layout.end())?;
        let is_enough = room == size || room >= size + HEAD as u64;
        (self.reserve > 0 && is_enough).then(|| FramePlace::Hole(layout.end()..end))
    }

    /// The reserve instead of the end, if there is enough of it.
    fn sooner_reserved(&self, place: FramePlace, size: u64) -> FramePlace {
        match place {
            FramePlace::End(_) => self.reserved(size).unwrap_or(place),
            hole @ FramePlace::Hole(_) => hole,
        }
    }

    /// Finds a place once what was doomed is gone; the live frames and this one fit the limit then.
    fn make_room(&mut self, size: u64, limits: &Limits) -> Result<FramePlace, Error> {
        if let Some(place) = self.layout.place(size, limits.bytes) {
            return Ok(self.sooner_reserved(place, size));
        }
        self.compact()?;
        Ok(FramePlace::End(self.layout.end()))
    }

    /// Writes the body, then the head: until the head is there, there is no record. The draft is as it
    /// was afterwards, so that what failed here can be tried elsewhere without a copy.
    pub(crate) fn write(&mut self, draft: &mut Draft, place: &FramePlace) -> Result<(), Error> {
        let length = draft.body.len();
        let written = self.write_filled(draft, place);
        draft.body.truncate(length);
        written
    }

    fn write_filled(&mut self, draft: &mut Draft, place: &FramePlace) -> Result<(), Error> {
        let (offset, room) = match place {
            FramePlace::End(at) => (*at, draft.size()),
            FramePlace::Hole(hole) => (hole.start, hole.end - hole.start),
        };
        let (head, bytes) = draft.seal(self.layout.next_sequence(), room);
        let written = self.unseal().and_then(|()| self.cut(place)).and_then(|()| {
            self.file.write_all_at(&draft.body, offset + HEAD as u64)?;
            self.file.write_all_at(&bytes, offset)
        });
        if let FramePlace::End(at) = place {
            self.layout.former = None;
            if written.is_err() {
                // What was written is no record; the disk may need the blocks.
                let _ = self.file.set_len(*at);
                self.layout.length = *at;
            }
        }
        written.map_err(Error::io("append to", &self.path))?;
        let frame = Frame {
            offset,
            head,
            summary: draft.summary,
        };
        self.layout.length = self
            .layout
            .length
            .max(offset + HEAD as u64 + draft.body.len() as u64);
        self.layout.frames.push(frame);
        Ok(())
    }

    /// Cuts off what follows the last live frame, if that is where the next one goes. A former index
    /// needs no cutting: it is overwritten, and what is left of it means nothing. Nor does a reserve, which
    /// is made one dead frame again.
    fn cut(&mut self, place: &FramePlace) -> io::Result<()> {
        match place {
            FramePlace::End(at)
                if self.reserve == 0
                    && self.layout.length > *at
                    && self.layout.former != Some(*at) =>
            {
                self.file.set_len(*at)?;
                self.layout.length = *at;
            }
            _ => {}
        }
        Ok(())
    }

    /// Which of these are still live, as places among the frames.
    pub(crate) fn find(&self, wanted: &[&Frame]) -> Vec<usize> {
        let mut by_sequence: HashMap<u64, Vec<&Frame>> = HashMap::new();
        for frame in wanted {
            let same = by_sequence.entry(frame.head.sequence).or_default();
            same.push(frame);
        }
        let is_meant = |(_, found): &(usize, &Frame)| {
            let same = by_sequence.get(&found.head.sequence);
            same.is_some_and(|same| same.iter().any(|frame| frame.is(found)))
        };
        let live = self.layout.frames.iter().enumerate();
        let live = live.filter(|(_, found)| found.head.is_live());
        live.filter(is_meant).map(|(index, _)| index).collect()
    }

    /// Ends frames. One that does not stand where the index has it is only forgotten.
    pub(crate) fn bury(&mut self, frames: &[usize]) -> Result<(), Error> {
        if frames.is_empty() {
            return Ok(());
        }
        let unsealed = self.unseal();
        let failed = || Error::io("delete from", &self.path);
        unsealed.map_err(failed())?;
        for index in frames {
            let Some(frame) = self.layout.frames.get(*index) else {
                continue;
            };
            if self.still_stands(frame).map_err(failed())? {
                let state = self.file.write_all_at(&[DEAD], frame.offset + STATE_AT);
                state.map_err(failed())?;
            }
            if let Some(frame) = self.layout.frames.get_mut(*index) {
                frame.head.state = DEAD;
            }
        }
        Ok(())
    }

    /// As [`remove`](Session::remove), for what will not be delivered: it is counted.
    pub(crate) fn discard(&mut self, frames: &[&Frame], cause: Cause) -> Result<usize, Error> {
        let frames = self.find(frames);
        let found = || {
            frames
                .iter()
                .filter_map(|index| self.layout.frames.get(*index))
        };
        let summaries = || found().filter_map(|frame| frame.summary);
        let traces: HashSet<[u8; 16]> = summaries().map(|summary| summary.trace_id).collect();
        let count = Count {
            dispatches: traces.len() as u64,
            spans: summaries().map(|summary| u64::from(summary.spans)).sum(),
        };
        let mut dropped = Dropped::default();
        dropped.add(cause, count);
        let doomed = Doomed { frames, dropped };
        let counted = self.drop_frames(&doomed, &Dropped::default());
        self.move_counters();
        self.seal();
        counted.map(|_| doomed.frames.len())
    }

    /// Counts what was lost elsewhere.
    pub(crate) fn count(&mut self, lost: &Dropped) -> Result<(), Error> {
        let counted = self.recount(lost, &Dropped::default());
        self.seal();
        counted
    }

    /// What was dropped and is not reported by a record.
    pub(crate) fn dropped(&self) -> Result<Dropped, Error> {
        let read = self.layout.dropped(&self.file);
        read.map_err(Error::io("read", &self.path))
    }

    /// Ends what was chosen and counts it; what it was to report is kept again. Returns what was dropped.
    pub(crate) fn drop_frames(
        &mut self,
        doomed: &Doomed,
        reported: &Dropped,
    ) -> Result<Dropped, Error> {
        let mut lost = doomed.dropped;
        for index in &doomed.frames {
            let Some(frame) = self.layout.frames.get(*index) else {
                continue;
            };
            let may_report = |summary: Summary| summary.may_report(frame.head.length);
            if frame.summary.is_some_and(may_report)
                && let Some(body) = self.body(frame)?
            {
                lost.add_all(&envelope::reported(&body).unwrap_or_default());
            }
        }
        self.bury(&doomed.frames)?;
        // A full disk does not keep a record out because its losses cannot be counted.
        let _ = self.recount(&lost, reported);
        Ok(doomed.dropped)
    }

    /// Replaces the counters in the file. A kill in the middle leaves two, of which the later counts.
    fn recount(&mut self, lost: &Dropped, reported: &Dropped) -> Result<(), Error> {
        if lost.is_empty() && reported.is_empty() {
            return Ok(());
        }
        let mut dropped = self.dropped()?;
        dropped.add_all(lost);
        dropped.take_off(reported);
        let before = self.counters();
        if !dropped.is_empty() {
            let mut draft = Draft::counters(dropped).map_err(|error| {
                Error::io("count in", &self.path)(io::Error::other(error.to_string()))
            })?;
            let place = self.anywhere(draft.size());
            self.write(&mut draft, &place)?;
        }
        self.bury(&before)
    }

    pub(crate) fn counters(&self) -> Vec<usize> {
        let frames = self.layout.frames.iter().enumerate();
        let live = frames.filter(|(_, frame)| frame.head.is_live() && frame.head.is_counters());
        live.map(|(index, _)| index).collect()
    }

    /// Moves the counters towards the head when they alone keep the file from shrinking.
    pub(crate) fn move_counters(&mut self) {
        let before = self.counters();
        let last = self.layout.live().max_by_key(|frame| frame.offset);
        if !last.is_some_and(|frame| frame.head.is_counters()) {
            return;
        }
        if let Some(place) = self.layout.hole(COUNTERS_SIZE)
            && let Ok(Ok(mut draft)) = self.dropped().map(Draft::counters)
            && self.write(&mut draft, &place).is_ok()
        {
            // Two of them say the same.
            let _ = self.bury(&before);
        }
    }

    /// What follows every record that was stored.
    pub(crate) fn tidy_up(&mut self) {
        self.move_counters();
        self.compact_if_worthwhile();
    }

    /// Gives back other dead space once it is more than half, so that on average a byte is copied
    /// no more than once. Only storing does this: a drain ends dead space without copying anything.
    fn compact_if_worthwhile(&mut self) {
        let live = self.layout.live_bytes();
        let dead = self.layout.end().saturating_sub(FILE_HEAD + live);
        if dead >= WORTH_COMPACTING && dead > live {
            // As above: the record is stored, and the next one meets the same dead space.
            let _ = self.compact();
        }
    }

    /// Replaces the file by one that holds only what lives, oldest first.
    pub(crate) fn compact(&mut self) -> Result<(), Error> {
        let replacement = with_suffix(&self.path, ".new");
        let written = self.replace_by(&replacement);
        if written.is_err() {
            let _ = fs::remove_file(&replacement);
        }
        (self.file, self.layout) = written.map_err(Error::io("compact", &self.path))?;
        Ok(())
    }

    fn replace_by(&self, replacement: &Path) -> io::Result<(Locked, Layout)> {
        match fs::remove_file(replacement) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            // A process killed in the middle of this leaves its copy behind.
            _ => {}
        }
        let file = lock::create_new(replacement)?.ok_or(io::ErrorKind::WouldBlock)?;
        let mut live: Vec<&Frame> = self.layout.live().collect();
        layout::by_age(&mut live);
        let mut out = BufWriter::with_capacity(64 * 1024, &*file);
        out.write_all(&header::file_head())?;
        let mut bytes = Vec::new();
        for frame in live {
            bytes.resize(usize::try_from(frame.size()).map_err(io::Error::other)?, 0);
            self.file.read_exact_at(&mut bytes, frame.offset)?;
            out.write_all(&bytes)?;
        }
        out.flush()?;
        drop(out);
        // Without this a power loss after the rename could leave neither the old bytes nor the new.
        file.sync_data()?;
        let layout = Layout::scan(&file)?;
        fs::rename(replacement, &self.path)?;
        let _ = sync_directory(&self.path);
        Ok((file, layout))
    }

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
        let size = index::size(self.layout.live().count());
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
        let bytes = index::encode(&live, self.layout.next_sequence(), size)?;
        self.file.write_all_at(&bytes, index)
    }

    /// Whether a frame stands where it is said to. What a walk has found does.
    pub(crate) fn still_stands(&self, frame: &Frame) -> io::Result<bool> {
        let found = layout::frame_at(&self.file, frame.offset)?;
        Ok(found.is_some_and(|found| found.is(frame)))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::store::buffer::Buffer;
    use crate::store::buffer::envelope;
    use crate::store::buffer::open;
    use crate::store::buffer::record::{Priority, Record};
    use crate::trace::time::time;
    use std::fs::File;
    use std::time::Duration;

    pub(crate) fn draft(number: u8, length: usize) -> Draft {
        let record = Record {
            priority: Priority::Ordinary,
            spans: 1,
            created: time(u64::from(number)),
            trace_id: [number; 16],
            payload: &vec![number; length],
        };
        let (summary, body) = envelope::encode(&record, &Dropped::default()).unwrap();
        Draft::record(summary, body)
    }

    pub(crate) fn numbers(file: &File) -> Vec<u8> {
        let layout = Layout::scan(file).unwrap();
        let numbers = layout.records();
        let numbers = numbers
            .iter()
            .map(|frame| frame.summary.unwrap().trace_id[0]);
        numbers.collect()
    }

    /// A session on a file whose records 1 to 4 were stored and 2 and 3 ended.
    pub(crate) fn with_a_hole(path: &Path) -> Session {
        let (file, _) = open::create(path, Duration::ZERO).unwrap();
        let mut session = Session::on(path, file).unwrap();
        for number in 1..=4 {
            let end = FramePlace::End(session.layout.end());
            session.write(&mut draft(number, 150), &end).unwrap();
        }
        session.bury(&[1, 2]).unwrap();
        session
    }

    #[test]
    fn a_kill_while_a_hole_is_filled_costs_no_other_record() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("buffer");
        for length in [10, 150, 200, 336, 338, 366] {
            let _ = fs::remove_file(&path);
            let mut session = with_a_hole(&path);
            let before = fs::read(&path).unwrap();
            let place = session.layout.place(draft(9, length).size(), 1).unwrap();
            let FramePlace::Hole(hole) = &place else {
                panic!("{place:?}");
            };
            session.write(&mut draft(9, length), &place).unwrap();
            assert_eq!(numbers(&session.file), [1, 4, 9], "{length}");
            let after = fs::read(&path).unwrap();
            assert_eq!(after.len(), before.len());

            // The body goes in byte by byte, then the head.
            let copy = tempfile::tempfile().unwrap();
            let start = usize::try_from(hole.start).unwrap();
            let end = usize::try_from(hole.end).unwrap();
            let body = (start + HEAD..=end).map(|cut| (start + HEAD, cut));
            let head = (start..start + HEAD).map(|cut| (start, cut));
            for (step, (from, to)) in body.chain(head).enumerate() {
                let mut torn = before.clone();
                torn[from..to].copy_from_slice(&after[from..to]);
                if from == start {
                    torn[start + HEAD..end].copy_from_slice(&after[start + HEAD..end]);
                }
                copy.write_all_at(&torn, 0).unwrap();
                assert_eq!(numbers(&copy), [1, 4], "{length} bytes, step {step}");
            }
        }
    }

    #[test]
    fn records_keep_their_order_over_a_compaction() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("buffer");
        fs::write(with_suffix(&path, ".new"), "left by a kill").unwrap();
        let mut session = with_a_hole(&path);
        let place = session.layout.place(draft(0, 200).size(), 1).unwrap();
        session.write(&mut draft(0, 200), &place).unwrap();
        let frames = session.layout.frames.clone();

        session.compact().unwrap();
        assert_eq!(numbers(&session.file), [0, 1, 4]);
        let offsets = session.layout.frames.iter().map(|frame| frame.offset);
        assert_eq!(offsets.collect::<Vec<_>>(), [32, 298, 514]);
        assert!(!with_suffix(&path, ".new").exists());

        let old: Vec<&Frame> = frames.iter().collect();
        assert_eq!(session.remove(&old).unwrap(), 3);
        assert_eq!(fs::read(&path).unwrap(), header::file_head());
    }

    #[test]
    fn a_payload_length_beyond_its_frame_is_damage() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("buffer");
        let (file, _) = open::create(&path, Duration::ZERO).unwrap();
        let mut session = Session::on(&path, file).unwrap();
        let mut draft = draft(1, 10);
        let mut summary = draft.summary.unwrap();
        summary.payload = 1 << 38;
        draft.body[30..38].copy_from_slice(&summary.payload.to_le_bytes());
        draft = Draft::record(summary, draft.body);
        session
            .write(&mut draft, &FramePlace::End(FILE_HEAD))
            .unwrap();
        drop(session);
        let buffer = Buffer::open(&path, Limits::default()).unwrap();
        let entries = buffer.entries().unwrap();
        assert_eq!(entries[0].payload_bytes(), 10);
        let read = buffer.payload(&entries[0]);
        assert!(matches!(read, Err(Error::Damaged { .. })), "{read:?}");
    }

    #[test]
    fn counters_in_a_long_frame_are_read_without_the_rest() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("buffer");
        let (file, _) = open::create(&path, Duration::ZERO).unwrap();
        let mut session = Session::on(&path, file).unwrap();
        let mut lost = Dropped::default();
        let count = Count {
            dispatches: 2,
            spans: 7,
        };
        lost.add(Cause::Full, count);
        let mut draft = Draft::counters(lost).unwrap();
        draft.body.resize(1 << 20, 7);
        session
            .write(&mut draft, &FramePlace::End(FILE_HEAD))
            .unwrap();
        assert_eq!(session.dropped().unwrap(), lost);
    }
}
