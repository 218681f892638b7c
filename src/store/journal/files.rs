//! The files of journals: eight names beside the buffer, each held by the lock of a living process.
//!
//! Names are fixed so that looking for journals of killed dispatches costs eight looks and never a walk through
//! a directory that may be the workload's. The first is emptied and used again; one dispatch at a
//! time is the rule, and the others are for an orphan that still runs, or a hook started by hand.

use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::frame::{self, HEAD, JournalHead};
use crate::store::lock::{self, LockError, Locked};

/// How many dispatches of one unit can write journals at the same time.
const SLOTS: usize = 8;

/// A journal's file, locked by this process.
#[derive(Debug)]
pub(crate) struct JournalFile {
    path: PathBuf,
    file: Locked,
    length: u64,
    first: bool,
}

/// What stands beside a buffer.
#[derive(Debug, Default)]
pub(crate) struct JournalFiles {
    /// An empty journal that nobody uses.
    pub(super) empty: Option<JournalFile>,
    /// Journals whose process is gone.
    pub(super) dead: Vec<JournalFile>,
    /// Names that nothing has.
    vacant: Vec<(usize, PathBuf)>,
}

/// Looks for journals beside the buffer at `base`. A name that is not a regular file is passed over.
pub(crate) fn survey(base: &Path) -> JournalFiles {
    let mut found = JournalFiles::default();
    for (index, path) in names(base).enumerate() {
        match JournalFile::open(&path, index) {
            Ok(Some(slot)) if slot.length > 0 => found.dead.push(slot),
            Ok(Some(slot)) => found.offer(slot),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                found.vacant.push((index, path));
            }
            // A living process has the lock, or it is nothing that this one may touch.
            Ok(None) | Err(_) => {}
        }
    }
    found
}

/// The trace ids of all journals beside the buffer at `base`, of living and of dead processes: what
/// they record is not settled yet.
pub(crate) fn claimed(base: &Path) -> Vec<[u8; 16]> {
    let heads = names(base).filter_map(|path| {
        let metadata = fs::symlink_metadata(&path).ok()?;
        if !metadata.is_file() || metadata.len() == 0 {
            return None;
        }
        let mut head = [0; HEAD];
        File::open(&path).ok()?.read_exact(&mut head).ok()?;
        match frame::read_head(&head) {
            JournalHead::Journal(trace_id) => Some(trace_id),
            JournalHead::Nothing | JournalHead::Foreign => None,
        }
    });
    heads.collect()
}

fn names(base: &Path) -> impl Iterator<Item = PathBuf> {
    (0..SLOTS).map(|number| {
        let mut name = base.as_os_str().to_owned();
        name.push(format!(".journal.{number}"));
        PathBuf::from(name)
    })
}

impl JournalFiles {
    /// Takes in a file that is empty and in nobody's use; one suffices.
    pub(super) fn offer(&mut self, slot: JournalFile) {
        if self.empty.is_none() {
            self.empty = Some(slot);
        } else {
            // What stays is empty and found again.
            let _ = slot.retire();
        }
    }

    pub(super) fn remove_empty(self) {
        if let Some(slot) = self.empty {
            // An empty file that stays is in nobody's way.
            let _ = fs::remove_file(&slot.path);
        }
    }

    /// A file for a journal of this process: an empty one, else a new one; or why there is none.
    pub(super) fn take(self) -> Result<JournalFile, String> {
        if let Some(empty) = self.empty {
            return Ok(empty);
        }
        let mut problem = format!("all {SLOTS} journals beside the trace buffer are in use");
        for (index, path) in self.vacant {
            match JournalFile::create(&path, index) {
                Ok(Some(slot)) => return Ok(slot),
                // Another dispatch was faster.
                Ok(None) => {}
                Err(error) => problem = format!("cannot create {}: {error}", path.display()),
            }
        }
        Err(problem)
    }
}

impl JournalFile {
    /// Opens and locks a file; `None` when a living process has it or it is no regular file.
    fn open(path: &Path, index: usize) -> io::Result<Option<Self>> {
        match lock::existing(path, Duration::ZERO) {
            Ok(Some(file)) => Ok(Some(Self::new(path, file, index))),
            Ok(None) => Err(io::ErrorKind::NotFound.into()),
            Err(LockError::NotAFile { .. } | LockError::Held { .. }) => Ok(None),
            Err(LockError::Io { source, .. }) => Err(source),
        }
    }

    fn create(path: &Path, index: usize) -> io::Result<Option<Self>> {
        let file = lock::create_new(path)?;
        Ok(file.map(|file| Self::new(path, file, index)))
    }

    fn new(path: &Path, file: Locked, index: usize) -> Self {
        Self {
            path: path.to_owned(),
            length: file.length(),
            file,
            first: index == 0,
        }
    }

    pub(super) fn length(&self) -> u64 {
        self.length
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all_at(bytes, self.length)?;
        self.length += bytes.len() as u64;
        Ok(())
    }

    /// Reads what was written, up to `most` bytes.
    pub(super) fn read(&self, most: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        (&*self.file).take(most).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// Its dispatch is settled, and this process goes on with the file.
    pub(super) fn empty(&mut self) -> io::Result<()> {
        self.file.set_len(0)?;
        self.length = 0;
        Ok(())
    }

    /// Its dispatch is settled: the first name is kept for the next dispatch, the others go.
    pub(super) fn retire(self) -> io::Result<()> {
        if self.first {
            self.file.set_len(0)
        } else {
            fs::remove_file(&self.path)
        }
    }

    /// Moves a file out of the way that is no journal this release knows.
    pub(super) fn set_aside(self) -> io::Result<PathBuf> {
        let mut aside = self.path.clone().into_os_string();
        aside.push(".set-aside");
        fs::rename(&self.path, &aside)?;
        Ok(aside.into())
    }
}
