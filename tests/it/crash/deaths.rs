//! Each way to die, one by one, and the trace that is left of it.

use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use charm_tracing::testing::{ResourceSpans, Run, Span, Unit, attribute, spans, tree};

use super::left_over;
use crate::{awkward, mortal};

/// What the dispatch tells that ends in the middle of its handler, and the one after it.
pub(super) const LEFT_BY_AN_EXIT: &str = "\
mortal/0: install event  error: the process ended before the dispatch did
    event: install  error: still open when the process ended
        - install
        function call: exits  error: still open when the process ended
            finished work
            is-leader
            unfinished work  error: still open when the process ended
                function call: leaves  error: still open when the process ended
mortal/0: update-status event
    event: update_status
        - update_status
";

#[test]
fn an_exit_inside_the_handler_leaves_what_had_happened() {
    let mut unit = mortal();
    let run = unit.hook("install").unwrap();
    assert_eq!((run.exit_code, run.stdout.as_str()), (Some(3), ""));
    assert_eq!(unit.buffered().unwrap().len(), 0);
    assert_eq!(quiet(&mut unit, "update-status").log, []);
    assert_eq!(tree(&unit.buffered().unwrap()), LEFT_BY_AN_EXIT);
    assert_eq!(left_over(&unit), Vec::<String>::new());
}

#[test]
fn the_next_root_has_a_link_to_the_abandoned_root() {
    let mut unit = mortal();
    unit.hook("install").unwrap();
    quiet(&mut unit, "update-status");
    quiet(&mut unit, "update-status");
    let traces = unit.buffered().unwrap();
    let roots: Vec<&Span> = spans(&traces)
        .filter(|span| span.parent_span_id.is_empty())
        .collect();
    let [abandoned, next, last] = roots[..] else {
        panic!("{roots:?}");
    };
    let told = |span| attribute(span, "charm.dispatch.abandoned");
    assert_eq!(
        [abandoned, next, last].map(told),
        [Some("true".to_owned()), None, None]
    );
    assert_eq!(next.links.len(), 1);
    assert_eq!(next.links[0].trace_id, abandoned.trace_id);
    assert_eq!(next.links[0].span_id, abandoned.span_id);
    assert_eq!(last.links.len(), 0);
    // It ends with the last that is known of it.
    let of_it = |span: &&Span| span.trace_id == abandoned.trace_id;
    let last_start = spans(&traces)
        .filter(of_it)
        .map(|span| span.start_time_unix_nano);
    assert_eq!(abandoned.end_time_unix_nano, last_start.max().unwrap());
}

#[test]
fn an_abort_is_reported_by_the_next_dispatch() {
    let mut unit = mortal();
    assert_eq!(unit.hook("start").unwrap().signal, Some(6));
    quiet(&mut unit, "update-status");
    assert!(tree(&unit.buffered().unwrap()).starts_with(
        "\
mortal/0: start event  error: the process ended before the dispatch did
    event: start  error: still open when the process ended
        - start
        function call: aborts  error: still open when the process ended
mortal/0: update-status event
"
    ));
}

#[test]
fn a_signal_leaves_a_trace_even_of_work_that_shows_no_progress() {
    for signal in ["TERM", "KILL", "SEGV"] {
        let mut unit = mortal();
        let run = while_it_waits(&mut unit, |process| send(signal, process));
        assert!(run.signal.is_some(), "{signal}");
        quiet(&mut unit, "update-status");
        assert!(
            tree(&unit.buffered().unwrap()).starts_with(
                "\
mortal/0: leader-elected event  error: the process ended before the dispatch did
    event: leader_elected  error: still open when the process ended
        - leader_elected
        function call: waits  error: still open when the process ended
            short work
            long work  error: still open when the process ended
"
            ),
            "{signal}"
        );
    }
}

