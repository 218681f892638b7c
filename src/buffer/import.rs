//! Taking over what waits in another buffer: where it was before its storage appeared, or a side file.
//!
//! Everything is copied and synced before the other file goes, and a record that is here already is
//! not copied again, so an import that was killed is simply repeated.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use crate::buffer::claim::{self, Claim};
use crate::buffer::dropped::{Cause, Count, Dropped};
use crate::buffer::envelope::{self, Summary};
use crate::buffer::error::Error;
use crate::buffer::eviction::Limits;
use crate::buffer::file::Session;
use crate::buffer::record::Imported;
use crate::buffer::{Buffer, sending, side};

impl Buffer {
    /// Takes over the records and the counts of another buffer, syncs them and deletes that file.
    ///
    /// Records that are here already are not taken twice, so an import that was killed is simply
    /// repeated. Nothing happens where there is no such file, or where it is this very one.
    ///
    /// # Errors
    ///
    /// As [`open`](Buffer::open) for either file, and [`Error::Locked`] while the lock of either is
    /// held or a process sends from the other one. The other file is then left as it was.
    pub fn import(&mut self, other: &Path) -> Result<Imported, Error> {
        self.take_over(other, Kin::Other)
    }

    /// Takes over side files. One that cannot be taken over now is met again by the next open.
    pub(crate) fn adopt(&mut self) {
        for file in side::all(&self.reader.path).unwrap_or_default() {
            let _ = self.take_over(&file, Kin::Side);
        }
    }

    fn take_over(&mut self, other: &Path, kin: Kin) -> Result<Imported, Error> {
        let mut session = self.session()?;
        if is_same_file(&self.reader.path, other) {
            return Ok(Imported::default());
        }
        let other = match claim::existing(other, self.limits.lock_wait)? {
            None => return Ok(Imported::default()),
            Some(Claim::Buffer(file)) => Session::on(other, file)?,
            Some(Claim::SetAside(aside)) => {
                self.set_aside = Some(aside);
                return Ok(Imported::default());
            }
        };
        if sending::is_taken(&other.path)? {
            return Err(Error::Locked {
                path: sending::file(&other.path),
                waited: self.limits.lock_wait,
            });
        }
        let imported = take_all(&mut session, &other, kin, &self.limits)?;
        session.sync()?;
        let _ = fs::remove_file(sending::file(&other.path));
        other.delete()?;
        Ok(imported)
    }
}

/// What the other file is to this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kin {
    /// A buffer with counts of its own, which its records have been taken off.
    Other,
    /// A side file: its records tell what this file has counted, and are taken off only now.
    Side,
}

fn take_all(
    session: &mut Session,
    other: &Session,
    kin: Kin,
    limits: &Limits,
) -> Result<Imported, Error> {
    let mut imported = Imported::default();
    let mut lost = other.dropped()?;
    for frame in other.layout.records() {
        let known = &session.layout.frames;
        // Its padding may differ, and the body's checksum with it.
        let is_known = known.iter().any(|own| own.summary == frame.summary);
        let Some(summary) = frame.summary.filter(|_| !is_known) else {
            continue;
        };
        let Some(body) = other.body(frame)? else {
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
                imported.records += 1;
                imported.dropped.add_all(&stored?);
            }
        }
    }
    session.count(&lost)?;
    Ok(imported)
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
