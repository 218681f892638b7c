//! Counts dropped traces, with the cause.
//!
//! The counts stay in the file until a root span reports them. From then on they are in that root's record, so
//! that each loss is reported once: an evicted record gives back what it reported.

use bincode::de::{Decode, Decoder};
use bincode::enc::{Encode, Encoder};
use bincode::error::{DecodeError, EncodeError};

use crate::trace::codec;

/// Bytes of the counts in the file: two numbers of 8 bytes for each [`Cause`].
pub(crate) const COUNTS: usize = CAUSES.len() * 16;

/// In the order of the file.
const CAUSES: [Cause; 4] = [Cause::Full, Cause::Old, Cause::Refused, Cause::Damaged];

/// Why a dispatch was dropped; see [`Dropped`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The buffer was at a limit, or the disk was full, and something newer or more important came.
    Full,
    /// It waited for longer than [`Limits::age`](crate::store::buffer::Limits::age).
    Old,
    /// The receiver refused it for good.
    Refused,
    /// Its bytes were changed on disk.
    Damaged,
}

/// A number of dispatches, and of the spans in them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Whole dispatches.
    pub dispatches: u64,
    /// Spans in them.
    pub spans: u64,
}

/// What was dropped, by cause; nothing in most cases.
///
/// ```
/// use charm_tracing::__buffer::{Cause, Count, Dropped};
///
/// let mut dropped = Dropped::default();
/// dropped.add(Cause::Full, Count { dispatches: 2, spans: 100 });
/// assert_eq!(dropped.of(Cause::Full).spans, 100);
/// assert_eq!(dropped.total().dispatches, 2);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dropped {
    counts: [Count; CAUSES.len()],
}

impl Cause {
    /// The cause in one word, as a root span reports it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Cause::Full => "full",
            Cause::Old => "old",
            Cause::Refused => "refused",
            Cause::Damaged => "damaged",
        }
    }
}

impl Dropped {
    /// What was dropped for this cause.
    #[must_use]
    pub fn of(&self, cause: Cause) -> Count {
        let mut counts = self.causes().filter(|(found, _)| *found == cause);
        counts.next().map(|(_, count)| count).unwrap_or_default()
    }

    /// Every cause with its count, zeros included.
    pub fn causes(&self) -> impl Iterator<Item = (Cause, Count)> + '_ {
        CAUSES.into_iter().zip(self.counts)
    }

    /// All causes together.
    #[must_use]
    pub fn total(&self) -> Count {
        let mut total = Count::default();
        for count in &self.counts {
            total.add(*count);
        }
        total
    }

    /// Whether nothing was dropped.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Dropped::default()
    }

    /// Counts more of one cause; a count that is full stays so.
    pub fn add(&mut self, cause: Cause, count: Count) {
        for (counted, own) in CAUSES.iter().zip(&mut self.counts) {
            if *counted == cause {
                own.add(count);
            }
        }
    }

    pub(crate) fn add_all(&mut self, other: &Dropped) {
        for (own, other) in self.counts.iter_mut().zip(other.counts) {
            own.add(other);
        }
    }

    /// Whether all of `reported` is among these.
    pub(crate) fn covers(&self, reported: &Dropped) -> bool {
        let mut pairs = self.counts.iter().zip(reported.counts);
        pairs.all(|(own, reported)| {
            own.dispatches >= reported.dispatches && own.spans >= reported.spans
        })
    }

    /// Takes off what is reported.
    pub(crate) fn take_off(&mut self, reported: &Dropped) {
        for (own, reported) in self.counts.iter_mut().zip(reported.counts) {
            own.dispatches = own.dispatches.saturating_sub(reported.dispatches);
            own.spans = own.spans.saturating_sub(reported.spans);
        }
    }

    pub(crate) fn to_bytes(self) -> Result<Vec<u8>, EncodeError> {
        let mut bytes = Vec::with_capacity(COUNTS);
        codec::append(self, &mut bytes)?;
        Ok(bytes)
    }

    /// Reads the counts that `bytes` begin with; fewer bytes are no counts.
    pub(crate) fn parse(bytes: &[u8]) -> Option<Dropped> {
        codec::read(bytes).map(|(dropped, _)| dropped)
    }
}

impl Count {
    fn add(&mut self, other: Count) {
        self.dispatches = self.dispatches.saturating_add(other.dispatches);
        self.spans = self.spans.saturating_add(other.spans);
    }
}

impl Encode for Dropped {
    fn encode<E: Encoder>(&self, encoder: &mut E) -> Result<(), EncodeError> {
        for count in &self.counts {
            count.dispatches.encode(encoder)?;
            count.spans.encode(encoder)?;
        }
        Ok(())
    }
}

impl<Context> Decode<Context> for Dropped {
    fn decode<D: Decoder<Context = Context>>(decoder: &mut D) -> Result<Self, DecodeError> {
        let mut dropped = Dropped::default();
        for count in &mut dropped.counts {
            count.dispatches = u64::decode(decoder)?;
            count.spans = u64::decode(decoder)?;
        }
        Ok(dropped)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dropped(dispatches: u64) -> Dropped {
        let mut dropped = Dropped::default();
        let count = Count {
            dispatches,
            spans: dispatches * 10,
        };
        dropped.add(Cause::Old, count);
        dropped.add(Cause::Damaged, count);
        dropped
    }

    #[test]
    fn counts_come_back_from_their_bytes() {
        let bytes = dropped(3).to_bytes().unwrap();
        assert_eq!(bytes.len(), COUNTS);
        assert_eq!(
            bytes[16..33],
            [3, 0, 0, 0, 0, 0, 0, 0, 30, 0, 0, 0, 0, 0, 0, 0, 0]
        );
        assert_eq!(Dropped::parse(&bytes), Some(dropped(3)));
        assert_eq!(Dropped::parse(&bytes[..COUNTS - 1]), None);
    }

    #[test]
    fn counting_never_overflows_and_never_goes_below_nothing() {
        let mut count = dropped(2);
        count.take_off(&dropped(5));
        assert!(count.is_empty());
        let most = Count {
            dispatches: u64::MAX,
            spans: u64::MAX,
        };
        count.add(Cause::Full, most);
        count.add_all(&count.clone());
        count.add(Cause::Old, most);
        assert_eq!(count.total(), most);
    }
}
