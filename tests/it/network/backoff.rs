//! A receiver that failed is left alone, which can be seen, and for no longer than it has to be.

use std::fs;
use std::process::Command;

use charm_tracing::testing::{Answer, Sink, spans};

use super::{Fault, Sender, Server, hasty_unit_for, let_the_wait_pass, log, unit_for};
use crate::{exercise, toolbox};

/// How long the receiver is left alone, in milliseconds.
fn wait(unit: &Sender) -> u64 {
    unit.state()["breaker"]["wait_ms"].as_u64().unwrap()
}

#[test]
fn it_waits_twice_as_long_each_time_and_ends_with_an_answer() {
    let server = Server::start();
    let mut unit = unit_for(&server.endpoint());
    server.fails(Fault::Status(503));
    let mut waits = Vec::new();
    for _ in 0..8 {
        unit.update_status();
        waits.push(wait(&unit));
        let_the_wait_pass(&unit.unit);
    }
    for (wait, least) in waits.iter().zip([5, 10, 20, 40, 80, 160, 250, 250]) {
        let range = least * 1_000..=(least * 1_200).min(300_000);
        assert!(range.contains(wait), "{waits:?}");
    }
    assert_eq!(server.connections(), 8);
    server.fails(Fault::None);
    unit.update_status();
    assert!(!unit.has_failed());
    server.fails(Fault::Status(503));
    unit.update_status();
    assert!((5_000..=6_000).contains(&wait(&unit)));
}

#[test]
fn what_the_receiver_asks_for_is_kept_up_to_an_hour() {
    let sink = Sink::http().unwrap();
    let mut unit = unit_for(&sink.endpoint());
    for (asked, least, most) in [
        ("1", 1_000, 1_200),
        ("120", 120_000, 144_000),
        ("86400", 3_600_000, 3_600_000),
        ("soon", 40_000, 48_000),
    ] {
        let after = vec![("Retry-After".to_owned(), asked.to_owned())];
        sink.answer_with(Answer::Status(429, after));
        unit.update_status();
        let wait = wait(&unit);
        assert!((least..=most).contains(&wait), "{asked}: {wait}");
        let_the_wait_pass(&unit.unit);
    }
}

#[test]
fn another_receiver_is_tried_at_once() {
    let (first, second) = (Server::start(), Server::start());
    let mut unit = unit_for(&first.endpoint());
    first.fails(Fault::Status(503));
    unit.update_status();
    unit.update_status();
    assert_eq!(first.connections(), 1);
    unit.set("CHOSEN_ENDPOINT", second.endpoint());
    unit.update_status();
    assert_eq!((unit.kept(), unit.has_failed()), (0, false));
    assert_eq!(second.taken().len(), 6);
}

#[test]
fn a_clock_that_is_set_back_holds_nothing_back() {
    let server = Server::start();
    let mut unit = unit_for(&server.endpoint());
    server.fails(Fault::Status(503));
    unit.update_status();
    server.fails(Fault::None);
    // As if the failure had been a year from now.
    let file = unit.unit.charm_dir().join(".charm-tracing.state");
    let mut state = unit.state();
    let failed = state["breaker"]["failed_ms"].as_u64().unwrap();
    state["breaker"]["failed_ms"] = (failed + 365 * 86_400_000).into();
    fs::write(&file, state.to_string()).unwrap();
    unit.update_status();
    assert_eq!((unit.kept(), server.taken().len()), (0, 4));
}

#[test]
fn while_it_is_left_alone_not_even_the_certificates_are_read() {
    let server = Server::start();
    let mut unit = hasty_unit_for(&format!("https://{}", server.address));
    let file = unit.unit.charm_dir().join("ca.pem");
    let key = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).unwrap();
    fs::write(&file, key.cert.pem()).unwrap();
    unit.set("CHOSEN_SERVER_CERT", file.display());
    server.fails(Fault::Hangs);
    // The handshake hangs.
    unit.update_status();
    assert!(unit.spent() >= 1_000, "{}", unit.spent());
    assert_eq!((unit.kept(), server.connections()), (1, 1));
    for _ in 0..3 {
        assert_eq!(log(&unit.update_status()), "");
    }
    assert_eq!(server.connections(), 1);
    assert_eq!(unit.kept(), 4);
}

