//! The hook tools: Juju's commands, typed, each call a span.
//!
//! Methods carry the names of the Juju manual with underscores, so the manual is the index. This
//! is the only part that starts hook tools. What a span records of a call is decided where the tool
//! is wrapped, as a list of keys and ids: never values, never input, never output.

pub(crate) mod agent_span;
pub(crate) mod charm;
pub mod declared;
pub(crate) mod environment;
pub(crate) mod event;
pub(crate) mod hook;
#[doc(hidden)]
pub mod relations;
mod tools;
pub(crate) mod vocabulary;

pub use charm::{BufferPlace, Charm, Dispatch};
pub use environment::{Environment, ExporterVariables};
pub use event::{
    Lifecycle, RelationChange, RelationEvent, RelationId, SecretChange, SecretEvent, StorageChange,
    StorageEvent, WorkloadChange, WorkloadEvent,
};
pub use hook::Hook;
pub use tools::action::{Action, Params};
pub(crate) use tools::call::Call;
pub use tools::credential::{CloudCredential, CloudSpec};
pub use tools::error::Error;
pub use tools::fields::{Field, Fields, FromValue, SecretId};
pub use tools::goal::{Goal, GoalState};
pub use tools::log::LogLevel;
pub use tools::logger::JujuLogger;
pub use tools::network::{Address, BindAddress, Network};
pub use tools::port::{Port, Transport};
pub use tools::relation::Databag;
pub use tools::secret::{
    Rotation, SecretContent, SecretInfo, SecretOwner, SecretQuery, SecretSettings,
};
pub use tools::status::{CurrentStatus, Status};
pub use tools::storage::StorageInstance;
pub(crate) use tools::storage::storage_location;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use opentelemetry::KeyValue;
use serde_json::Value;

/// The hook tools of one dispatch. Cheap to clone; clones share what is remembered.
///
/// What cannot change while a hook runs (configuration, an action's parameters, which relations there
/// are, what their remote side says) is asked of Juju once per dispatch, since Juju answers from a
/// snapshot as well. Everything else is asked each time, and writes always go straight through.
///
/// ```no_run
/// use charm_tracing::{Juju, Status};
///
/// fn ready(juju: &Juju) -> Result<(), charm_tracing::Error> {
///     juju.open_port(8080)?;
///     juju.status_set(Status::active())
/// }
/// ```
///
/// Printed for debugging, as `#[tracing::instrument]` does with an argument, it shows nothing of what it
/// remembers.
#[derive(Clone, Default)]
pub struct Juju {
    shared: Arc<Mutex<Shared>>,
}

impl fmt::Debug for Juju {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Juju")
    }
}

/// What the clones of one handle have in common: among it configuration and relation data.
#[derive(Default)]
struct Shared {
    application: Option<String>,
    action_failure: Option<String>,
    unit_status: Option<&'static str>,
    application_status: Option<&'static str>,
    answers: BTreeMap<String, Value>,
    log_events: bool,
    over: bool,
}

impl Juju {
    /// A handle of its own, for tests and for programs that Juju starts in another way than through
    /// [`run`](crate::run).
    pub fn new() -> Self {
        Self::default()
    }

    /// The handle of the dispatch that this environment describes; it knows its own application's name,
    /// which the relation libraries need.
    pub fn of(environment: &Environment) -> Self {
        let juju = Self::default();
        juju.shared().application = environment.application().map(str::to_owned);
        juju
    }

    /// The message of an `action-fail` in this dispatch.
    pub(crate) fn action_failure(&self) -> Option<String> {
        self.shared().action_failure.clone()
    }

    /// What this dispatch said last of its unit's and its application's status, as attributes.
    pub(crate) fn final_statuses(&self) -> impl Iterator<Item = KeyValue> {
        let shared = self.shared();
        let known = [
            ("juju.unit.status", shared.unit_status),
            ("juju.application.status", shared.application_status),
        ];
        known
            .into_iter()
            .filter_map(|(key, status)| Some(KeyValue::new(key, status?)))
    }

    /// Whether log lines become events of the span they are written in.
    pub(crate) fn log_to_spans(&self, yes: bool) {
        self.shared().log_events = yes;
    }

