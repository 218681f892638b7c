//! Where traces wait: one file of framed records, appended to, read and emptied by any process.
//!
//! It deals in opaque bytes and a priority. Every call opens the file, holds its lock for moments
//! and lets go, so no handle outlives a file that another process replaced, and a lock is never
//! held while anything is sent.

mod claim;
mod dropped;
mod envelope;
mod error;
mod eviction;
mod file;
mod frame;
mod holding;
mod import;
mod index;
mod layout;
mod lock;
mod losses;
mod origin;
mod read;
mod reader;
mod record;
mod sending;
mod side;
mod space;
mod turn;

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::store::buffer::claim::Claim;
use crate::store::buffer::envelope::Summary;
use crate::store::buffer::file::Session;
use crate::store::buffer::layout::Frame;
use crate::store::buffer::lock::Locked;

pub use crate::store::buffer::dropped::{Cause, Count, Dropped};
pub use crate::store::buffer::error::Error;
pub use crate::store::buffer::eviction::Limits;
pub use crate::store::buffer::reader::{Entry, Reader};
pub use crate::store::buffer::record::{Imported, Priority, Record, Usage};
pub use crate::store::buffer::sending::Sending;
pub(crate) use crate::store::buffer::turn::Turn;

/// How long the deletion of records waits for the lock at least: what was sent and stays is sent again.
const WAIT_TO_END: Duration = Duration::from_secs(1);

/// A buffer file to store into, read and empty.
///
/// Any number of processes and threads may have one on the same path at once. What
/// [`push`](Buffer::push) acknowledged survives the death of the process; after
/// [`sync`](Buffer::sync) it survives a power loss too.
///
/// ```
/// use charm_tracing::__buffer::{Buffer, Limits, Priority, Record};
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
    /// The file that took a record because the lock could not be had.
    side: Option<PathBuf>,
    /// What was imported, for whatever a killed import leaves there.
    others: Vec<PathBuf>,
}

impl Buffer {
    /// Opens the buffer at `path` and creates it, readable for its owner alone, where there is none.
    ///
    /// The directory must exist. A file that is no buffer of a version known here is renamed to
    /// `<path>.set-aside`, over one that stood there, and [`set_aside`](Buffer::set_aside) tells.
    /// Records in side files (see [`push`](Buffer::push)) are taken over. Nothing else is changed.
    ///
    /// Where others hold the lock for longer than the limits allow, nothing of this is done and the
    /// handle waits no more from then on.
    ///
    /// # Errors
    ///
    /// [`Error::NotAFile`] when a link, directory or device has the name; [`Error::Io`] for the rest.
    pub fn open(path: impl Into<PathBuf>, limits: Limits) -> Result<Buffer, Error> {
        let mut buffer = Buffer::at(path.into(), limits);
        match buffer.claim().map(drop) {
            // What comes next waits no more: one wait in a dispatch is enough.
            Err(Error::Locked { .. }) => buffer.hurry(),
            claimed => {
                claimed?;
                buffer.adopt();
            }
        }
        Ok(buffer)
    }

    /// Where a foreign file that stood in place of this buffer, or of one to import, is now; `None`
    /// if this handle met none.
    #[must_use]
    pub fn set_aside(&self) -> Option<&Path> {
        self.set_aside.as_deref()
    }

    /// Stores a record. What must go to keep the limits is dropped, and counted in the file: whole
    /// dispatches, the lowest priority first, the oldest first among equals, and never the record
    /// itself. On a full disk the file's own room is all there is, and it is shared out by the same
    /// rule.
    ///
    /// Where the lock cannot be had in time, the record goes to a file of its own beside this one,
    /// which [`open`](Buffer::open) takes over as soon as it can.
    ///
    /// Costs the reading of what the file holds, one index or a few heads, and the writing of the new
    /// bytes and the index. Where the byte limit
    /// is reached, the place of dropped records is used again. The file is rewritten only where no
    /// hole fits, or where more than half of it is dead.
    ///
    /// # Errors
    ///
    /// [`Error::TooLarge`] when the record does not fit alone, [`Error::Disabled`] when the limit
    /// is 0 dispatches, [`Error::Locked`] when the lock cannot be had and the side files are at a
    /// limit too, else as [`open`](Buffer::open). Nothing was stored then, and only where the file
    /// was full can something have been dropped.
    pub fn push(&mut self, record: &Record<'_>) -> Result<Dropped, Error> {
        self.push_telling(record, &Dropped::default())
    }

