//! A process killed at every call while it takes over what waits in another file, and a second one
//! that was there before and sends next: each record is sent once.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, UNIX_EPOCH};

use charm_tracing::__buffer::{Buffer, Limits, Priority, Record};
use tempfile::TempDir;

use super::everywhere::library;

/// What the process that is killed is told: the buffer, and the file to import if there is one.
const JOB: &str = "BUFFER_TEST_ADOPTION";

/// What the killing library takes for one of the crate's files.
const NAME: &str = ".charm-tracing.buffer";

#[test]
fn a_side_file_killed_during_import_is_sent_once() {
    let calls = at_every_call(&|place| {
        let witness = Buffer::open(&place.buffer, Limits::default()).unwrap();
        push(&mut Buffer::open(&place.buffer, hasty()).unwrap(), 1);
        push_aside(&place.buffer, 2);
        push_aside(&place.buffer, 3);
        (witness, None)
    });
    assert!(calls > 6, "{calls}");
}

#[test]
fn a_buffer_killed_while_it_moves_is_sent_once() {
    let calls = at_every_call(&|place| {
        let mut witness = Buffer::open(&place.buffer, Limits::default()).unwrap();
        // As each dispatch does: nothing was there then.
        witness.import(&place.before).unwrap();
        push(&mut Buffer::open(&place.before, hasty()).unwrap(), 1);
        push(&mut Buffer::open(&place.before, hasty()).unwrap(), 2);
        push_aside(&place.before, 3);
        (witness, Some(place.before.clone()))
    });
    assert!(calls > 6, "{calls}");
}

/// Not a test of its own: the process that the others start.
#[test]
#[ignore = "started by the tests beside it"]
fn takes_over() {
    let Ok(job) = std::env::var(JOB) else {
        return;
    };
    let (buffer, before) = job.split_once('|').unwrap();
    let mut buffer = Buffer::open(buffer, Limits::default()).unwrap();
    if !before.is_empty() {
        buffer.import(Path::new(before)).unwrap();
    }
}

struct Place {
    _directory: TempDir,
    buffer: PathBuf,
    before: PathBuf,
}

/// Prepares ever new places and lets a process die one call later each time, until it lives.
fn at_every_call(prepare: &dyn Fn(&Place) -> (Buffer, Option<PathBuf>)) -> usize {
    for call in 1.. {
        let directory = tempfile::tempdir().unwrap();
        fs::create_dir(directory.path().join("before")).unwrap();
        let place = Place {
            buffer: directory.path().join(NAME),
            before: directory.path().join("before").join(NAME),
            _directory: directory,
        };
        let (mut witness, import) = prepare(&place);
        let died = dies_at(call, &place.buffer, import.as_deref());
        let mut sent = BTreeMap::new();
        send_all(&mut witness, &mut sent);
        let mut next = Buffer::open(&place.buffer, Limits::default()).unwrap();
        if let Some(before) = &import {
            next.import(before).unwrap();
        }
        send_all(&mut next, &mut sent);
        let once = BTreeMap::from([(1, 1), (2, 1), (3, 1)]);
        assert_eq!(sent, once, "call {call}");
        assert_eq!(
            fs::read_dir(place.before.parent().unwrap())
                .unwrap()
                .count(),
            0
        );
        if !died {
            return call;
        }
    }
    unreachable!("the loop has no end");
}

fn dies_at(call: usize, buffer: &Path, import: Option<&Path>) -> bool {
    let (_, module) = module_path!().split_once("::").unwrap();
    let import = import.unwrap_or(Path::new(""));
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", &format!("{module}::takes_over"), "--ignored"])
        .env(JOB, format!("{}|{}", buffer.display(), import.display()))
        .env("LD_PRELOAD", library())
        .env("DIE_AT", call.to_string())
        .output()
        .unwrap();
    let died = std::os::unix::process::ExitStatusExt::signal(&output.status) == Some(9);
    assert!(died || output.status.success(), "{output:?}");
    died
}

fn send_all(buffer: &mut Buffer, sent: &mut BTreeMap<u8, u32>) {
    let _sending = buffer.sending().unwrap().unwrap();
    for entry in buffer.entries().unwrap() {
        let payload = buffer.payload(&entry).unwrap();
        *sent.entry(payload[0]).or_insert(0) += 1;
        assert_eq!(buffer.remove(&[entry]).unwrap(), 1);
    }
}

/// Pushes while the lock cannot be had.
fn push_aside(path: &Path, number: u8) {
    let held = File::open(path).unwrap();
    held.lock().unwrap();
    push(&mut Buffer::open(path, hasty()).unwrap(), number);
}

fn push(buffer: &mut Buffer, number: u8) {
    let record = Record {
        priority: Priority::Ordinary,
        spans: 1,
        created: UNIX_EPOCH + Duration::from_secs(1_700_000_000 + u64::from(number)),
        trace_id: [number; 16],
        payload: &[number; 100],
    };
    buffer.push(&record).unwrap();
}

fn hasty() -> Limits {
    Limits {
        lock_wait: Duration::ZERO,
        ..Limits::default()
    }
}
