//! What a unit remembers of its receiver: `show` reads the file that one dispatch leaves for the next.
//! It is read by name and not by the library's own type, so that the program needs no runtime and can
//! be newer or older than the charm.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::ser::{Serialize, SerializeStruct, Serializer};
use serde_json::Value;

/// The file in the charm's directory, as the runtime names it.
const STATE: &str = ".charm-tracing.state";

/// The longest wait that counts, in milliseconds: an hour, as in the runtime.
const LONGEST: u64 = 3_600_000;

/// What is remembered.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Remembered {
    /// Where the relation said that traces go, without user and password.
    receiver: Option<String>,
    /// Why traces wait, as the log says.
    failing: Option<String>,
    /// Dispatches that failed to deliver since the receiver last answered.
    failures: u64,
    /// What the last of them spent on it, in milliseconds.
    spent_ms: Option<u64>,
    /// How long until the receiver is tried again, in seconds; 0 if the next dispatch tries.
    next_try_seconds: u64,
    /// Whether the receiver drops what it is sent.
    refusing: bool,
}

impl Remembered {
    /// Reads what the unit in this charm directory remembers; nothing where no dispatch had anything to
    /// remember.
    ///
    /// # Errors
    ///
    /// The file that cannot be read or is no state file, and why.
    pub(crate) fn read(folder: &Path) -> Result<Self, (PathBuf, io::Error)> {
        let file = folder.join(STATE);
        let text = match fs::read_to_string(&file) {
            Err(error) if error.kind() == ErrorKind::NotFound && folder.is_dir() => {
                return Ok(Self::default());
            }
            text => text.map_err(|error| (file.clone(), error))?,
        };
        let state = serde_json::from_str(&text).map_err(|error| (file, error.into()))?;
        Ok(Self::of(&state, SystemTime::now()))
    }

    fn of(state: &Value, now: SystemTime) -> Self {
        let backoff = state.get("breaker");
        let number = |name: &str| backoff?.get(name)?.as_u64();
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let url = state.get("destination").and_then(|to| to.get("url"));
        Self {
            receiver: url.and_then(Value::as_str).map(without_user),
            failing: state.get("failing").and_then(text),
            failures: number("failures").unwrap_or_default(),
            spent_ms: number("spent_ms"),
            next_try_seconds: left(number("failed_ms"), number("wait_ms"), now),
            refusing: state.get("refusing").and_then(Value::as_bool) == Some(true),
        }
    }

    /// As sentences.
    pub(crate) fn sentences(&self) -> String {
        let mut lines = vec![match &self.receiver {
            Some(url) => format!("the relation offers {url}"),
            None => "no relation offers a receiver".to_owned(),
        }];
        lines.extend(self.failing.clone());
        if self.failures > 0 {
            let (failures, next) = (self.failures, self.next_try_seconds);
            let spent = self.spent_ms.unwrap_or_default();
            lines.push(format!(
                "dispatches that failed since the last answer: {failures}; the last one spent {spent} ms"
            ));
            lines.push(match next {
                0 => "the next dispatch tries again".to_owned(),
                _ => format!("the next try is in {next} s at the earliest"),
            });
        } else if self.failing.is_none() {
            lines.push("nothing fails".to_owned());
        }
        if self.refusing {
            lines.push("the receiver drops some of what it is sent".to_owned());
        }
        lines.join("\n") + "\n"
    }
}

/// Seconds, rounded up, until so many milliseconds after the failure; none where the clock says that
/// the failure is still to come.
fn left(failed: Option<u64>, wait: Option<u64>, now: SystemTime) -> u64 {
    let (Some(failed), Some(wait)) = (failed, wait) else {
        return 0;
    };
    let until = failed.saturating_add(wait.min(LONGEST));
    let now = now
        .duration_since(UNIX_EPOCH)
        .as_ref()
        .map_or(0, Duration::as_millis);
    let now = u64::try_from(now).unwrap_or(u64::MAX);
    let holds = (failed..until).contains(&now);
    if holds {
        (until - now).div_ceil(1000)
    } else {
        0
    }
}

/// The URL as others may read it.
fn without_user(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    let end = rest.find('/').unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let host = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    format!("{scheme}://{host}{path}")
}

impl Serialize for Remembered {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("remembered", 6)?;
        object.serialize_field("receiver", &self.receiver)?;
        object.serialize_field("failing", &self.failing)?;
        object.serialize_field("failures", &self.failures)?;
        object.serialize_field("spent_ms", &self.spent_ms)?;
        object.serialize_field("next_try_seconds", &self.next_try_seconds)?;
        object.serialize_field("refusing", &self.refusing)?;
        object.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn at(milliseconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_millis(milliseconds)
    }

    #[test]
    fn a_receiver_that_is_left_alone() {
        let state = json!({
            "destination": {"url": "https://me:pw@tempo:4318/a@b", "certificates": "PEM"},
            "failing": "https://tempo:4318/a@b: timed out; traces wait",
            "breaker": {"failures": 3, "receiver": 7, "failed_ms": 1000, "wait_ms": 20_000, "spent_ms": 1002},
        });
        let text = Remembered::of(&state, at(4_500)).sentences();
        assert_eq!(
            text,
            "the relation offers https://tempo:4318/a@b\n\
             https://tempo:4318/a@b: timed out; traces wait\n\
             dispatches that failed since the last answer: 3; the last one spent 1002 ms\n\
             the next try is in 17 s at the earliest\n"
        );
        for (now, next) in [(0, 0), (1_000, 20), (20_999, 1), (21_000, 0)] {
            let remembered = Remembered::of(&state, at(now));
            assert_eq!(remembered.next_try_seconds, next, "{now}");
        }
    }

    #[test]
    fn nothing_remembered_or_nonsense_is_nothing() {
        for state in [
            json!({}),
            json!([]),
            json!({"breaker": 3, "failing": [], "destination": "x"}),
        ] {
            assert_eq!(Remembered::of(&state, at(0)), Remembered::default());
        }
        let text = Remembered::default().sentences();
        assert_eq!(text, "no relation offers a receiver\nnothing fails\n");
    }
}
