//! What earlier dispatches left because their process died: their journals become traces in the
//! buffer, before this one's handler can die as well.
//!
//! Exactly once, at whatever call this process is killed in turn: the record goes in first and the
//! journal after it, and a trace id that the buffer holds already is not stored again. So that no
//! other process delivers and removes it in between, what a journal claims is not sent.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use opentelemetry::KeyValue;
use opentelemetry::trace::{SpanContext, Status};
use opentelemetry_sdk::Resource;

use crate::buffer::{self, Buffer, Entry, Limits, Priority, Record};
use crate::charm::Settings;
use crate::journal::{self, ABANDONED, Journal, Remains, Story};
use crate::juju::{Juju, LogLevel};
use crate::place::BufferFiles;
use crate::span::{self, Span};

impl Settings {
    /// The journal of this dispatch, unless nothing may be written to disk.
    pub(crate) fn journal(&self, resource: &Resource) -> Option<Arc<Journal>> {
        (self.buffer_max_events > 0)
            .then(|| Arc::new(Journal::new(resource.clone(), self.limits().bytes)))
    }

    /// Turns what is left beside the buffer into records that `root` links to, and begins this
    /// dispatch's journal there.
    pub(crate) fn resume(
        &self,
        journal: Option<&Journal>,
        files: &BufferFiles,
        root: &Span,
    ) -> Resumed {
        let Some(journal) = journal else {
            return Resumed::default();
        };
        // A defect here must not become the hook's.
        let resume = AssertUnwindSafe(|| resume(journal, files, self.limits()));
        let resumed = span::without_panic_output(|| catch_unwind(resume)).unwrap_or_default();
        for abandoned in &resumed.abandoned {
            root.link(abandoned.clone(), vec![KeyValue::new(ABANDONED, true)]);
        }
        resumed
    }
}

/// What was found.
#[derive(Debug, Default)]
pub(crate) struct Resumed {
    /// The roots of dispatches that never came to an end.
    abandoned: Vec<SpanContext>,
    /// What could not be told in a trace.
    problems: Vec<String>,
}

impl Resumed {
    /// Tells the unit's log what was lost or put away, each once.
    pub(crate) fn report(&self, juju: &Juju) {
        for problem in &self.problems {
            let _ = juju.juju_log(LogLevel::Warning, &format!("charm-tracing: {problem}"));
        }
    }
}

fn resume(journal: &Journal, files: &BufferFiles, limits: Limits) -> Resumed {
    let mut resumed = Resumed::default();
    let mut own = None;
    for place in files.journals() {
        let mut remains = Remains::beside(place);
        let open = || files.open(limits);
        let aside = remains.recover(limits.bytes, |story| keep(story, open, &mut resumed));
        resumed.problems.extend(aside.iter().map(|aside| {
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
    if let Some(own) = own {
        journal.begin(own);
    }
    resumed
}

/// Leaves out what is not settled: its process has stored it and not yet said so, or died between.
pub(crate) fn without_unsettled(entries: &mut Vec<Entry>, files: &BufferFiles) {
    for place in files.journals() {
        let claimed = journal::claimed(place);
        entries.retain(|entry| !claimed.contains(&entry.trace_id()));
    }
}

/// Stores a story unless the buffer has it; says whether its journal can go.
fn keep(
    story: Story,
    open: impl Fn() -> Result<Buffer, buffer::Error>,
    resumed: &mut Resumed,
) -> bool {
    let Ok(buffer) = open() else {
        // The disk or the lock; the next dispatch tries again.
        return false;
    };
    let Ok(entries) = buffer.entries() else {
        return false;
    };
    let link = story.root.clone().filter(|_| story.abandoned);
    if entries
        .iter()
        .any(|entry| entry.trace_id() == story.trace_id)
    {
        return true;
    }
    match store(buffer, story) {
        Stored::Yes => {
            resumed.abandoned.extend(link);
            true
        }
        Stored::Never(problem) => {
            resumed.problems.push(problem);
            true
        }
        Stored::NotNow => false,
    }
}

enum Stored {
    Yes,
    NotNow,
    Never(String),
}

fn store(buffer: Buffer, story: Story) -> Stored {
    let buffer = Mutex::new(buffer);
    let failed = story
        .finished
        .spans
        .last()
        .is_some_and(|root| matches!(root.status, Status::Error { .. }));
    let spans = story.finished.spans.len();
    let priority = match spans {
        _ if failed || story.abandoned => Priority::Failed,
        // Two spans are the root and the event: nothing but the event happened.
        0..=2 => Priority::Routine,
        _ => Priority::Ordinary,
    };
    let refused = Arc::new(Mutex::new(None));
    let told = Arc::clone(&refused);
    let stored = span::encode(story.finished, move |payload| {
        let record = Record {
            priority,
            spans: u32::try_from(spans).unwrap_or(u32::MAX),
            created: story.last,
            trace_id: story.trace_id,
            payload,
        };
        let mut buffer = buffer.lock().unwrap_or_else(PoisonError::into_inner);
        buffer.push(&record).map(drop).map_err(|error| {
            let text = error.to_string();
            if matches!(error, buffer::Error::TooLarge { .. }) {
                *told.lock().unwrap_or_else(PoisonError::into_inner) = Some(text.clone());
            }
            text
        })
    });
    let refused = refused
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .take();
    match (stored, refused) {
        (Ok(()), _) => Stored::Yes,
        (Err(_), Some(problem)) => Stored::Never(problem),
        (Err(_), None) => Stored::NotNow,
    }
}
