//! Backing off from a receiver that failed: how often it failed, and when the next try is.
//!
//! The next try is 5 s after the first failure, then twice as long each time, up to 5 minutes. A `Retry-After`
//! of the receiver wins, up to an hour. No clock is trusted: a failure in the future does not count, and no wait
//! is longer than the longest.

use std::hash::{BuildHasher, RandomState};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The wait after the first failure, in milliseconds: about what a receiver takes to start again.
const FIRST: u64 = 5_000;
/// The longest wait before its fifth more, in milliseconds: with it, 5 minutes, which is how
/// often Juju sends `update-status`.
const LAST: u64 = 250_000;
/// The longest wait that a receiver can ask for, in milliseconds: an hour.
const ASKED: u64 = 3_600_000;

/// A receiver that failed, and until when nothing is sent to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Backoff {
    /// Failures since the last answer, one a dispatch.
    pub(crate) failures: u32,
    /// Which receiver it was.
    pub(crate) receiver: u32,
    /// The last failure, in milliseconds since 1970.
    pub(crate) failed: u64,
    /// The wait from then on, in milliseconds.
    pub(crate) wait: u64,
    /// How long the dispatch that failed last spent on it, in milliseconds.
    pub(crate) spent: u64,
}

impl Backoff {
    /// After one more failure, which cost the dispatch `spent`. `asked` is the answer's `Retry-After`.
    pub(crate) fn after(
        before: Option<&Self>,
        receiver: u32,
        now: SystemTime,
        asked: Option<Duration>,
        spent: Duration,
    ) -> Self {
        let before = before.filter(|before| before.receiver == receiver);
        let failures = before.map_or(1, |before| before.failures.saturating_add(1));
        Self {
            failures,
            receiver,
            failed: milliseconds(now),
            wait: wait(failures, asked, chance()),
            spent: u64::try_from(spent.as_millis()).unwrap_or(u64::MAX),
        }
    }

    /// Whether this is about the receiver in question: another one has not failed yet.
    pub(crate) fn is_about(&self, receiver: u32) -> bool {
        self.receiver == receiver
    }

    /// How much of the wait is left; `None` if the receiver may be tried.
    pub(crate) fn left(&self, now: SystemTime) -> Option<Duration> {
        let now = milliseconds(now);
        let wait = u64::try_from(self.wait().as_millis()).unwrap_or(ASKED);
        let until = self.failed.saturating_add(wait);
        (self.failed..until)
            .contains(&now)
            .then(|| Duration::from_millis(until - now))
    }

    /// The wait after the last failure.
    pub(crate) fn wait(&self) -> Duration {
        Duration::from_millis(self.wait.min(ASKED))
    }
}

/// The wait after so many failures. `chance` is any number, so that units that lost their receiver together do
/// not try again together.
fn wait(failures: u32, asked: Option<Duration>, chance: u64) -> u64 {
    let base = match asked {
        Some(asked) => u64::try_from(asked.as_millis()).unwrap_or(ASKED),
        // 5 s times 64 is more than the last step.
        None => (FIRST << failures.saturating_sub(1).min(6)).min(LAST),
    };
    // Up to a fifth more, never less than the receiver asks for.
    let more = base.min(ASKED) * (chance % 21) / 100;
    base.saturating_add(more).min(ASKED)
}

/// A number from the system's source of randomness, by the only way that the standard library has.
fn chance() -> u64 {
    RandomState::new().hash_one(0)
}

fn milliseconds(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPENT: Duration = Duration::from_millis(1_002);

    fn at(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(seconds)
    }

    #[test]
    fn waits_double_from_5_s_to_5_minutes() {
        let (least, most): (Vec<_>, Vec<_>) = (1..10)
            .map(|failures| (wait(failures, None, 0), wait(failures, None, 20)))
            .unzip();
        assert_eq!(
            least,
            [
                5_000, 10_000, 20_000, 40_000, 80_000, 160_000, 250_000, 250_000, 250_000
            ]
        );
        assert_eq!(
            most,
            [
                6_000, 12_000, 24_000, 48_000, 96_000, 192_000, 300_000, 300_000, 300_000
            ]
        );
        assert_eq!(wait(u32::MAX, None, 20), 300_000);
    }

    #[test]
    fn retry_after_wins_and_ends_after_an_hour() {
        for (asked, least) in [(0, 0), (2, 2_000), (120, 120_000), (3_600, ASKED)] {
            let asked = Some(Duration::from_secs(asked));
            assert_eq!(wait(9, asked, 0), least, "{asked:?}");
        }
        assert_eq!(wait(1, Some(Duration::MAX), 20), ASKED);
        assert_eq!(wait(1, Some(Duration::from_secs(86_400)), 7), ASKED);
    }

    #[test]
    fn failures_are_counted_for_each_receiver() {
        let first = Backoff::after(None, 7, at(1_000), None, SPENT);
        let second = Backoff::after(Some(&first), 7, at(1_010), None, SPENT);
        let other = Backoff::after(Some(&second), 8, at(1_030), None, SPENT);
        assert_eq!([first.failures, second.failures, other.failures], [1, 2, 1]);
        assert!(first.left(at(1_004)).is_some());
        assert_eq!(first.left(at(1_007)), None);
        assert!(first.is_about(7) && !first.is_about(8));
    }

    #[test]
    fn a_clock_that_is_set_does_not_lengthen_the_wait() {
        let backoff = Backoff::after(None, 7, at(1_000_000), None, SPENT);
        for (clock, held) in [
            (0, false),
            (999_999, false),
            (1_000_000, true),
            (2_000_000, false),
        ] {
            assert_eq!(backoff.left(at(clock)).is_some(), held, "{clock}");
        }
        // Saved while the clock was a century ahead, or by another program.
        let saved = |failed| Backoff {
            failures: 1,
            receiver: 7,
            failed,
            wait: u64::MAX,
            spent: 0,
        };
        let backoff = saved(4_900_000_000_000);
        assert_eq!(backoff.left(at(1_700_000_000)), None);
        let backoff = saved(1_000);
        assert!(backoff.left(at(3_600)).is_some());
        assert_eq!(backoff.left(at(3_602)), None);
    }
}
