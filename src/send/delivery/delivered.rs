//! The result of a delivery: what was sent, refused or rejected, and how it ended.

use std::time::Duration;

use super::super::receiver::{Later, Taken, Verdict};

/// What became of the records.
#[derive(Debug, Default)]
pub(crate) struct Delivered {
    /// The receiver as messages may name it, if one was tried.
    pub(crate) receiver: String,
    /// Records that it took.
    pub(crate) sent: usize,
    /// Records that it will never take, which were dropped, and what it said of the last of them.
    pub(crate) refused: usize,
    pub(crate) refusal: String,
    /// Spans that it rejected from what it took.
    pub(crate) rejected: Taken,
    pub(crate) end: DeliveryEnd,
}

/// How a delivery ended.
#[derive(Debug, Default)]
pub(crate) enum DeliveryEnd {
    /// There is no receiver.
    #[default]
    Nowhere,
    /// Nothing was tried: there was nothing to send, or another process sends it.
    Idle,
    /// The receiver answers, and everything was sent or the time for it is over.
    Working,
    /// The receiver failed.
    Failed(Later),
    /// The receiver failed not long ago. The next try is not before this time has passed.
    BackingOff(Duration),
    /// The receiver cannot be tried, or the buffer not be read.
    Unusable(String),
}

impl Delivered {
    /// Counts what a verdict says of so many records; says whether the receiver may be sent more.
    pub(super) fn count(&mut self, verdict: Verdict, records: usize) -> bool {
        match verdict {
            Verdict::Sent(taken) => {
                self.sent += records;
                let rejected = &mut self.rejected.rejected_spans;
                *rejected = rejected.saturating_add(taken.rejected_spans);
                if !taken.message.is_empty() {
                    self.rejected.message = taken.message;
                }
                self.end = DeliveryEnd::Working;
                true
            }
            Verdict::Never { cause, .. } => {
                self.refused += records;
                self.refusal = cause;
                self.end = DeliveryEnd::Working;
                true
            }
            Verdict::Later(later) => {
                self.end = DeliveryEnd::Failed(later);
                false
            }
        }
    }
}
