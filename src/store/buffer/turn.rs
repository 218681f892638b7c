//! Storing what a dispatch leaves with one look at the file: what it has to tell of earlier drops is read
//! and its record is stored under one lock, with the encoding in between.
//!
//! Looked at step by step, the same file would be opened, locked and read three times.

use std::path::PathBuf;
use std::time::Duration;

use crate::store::buffer::file::Session;
use crate::store::buffer::reader::Reader;
use crate::store::buffer::{Buffer, Dropped, Error, Limits, Record, side};

/// The file of a buffer, locked, and what is to be told of it.
#[derive(Debug)]
pub(crate) struct Turn {
    session: Session,
    dropped: Dropped,
}

impl Buffer {
    /// As [`open`](Buffer::open), for one who goes on to [`turn`](Buffer::turn): the file is not looked at
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

    /// Locks the file, which is made where there is none, until the turn is used or dropped.
    ///
    /// # Errors
    ///
    /// As [`open`](Buffer::open), and [`Error::Locked`], after which this handle waits no more.
    pub(crate) fn turn(&mut self) -> Result<Turn, Error> {
        let session = self.session();
        if let Err(Error::Locked { .. }) = session {
            self.hurry();
        }
        let session = session?;
        // What cannot be read now waits for another dispatch to tell it.
        let dropped = session.dropped().unwrap_or_default();
        Ok(Turn { session, dropped })
    }

    /// Stores a record, as [`push_telling`](Buffer::push_telling) does, that tells what its turn has to.
    ///
    /// # Errors
    ///
    /// As [`push`](Buffer::push), but for what another process can be in the way of.
    pub(crate) fn push_in(&self, turn: Turn, record: &Record<'_>) -> Result<Dropped, Error> {
        let (summary, body) = self.encode(record, &turn.dropped)?;
        let mut session = turn.session;
        session.store(summary, body, &turn.dropped, &self.limits)
    }

    /// Waits for no lock any more.
    pub(super) fn hurry(&mut self) {
        self.limits.lock_wait = Duration::ZERO;
        self.reader.lock_wait = Duration::ZERO;
    }
}

impl Turn {
    /// What was dropped and is told by no record; see [`Reader::dropped`].
    pub(crate) fn dropped(&self) -> &Dropped {
        &self.dropped
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::buffer::lock;
    use crate::store::buffer::{Cause, Priority};
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
            let turn = buffer.turn().unwrap();
            let told = turn.dropped().of(Cause::Full).dispatches;
            // Number 3 makes number 1 go, which number 4 tells, whose own victim number 5 tells.
            assert_eq!(told, u64::from(number > 3), "{number}");
            buffer.push_in(turn, &record(number)).unwrap();
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
        let turn = buffer.turn().unwrap();
        let mut other = Buffer::unopened(path.clone(), LIMITS).unwrap();
        assert!(matches!(other.turn(), Err(Error::Locked { .. })));
        // Who has no turn stores beside it, and the next one to come takes that over.
        other.push(&record(1)).unwrap();
        assert!(side::is_there(&path));
        buffer.push_in(turn, &record(2)).unwrap();
        assert!(lock::existing(&path, Duration::ZERO).unwrap().is_some());
        let mut next = Buffer::unopened(path.clone(), LIMITS).unwrap();
        assert!(!side::is_there(&path));
        drop(next.turn().unwrap());
        assert_eq!(numbers(&next), [1, 2]);
    }

    #[test]
    fn a_foreign_file_is_set_aside_by_the_turn() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("buffer");
        std::fs::write(&path, "not a buffer").unwrap();
        let mut buffer = Buffer::unopened(path, LIMITS).unwrap();
        assert_eq!(buffer.set_aside(), None);
        let turn = buffer.turn().unwrap();
        buffer.push_in(turn, &record(1)).unwrap();
        let aside = buffer.set_aside().unwrap();
        assert_eq!(std::fs::read(aside).unwrap(), b"not a buffer");
        assert_eq!(numbers(&buffer), [1]);
    }
}
