//! CRC-32 as zlib and Ethernet have it, of all files here.
//!
//! crc32fast asks the processor for its features before it begins. In a virtual machine each question is
//! answered by the hypervisor, and together they take longer than all checksums of an ordinary dispatch
//! by table. So the first bytes of a process go by table, and crc32fast has the rest.

use std::sync::atomic::{AtomicUsize, Ordering};

/// From so many bytes in one process on, asking the processor is worth its time: about as long as the
/// table needs for as many.
const WORTH_ASKING: usize = 64 << 10;

/// How many bytes this process has been asked for.
static SUMMED: AtomicUsize = AtomicUsize::new(0);

/// The checksum of these pieces, one after another.
pub(crate) fn crc32(pieces: &[&[u8]]) -> u32 {
    let length: usize = pieces.iter().map(|piece| piece.len()).sum();
    // Two threads may both be below; either way is right.
    let before = SUMMED.fetch_add(length, Ordering::Relaxed);
    if before.saturating_add(length) > WORTH_ASKING {
        fast(pieces)
    } else {
        by_table(pieces)
    }
}

fn fast(pieces: &[&[u8]]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    for piece in pieces {
        hasher.update(piece);
    }
    hasher.finalize()
}

fn by_table(pieces: &[&[u8]]) -> u32 {
    !pieces.iter().fold(!0, |sum, piece| add(sum, piece))
}

fn add(mut sum: u32, bytes: &[u8]) -> u32 {
    let [t0, t1, t2, t3, t4, t5, t6, t7] = &TABLES;
    let (eights, rest) = bytes.as_chunks::<8>();
    for &[a, b, c, d, e, f, g, h] in eights {
        let [a, b, c, d] = (sum ^ u32::from_le_bytes([a, b, c, d])).to_le_bytes();
        sum = entry(t7, a)
            ^ entry(t6, b)
            ^ entry(t5, c)
            ^ entry(t4, d)
            ^ entry(t3, e)
            ^ entry(t2, f)
            ^ entry(t1, g)
            ^ entry(t0, h);
    }
    rest.iter().fold(sum, |sum, byte| {
        let [low, ..] = sum.to_le_bytes();
        entry(t0, low ^ byte) ^ (sum >> 8)
    })
}

fn entry(table: &[u32; 256], byte: u8) -> u32 {
    table.get(usize::from(byte)).copied().unwrap_or_default()
}

/// What a byte adds, with none to seven more bytes behind it.
static TABLES: [[u32; 256]; 8] = tables();

#[expect(
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "evaluated when this is compiled, where an index out of bounds is an error"
)]
const fn tables() -> [[u32; 256]; 8] {
    /// The polynomial, lowest power first.
    const POLYNOMIAL: u32 = 0xEDB8_8320;
    let mut tables = [[0; 256]; 8];
    let mut byte = 0;
    while byte < 256 {
        let mut sum = byte as u32;
        let mut bit = 0;
        while bit < 8 {
            sum = (sum >> 1) ^ (POLYNOMIAL * (sum & 1));
            bit += 1;
        }
        tables[0][byte] = sum;
        byte += 1;
    }
    let mut behind = 1;
    while behind < 8 {
        let mut byte = 0;
        while byte < 256 {
            let sum: u32 = tables[behind - 1][byte];
            tables[behind][byte] = (sum >> 8) ^ tables[0][(sum & 0xFF) as usize];
            byte += 1;
        }
        behind += 1;
    }
    tables
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_value_of_the_catalogue() {
        assert_eq!(by_table(&[b"123456789"]), 0xCBF4_3926);
        assert_eq!(by_table(&[]), 0);
    }

    #[test]
    fn both_ways_agree_at_every_length_and_in_every_cut() {
        let bytes: Vec<u8> = (0..200_u32)
            .map(|index| (index.wrapping_mul(2_654_435_761) >> 24) as u8)
            .collect();
        for length in 0..bytes.len() {
            let (first, last) = bytes.split_at(length);
            assert_eq!(by_table(&[first]), fast(&[first]), "{length}");
            assert_eq!(by_table(&[first, last]), fast(&[&bytes]), "{length}");
        }
    }

    #[test]
    fn a_process_that_sums_much_gets_the_same() {
        let bytes = vec![7; WORTH_ASKING / 2];
        let sums: Vec<u32> = (0..4).map(|_| crc32(&[&bytes])).collect();
        assert_eq!(sums, [fast(&[&bytes]); 4]);
    }
}
