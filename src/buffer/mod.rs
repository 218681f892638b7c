//! Where traces wait: one file of framed records, appended to, read and emptied by any process.
//!
//! It deals in opaque bytes and a priority. Every call opens the file, holds its lock for moments
//! and lets go, so no handle outlives a file that another process replaced, and a lock is never
//! held while anything is sent.

mod claim;
mod envelope;
mod error;
mod eviction;
mod file;
mod frame;
mod layout;
mod lock;
mod reader;
mod record;

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::buffer::claim::Claim;
use crate::buffer::file::Session;
use crate::buffer::frame::Draft;
use crate::buffer::layout::Frame;
use crate::buffer::lock::Locked;

pub use crate::buffer::error::Error;
pub use crate::buffer::eviction::Limits;
pub use crate::buffer::reader::{Entry, Reader};
pub use crate::buffer::record::{Evicted, Imported, Priority, Record, Usage};

/// A buffer file to store into, read and empty.
///
/// Any number of processes and threads may have one on the same path at once. What
/// [`push`](Buffer::push) acknowledged survives the death of the process; after
/// [`sync`](Buffer::sync) it survives a power loss too.
///
/// ```
/// use charm_tracing::buffer::{Buffer, Limits, Priority, Record};
/// use std::time::SystemTime;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let directory = tempfile::tempdir()?;
/// # let path = directory.path().join(".traces");
/// let mut buffer = Buffer::open(&path, Limits::default())?;
/// buffer.push(&Record {
///     priority: Priority::Ordinary,
///     spans: 1,
///     created: SystemTime::now(),
///     trace_id: *b"one per dispatch",
///     payload: b"an OTLP request",
/// })?;
///
/// for entry in buffer.entries()? {
///     assert_eq!(buffer.payload(&entry)?, b"an OTLP request");
///     buffer.remove(&[entry])?;
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Buffer {
    reader: Reader,
    limits: Limits,
    set_aside: Option<PathBuf>,
}

impl Buffer {
    /// Opens the buffer at `path` and creates it, readable for its owner alone, where there is none.
    ///
    /// The directory must exist. A file that is no buffer of a version known here is renamed to
    /// `<path>.set-aside`, over one that stood there, and [`set_aside`](Buffer::set_aside) tells.
    /// Nothing else is changed.
    ///
    /// # Errors
    ///
    /// [`Error::NotAFile`] when a link, directory or device has the name; [`Error::Locked`] when
    /// others hold the lock for longer than the limits allow; [`Error::Io`] for the rest.
    pub fn open(path: impl Into<PathBuf>, limits: Limits) -> Result<Buffer, Error> {
        let mut buffer = Buffer {
            reader: Reader::patient(path.into(), limits.lock_wait),
            limits,
            set_aside: None,
        };
        buffer.claim()?;
        Ok(buffer)
    }

    /// Where a foreign file that stood in place of this buffer, or of one to import, is now; `None`
    /// if this handle met none.
    #[must_use]
    pub fn set_aside(&self) -> Option<&Path> {
        self.set_aside.as_deref()
    }

    /// Stores a record. What must go to keep the limits is evicted and counted: whole dispatches,
    /// the lowest priority first, the oldest first among equals, and never the record itself.
    ///
    /// Costs one walk over the frames' heads and the writing of the new bytes. Where the byte limit
    /// is reached, the place of evicted records is used again. The file is rewritten only where no
    /// hole fits, or where more than half of it is dead.
    ///
    /// # Errors
    ///
    /// [`Error::TooLarge`] when the record does not fit alone, [`Error::Disabled`] when the limit
    /// is 0 dispatches, else as [`open`](Buffer::open). Nothing was stored then, and only where
    /// the file was full can something have been evicted.
    pub fn push(&mut self, record: &Record<'_>) -> Result<Evicted, Error> {
        let (summary, body) = envelope::encode(record)
            .map_err(|error| io::Error::other(error.to_string()))
            .map_err(Error::io("encode for", &self.reader.path))?;
        let limits = self.limits;
        self.session()?.store(Draft { summary, body }, &limits)
    }

    /// Lists what waits, oldest first; see [`Reader::entries`].
    ///
    /// # Errors
    ///
    /// As [`Reader::entries`].
    pub fn entries(&self) -> Result<Vec<Entry>, Error> {
        self.reader.entries()
    }

