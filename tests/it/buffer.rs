//! The buffer as its callers see it, on real files.
//!
//! Records are told apart by one byte, which is their trace id, their payload and their time.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use charm_tracing::__buffer::{
    Buffer, Cause, Count, Dropped, Entry, Error, Limits, Priority, Reader, Record,
};
use tempfile::TempDir;

mod concurrency;
mod damage;
mod dropped;
mod format;
mod index;
mod model;
mod reserve;
mod samples;
mod sending;

/// Bytes of a file's head and of a frame around its payload, as the format document has them.
const FILE_HEAD: u64 = 32;
const AROUND_PAYLOAD: u64 = 28 + 38;

#[test]
fn records_come_back_oldest_first_and_whole() {
    let (_directory, path) = place();
    let mut buffer = Buffer::open(&path, Limits::default()).unwrap();
    for number in [3, 1, 2] {
        assert_eq!(push(&mut buffer, number, 1_000), Dropped::default());
    }
    assert_eq!(numbers(&buffer.entries().unwrap()), [1, 2, 3]);

    let reopened = Buffer::open(&path, Limits::default()).unwrap();
    let entries = reopened.entries().unwrap();
    assert_eq!(numbers(&entries), [1, 2, 3]);
    let [first, ..] = &entries[..] else { panic!() };
    assert_eq!(first.priority(), Priority::Ordinary);
    assert_eq!(first.spans(), 7);
    assert_eq!(first.created(), moment(1));
    assert_eq!(first.payload_bytes(), 1_000);
    assert_eq!(reopened.payload(first).unwrap(), [1; 1_000]);
}

#[test]
fn removed_records_are_gone_and_an_empty_file_is_small() {
    let (_directory, path) = place();
    let mut buffer = filled(&path, 1..=3, 100_000);
    let entries = buffer.entries().unwrap();
    assert_eq!(buffer.remove(&entries[..1]).unwrap(), 1);
    assert_eq!(buffer.remove(&entries[..1]).unwrap(), 0, "a second time");
    assert!(matches!(
        buffer.payload(&entries[0]),
        Err(Error::Gone { .. })
    ));
    assert_eq!(numbers(&buffer.entries().unwrap()), [2, 3]);
    assert_eq!(buffer.remove(&entries).unwrap(), 2);
    assert_eq!(fs::metadata(&path).unwrap().len(), FILE_HEAD);
}

#[test]
fn an_entry_stays_good_while_another_handle_compacts() {
    let (_directory, path) = place();
    let mut ours = filled(&path, 1..=5, 100_000);
    let entries = ours.entries().unwrap();
    let inode = fs::metadata(&path).unwrap().ino();
    let mut theirs = Buffer::open(&path, Limits::default()).unwrap();
    theirs.remove(&entries[..4]).unwrap();
    push(&mut theirs, 6, 10);
    assert_ne!(fs::metadata(&path).unwrap().ino(), inode, "was compacted");

    assert_eq!(ours.payload(&entries[4]).unwrap(), [5; 100_000]);
    assert_eq!(ours.remove(&entries[4..]).unwrap(), 1);
    assert_eq!(numbers(&theirs.entries().unwrap()), [6]);
}

#[test]
fn the_limit_of_dispatches_evicts_by_priority_then_age() {
    let (_directory, path) = place();
    let limits = Limits {
        dispatches: 4,
        ..Limits::default()
    };
    let mut buffer = Buffer::open(&path, limits).unwrap();
    use Priority::{Failed, Ordinary, Routine};
    let mut evicted = 0;
    for (number, priority) in [
        Failed, Routine, Ordinary, Routine, Ordinary, Routine, Failed,
    ]
    .into_iter()
    .enumerate()
    {
        let number = u8::try_from(number + 1).unwrap();
        let payload = [number; 50];
        let record = Record {
            priority,
            ..record(number, &payload)
        };
        evicted += buffer.push(&record).unwrap().total().dispatches;
    }
    assert_eq!(numbers(&buffer.entries().unwrap()), [1, 3, 5, 7]);
    assert_eq!(evicted, 3);
}

#[test]
fn all_records_of_a_dispatch_are_one_dispatch() {
    let (_directory, path) = place();
    let limits = Limits {
        dispatches: 2,
        ..Limits::default()
    };
    let mut buffer = Buffer::open(&path, limits).unwrap();
    for number in [1, 2, 1, 1, 2] {
        assert_eq!(push(&mut buffer, number, 50), Dropped::default());
    }
    let count = Count {
        dispatches: 1,
        spans: 21,
    };
    assert_eq!(push(&mut buffer, 3, 50).of(Cause::Full), count);
    assert_eq!(numbers(&buffer.entries().unwrap()), [2, 2, 3]);
}

