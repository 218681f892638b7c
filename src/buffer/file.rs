//! Everything that changes a buffer file, under its lock.
//!
//! Each change is one of four, so that a process killed between any two system calls leaves a file
//! that reads well: a body in room that nobody reads, a head that makes it a record, a state byte
//! that ends one, and a rename that replaces the whole. Nothing is ever cut off but what follows the
//! last live frame.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use crate::buffer::claim::{sync_directory, with_suffix};
use crate::buffer::error::Error;
use crate::buffer::eviction::{self, Limits};
use crate::buffer::frame::{DEAD, Draft, HEAD, STATE_AT};
use crate::buffer::layout::{self, FILE_HEAD, Frame, Layout, Place};
use crate::buffer::lock::{self, Locked};
use crate::buffer::record::Evicted;

/// Dead bytes below this are left: rewriting a small file costs a sync and saves a few blocks.
const WORTH_COMPACTING: u64 = 64 * 1024;

/// A buffer file, locked for writing, and what it holds.
#[derive(Debug)]
pub(crate) struct Session {
    path: PathBuf,
    file: Locked,
    pub(crate) layout: Layout,
}

impl Session {
    /// Reads what a claimed file holds.
    pub(crate) fn on(path: &Path, file: Locked) -> Result<Session, Error> {
        let layout = Layout::scan(&file).map_err(Error::io("read", path))?;
        Ok(Session {
            path: path.to_owned(),
            file,
            layout,
        })
    }

    /// Stores a record and evicts what must go for it.
    pub(crate) fn store(&mut self, draft: Draft, limits: &Limits) -> Result<Evicted, Error> {
        self.admit(&draft, limits)?;
        let size = draft.size();
        let doomed = eviction::choose(&self.layout.frames, &draft.summary, size, limits);
        let evicted = if let Some(place) = self.layout.place(size, limits.bytes) {
            // The newcomer is in before anything goes: a full disk or a kill costs nothing. Should
            // the eviction fail, the record is stored all the same and the next one evicts.
            self.write(draft, &place)?;
            let buried = self.bury(&doomed.frames);
            buried.map_or(Evicted::default(), |()| doomed.evicted)
        } else {
            self.bury(&doomed.frames)?;
            let place = self.make_room(size, limits)?;
            self.write(draft, &place)?;
            doomed.evicted
        };
        self.cut_off();
        self.compact_if_worthwhile();
        Ok(evicted)
    }

    /// Ends every record that is one of `frames`; returns how many were still there.
    pub(crate) fn remove(&mut self, frames: &[&Frame]) -> Result<usize, Error> {
        let is_meant = |(_, found): &(usize, &Frame)| frames.iter().any(|frame| frame.is(found));
        let live = self.layout.frames.iter().enumerate();
        let live = live.filter(|(_, found)| found.head.is_live());
        let found: Vec<usize> = live.filter(is_meant).map(|(index, _)| index).collect();
        self.bury(&found)?;
        self.cut_off();
        Ok(found.len())
    }

    /// Reads the body of a frame, if its checksum agrees.
    pub(crate) fn body(&self, frame: &Frame) -> Result<Option<Vec<u8>>, Error> {
        let body = layout::body(&self.file, frame).map_err(Error::io("read", &self.path))?;
        Ok(frame.head.vouches_for(&body).then_some(body))
    }

    pub(crate) fn sync(&self) -> Result<(), Error> {
        self.file.sync_data().map_err(Error::io("sync", &self.path))
    }

    /// Ends the file: its records are elsewhere. It is emptied first, so that nothing is taken over
    /// twice where the directory does not let the name go.
    pub(crate) fn delete(self) -> Result<(), Error> {
        self.file
            .set_len(FILE_HEAD)
            .and_then(|()| fs::remove_file(&self.path))
            .map_err(Error::io("delete", &self.path))
    }

