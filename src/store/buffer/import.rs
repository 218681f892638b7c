//! Taking over what waits in another buffer: where it was before its storage appeared, or a side file.
//!
//! Everything is copied and synced before the other file goes, and a record that is here already is
//! not copied again. All of it is done by who has the right to send, and before that one sends, so
//! that a process that is killed in the middle leaves no record that is sent twice.

use std::collections::HashMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::store::buffer::claim::{self, Claim};
use crate::store::buffer::dropped::{Cause, Count, Dropped};
use crate::store::buffer::envelope::{self, Summary};
use crate::store::buffer::error::Error;
use crate::store::buffer::eviction::Limits;
use crate::store::buffer::file::Session;
use crate::store::buffer::record::Imported;
use crate::store::buffer::sending::{self, Sending};
use crate::store::buffer::{Buffer, lock, side};

impl Buffer {
    /// Takes over the records and the counts of another buffer and of the side files beside it, syncs
    /// them and deletes those files.
    ///
    /// Records that are here already are not taken twice, and nothing is sent from here until it is
    /// over, so an import that was killed is simply repeated. Nothing happens where there is no such
    /// file, or where it is this very one.
    ///
    /// # Errors
    ///
    /// As [`open`](Buffer::open) for either file, and [`Error::Locked`] while the lock of either is
    /// held or a process sends from one of them. What was not taken over is then left as it was.
    pub fn import(&mut self, other: &Path) -> Result<Imported, Error> {
        if !self.others.iter().any(|known| known == other) {
            self.others.push(other.to_owned());
        }
        let files = of_another(other);
        if files.is_empty() || is_same_file(&self.reader.path, other) {
            return Ok(Imported::default());
        }
        match sending::take(&self.reader.path, self.limits.lock_wait)? {
            Some(right) => {
                let (imported, failed) = self.take_over(&files, &right)?;
                failed.map_or(Ok(imported), Err)
            }
            None => Err(self.locked(sending::file(&self.reader.path))),
        }
    }

    /// Takes over side files, unless another process sends: that one has to do it. One that cannot be
    /// taken over now is met again by the next open.
    pub(crate) fn adopt(&mut self) {
        if !side::is_there(&self.reader.path) {
            return;
        }
        if let Ok(Some(right)) = sending::take(&self.reader.path, Duration::ZERO) {
            let _ = self.finish(&right);
            side::clean_up(&self.reader.path);
        }
    }

    /// Finishes what an earlier holder of the right may have left half done: a record that is sent
    /// while it still stands in another file would be taken over and sent again.
    pub(crate) fn finish(&mut self, right: &Sending) -> Result<(), Error> {
        let mut files = of_kin(side::all(&self.reader.path).unwrap_or_default(), Kin::Side);
        files.extend(self.others.iter().flat_map(|other| of_another(other)));
        if !files.is_empty() {
            let (_, failed) = self.take_over(&files, right)?;
            // What it holds may have been copied already.
            if let Some(locked @ Error::Locked { .. }) = failed {
                return Err(locked);
            }
        }
        Ok(())
    }

    /// Copies what these files hold, syncs it, and only then ends it there. Only who has the right to
    /// send does this: no record that was copied can then be sent and gone before it is ended there.
    /// Returns why the first was left that could not be taken over.
    fn take_over(
        &mut self,
        files: &[(PathBuf, Kin)],
        _right: &Sending,
    ) -> Result<(Imported, Option<Error>), Error> {
        let mut session = self.session()?;
        // A record that was evicted since a killed import is known by its dead frame.
        session.walk()?;
        let mut imported = Imported::default();
        let mut failed = None;
        let mut copies = Vec::new();
        for (path, kin) in files {
            match self.begin(path) {
                Ok(None) => {}
                Ok(Some(other)) => {
                    let mut copy = Copy::of(other);
                    let filled = copy.fill(&mut session, *kin, &self.limits, &mut imported);
                    failed = failed.or(filled.err());
                    copies.push(copy);
                }
                Err(error) => failed = failed.or(Some(error)),
            }
        }
        // A sync takes long, and nobody else may end or send these records meanwhile.
        drop(session);
        if !copies.is_empty() {
            let path = &self.reader.path;
            let synced = lock::unlocked(path)?.sync_data();
            synced.map_err(Error::io("sync", path))?;
        }
        for copy in copies {
            failed = failed.or(copy.end().err());
        }
        let others = self.others.iter().map(PathBuf::as_path);
        others.chain([&*self.reader.path]).for_each(side::leave);
        Ok((imported, failed))
    }

