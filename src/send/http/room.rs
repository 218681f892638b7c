//! ureq's buffers, no larger than what goes through them. ureq fills them with zeros before the first use, and memory
//! that is touched for nothing costs more in a process this short than a second write does.
//!
//! Buffers of a fixed size have to hold the longest line of a request (a token of 20,000 bytes is sent) and the headers
//! of an answer (60 KB are read), so 16 KiB are too few. A whole dispatch that sends its trace, with buffers of
//!
//! | | these sizes | 64 KiB, fixed | 128 KiB, fixed (ureq's default) |
//! |---|--:|--:|--:|
//! | instructions, http | 1,637,801 | 1,736,630 (+6.0 %) | 1,867,210 (+14.0 %) |
//! | peak memory, http | 3.66 MiB | 3.77 MiB | 3.81 MiB |
//! | peak memory, https | 4.15 MiB | 4.25 MiB | 4.46 MiB |

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use ureq::unversioned::transport::{Buffers, LazyBuffers};

/// Of each buffer, in bytes, where no more is known to be needed: what most dispatches leave fits, and the headers
/// of any usual answer. Below 10 KiB ureq makes a buffer larger by itself, and then smaller again.
const FIRST: usize = 16 * 1024;

/// Of each buffer at most, in bytes: ureq's own default. It gives up headers of more than 64 KiB.
const LAST: usize = 128 * 1024;

/// How long the body of the next request is, in bytes, for those who make room for it.
#[derive(Clone, Debug, Default)]
pub(super) struct Length(Arc<AtomicU64>);

impl Length {
    pub(super) fn set(&self, length: u64) {
        self.0.store(length, Ordering::Relaxed);
    }
}

#[derive(Debug)]
pub(super) struct Room {
    buffers: LazyBuffers,
    input: usize,
    output: usize,
}

impl Room {
    pub(super) fn new(length: &Length) -> Self {
        // How fast the network is, the first large request shows: it is not to make room meanwhile.
        let is_large = length.0.load(Ordering::Relaxed) > FIRST as u64;
        let output = if is_large { LAST } else { FIRST };
        Self {
            buffers: LazyBuffers::new(FIRST, output),
            input: FIRST,
            output,
        }
    }

    pub(super) fn buffers(&mut self) -> &mut LazyBuffers {
        &mut self.buffers
    }

    /// To be called with how much of the output was written: where all the room was used, more is to come.
    pub(super) fn written(&mut self, amount: usize) {
        if amount == self.output {
            self.grow(self.input, LAST);
        }
    }

    /// Where the next bytes of an answer go; nothing, if it has more than is ever taken at once.
    pub(super) fn for_more(&mut self) -> &mut [u8] {
        if self.buffers.input_append_buf().is_empty() {
            self.grow(LAST, self.output);
        }
        self.buffers.input_append_buf()
    }

    fn grow(&mut self, input: usize, output: usize) {
        if (input, output) == (self.input, self.output) {
            return;
        }
        let mut larger = LazyBuffers::new(input, output);
        let unread = self.buffers.input();
        if let Some(place) = larger.input_append_buf().get_mut(..unread.len()) {
            place.copy_from_slice(unread);
            larger.input_appended(unread.len());
            *self = Self {
                buffers: larger,
                input,
                output,
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn room(length: u64) -> Room {
        let expected = Length::default();
        expected.set(length);
        Room::new(&expected)
    }

    #[test]
    fn there_is_as_much_room_as_is_needed() {
        for (length, size) in [(0, FIRST), (16 << 10, FIRST), ((16 << 10) + 1, LAST)] {
            let mut room = room(length);
            assert_eq!(room.buffers().output().len(), size, "{length}");
            room.written(size - 1);
            assert_eq!(room.buffers().output().len(), size, "{length}");
            room.written(size);
            assert_eq!(room.buffers().output().len(), LAST, "{length}");
        }
    }

    #[test]
    fn an_answer_that_fills_its_room_gets_more_and_is_kept() {
        let mut room = room(0);
        let mut read = Vec::new();
        loop {
            let place = room.for_more();
            let Some(first) = place.first_mut() else {
                break;
            };
            // Not all at once, as it comes from a network.
            *first = u8::try_from(read.len() % 251).unwrap();
            read.push(*first);
            let amount = place.len().min(1000);
            read.resize(read.len() + amount - 1, 0);
            room.buffers().input_appended(amount);
            assert_eq!(room.buffers().input(), read);
        }
        assert_eq!(read.len(), LAST);
    }
}