    /// Reads the bytes to deliver; see [`Reader::payload`].
    ///
    /// # Errors
    ///
    /// As [`Reader::payload`].
    pub fn payload(&self, entry: &Entry) -> Result<Vec<u8>, Error> {
        self.reader.payload(entry)
    }

    /// Tells how the file is filled; see [`Reader::usage`].
    ///
    /// # Errors
    ///
    /// As [`Reader::usage`].
    pub fn usage(&self) -> Result<Usage, Error> {
        self.reader.usage()
    }

    /// Deletes delivered records, wherever they stand by now, and returns how many were still
    /// there: one that was evicted or deleted by another process is not.
    ///
    /// Costs one walk over the heads and one byte written for each record. Space at the end of the
    /// file is given back at once, so a drained file is a few bytes; other space is used again or
    /// given back by the next [`push`](Buffer::push) that needs it.
    ///
    /// # Errors
    ///
    /// As [`open`](Buffer::open). Some of the records may be deleted then.
    pub fn remove(&mut self, entries: &[Entry]) -> Result<usize, Error> {
        let path = &self.reader.path;
        match claim::existing(path, self.limits.lock_wait)? {
            None => Ok(0),
            Some(Claim::Buffer(file)) => {
                let frames: Vec<&Frame> = entries.iter().map(|entry| &entry.frame).collect();
                Session::on(path, file)?.remove(&frames)
            }
            Some(Claim::SetAside(aside)) => {
                self.set_aside = Some(aside);
                Ok(0)
            }
        }
    }

    /// Takes over the records of another buffer, syncs them and deletes that file.
    ///
    /// Records that are here already are not taken twice, so an import that was killed is simply
    /// repeated. Nothing happens where there is no such file, or where it is this very one.
    ///
    /// # Errors
    ///
    /// As [`open`](Buffer::open) for either file. The other one is then left as it was.
    pub fn import(&mut self, other: &Path) -> Result<Imported, Error> {
        let mut imported = Imported::default();
        let mut session = self.session()?;
        if is_same_file(&self.reader.path, other) {
            return Ok(imported);
        }
        let other = match claim::existing(other, self.limits.lock_wait)? {
            None => return Ok(imported),
            Some(Claim::Buffer(file)) => Session::on(other, file)?,
            Some(Claim::SetAside(aside)) => {
                self.set_aside = Some(aside);
                return Ok(imported);
            }
        };
        for frame in other.layout.records() {
            if session
                .layout
                .frames
                .iter()
                .any(|own| own.holds_same(frame))
            {
                continue;
            }
            match take(&mut session, &other, frame, &self.limits)? {
                Some(evicted) => {
                    imported.records += 1;
                    imported.evicted.dispatches += evicted.dispatches;
                    imported.evicted.spans += evicted.spans;
                }
                None => imported.lost += 1,
            }
        }
        session.sync()?;
        other.delete()?;
        Ok(imported)
    }

    /// Makes what was pushed and removed so far, by any process, survive a power loss: one
    /// `fdatasync`.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] when the disk refuses, or the file is gone.
    pub fn sync(&self) -> Result<(), Error> {
        let path = &self.reader.path;
        let file = lock::unlocked(path)?;
        file.sync_data().map_err(Error::io("sync", path))
    }

    fn session(&mut self) -> Result<Session, Error> {
        let file = self.claim()?;
        Session::on(&self.reader.path, file)
    }

    fn claim(&mut self) -> Result<Locked, Error> {
        let (file, aside) = claim::create(&self.reader.path, self.limits.lock_wait)?;
        if aside.is_some() {
            self.set_aside = aside;
        }
        Ok(file)
    }
}

/// Takes one record over; `None` when it is damaged or larger than the limit.
fn take(
    session: &mut Session,
    other: &Session,
    frame: &Frame,
    limits: &Limits,
) -> Result<Option<Evicted>, Error> {
    let (Some(summary), Some(body)) = (frame.summary, other.body(frame)?) else {
        return Ok(None);
    };
    match session.store(Draft { summary, body }, limits) {
        Err(Error::TooLarge { .. }) => Ok(None),
        stored => stored.map(Some),
    }
}

fn is_same_file(one: &Path, other: &Path) -> bool {
    match (fs::metadata(one), fs::metadata(other)) {
        (Ok(one), Ok(other)) => one.dev() == other.dev() && one.ino() == other.ino(),
        _ => false,
    }
}