    /// As [`push`](Buffer::push), for a record whose root span tells what [`dropped`](Buffer::dropped)
    /// said: that much is taken off the counts, and comes back should this record be dropped too.
    ///
    /// # Errors
    ///
    /// As [`push`](Buffer::push), and [`Error::Told`] when another record has told it meanwhile, or
    /// the lock cannot be had to see.
    pub fn push_telling(&mut self, record: &Record<'_>, told: &Dropped) -> Result<Dropped, Error> {
        let (summary, body) = self.encode(record, told)?;
        let limits = self.limits;
        match self.session() {
            Err(Error::Locked { .. }) if limits.dispatches > 0 => {
                self.hurry();
                if !told.is_empty() {
                    return Err(self.told());
                }
                let (file, dropped) = side::store(&self.reader.path, summary, body, &limits)?;
                self.side = Some(file);
                Ok(dropped)
            }
            session => {
                let mut session = session?;
                if !told.is_empty() && !session.dropped()?.covers(told) {
                    return Err(self.told());
                }
                session.store(summary, body, told, &limits)
            }
        }
    }

    /// What was dropped and is told by no record; see [`Reader::dropped`].
    ///
    /// # Errors
    ///
    /// As [`Reader::dropped`].
    pub fn dropped(&self) -> Result<Dropped, Error> {
        self.reader.dropped()
    }

    /// Takes the right to send what waits here, so that no two processes send the same record;
    /// `None` while another one has it, which then sends what waits. Taken before
    /// [`entries`](Buffer::entries) and held until the last of them is removed. It needs a file of
    /// its own, `<path>.sending`, which stays empty.
    ///
    /// What waits in side files, or in a buffer that this handle imports, is taken over before; `None` while
    /// another process has one of these.
    ///
    /// # Errors
    ///
    /// As [`open`](Buffer::open), for that file too.
    pub fn sending(&mut self) -> Result<Option<Sending>, Error> {
        let Some(right) = sending::take(&self.reader.path, self.reader.lock_wait)? else {
            return Ok(None);
        };
        match self.finish(&right) {
            Err(Error::Locked { .. }) => Ok(None),
            finished => finished.map(|()| Some(right)),
        }
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
        let mut payload = Vec::new();
        self.payload_into(entry, &mut payload)?;
        Ok(payload)
    }

    /// Reads the bytes to deliver into the caller's; see [`Reader::payload_into`].
    ///
    /// # Errors
    ///
    /// As [`Reader::payload_into`].
    pub fn payload_into(&self, entry: &Entry, payload: &mut Vec<u8>) -> Result<(), Error> {
        let read = self.reader.payload_into(entry, payload);
        if let Err(Error::Gone { .. }) = read {
            // After a power loss the index can list what is not there; where another process has
            // ended the record, this finds nothing to do.
            let _ = self.forget(entry);
        }
        read
    }

    /// Tells how the file is filled; see [`Reader::usage`].
    ///
    /// # Errors
    ///
    /// As [`Reader::usage`].
    pub fn usage(&self) -> Result<Usage, Error> {
        self.reader.usage()
    }

    /// Deletes delivered records, wherever they stand by now, waiting for the lock for at least 1 s,
    /// since what stays is sent again. Returns how many were still there: one that was evicted or deleted by another process is not.
    ///
    /// However many they are, what the file holds is read once, and one byte written for each. Space at the end of the
    /// file is given back at once, so a drained file is a few bytes or its reserve; other space is used again or
    /// given back by the next [`push`](Buffer::push) that needs it.
    ///
    /// # Errors
    ///
    /// As [`open`](Buffer::open). Some of the records may be deleted then.
    pub fn remove(&mut self, entries: &[Entry]) -> Result<usize, Error> {
        self.end(entries, Session::remove)
    }

