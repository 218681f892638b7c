//! Charms, files and receivers that do what none should.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;

use charm_tracing::__buffer::{Buffer, Limits, Priority, Reader, Record};
use charm_tracing::testing::{ResourceSpans, Sink, Span, Unit, attribute, spans};

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message;

use crate::{awkward, waiting_at};

/// The charm that does what no charm should.
fn odd_unit() -> Unit {
    Unit::new("odd-environment/0", env!("CARGO_BIN_EXE_stand-in")).unwrap()
}

/// Runs a hook by a shell that may set limits first, and ends it after 10 s.
fn by_hand(unit: &Unit, first: &str, hook: &str, variables: &[(&str, &str)]) -> Output {
    let charm = unit.charm_dir();
    let script = format!("{first} exec timeout -s KILL 10 ./dispatch");
    let mut command = Command::new("/bin/sh");
    command.args(["-c", &script]).current_dir(charm).env_clear();
    command.env("PATH", std::env::var_os("PATH").unwrap());
    command.env("JUJU_CHARM_DIR", charm);
    command.env("JUJU_UNIT_NAME", unit.name());
    command.env("JUJU_DISPATCH_PATH", format!("hooks/{hook}"));
    command.envs(variables.iter().copied());
    command.output().unwrap()
}

fn pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

fn roots(traces: &[ResourceSpans]) -> Vec<Span> {
    let roots = spans(traces).filter(|span| span.name.ends_with(" event"));
    roots.cloned().collect()
}

#[test]
fn pipes_and_endless_files_delay_no_hook() {
    let closed = ("CHOSEN_ENDPOINT", "https://127.0.0.1:1");
    for name in [
        ".charm-tracing.state",
        ".charm-tracing.new",
        ".charm-tracing.place",
    ] {
        let unit = Unit::new("blog/0", env!("CARGO_BIN_EXE_stand-in")).unwrap();
        pipe(&unit.charm_dir().join(name));
        let output = by_hand(&unit, "", "update-status", &[]);
        assert!(output.status.success(), "{name}: {output:?}");
    }
    let unit = awkward();
    pipe(&unit.charm_dir().join(".charm-tracing.new"));
    let output = by_hand(&unit, "", "update-status", &[closed]);
    assert!(output.status.success(), "{output:?}");
    assert!(unit.charm_dir().join(".charm-tracing.state").is_file());

    let unit = awkward();
    let state = unit.charm_dir().join(".charm-tracing.state");
    std::os::unix::fs::symlink("/dev/zero", &state).unwrap();
    let output = by_hand(&unit, "ulimit -v 2000000;", "update-status", &[]);
    assert!(output.status.success(), "{output:?}");

    let unit = awkward();
    let authority = unit.charm_dir().join("ca");
    pipe(&authority);
    let named = ("CHOSEN_SERVER_CERT", authority.to_str().unwrap());
    let output = by_hand(&unit, "", "update-status", &[closed, named]);
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn a_buffer_that_claims_gigabytes_costs_nothing() {
    for ending in [false, true] {
        let unit = awkward();
        let buffer = unit.charm_dir().join(".charm-tracing.buffer");
        assert!(by_hand(&unit, "", "update-status", &[]).status.success());
        let file = File::options().write(true).open(&buffer).unwrap();
        let length: u64 = 30 << 30;
        file.set_len(length).unwrap();
        if ending {
            let mut bytes = (3_u32 << 30).to_le_bytes().to_vec();
            bytes.extend(b"\xFACTI");
            file.write_all_at(&bytes, length - 8).unwrap();
        }
        let output = by_hand(&unit, "ulimit -v 2000000;", "update-status", &[]);
        assert!(output.status.success(), "{output:?}");
        assert_eq!(waiting_at(&buffer).len(), 2);
        assert!(fs::metadata(&buffer).unwrap().len() < 1 << 20);
    }
}

#[test]
fn a_dispatch_over_64_mib_keeps_root_and_first_spans() {
    let mut unit = odd_unit();
    unit.set_env("EXERCISE", "wide");
    unit.set_env("N", "4300");
    let run = unit.hook("update-status").unwrap();
    assert_eq!(run.exit_code, Some(0));
    let traces = unit.buffered().unwrap();
    let missing = |root: &Span| attribute(root, "charm.tracing.missing_spans");
    let roots = roots(&traces);
    let missing: Vec<_> = roots.iter().filter_map(missing).collect();
    assert_eq!(missing.len(), 1, "{:?}", run.log);
}

/// Puts the next dispatch into the agent's trace.
fn below_the_agent(unit: &mut Unit) {
    unit.set_env("CHOSEN_CONTINUE", "1");
    unit.set_env("JUJU_TRACE_ID", "4bf92f3577b34da6a3ce929d0e0e4736");
    unit.set_env("JUJU_SPAN_ID", "00f067aa0ba902b7");
    unit.set_env("JUJU_TRACE_FLAGS", "1");
}

#[test]
fn a_dispatch_killed_in_the_agents_trace_is_recovered() {
    let mut unit = odd_unit();
    below_the_agent(&mut unit);
    unit.set_env("EXERCISE", "exit");
    unit.hook("start").unwrap();
    unit.hook("stop").unwrap();
    let traces = unit.buffered().unwrap();
    let [died, next] = &roots(&traces)[..] else {
        panic!("{traces:?}");
    };
    let told = attribute(died, "charm.dispatch.abandoned");
    assert_eq!(told.as_deref(), Some("true"));
    let message = died.status.as_ref().map(|status| status.message.as_str());
    assert_eq!(message, Some("the process ended before the dispatch did"));
    assert_eq!(next.links.len(), 1);
    assert_eq!(next.links[0].span_id, died.span_id);
}

#[test]
fn one_of_two_dispatches_killed_in_one_trace_is_recovered() {
    let mut unit = odd_unit();
    below_the_agent(&mut unit);
    unit.hook("install").unwrap();
    below_the_agent(&mut unit);
    unit.set_env("EXERCISE", "exit");
    unit.hook("start").unwrap();
    unit.hook("stop").unwrap();
    let roots = roots(&unit.buffered().unwrap());
    let mut names: Vec<&str> = roots.iter().map(|root| root.name.as_str()).collect();
    names.sort_unstable();
    let expected = [
        "odd-environment/0: install event",
        "odd-environment/0: start event",
        "odd-environment/0: stop event",
    ];
    assert_eq!(names, expected);
}

#[test]
fn a_handler_that_goes_elsewhere_takes_no_file_with_it() {
    let elsewhere = tempfile::tempdir().unwrap();
    let mut unit = odd_unit();
    for (hook, exercise) in [("start", "chdir"), ("stop", "")] {
        unit.set_env("CHOSEN_BUFFER_PATH", "traces");
        unit.set_env("CHOSEN_ENDPOINT", "http://127.0.0.1:1");
        unit.set_env("EXERCISE", exercise);
        unit.set_env("WHERE", elsewhere.path());
        assert!(unit.hook(hook).unwrap().succeeded());
    }
    let traces = waiting_at(&unit.charm_dir().join("traces"));
    assert_eq!(roots(&traces).len(), 2);
    assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 0);

    // Nor where Juju has not said where the charm is.
    let unit = odd_unit();
    let there = [
        ("JUJU_CHARM_DIR", ""),
        ("EXERCISE", "chdir"),
        ("WHERE", elsewhere.path().to_str().unwrap()),
    ];
    assert!(by_hand(&unit, "", "start", &there).status.success());
    assert_eq!(unit.buffered().unwrap().len(), 1);
    assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 0);
}

