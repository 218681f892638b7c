//! Step 9: the lines in the unit's log, one where something has changed since the dispatch before.
//!
//! Each line is a process, so an ordinary dispatch writes none. DEBUG lines are written only where the author's
//! own log goes down to DEBUG, since Juju does not say what the model shows.

use log::LevelFilter;

use super::state::State;
use crate::juju::{Juju, LogLevel};
use crate::send::delivery::{Delivered, DeliveryEnd};
use crate::settings::Settings;
use crate::store::record::{self, Kept};

/// The longest line of the log, in characters.
const LONGEST_LINE: usize = 1_500;

/// The line that leads from the log to the trace. The tool jhack looks for exactly these words.
pub(crate) fn begin(juju: &Juju, settings: &Settings, trace_id: &str) {
    let line = format!("Starting root trace with id='{trace_id}'.");
    debug(juju, settings, &line);
}

/// Logs what changed, and keeps in the state that it is logged.
pub(crate) fn report(
    juju: &Juju,
    settings: &Settings,
    kept: &Kept,
    delivered: &Delivered,
    state: &mut State,
) {
    let complaint = record::complaint(settings);
    if state.reported.settings != complaint {
        if let Some(line) = &complaint {
            log(juju, LogLevel::Error, line);
        }
        state.reported.settings = complaint;
    }
    if let Some(line) = kept.buffer.as_ref().and_then(record::set_aside) {
        log(juju, LogLevel::Warning, &format!("charm-tracing: {line}"));
    }
    report_failing(juju, settings, kept, delivered, state);
    report_refused(juju, settings, delivered, state);
}

/// Logs that the journal fails. A problem that the buffer has too is in the buffer's line. A disk that is full
/// for one dispatch and not for the next is one state, until all is well.
pub(crate) fn report_journal(juju: &Juju, problem: Option<String>, kept: &Kept, state: &mut State) {
    match problem.filter(|_| kept.problem.is_none()) {
        Some(problem) => {
            if state.reported.journal.is_none() {
                let line = format!(
                    "charm-tracing: {problem}; a killed dispatch can leave less of a trace or none, \
                     and hooks go on"
                );
                log(juju, LogLevel::Warning, &line);
            }
            state.reported.journal = Some(problem);
        }
        None if kept.problem.is_none() && state.reported.failing.is_none() => {
            state.reported.journal = None;
        }
        None => {}
    }
}

/// Logs that traces begin to wait, or leave again.
fn report_failing(
    juju: &Juju,
    settings: &Settings,
    kept: &Kept,
    delivered: &Delivered,
    state: &mut State,
) {
    let problem = kept.problem.as_ref().map(|problem| {
        format!("{problem}; what it cannot hold is sent at once or lost, and hooks go on")
    });
    let failing = problem.or_else(|| waiting(delivered, state));
    match (&state.reported.failing, &failing) {
        (None, Some(cause)) => log(juju, LogLevel::Warning, &format!("charm-tracing: {cause}")),
        (Some(_), None) => log(juju, LogLevel::Info, &recovered(delivered)),
        (_, Some(cause)) => {
            let left = match delivered.end {
                DeliveryEnd::BackingOff(left) => {
                    format!("; backing off for {} s more", left.as_secs())
                }
                _ => String::new(),
            };
            debug(juju, settings, &format!("charm-tracing: {cause}{left}"));
        }
        (None, None) => {}
    }
    state.reported.failing = failing;
}

/// Why traces wait, if they do, and until when.
fn waiting(delivered: &Delivered, state: &State) -> Option<String> {
    let wait = "traces wait in the buffer and hooks go on";
    match &delivered.end {
        DeliveryEnd::Nowhere | DeliveryEnd::Working => None,
        // Nothing is known about the receiver.
        DeliveryEnd::Idle | DeliveryEnd::BackingOff(_) => state.reported.failing.clone(),
        DeliveryEnd::Unusable(problem) => Some(format!("{problem}; {wait}")),
        DeliveryEnd::Failed(later) => {
            let (receiver, cause) = (&delivered.receiver, &later.cause);
            let next = state.backoff.as_ref().map(|backoff| {
                let seconds = backoff.wait().as_secs();
                format!("; the next try is in {seconds} s at the earliest")
            });
            let next = next.unwrap_or_default();
            Some(format!("{receiver}: {cause}; {wait}{next}"))
        }
    }
}

fn recovered(delivered: &Delivered) -> String {
    match &delivered.end {
        DeliveryEnd::Working => format!(
            "charm-tracing: {} takes traces again: {} dispatches caught up",
            delivered.receiver, delivered.sent
        ),
        _ => "charm-tracing: traces wait in the buffer until there is a receiver".to_owned(),
    }
}

/// Logs that the receiver refuses what it is sent.
fn report_refused(juju: &Juju, settings: &Settings, delivered: &Delivered, state: &mut State) {
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
        if state.reported.refusing {
            debug(juju, settings, &line);
        } else {
            log(juju, LogLevel::Warning, &line);
        }
    }
    if !lines.is_empty() {
        state.reported.refusing = true;
    } else if delivered.sent > 0 {
        state.reported.refusing = false;
    }
    state.rejected_spans = state.rejected_spans.saturating_add(rejected.rejected_spans);
}

fn debug(juju: &Juju, settings: &Settings, line: &str) {
    if settings.log_level >= LevelFilter::Debug {
        log(juju, LogLevel::Debug, line);
    }
}

/// A line that cannot be written must not end a hook. Text of a receiver or a relation in it does not make a
/// second line, and does not make it endless.
fn log(juju: &Juju, level: LogLevel, line: &str) {
    let mut rest = line.chars();
    let one_line = rest.by_ref().take(LONGEST_LINE);
    let plain = |char: char| if char.is_control() { ' ' } else { char };
    let mut one_line: String = one_line.map(plain).collect();
    if rest.next().is_some() {
        one_line.push_str("...");
    }
    let _ = juju.juju_log(level, &one_line);
}
