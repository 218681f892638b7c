//! The `log` crate's macros in a charm.

use charm_tracing::testing::{Sink, spans};

use crate::{exercise, log, toolbox};

#[test]
fn macros_write_to_the_units_log_from_their_level_up() {
    let mut unit = toolbox();
    let run = exercise(&mut unit, "macros", |unit| unit.hook("start"));
    assert_eq!(log(&run), "", "nobody asked for it");
    unit.set_env("LOG_LEVEL", "info");
    let run = exercise(&mut unit, "macros", |unit| unit.hook("start"));
    assert_eq!(
        log(&run),
        "INFO stand_in::toolbox::tools: working\nERROR stand_in::toolbox::tools: out of disk\n"
    );
}

#[test]
fn lines_become_span_events_and_errors_name_their_trace() {
    let sink = Sink::http().unwrap();
    let mut unit = toolbox();
    unit.set_env("CHOSEN_ENDPOINT", sink.endpoint());
    unit.set_env("LOG_LEVEL", "trace");
    unit.set_env("LOG_EVENTS", "1");
    let run = exercise(&mut unit, "macros", |unit| unit.hook("start"));
    let traces = sink.traces();
    let root = spans(&traces)
        .find(|span| span.name.ends_with(" event"))
        .unwrap();
    let id: String = root
        .trace_id
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert_eq!(
        log(&run).replace(&id, "$ID"),
        "DEBUG Starting root trace with id='$ID'.\n\
         INFO stand_in::toolbox::tools: working\n\
         DEBUG stand_in::toolbox::tools: in detail\n\
         ERROR stand_in::toolbox::tools: out of disk (trace $ID)\n",
        "the libraries that deliver say nothing into the charm's log"
    );
    let told = charm_tracing::testing::tree_with(&traces, &["log.severity", "log.message"]);
    assert_eq!(
        told.replace(&id, "$ID"),
        r#"toolbox/0: start event
    event: start
        - start
        - log [log.message="stand_in::toolbox::tools: working" log.severity=INFO]
        - log [log.message="stand_in::toolbox::tools: in detail" log.severity=DEBUG]
        - log [log.message="stand_in::toolbox::tools: out of disk (trace $ID)" log.severity=ERROR]
"#
    );
    assert_eq!(run.calls.len(), 4);
}

#[test]
fn a_line_is_no_event_by_default() {
    let sink = Sink::http().unwrap();
    let mut unit = toolbox();
    unit.set_env("CHOSEN_ENDPOINT", sink.endpoint());
    unit.set_env("MESSAGE", "hello");
    exercise(&mut unit, "log", |unit| unit.hook("start"));
    assert_eq!(
        sink.tree(),
        "toolbox/0: start event\n    event: start\n        - start\n"
    );
}
