//! Step 8 in detail: records leave, the important ones first, each forgotten on its own 2xx, until the
//! budget ends or the receiver fails.
//!
//! A receiver that failed is left alone for a while, and then nothing is spent on it at all. Only the
//! process that has the right to send sends, so that no two send the same record; what another one
//! stores meanwhile is sent too.

mod body;
mod drain;
mod pace;
mod split;

use std::time::{Duration, Instant, SystemTime};

use crate::send::backoff::Breaker;
use crate::send::destination::Destination;
use crate::send::http::{Exporter, Later, Taken, Verdict};
use crate::settings::Settings;
use crate::store::location::BufferFiles;
use crate::store::record::Kept;
use drain::{Drain, Left};
use pace::Pace;

/// What became of the records.
#[derive(Debug, Default)]
pub(crate) struct Delivered {
    /// The receiver as messages may name it, if one was tried.
    pub(crate) receiver: String,
    /// Records that it took.
    pub(crate) sent: usize,
    /// Records that it will never take, which were dropped, and what it said of the last of them.
    pub(crate) refused: usize,
    pub(crate) refusal: String,
    /// Spans that it left out of what it took.
    pub(crate) rejected: Taken,
    pub(crate) end: End,
}

/// How a delivery ended.
#[derive(Debug, Default)]
pub(crate) enum End {
    /// There is no receiver.
    #[default]
    Nowhere,
    /// Nothing was tried: there was nothing to send, or another process sends it.
    Idle,
    /// The receiver answers, and everything was sent or the time for it is over.
    Working,
    /// The receiver failed.
    Failed(Later),
    /// The receiver failed not long ago, and is left alone for so much longer.
    LeftAlone(Duration),
    /// The receiver cannot be tried, or the buffer not be read.
    Unusable(String),
}

/// Sends what the buffer does not have, then what waits there.
pub(crate) fn deliver(
    settings: &Settings,
    files: &BufferFiles,
    kept: &mut Kept,
    destination: Result<Option<Destination>, String>,
    breaker: &mut Option<Breaker>,
) -> Delivered {
    let mut delivered = Delivered::default();
    let mut left = Left::Something;
    match destination {
        Err(problem) => delivered.end = End::Unusable(problem),
        Ok(None) => *breaker = None,
        Ok(Some(to)) => left = deliver_to(&to, settings, files, kept, breaker, &mut delivered),
    }
    // What stays has to survive a power loss too; what left needs no disk.
    if let Some(buffer) = kept.buffer.as_ref().filter(|_| left == Left::Something)
        && let Err(error) = buffer.sync()
    {
        delivered.end = End::Unusable(error.to_string());
    }
    delivered
}

fn deliver_to(
    to: &Destination,
    settings: &Settings,
    files: &BufferFiles,
    kept: &mut Kept,
    breaker: &mut Option<Breaker>,
    delivered: &mut Delivered,
) -> Left {
    let known = breaker.as_ref();
    let known = known.filter(|known| known.is_about(to.fingerprint()));
    if let Some(left) = known.and_then(|known| known.left(SystemTime::now())) {
        delivered.end = End::LeftAlone(left);
        return Left::Something;
    }
    let failures = known.map_or(0, |known| known.failures);
    let begun = Instant::now();
    let pace = Pace::new(failures, begun + settings.network_budget);
    let exporter = Exporter::new(
        &to.url,
        to.certificates.as_deref(),
        &to.options,
        settings.network_budget,
    );
    let left = match &exporter {
        Ok(exporter) => send(exporter, pace, files, kept, delivered),
        Err(problem) => {
            delivered.end = End::Unusable(problem.to_string());
            Left::Something
        }
    };
    match &delivered.end {
        End::Working => *breaker = None,
        End::Failed(later) => {
            let (before, now) = (breaker.as_ref(), SystemTime::now());
            let (asked, spent) = (later.retry_after, begun.elapsed());
            *breaker = Some(Breaker::after(before, to.fingerprint(), now, asked, spent));
        }
        _ => {}
    }
    left
}

/// Sends what there is to a receiver that may be tried; returns whether records stay.
fn send(
    exporter: &Exporter,
    pace: Pace,
    files: &BufferFiles,
    kept: &mut Kept,
    delivered: &mut Delivered,
) -> Left {
    delivered.receiver = exporter.receiver();
    delivered.end = End::Idle;
    if !send_unsaved(exporter, &mut kept.unsaved, delivered) {
        return Left::Something;
    }
    let Some(buffer) = &mut kept.buffer else {
        return Left::Nothing;
    };
    let mut drain = Drain {
        buffer,
        exporter,
        pace,
        delivered: &mut *delivered,
    };
    drain.run(files).unwrap_or_else(|error| {
        delivered.end = End::Unusable(error.to_string());
        Left::Something
    })
}

/// Sends what has no other chance, before the rest, which waits where it is. Says whether the
/// receiver may be sent more.
fn send_unsaved(exporter: &Exporter, unsaved: &mut Vec<u8>, delivered: &mut Delivered) -> bool {
    let mut pieces = Vec::from_iter((!unsaved.is_empty()).then(|| unsaved.clone()));
    let mut taken = false;
    while let Some(piece) = pieces.pop() {
        let length = piece.len() as u64;
        let verdict = exporter.send(&mut piece.as_slice(), length);
        if let Verdict::Never { status, .. } = verdict
            && split::may_help(status, length)
            && let Some(halves) = split::halves(&piece)
        {
            pieces.extend(halves.into_iter().rev().map(|half| half.payload));
            continue;
        }
        // A dispatch counts once, with its last piece.
        let records = usize::from(pieces.is_empty());
        let is_taken = matches!(verdict, Verdict::Sent(_));
        if !delivered.count(verdict, records) {
            if taken {
                // The journal has all of it or nothing, and what was taken is not sent again.
                unsaved.clear();
            }
            return false;
        }
        taken |= is_taken;
    }
    unsaved.clear();
    true
}

impl Delivered {
    /// Counts what a verdict says of so many records; says whether the receiver may be sent more.
    fn count(&mut self, verdict: Verdict, records: usize) -> bool {
        match verdict {
            Verdict::Sent(taken) => {
                self.sent += records;
                let rejected = &mut self.rejected.rejected_spans;
                *rejected = rejected.saturating_add(taken.rejected_spans);
                if !taken.message.is_empty() {
                    self.rejected.message = taken.message;
                }
                self.end = End::Working;
                true
            }
            Verdict::Never { cause, .. } => {
                self.refused += records;
                self.refusal = cause;
                self.end = End::Working;
                true
            }
            Verdict::Later(later) => {
                self.end = End::Failed(later);
                false
            }
        }
    }
}
