//! One dispatch from start to end: nine steps, a function each, in the order they happen.
//!
//! Nothing in steps 6 to 9 can change the exit code, the output or the hook tools of the charm: their
//! failures are logged once. The relation is asked before the root span ends, since the hook tools for that
//! belong to the trace. Step 7 only chooses.

mod outcome;
mod report;
mod resource;
mod state;

use std::fmt::Display;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use opentelemetry::KeyValue;
use opentelemetry::trace::{Event, SpanContext};

use self::outcome::Outcome;
use self::state::State;
use crate::juju::agent_span;
use crate::juju::charm::{Charm, Dispatch};
use crate::juju::environment::Environment;
use crate::juju::{Juju, JujuLogger};
use crate::send::delivery::deliver;
use crate::send::destination;
use crate::settings::{Settings, charm};
use crate::store::journal::Journal;
use crate::store::location::{self, BufferFiles};
use crate::store::record::{self, Kept};
use crate::store::recovery;
use crate::trace::{self, Failure, Finished, Recorder, Span, SpanOptions};

/// Runs one dispatch of a charm: reads the event, hands it to `on_event`, and makes a trace of it.
///
/// The whole `main` of a charm:
///
/// ```no_run
/// # struct Event;
/// # impl charm_tracing::juju::Charm for Event {
/// #     const NAME: &'static str = "blog";
/// #     const TRACING_ENDPOINT: Option<&'static str> = None;
/// #     const CERTIFICATES_ENDPOINT: Option<&'static str> = None;
/// #     const BUFFER_LOCATION: charm_tracing::juju::BufferLocation = charm_tracing::juju::BufferLocation::CharmDirectory;
/// #     fn read(_: &charm_tracing::juju::Dispatch<'_>) -> Option<Self> { Some(Self) }
/// # }
/// # fn on_event(_: Event, _: &charm_tracing::Juju) -> Result<(), String> { Ok(()) }
/// fn main() -> std::process::ExitCode {
///     charm_tracing::run(on_event)
/// }
/// ```
///
/// The exit code is 0 for `Ok`, 1 for `Err` (whose text goes to `juju-log` as an ERROR line) and 101
/// for a panic, as it would be without this crate. A hook that the charm does not know arrives as
/// `Event::Unknown`. Reads the variables listed at [`Environment`]; without a dispatch path, which
/// means that Juju did not start the process, nothing is traced or written.
pub fn run<E, X>(on_event: impl FnOnce(E, &Juju) -> Result<(), X>) -> ExitCode
where
    E: Charm,
    X: Display,
{
    charm().run(on_event)
}

impl Settings {
    /// Runs one dispatch with these settings; see [`run`].
    pub fn run<E, X>(self, on_event: impl FnOnce(E, &Juju) -> Result<(), X>) -> ExitCode
    where
        E: Charm,
        X: Display,
    {
        let environment = Environment::from_process();
        let juju = Juju::of(&environment);
        let dispatch = Dispatch::new(&environment, &juju);
        // A logger that is there already is the charm's choice.
        let _ = JujuLogger::new(&juju, self.log_level).install();
        if environment.dispatch_path.is_none() || environment.turns_tracing_off() {
            return handle(&dispatch, on_event, || ()).report(&juju);
        }

        let files = location::buffer_files(&self, E::BUFFER_LOCATION, &dispatch);
        let mut state = State::load(&files.state);
        let before = state.clone();

        let resource = resource::describe::<E>(&self, &environment);
        let journal = recovery::journal(&self, &resource);
        let recorder = Recorder::new(resource, journal, environment.configures_sdk);
        let root = open_root(&self, recorder, &dispatch, &mut state);
        if let Some(ids) = root.ids().filter(SpanContext::is_valid) {
            report::begin(&juju, &self, &ids.trace_id().to_string());
        }
        let recovered = recovery::recover(&self, recorder, &files, &root);
        juju.log_to_spans(self.log_events);
        let outcome = handle(&dispatch, on_event, || {
            juju.close_logger();
            location::ask::<E>(&self, &dispatch);
            destination::refresh::<E>(&dispatch, &mut state.offer);
        });
        close_root(root, &outcome, &juju);
        let exit_code = outcome.report(&juju);

        // The last guard between tracing and the exit code: a defect here must not become the hook's.
        let tail = AssertUnwindSafe(|| {
            let mut kept = record(&self, &files, recorder.take(), outcome.failure().is_some());
            settle(recorder, &kept);
            let destination = destination::choose(&self, &environment, &state.offer);
            let delivered = deliver(&self, &files, &mut kept, destination, &mut state.backoff);
            settle(recorder, &kept);
            report::report(&juju, &self, &kept, &delivered, &mut state);
            let problem = recorder.with_observer(|journal: &mut Journal| journal.problem());
            let problem = problem.flatten();
            report::report_journal(&juju, problem, &kept, &mut state);
            recovered.report(&juju);
            if state != before && self.buffer_max_events > 0 {
                // What is not saved is asked for again.
                let _ = state.save(&files.state);
            }
        });
        trace::without_panic_output(|| catch_unwind(tail)).ok();
        exit_code
    }
}

