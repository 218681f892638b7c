//! Who sends, and what becomes of a record while the lock cannot be had.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use charm_tracing::__buffer::{Buffer, Entry, Error, Limits, Record};

use super::{moment, numbers, place, push, record};

/// What a process of the crowd is told: path, its number, whether it sends.
const JOB: &str = "BUFFER_TEST_CROWD";

/// Dispatches of each process of the crowd.
const EACH: u64 = 200;

#[test]
fn one_process_sends_while_others_store() {
    let (_directory, path) = place();
    let mut first = Buffer::open(&path, Limits::default()).unwrap();
    let mut second = Buffer::open(&path, Limits::default()).unwrap();
    let sending = first.sending().unwrap();
    assert!(sending.is_some());
    assert!(second.sending().unwrap().is_none());
    push(&mut second, 1, 10);
    push(&mut first, 2, 10);
    assert_eq!(numbers(&second.entries().unwrap()), [1, 2]);
    drop(sending);
    assert!(second.sending().unwrap().is_some());
}

#[test]
fn the_right_to_send_dies_with_its_process() {
    let (_directory, path) = place();
    let mut buffer = Buffer::open(&path, Limits::default()).unwrap();
    let mut child = start(&path, 0, "holds");
    let deadline = Instant::now() + Duration::from_secs(20);
    while buffer.sending().unwrap().is_some() {
        assert!(Instant::now() < deadline, "the child never had it");
        thread::sleep(Duration::from_millis(2));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(buffer.sending().unwrap().is_some());
}

#[test]
fn a_side_file_is_written_under_a_lock_and_imported_later() {
    let (directory, path) = place();
    drop(Buffer::open(&path, Limits::default()).unwrap());
    let held = File::open(&path).unwrap();
    held.lock().unwrap();
    // Long enough that a busy machine takes less for the rest of it.
    let patient = Limits {
        lock_wait: Duration::from_secs(1),
        ..Limits::default()
    };
    let begun = Instant::now();
    let mut buffer = Buffer::open(&path, patient).unwrap();
    push(&mut buffer, 1, 100);
    push(&mut buffer, 1, 50);
    buffer.sync().unwrap();
    assert!(matches!(buffer.entries(), Err(Error::Locked { .. })));
    // One wait, not one for each call.
    assert!(
        begun.elapsed() < Duration::from_secs(2),
        "{:?}",
        begun.elapsed()
    );
    let mut another = Buffer::open(&path, Limits::default()).unwrap();
    push(&mut another, 2, 100);
    let first = "01".repeat(16);
    assert_eq!(names(directory.path()), ["buffer", "buffer.sides"]);
    assert_eq!(
        names(&directory.path().join("buffer.sides")),
        [first.clone(), format!("{first}-1"), "02".repeat(16)]
    );

    drop(held);
    let buffer = Buffer::open(&path, Limits::default()).unwrap();
    assert_eq!(numbers(&buffer.entries().unwrap()), [1, 1, 2]);
    assert_eq!(names(directory.path()), ["buffer", "buffer.sending"]);
}

#[test]
fn side_files_keep_the_limits_among_themselves() {
    let (directory, path) = place();
    let limits = Limits {
        dispatches: 2,
        lock_wait: Duration::ZERO,
        ..Limits::default()
    };
    drop(Buffer::open(&path, limits).unwrap());
    let held = File::open(&path).unwrap();
    held.lock().unwrap();
    for number in 1..=2 {
        push(&mut Buffer::open(&path, limits).unwrap(), number, 10);
    }
    let third = Buffer::open(&path, limits).unwrap().push(&record(3, b"x"));
    assert!(matches!(third, Err(Error::Locked { .. })), "{third:?}");
    assert_eq!(names(&directory.path().join("buffer.sides")).len(), 2);
}

#[test]
fn what_another_process_is_sending_is_not_imported_away_from_it() {
    let (directory, path) = place();
    let other = directory.path().join("other");
    let mut early = Buffer::open(&other, Limits::default()).unwrap();
    push(&mut early, 1, 10);
    let sending = early.sending().unwrap();
    let mut buffer = Buffer::open(&path, Limits::default()).unwrap();
    assert!(matches!(buffer.import(&other), Err(Error::Locked { .. })));
    assert_eq!(numbers(&early.entries().unwrap()), [1]);
    drop(sending);
    assert_eq!(buffer.import(&other).unwrap().records, 1);
    assert_eq!(names(directory.path()), ["buffer", "buffer.sending"]);
}

#[test]
fn eight_processes_deliver_1600_dispatches_once_each() {
    let (directory, path) = place();
    drop(Buffer::open(&path, crowded()).unwrap());
    // One only sends, one does both, the others store.
    let children: Vec<_> = (0..8)
        .map(|worker| start(&path, worker, if worker < 2 { "sends" } else { "stores" }))
        .collect();
    let mut delivered = BTreeMap::new();
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success());
        for line in String::from_utf8(output.stdout).unwrap().lines() {
            if let Some((_, number)) = line.split_once("sent ") {
                *delivered.entry(number.parse::<u64>().unwrap()).or_insert(0) += 1;
            }
        }
    }
    // What is left, in side files too, goes in the last dispatch.
    let mut buffer = Buffer::open(&path, crowded()).unwrap();
    send_all(&mut buffer, &mut |number| {
        *delivered.entry(number).or_insert(0) += 1;
    });
    assert_eq!(delivered, (0..8 * EACH).map(|number| (number, 1)).collect());
    assert_eq!(names(directory.path()), ["buffer", "buffer.sending"]);
    assert_eq!(fs::metadata(&path).unwrap().len(), super::FILE_HEAD);
}