#[test]
fn roots_and_log_report_each_change_once() {
    let sink = Sink::http().unwrap();
    let mut unit = unit_for(&sink.endpoint());
    sink.answer_with(Answer::Status(503, Vec::new()));
    let told = log(&unit.update_status());
    let wait = wait(&unit) / 1_000;
    assert_eq!(
        told,
        format!(
            "WARNING charm-tracing: {}/v1/traces: the receiver answers 503; traces wait in the buffer \
             and hooks go on; the next try is in {wait} s at the earliest\n",
            sink.endpoint()
        )
    );
    assert_eq!(log(&unit.update_status()), "");
    let_the_wait_pass(&unit.unit);
    assert_eq!(log(&unit.update_status()), "");
    sink.answer_with(Answer::Ok);
    sink.clear();
    let_the_wait_pass(&unit.unit);
    assert_eq!(
        log(&unit.update_status()),
        format!(
            "INFO charm-tracing: {}/v1/traces takes traces again: 4 dispatches caught up\n",
            sink.endpoint()
        )
    );
    let last = unit.update_status();
    assert_eq!((log(&last).as_str(), last.calls.len()), ("", 0));
    let told: Vec<Option<String>> = spans(&sink.traces())
        .filter(|span| span.parent_span_id.is_empty())
        .map(|root| charm_tracing::testing::attribute(root, "charm.tracing.failures"))
        .collect();
    let told: Vec<Option<&str>> = told.iter().map(Option::as_deref).collect();
    assert_eq!(told, [None, Some("1"), Some("1"), Some("2"), None]);
}

#[test]
fn the_trace_id_is_logged_at_debug() {
    let sink = Sink::http().unwrap();
    let mut unit = toolbox();
    for (level, lines) in [("info", 0), ("debug", 1)] {
        unit.set_env("CHOSEN_ENDPOINT", sink.endpoint());
        unit.set_env("LOG_LEVEL", level);
        sink.clear();
        let run = exercise(&mut unit, "macros", |unit| unit.hook("start"));
        let id: String = spans(&sink.traces())
            .next()
            .unwrap()
            .trace_id
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let line = format!("DEBUG Starting root trace with id='{id}'.\n");
        assert_eq!(log(&run).matches(&line).count(), lines, "{level}");
    }
}

#[test]
fn an_operator_can_see_it() {
    let server = Server::start();
    let mut unit = unit_for(&server.endpoint());
    let show = |unit: &Sender, arguments: &[&str]| {
        let mut program = Command::new(env!("CARGO_BIN_EXE_charm-trace"));
        let program = program.arg("show").args(arguments);
        let output = program.current_dir(unit.unit.charm_dir()).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    let well = "no relation offers a receiver\nnothing fails\n";
    assert_eq!(show(&unit, &[]), well);
    server.fails(Fault::Status(503));
    unit.update_status();
    let seen: serde_json::Value = serde_json::from_str(&show(&unit, &["--json"])).unwrap();
    assert_eq!(seen["failures"], 1);
    assert!(
        (1..=6).contains(&seen["next_try_seconds"].as_u64().unwrap()),
        "{seen}"
    );
    let told = show(&unit, &[]);
    for part in [
        "/v1/traces: the receiver answers 503; traces wait",
        "dispatches that failed since the last answer: 1; the last one spent ",
        "the next try is in ",
    ] {
        assert!(told.contains(part), "{told}");
    }
    let_the_wait_pass(&unit.unit);
    assert!(show(&unit, &[]).ends_with("the next dispatch tries again\n"));
    server.fails(Fault::None);
    unit.update_status();
    assert_eq!(show(&unit, &[]), well);
}