/// Step 2: the root span, open before anything else of this dispatch happens.
fn open_root(
    settings: &Settings,
    recorder: Recorder,
    dispatch: &Dispatch<'_>,
    state: &mut State,
) -> Span {
    let environment = dispatch.environment();
    trace::install_panic_hook();
    trace::install(recorder);
    let unit = environment.unit_name.as_deref().unwrap_or("unknown");
    let event = dispatch.event_name().unwrap_or("unknown");
    let agent = agent_span::agent_span(environment);
    let continued = settings.continue_juju_trace;
    let mut attributes = resource::root_attributes(environment);
    attributes.extend(state.attributes());
    let options = SpanOptions {
        attributes,
        parent: agent
            .clone()
            .filter(|agent| continued && agent.is_sampled()),
        ..SpanOptions::default()
    };
    let is_child = options.parent.is_some();
    let root = Span::root(recorder, format!("{unit}: {event} event"), options);
    if let Some(agent) = agent.filter(|_| !is_child) {
        root.link(agent, vec![KeyValue::new("juju.link", "agent")]);
    }
    root
}

/// Steps 3 to 5: the event, its handler, and what came of it. `serve` is what this crate has to do in
/// the event itself.
fn handle<E, X>(
    dispatch: &Dispatch<'_>,
    on_event: impl FnOnce(E, &Juju) -> Result<(), X>,
    serve: impl FnOnce(),
) -> Outcome
where
    E: Charm,
    X: Display,
{
    let name = event_kind(dispatch);
    let span = Span::enter(format!("event: {name}"), || SpanOptions {
        events: vec![Event::with_name(name)],
        ..SpanOptions::default()
    });
    let outcome = match E::read(dispatch) {
        Some(event) => catch_unwind(AssertUnwindSafe(|| on_event(event, dispatch.juju()))),
        None => Ok(Ok(())),
    };
    let outcome = match outcome {
        Ok(Ok(())) => Outcome::Done,
        Ok(Err(error)) => Outcome::Failed(Failure::of::<X>(error)),
        Err(_) => Outcome::Panicked(trace::last_panic()),
    };
    if let Some(failure) = outcome.failure() {
        span.fail(failure);
    }
    serve();
    outcome
}

/// The name under which Python charms know the event: underscores, and `_action` after an action's.
fn event_kind(dispatch: &Dispatch<'_>) -> String {
    let name = dispatch.event_name().unwrap_or("unknown").replace('-', "_");
    if dispatch.hook().is_action() {
        format!("{name}_action")
    } else {
        name
    }
}

/// Step 5, seen from the root span: it says of the whole dispatch what the handler came to.
fn close_root(root: Span, outcome: &Outcome, juju: &Juju) {
    root.set(KeyValue::new(
        "process.exit.code",
        i64::from(outcome.code()),
    ));
    for status in juju.final_statuses() {
        root.set(status);
    }
    let refused = juju
        .action_failure()
        .map(|message| Failure::named("action-fail", message));
    if let Some(failure) = outcome.failure().or(refused.as_ref()) {
        root.mark(failure);
    }
    drop(root);
}

/// Step 6: the finished spans become one record, on disk before a socket opens.
fn record(settings: &Settings, files: &BufferFiles, finished: Finished, failed: bool) -> Kept {
    if settings.buffer_max_events == 0 {
        return Kept::in_memory(finished, None);
    }
    match files.open(record::limits(settings)) {
        Ok(buffer) => Kept::in_buffer(buffer, finished, failed),
        Err(error) => Kept::in_memory(finished, Some(error.to_string())),
    }
}

/// Lets the journal go once it is not needed: what neither the buffer nor the receiver took is found
/// there by the next dispatch.
fn settle(recorder: Recorder, kept: &Kept) {
    if kept.unsaved.is_empty() {
        recorder.with_observer(Journal::settle);
    } else {
        recorder.flush();
    }
}
