//! A file that is longer than what it holds: most records go where the disk has room for them already.

use std::fs;
use std::path::Path;

use charm_tracing::__buffer::{Buffer, Limits, Reader};

use super::{FILE_HEAD, filled, numbers, place, push};

const RESERVE: u64 = 4_096;

fn limits() -> Limits {
    Limits {
        reserve: RESERVE,
        ..Limits::default()
    }
}

#[test]
fn the_file_grows_and_shrinks_in_steps_and_is_read_the_same() {
    let (_directory, path) = place();
    let mut buffer = Buffer::open(&path, limits()).unwrap();
    let mut lengths = Vec::new();
    for number in 1..=30 {
        push(&mut buffer, number, 300);
        let expected: Vec<u8> = (1..=number).collect();
        assert_eq!(numbers(&buffer.entries().unwrap()), expected);
        assert_eq!(buffer.usage().unwrap().unreadable_bytes, 0, "{number}");
        lengths.push(length(&path));
    }
    assert!(
        lengths.iter().all(|length| length % RESERVE == 0),
        "{lengths:?}"
    );
    lengths.dedup();
    assert_eq!(lengths, [4_096, 8_192, 12_288, 16_384]);
    let entries = buffer.entries().unwrap();
    for (index, entry) in entries.iter().enumerate() {
        assert_eq!(buffer.remove(std::slice::from_ref(entry)).unwrap(), 1);
        assert_eq!(buffer.entries().unwrap().len(), 29 - index);
        assert_eq!(buffer.usage().unwrap().unreadable_bytes, 0);
    }
    assert_eq!(length(&path), RESERVE);
}

#[test]
fn a_record_in_the_reserve_changes_no_byte_before_it() {
    let (_directory, path) = place();
    let mut buffer = Buffer::open(&path, limits()).unwrap();
    for number in 1..=3 {
        push(&mut buffer, number, 300);
    }
    let before = fs::read(&path).unwrap();
    push(&mut buffer, 4, 300);
    let after = fs::read(&path).unwrap();
    let start = usize::try_from(FILE_HEAD).unwrap() + 3 * (28 + 38 + 300);
    assert_eq!(after.len(), before.len());
    assert_eq!(after[..start], before[..start]);
}

#[test]
fn there_is_none_beyond_the_limit_and_none_without_it() {
    let (_directory, path) = place();
    let small = Limits {
        bytes: 4_000,
        ..limits()
    };
    let mut buffer = Buffer::open(&path, small).unwrap();
    push(&mut buffer, 1, 300);
    assert_eq!(length(&path), FILE_HEAD + 28 + 38 + 300);
    for number in 2..=30 {
        push(&mut buffer, number, 300);
        assert!(length(&path) <= 4_000, "{number}");
    }

    let _ = fs::remove_file(&path);
    let mut buffer = Buffer::open(&path, limits()).unwrap();
    push(&mut buffer, 1, 300);
    assert_eq!(length(&path), RESERVE);
    // Whoever wants none gives it back, and whoever wants one makes it anew.
    filled(&path, 2..=2, 300);
    assert_eq!(length(&path), FILE_HEAD + 2 * (28 + 38 + 300));
    push(&mut buffer, 3, 300);
    assert_eq!(length(&path), RESERVE);
    assert_eq!(numbers(&Reader::new(&path).entries().unwrap()), [1, 2, 3]);
}

#[test]
fn at_the_limit_it_costs_no_record() {
    for size in [60, 173, 300, 451] {
        let (directory, path) = place();
        let with = Limits {
            bytes: 3 * RESERVE,
            ..limits()
        };
        let without = Limits { reserve: 0, ..with };
        let other = directory.path().join("other");
        let mut both = [(with, &path), (without, &other)]
            .map(|(limits, path)| (Buffer::open(path, limits).unwrap(), path));
        for number in 1..=99 {
            let [one, other] = both.each_mut().map(|(buffer, path)| {
                push(buffer, number, size);
                (numbers(&buffer.entries().unwrap()), length(path))
            });
            assert_eq!(one.0, other.0, "{number} of {size}");
            // By one record at most, which the limit allows.
            let most = 3 * RESERVE + size as u64 + 28 + 38;
            assert!(one.1 <= most, "{number} of {size}: {one:?}");
        }
    }
}

#[test]
fn a_record_that_fills_the_reserve_to_the_last_byte_is_whole() {
    let room = usize::try_from(RESERVE - FILE_HEAD).unwrap() - 28 - 38;
    for payload in room - 60..=room + 2 {
        let (_directory, path) = place();
        let mut buffer = Buffer::open(&path, limits()).unwrap();
        push(&mut buffer, 1, 10);
        let entries = buffer.entries().unwrap();
        buffer.remove(&entries).unwrap();
        push(&mut buffer, 2, payload);
        push(&mut buffer, 3, 10);
        let entries = buffer.entries().unwrap();
        assert_eq!(numbers(&entries), [2, 3], "{payload}");
        assert_eq!(buffer.payload(&entries[0]).unwrap(), vec![2; payload]);
        assert_eq!(buffer.usage().unwrap().unreadable_bytes, 0, "{payload}");
    }
}

fn length(path: &Path) -> u64 {
    fs::metadata(path).unwrap().len()
}
