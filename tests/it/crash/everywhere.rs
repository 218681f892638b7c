//! A dispatch killed at every single call that changes one of the crate's files, and in the middle
//! of every write: a library preloaded into it counts the calls.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use charm_tracing::testing::{Run, Sink, Unit, attribute, spans};

use super::left_over;
use crate::{blog, mortal, waiting_at};

#[test]
fn a_dispatch_that_buffers() {
    let calls = at_every_call(&|| (mortal(), Context::default()), &|unit, _| {
        unit.hook("remove").unwrap()
    });
    assert!(calls > 8, "{calls}");
}

#[test]
fn a_dispatch_that_delivers() {
    at_every_call(
        &|| {
            let mut unit = mortal();
            unit.hook("update-status").unwrap();
            let sink = Sink::http().unwrap();
            (
                unit,
                Context {
                    sink: Some(sink),
                    ..Context::default()
                },
            )
        },
        &|unit, _| unit.hook("remove").unwrap(),
    );
}

#[test]
fn a_dispatch_that_recovers_another() {
    at_every_call(
        &|| {
            let mut unit = mortal();
            unit.hook("install").unwrap();
            (
                unit,
                Context {
                    unsettled: 1,
                    ..Context::default()
                },
            )
        },
        &|unit, _| unit.hook("update-status").unwrap(),
    );
}

#[test]
fn a_dispatch_that_recovers_another_and_delivers() {
    at_every_call(
        &|| {
            let mut unit = mortal();
            unit.hook("install").unwrap();
            let sink = Sink::http().unwrap();
            (
                unit,
                Context {
                    sink: Some(sink),
                    unsettled: 1,
                    ..Context::default()
                },
            )
        },
        &|unit, _| unit.hook("update-status").unwrap(),
    );
}

#[test]
fn the_buffer_moves_to_its_storage_and_back() {
    for kind in ["attached", "detaching"] {
        at_every_call(
            &|| {
                let mut unit = blog();
                let storage = tempfile::tempdir().unwrap();
                let id = unit.attach_storage("content", storage.path()).unwrap();
                unit.hook("update-status").unwrap();
                unit.hook("update-status").unwrap();
                if kind == "detaching" {
                    unit.storage_hook(&id, "attached").unwrap();
                }
                let place = storage.path().join(".charm-tracing.buffer");
                let context = Context {
                    _storage: Some(storage),
                    id: Some(id),
                    place,
                    ..Context::default()
                };
                (unit, context)
            },
            &|unit, context| {
                unit.storage_hook(context.id.as_ref().unwrap(), kind)
                    .unwrap()
            },
        );
    }
}

/// What goes with a unit through one round.
#[derive(Debug, Default)]
struct Context {
    sink: Option<Sink>,
    // Removed with the round.
    _storage: Option<tempfile::TempDir>,
    id: Option<charm_tracing::testing::StorageId>,
    place: PathBuf,
    /// How many dispatches wait in journals.
    unsettled: usize,
}

/// Lets `fatal` run on ever new units and die one call later each time, until it lives. Returns the
/// number of calls.
fn at_every_call(
    prepare: &dyn Fn() -> (Unit, Context),
    fatal: &dyn Fn(&mut Unit, &Context) -> Run,
) -> usize {
    let mut calls = 0;
    for halfway in [false, true] {
        let mut has_left_a_trace = false;
        for call in 1.. {
            let (mut unit, context) = prepare();
            let before = known(&unit, &context);
            unit.set_env("LD_PRELOAD", library());
            unit.set_env("DIE_AT", call.to_string());
            if halfway {
                unit.set_env("DIE_HALFWAY", "1");
            }
            address(&mut unit, &context);
            let died = fatal(&mut unit, &context).signal == Some(9);
            let what = format!("call {call}, halfway {halfway}");
            if died {
                // As Juju does with a hook that was killed.
                address(&mut unit, &context);
                fatal(&mut unit, &context);
            }
            for _ in 0..2 {
                address(&mut unit, &context);
                let next = unit.hook("update-status").unwrap();
                assert_eq!(
                    (next.exit_code, next.stderr.as_str()),
                    (Some(0), ""),
                    "{what}"
                );
            }
            assert_eq!(left_over(&unit), Vec::<String>::new(), "{what}");
            let after = known(&unit, &context);
            assert!(before.is_subset(&after), "{what}: something is lost");
            // Three that lived, what the unit came with, and the one that died, unless that was
            // before its first span.
            let of_the_dead = after.len() - before.len() - 3 - context.unsettled;
            assert!(of_the_dead <= usize::from(died), "{what}: {of_the_dead}");
            assert!(
                !has_left_a_trace || !died || of_the_dead == 1,
                "{what}: it left no trace"
            );
            has_left_a_trace |= of_the_dead == 1;
            if !died {
                calls = call;
                break;
            }
        }
        assert!(has_left_a_trace);
    }
    println!("{calls} calls");
    calls
}

fn address(unit: &mut Unit, context: &Context) {
    if let Some(sink) = &context.sink {
        unit.set_env("CHOSEN_ENDPOINT", sink.endpoint());
    }
}

/// The dispatches that wait or have arrived, by context id; no dispatch is among them twice.
fn known(unit: &Unit, context: &Context) -> BTreeSet<String> {
    let mut traces = unit.buffered().unwrap();
    traces.extend(waiting_at(&context.place));
    let mut records_of = BTreeSet::new();
    let mut dispatches = BTreeSet::new();
    for record in &traces {
        let trace = spans(std::slice::from_ref(record)).next().unwrap();
        assert!(
            records_of.insert(trace.trace_id.clone()),
            "two records of one trace"
        );
    }
    // What is sent and removed must not wait any more; but a kill over the answer sends it again.
    traces.extend(context.sink.iter().flat_map(Sink::traces));
    let mut roots = BTreeSet::new();
    for root in spans(&traces).filter(|span| span.parent_span_id.is_empty()) {
        let dispatch = attribute(root, "juju.context_id").unwrap();
        if roots.insert(root.trace_id.clone()) {
            assert!(dispatches.insert(dispatch), "a dispatch in two traces");
        }
    }
    dispatches
}

/// The library that kills, built once. A C compiler is there: the TLS library needs one.
pub(super) fn library() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let library = Path::new(env!("CARGO_TARGET_TMPDIR")).join("die_at.so");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/crash/die_at.c");
        let compiler = std::env::var("CC").unwrap_or_else(|_| "cc".to_owned());
        let built = Command::new(compiler)
            .args(["-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o"])
            .arg(&library)
            .arg(&source)
            .arg("-ldl")
            .status();
        assert!(built.unwrap().success());
        library
    })
}
