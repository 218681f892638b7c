//! Step 9: what an operator reads, one line where something has changed since the dispatch before.
//!
//! Each line is a process, so an ordinary dispatch writes none. What is told at DEBUG is written only
//! where the author's own log goes down to DEBUG, since Juju does not say what the model shows.

use log::LevelFilter;

use crate::juju::{Juju, LogLevel};
use crate::send::delivery::{Delivered, End};
use crate::send::destination::Memory;
use crate::settings::Settings;
use crate::store::record::{self, Kept};

/// A line of the log at most, in characters.
const LONGEST_LINE: usize = 1_500;

/// The line that leads from the log to the trace. The tool jhack looks for exactly these words.
pub(crate) fn begin(juju: &Juju, settings: &Settings, trace_id: &str) {
    let line = format!("Starting root trace with id='{trace_id}'.");
    debug(juju, settings, &line);
}

/// Tells what changed, and remembers that it was told.
pub(crate) fn report(
    juju: &Juju,
    settings: &Settings,
    kept: &Kept,
    delivered: &Delivered,
    memory: &mut Memory,
) {
    let complaint = record::complaint(settings);
    if memory.complaint != complaint {
        if let Some(line) = &complaint {
            tell(juju, LogLevel::Error, line);
        }
        memory.complaint = complaint;
    }
    if let Some(line) = kept.buffer.as_ref().and_then(record::set_aside) {
        tell(juju, LogLevel::Warning, &format!("charm-tracing: {line}"));
    }
    report_failing(juju, settings, kept, delivered, memory);
    report_refused(juju, settings, delivered, memory);
}

/// Whether a dispatch that is killed is told. What is wrong with the buffer too has been told with it,
/// and a disk that is full for one dispatch and not for the next is one state, until all is well.
pub(crate) fn report_journal(
    juju: &Juju,
    problem: Option<String>,
    kept: &Kept,
    memory: &mut Memory,
) {
    match problem.filter(|_| kept.problem.is_none()) {
        Some(problem) => {
            if memory.journal.is_none() {
                let line = format!(
                    "charm-tracing: {problem}; a dispatch that is killed can leave less of a trace or none, \
                     and hooks go on"
                );
                tell(juju, LogLevel::Warning, &line);
            }
            memory.journal = Some(problem);
        }
        None if kept.problem.is_none() && memory.failing.is_none() => memory.journal = None,
        None => {}
    }
}

/// Whether traces wait, or no more.
fn report_failing(
    juju: &Juju,
    settings: &Settings,
    kept: &Kept,
    delivered: &Delivered,
    memory: &mut Memory,
) {
    let problem = kept.problem.as_ref().map(|problem| {
        format!("{problem}; what it cannot hold is sent at once or lost, and hooks go on")
    });
    let failing = problem.or_else(|| waiting(delivered, memory));
    match (&memory.failing, &failing) {
        (None, Some(cause)) => tell(juju, LogLevel::Warning, &format!("charm-tracing: {cause}")),
        (Some(_), None) => tell(juju, LogLevel::Info, &recovered(delivered)),
        (_, Some(cause)) => {
            let left = match delivered.end {
                End::LeftAlone(left) => format!("; left alone for {} s more", left.as_secs()),
                _ => String::new(),
            };
            debug(juju, settings, &format!("charm-tracing: {cause}{left}"));
        }
        (None, None) => {}
    }
    memory.failing = failing;
}

/// Why traces wait, if they do, and until when.
fn waiting(delivered: &Delivered, memory: &Memory) -> Option<String> {
    let wait = "traces wait in the buffer and hooks go on";
    match &delivered.end {
        End::Nowhere | End::Working => None,
        // Nothing was learnt.
        End::Idle | End::LeftAlone(_) => memory.failing.clone(),
        End::Unusable(problem) => Some(format!("{problem}; {wait}")),
        End::Failed(later) => {
            let (receiver, cause) = (&delivered.receiver, &later.cause);
            let next = memory.breaker.as_ref().map(|breaker| {
                let seconds = breaker.wait().as_secs();
                format!("; the next try is in {seconds} s at the earliest")
            });
            let next = next.unwrap_or_default();
            Some(format!("{receiver}: {cause}; {wait}{next}"))
        }
    }
}

fn recovered(delivered: &Delivered) -> String {
    match &delivered.end {
        End::Working => format!(
            "charm-tracing: {} takes traces again: {} dispatches caught up",
            delivered.receiver, delivered.sent
        ),
        _ => "charm-tracing: traces wait in the buffer until there is a receiver".to_owned(),
    }
}

/// Whether the receiver drops what it is sent.
fn report_refused(juju: &Juju, settings: &Settings, delivered: &Delivered, memory: &mut Memory) {
    let (refused, rejected) = (delivered.refused, &delivered.rejected);
    let mut lines = Vec::new();
    if refused > 0 {
        lines.push(format!(
            "{refused} dispatches were refused by the receiver and dropped: {}: {}",
            delivered.receiver, delivered.refusal
        ));
    }
    if rejected.rejected_spans > 0 {
        lines.push(format!(
            "{} spans were rejected by the receiver and dropped: {}: {}",
            rejected.rejected_spans, delivered.receiver, rejected.message
        ));
    }
    for line in &lines {
        let line = format!("charm-tracing: {line}");
        if memory.refusing {
            debug(juju, settings, &line);
        } else {
            tell(juju, LogLevel::Warning, &line);
        }
    }
    if !lines.is_empty() {
        memory.refusing = true;
    } else if delivered.sent > 0 {
        memory.refusing = false;
    }
    memory.rejected_spans = memory
        .rejected_spans
        .saturating_add(rejected.rejected_spans);
}

fn debug(juju: &Juju, settings: &Settings, line: &str) {
    if settings.log_level >= LevelFilter::Debug {
        tell(juju, LogLevel::Debug, line);
    }
}

/// A line that cannot be written must not end a hook. What others said, such as a receiver or a
/// relation, makes no second line of it, and none without an end.
fn tell(juju: &Juju, level: LogLevel, line: &str) {
    let mut rest = line.chars();
    let one_line = rest.by_ref().take(LONGEST_LINE);
    let plain = |char: char| if char.is_control() { ' ' } else { char };
    let mut one_line: String = one_line.map(plain).collect();
    if rest.next().is_some() {
        one_line.push_str("...");
    }
    let _ = juju.juju_log(level, &one_line);
}
