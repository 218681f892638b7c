//! What was dropped is counted, reported once, and not forgotten before it was reported.

use std::fs;
use std::time::Duration;

use charm_tracing::__buffer::{Buffer, Cause, Count, Dropped, Error, Limits, Reader};

use super::{FILE_HEAD, moment, numbers, place, push, record};

fn count(dispatches: u64) -> Count {
    Count {
        dispatches,
        spans: 7 * dispatches,
    }
}

#[test]
fn every_cause_is_counted_apart_and_survives_reopening() {
    let (_directory, path) = place();
    let limits = Limits {
        dispatches: 3,
        age: Duration::from_secs(100),
        ..Limits::default()
    };
    let mut buffer = Buffer::open(&path, limits).unwrap();
    for number in 1..=5 {
        push(&mut buffer, number, 50);
    }
    let entries = buffer.entries().unwrap();
    assert_eq!(numbers(&entries), [3, 4, 5]);
    assert_eq!(buffer.discard(&entries[..1], Cause::Refused).unwrap(), 1);
    assert_eq!(buffer.discard(&entries[1..2], Cause::Damaged).unwrap(), 1);
    assert_eq!(
        buffer.discard(&entries[..1], Cause::Refused).unwrap(),
        0,
        "a second time"
    );
    // 100 s after the fifth it may still wait, 101 s after it is too old.
    push(&mut buffer, 105, 50);
    assert_eq!(buffer.dropped().unwrap().of(Cause::Old), count(0));
    push(&mut buffer, 106, 50);

    let dropped = Reader::new(&path).dropped().unwrap();
    assert_eq!(dropped.of(Cause::Full), count(2));
    assert_eq!(dropped.of(Cause::Refused), count(1));
    assert_eq!(dropped.of(Cause::Damaged), count(1));
    assert_eq!(dropped.of(Cause::Old), count(1));
    assert_eq!(dropped.total(), count(5));
    let entries = buffer.entries().unwrap();
    assert_eq!(numbers(&entries), [105, 106]);
}

#[test]
fn counters_of_a_dropped_record_are_reported_again() {
    let (_directory, path) = place();
    let limits = Limits {
        dispatches: 2,
        ..Limits::default()
    };
    let mut buffer = Buffer::open(&path, limits).unwrap();
    for number in 1..=4 {
        push(&mut buffer, number, 50);
    }
    let reported = buffer.dropped().unwrap();
    assert_eq!(reported.of(Cause::Full), count(2));
    // Its place costs the third, which nobody has reported yet.
    buffer
        .push_reporting(&record(5, &[5; 50]), &reported)
        .unwrap();
    assert_eq!(buffer.dropped().unwrap().of(Cause::Full), count(1));
    // The fourth goes for the sixth, the fifth for the seventh: with it goes what it reported.
    push(&mut buffer, 6, 50);
    push(&mut buffer, 7, 50);
    assert_eq!(buffer.dropped().unwrap().of(Cause::Full), count(5));

    let reported = buffer.dropped().unwrap();
    buffer
        .push_reporting(&record(8, &[8; 50]), &reported)
        .unwrap();
    let entries = buffer.entries().unwrap();
    buffer.remove(&entries).unwrap();
    assert_eq!(
        buffer.dropped().unwrap().of(Cause::Full),
        count(1),
        "the sixth"
    );
    let reported = buffer.dropped().unwrap();
    buffer
        .push_reporting(&record(9, &[9; 50]), &reported)
        .unwrap();
    let entries = buffer.entries().unwrap();
    buffer.remove(&entries).unwrap();
    assert!(buffer.dropped().unwrap().is_empty());
    assert_eq!(fs::metadata(&path).unwrap().len(), FILE_HEAD);
}

#[test]
fn counters_behind_a_large_record_let_the_file_shrink() {
    let (_directory, path) = place();
    let mut buffer = Buffer::open(&path, Limits::default()).unwrap();
    for number in 1..=3 {
        push(&mut buffer, number, 200_000);
    }
    let entries = buffer.entries().unwrap();
    buffer.discard(&entries[..1], Cause::Refused).unwrap();
    push(&mut buffer, 4, 10);
    let rest = buffer.entries().unwrap();
    buffer.discard(&rest[..1], Cause::Refused).unwrap();
    let rest = buffer.entries().unwrap();
    buffer.remove(&rest).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().len(), FILE_HEAD + 28 + 64);
    assert_eq!(buffer.dropped().unwrap().of(Cause::Refused), count(2));
}

#[test]
fn an_import_brings_the_counts_along() {
    let (directory, path) = place();
    let other = directory.path().join("other");
    let mut early = Buffer::open(&other, Limits::default()).unwrap();
    for number in 1..=3 {
        push(&mut early, number, 50);
    }
    let entries = early.entries().unwrap();
    early.discard(&entries[..1], Cause::Refused).unwrap();
    let reported = early.dropped().unwrap();
    early
        .push_reporting(&record(4, &[4; 50]), &reported)
        .unwrap();
    early.discard(&entries[1..2], Cause::Refused).unwrap();

    let mut buffer = Buffer::open(&path, Limits::default()).unwrap();
    buffer.import(&other).unwrap();
    assert_eq!(buffer.dropped().unwrap().of(Cause::Refused), count(1));
    // The fourth still tells of the first, and gives it back when it is dropped.
    let entries = buffer.entries().unwrap();
    assert_eq!(numbers(&entries), [3, 4]);
    buffer.discard(&entries[1..], Cause::Refused).unwrap();
    assert_eq!(buffer.dropped().unwrap().of(Cause::Refused), count(3));
}

#[test]
fn a_clock_that_was_wrong_once_drops_nothing_made_later() {
    let (_directory, path) = place();
    let mut buffer = Buffer::open(&path, Limits::default()).unwrap();
    push(&mut buffer, 200, 10);
    let mut past = record(1, b"from a clock set back a year");
    past.created = moment(1) - Duration::from_secs(365 * 24 * 60 * 60);
    buffer.push(&past).unwrap();
    assert_eq!(buffer.entries().unwrap().len(), 2);
    assert_eq!(buffer.dropped().unwrap(), Dropped::default());
}

#[test]
fn of_two_dispatches_one_reports_the_counters() {
    let (_directory, path) = place();
    let limits = Limits {
        dispatches: 10,
        lock_wait: Duration::ZERO,
        ..Limits::default()
    };
    let mut one = Buffer::open(&path, limits).unwrap();
    push(&mut one, 1, 50);
    let entries = one.entries().unwrap();
    one.discard(&entries, Cause::Refused).unwrap();
    let mut other = Buffer::open(&path, limits).unwrap();
    let reported = one.dropped().unwrap();
    assert_eq!(reported, other.dropped().unwrap());
    one.push_reporting(&record(2, &[2; 50]), &reported).unwrap();
    let error = other
        .push_reporting(&record(3, &[3; 50]), &reported)
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "cannot store the record in the trace buffer {}: another one reports the same dropped \
             dispatches; store it without them",
            path.display()
        )
    );
    push(&mut other, 3, 50);
    assert_eq!(numbers(&other.entries().unwrap()), [2, 3]);

    // Nor does a record that cannot see the counts.
    let entries = other.entries().unwrap();
    other.discard(&entries[..1], Cause::Refused).unwrap();
    let reported = other.dropped().unwrap();
    let held = fs::File::open(&path).unwrap();
    held.lock().unwrap();
    let aside = other.push_reporting(&record(4, &[4; 50]), &reported);
    assert!(
        matches!(aside, Err(Error::AlreadyReported { .. })),
        "{aside:?}"
    );
    push(&mut other, 4, 50);
}
