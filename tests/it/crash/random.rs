//! A real dispatch, killed at a random instant, again and again.

use std::collections::BTreeMap;
use std::process::Command;
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use charm_tracing::testing::{Received, ResourceSpans, Sink, Unit, spans};

use super::{by_dispatch, left_over, noted};
use crate::mortal;

/// Rounds of each of the two tests.
const ROUNDS: usize = 250;
/// The rest of the killed died before their root span, or when their record was in the buffer
/// already; on a busy machine that is most of them.
const MOST_TOO_EARLY: usize = 8;

#[test]
fn killed_at_random_while_everything_waits() {
    let mut unit = mortal();
    let killed = rounds(&mut unit, None);
    let told = finish(&mut unit, None);
    assert_eq!(
        told,
        BTreeMap::new(),
        "records in the buffer more than once"
    );
    let arrived = by_dispatch(&unit.buffered().unwrap());
    let recovered = complete(&unit, &arrived, killed);
    assert!(
        recovered > killed / MOST_TOO_EARLY,
        "{recovered} of {killed}"
    );
}

#[test]
fn killed_at_random_while_everything_is_sent() {
    let sink = Sink::http().unwrap();
    let mut unit = mortal();
    let killed = rounds(&mut unit, Some(&sink));
    finish(&mut unit, Some(&sink));
    assert_eq!(unit.buffered().unwrap().len(), 0);
    let arrived = by_dispatch(&sink.traces());
    let recovered = complete(&unit, &arrived, killed);
    assert!(
        recovered > killed / MOST_TOO_EARLY,
        "{recovered} of {killed}"
    );

    // A receiver cannot be asked whether it has a record, so those whose answer the dispatch did not
    // live to see are sent again: the same spans under the same ids. One request is on its way at a
    // time, so that can happen once for each kill.
    let again = sent_again(&sink.requests());
    println!(
        "{again} requests had records a second time, their sender being killed over the answer"
    );
    assert!(again <= killed, "{again} of {killed}");
}

#[test]
fn killed_at_random_while_others_run_beside_it() {
    const AT_ONCE: u64 = 4;
    const EACH: u64 = 15;
    let sink = Sink::http().unwrap();
    let mut unit = mortal();
    let (charm, endpoint) = (unit.charm_dir().to_owned(), sink.endpoint());
    let seed = seed();
    let killed = thread::scope(|scope| {
        let at_once: Vec<_> = (0..AT_ONCE)
            .map(|thread| {
                let (charm, endpoint) = (&charm, &endpoint);
                let mut random = seed.rotate_left(thread as u32) | 1;
                scope.spawn(move || {
                    let mut killed = 0;
                    for round in 0..EACH {
                        let mut command = Command::new(charm.join("dispatch"));
                        command.env_clear().current_dir(charm);
                        for (name, value) in [
                            ("JUJU_UNIT_NAME", "mortal/0"),
                            ("JUJU_DISPATCH_PATH", "hooks/config-changed"),
                            ("JUJU_CONTEXT_ID", &format!("{thread}-{round}")),
                            ("CHOSEN_BUFFER_MAX_EVENTS", "10000"),
                            ("CHOSEN_NETWORK_BUDGET_MS", "20000"),
                            ("CHOSEN_ENDPOINT", endpoint),
                        ] {
                            command.env(name, value);
                        }
                        let mut dispatch = command.env("JUJU_CHARM_DIR", charm).spawn().unwrap();
                        thread::sleep(Duration::from_micros(next(&mut random) % 80_000));
                        dispatch.kill().unwrap();
                        killed += usize::from(dispatch.wait().unwrap().code().is_none());
                    }
                    killed
                })
            })
            .collect();
        at_once
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .sum()
    });
    finish(&mut unit, Some(&sink));
    assert_eq!(unit.buffered().unwrap().len(), 0);
    complete(&unit, &by_dispatch(&sink.traces()), killed);
}

