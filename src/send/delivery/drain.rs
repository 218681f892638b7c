//! Sends the records of the buffer: many in one request over one connection, each deleted after its own answer.
//!
//! A record that is refused together with others is sent alone before it is dropped, since one of the others may
//! be the reason.

use std::time::Instant;

use super::body::{Body, Spoilt};
use super::delivered::{Delivered, DeliveryEnd};
use super::pace::Pace;
use super::split;
use crate::send::http::Exporter;
use crate::send::receiver::Verdict;
use crate::store::buffer::{self, Buffer, Cause, Entry, Priority, Record};
use crate::store::location::BufferFiles;
use crate::store::recovery;

/// Whether records stay in the buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Left {
    Nothing,
    Something,
}

/// One emptying of one buffer.
#[derive(Debug)]
pub(super) struct Drain<'a> {
    pub(super) buffer: &'a mut Buffer,
    pub(super) exporter: &'a Exporter,
    pub(super) pace: Pace,
    pub(super) delivered: &'a mut Delivered,
}

/// What became of some records.
enum Sent {
    /// So many of them were ended.
    Ended(usize),
    /// One of them could not be read, so that the request was broken off.
    Spoilt,
    /// The receiver must not be sent more.
    Stop,
}

impl Drain<'_> {
    /// Sends the records, the most important first and the oldest first among equals, and what other
    /// processes store meanwhile.
    pub(super) fn run(&mut self, files: &BufferFiles) -> Result<Left, buffer::Error> {
        let Some(_sending) = self.buffer.sending()? else {
            return Ok(Left::Something);
        };
        loop {
            let mut entries = self.buffer.entries()?;
            if entries.is_empty() {
                return Ok(Left::Nothing);
            }
            recovery::without_unsettled(&mut entries, files);
            match self.send_all(&by_importance(&entries))? {
                Sent::Stop | Sent::Ended(0) => return Ok(Left::Something),
                Sent::Ended(_) | Sent::Spoilt => {}
            }
        }
    }

    /// Sends records in as few requests as their size allows.
    fn send_all(&mut self, entries: &[Entry]) -> Result<Sent, buffer::Error> {
        let mut rest = entries;
        let mut ended = 0;
        while !rest.is_empty() {
            let count = self.pace.fill(rest, self.exporter.compresses());
            let (batch, after) = rest.split_at(count);
            match self.send(batch)? {
                Sent::Ended(count) => ended += count,
                stop => return Ok(stop),
            }
            rest = after;
        }
        Ok(Sent::Ended(ended))
    }

    /// Sends each of some records that were refused together.
    fn send_each(&mut self, batch: &[Entry]) -> Result<Sent, buffer::Error> {
        let mut ended = 0;
        for entry in batch {
            match self.send(std::slice::from_ref(entry))? {
                Sent::Ended(count) => ended += count,
                stop => return Ok(stop),
            }
        }
        Ok(Sent::Ended(ended))
    }

    /// Sends some records as one request, and ends them as its answer says.
    fn send(&mut self, batch: &[Entry]) -> Result<Sent, buffer::Error> {
        let begun = Instant::now();
        let mut body = Body::of(self.buffer, batch);
        let length = body.length();
        let verdict = self.exporter.send(&mut body, length);
        // A connection that has been set up is not set up again.
        let begun = body.asked.unwrap_or(begun);
        if let Some((index, spoilt)) = body.spoilt.take() {
            return self.pass_over(batch.get(index), spoilt);
        }
        match verdict {
            // A receiver that has answered others has not failed: the rest leaves with the next
            // dispatch.
            Verdict::Later(_) if self.pace.is_over() && self.has_answered() => Ok(Sent::Stop),
            Verdict::Later(_) => {
                self.delivered.count(verdict, 0);
                Ok(Sent::Stop)
            }
            Verdict::Sent(_) => {
                self.pace.answered(length, begun.elapsed());
                self.delivered.count(verdict, batch.len());
                self.buffer.remove(batch).map(Sent::Ended)
            }
            Verdict::Never { status, .. } => {
                self.delivered.end = DeliveryEnd::Working;
                if batch.len() > 1 || split::may_help(status, length) {
                    self.pace.refused(length);
                }
                let [entry] = batch else {
                    return self.send_each(batch);
                };
                if split::may_help(status, length) && self.divide(entry)? {
                    return Ok(Sent::Ended(1));
                }
                self.delivered.count(verdict, 1);
                self.buffer.discard(batch, Cause::Refused).map(Sent::Ended)
            }
        }
    }

    fn has_answered(&self) -> bool {
        matches!(self.delivered.end, DeliveryEnd::Working)
    }

    fn pass_over(&mut self, entry: Option<&Entry>, why: Spoilt) -> Result<Sent, buffer::Error> {
        match (why, entry) {
            (Spoilt::Unreadable(error), _) => return Err(error),
            (Spoilt::Damaged, Some(entry)) => {
                self.buffer
                    .discard(std::slice::from_ref(entry), Cause::Damaged)?;
            }
            _ => {}
        }
        Ok(Sent::Spoilt)
    }

    /// Puts two records of half its spans in the place of one; says whether that was possible. They are
    /// sent as any other, and each is forgotten on its own 2xx.
    fn divide(&mut self, entry: &Entry) -> Result<bool, buffer::Error> {
        let Some(halves) = split::halves(&self.buffer.payload(entry)?) else {
            return Ok(false);
        };
        let halves = halves.each_ref().map(|half| Record {
            priority: entry.priority(),
            spans: u32::try_from(half.spans).unwrap_or(u32::MAX),
            created: entry.created(),
            trace_id: entry.trace_id(),
            payload: &half.payload,
        });
        self.buffer.replace(entry, &halves)?;
        Ok(true)
    }
}

/// The most important first, and among equals as they came, which is the oldest first.
fn by_importance(entries: &[Entry]) -> Vec<Entry> {
    let of = |priority| {
        let same = move |entry: &&Entry| entry.priority() == priority;
        entries.iter().filter(same)
    };
    let ordered = Priority::FROM_THE_TOP.into_iter().flat_map(of);
    ordered.cloned().collect()
}
