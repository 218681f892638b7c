//! Any bytes as the journal of a dispatch that was killed: it is recovered or not, and a journal that was
//! cut shorter has no more spans.
//!
//! An input that begins with an odd byte is the file itself. Otherwise it lists frames, which get the right
//! lengths and checksums here: the fuzzer would hardly find those by itself.

#![no_main]

use charm_tracing::__fuzzed;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Some((first, rest)) = input.split_first() else {
        return;
    };
    let journal = if first % 2 == 1 {
        rest.to_vec()
    } else {
        assembled(1 + (first >> 1) % 2, rest)
    };
    let spans = |journal: &[u8]| {
        let (spans, encoded) = __fuzzed::recovered(journal)?;
        assert!(encoded > 0, "{spans} spans that cannot be encoded");
        Some(spans)
    };
    let whole = spans(&journal);
    for part in [journal.len() / 2, journal.len().saturating_sub(1)] {
        let cut = spans(&journal[..part]);
        assert!(cut <= whole, "{cut:?} spans of {whole:?}");
    }
});

/// A head of this version and frames: of each, the kind, two bytes of length, and the body.
fn assembled(version: u8, mut input: &[u8]) -> Vec<u8> {
    let mut file = b"CHTRJNL\0".to_vec();
    file.extend([version, 0, 0, 0]);
    file.extend(b"the fuzzer's own");
    file.extend(crc32fast::hash(&file).to_le_bytes());
    while let Some(([kind, low, high], rest)) = input.split_first_chunk::<3>() {
        let length = usize::from(u16::from_le_bytes([*low, *high]));
        let (body, rest) = rest.split_at(rest.len().min(length));
        input = rest;
        // The kinds that there are, and one that there is not.
        let checked = [&[1 + kind % 5], body].concat();
        file.extend((body.len() as u32).to_le_bytes());
        file.extend(crc32fast::hash(&checked).to_le_bytes());
        file.extend(checked);
    }
    file
}
