//! Buffers written by earlier releases open in this one.
//!
//! `tests/samples/buffer-v1` holds files as version 1 of the format was first released. They are
//! never written again; a release that changes what it writes adds files beside them.

use std::fs;
use std::path::{Path, PathBuf};

use charm_tracing::__buffer::{Buffer, Cause, Count, Dropped, Limits, Priority, Reader, Record};

use super::{moment, numbers, place, push, readable, record};

/// File, the records in it, the dispatches that it counts as dropped.
const SAMPLES: [(&str, &[u8], u64); 4] = [
    ("empty", &[], 0),
    ("all-priorities", &[1, 2, 3], 0),
    ("with-holes", &[1, 3, 5, 6, 7], 0),
    ("with-counters", &[3, 4, 7], 3),
];

#[test]
fn every_sample_is_read_written_to_and_drained() {
    for (name, records, dropped) in SAMPLES {
        let (_directory, path) = place();
        fs::copy(sample(name), &path).unwrap();
        let before = fs::read(&path).unwrap();
        let reader = Reader::new(&path);
        assert_eq!(readable(&reader), records, "{name}");
        assert_eq!(reader.dropped().unwrap().total().dispatches, dropped);
        assert_eq!(fs::read(&path).unwrap(), before, "a reader wrote to {name}");

        let mut buffer = Buffer::open(&path, Limits::default()).unwrap();
        assert_eq!(buffer.set_aside(), None, "{name}");
        push(&mut buffer, 9, 100);
        let entries = buffer.entries().unwrap();
        assert_eq!(numbers(&entries), [records, &[9]].concat(), "{name}");
        assert_eq!(buffer.remove(&entries).unwrap(), entries.len(), "{name}");
    }
}

#[test]
fn what_this_release_writes_has_a_sample() {
    let (_directory, path) = place();
    for (name, ..) in SAMPLES {
        let _ = fs::remove_file(&path);
        write(name, &path);
        assert!(
            fs::read(&path).unwrap() == fs::read(sample(name)).unwrap(),
            "{name}"
        );
    }
}

/// Not a test: writes the samples that are missing.
#[test]
#[ignore = "writes files that are kept"]
fn write_missing_samples() {
    for (name, ..) in SAMPLES {
        if !sample(name).exists() {
            write(name, &sample(name));
        }
    }
}

fn sample(name: &str) -> PathBuf {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/samples/buffer-v1");
    Path::new(folder).join(format!("{name}.buffer"))
}

fn write(name: &str, path: &Path) {
    let limits = match name {
        "with-counters" => Limits {
            dispatches: 3,
            ..Limits::default()
        },
        _ => Limits::default(),
    };
    let mut buffer = Buffer::open(path, limits).unwrap();
    match name {
        "all-priorities" => {
            for (number, priority) in [Priority::Routine, Priority::Ordinary, Priority::Failed]
                .into_iter()
                .enumerate()
            {
                let number = number as u8 + 1;
                let payload = [number; 30];
                let record = Record {
                    priority,
                    ..record(number, &payload)
                };
                buffer.push(&record).unwrap();
            }
        }
        "with-holes" => {
            for number in 1..=5 {
                push(&mut buffer, number, 100);
            }
            let entries = buffer.entries().unwrap();
            buffer
                .remove(&[entries[1].clone(), entries[3].clone()])
                .unwrap();
            // The next records do not fit behind the last, and need not drive another out.
            let full = Limits {
                bytes: fs::metadata(path).unwrap().len() + 90,
                ..limits
            };
            let mut buffer = Buffer::open(path, full).unwrap();
            // One leaves a frame of unused space in its hole, the other is padded.
            push(&mut buffer, 6, 10);
            push(&mut buffer, 7, 90);
        }
        "with-counters" => {
            for number in 1..=3 {
                push(&mut buffer, number, 100);
            }
            let first = buffer.entries().unwrap().remove(0);
            buffer.discard(&[first], Cause::Refused).unwrap();
            let mut told = Dropped::default();
            let count = Count {
                dispatches: 1,
                spans: 7,
            };
            told.add(Cause::Refused, count);
            assert_eq!(buffer.dropped().unwrap(), told);
            // The fourth tells of the first; three more are dropped, which no record tells.
            buffer.push_reporting(&record(4, &[4; 50]), &told).unwrap();
            assert!(buffer.dropped().unwrap().is_empty());
            for number in 5..=7 {
                let payload = [number; 20];
                let routine = Record {
                    priority: Priority::Routine,
                    created: moment(number),
                    ..record(number, &payload)
                };
                buffer.push(&routine).unwrap();
            }
        }
        _ => {}
    }
}
