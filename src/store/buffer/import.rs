//! Imports the records of another buffer: that at the former location, or a side file.
//!
//! Everything is copied and synced before the other file goes, and a record that is here already is
//! not copied again. All of it is done by who has the right to send, and before that one sends, so
//! that a process that is killed in the middle leaves no record that is sent twice.

use std::collections::HashMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::store::buffer::dropped::{Cause, Count, Dropped};
use crate::store::buffer::envelope::{self, Summary};
use crate::store::buffer::error::Error;
use crate::store::buffer::eviction::Limits;
use crate::store::buffer::record::Imported;
use crate::store::buffer::session::Session;
use crate::store::buffer::{open, side};

/// A file that is being taken over, and its frames that stand in this one too.
pub(super) struct Copy {
    other: Session,
    frames: Vec<usize>,
    is_whole: bool,
}

/// What the other file is to this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kin {
    /// A buffer with counts of its own, which its records have been taken off.
    Other,
    /// A side file: its records report what this file has counted, and are taken off only now.
    Side,
}

/// The files of another buffer that are there.
pub(super) fn files_of_another(other: &Path) -> Vec<(PathBuf, Kin)> {
    let mut files = of_kin(side::all(other).unwrap_or_default(), Kin::Side);
    if fs::symlink_metadata(other).is_ok() {
        files.insert(0, (other.to_owned(), Kin::Other));
    }
    files
}

pub(super) fn of_kin(files: Vec<PathBuf>, kin: Kin) -> Vec<(PathBuf, Kin)> {
    files.into_iter().map(|file| (file, kin)).collect()
}

impl Copy {
    pub(super) fn of(other: Session) -> Copy {
        Copy {
            other,
            frames: Vec::new(),
            is_whole: false,
        }
    }

    /// Copies records until one cannot be stored.
    pub(super) fn fill(
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
                lose(imported, &mut lost, summary, Cause::Damaged);
                continue;
            };
            let reported = match kin {
                Kin::Side => envelope::reported(&body).unwrap_or_default(),
                Kin::Other => Dropped::default(),
            };
            match session.store(summary, body, &reported, limits) {
                Err(Error::TooLarge { .. }) => lose(imported, &mut lost, summary, Cause::Full),
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
    pub(super) fn end(mut self) -> Result<(), Error> {
        if !self.is_whole {
            let buried = self.other.bury(&self.frames);
            self.other.seal();
            return buried;
        }
        let _ = fs::remove_file(open::sending_file(&self.other.path));
        self.other.delete()
    }
}

fn lose(imported: &mut Imported, lost: &mut Dropped, summary: Summary, cause: Cause) {
    imported.lost += 1;
    let count = Count {
        dispatches: 1,
        spans: u64::from(summary.spans),
    };
    lost.add(cause, count);
}

pub(super) fn is_same_file(one: &Path, other: &Path) -> bool {
    match (fs::metadata(one), fs::metadata(other)) {
        (Ok(one), Ok(other)) => one.dev() == other.dev() && one.ino() == other.ino(),
        _ => false,
    }
}