    /// Puts records in the place of one, all at once for other processes. Nothing else goes for them: until
    /// that one is gone the limits give way by what they take. Returns whether it was still there; if not,
    /// nothing is stored.
    ///
    /// They are in before it goes, so a process that is killed in between leaves both and loses neither.
    ///
    /// # Errors
    ///
    /// As [`push`](Buffer::push) and [`remove`](Buffer::remove). The one is still there then, and some of
    /// the others may be.
    pub fn replace(&mut self, entry: &Entry, records: &[Record<'_>]) -> Result<bool, Error> {
        // More than the head of a frame, for each.
        const MARGIN: u64 = 256;
        let mut limits = self.limits;
        let mut encoded = Vec::new();
        for record in records {
            let (summary, body) = self.encode(record, &Dropped::default())?;
            limits.bytes = limits.bytes.saturating_add(body.len() as u64 + MARGIN);
            limits.dispatches = limits.dispatches.saturating_add(1);
            encoded.push((summary, body));
        }
        let replaced = self.end(std::slice::from_ref(entry), |session, frames| {
            if session.find(frames).is_empty() {
                return Ok(0);
            }
            for (summary, body) in encoded {
                session.store(summary, body, &Dropped::default(), &limits)?;
            }
            session.remove(frames)
        });
        replaced.map(|count| count > 0)
    }

    /// Deletes records that will never be delivered, and counts them under their cause.
    ///
    /// # Errors
    ///
    /// As [`remove`](Buffer::remove).
    pub fn discard(&mut self, entries: &[Entry], cause: Cause) -> Result<usize, Error> {
        self.end(entries, |session, frames| session.discard(frames, cause))
    }

    /// Makes what was pushed and removed so far, by any process, survive a power loss: one
    /// `fdatasync`.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] when the disk refuses, or the file is gone.
    pub fn sync(&self) -> Result<(), Error> {
        // Whoever takes a side file over has synced its records.
        if let Some(side) = &self.side
            && let Ok(file) = lock::unlocked(side)
        {
            return file.sync_data().map_err(Error::io("sync", side));
        }
        let path = &self.reader.path;
        let file = lock::unlocked(path)?;
        file.sync_data().map_err(Error::io("sync", path))
    }

    fn forget(&self, entry: &Entry) -> Result<(), Error> {
        let path = &self.reader.path;
        if let Some(file) = lock::existing(path, self.limits.lock_wait)? {
            let session = Session::on(path, file)?;
            session.reserving(&self.limits).remove(&[&entry.frame])?;
        }
        Ok(())
    }

    fn encode(&self, record: &Record<'_>, told: &Dropped) -> Result<(Summary, Vec<u8>), Error> {
        envelope::encode(record, told)
            .map_err(|error| io::Error::other(error.to_string()))
            .map_err(Error::io("encode for", &self.reader.path))
    }

    fn end(
        &mut self,
        entries: &[Entry],
        end: impl FnOnce(&mut Session, &[&Frame]) -> Result<usize, Error>,
    ) -> Result<usize, Error> {
        let path = &self.reader.path;
        match claim::existing(path, self.limits.lock_wait.max(WAIT_TO_END))? {
            None => Ok(0),
            Some(Claim::Buffer(file)) => {
                let frames: Vec<&Frame> = entries.iter().map(|entry| &entry.frame).collect();
                let session = Session::on(path, file)?;
                end(&mut session.reserving(&self.limits), &frames)
            }
            Some(Claim::SetAside(aside)) => {
                self.set_aside = Some(aside);
                Ok(0)
            }
        }
    }

    fn session(&mut self) -> Result<Session, Error> {
        let file = self.claim()?;
        let session = Session::on(&self.reader.path, file)?;
        Ok(session.reserving(&self.limits))
    }

    fn claim(&mut self) -> Result<Locked, Error> {
        let (file, aside) = claim::create(&self.reader.path, self.limits.lock_wait)?;
        if aside.is_some() {
            self.set_aside = aside;
        }
        Ok(file)
    }

    fn told(&self) -> Error {
        Error::Told {
            path: self.reader.path.clone(),
        }
    }
}
