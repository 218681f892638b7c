//! Giving space back: what follows the last live frame at once, the rest by rewriting the file.
//!
//! All of it happens after what was asked for is done, so a failure is left to the next call.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;

use crate::store::buffer::claim::{sync_directory, with_suffix};
use crate::store::buffer::error::Error;
use crate::store::buffer::file::Session;
use crate::store::buffer::layout::{self, Frame, Layout};
use crate::store::buffer::lock::{self, Locked};
use crate::store::buffer::origin::{self, FILE_HEAD};

/// Dead bytes below this are left: rewriting a small file costs a sync and saves a few blocks.
const WORTH_COMPACTING: u64 = 64 * 1024;

impl Session {
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
        let file = lock::new(replacement)?;
        let mut live: Vec<&Frame> = self.layout.live().collect();
        layout::by_age(&mut live);
        let mut out = BufWriter::with_capacity(64 * 1024, &*file);
        out.write_all(&origin::file_head())?;
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
    use crate::store::buffer::file::tests::{draft, numbers, with_a_hole};

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
        assert_eq!(fs::read(&path).unwrap(), origin::file_head());
    }
}
