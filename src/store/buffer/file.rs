//! The buffer: one file of framed records, appended to, read and emptied by any process.
//!
//! It deals in opaque bytes and a priority. Every call opens the file, holds its lock for moments and closes it, so
//! no handle outlives a file that another process replaced, and a lock is never held while anything is sent.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::dropped::{Cause, Dropped};
use super::envelope::{self, Summary};
use super::error::Error;
use super::eviction::Limits;
use super::import::{Copy, Kin, files_of_another, is_same_file, of_kin};
use super::layout::Frame;
use super::open::{self, Claim, Sending};
use super::reader::{Entry, Reader};
use super::record::{Imported, Record, Usage};
use super::session::Session;
use super::side;
use crate::store::lock::{self, Locked};

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
    /// The file that took a record because the lock was not available.
    side: Option<PathBuf>,
    /// What was imported: a killed import can leave records there.
    others: Vec<PathBuf>,
}

impl Buffer {
    /// Opens the buffer at `path` and creates it, readable for its owner alone, where there is none.
    ///
    /// The directory must exist. A file that is no buffer of a version known here is renamed to
    /// `<path>.set-aside`, over one that stood there, and [`set_aside`](Buffer::set_aside) returns that name.
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
            Err(Error::Locked { .. }) => buffer.stop_waiting(),
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
    /// Where the lock is not available in time, the record goes to a file of its own beside this one,
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
    /// is 0 dispatches, [`Error::Locked`] when the lock is not available and the side files are at a
    /// limit too, else as [`open`](Buffer::open). Nothing was stored then, and only where the file
    /// was full can something have been dropped.
    pub fn push(&mut self, record: &Record<'_>) -> Result<Dropped, Error> {
        self.push_reporting(record, &Dropped::default())
    }

    /// As [`push`](Buffer::push), for a record whose root span reports what [`dropped`](Buffer::dropped)
    /// said: that much is taken off the counts, and comes back should this record be dropped too.
    ///
    /// # Errors
    ///
    /// As [`push`](Buffer::push), and [`Error::AlreadyReported`] when another record has reported it meanwhile, or
    /// the lock is not available to see.
    pub fn push_reporting(
        &mut self,
        record: &Record<'_>,
        reported: &Dropped,
    ) -> Result<Dropped, Error> {
        let (summary, body) = self.encode(record, reported)?;
        let limits = self.limits;
        match self.session() {
            Err(Error::Locked { .. }) if limits.dispatches > 0 => {
                self.stop_waiting();
                if !reported.is_empty() {
                    return Err(self.already_reported());
                }
                let (file, dropped) = side::store(&self.reader.path, summary, body, &limits)?;
                self.side = Some(file);
                Ok(dropped)
            }
            session => {
                let mut session = session?;
                if !reported.is_empty() && !session.dropped()?.covers(reported) {
                    return Err(self.already_reported());
                }
                session.store(summary, body, reported, &limits)
            }
        }
    }

    /// What was dropped and is not reported by a record; see [`Reader::dropped`].
    ///
    /// # Errors
    ///
    /// As [`Reader::dropped`].
    pub fn dropped(&self) -> Result<Dropped, Error> {
        self.reader.dropped()
    }

    /// Takes the right to send the records here, so that no two processes send the same record;
    /// `None` while another one has it, which then sends them. Taken before
    /// [`entries`](Buffer::entries) and held until the last of them is removed. It needs a file of
    /// its own, `<path>.sending`, which stays empty.
    ///
    /// Records in side files, or in a buffer that this handle imports, are taken over before; `None` while
    /// another process has one of these.
    ///
    /// # Errors
    ///
    /// As [`open`](Buffer::open), for that file too.
    pub fn sending(&mut self) -> Result<Option<Sending>, Error> {
        let Some(right) = open::take_right_to_send(&self.reader.path, self.reader.lock_wait)?
        else {
            return Ok(None);
        };
        match self.finish(&right) {
            Err(Error::Locked { .. }) => Ok(None),
            finished => finished.map(|()| Some(right)),
        }
    }

    /// Lists the records, oldest first; see [`Reader::entries`].
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

    /// Returns how the file is filled; see [`Reader::usage`].
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
        // The process that imports a side file has synced its records.
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

    fn encode(&self, record: &Record<'_>, reported: &Dropped) -> Result<(Summary, Vec<u8>), Error> {
        envelope::encode(record, reported)
            .map_err(|error| io::Error::other(error.to_string()))
            .map_err(Error::io("encode for", &self.reader.path))
    }

