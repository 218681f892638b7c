//! Several threads and processes on one file, and processes that are killed in the middle.
//!
//! The second process is this test binary again, told by a variable to run one test that pushes.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use charm_tracing::__buffer::{Buffer, Limits, Priority, Reader, Record};

use super::{moment, place};

/// What a pushing process is told: path, first number, how many, byte limit.
const JOB: &str = "BUFFER_TEST_JOB";

#[test]
fn four_threads_lose_nothing() {
    let (_directory, path) = place();
    thread::scope(|scope| {
        for worker in 0..4 {
            let path = &path;
            scope.spawn(move || {
                let mut buffer = Buffer::open(path, roomy()).unwrap();
                for number in 0..50 {
                    push(&mut buffer, worker * 50 + number);
                }
            });
        }
    });
    let numbers = delivered(&Reader::new(&path));
    assert_eq!(numbers, (0..200).map(|number| (number, 1)).collect());
}

#[test]
fn two_processes_push_a_third_sends_each_record_once() {
    let (_directory, path) = place();
    let mut buffer = Buffer::open(&path, roomy()).unwrap();
    let mut children = [start(&path, 0, 150, 0), start(&path, 150, 150, 0)];
    let mut delivered = BTreeMap::new();
    loop {
        let over = children
            .iter_mut()
            .all(|child| child.try_wait().unwrap().is_some());
        let entries = buffer.entries().unwrap();
        for entry in &entries {
            let payload = buffer.payload(entry).unwrap();
            *delivered.entry(number(&payload)).or_insert(0) += 1;
        }
        assert_eq!(buffer.remove(&entries).unwrap(), entries.len());
        if over {
            break;
        }
    }
    for child in children {
        assert!(child.wait_with_output().unwrap().status.success());
    }
    assert_eq!(delivered, (0..300).map(|number| (number, 1)).collect());
    assert_eq!(std::fs::metadata(&path).unwrap().len(), super::FILE_HEAD);
}

#[test]
fn a_record_acknowledged_before_a_kill_stays() {
    let (_directory, path) = place();
    let mut acknowledged = Vec::new();
    for round in 0..8 {
        acknowledged.extend(killed_while_pushing(&path, round, 0));
        let found = delivered(&Reader::new(&path));
        for number in &acknowledged {
            assert!(found.contains_key(number), "round {round} lost {number}");
        }
        // At most the one record that the kill left without an answer.
        assert!(found.len() <= acknowledged.len() + round as usize + 1);
    }
    assert!(acknowledged.len() > 20, "{}", acknowledged.len());
}

#[test]
fn a_process_killed_at_a_full_buffer_leaves_the_newest_records() {
    let (_directory, path) = place();
    let limit = 20_000;
    for round in 0..8 {
        let acknowledged = killed_while_pushing(&path, round, limit);
        let found = delivered(&Reader::new(&path));
        let Some(last) = acknowledged.last() else {
            continue;
        };
        let newest = *found.keys().next_back().unwrap();
        assert!(newest == *last || newest == last + 1, "round {round}");
        if acknowledged.len() > found.len() {
            let oldest = *found.keys().next().unwrap();
            let expected: Vec<u64> = (oldest..=newest).collect();
            assert_eq!(found.keys().copied().collect::<Vec<_>>(), expected);
            assert!(found.len() > 5, "round {round}: {found:?}");
        }
        assert!(std::fs::metadata(&path).unwrap().len() <= limit + 3_000);
    }
}

/// Not a test of its own: the process that the others start.
#[test]
#[ignore = "started by the tests beside it"]
fn pushes() {
    let Ok(job) = std::env::var(JOB) else {
        return;
    };
    let [path, first, count, bytes] = job.split('|').collect::<Vec<_>>()[..] else {
        panic!("{job}");
    };
    let number = |text: &str| text.parse::<u64>().unwrap();
    let mut limits = roomy();
    if number(bytes) > 0 {
        limits.bytes = number(bytes);
    }
    let mut buffer = Buffer::open(path, limits).unwrap();
    for number in number(first)..number(first) + number(count) {
        push(&mut buffer, number);
        println!("stored {number}");
    }
}

fn roomy() -> Limits {
    Limits {
        dispatches: 1_000_000,
        bytes: 1 << 30,
        lock_wait: Duration::from_secs(20),
        ..Limits::default()
    }
}

/// Pushes a record of 500 to 2,500 bytes that begins with its number.
fn push(buffer: &mut Buffer, number: u64) {
    let mut payload = number.to_le_bytes().to_vec();
    payload.resize(usize::try_from(500 + number * 377 % 2_000).unwrap(), 0xF5);
    let record = Record {
        priority: Priority::Ordinary,
        spans: 1,
        created: moment(0) + Duration::from_nanos(number),
        trace_id: u128::from(number).to_le_bytes(),
        payload: &payload,
    };
    buffer.push(&record).unwrap();
}

fn number(payload: &[u8]) -> u64 {
    u64::from_le_bytes(payload[..8].try_into().unwrap())
}

/// How often each number stands in the file; every record must be whole.
fn delivered(reader: &Reader) -> BTreeMap<u64, u32> {
    let mut found = BTreeMap::new();
    for entry in reader.entries().unwrap() {
        let payload = reader.payload(&entry).unwrap();
        *found.entry(number(&payload)).or_insert(0) += 1;
    }
    found
}

fn start(path: &Path, first: u64, count: u64, bytes: u64) -> Child {
    let (_, module) = module_path!().split_once("::").unwrap();
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", &format!("{module}::pushes")])
        .args(["--ignored", "--nocapture"])
        .env(JOB, format!("{}|{first}|{count}|{bytes}", path.display()))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Kills a pushing process some milliseconds after its first answer; returns what it was told.
fn killed_while_pushing(path: &Path, round: u64, bytes: u64) -> Vec<u64> {
    let mut child = start(path, round * 100_000, 100_000, bytes);
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut text = String::new();
    while !text.contains("stored") {
        assert!(output.read_line(&mut text).unwrap() > 0, "{text}");
    }
    thread::sleep(Duration::from_micros(500 + 1_370 * round));
    child.kill().unwrap();
    child.wait().unwrap();
    output.read_to_string(&mut text).unwrap();
    // A line without its end was cut off by the kill, number and all.
    let whole = text
        .split_inclusive('\n')
        .filter_map(|line| line.strip_suffix('\n'));
    let stored = whole.filter_map(|line| line.split_once("stored "));
    stored.map(|(_, number)| number.parse().unwrap()).collect()
}
