//! Any bytes as a buffer file: a reader changes nothing and panics never, a writer makes it a buffer
//! again, and a record stored then comes back whole.
//!
//! An input that begins with an odd byte is the file itself. Otherwise it lists frames, which get
//! the right checksums here, and where the first byte says so an index of them that may lie: the
//! fuzzer would hardly find those by itself.

#![no_main]

use std::cell::RefCell;
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, UNIX_EPOCH};

use charm_tracing::__buffer::{Buffer, Cause, Error, Limits, Priority, Reader, Record};
use libfuzzer_sys::fuzz_target;
use tempfile::TempDir;

thread_local! {
    static PLACE: RefCell<Option<(TempDir, PathBuf)>> = const { RefCell::new(None) };
}

fuzz_target!(|input: &[u8]| {
    let path = PLACE.with_borrow_mut(|place| {
        let new = || {
            let directory = tempfile::tempdir().unwrap();
            let path = directory.path().join("buffer");
            (directory, path)
        };
        place.get_or_insert_with(new).1.clone()
    });
    let Some((first, rest)) = input.split_first() else {
        return;
    };
    let bytes = if first % 2 == 1 {
        rest.to_vec()
    } else {
        assembled(rest, first & 2 != 0)
    };
    for entry in fs::read_dir(path.parent().unwrap()).unwrap() {
        fs::remove_file(entry.unwrap().path()).unwrap();
    }
    fs::write(&path, &bytes).unwrap();
    look(&path, &bytes);
    write(&path, usize::from(*first));
});

fn look(path: &PathBuf, bytes: &[u8]) {
    let reader = Reader::new(path);
    match reader.entries() {
        Ok(entries) => {
            for entry in &entries {
                match reader.payload(entry) {
                    Ok(payload) => assert_eq!(payload.len() as u64, entry.payload_bytes()),
                    Err(Error::Damaged { .. } | Error::Gone { .. }) => {}
                    Err(error) => panic!("{error}"),
                }
            }
            let usage = reader.usage().unwrap();
            assert_eq!(usage.file_bytes, bytes.len() as u64);
            reader.dropped().unwrap();
        }
        Err(Error::Foreign { .. }) => {}
        Err(error) => panic!("{error}"),
    }
    assert_eq!(fs::read(path).unwrap(), bytes, "a reader wrote");
}

fn write(path: &PathBuf, seed: usize) {
    let limits = Limits {
        dispatches: 3 + seed % 5,
        bytes: 2_000,
        // None, or steps that the limit allows for some of what there is.
        reserve: [0, 64, 500][seed % 3],
        ..Limits::default()
    };
    let mut buffer = Buffer::open(path, limits).unwrap();
    let payload = vec![7; 3 * seed];
    let record = Record {
        priority: Priority::Routine,
        spans: 1,
        created: UNIX_EPOCH + Duration::from_secs(1_700_000_000),
        trace_id: *b"the fuzzer's own",
        payload: &payload,
    };
    buffer.push(&record).unwrap();
    let entries = buffer.entries().unwrap();
    let own = |entry: &&charm_tracing::__buffer::Entry| entry.trace_id() == record.trace_id;
    let stored: Vec<_> = entries.iter().filter(own).collect();
    assert!(
        stored
            .iter()
            .any(|entry| buffer.payload(entry).is_ok_and(|found| found == payload))
    );
    assert_eq!(
        buffer.discard(&entries, Cause::Refused).unwrap(),
        entries.len()
    );
    assert!(buffer.entries().unwrap().is_empty());
}

/// A head and frames: of each six bytes of the input, and as many body bytes as the sixth says. Then
/// the index, whose entries are wrong by what the rest of the input says.
fn assembled(mut input: &[u8], indexed: bool) -> Vec<u8> {
    let mut index = u64::from(u32::MAX).to_le_bytes().to_vec();
    let mut file = b"CHTRBUF\0\x01\0\x20\0".to_vec();
    file.extend([0; 16]);
    file.extend(crc32fast::hash(&file).to_le_bytes());
    while let Some((spec, rest)) = input.split_first_chunk::<6>() {
        let [how, state, kind, summary, sequence, length] = *spec;
        let (body, rest) = rest.split_at(rest.len().min(usize::from(length)));
        input = rest;
        let body_sum = match how & 1 {
            0 => crc32fast::hash(body),
            _ => u32::from(how),
        };
        let claimed = match how & 2 {
            0 => body.len(),
            _ => usize::from(how) * 100,
        };
        let mut head = vec![0xF5, b'C', b'T', 0xFA, state, kind, summary, 0];
        head.extend(u64::from(sequence).to_le_bytes());
        head.extend((claimed as u32).to_le_bytes());
        head.extend(body_sum.to_le_bytes());
        let mut covered = head.clone();
        covered.remove(4);
        covered.extend(&body[..body.len().min(usize::from(summary))]);
        head.extend(crc32fast::hash(&covered).to_le_bytes());
        index.extend((file.len() as u64).to_le_bytes());
        index.extend(&head[4..24]);
        let mut known = body.to_vec();
        known.resize(38, 0);
        index.extend(known);
        file.extend(head);
        file.extend(body);
    }
    if indexed {
        // Pairs of a place in the index and what is added to the byte there.
        for lie in input.chunks_exact(2) {
            let at = usize::from(lie[0]) * 3;
            if let Some(byte) = index.get_mut(at) {
                *byte = byte.wrapping_add(lie[1]);
            }
        }
        index.extend((28 + index.len() as u32 + 8).to_le_bytes());
        index.extend(b"\xFACTI");
        let mut head = vec![0xF5, b'C', b'T', 0xFA, 0xB3, 3, 0, 0];
        head.extend([0; 8]);
        head.extend((index.len() as u32).to_le_bytes());
        head.extend(crc32fast::hash(&index).to_le_bytes());
        let mut covered = head.clone();
        covered.remove(4);
        head.extend(crc32fast::hash(&covered).to_le_bytes());
        file.extend(head);
        file.extend(index);
    }
    file
}