/// Not a test of its own: the process that the others start.
#[test]
#[ignore = "started by the tests beside it"]
fn crowd() {
    let Ok(job) = std::env::var(JOB) else {
        return;
    };
    let [path, worker, what] = job.split('|').collect::<Vec<_>>()[..] else {
        panic!("{job}");
    };
    if what == "holds" {
        let mut buffer = Buffer::open(path, crowded()).unwrap();
        let _sending = buffer.sending().unwrap();
        thread::sleep(Duration::from_secs(60));
        return;
    }
    let worker: u64 = worker.parse().unwrap();
    for number in worker * EACH..(worker + 1) * EACH {
        // Each dispatch is a process, so each opens the file anew.
        let mut buffer = Buffer::open(path, crowded()).unwrap();
        let payload = number.to_le_bytes();
        let record = Record {
            created: moment(0) + Duration::from_nanos(number),
            trace_id: u128::from(number).to_le_bytes(),
            ..record(0, &payload)
        };
        buffer.push(&record).unwrap();
        if what == "sends" {
            send_all(&mut buffer, &mut |number| println!("sent {number}"));
        }
    }
}

/// Sends everything as a dispatch does, unless another process has the right to.
fn send_all(buffer: &mut Buffer, send: &mut dyn FnMut(u64)) {
    // The lock may be out of reach: then this dispatch sends nothing.
    let _sending = match buffer.sending() {
        Ok(Some(sending)) => sending,
        Ok(None) | Err(Error::Locked { .. }) => return,
        Err(error) => panic!("{error}"),
    };
    let entries = match buffer.entries() {
        Err(Error::Locked { .. }) => return,
        entries => entries.unwrap(),
    };
    let number = |buffer: &Buffer, entry: &Entry| loop {
        match buffer.payload(entry) {
            Ok(payload) => return u64::from_le_bytes(payload.try_into().unwrap()),
            Err(Error::Locked { .. }) => thread::sleep(Duration::from_millis(1)),
            Err(error) => panic!("{error}"),
        }
    };
    for entry in &entries {
        send(number(buffer, entry));
        buffer.remove(std::slice::from_ref(entry)).unwrap();
    }
}

fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

fn crowded() -> Limits {
    Limits {
        dispatches: 10_000,
        ..Limits::default()
    }
}

fn start(path: &Path, worker: u64, what: &str) -> std::process::Child {
    let (_, module) = module_path!().split_once("::").unwrap();
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", &format!("{module}::crowd")])
        .args(["--ignored", "--nocapture"])
        .env(JOB, format!("{}|{worker}|{what}", path.display()))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}
