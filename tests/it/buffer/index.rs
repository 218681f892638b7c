//! The index at the end of a file: what it says, and what it costs when it is wrong.
//!
//! After a power loss the index and the frames before it can be of different age; such files are made
//! here by changing frames under an index that stays.

use std::fs;
use std::path::Path;

use charm_tracing::__buffer::{Buffer, Entry, Error, Limits, Reader};

use super::format::{dump, envelope, file_head, frame};
use super::{filled, moment, numbers, place, push, readable};

/// A change of an index's body.
type Lie = &'static dyn Fn(&mut Vec<u8>);

/// Where the frame of a record begins in a file of payloads of 20 bytes.
fn offset(number: u8) -> usize {
    32 + (28 + 38 + 20) * (usize::from(number) - 1)
}

/// Records 1 to 10, all of 20 bytes, with an index behind them.
fn with_an_index() -> (tempfile::TempDir, std::path::PathBuf, Vec<u8>) {
    let (directory, path) = place();
    filled(&path, 1..=10, 20);
    let bytes = fs::read(&path).unwrap();
    assert!(bytes.ends_with(b"\xFACTI"));
    (directory, path, bytes)
}

#[test]
fn the_tables_alone_are_enough_to_write_an_index() {
    let (_directory, _path, written) = with_an_index();
    let mut frames = file_head(1);
    let mut index = 11_u64.to_le_bytes().to_vec();
    for number in 1..=10_u8 {
        let created = moment(number).duration_since(std::time::UNIX_EPOCH);
        let created = u64::try_from(created.unwrap().as_nanos()).unwrap();
        let body = envelope(1, 7, created, [number; 16], &[number; 20]);
        index.extend((frames.len() as u64).to_le_bytes());
        index.extend([b'L', 1, 38, 0]);
        index.extend(u64::from(number).to_le_bytes());
        index.extend(58_u32.to_le_bytes());
        index.extend(crc32fast::hash(&body).to_le_bytes());
        index.extend(&body[..38]);
        frames.extend(frame(b'L', 1, 38, u64::from(number), &body));
    }
    let size = u32::try_from(28 + index.len() + 8).unwrap();
    index.extend(size.to_le_bytes());
    index.extend(b"\xFACTI");
    let whole = [frames, frame(0xB3, 3, 0, 0, &index)].concat();
    assert_eq!(dump(&written), dump(&whole));
}

#[test]
fn a_file_without_its_index_is_the_same_file() {
    let (_directory, path, bytes) = with_an_index();
    fs::write(&path, &bytes[..offset(11)]).unwrap();
    let all: Vec<u8> = (1..=10).collect();
    assert_eq!(readable(&Reader::new(&path)), all);
    let mut buffer = Buffer::open(&path, Limits::default()).unwrap();
    push(&mut buffer, 11, 20);
    assert!(fs::read(&path).unwrap().ends_with(b"\xFACTI"));
    // Few records are walked as fast.
    let entries = buffer.entries().unwrap();
    buffer.remove(&entries[..4]).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().len(), offset(12) as u64);
    assert_eq!(numbers(&buffer.entries().unwrap()), [5, 6, 7, 8, 9, 10, 11]);
}

#[test]
fn a_record_that_only_the_index_has_is_forgotten() {
    let (_directory, path, mut bytes) = with_an_index();
    bytes[offset(3)..offset(4)].fill(0);
    // Its deletion reached the disk, the index after it did not.
    bytes[offset(5) + 4] = 0xB3;
    fs::write(&path, &bytes).unwrap();
    let buffer = Buffer::open(&path, Limits::default()).unwrap();
    let entries = buffer.entries().unwrap();
    assert_eq!(entries.len(), 10);
    for entry in &entries {
        let is_there = ![3, 5].contains(&entry.trace_id()[0]);
        match buffer.payload(entry) {
            Ok(payload) if is_there => assert_eq!(payload, [entry.trace_id()[0]; 20]),
            Err(Error::Gone { .. }) if !is_there => {}
            found => panic!("{found:?}"),
        }
    }
    let left = [1, 2, 4, 6, 7, 8, 9, 10];
    assert_eq!(numbers(&buffer.entries().unwrap()), left);
    assert_eq!(readable(&Reader::new(&path)), left);
}

#[test]
fn deleting_what_the_index_has_changes_no_other_frame() {
    let (_directory, path, mut bytes) = with_an_index();
    let other = envelope(1, 7, 1, [33; 16], &[33; 20]);
    let other = frame(b'L', 1, 38, 33, &other);
    bytes[offset(3)..offset(4)].copy_from_slice(&other);
    fs::write(&path, &bytes).unwrap();
    let mut buffer = Buffer::open(&path, Limits::default()).unwrap();
    let entries = buffer.entries().unwrap();
    let third: Vec<Entry> = entries
        .into_iter()
        .filter(|entry| entry.trace_id() == [3; 16])
        .collect();
    assert_eq!(buffer.remove(&third).unwrap(), 1);
    let after = fs::read(&path).unwrap();
    assert_eq!(after[offset(3)..offset(4)], other);
    assert!(!numbers(&buffer.entries().unwrap()).contains(&3));
}

#[test]
fn an_index_that_lies_is_not_believed() {
    let (_directory, path, bytes) = with_an_index();
    let body = bytes[offset(11) + 28..].to_vec();
    let all: Vec<u8> = (1..=10).collect();
    let lies: [Lie; 5] = [
        // The second stands where the first does, or is dead, or reaches into the third.
        &|body| body.copy_within(entry(1)..entry(1) + 8, entry(2)),
        &|body| body[entry(2) + 8] = 0xB3,
        &|body| body[entry(2) + 20] += 1,
        // The last is missing: another frame would be overwritten.
        &|body| drop(body.drain(entry(10)..entry(11))),
        &|body| body[entry(1)] = 0,
    ];
    for (number, lie) in lies.iter().enumerate() {
        let mut body = body.clone();
        lie(&mut body);
        let size = u32::try_from(28 + body.len()).unwrap();
        let at = body.len() - 8;
        body[at..at + 4].copy_from_slice(&size.to_le_bytes());
        let lying = [&bytes[..offset(11)], &frame(0xB3, 3, 0, 0, &body)].concat();
        fs::write(&path, lying).unwrap();
        assert_eq!(readable(&Reader::new(&path)), all, "lie {number}");
        assert_stores_well(&path, &all);
    }
}

/// Where an entry begins in the body of an index.
fn entry(number: usize) -> usize {
    8 + 66 * (number - 1)
}

fn assert_stores_well(path: &Path, before: &[u8]) {
    let mut buffer = Buffer::open(path, Limits::default()).unwrap();
    push(&mut buffer, 20, 300);
    let after = [before, &[20]].concat();
    assert_eq!(readable(&Reader::new(path)), after);
}
