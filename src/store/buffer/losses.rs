//! What a buffer file loses is counted in it, in a small frame of its own.
//!
//! The counters are written anew for each loss and the former ones ended, so that a kill leaves one
//! of them or both, of which the later counts.

use std::collections::HashSet;
use std::io;

use crate::store::buffer::dropped::{Cause, Count, Dropped};
use crate::store::buffer::envelope::{self, Summary};
use crate::store::buffer::error::Error;
use crate::store::buffer::eviction::Doomed;
use crate::store::buffer::file::Session;
use crate::store::buffer::frame::{COUNTERS_SIZE, Draft};
use crate::store::buffer::layout::Frame;

impl Session {
    /// As [`remove`](Session::remove), for what will not be delivered: it is counted.
    pub(crate) fn discard(&mut self, frames: &[&Frame], cause: Cause) -> Result<usize, Error> {
        let frames = self.find(frames);
        let found = || {
            frames
                .iter()
                .filter_map(|index| self.layout.frames.get(*index))
        };
        let summaries = || found().filter_map(|frame| frame.summary);
        let traces: HashSet<[u8; 16]> = summaries().map(|summary| summary.trace_id).collect();
        let count = Count {
            dispatches: traces.len() as u64,
            spans: summaries().map(|summary| u64::from(summary.spans)).sum(),
        };
        let mut dropped = Dropped::default();
        dropped.add(cause, count);
        let doomed = Doomed { frames, dropped };
        let counted = self.drop_frames(&doomed, &Dropped::default());
        self.move_counters();
        self.seal();
        counted.map(|_| doomed.frames.len())
    }

    /// Counts what was lost elsewhere.
    pub(crate) fn count(&mut self, lost: &Dropped) -> Result<(), Error> {
        let counted = self.recount(lost, &Dropped::default());
        self.seal();
        counted
    }

    /// What was dropped and is told by no record.
    pub(crate) fn dropped(&self) -> Result<Dropped, Error> {
        let read = self.layout.dropped(&self.file);
        read.map_err(Error::io("read", &self.path))
    }

    /// Ends what was chosen and counts it; what it was to tell waits again. Returns what was dropped.
    pub(crate) fn drop_frames(
        &mut self,
        doomed: &Doomed,
        told: &Dropped,
    ) -> Result<Dropped, Error> {
        let mut lost = doomed.dropped;
        for index in &doomed.frames {
            let Some(frame) = self.layout.frames.get(*index) else {
                continue;
            };
            let may_tell = |summary: Summary| summary.may_tell(frame.head.length);
            if frame.summary.is_some_and(may_tell)
                && let Some(body) = self.body(frame)?
            {
                lost.add_all(&envelope::told(&body).unwrap_or_default());
            }
        }
        self.bury(&doomed.frames)?;
        // A full disk does not keep a record out because its losses cannot be counted.
        let _ = self.recount(&lost, told);
        Ok(doomed.dropped)
    }

    /// Replaces the counters in the file. A kill in the middle leaves two, of which the later counts.
    fn recount(&mut self, lost: &Dropped, told: &Dropped) -> Result<(), Error> {
        if lost.is_empty() && told.is_empty() {
            return Ok(());
        }
        let mut dropped = self.dropped()?;
        dropped.add_all(lost);
        dropped.take_off(told);
        let before = self.counters();
        if !dropped.is_empty() {
            let mut draft = Draft::counters(dropped).map_err(|error| {
                Error::io("count in", &self.path)(io::Error::other(error.to_string()))
            })?;
            let place = self.anywhere(draft.size());
            self.write(&mut draft, &place)?;
        }
        self.bury(&before)
    }

    pub(crate) fn counters(&self) -> Vec<usize> {
        let frames = self.layout.frames.iter().enumerate();
        let live = frames.filter(|(_, frame)| frame.head.is_live() && frame.head.is_counters());
        live.map(|(index, _)| index).collect()
    }

    /// Moves the counters towards the head when they alone keep the file from shrinking.
    pub(crate) fn move_counters(&mut self) {
        let before = self.counters();
        let last = self.layout.live().max_by_key(|frame| frame.offset);
        if !last.is_some_and(|frame| frame.head.is_counters()) {
            return;
        }
        if let Some(place) = self.layout.hole(COUNTERS_SIZE)
            && let Ok(Ok(mut draft)) = self.dropped().map(Draft::counters)
            && self.write(&mut draft, &place).is_ok()
        {
            // Two of them say the same.
            let _ = self.bury(&before);
        }
    }
}