#[test]
fn a_dispatch_that_still_runs_is_not_taken_for_a_dead_one() {
    let mut unit = mortal();
    let dispatch = unit.charm_dir().join("dispatch");
    let charm = unit.charm_dir().to_owned();
    let next = |path: &str| {
        let mut command = Command::new(&dispatch);
        command.env_clear().current_dir(&charm);
        command.env("JUJU_CHARM_DIR", &charm);
        command.env("JUJU_UNIT_NAME", "mortal/0");
        command.env("JUJU_DISPATCH_PATH", path);
        command.status().unwrap()
    };
    while_it_waits(&mut unit, |orphan| {
        assert!(next("hooks/update-status").success());
        // This one dies beside it, and is told while the orphan runs on.
        assert!(!next("hooks/start").success());
        assert!(next("hooks/update-status").success());
        send("KILL", orphan);
    });
    let roots = |unit: &Unit| {
        let text = tree(&unit.buffered().unwrap());
        let roots = text.lines().filter(|line| !line.starts_with(' '));
        roots.map(str::to_owned).collect::<Vec<_>>()
    };
    let died = "event  error: the process ended before the dispatch did";
    let before_its_end = [
        "mortal/0: update-status event".to_owned(),
        format!("mortal/0: start {died}"),
        "mortal/0: update-status event".to_owned(),
    ];
    assert_eq!(roots(&unit), before_its_end);
    quiet(&mut unit, "update-status");
    assert_eq!(roots(&unit)[0], format!("mortal/0: leader-elected {died}"));
    assert_eq!(roots(&unit).len(), 5);
    assert_eq!(left_over(&unit), Vec::<String>::new());
}

#[test]
fn a_hot_loop_is_recovered_up_to_its_last_moments() {
    let mut unit = mortal();
    assert_eq!(unit.hook("upgrade-charm").unwrap().signal, Some(6));
    quiet(&mut unit, "update-status");
    let traces = unit.buffered().unwrap();
    let unset = |span: &&Span| span.status.as_ref().is_none_or(|status| status.code == 0);
    let ended = spans(&traces)
        .filter(|span| span.name == "tiny")
        .filter(unset);
    let numbers: Vec<usize> = ended
        .filter_map(|span| attribute(span, "number")?.parse().ok())
        .collect();
    // What waits for the loop's next write is less than 64 KiB, and a tiny span is 300 bytes twice.
    assert!(numbers.len() > 4_000 - 200, "{}", numbers.len());
    assert!(numbers.iter().copied().eq(0..numbers.len()));
}

#[test]
fn a_recovered_span_is_what_it_would_have_been() {
    let detailed = |death: bool| {
        let mut unit = mortal();
        if death {
            unit.set_env("CHOSEN_DEATH", "1");
        }
        unit.hook("stop").unwrap();
        quiet(&mut unit, "update-status");
        let mut traces = unit.buffered().unwrap();
        traces.truncate(1);
        traces
    };
    assert_eq!(comparable(detailed(true)), comparable(detailed(false)));
}

/// The one span of the other library with its scope and resource, without what differs from run to
/// run.
fn comparable(mut traces: Vec<ResourceSpans>) -> ResourceSpans {
    let mut trace = traces.remove(0);
    trace
        .resource
        .iter_mut()
        .for_each(|resource| resource.attributes.sort_by(|a, b| a.key.cmp(&b.key)));
    trace
        .scope_spans
        .retain(|scope| scope.scope.as_ref().unwrap().name == "another-library");
    for scope in &mut trace.scope_spans {
        for span in &mut scope.spans {
            assert_eq!((span.links.len(), span.events.len()), (1, 1));
            assert_eq!(span.attributes.len(), 8);
            assert!(span.end_time_unix_nano >= span.start_time_unix_nano);
            span.trace_id.clear();
            span.span_id.clear();
            span.parent_span_id.clear();
            (span.start_time_unix_nano, span.end_time_unix_nano) = (0, 0);
            span.events[0].time_unix_nano = 0;
        }
    }
    assert_eq!(trace.scope_spans.len(), 1);
    trace
}

#[test]
fn a_trace_the_buffer_refuses_stays_in_the_journal() {
    let mut unit = mortal();
    let buffer = unit.charm_dir().join(".charm-tracing.buffer");
    std::fs::create_dir(&buffer).unwrap();
    for hook in ["update-status", "stop"] {
        quiet(&mut unit, hook);
    }
    assert_eq!(left_over(&unit).len(), 2);
    std::fs::remove_dir(&buffer).unwrap();
    quiet(&mut unit, "update-status");
    let text = tree(&unit.buffered().unwrap());
    let roots: Vec<&str> = text.lines().filter(|line| !line.starts_with(' ')).collect();
    assert_eq!(
        roots,
        [
            "mortal/0: update-status event",
            "mortal/0: stop event",
            "mortal/0: update-status event"
        ]
    );
    assert_eq!(left_over(&unit), Vec::<String>::new());
}