#[test]
fn the_file_keeps_its_limit_and_drops_only_the_oldest() {
    let (_directory, path) = place();
    let limits = Limits {
        bytes: 100_000,
        ..Limits::default()
    };
    let mut buffer = Buffer::open(&path, limits).unwrap();
    let (mut held, mut seed) = (Vec::<u8>::new(), 1_u64);
    let mut rewritten = 0;
    for number in 1..=u8::MAX {
        // A small generator of sizes between 2 and 12 kB, the same in each run.
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let length = 2_000 + usize::try_from(seed >> 33).unwrap() % 10_000;
        let inode = fs::metadata(&path).unwrap().ino();
        let gone = push(&mut buffer, number, length).total().dispatches as usize;
        rewritten += u32::from(fs::metadata(&path).unwrap().ino() != inode);
        held.push(number);
        held.drain(..gone);

        let usage = buffer.usage().unwrap();
        assert!(usage.file_bytes <= limits.bytes + 12_100, "{usage:?}");
        assert!(usage.live_bytes + FILE_HEAD <= limits.bytes, "{usage:?}");
        let entries = buffer.entries().unwrap();
        assert_eq!(numbers(&entries), held);
        for entry in &entries {
            let payload = buffer.payload(entry).unwrap();
            assert!(payload.iter().all(|byte| *byte == entry.trace_id()[0]));
        }
    }
    assert!(held.len() > 8, "{held:?}");
    assert!(rewritten < 25, "{rewritten} compactions in 255 pushes");
}

#[test]
fn a_record_over_the_limit_is_refused_and_costs_nothing() {
    let (_directory, path) = place();
    let limits = Limits {
        bytes: FILE_HEAD + AROUND_PAYLOAD + 1_000,
        ..Limits::default()
    };
    let mut buffer = Buffer::open(&path, limits).unwrap();
    push(&mut buffer, 1, 1_000);
    let error = buffer.push(&record(2, &[2; 1_001])).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "cannot store the record in the trace buffer {}: alone it needs 1099 bytes and the \
             limit is 1098; raise the limit or record fewer spans",
            path.display()
        )
    );
    assert_eq!(numbers(&buffer.entries().unwrap()), [1]);

    let none = Limits {
        dispatches: 0,
        ..limits
    };
    let mut disabled = Buffer::open(&path, none).unwrap();
    let refused = disabled.push(&record(2, &[2; 10]));
    assert!(matches!(refused, Err(Error::Disabled { .. })));
}

#[test]
fn a_lower_limit_is_kept_from_the_next_push_on() {
    let (_directory, path) = place();
    filled(&path, 1..=20, 10_000);
    let limits = Limits {
        bytes: 50_000,
        ..Limits::default()
    };
    let mut buffer = Buffer::open(&path, limits).unwrap();
    assert_eq!(push(&mut buffer, 21, 20_000).total().dispatches, 18);
    assert_eq!(numbers(&buffer.entries().unwrap()), [19, 20, 21]);
    assert!(fs::metadata(&path).unwrap().len() <= 50_000);
}

#[test]
fn the_file_is_for_its_owner_alone_and_nothing_else_is_made() {
    let (directory, path) = place();
    filled(&path, 1..=2, 10);
    let mode = fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o7777, 0o600);
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
}

#[test]
fn a_list_stays_good_for_reading_whatever_happens_to_the_file() {
    let (_directory, path) = place();
    let mut buffer = filled(&path, 1..=30, 3_000);
    let entries = buffer.entries().unwrap();
    let mut payload = vec![0; 10];
    // Removing most of them lets the next push rewrite the file: what stays is somewhere else then.
    assert_eq!(buffer.remove(&entries[..25]).unwrap(), 25);
    let inode = fs::metadata(&path).unwrap().ino();
    push(&mut buffer, 31, 7);
    assert_ne!(fs::metadata(&path).unwrap().ino(), inode);
    for entry in &entries[25..] {
        buffer.payload_into(entry, &mut payload).unwrap();
        assert_eq!(payload, vec![entry.trace_id()[0]; 3_000]);
    }
    let gone = buffer.payload_into(&entries[0], &mut payload);
    assert!(matches!(gone, Err(Error::Gone { .. })));
    assert_eq!(payload, [0; 0]);
    assert_eq!(buffer.remove(&entries).unwrap(), 5);
    assert_eq!(numbers(&buffer.entries().unwrap()), [31]);
}

#[test]
fn a_reader_creates_nothing_and_changes_nothing() {
    let (directory, path) = place();
    let reader = Reader::new(&path);
    assert!(reader.entries().unwrap().is_empty());
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0);

    filled(&path, 1..=2, 10);
    let mut torn = fs::read(&path).unwrap();
    torn.extend(b"a tail that was never finished");
    fs::write(&path, &torn).unwrap();
    let entries = reader.entries().unwrap();
    assert_eq!(numbers(&entries), [1, 2]);
    assert_eq!(reader.payload(&entries[0]).unwrap(), [1; 10]);
    assert_eq!(reader.usage().unwrap().unreadable_bytes, 30);
    assert_eq!(fs::read(&path).unwrap(), torn);
}

