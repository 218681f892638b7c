//! CRC-32 as zlib and Ethernet have it, of all files here.
//!
//! crc32fast asks the processor for its features once in a process, which a hypervisor can answer slowly: that was
//! 57 us here, and 36 us (1.3 %) of a whole dispatch that stores its trace. A table alone does without, but takes 5.4 ms
//! more for the checksums of 10 MiB (6.2 ms instead of 0.8), and more instructions in every dispatch: 1,509,891 instead
//! of 1,473,374 where the trace is stored, 1,705,925 instead of 1,637,801 where it is sent over http.

/// The checksum of these pieces, one after another.
pub(crate) fn crc32(pieces: &[&[u8]]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    for piece in pieces {
        hasher.update(piece);
    }
    hasher.finalize()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_the_catalogues_however_it_is_cut() {
        let text = b"123456789";
        for cut in 0..=text.len() {
            let (first, last) = text.split_at(cut);
            assert_eq!(crc32(&[first, last]), 0xCBF4_3926, "{cut}");
        }
        assert_eq!(crc32(&[]), 0);
    }
}