#[test]
fn spans_of_an_old_thread_do_not_change_the_trace_id() {
    let mut unit = odd_unit();
    for _ in 0..5 {
        unit.set_env("EXERCISE", "threads");
        assert_eq!(unit.hook("start").unwrap().exit_code, Some(1));
    }
    let reader = Reader::new(unit.charm_dir().join(".charm-tracing.buffer"));
    let recorded = reader.entries().unwrap().into_iter();
    let recorded: Vec<Vec<u8>> = recorded.map(|entry| entry.trace_id().to_vec()).collect();
    let traces = roots(&unit.buffered().unwrap()).into_iter();
    let traces: Vec<Vec<u8>> = traces.map(|root| root.trace_id).collect();
    assert_eq!(recorded, traces);
}

#[test]
fn a_killed_import_is_not_sent_while_its_source_is_in_use() {
    let directory = tempfile::tempdir().unwrap();
    let (here, before) = (
        directory.path().join("here"),
        directory.path().join("before"),
    );
    let limits = Limits {
        lock_wait: Duration::from_millis(1),
        ..Limits::default()
    };
    // As a kill leaves them between the sync of the copy and the end of the original.
    for path in [&here, &before] {
        let record = Record {
            priority: Priority::Ordinary,
            spans: 1,
            created: std::time::UNIX_EPOCH + Duration::from_secs(1_700_000_000),
            trace_id: [1; 16],
            payload: b"one",
        };
        Buffer::open(path, limits).unwrap().push(&record).unwrap();
    }
    let mut sent = 0;
    for round in 0..2 {
        // Someone looks at it.
        let other = File::open(&before).unwrap();
        if round == 0 {
            other.lock_shared().unwrap();
        }
        let mut buffer = Buffer::open(&here, limits).unwrap();
        let _ = buffer.import(&before);
        if let Some(_right) = buffer.sending().unwrap() {
            let entries = buffer.entries().unwrap();
            sent += entries.len();
            buffer.remove(&entries).unwrap();
        }
    }
    assert_eq!(sent, 1);
}

