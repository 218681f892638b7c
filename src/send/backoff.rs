//! Leaving a receiver alone that failed: what is remembered of its failures, and when to try again.
//!
//! 5 s after the first failure, then twice as long each time, up to 5 minutes; what the receiver asks
//! for goes before that, up to an hour. No clock is trusted: a failure that lies in the future holds
//! nobody back, and none holds anybody back for longer than the longest wait.

use std::hash::{BuildHasher, RandomState};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

/// The wait after the first failure, in milliseconds: about what a receiver takes to start again.
const FIRST: u64 = 5_000;
/// The longest wait of our own before its fifth more, in milliseconds: with it, 5 minutes, which is how
/// often Juju sends `update-status`.
const LAST: u64 = 250_000;
/// The longest wait that a receiver can ask for, in milliseconds: an hour.
const ASKED: u64 = 3_600_000;

/// A receiver that failed, and until when it is left alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Breaker {
    /// Failures since the last answer, one a dispatch.
    pub(crate) failures: u32,
    /// Which receiver it was.
    receiver: u32,
    /// The last failure, in milliseconds since 1970.
    failed: u64,
    /// How long it is left alone from then on, in milliseconds.
    wait: u64,
    /// How long the dispatch that failed last spent on it, in milliseconds.
    spent: u64,
}

impl Breaker {
    /// After one more failure of a receiver that cost a dispatch so much time, and asked to be left
    /// alone for so long if it answered.
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

    /// How much longer its receiver is left alone; `None` if it may be tried.
    pub(crate) fn left(&self, now: SystemTime) -> Option<Duration> {
        let now = milliseconds(now);
        let wait = u64::try_from(self.wait().as_millis()).unwrap_or(ASKED);
        let until = self.failed.saturating_add(wait);
        (self.failed..until)
            .contains(&now)
            .then(|| Duration::from_millis(until - now))
    }

    /// How long the receiver is left alone after its last failure.
    pub(crate) fn wait(&self) -> Duration {
        Duration::from_millis(self.wait.min(ASKED))
    }

    /// As it is remembered; `charm-trace show` reads these names.
    pub(crate) fn save(&self) -> Value {
        json!({
            "failures": self.failures,
            "receiver": self.receiver,
            "failed_ms": self.failed,
            "wait_ms": self.wait,
            "spent_ms": self.spent,
        })
    }

    /// What [`save`](Self::save) wrote; `None` for anything else.
    pub(crate) fn load(saved: &Value) -> Option<Self> {
        let number = |name: &str| saved.get(name).and_then(Value::as_u64);
        Some(Self {
            failures: u32::try_from(number("failures")?).ok()?,
            receiver: u32::try_from(number("receiver")?).ok()?,
            failed: number("failed_ms")?,
            wait: number("wait_ms")?,
            spent: number("spent_ms").unwrap_or_default(),
        })
    }
}

/// The wait after so many failures. `chance` is any number: units that lost their receiver together do
/// not come back together.
fn wait(failures: u32, asked: Option<Duration>, chance: u64) -> u64 {
    let base = match asked {
        Some(asked) => u64::try_from(asked.as_millis()).unwrap_or(ASKED),
        // 5 s times 64 is more than the last step.
        None => (FIRST << failures.saturating_sub(1).min(6)).min(LAST),
    };
    // Up to a fifth more, never less: nobody is tried sooner than they asked for.
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
        let first = Breaker::after(None, 7, at(1_000), None, SPENT);
        let second = Breaker::after(Some(&first), 7, at(1_010), None, SPENT);
        let other = Breaker::after(Some(&second), 8, at(1_030), None, SPENT);
        assert_eq!([first.failures, second.failures, other.failures], [1, 2, 1]);
        assert!(first.left(at(1_004)).is_some());
        assert_eq!(first.left(at(1_007)), None);
        assert!(first.is_about(7) && !first.is_about(8));
    }

    #[test]
    fn a_clock_that_is_set_does_not_lengthen_the_wait() {
        let breaker = Breaker::after(None, 7, at(1_000_000), None, SPENT);
        for (clock, held) in [
            (0, false),
            (999_999, false),
            (1_000_000, true),
            (2_000_000, false),
        ] {
            assert_eq!(breaker.left(at(clock)).is_some(), held, "{clock}");
        }
        // Remembered while the clock was a century ahead, or by someone who wrote nonsense.
        let saved = json!({"failures": 1, "receiver": 7, "failed_ms": 4_900_000_000_000_u64, "wait_ms": u64::MAX});
        let breaker = Breaker::load(&saved).unwrap();
        assert_eq!(breaker.left(at(1_700_000_000)), None);
        let saved = json!({"failures": 1, "receiver": 7, "failed_ms": 1_000, "wait_ms": u64::MAX});
        let breaker = Breaker::load(&saved).unwrap();
        assert!(breaker.left(at(3_600)).is_some());
        assert_eq!(breaker.left(at(3_602)), None);
    }

    #[test]
    fn remembered_as_saved() {
        let breaker = Breaker::after(None, u32::MAX, at(1_700_000_000), None, SPENT);
        assert_eq!(Breaker::load(&breaker.save()), Some(breaker));
        for garbage in [
            json!(null),
            json!([]),
            json!({"failures": -1}),
            json!({"failures": 1}),
        ] {
            assert_eq!(Breaker::load(&garbage), None, "{garbage}");
        }
    }
}
