//! The body of a merged request: records one after another, each read from the buffer when its turn
//! comes, so that memory holds one of them and not the request.
//!
//! OTLP requests put one after another are one request, because a repeated field of protobuf may come
//! in any number of parts.

use std::io::{self, Read};
use std::time::Instant;

use crate::store::buffer::{Buffer, Entry, Error};

/// Reads the payloads of some entries as one stream.
#[derive(Debug)]
pub(super) struct Body<'a> {
    buffer: &'a Buffer,
    entries: &'a [Entry],
    /// The record under way, and how much of it has been read.
    record: Vec<u8>,
    read: usize,
    next: usize,
    /// When it was first asked for: as it is that is after connecting, and compressed before.
    pub(super) asked: Option<Instant>,
    /// The entry that could not be read, and why: the request cannot be completed then.
    pub(super) spoilt: Option<(usize, Spoilt)>,
}

/// Why a record cannot be sent.
#[derive(Debug)]
pub(super) enum Spoilt {
    /// Another process dropped it to make room.
    Gone,
    Damaged,
    Unreadable(Error),
}

impl<'a> Body<'a> {
    pub(super) fn of(buffer: &'a Buffer, entries: &'a [Entry]) -> Self {
        Self {
            buffer,
            entries,
            record: Vec::new(),
            read: 0,
            next: 0,
            asked: None,
            spoilt: None,
        }
    }

    /// Its length in bytes.
    pub(super) fn length(&self) -> u64 {
        self.entries.iter().map(Entry::payload_bytes).sum()
    }

    /// Fetches the next record; `None` after the last one.
    fn advance(&mut self) -> Option<Result<(), Spoilt>> {
        let entry = self.entries.get(self.next)?;
        self.read = 0;
        // In the place of the one before: two at once would be twice the memory.
        match self.buffer.payload_into(entry, &mut self.record) {
            Ok(()) if self.record.len() as u64 == entry.payload_bytes() => {
                self.next += 1;
                Some(Ok(()))
            }
            Ok(()) | Err(Error::Damaged { .. }) => Some(Err(Spoilt::Damaged)),
            Err(Error::Gone { .. }) => Some(Err(Spoilt::Gone)),
            Err(error) => Some(Err(Spoilt::Unreadable(error))),
        }
    }
}

impl Read for Body<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.asked.get_or_insert_with(Instant::now);
        loop {
            let rest = self.record.get(self.read..).unwrap_or_default();
            if !rest.is_empty() || into.is_empty() {
                let count = rest.len().min(into.len());
                // All at once: byte by byte is what the rest of a large delivery takes.
                let (into, _) = into.split_at_mut(count);
                into.copy_from_slice(rest.split_at(count).0);
                self.read += count;
                return Ok(count);
            }
            match self.advance() {
                None => return Ok(0),
                Some(Ok(())) => {}
                Some(Err(spoilt)) => {
                    self.spoilt = Some((self.next, spoilt));
                    return Err(io::Error::other("a record cannot be read"));
                }
            }
        }
    }
}
