//! Reads a buffer: lists its records and returns their bytes, without changing a byte.
//!
//! A reader repairs nothing, so that looking at a unit in trouble is safe. Entries remember what
//! identifies their record rather than where it stands, since another process may move it.

use std::collections::HashSet;
use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use crate::store::buffer::dropped::Dropped;
use crate::store::buffer::envelope::{SUMMARY, Summary};
use crate::store::buffer::error::Error;
use crate::store::buffer::frame::{self, HEAD};
use crate::store::buffer::header::{self, FILE_HEAD, FileHeader};
use crate::store::buffer::index;
use crate::store::buffer::layout::{Frame, Layout};
use crate::store::buffer::record::{Priority, Usage};
use crate::store::lock::{self, Locked};
use crate::store::regular_file::{read_at, read_at_into};
use crate::trace::time::time;

/// A buffer file to look at: creates nothing, changes nothing, repairs nothing.
///
/// ```
/// use charm_tracing::__buffer::Reader;
///
/// # fn main() -> Result<(), charm_tracing::__buffer::Error> {
/// let reader = Reader::new("/nonexistent/.traces");
/// assert_eq!(reader.usage()?.records, 0);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Reader {
    pub(crate) path: PathBuf,
    pub(crate) lock_wait: Duration,
}

impl Reader {
    /// Names the file to look at; nothing is opened yet. Each call waits for a writer for at most 1 s.
    pub fn new(path: impl Into<PathBuf>) -> Reader {
        // Longer than a dispatch waits: a person is looking, and no hook waits for them.
        Reader::patient(path.into(), Duration::from_secs(1))
    }

    pub(crate) fn patient(path: PathBuf, lock_wait: Duration) -> Reader {
        Reader { path, lock_wait }
    }

    /// Lists the records, oldest first, reading heads only. A file that is not there holds nothing.
    ///
    /// # Errors
    ///
    /// [`Error::Foreign`] when the file is no buffer of a version known here, else as
    /// [`Buffer::open`](crate::store::buffer::Buffer::open).
    pub fn entries(&self) -> Result<Vec<Entry>, Error> {
        let Some(file) = self.look()? else {
            return Ok(Vec::new());
        };
        let layout = index::read_layout(&file).map_err(Error::io("read", &self.path))?;
        let entry = |frame: &&Frame| {
            let summary = frame.summary.filter(Summary::is_protobuf)?;
            let frame = (*frame).clone();
            Some(Entry { frame, summary })
        };
        Ok(layout.records().iter().filter_map(entry).collect())
    }

    /// Reads the bytes to deliver and checks their checksum. Payloads of several entries, one after
    /// another, are one valid OTLP request.
    ///
    /// # Errors
    ///
    /// [`Error::Gone`] when the record was deleted meanwhile, [`Error::Damaged`] when its bytes
    /// changed on disk, else as [`entries`](Reader::entries).
    pub fn payload(&self, entry: &Entry) -> Result<Vec<u8>, Error> {
        let mut payload = Vec::new();
        self.payload_into(entry, &mut payload)?;
        Ok(payload)
    }

    /// As [`payload`](Reader::payload), into bytes of the caller's, whose content it replaces: many
    /// records one after another then need the memory of the largest. Nothing is listed again; a
    /// record that stands where it was listed costs two reads.
    ///
    /// # Errors
    ///
    /// As [`payload`](Reader::payload); `payload` is empty then.
    pub fn payload_into(&self, entry: &Entry, payload: &mut Vec<u8>) -> Result<(), Error> {
        let read = self.read_payload(entry, payload);
        if read.is_err() {
            payload.clear();
        }
        read
    }

    fn read_payload(&self, entry: &Entry, payload: &mut Vec<u8>) -> Result<(), Error> {
        let failed = || Error::io("read", &self.path);
        let gone = || Error::Gone {
            path: self.path.clone(),
        };
        let file = lock::shared(&self.path, self.lock_wait)?.ok_or_else(gone)?;
        // A drain meets most of its records where they were listed.
        if payload_at(&file, &entry.frame, payload).map_err(failed())? {
            return Ok(());
        }
        let is_it = |found: &Frame| found.head.is_live() && found.is(&entry.frame);
        let layout = Layout::scan(&file).map_err(failed())?;
        let frame = layout.frames.into_iter().find(is_it).ok_or_else(gone)?;
        if payload_at(&file, &frame, payload).map_err(failed())? {
            return Ok(());
        }
        Err(Error::Damaged {
            path: self.path.clone(),
            offset: frame.offset,
        })
    }

