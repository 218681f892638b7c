//! What an answer means for the record that was sent: a pure function with a table.
//!
//! Source: the OTLP specification's section on failures. 429, 502, 503 and 504 may be repeated and
//! nothing else of 4xx and 5xx; but 401, 403, 404 and 405 speak of the receiver and not of the record,
//! so the record waits for a better one. A redirect is not followed: clients that do turn a POST into
//! a GET and take its 200 for a delivery.

use std::time::Duration;

/// What becomes of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It arrived: forget it.
    Sent,
    /// It stays and is sent again in a later dispatch.
    Later(Later),
    /// It will never be taken as it is: the status of the answer, and what it means.
    Never { status: u16, cause: String },
}

/// Why a record has to wait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Later {
    pub(crate) cause: String,
    /// How long the receiver asks to be left alone.
    pub(crate) retry_after: Option<Duration>,
}

impl Verdict {
    pub(crate) fn later(cause: impl Into<String>) -> Self {
        Self::Later(Later {
            cause: cause.into(),
            retry_after: None,
        })
    }
}

impl Verdict {
    /// The verdict on an HTTP status.
    pub(crate) fn of_status(status: u16) -> Self {
        match status {
            200..=299 => Self::Sent,
            300..=399 => Self::later(format!(
                "the receiver answers {status}, a redirect, which is not followed"
            )),
            401 | 403 | 404 | 405 => Self::later(format!(
                "the receiver answers {status}: it does not take traces from this unit"
            )),
            429 | 502 | 503 | 504 => Self::later(format!("the receiver answers {status}")),
            _ => Self::Never {
                status,
                cause: format!("the receiver answers {status}: it refuses the record itself"),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status() {
        let name = |status| match Verdict::of_status(status) {
            Verdict::Sent => "sent",
            Verdict::Later(_) => "later",
            Verdict::Never { .. } => "never",
        };
        let later = [401, 403, 404, 405, 429, 502, 503, 504];
        for status in 100..600 {
            let expected = match status {
                200..=299 => "sent",
                300..=399 => "later",
                _ if later.contains(&status) => "later",
                _ => "never",
            };
            assert_eq!(name(status), expected, "{status}");
        }
    }
}
