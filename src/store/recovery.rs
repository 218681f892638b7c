//! What earlier dispatches left because their process was killed: their journals become traces in the
//! buffer, before this dispatch's handler can be killed too.
//!
//! Exactly once, at any call where this process is killed in turn: the record goes in first and the
//! journal after it, and a trace id that the buffer holds already is not stored again. So that no
//! other process delivers and removes it in between, what a journal claims is not sent.

use std::panic::{AssertUnwindSafe, catch_unwind};

use opentelemetry::KeyValue;
use opentelemetry::trace::{SpanContext, Status};
use opentelemetry_sdk::Resource;

use crate::juju::{Juju, LogLevel};
use crate::settings::Settings;
use crate::store::buffer::{self, Buffer, Entry, Limits};
use crate::store::journal::{self, ABANDONED, DeadJournals, Journal, RecoveredTrace};
use crate::store::location::BufferFiles;
use crate::store::record::{self, Encoded, Stored};
use crate::trace::{self, Recorder, Span, SpanObserver};

/// The journal of this dispatch, unless nothing may be written to disk.
pub(crate) fn journal(settings: &Settings, resource: &Resource) -> Option<Box<dyn SpanObserver>> {
    if settings.buffer_max_events == 0 {
        return None;
    }
    let journal = Journal::new(resource.clone(), record::limits(settings).bytes);
    Some(Box::new(journal))
}

/// Turns what is left beside the buffer into records that `root` links to, and begins this
/// dispatch's journal there.
pub(crate) fn recover(
    settings: &Settings,
    recorder: Recorder,
    files: &BufferFiles,
    root: &Span,
) -> Recovered {
    if settings.buffer_max_events == 0 {
        return Recovered::default();
    }
    // A defect here must not become the hook's.
    let recover = AssertUnwindSafe(|| recover_all(recorder, files, record::limits(settings)));
    let recovered = trace::without_panic_output(|| catch_unwind(recover)).unwrap_or_default();
    for abandoned in &recovered.abandoned {
        root.link(abandoned.clone(), vec![KeyValue::new(ABANDONED, true)]);
    }
    recovered
}

/// What was found.
#[derive(Debug, Default)]
pub(crate) struct Recovered {
    /// The roots of dispatches that never came to an end.
    abandoned: Vec<SpanContext>,
    /// What could not become a trace.
    problems: Vec<String>,
}

impl Recovered {
    /// Logs what was lost or set aside, each once.
    pub(crate) fn report(&self, juju: &Juju) {
        for problem in &self.problems {
            let _ = juju.juju_log(LogLevel::Warning, &format!("charm-tracing: {problem}"));
        }
    }
}

fn recover_all(recorder: Recorder, files: &BufferFiles, limits: Limits) -> Recovered {
    let mut recovered = Recovered::default();
    let mut own = None;
    let mut buffer = None;
    // All are looked at before the buffer is: it then has all that abandoned dispatches have stored.
    let places: Vec<DeadJournals> = files
        .journals()
        .into_iter()
        .map(DeadJournals::beside)
        .collect();
    for mut remains in places {
        let aside = remains.recover(limits.bytes, |trace| {
            // Opened once: one wait for a lock is enough.
            let buffer = buffer.get_or_insert_with(|| files.open_whole(limits).ok());
            let stored = buffer
                .as_mut()
                .map(|buffer| store(buffer, trace, &mut recovered));
            // The disk or the lock; the next dispatch tries again.
            stored.unwrap_or(false)
        });
        recovered.problems.extend(aside.iter().map(|aside| {
            format!(
                "a file that is no journal of a known version is now {}",
                aside.display()
            )
        }));
        match own {
            None => own = Some(remains),
            Some(_) => remains.clean_up(),
        }
    }
    let opened = buffer.flatten();
    recovered
        .problems
        .extend(opened.as_ref().and_then(record::set_aside));
    if let Some(own) = own {
        recorder.with_observer(|journal: &mut Journal| journal.begin(own));
    }
    recovered
}

/// Leaves out what is not settled: its process has stored it and not yet said so, or was killed between. To
/// be asked about each list, after it was made: what another process has stored since is in it.
pub(crate) fn without_unsettled(entries: &mut Vec<Entry>, files: &BufferFiles) {
    for place in files.journals() {
        let claimed = journal::claimed(place);
        entries.retain(|entry| !claimed.contains(&entry.trace_id()));
    }
}

/// Stores a recovered trace unless the buffer has it, or as much of it as there is room for; says whether its
/// journal can go.
fn store(buffer: &mut Buffer, trace: RecoveredTrace, recovered: &mut Recovered) -> bool {
    let held = match &trace.root {
        Some(root) => buffer.holds_with(trace.trace_id, &root.span_id().to_bytes()),
        None => buffer.holds(trace.trace_id),
    };
    match held {
        Ok(true) => return true,
        Ok(false) => {}
        Err(_) => return false,
    }
    let root = trace.finished.spans.last();
    let failed = root.is_some_and(|root| matches!(root.status, Status::Error { .. }));
    let failed = failed || trace.abandoned;
    let Ok(encoded) = Encoded::new(trace.finished) else {
        return false;
    };
    let record = encoded.record(failed, trace.last);
    match record::store(buffer, None, &record) {
        Stored::Whole | Stored::Part(_) => {
            recovered
                .abandoned
                .extend(trace.root.filter(|_| trace.abandoned));
            true
        }
        Stored::Nothing(error @ buffer::Error::TooLarge { .. }) => {
            recovered.problems.push(error.to_string());
            true
        }
        Stored::Nothing(_) => false,
    }
}