    fn admit(&self, draft: &Draft, limits: &Limits) -> Result<(), Error> {
        let path = || self.path.clone();
        if limits.dispatches == 0 {
            return Err(Error::Disabled { path: path() });
        }
        let needed = FILE_HEAD + draft.size();
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

    /// Finds a place once what was doomed is gone; the live frames and this one fit the limit then.
    fn make_room(&mut self, size: u64, limits: &Limits) -> Result<Place, Error> {
        if let Some(place) = self.layout.place(size, limits.bytes) {
            return Ok(place);
        }
        self.compact()?;
        Ok(Place::End(self.layout.end()))
    }

    /// Writes the body, then the head: until the head is there, there is no record.
    fn write(&mut self, draft: Draft, place: &Place) -> Result<(), Error> {
        let summary = Some(draft.summary);
        let (offset, room) = match place {
            Place::End(at) => (*at, draft.size()),
            Place::Hole(hole) => (hole.start, hole.end - hole.start),
        };
        let (head, bytes, body) = draft.seal(self.layout.next_sequence(), room);
        let written = self.cut(place).and_then(|()| {
            self.file.write_all_at(&body, offset + HEAD as u64)?;
            self.file.write_all_at(&bytes, offset)
        });
        if let Err(error) = written {
            // What was written is no record; the disk may need the blocks.
            let _ = self.cut(place);
            return Err(Error::io("append to", &self.path)(error));
        }
        let frame = Frame {
            offset,
            head,
            summary,
        };
        self.layout.length = self.layout.length.max(frame.end());
        self.layout.frames.push(frame);
        Ok(())
    }

    /// Cuts off what follows the last live frame, if that is where the next one goes.
    fn cut(&self, place: &Place) -> io::Result<()> {
        match place {
            Place::End(at) if self.file.metadata()?.len() > *at => self.file.set_len(*at),
            _ => Ok(()),
        }
    }

    fn bury(&mut self, frames: &[usize]) -> Result<(), Error> {
        for index in frames {
            if let Some(frame) = self.layout.frames.get_mut(*index) {
                self.file
                    .write_all_at(&[DEAD], frame.offset + STATE_AT)
                    .map_err(Error::io("delete from", &self.path))?;
                frame.head.state = DEAD;
            }
        }
        Ok(())
    }

    /// Gives back the space behind the last live frame. What was asked for is done by then, so a
    /// failure is left to the next call.
    fn cut_off(&mut self) {
        let end = self.layout.end();
        if end < self.layout.length && self.file.set_len(end).is_ok() {
            self.layout.length = end;
        }
        if end == FILE_HEAD {
            // A compaction that was killed may have left its copy, as large as the buffer was.
            let _ = fs::remove_file(with_suffix(&self.path, ".new"));
        }
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
    fn compact(&mut self) -> Result<(), Error> {
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
        let file = lock::new(replacement)?;
        let mut live: Vec<&Frame> = self.layout.live().collect();
        live.sort_by_key(|frame| frame.age());
        let mut out = BufWriter::with_capacity(64 * 1024, &*file);
        out.write_all(&layout::file_head())?;
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
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::buffer::claim;
    use crate::buffer::envelope;
    use crate::buffer::record::{Priority, Record, time};
    use std::fs::File;
    use std::time::Duration;

    fn draft(number: u8, length: usize) -> Draft {
        let record = Record {
            priority: Priority::Ordinary,
            spans: 1,
            created: time(u64::from(number)),
            trace_id: [number; 16],
            payload: &vec![number; length],
        };
        let (summary, body) = envelope::encode(&record).unwrap();
        Draft { summary, body }
    }

    fn numbers(file: &File) -> Vec<u8> {
        let layout = Layout::scan(file).unwrap();
        let numbers = layout.records();
        let numbers = numbers
            .iter()
            .map(|frame| frame.summary.unwrap().trace_id[0]);
        numbers.collect()
    }

    /// A session on a file whose records 1 to 4 were stored and 2 and 3 ended.
    fn with_a_hole(path: &Path) -> Session {
        let (file, _) = claim::create(path, Duration::ZERO).unwrap();
        let mut session = Session::on(path, file).unwrap();
        for number in 1..=4 {
            session
                .store(draft(number, 150), &Limits::default())
                .unwrap();
        }
        session.bury(&[1, 2]).unwrap();
        session
    }

    #[test]
    fn a_hole_is_filled_so_that_a_kill_in_the_middle_costs_no_other_record() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("buffer");
        for length in [10, 150, 200, 336, 338, 366] {
            let _ = fs::remove_file(&path);
            let mut session = with_a_hole(&path);
            let before = fs::read(&path).unwrap();
            let place = session.layout.place(draft(9, length).size(), 1).unwrap();
            let Place::Hole(hole) = &place else {
                panic!("{place:?}");
            };
            session.write(draft(9, length), &place).unwrap();
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
    fn records_cross_a_compaction_in_order_of_age_and_can_still_be_removed() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("buffer");
        fs::write(with_suffix(&path, ".new"), "left by a kill").unwrap();
        let mut session = with_a_hole(&path);
        let place = session.layout.place(draft(0, 200).size(), 1).unwrap();
        session.write(draft(0, 200), &place).unwrap();
        let frames = session.layout.frames.clone();

        session.compact().unwrap();
        assert_eq!(numbers(&session.file), [0, 1, 4]);
        let offsets = session.layout.frames.iter().map(|frame| frame.offset);
        assert_eq!(offsets.collect::<Vec<_>>(), [32, 298, 514]);
        assert!(!with_suffix(&path, ".new").exists());

        let old: Vec<&Frame> = frames.iter().collect();
        assert_eq!(session.remove(&old).unwrap(), 3);
        assert_eq!(fs::read(&path).unwrap(), layout::file_head());
    }
}