    fn begin(&mut self, path: &Path) -> Result<Option<Session>, Error> {
        if is_same_file(&self.reader.path, path) {
            return Ok(None);
        }
        let other = match claim::existing(path, self.limits.lock_wait)? {
            None => return Ok(None),
            Some(Claim::Buffer(file)) => Session::on(path, file)?,
            Some(Claim::SetAside(aside)) => {
                self.set_aside = Some(aside);
                return Ok(None);
            }
        };
        if sending::is_taken(path)? {
            return Err(self.locked(sending::file(path)));
        }
        Ok(Some(other))
    }

    fn locked(&self, path: PathBuf) -> Error {
        Error::Locked {
            path,
            waited: self.limits.lock_wait,
        }
    }
}

/// A file that is being taken over, and its frames that stand in this one too.
struct Copy {
    other: Session,
    frames: Vec<usize>,
    is_whole: bool,
}

/// What the other file is to this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kin {
    /// A buffer with counts of its own, which its records have been taken off.
    Other,
    /// A side file: its records tell what this file has counted, and are taken off only now.
    Side,
}

/// The files of another buffer that are there.
fn of_another(other: &Path) -> Vec<(PathBuf, Kin)> {
    let mut files = of_kin(side::all(other).unwrap_or_default(), Kin::Side);
    if fs::symlink_metadata(other).is_ok() {
        files.insert(0, (other.to_owned(), Kin::Other));
    }
    files
}

fn of_kin(files: Vec<PathBuf>, kin: Kin) -> Vec<(PathBuf, Kin)> {
    files.into_iter().map(|file| (file, kin)).collect()
}

impl Copy {
    fn of(other: Session) -> Copy {
        Copy {
            other,
            frames: Vec::new(),
            is_whole: false,
        }
    }

    /// Copies records until one cannot be stored.
    fn fill(
        &mut self,
        session: &mut Session,
        kin: Kin,
        limits: &Limits,
        imported: &mut Imported,
    ) -> Result<(), Error> {
        let mut lost = self.other.dropped()?;
        // Records that were cut out of one can be alike in all that a summary says.
        let mut known: HashMap<Summary, usize> = HashMap::new();
        for summary in session.layout.frames.iter().filter_map(|own| own.summary) {
            *known.entry(summary).or_default() += 1;
        }
        for index in self.other.layout.records_by_index() {
            let Some(frame) = self.other.layout.frames.get(index) else {
                continue;
            };
            let Some(summary) = frame.summary else {
                continue;
            };
            // Its padding may differ, and the body's checksum with it.
            if let Some(count) = known.get_mut(&summary).filter(|count| **count > 0) {
                *count -= 1;
                self.frames.push(index);
                continue;
            }
            let Some(body) = self.other.body(frame)? else {
                imported.lose(&mut lost, summary, Cause::Damaged);
                continue;
            };
            let told = match kin {
                Kin::Side => envelope::told(&body).unwrap_or_default(),
                Kin::Other => Dropped::default(),
            };
            match session.store(summary, body, &told, limits) {
                Err(Error::TooLarge { .. }) => imported.lose(&mut lost, summary, Cause::Full),
                stored => {
                    imported.dropped.add_all(&stored?);
                    imported.records += 1;
                    self.frames.push(index);
                }
            }
        }
        session.count(&lost)?;
        self.is_whole = true;
        Ok(())
    }

    /// Ends here what the other file has by now.
    fn end(mut self) -> Result<(), Error> {
        if !self.is_whole {
            let buried = self.other.bury(&self.frames);
            self.other.seal();
            return buried;
        }
        let _ = fs::remove_file(sending::file(&self.other.path));
        self.other.delete()
    }
}

impl Imported {
    fn lose(&mut self, lost: &mut Dropped, summary: Summary, cause: Cause) {
        self.lost += 1;
        let count = Count {
            dispatches: 1,
            spans: u64::from(summary.spans),
        };
        lost.add(cause, count);
    }
}

fn is_same_file(one: &Path, other: &Path) -> bool {
    match (fs::metadata(one), fs::metadata(other)) {
        (Ok(one), Ok(other)) => one.dev() == other.dev() && one.ino() == other.ino(),
        _ => false,
    }
}
