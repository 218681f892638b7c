//! Files that are not what they should be: cut, changed, foreign, gone, or no files at all.
//!
//! The prefixes and the flipped bytes are exhaustive; each is read first, then written to.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use charm_tracing::__buffer::{Buffer, Error, Limits, Reader};

use super::{AROUND_PAYLOAD, filled, filled_within, numbers, place, push, readable};

#[test]
fn a_foreign_file_is_set_aside_once_and_logged() {
    let (directory, path) = place();
    for content in [
        "SQLite format 3\0 and so on",
        "another one, long enough for a head",
    ] {
        fs::write(&path, content).unwrap();
        let foreign = Reader::new(&path).entries();
        assert!(matches!(foreign, Err(Error::Foreign { version: None, .. })));

        let mut buffer = Buffer::open(&path, Limits::default()).unwrap();
        let aside = directory.path().join("buffer.set-aside");
        assert_eq!(buffer.set_aside(), Some(aside.as_path()));
        assert_eq!(fs::read_to_string(&aside).unwrap(), content);
        push(&mut buffer, 1, 10);
        assert_eq!(numbers(&buffer.entries().unwrap()), [1]);
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 2);
    }
    let again = Buffer::open(&path, Limits::default()).unwrap();
    assert_eq!(again.set_aside(), None);
}

#[test]
fn a_file_that_is_replaced_under_a_handle_is_made_anew() {
    let (_directory, path) = place();
    let mut buffer = filled(&path, 1..=2, 10);
    let entries = buffer.entries().unwrap();
    fs::remove_file(&path).unwrap();
    assert!(buffer.entries().unwrap().is_empty());
    assert_eq!(buffer.remove(&entries).unwrap(), 0);
    assert!(buffer.sync().is_err());
    push(&mut buffer, 3, 10);
    assert_eq!(numbers(&buffer.entries().unwrap()), [3]);

    fs::write(&path, [b'x'; 100]).unwrap();
    push(&mut buffer, 4, 10);
    assert!(buffer.set_aside().is_some());
    assert_eq!(numbers(&buffer.entries().unwrap()), [4]);
    buffer.sync().unwrap();
}

#[test]
fn links_and_missing_directories_are_errors_that_say_so() {
    let (directory, path) = place();
    symlink(directory.path().join("elsewhere"), &path).unwrap();
    let message = |path: &Path| {
        let error = Buffer::open(path, Limits::default()).unwrap_err();
        error.to_string().replace(path.to_str().unwrap(), "PATH")
    };
    assert_eq!(
        message(&path),
        "cannot use PATH as trace buffer: it is a symbolic link, not a regular file; \
         remove it or name another path"
    );
    assert_eq!(
        message(directory.path()),
        "cannot use PATH as trace buffer: it is a directory, not a regular file; \
         remove it or name another path"
    );
    assert_eq!(
        message(&directory.path().join("missing/buffer")),
        "cannot create the trace buffer PATH: No such file or directory (os error 2); \
         make sure that its directory exists"
    );
    assert!(!directory.path().join("elsewhere").exists());
}

#[test]
fn every_prefix_of_a_file_reads_well_and_can_be_written_to() {
    for limits in [Limits::default(), reserving()] {
        every_prefix_reads_well(limits);
    }
}

fn every_prefix_reads_well(limits: Limits) {
    let (_directory, path) = place();
    filled_within(limits, &path, 1..=20, 20);
    let whole = fs::read(&path).unwrap();
    let frame = usize::try_from(AROUND_PAYLOAD).unwrap() + 20;
    for length in 0..whole.len() {
        fs::write(&path, &whole[..length]).unwrap();
        let reader = Reader::new(&path);
        // What follows the last of them is an index.
        let complete = u8::try_from(length.saturating_sub(32) / frame)
            .unwrap()
            .min(20);
        let expected: Vec<u8> = (1..=complete).collect();
        assert_eq!(readable(&reader), expected, "{length} bytes");
        assert_eq!(fs::read(&path).unwrap().len(), length, "a reader wrote");

        let mut buffer = Buffer::open(&path, limits).unwrap();
        assert_eq!(buffer.set_aside(), None, "{length} bytes");
        push(&mut buffer, 30, 20);
        let expected: Vec<u8> = (1..=complete).chain([30]).collect();
        assert_eq!(readable(&reader), expected, "{length} bytes and a push");
        assert_eq!(buffer.usage().unwrap().unreadable_bytes, 0);
    }
}

#[test]
fn every_flipped_byte_costs_the_record_it_hit_and_no_other() {
    // Few records have no index behind them, which knows where they are when a head does not say.
    for (limits, records) in [Limits::default(), reserving()]
        .into_iter()
        .flat_map(|limits| [(limits, 20_u8), (limits, 5)])
    {
        let (_directory, path) = place();
        filled_within(limits, &path, 1..=records, 20);
        let whole = fs::read(&path).unwrap();
        let frame = usize::try_from(AROUND_PAYLOAD).unwrap() + 20;
        let indexed = whole.ends_with(b"\xFACTI");
        assert_eq!(indexed, records == 20);
        for at in 0..whole.len() {
            for flip in [0x01, 0xFF] {
                let mut bytes = whole.clone();
                bytes[at] ^= flip;
                fs::write(&path, &bytes).unwrap();
                let hit = at.checked_sub(32).map(|at| (at / frame + 1, at % frame));
                let is_lost = |number: u8| match hit {
                    Some((record, _)) if record != usize::from(number) => false,
                    // The state is under no checksum; only its complement means that a record is gone.
                    Some((_, 4)) => flip == 0xFF,
                    Some((_, byte)) => byte >= 28 || !indexed,
                    None => false,
                };
                let left: Vec<u8> = (1..=records).filter(|number| !is_lost(*number)).collect();
                let reader = Reader::new(&path);
                assert_eq!(readable(&reader), left, "byte {at} ^ {flip:#x}");
                assert_eq!(fs::read(&path).unwrap(), bytes, "a reader wrote");

                let mut buffer = Buffer::open(&path, limits).unwrap();
                assert_eq!(buffer.set_aside(), None, "byte {at}");
                push(&mut buffer, 30, 20);
                let left: Vec<u8> = left.into_iter().chain([30]).collect();
                assert_eq!(readable(&reader), left, "byte {at} ^ {flip:#x} and a push");
            }
        }
    }
}

/// As a charm's buffer is: longer than what it holds.
fn reserving() -> Limits {
    Limits {
        reserve: 4_096,
        ..Limits::default()
    }
}

#[test]
fn damaged_records_are_reported_and_can_be_removed() {
    let (_directory, path) = place();
    let mut buffer = filled(&path, 1..=2, 20);
    let mut bytes = fs::read(&path).unwrap();
    bytes[32 + 28 + 38] ^= 1;
    fs::write(&path, &bytes).unwrap();
    let entries = buffer.entries().unwrap();
    let error = buffer.payload(&entries[0]).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "cannot read the record at byte 32 of the trace buffer {}: its checksum does not \
             match; remove the record",
            path.display()
        )
    );
    assert_eq!(buffer.remove(&entries[..1]).unwrap(), 1);
    assert_eq!(readable(&Reader::new(&path)), [2]);
}