    fn end(
        &mut self,
        entries: &[Entry],
        end: impl FnOnce(&mut Session, &[&Frame]) -> Result<usize, Error>,
    ) -> Result<usize, Error> {
        let path = &self.reader.path;
        match open::existing(path, self.limits.lock_wait.max(WAIT_TO_END))? {
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
        let (file, aside) = open::create(&self.reader.path, self.limits.lock_wait)?;
        if aside.is_some() {
            self.set_aside = aside;
        }
        Ok(file)
    }

    fn already_reported(&self) -> Error {
        Error::AlreadyReported {
            path: self.reader.path.clone(),
        }
    }

    /// Whether there is a record of this dispatch, in the buffer itself or in a side file.
    ///
    /// # Errors
    ///
    /// As [`Reader::entries`].
    pub fn holds(&self, trace_id: [u8; 16]) -> Result<bool, Error> {
        // In this order: a record that is taken over meanwhile is in both for a moment.
        let path = &self.reader.path;
        if side::holds(path, trace_id).map_err(Error::io("look beside", path))? {
            return Ok(true);
        }
        let mut entries = self.entries()?.into_iter();
        Ok(entries.any(|entry| entry.trace_id() == trace_id))
    }

    /// As [`holds`](Buffer::holds), for a record in which these bytes stand: where dispatches continue a
    /// trace of others, there can be several of one trace.
    pub(crate) fn holds_with(&self, trace_id: [u8; 16], bytes: &[u8]) -> Result<bool, Error> {
        let path = &self.reader.path;
        let stands = |payload: &[u8]| payload.windows(bytes.len()).any(|window| window == bytes);
        for side in side::of(path, trace_id).map_err(Error::io("look beside", path))? {
            match fs::read(&side) {
                Ok(found) if stands(&found) => return Ok(true),
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(Error::io("read", &side)(error));
                }
                _ => {}
            }
        }
        for entry in self.entries()? {
            if entry.trace_id() == trace_id {
                match self.payload(&entry) {
                    Ok(payload) if stands(&payload) => return Ok(true),
                    Ok(_) | Err(Error::Gone { .. } | Error::Damaged { .. }) => {}
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(false)
    }

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
        let files = files_of_another(other);
        if files.is_empty() || is_same_file(&self.reader.path, other) {
            return Ok(Imported::default());
        }
        match open::take_right_to_send(&self.reader.path, self.limits.lock_wait)? {
            Some(right) => {
                let (imported, failed) = self.take_over(&files, &right)?;
                failed.map_or(Ok(imported), Err)
            }
            None => Err(self.locked(open::sending_file(&self.reader.path))),
        }
    }

    /// Takes over side files, unless another process sends: that one has to do it. One that cannot be
    /// taken over now is met again by the next open.
    pub(crate) fn adopt(&mut self) {
        if !side::is_there(&self.reader.path) {
            return;
        }
        if let Ok(Some(right)) = open::take_right_to_send(&self.reader.path, Duration::ZERO) {
            let _ = self.finish(&right);
            side::clean_up(&self.reader.path);
        }
    }

    /// Finishes what an earlier holder of the right may have left half done: a record that is sent
    /// while it still stands in another file would be taken over and sent again.
    pub(crate) fn finish(&mut self, right: &Sending) -> Result<(), Error> {
        let mut files = of_kin(side::all(&self.reader.path).unwrap_or_default(), Kin::Side);
        files.extend(self.others.iter().flat_map(|other| files_of_another(other)));
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
        let other = match open::existing(path, self.limits.lock_wait)? {
            None => return Ok(None),
            Some(Claim::Buffer(file)) => Session::on(path, file)?,
            Some(Claim::SetAside(aside)) => {
                self.set_aside = Some(aside);
                return Ok(None);
            }
        };
        if open::is_sending(path)? {
            return Err(self.locked(open::sending_file(path)));
        }
        Ok(Some(other))
    }

    fn locked(&self, path: PathBuf) -> Error {
        Error::Locked {
            path,
            waited: self.limits.lock_wait,
        }
    }

    /// As [`open`](Buffer::open), for one who goes on to [`batch`](Buffer::batch): the file is not looked at
    /// before that, unless there are side files to take over.
    ///
    /// # Errors
    ///
    /// As [`open`](Buffer::open), where there are side files.
    pub(crate) fn unopened(path: PathBuf, limits: Limits) -> Result<Buffer, Error> {
        if side::is_there(&path) {
            return Buffer::open(path, limits);
        }
        Ok(Buffer::at(path, limits))
    }

    /// A handle that has not looked at the file yet.
    pub(super) fn at(path: PathBuf, limits: Limits) -> Buffer {
        Buffer {
            reader: Reader::patient(path, limits.lock_wait),
            limits,
            set_aside: None,
            side: None,
            others: Vec::new(),
        }
    }

    /// Locks the file, which is made where there is none, until the batch is used or dropped.
    ///
    /// # Errors
    ///
    /// As [`open`](Buffer::open), and [`Error::Locked`], after which this handle waits no more.
    pub(crate) fn batch(&mut self) -> Result<Batch, Error> {
        let session = self.session();
        if let Err(Error::Locked { .. }) = session {
            self.stop_waiting();
        }
        let session = session?;
        // What cannot be read now is reported by another dispatch.
        let dropped = session.dropped().unwrap_or_default();
        Ok(Batch { session, dropped })
    }

    /// Stores a record, as [`push_reporting`](Buffer::push_reporting) does, that reports what its batch has to.
    ///
    /// # Errors
    ///
    /// As [`push`](Buffer::push), but for what another process can be in the way of.
    pub(crate) fn push_in(&self, batch: Batch, record: &Record<'_>) -> Result<Dropped, Error> {
        let (summary, body) = self.encode(record, &batch.dropped)?;
        let mut session = batch.session;
        session.store(summary, body, &batch.dropped, &self.limits)
    }

    /// Waits for no lock any more.
    pub(super) fn stop_waiting(&mut self) {
        self.limits.lock_wait = Duration::ZERO;
        self.reader.lock_wait = Duration::ZERO;
    }
}

/// The file of a buffer, locked, and what is to be reported of it.
#[derive(Debug)]
pub(crate) struct Batch {
    session: Session,
    dropped: Dropped,
}

impl Batch {
    /// What was dropped and is not reported by a record; see [`Reader::dropped`].
    pub(crate) fn dropped(&self) -> &Dropped {
        &self.dropped
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::buffer::{Cause, Priority};
    use crate::store::lock;
    use std::time::SystemTime;

    const LIMITS: Limits = Limits {
        dispatches: 2,
        bytes: 1 << 20,
        age: Duration::MAX,
        lock_wait: Duration::ZERO,
        reserve: 0,
    };

    fn record(number: u8) -> Record<'static> {
        Record {
            priority: Priority::Ordinary,
            spans: 10,
            created: SystemTime::now(),
            trace_id: [number; 16],
            payload: b"spans",
        }
    }

    fn numbers(buffer: &Buffer) -> Vec<u8> {
        let entries = buffer.entries().unwrap();
        entries.iter().map(|entry| entry.trace_id()[0]).collect()
    }

    #[test]
    fn counters_of_a_batch_are_reported_once() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("buffer");
        for number in 1..=5 {
            let mut buffer = Buffer::unopened(path.clone(), LIMITS).unwrap();
            let batch = buffer.batch().unwrap();
            let reported = batch.dropped().of(Cause::Full).dispatches;
            // Number 3 evicts number 1, which number 4 reports; number 5 reports what number 4 evicts.
            assert_eq!(reported, u64::from(number > 3), "{number}");
            buffer.push_in(batch, &record(number)).unwrap();
        }
        let buffer = Buffer::open(&path, LIMITS).unwrap();
        assert_eq!(numbers(&buffer), [4, 5]);
    }

    #[test]
    fn a_turn_has_the_lock_until_it_is_over() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("buffer");
        let mut buffer = Buffer::unopened(path.clone(), LIMITS).unwrap();
        assert!(!path.exists());
        let batch = buffer.batch().unwrap();
        let mut other = Buffer::unopened(path.clone(), LIMITS).unwrap();
        assert!(matches!(other.batch(), Err(Error::Locked { .. })));
        // Who has no batch stores beside it, and the next one to come takes that over.
        other.push(&record(1)).unwrap();
        assert!(side::is_there(&path));
        buffer.push_in(batch, &record(2)).unwrap();
        assert!(lock::existing(&path, Duration::ZERO).unwrap().is_some());
        let mut next = Buffer::unopened(path.clone(), LIMITS).unwrap();
        assert!(!side::is_there(&path));
        drop(next.batch().unwrap());
        assert_eq!(numbers(&next), [1, 2]);
    }

    #[test]
    fn a_foreign_file_is_set_aside_by_the_turn() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("buffer");
        std::fs::write(&path, "not a buffer").unwrap();
        let mut buffer = Buffer::unopened(path, LIMITS).unwrap();
        assert_eq!(buffer.set_aside(), None);
        let batch = buffer.batch().unwrap();
        buffer.push_in(batch, &record(1)).unwrap();
        let aside = buffer.set_aside().unwrap();
        assert_eq!(std::fs::read(aside).unwrap(), b"not a buffer");
        assert_eq!(numbers(&buffer), [1]);
    }
}
