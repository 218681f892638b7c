//! The state file: what one dispatch leaves for the next, beside its traces. Each room defines its part; this file
//! alone reads and writes it. `charm-trace show` reads the same names.

use std::fs;
use std::io;
use std::path::Path;
use std::time::SystemTime;

use opentelemetry::KeyValue;
use serde_json::{Value, json};

use crate::send::backoff::Backoff;
use crate::send::destination::RelationOffer;
use crate::send::receiver::{OtlpReceiver, ReceiverOptions};
use crate::store::regular_file;
use crate::trace::time::signed;

/// The parts of the state file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct State {
    /// What the relation offers.
    pub(super) offer: RelationOffer,
    /// The receiver that failed last, until it answers.
    pub(super) backoff: Option<Backoff>,
    /// What the unit's log says already.
    pub(super) reported: Reported,
    /// Spans that receivers rejected, until a root reports them.
    pub(super) rejected_spans: u64,
}

/// What the unit's log says already, so that a line is written where something changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Reported {
    /// Why nothing could be sent last time.
    pub(super) failing: Option<String>,
    /// What is wrong with the author's settings.
    pub(super) settings: Option<String>,
    /// What is wrong with the journal.
    pub(super) journal: Option<String>,
    /// Whether the receiver refuses what it is sent.
    pub(super) refusing: bool,
}

impl State {
    /// Reads the file. A missing or damaged file is an empty state.
    pub(super) fn load(file: &Path) -> Self {
        let text = regular_file::read(file).unwrap_or_default();
        let saved: Value = serde_json::from_str(&text).unwrap_or_default();
        let text = |name: &str| saved.get(name).and_then(Value::as_str).map(str::to_owned);
        let is_true = |name: &str| saved.get(name) == Some(&Value::Bool(true));
        Self {
            offer: RelationOffer {
                asked: is_true("asked"),
                receiver: saved.get("destination").and_then(receiver),
            },
            backoff: saved.get("breaker").and_then(backoff),
            reported: Reported {
                failing: text("failing"),
                settings: text("complaint"),
                journal: text("journal"),
                refusing: is_true("refusing"),
            },
            rejected_spans: saved
                .get("rejected_spans")
                .and_then(Value::as_u64)
                .unwrap_or_default(),
        }
    }

    /// Replaces the file in one step: a reader sees the old one or the new one. On a full disk it is
    /// overwritten in place, so that one line of the log does not become a line for each dispatch.
    pub(super) fn save(&self, file: &Path) -> io::Result<()> {
        let destination =
            self.offer.receiver.as_ref().map(
                |receiver| json!({ "url": receiver.url, "certificates": receiver.certificates }),
            );
        let backoff = self.backoff.as_ref().map(|backoff| {
            json!({
                "failures": backoff.failures,
                "receiver": backoff.receiver,
                "failed_ms": backoff.failed,
                "wait_ms": backoff.wait,
                "spent_ms": backoff.spent,
            })
        });
        let saved = json!({
            "asked": self.offer.asked,
            "destination": destination,
            "failing": self.reported.failing,
            "complaint": self.reported.settings,
            "journal": self.reported.journal,
            "breaker": backoff,
            "refusing": self.reported.refusing,
            "rejected_spans": self.rejected_spans,
        });
        let saved = saved.to_string();
        let new = file.with_extension("new");
        regular_file::replace(file, &new, &saved).or_else(|_| {
            let _ = fs::remove_file(&new);
            regular_file::overwrite(file, &saved)
        })
    }

    /// The attributes that the root span has of earlier deliveries: the failures of a receiver that has not
    /// answered since, and the rejected spans, which are reported once.
    pub(super) fn attributes(&mut self) -> Vec<KeyValue> {
        let mut attributes = Vec::new();
        if let Some(cause) = &self.reported.failing {
            attributes.push(KeyValue::new("charm.tracing.failing", cause.clone()));
        }
        if let Some(backoff) = &self.backoff {
            let failures = i64::from(backoff.failures);
            attributes.push(KeyValue::new("charm.tracing.failures", failures));
            let left = backoff.left(SystemTime::now()).unwrap_or_default();
            let left = signed(left.as_secs());
            attributes.push(KeyValue::new("charm.tracing.next_try_seconds", left));
        }
        let rejected = std::mem::take(&mut self.rejected_spans);
        if rejected > 0 {
            let rejected = signed(rejected);
            attributes.push(KeyValue::new("charm.tracing.rejected_spans", rejected));
        }
        attributes
    }
}

fn receiver(saved: &Value) -> Option<OtlpReceiver> {
    let text = |name: &str| saved.get(name).and_then(Value::as_str).map(str::to_owned);
    Some(OtlpReceiver {
        url: text("url")?,
        certificates: text("certificates"),
        options: ReceiverOptions::default(),
    })
}

fn backoff(saved: &Value) -> Option<Backoff> {
    let number = |name: &str| saved.get(name).and_then(Value::as_u64);
    Some(Backoff {
        failures: u32::try_from(number("failures")?).ok()?,
        receiver: u32::try_from(number("receiver")?).ok()?,
        failed: number("failed_ms")?,
        wait: number("wait_ms")?,
        spent: number("spent_ms").unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_state_is_read_as_it_was_saved() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join(".charm-tracing.state");
        let backoff = Backoff::after(None, u32::MAX, SystemTime::now(), None, Duration::ZERO);
        let state = State {
            offer: RelationOffer {
                asked: true,
                receiver: Some(OtlpReceiver {
                    url: "https://tempo:4318".into(),
                    certificates: Some("PEM\n".into()),
                    options: ReceiverOptions::default(),
                }),
            },
            backoff: Some(backoff),
            reported: Reported {
                failing: Some("refused".into()),
                settings: Some("too small".into()),
                journal: Some("full".into()),
                refusing: true,
            },
            rejected_spans: 3,
        };
        state.save(&file).unwrap();
        assert_eq!(State::load(&file), state);
        let mode = fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_file_of_the_first_release_is_read() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("state");
        let text = r#"{"asked":true,"destination":{"url":"http://tempo:4318","certificates":null},
            "failing":"it refuses the connection","complaint":null,"journal":null,"refusing":false,
            "breaker":{"failures":2,"receiver":7,"failed_ms":1000,"wait_ms":5000},"rejected_spans":4}"#;
        fs::write(&file, text).unwrap();
        let state = State::load(&file);
        let receiver = state.offer.receiver.unwrap();
        assert_eq!(receiver.url, "http://tempo:4318");
        let backoff = state.backoff.unwrap();
        assert_eq!((backoff.failures, backoff.receiver), (2, 7));
        assert_eq!(
            (backoff.failed, backoff.wait, backoff.spent),
            (1000, 5000, 0)
        );
        assert_eq!(state.reported.failing.unwrap(), "it refuses the connection");
        assert_eq!(state.rejected_spans, 4);
    }

    #[test]
    fn a_damaged_file_is_an_empty_state() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("state");
        assert_eq!(State::load(&file), State::default());
        for damaged in [
            "",
            "{",
            "[]",
            r#"{"asked": 3, "destination": {"url": 4}}"#,
            r#"{"breaker": {"failures": -1}}"#,
            r#"{"breaker": {"failures": 1}}"#,
            r#"{"breaker": []}"#,
        ] {
            fs::write(&file, damaged).unwrap();
            assert_eq!(State::load(&file), State::default(), "{damaged}");
        }
    }
}