/// Kills a dispatch a round; the next one must go as if nothing had happened.
fn rounds(unit: &mut Unit, sink: Option<&Sink>) -> usize {
    let seed = seed();
    let mut random = seed | 1;
    let mut killed = 0;
    for round in 0..ROUNDS {
        choose(unit, sink);
        let mut running = unit.start_hook("config-changed").unwrap();
        // The hook works for 30 ms and takes some for its start and its end.
        thread::sleep(Duration::from_micros(next(&mut random) % 50_000));
        running.kill().unwrap();
        killed += usize::from(running.wait().unwrap().signal == Some(9));
        choose(unit, sink);
        let next = unit.hook("update-status").unwrap();
        assert_eq!(
            (next.exit_code, next.stdout.as_str(), next.stderr.as_str()),
            (Some(0), "", ""),
            "round {round}, seed {seed}"
        );
    }
    killed
}

fn seed() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let seed = now.as_nanos() as u64;
    println!("seed {seed}");
    seed
}

/// Xorshift: enough to be anywhere.
fn next(random: &mut u64) -> u64 {
    *random ^= *random << 13;
    *random ^= *random >> 7;
    *random ^= *random << 17;
    *random
}

fn choose(unit: &mut Unit, sink: Option<&Sink>) {
    // More than the rounds leave, so that what is missing at the end is lost and not evicted.
    unit.set_env("CHOSEN_BUFFER_MAX_EVENTS", "10000");
    // On a busy machine a receiver must not count as failed.
    unit.set_env("CHOSEN_NETWORK_BUDGET_MS", "20000");
    if let Some(sink) = sink {
        unit.set_env("CHOSEN_ENDPOINT", sink.endpoint());
    }
}

/// Two more dispatches settle what the last kill left. Returns what is buffered more than once.
fn finish(unit: &mut Unit, sink: Option<&Sink>) -> BTreeMap<Vec<u8>, usize> {
    for _ in 0..2 {
        choose(unit, sink);
        assert!(unit.hook("update-status").unwrap().succeeded());
    }
    assert_eq!(left_over(unit), Vec::<String>::new());
    let mut records: BTreeMap<Vec<u8>, usize> = BTreeMap::new();
    for record in unit.buffered().unwrap() {
        let trace = spans(&[record]).next().unwrap().trace_id.clone();
        *records.entry(trace).or_default() += 1;
    }
    records.retain(|_, times| *times > 1);
    records
}

/// Requests with a record that has come before, which must be the same byte for byte.
fn sent_again(requests: &[Received]) -> usize {
    let mut seen: BTreeMap<Vec<u8>, ResourceSpans> = BTreeMap::new();
    let mut again = 0;
    for request in requests {
        let mut repeated = false;
        for record in &request.traces.as_ref().unwrap().resource_spans {
            let trace = spans(std::slice::from_ref(record))
                .next()
                .unwrap()
                .trace_id
                .clone();
            if let Some(before) = seen.insert(trace, record.clone()) {
                assert!(before == *record, "a record arrived in two forms");
                repeated = true;
            }
        }
        again += usize::from(repeated);
    }
    again
}

/// Every step that had ended when its dispatch was killed has arrived, in one trace.
fn complete(unit: &Unit, arrived: &BTreeMap<String, super::Arrived>, killed: usize) -> usize {
    let mut steps = 0;
    for (dispatch, ended) in noted(unit) {
        let found = arrived.get(&dispatch);
        let found = found.unwrap_or_else(|| panic!("{dispatch} is lost"));
        let missing: Vec<_> = ended.difference(&found.steps).collect();
        assert_eq!(missing, Vec::<&u64>::new(), "{dispatch}");
        steps += ended.len();
    }
    for (dispatch, found) in arrived {
        assert_eq!(found.traces.len(), 1, "{dispatch} is told twice");
    }
    let abandoned = arrived.values().filter(|found| found.abandoned).count();
    println!("{killed} killed, {abandoned} recovered, {steps} steps, 0 lost");
    abandoned
}
