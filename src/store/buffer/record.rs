//! What goes into a buffer: opaque bytes, and the little that eviction and delivery must know of them.
//!
//! A record names its dispatch by trace id and says how much it matters; nothing here knows what
//! a span or a charm is.

use std::time::SystemTime;

use crate::store::buffer::dropped::Dropped;

/// How much a dispatch matters when the buffer is full: the lowest is evicted first.
///
/// A dispatch of several records is as important as its most important record.
/// See [`Buffer::push`](crate::store::buffer::Buffer::push).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Priority {
    /// Nothing failed, and nothing but the event itself happened.
    Routine,
    /// Nothing failed.
    Ordinary,
    /// Something failed, or the dispatch never finished.
    Failed,
}

impl Priority {
    /// All of them, the most important first.
    pub(crate) const FROM_THE_TOP: [Priority; 3] =
        [Priority::Failed, Priority::Ordinary, Priority::Routine];

    /// Reads the byte of a file; a value of a later release counts as [`Priority::Ordinary`].
    pub(crate) fn from_byte(byte: u8) -> Priority {
        match byte {
            0 => Priority::Routine,
            2 => Priority::Failed,
            _ => Priority::Ordinary,
        }
    }

    pub(crate) fn to_byte(self) -> u8 {
        match self {
            Priority::Routine => 0,
            Priority::Ordinary => 1,
            Priority::Failed => 2,
        }
    }
}

/// One record on its way into a buffer: an encoded OTLP request of one dispatch.
///
/// See [`buffer`](crate::store::buffer) for an example.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    /// How much the dispatch matters when room is short.
    pub priority: Priority,
    /// How many spans the payload holds; counted when they are evicted.
    pub spans: u32,
    /// When the record was made, kept to the nanosecond; a time before 1970 is kept as 1970.
    pub created: SystemTime,
    /// The dispatch: all records of one trace id are kept or evicted together.
    pub trace_id: [u8; 16],
    /// The bytes to deliver: one OTLP `ExportTraceServiceRequest` in protobuf, never looked into.
    pub payload: &'a [u8],
}

/// What [`Buffer::import`](crate::store::buffer::Buffer::import) did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Records taken over.
    pub records: usize,
    /// Records left behind and deleted with their file: damaged, or larger than the limit. Counted as
    /// [`Cause::Damaged`](crate::store::buffer::Cause) and [`Cause::Full`](crate::store::buffer::Cause).
    pub lost: usize,
    /// What was dropped to make room for them; counted in the file too.
    pub dropped: Dropped,
}

/// How a buffer file is filled, for people and tests; see
/// [`Reader::usage`](crate::store::buffer::Reader::usage).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Dispatches with at least one record that waits.
    pub dispatches: usize,
    /// Records that wait.
    pub records: usize,
    /// Spans in those records.
    pub spans: u64,
    /// Length of the file, in bytes.
    pub file_bytes: u64,
    /// Bytes of the file that hold records.
    pub live_bytes: u64,
    /// Bytes of the file that belong to no sound frame: damage, or a write that never finished.
    pub unreadable_bytes: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn priorities_survive_their_byte_and_unknown_is_ordinary() {
        for priority in [Priority::Routine, Priority::Ordinary, Priority::Failed] {
            assert_eq!(Priority::from_byte(priority.to_byte()), priority);
        }
        for unknown in 3..=u8::MAX {
            assert_eq!(Priority::from_byte(unknown), Priority::Ordinary);
        }
    }
}