    /// The charm's part of the dispatch is over: a `log` line after it is not the charm's.
    pub(crate) fn close_logger(&self) {
        self.shared().over = true;
    }

    fn shared(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The application of this unit.
    fn application(&self) -> Result<String, Error> {
        let known = self.shared().application.clone();
        let of = "the unit's own application";
        known.ok_or_else(|| Error::field(of, "JUJU_UNIT_NAME does not name it".to_owned()))
    }

    /// The answer of a call that Juju answers the same throughout a dispatch.
    fn once(&self, call: Call) -> Result<Value, Error> {
        let identity = call.identity();
        if let Some(answer) = self.shared().answers.get(&identity) {
            return Ok(answer.clone());
        }
        let answer = call.json()?;
        self.shared().answers.insert(identity, answer.clone());
        Ok(answer)
    }

    /// Drops the answers of calls that begin like this, since a write has changed them.
    fn forget(&self, beginning: &str) {
        self.shared()
            .answers
            .retain(|identity, _| !identity.starts_with(beginning));
    }
}

/// A list of strings in a tool's answer; `null` is an empty one.
fn strings(call: &str, answer: Value) -> Result<Vec<String>, Error> {
    let problem = || Error::answer(call, "expected a list of strings");
    match answer {
        Value::Null => Ok(Vec::new()),
        Value::Array(items) => items
            .into_iter()
            .map(|item| item.as_str().map(str::to_owned).ok_or_else(problem))
            .collect(),
        _ => Err(problem()),
    }
}

/// A map of strings in a tool's answer; `null` is an empty one.
fn map(call: &str, answer: Value) -> Result<BTreeMap<String, String>, Error> {
    match answer {
        Value::Null => Ok(BTreeMap::new()),
        Value::Object(entries) => Ok(entries
            .into_iter()
            .filter_map(|(key, value)| match value {
                Value::String(value) => Some((key, value)),
                _ => None,
            })
            .collect()),
        _ => Err(Error::answer(call, "expected an object")),
    }
}

/// A field of an object that holds text; absent, `null` and empty are the same.
fn text(object: &Value, key: &str) -> Option<String> {
    let text = object.get(key).and_then(Value::as_str);
    text.filter(|text| !text.is_empty()).map(str::to_owned)
}

/// A field of an object that lists text.
fn texts(object: &Value, key: &str) -> Vec<String> {
    let listed = object.get(key).and_then(Value::as_array);
    let items = listed.into_iter().flatten();
    items
        .filter_map(|item| item.as_str().map(str::to_owned))
        .collect()
}

/// Pairs as `--file -` takes them: JSON, which Juju reads as YAML. To YAML some characters are line
/// breaks or mistakes unless they are escaped, as JSON allows for all.
fn settings(tool: &str, pairs: &[(&str, &str)]) -> Result<String, Error> {
    let pairs: BTreeMap<_, _> = pairs.iter().copied().collect();
    let json = serde_json::to_string(&pairs).map_err(|error| Error::answer(tool, error))?;
    let mut text = String::with_capacity(json.len());
    for character in json.chars() {
        match character {
            '\u{7f}'..='\u{9f}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{feff}'
            | '\u{fffe}'
            | '\u{ffff}' => text.extend(format!("\\u{:04x}", u32::from(character)).chars()),
            _ => text.push(character),
        }
    }
    Ok(text)
}

/// The keys of pairs, as a span may record them.
fn keys<V>(pairs: &[(&str, V)]) -> String {
    let keys: Vec<&str> = pairs.iter().map(|(key, _)| *key).collect();
    keys.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_escape_what_yaml_reads_as_something_else() {
        let value = "\u{7f}\u{80}\u{85}\u{2028}\u{2029}\u{feff}\u{fffe}\u{ffff}\n\u{a0}\u{1f980}";
        let text = settings("state-set", &[("key", value)]).unwrap();
        assert_eq!(
            text,
            "{\"key\":\"\\u007f\\u0080\\u0085\\u2028\\u2029\\ufeff\\ufffe\\uffff\\n\u{a0}\u{1f980}\"}"
        );
        let read: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(read.get("key").and_then(Value::as_str), Some(value));
    }
}
