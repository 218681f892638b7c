//! Step 6 in detail: the spans of a dispatch become one record in the buffer, as many as there is
//! room for.
//!
//! A dispatch that is too large for the buffer, or for what a full disk has left, keeps its root, its
//! failed spans and then the earliest of the others: a span starts after its parent, so what stays is
//! a tree. Its root says how many are missing, and what earlier dispatches the buffer dropped.

use std::time::SystemTime;

use opentelemetry::trace::SpanId;
use opentelemetry::{Array, KeyValue, StringValue, Value};
use opentelemetry_sdk::trace::SpanData;

use super::trim::Whole;
use crate::settings::{LEAST_MIB, Settings};
use crate::store::buffer::{self, Batch, Buffer, Dropped, Limits, Priority, Record};
use crate::trace::time::signed;
use crate::trace::{self, Finished};

/// The most spans of a dispatch. A handler that opens more is in a loop, and its spans would push whole
/// other dispatches out of the buffer: 5,000 of them are about 700 KiB.
const MOST_SPANS: usize = 5_000;

/// What the buffer's file grows by, in bytes: 64 KiB, which is six dispatches of fifty calls. A sync of what
/// went where the disk had room already is a write; that of a file which grew is a transaction of the file
/// system too.
const RESERVE: u64 = 64 << 10;

/// What became of the spans of a dispatch.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    /// The buffer, unless there is none to use.
    pub(crate) buffer: Option<Buffer>,
    /// The encoded spans where the buffer does not have them: they are sent at once or lost.
    pub(crate) unsaved: Vec<u8>,
    /// Why the buffer does not have all of them.
    pub(crate) problem: Option<String>,
}

impl Kept {
    /// Encodes spans that are not to be stored, or cannot be for this reason.
    pub(crate) fn in_memory(finished: Finished, problem: Option<String>) -> Self {
        match Encoded::new(finished) {
            Ok(encoded) => Self {
                unsaved: encoded.payload,
                problem,
                ..Self::default()
            },
            Err(error) => Self {
                problem: Some(error),
                ..Self::default()
            },
        }
    }

    /// Stores the spans, or as many as there is room for.
    pub(crate) fn in_buffer(mut buffer: Buffer, mut finished: Finished, failed: bool) -> Self {
        // To encode so many takes longer than others wait for the lock. The next root reports what was
        // dropped before.
        let is_short = finished.count() <= MOST_SPANS;
        let batch = match is_short.then(|| buffer.batch()).transpose() {
            Ok(batch) => batch,
            // The record goes into a side file and reports nothing.
            Err(buffer::Error::Locked { .. }) => None,
            Err(error) => return Self::in_memory(finished, Some(error.to_string())),
        };
        if finished.count() == 0 {
            return Self {
                buffer: Some(buffer),
                ..Self::default()
            };
        }
        if let Some(batch) = &batch {
            report_dropped(&mut finished, batch.dropped());
        }
        let (unsaved, problem) = push(&mut buffer, batch, finished, failed);
        Self {
            buffer: Some(buffer),
            unsaved,
            problem,
        }
    }
}

/// Stores a dispatch; returns what the buffer does not have and why.
fn push(
    buffer: &mut Buffer,
    batch: Option<Batch>,
    finished: Finished,
    failed: bool,
) -> (Vec<u8>, Option<String>) {
    let encoded = match Encoded::new(finished) {
        Ok(encoded) => encoded,
        Err(error) => return (Vec::new(), Some(error)),
    };
    let record = encoded.record(failed, SystemTime::now());
    match store(buffer, batch, &record) {
        // Too large is the dispatch's own doing, and its root says so.
        Stored::Whole | Stored::Part(buffer::Error::TooLarge { .. }) => (Vec::new(), None),
        Stored::Part(error) => (Vec::new(), Some(error.to_string())),
        Stored::Nothing(error) => (encoded.payload, Some(error.to_string())),
    }
}

/// The buffer's limits as the author set them.
pub(crate) fn limits(settings: &Settings) -> Limits {
    let mib = settings
        .buffer_max_size_mib
        .clamp(LEAST_MIB, u64::MAX >> 20);
    Limits {
        dispatches: settings.buffer_max_events,
        bytes: mib << 20,
        reserve: RESERVE,
        ..Limits::default()
    }
}

/// What is wrong with the author's limits, for the log.
pub(crate) fn complaint(settings: &Settings) -> Option<String> {
    let mib = settings.buffer_max_size_mib;
    (mib < LEAST_MIB).then(|| {
        format!(
            "charm-tracing: buffer_max_size_mib is {mib}, which is less than {LEAST_MIB}; \
             so {LEAST_MIB} MiB are used; set {LEAST_MIB} or more"
        )
    })
}

/// The line of the log about a foreign file that this handle found.
pub(crate) fn set_aside(buffer: &Buffer) -> Option<String> {
    let aside = buffer.set_aside()?;
    Some(format!(
        "a file stood in place of the trace buffer and was no buffer that this release can read; \
         it was renamed to {}",
        aside.display()
    ))
}

