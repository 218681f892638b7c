//! Step 8 in detail: sends records, the important ones first, and deletes each after its own 2xx, until the
//! time ends or the receiver fails.
//!
//! After a failure this unit backs off from the receiver and spends nothing on it. Only the
//! process that has the right to send sends, so that no two send the same record; what another one
//! stores meanwhile is sent too.

mod body;
mod delivered;
mod drain;
mod pace;
mod split;

use std::time::{Instant, SystemTime};

use crate::send::backoff::Backoff;
use crate::send::http::Exporter;
use crate::send::receiver::{OtlpReceiver, Verdict};
use crate::settings::Settings;
use crate::store::location::BufferFiles;
use crate::store::record::Kept;
pub(crate) use delivered::{Delivered, DeliveryEnd};
use drain::{Drain, Left};
use pace::Pace;

/// Sends what the buffer does not have, then its records.
pub(crate) fn deliver(
    settings: &Settings,
    files: &BufferFiles,
    kept: &mut Kept,
    destination: Result<Option<OtlpReceiver>, String>,
    backoff: &mut Option<Backoff>,
) -> Delivered {
    let mut delivered = Delivered::default();
    let mut left = Left::Something;
    match destination {
        Err(problem) => delivered.end = DeliveryEnd::Unusable(problem),
        Ok(None) => *backoff = None,
        Ok(Some(to)) => left = deliver_to(&to, settings, files, kept, backoff, &mut delivered),
    }
    // What stays has to survive a power loss too; what left needs no disk.
    if let Some(buffer) = kept.buffer.as_ref().filter(|_| left == Left::Something)
        && let Err(error) = buffer.sync()
    {
        delivered.end = DeliveryEnd::Unusable(error.to_string());
    }
    delivered
}

fn deliver_to(
    to: &OtlpReceiver,
    settings: &Settings,
    files: &BufferFiles,
    kept: &mut Kept,
    backoff: &mut Option<Backoff>,
    delivered: &mut Delivered,
) -> Left {
    let known = backoff.as_ref();
    let known = known.filter(|known| known.is_about(to.fingerprint()));
    if let Some(left) = known.and_then(|known| known.left(SystemTime::now())) {
        delivered.end = DeliveryEnd::BackingOff(left);
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
            delivered.end = DeliveryEnd::Unusable(problem.to_string());
            Left::Something
        }
    };
    match &delivered.end {
        DeliveryEnd::Working => *backoff = None,
        DeliveryEnd::Failed(later) => {
            let (before, now) = (backoff.as_ref(), SystemTime::now());
            let (asked, spent) = (later.retry_after, begun.elapsed());
            *backoff = Some(Backoff::after(before, to.fingerprint(), now, asked, spent));
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
    delivered.end = DeliveryEnd::Idle;
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
        delivered.end = DeliveryEnd::Unusable(error.to_string());
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