#[test]
fn with_no_buffer_and_with_tracing_off_there_is_no_journal() {
    for (name, value) in [
        ("CHOSEN_BUFFER_MAX_EVENTS", "0"),
        ("CHARM_TRACING_ENABLED", "0"),
        ("OTEL_SDK_DISABLED", "true"),
    ] {
        let mut unit = mortal();
        unit.set_env(name, value);
        assert_eq!(unit.hook("install").unwrap().exit_code, Some(3));
        let names: Vec<_> = std::fs::read_dir(unit.charm_dir())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        assert_eq!(names, ["dispatch"], "{name}");
    }
}

#[test]
fn a_journal_that_cannot_be_used_costs_no_hook_and_no_trace() {
    let journal = ".charm-tracing.buffer.journal.0";
    let put = |unit: &Unit, bytes: &[u8]| std::fs::write(unit.charm_dir().join(journal), bytes);
    let mut unit = awkward();
    std::fs::create_dir(unit.charm_dir().join(journal)).unwrap();
    quiet(&mut unit, "update-status");
    assert_eq!(unit.buffered().unwrap().len(), 1);

    let mut unit = awkward();
    std::os::unix::fs::symlink("/dev/null", unit.charm_dir().join(journal)).unwrap();
    quiet(&mut unit, "update-status");
    assert_eq!(unit.buffered().unwrap().len(), 1);

    let mut unit = awkward();
    put(
        &unit,
        b"the notes of another program, which are longer than a head",
    )
    .unwrap();
    let run = quiet(&mut unit, "update-status");
    assert_eq!(run.log.len(), 1, "{:?}", run.log);
    assert!(run.log[0].message.ends_with(".journal.0.set-aside"));
    assert_eq!(quiet(&mut unit, "update-status").log, []);

    let mut unit = awkward();
    put(&unit, &[0; 4096]).unwrap();
    assert_eq!(quiet(&mut unit, "update-status").log, []);
    assert_eq!(left_over(&unit), Vec::<String>::new());
}

#[test]
fn a_damaged_journal_is_read_up_to_the_damage() {
    let mut unit = mortal();
    unit.hook("install").unwrap();
    let journal = unit.charm_dir().join(".charm-tracing.buffer.journal.0");
    let whole = std::fs::read(&journal).unwrap();
    // Every hundredth byte and a half: some forty places in heads, lengths, checksums and bodies.
    for place in (0..whole.len()).step_by(50) {
        let mut changed = whole.clone();
        changed[place] ^= 0x10;
        for bytes in [&whole[..place], &changed] {
            let mut unit = awkward();
            let journal = unit.charm_dir().join(".charm-tracing.buffer.journal.0");
            std::fs::write(&journal, bytes).unwrap();
            quiet(&mut unit, "update-status");
            let text = tree(&unit.buffered().unwrap());
            let last = "awkward/0: update-status event\n    event: update_status\n";
            assert!(text.contains(last), "{place}: {text}");
            assert_eq!(left_over(&unit), Vec::<String>::new(), "{place}");
        }
    }
}

/// A hook that must go as if nothing had ever happened.
fn quiet(unit: &mut Unit, hook: &str) -> Run {
    let run = unit.hook(hook).unwrap();
    assert_eq!(
        (run.exit_code, run.stdout.as_str(), run.stderr.as_str()),
        (Some(0), "", "")
    );
    run
}

/// Starts the hook that waits, and does something once it has come that far.
fn while_it_waits(unit: &mut Unit, act: impl FnOnce(u32)) -> Run {
    let sign = unit.charm_dir().join("waiting");
    let mut running = unit.start_hook("leader-elected").unwrap();
    let begun = Instant::now();
    while !sign.exists() {
        assert!(begun.elapsed() < Duration::from_secs(20));
        thread::sleep(Duration::from_millis(1));
    }
    act(running.id());
    running.kill().unwrap();
    running.wait().unwrap()
}

fn send(signal: &str, process: u32) {
    let mut command = Command::new("/bin/sh");
    let script = format!("kill -{signal} {process}");
    assert!(command.args(["-c", &script]).status().unwrap().success());
    // The signal is on its way; what follows must not overtake it.
    thread::sleep(Duration::from_millis(30));
}
