//! Real dispatches while somebody takes the buffer away from under them, and on files that are not
//! what the dispatch before left.

use std::fs::{self, File, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Duration;

use charm_tracing::__buffer::{Buffer, Limits, Reader};
use charm_tracing::testing::{Answer, Sink, attribute, spans, tree};

use super::{Chosen, unit_with};
use crate::{log, mortal};

/// Tells a process of this test that it is not root, and where to work.
const JOB: &str = "FAULTS_TEST_AS_NOBODY";

#[test]
fn a_file_deleted_while_sending_fails_no_hook() {
    let directory = tempfile::tempdir().unwrap();
    let buffer = directory.path().join("buffer");
    let (mut unit, sink) = unit_with(&buffer);
    sink.answer_with(Answer::Hang);
    unit.choose("NETWORK_BUDGET_MS", "1000");
    let first = thread::scope(|scope| {
        scope.spawn(|| {
            // The record is in before a socket opens.
            while sink.connections() == 0 {
                thread::sleep(Duration::from_millis(1));
            }
            assert_eq!(Reader::new(&buffer).entries().unwrap().len(), 1);
            fs::remove_file(&buffer).unwrap();
        });
        unit.hook()
    });
    assert!(first.log.len() <= 1, "{}", log(&first));
    assert!(!buffer.exists());
    sink.answer_with(Answer::Ok);
    sink.clear();
    unit.hook();
    unit.hook();
    // How long a receiver that failed is left alone is not this test's matter: nothing is lost since.
    let waiting = Reader::new(&buffer).entries().unwrap().len();
    assert_eq!(roots(&sink) + waiting, 2);
}

#[test]
fn a_file_cut_between_hooks_costs_only_what_was_cut() {
    for keep in [0, 1, 20, 32, 50, 1_000, 2_500] {
        let directory = tempfile::tempdir().unwrap();
        let buffer = directory.path().join("buffer");
        let mut unit = Chosen::nothing();
        unit.choose("BUFFER_PATH", buffer.to_str().unwrap());
        for _ in 0..3 {
            unit.hook();
        }
        let length = fs::metadata(&buffer).unwrap().len();
        assert!(length > 2_500, "{length}");
        File::options()
            .write(true)
            .open(&buffer)
            .and_then(|file| file.set_len(keep))
            .unwrap();
        let left = Reader::new(&buffer).entries().unwrap().len();
        assert!(left < 3, "{keep}");
        let sink = Sink::http().unwrap();
        unit.choose("ENDPOINT", sink.endpoint());
        assert_eq!(log(&unit.hook()), "", "{keep}");
        assert_eq!(roots(&sink), left + 1, "{keep}");
        assert_eq!(Reader::new(&buffer).entries().unwrap().len(), 0);
    }
}

#[test]
fn without_permission_traces_leave_at_once_with_one_line() {
    let directory = tempfile::tempdir().unwrap();
    fs::set_permissions(directory.path(), Permissions::from_mode(0o777)).unwrap();
    let (_, module) = module_path!().split_once("::").unwrap();
    let binary = std::env::current_exe().unwrap();
    // 65534 is nobody, on every Linux. Where that user cannot be become, or not start this program,
    // there is nothing to see.
    let nobody = |program: &Path| {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]);
        command.arg(program).env("TMPDIR", directory.path());
        command
    };
    let stand_in = Path::new(env!("CARGO_BIN_EXE_stand-in"));
    let reaches = |program: &Path| {
        let mut tried = nobody(Path::new("test"));
        let tried = tried.arg("-x").arg(program).status();
        tried.is_ok_and(|status| status.success())
    };
    if !reaches(&binary) || !reaches(stand_in) {
        return;
    }
    let run = nobody(&binary)
        .args(["--exact", &format!("{module}::as_nobody"), "--ignored"])
        .env(JOB, directory.path())
        .output()
        .unwrap();
    assert!(
        run.status.success(),
        "{}",
        String::from_utf8_lossy(&run.stdout)
    );
    assert!(directory.path().join("was-here").exists());
}

/// Not a test of its own: the process that the one before starts as another user.
#[test]
#[ignore = "started by the test beside it"]
fn as_nobody() {
    let Ok(directory) = std::env::var(JOB) else {
        return;
    };
    let directory = Path::new(&directory);
    fs::write(directory.join("was-here"), "").unwrap();
    // Another's file and a directory that is not to be written; both are ways to be without permission.
    let closed = directory.join("closed");
    fs::create_dir(&closed).unwrap();
    fs::set_permissions(&closed, Permissions::from_mode(0o500)).unwrap();
    let file = directory.join("buffer");
    fs::write(&file, "").unwrap();
    fs::set_permissions(&file, Permissions::from_mode(0o000)).unwrap();
    for buffer in [closed.join("buffer"), file] {
        let (mut unit, sink) = unit_with(&buffer);
        let first = log(&unit.hook());
        assert!(first.contains("Permission denied"), "{first}");
        assert_eq!(first.lines().count(), 1, "{first}");
        assert_eq!(log(&unit.hook()), "", "told once");
        assert_eq!(roots(&sink), 2);
    }
}