/// The spans of a dispatch as one OTLP request: as many as one may have, the most important ones.
pub(crate) struct Encoded {
    payload: Vec<u8>,
    spans: usize,
    trace_id: [u8; 16],
}

impl Encoded {
    /// Encodes the spans, which takes them.
    pub(crate) fn new(finished: Finished) -> Result<Self, String> {
        let (spans, trace_id) = (finished.count(), finished.trace_id());
        let mut encoded = Self {
            payload: trace::encode(finished).map_err(|error| error.to_string())?,
            spans,
            trace_id,
        };
        if spans > MOST_SPANS
            && let Some(whole) = Whole::read(&encoded.payload)
        {
            encoded.payload = whole.first(MOST_SPANS);
            encoded.spans = MOST_SPANS;
        }
        Ok(encoded)
    }

    /// The record that the buffer keeps of them.
    pub(crate) fn record(&self, failed: bool, created: SystemTime) -> Record<'_> {
        let priority = match self.spans {
            _ if failed => Priority::Failed,
            // Two spans are the root and the event: nothing but the event happened.
            0..=2 => Priority::Routine,
            _ => Priority::Ordinary,
        };
        Record {
            priority,
            spans: u32::try_from(self.spans).unwrap_or(u32::MAX),
            created,
            trace_id: self.trace_id,
            payload: &self.payload,
        }
    }
}

/// How much of a dispatch the buffer has, and why not more.
pub(crate) enum Stored {
    Whole,
    Part(buffer::Error),
    Nothing(buffer::Error),
}

/// Stores the record of a dispatch, or one of as many of its spans as there is room for. Its root reports what
/// its batch has to report, if it has one.
pub(crate) fn store(buffer: &mut Buffer, batch: Option<Batch>, record: &Record<'_>) -> Stored {
    let reported = batch
        .as_ref()
        .map(|batch| *batch.dropped())
        .unwrap_or_default();
    let stored = match batch {
        Some(batch) => buffer.push_in(batch, record),
        None => buffer.push(record),
    };
    let Err(error) = stored else {
        return Stored::Whole;
    };
    let push = |spans: usize, payload: &[u8]| {
        let record = Record {
            spans: u32::try_from(spans).unwrap_or(u32::MAX),
            payload,
            ..*record
        };
        buffer.push_reporting(&record, &reported).map(drop)
    };
    if store_fewer(record.payload, &error, push) {
        Stored::Part(error)
    } else {
        Stored::Nothing(error)
    }
}

/// Stores what fits: into the limit that the error states or, where the disk says only that it is
/// full, into ever smaller parts of what was asked for. Returns whether anything was stored.
fn store_fewer(
    payload: &[u8],
    error: &buffer::Error,
    mut push: impl FnMut(usize, &[u8]) -> Result<(), buffer::Error>,
) -> bool {
    if !error.is_for_want_of_room() {
        return false;
    }
    let Some(whole) = Whole::read(payload) else {
        return false;
    };
    let mut room = match error {
        buffer::Error::TooLarge { needed, limit, .. } => {
            let over = usize::try_from(needed.saturating_sub(*limit)).unwrap_or(usize::MAX);
            payload.len().saturating_sub(over)
        }
        _ => payload.len() / 2,
    };
    // Each round asks for half, so a dozen of them go from 10 MiB to less than a root alone.
    for _ in 0..12 {
        let spans = whole.as_many_as_fit(room);
        let fewer = whole.first(spans);
        match push(spans, &fewer) {
            Ok(()) => return true,
            Err(error) if spans <= 1 || !error.is_for_want_of_room() => return false,
            Err(_) => room = room.min(fewer.len()) / 2,
        }
    }
    false
}

/// Adds to the root what was dropped before and is not reported yet.
fn report_dropped(finished: &mut Finished, dropped: &Dropped) {
    if dropped.is_empty() {
        return;
    }
    let total = dropped.total();
    let causes = dropped.causes().filter(|(_, count)| count.dispatches > 0);
    let reasons = causes.map(|(cause, count)| {
        let (dispatches, spans) = (count.dispatches, count.spans);
        StringValue::from(format!("{}: {dispatches} ({spans} spans)", cause.name()))
    });
    let reasons = Value::Array(Array::String(reasons.collect()));
    add_to_root(
        finished,
        [
            KeyValue::new("charm.tracing.dropped_dispatches", signed(total.dispatches)),
            KeyValue::new("charm.tracing.dropped_spans", signed(total.spans)),
            KeyValue::new("charm.tracing.dropped_reasons", reasons),
        ],
    );
}

fn add_to_root<const N: usize>(finished: &mut Finished, attributes: [KeyValue; N]) {
    if let Some(root) = finished.spans.iter_mut().rfind(|span| is_root(span)) {
        root.attributes.extend(attributes);
    }
}

/// The root has no parent, or one in the Juju agent.
fn is_root(span: &SpanData) -> bool {
    span.parent_span_id == SpanId::INVALID || span.parent_span_is_remote
}