#[test]
fn import_takes_everything_once_and_deletes_the_other_file() {
    let (directory, path) = place();
    let other = directory.path().join("other");
    let mut early = filled(&other, 1..=4, 500);
    let entries = early.entries().unwrap();
    early.remove(&entries[1..2]).unwrap();
    let saved = fs::read(&other).unwrap();

    let mut buffer = filled(&path, 5..=6, 500);
    let imported = buffer.import(&other).unwrap();
    assert_eq!((imported.records, imported.lost), (3, 0));
    assert_eq!(numbers(&buffer.entries().unwrap()), [1, 3, 4, 5, 6]);
    assert!(!other.exists());

    // An import that was killed before it could delete the file is repeated.
    fs::write(&other, saved).unwrap();
    assert_eq!(buffer.import(&other).unwrap().records, 0);
    assert_eq!(numbers(&buffer.entries().unwrap()), [1, 3, 4, 5, 6]);
    assert!(!other.exists());

    assert_eq!(buffer.import(&other).unwrap().records, 0, "no such file");
    assert_eq!(buffer.import(&path).unwrap().records, 0, "itself");
    assert_eq!(buffer.entries().unwrap().len(), 5);
}

#[test]
fn import_keeps_the_limits_and_counts_what_it_lost() {
    let (directory, path) = place();
    let other = directory.path().join("other");
    filled(&other, 1..=4, 1_000);
    let mut damaged = fs::read(&other).unwrap();
    *damaged.last_mut().unwrap() ^= 1;
    fs::write(&other, damaged).unwrap();

    let limits = Limits {
        dispatches: 2,
        ..Limits::default()
    };
    let mut buffer = Buffer::open(&path, limits).unwrap();
    push(&mut buffer, 9, 100);
    let imported = buffer.import(&other).unwrap();
    assert_eq!((imported.records, imported.lost), (3, 1));
    assert_eq!(imported.dropped.total().dispatches, 2);
    assert_eq!(numbers(&buffer.entries().unwrap()), [3, 9]);
}

#[test]
fn halves_replace_a_whole_at_both_limits_and_drop_nothing() {
    let (_directory, path) = place();
    let limits = Limits {
        dispatches: 3,
        bytes: FILE_HEAD + 4 * (AROUND_PAYLOAD + 10_000),
        ..Limits::default()
    };
    let mut buffer = Buffer::open(&path, limits).unwrap();
    for number in 1..=3 {
        assert!(push(&mut buffer, number, 12_000).is_empty());
    }
    let entries = buffer.entries().unwrap();
    let (first, second) = (record(2, &[2; 6_000]), record(2, &[7; 6_100]));
    assert!(buffer.replace(&entries[1], &[first, second]).unwrap());
    let halves = buffer.entries().unwrap();
    assert_eq!(numbers(&halves), [1, 2, 2, 3]);
    assert_eq!(buffer.payload(&halves[1]).unwrap(), [2; 6_000]);
    assert_eq!(buffer.payload(&halves[2]).unwrap(), [7; 6_100]);
    assert!(buffer.dropped().unwrap().is_empty());

    assert!(
        !buffer.replace(&entries[1], &[first]).unwrap(),
        "it is gone"
    );
    assert_eq!(buffer.entries().unwrap().len(), 4);
    // The limits are the old ones again.
    push(&mut buffer, 4, 12_000);
    assert_eq!(numbers(&buffer.entries().unwrap()), [2, 2, 3, 4]);
    assert!(fs::metadata(&path).unwrap().len() <= limits.bytes + 12_000);
}

fn place() -> (TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("buffer");
    (directory, path)
}

fn moment(number: u8) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_700_000_000 + u64::from(number))
}

fn record(number: u8, payload: &[u8]) -> Record<'_> {
    Record {
        priority: Priority::Ordinary,
        spans: 7,
        created: moment(number),
        trace_id: [number; 16],
        payload,
    }
}

fn push(buffer: &mut Buffer, number: u8, length: usize) -> Dropped {
    buffer.push(&record(number, &vec![number; length])).unwrap()
}

fn filled(path: &Path, numbers: std::ops::RangeInclusive<u8>, length: usize) -> Buffer {
    filled_within(Limits::default(), path, numbers, length)
}

fn filled_within(
    limits: Limits,
    path: &Path,
    numbers: std::ops::RangeInclusive<u8>,
    length: usize,
) -> Buffer {
    let mut buffer = Buffer::open(path, limits).unwrap();
    for number in numbers {
        push(&mut buffer, number, length);
    }
    buffer
}

fn numbers(entries: &[Entry]) -> Vec<u8> {
    entries.iter().map(|entry| entry.trace_id()[0]).collect()
}

/// The records whose payload can be read; it must be the right one.
fn readable(reader: &Reader) -> Vec<u8> {
    let entries = reader.entries().unwrap();
    let sound = entries.iter().filter(|entry| match reader.payload(entry) {
        Ok(payload) => {
            assert!(payload.iter().all(|byte| *byte == entry.trace_id()[0]));
            true
        }
        Err(Error::Damaged { .. } | Error::Gone { .. }) => false,
        Err(error) => panic!("{error}"),
    });
    sound.map(|entry| entry.trace_id()[0]).collect()
}