#[test]
fn a_journal_larger_than_the_buffer_is_trimmed() {
    let directory = tempfile::tempdir().unwrap();
    let buffer = directory.path().join("buffer");
    let mut unit = Chosen::nothing();
    // Nothing takes the first dispatch: its journal stays. Then the author lowers the limit.
    fs::create_dir(&buffer).unwrap();
    unit.unit.set_env("CHOSEN_BUFFER_PATH", &buffer);
    unit.unit.set_env("CHOSEN_BUFFER_MAX_SIZE_MIB", "20");
    unit.unit.hook("leader-elected").unwrap();
    let journal = directory.path().join("buffer.journal.0");
    assert!(fs::metadata(&journal).unwrap().len() > 11 << 20);
    fs::remove_dir(&buffer).unwrap();
    unit.choose("BUFFER_PATH", buffer.to_str().unwrap());
    unit.hook();
    unit.hook();
    assert_eq!(fs::metadata(&journal).unwrap().len(), 0);
    assert!(fs::metadata(&buffer).unwrap().len() <= 10 << 20);
    let waiting = crate::waiting_at(&buffer);
    let found: Vec<_> = spans(&waiting)
        .filter(|span| span.parent_span_id.is_empty())
        .collect();
    assert_eq!(found.len(), 3, "the large one, and two that came after");
    let large = tree(&waiting)
        .lines()
        .filter(|line| line.contains("large"))
        .count();
    assert!((90..=102).contains(&large), "{large}");
}

#[test]
fn two_dispatches_and_a_slow_receiver_deliver_once_each() {
    let directory = tempfile::tempdir().unwrap();
    let buffer = directory.path().join("buffer");
    let (mut one, sink) = unit_with(&buffer);
    sink.answer_with(Answer::Drip(Duration::from_millis(1)));
    let mut other = Chosen::nothing();
    for unit in [&mut one, &mut other] {
        unit.choose("BUFFER_PATH", buffer.to_str().unwrap());
        unit.choose("ENDPOINT", sink.endpoint());
        unit.choose("NETWORK_BUDGET_MS", "20000");
    }
    thread::scope(|scope| {
        for unit in [&mut one, &mut other] {
            scope.spawn(|| {
                for _ in 0..5 {
                    unit.hook();
                }
            });
        }
    });
    one.hook();
    assert_eq!(roots(&sink), 11);
    let mut traces: Vec<_> = spans(&sink.traces())
        .map(|span| span.trace_id.clone())
        .collect();
    traces.sort();
    traces.dedup();
    assert_eq!(traces.len(), 11, "each under one trace id");
    assert_eq!(Reader::new(&buffer).entries().unwrap().len(), 0);
}

#[test]
fn a_recovered_dispatch_in_a_side_file_is_reported_once() {
    let mut unit = mortal();
    unit.hook("install").unwrap();
    let buffer = unit.charm_dir().join(".charm-tracing.buffer");
    drop(Buffer::open(&buffer, Limits::default()).unwrap());
    let held = File::open(&buffer).unwrap();
    held.lock().unwrap();
    unit.hook("update-status").unwrap();
    let side_files = unit.charm_dir().join(".charm-tracing.buffer.sides");
    assert!(fs::read_dir(&side_files).unwrap().count() >= 1);
    drop(held);
    for _ in 0..2 {
        unit.hook("update-status").unwrap();
    }
    assert!(!side_files.exists());
    let buffered = unit.buffered().unwrap();
    let mut dispatches: Vec<_> = spans(&buffered)
        .filter(|span| span.parent_span_id.is_empty())
        .map(|root| attribute(root, "juju.context_id").unwrap())
        .collect();
    dispatches.sort();
    let all = dispatches.clone();
    dispatches.dedup();
    assert_eq!(dispatches, all, "each is told once");
    assert_eq!(dispatches.len(), 4, "the dead one and three that lived");
}

fn roots(sink: &Sink) -> usize {
    let traces = sink.traces();
    spans(&traces)
        .filter(|span| span.parent_span_id.is_empty())
        .count()
}