/// Answers requests on one port with these statuses and then with 200; returns the ids of spans that it
/// took, when told to stop.
fn receiver(statuses: &'static [u16]) -> (String, impl FnOnce() -> Vec<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let thread = std::thread::spawn(move || {
        let (mut taken, mut statuses) = (Vec::new(), statuses.iter().copied());
        loop {
            let mut stream = BufReader::new(listener.accept().unwrap().0);
            loop {
                let (mut line, mut length) = (String::new(), 0);
                if stream.read_line(&mut line).unwrap() == 0 {
                    break;
                }
                if line == "STOP\r\n" {
                    return taken;
                }
                while line != "\r\n" {
                    line.clear();
                    stream.read_line(&mut line).unwrap();
                    let line = line.to_lowercase();
                    if let Some(value) = line.strip_prefix("content-length:") {
                        length = value.trim().parse().unwrap();
                    }
                }
                let mut body = vec![0; length];
                stream.read_exact(&mut body).unwrap();
                let status = statuses.next().unwrap_or(200);
                if status == 200 {
                    let request = ExportTraceServiceRequest::decode(body.as_slice()).unwrap();
                    taken.extend(spans(&request.resource_spans).map(|span| span.span_id.clone()));
                }
                let answer = format!("HTTP/1.1 {status} x\r\ncontent-length: 0\r\n\r\n");
                stream.get_mut().write_all(answer.as_bytes()).unwrap();
            }
        }
    });
    let stop = move || {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(b"STOP\r\n").unwrap();
        thread.join().unwrap()
    };
    (format!("http://{address}"), stop)
}

#[test]
fn parts_that_were_taken_are_not_sent_from_the_journal() {
    let (url, stop) = receiver(&[413, 200, 503]);
    let mut unit = odd_unit();
    let buffer = unit.charm_dir().join(".charm-tracing.buffer");
    fs::create_dir(&buffer).unwrap();
    unit.set_env("CHOSEN_ENDPOINT", &url);
    unit.set_env("EXERCISE", "many");
    unit.set_env("N", "30");
    assert!(unit.hook("start").unwrap().succeeded());
    fs::remove_dir(&buffer).unwrap();
    fs::remove_file(unit.charm_dir().join(".charm-tracing.state")).unwrap();
    unit.set_env("CHOSEN_ENDPOINT", &url);
    assert!(unit.hook("stop").unwrap().succeeded());
    let taken = stop();
    let different: BTreeSet<&Vec<u8>> = taken.iter().collect();
    assert!(taken.len() > 10);
    assert_eq!(taken.len(), different.len());
}

#[test]
fn a_budget_without_an_end_is_a_long_one_and_so_is_a_wait() {
    let sink = Sink::http().unwrap();
    let mut unit = odd_unit();
    unit.set_env("CHOSEN_ENDPOINT", sink.endpoint());
    unit.set_env("CHOSEN_FOREVER", "1");
    assert!(unit.hook("start").unwrap().succeeded());
    assert_eq!(sink.traces().len(), 1);

    let directory = tempfile::tempdir().unwrap();
    let limits = Limits {
        lock_wait: Duration::MAX,
        ..Limits::default()
    };
    let buffer = Buffer::open(directory.path().join("buffer"), limits).unwrap();
    assert_eq!(buffer.entries().unwrap().len(), 0);
}

#[test]
fn counters_wait_while_a_large_dispatch_encodes() {
    let mut unit = odd_unit();
    let mut told = Vec::new();
    for (hook, spans) in [
        ("install", "1"),
        ("start", "1"),
        ("stop", "6000"),
        ("remove", "1"),
    ] {
        unit.set_env("CHOSEN_BUFFER_MAX_EVENTS", "1");
        unit.set_env("EXERCISE", "many");
        unit.set_env("N", spans);
        assert!(unit.hook(hook).unwrap().succeeded());
        let roots = roots(&unit.buffered().unwrap());
        let dropped = |root: &Span| attribute(root, "charm.tracing.dropped_dispatches");
        told.extend(roots.iter().map(dropped));
    }
    let two = Some("2".to_owned());
    assert_eq!(told, [None, None, None, two]);
}
