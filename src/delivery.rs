//! Step 8 in detail: records leave, the important ones first, each forgotten on its own 2xx, until the
//! budget ends or the receiver says that it is not its time.
//!
//! Only the process that has the right to send does this, so that no two send the same record; what
//! another one stores meanwhile is sent too.

use std::cmp::Reverse;

use crate::buffer::{self, Buffer, Cause, Entry};
use crate::charm::Settings;
use crate::destination::Destination;
use crate::export::{Exporter, Verdict};
use crate::keep::Kept;
use crate::place::BufferFiles;
use crate::resume;

/// What became of the records.
#[derive(Debug, Default)]
pub(crate) struct Delivered {
    pub(crate) sent: usize,
    pub(crate) refused: usize,
    /// Why the rest has to wait, if it does.
    pub(crate) waiting: Option<String>,
}

/// Sends what the buffer does not have, then what waits there.
pub(crate) fn deliver(
    settings: &Settings,
    files: &BufferFiles,
    kept: &mut Kept,
    destination: Result<Option<Destination>, String>,
) -> Delivered {
    let mut delivered = Delivered::default();
    let exporter = destination.and_then(|to| {
        let exporter = to.map(|to| {
            Exporter::new(
                &to.url,
                to.certificates.as_deref(),
                &to.options,
                settings.network_budget,
            )
        });
        exporter.transpose().map_err(|error| error.to_string())
    });
    let exporter = exporter.unwrap_or_else(|problem| {
        delivered.waiting = Some(problem);
        None
    });
    if let Some(exporter) = exporter.as_ref().filter(|_| !kept.unsaved.is_empty()) {
        // It has no other chance: the rest waits where it is.
        let verdict = exporter.send(&mut kept.unsaved.as_slice(), kept.unsaved.len() as u64);
        delivered.count(&verdict, exporter);
        if !matches!(verdict, Verdict::Later(_)) {
            kept.unsaved.clear();
        }
    }
    if let Some(buffer) = &mut kept.buffer {
        let drained = match &exporter {
            Some(exporter) => drain(buffer, files, exporter, &mut delivered),
            None => Ok(Left::Something),
        };
        // What stays has to survive a power loss too; what left needs no disk.
        let synced = match drained {
            Ok(Left::Nothing) => Ok(()),
            Ok(Left::Something) => buffer.sync(),
            Err(error) => buffer.sync().and(Err(error)),
        };
        if let Err(error) = synced {
            delivered.waiting = Some(error.to_string());
        }
    }
    delivered
}

/// Whether records stay in the buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Left {
    Nothing,
    Something,
}

fn drain(
    buffer: &mut Buffer,
    files: &BufferFiles,
    exporter: &Exporter,
    delivered: &mut Delivered,
) -> Result<Left, buffer::Error> {
    let Some(_sending) = buffer.sending()? else {
        return Ok(Left::Something);
    };
    loop {
        let mut entries = buffer.entries()?;
        if entries.is_empty() {
            return Ok(Left::Nothing);
        }
        resume::without_unsettled(&mut entries, files);
        // Sorting is stable, so the oldest come first among those of one priority.
        entries.sort_by_key(|entry| Reverse(entry.priority()));
        let mut ended = 0;
        for entry in &entries {
            match send(buffer, exporter, entry, delivered)? {
                Some(count) => ended += count,
                None => return Ok(Left::Something),
            }
        }
        if ended == 0 {
            return Ok(Left::Something);
        }
    }
}

/// Sends one record and ends it; returns how many were ended, `None` where sending has to stop.
fn send(
    buffer: &mut Buffer,
    exporter: &Exporter,
    entry: &Entry,
    delivered: &mut Delivered,
) -> Result<Option<usize>, buffer::Error> {
    let entries = std::slice::from_ref(entry);
    let body = match buffer.payload(entry) {
        // Another process dropped it for want of room.
        Err(buffer::Error::Gone { .. }) => return Ok(Some(0)),
        Err(buffer::Error::Damaged { .. }) => {
            return buffer.discard(entries, Cause::Damaged).map(Some);
        }
        body => body?,
    };
    let verdict = exporter.send(&mut body.as_slice(), body.len() as u64);
    delivered.count(&verdict, exporter);
    match verdict {
        Verdict::Sent(_) => buffer.remove(entries).map(Some),
        Verdict::Never { .. } => buffer.discard(entries, Cause::Refused).map(Some),
        Verdict::Later(_) => Ok(None),
    }
}

impl Delivered {
    fn count(&mut self, verdict: &Verdict, exporter: &Exporter) {
        match verdict {
            Verdict::Sent(_) => self.sent += 1,
            Verdict::Never { .. } => self.refused += 1,
            Verdict::Later(later) => {
                self.waiting = Some(format!("{}: {}", exporter.receiver(), later.cause));
            }
        }
    }
}