    /// What was dropped and is not reported by any stored or delivered record.
    ///
    /// # Errors
    ///
    /// As [`entries`](Reader::entries).
    pub fn dropped(&self) -> Result<Dropped, Error> {
        let Some(file) = self.look()? else {
            return Ok(Dropped::default());
        };
        let layout = index::read_layout(&file);
        let dropped = layout.and_then(|layout| layout.dropped(&file));
        dropped.map_err(Error::io("read", &self.path))
    }

    /// How the file is filled.
    ///
    /// # Errors
    ///
    /// As [`entries`](Reader::entries).
    pub fn usage(&self) -> Result<Usage, Error> {
        let Some(file) = self.look()? else {
            return Ok(Usage::default());
        };
        let layout = Layout::scan(&file).map_err(Error::io("read", &self.path))?;
        let summaries = || layout.live().filter_map(|frame| frame.summary);
        let traces: HashSet<[u8; 16]> = summaries().map(|summary| summary.trace_id).collect();
        let framed: u64 = layout.frames.iter().map(Frame::size).sum();
        Ok(Usage {
            dispatches: traces.len(),
            records: summaries().count(),
            spans: summaries().map(|summary| u64::from(summary.spans)).sum(),
            file_bytes: layout.length,
            live_bytes: layout.live_bytes(),
            unreadable_bytes: layout.length.saturating_sub(FILE_HEAD + framed),
        })
    }

    fn look(&self) -> Result<Option<Locked>, Error> {
        let failed = || Error::io("read", &self.path);
        let Some(file) = lock::shared(&self.path, self.lock_wait)? else {
            return Ok(None);
        };
        if let FileHeader::Foreign(version) = header::origin(&file).map_err(failed())? {
            return Err(Error::Foreign {
                path: self.path.clone(),
                version,
            });
        }
        Ok(Some(file))
    }
}

/// Reads the payload of a record where it was found, if it still stands there and is live. What its
/// head says is known, so its checksum decides.
fn payload_at(file: &File, frame: &Frame, payload: &mut Vec<u8>) -> io::Result<bool> {
    let (head, Some(summary)) = (&frame.head, &frame.summary) else {
        return Ok(false);
    };
    let before = read_at(file, frame.offset, HEAD + usize::from(SUMMARY))?;
    let length = usize::try_from(head.length).map_err(io::Error::other)?;
    read_at_into(
        file,
        frame.offset + before.len() as u64,
        length.saturating_sub(usize::from(SUMMARY)),
        payload,
    )?;
    let body = [before.get(HEAD..).unwrap_or_default(), payload];
    let own = usize::try_from(summary.payload).map_err(io::Error::other)?;
    let is_sound = frame::is_live(&before) && head.has_checksum_of(&body) && own <= payload.len();
    payload.truncate(own);
    Ok(is_sound)
}

/// A record that waits, as [`Buffer::entries`](crate::store::buffer::Buffer::entries) lists it.
///
/// It stays good while other processes push, remove and compact.
#[derive(Clone, Debug)]
pub struct Entry {
    pub(crate) frame: Frame,
    summary: Summary,
}

impl Entry {
    /// How much its dispatch matters; see [`Priority`].
    #[must_use]
    pub fn priority(&self) -> Priority {
        Priority::from_byte(self.summary.priority)
    }

    /// How many spans it holds; see [`Record::spans`](crate::store::buffer::Record::spans).
    #[must_use]
    pub fn spans(&self) -> u32 {
        self.summary.spans
    }

    /// When it was made; see [`Record::created`](crate::store::buffer::Record::created).
    #[must_use]
    pub fn created(&self) -> SystemTime {
        time(self.summary.created)
    }

    /// Which dispatch it belongs to; see [`Record::trace_id`](crate::store::buffer::Record::trace_id).
    #[must_use]
    pub fn trace_id(&self) -> [u8; 16] {
        self.summary.trace_id
    }

    /// Length of its payload in bytes, to fill a request; see [`Record::payload`](crate::store::buffer::Record::payload).
    #[must_use]
    pub fn payload_bytes(&self) -> u64 {
        // The frame bounds it, also where the summary states more: nothing is allocated from that word.
        let most = u64::from(self.frame.head.length).saturating_sub(u64::from(SUMMARY));
        self.summary.payload.min(most)
    }
}
