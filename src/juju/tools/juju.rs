//! The handle of the hook tools, and what its clones share in one dispatch.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use opentelemetry::KeyValue;
use serde_json::Value;

use super::super::error::Error;
use super::call::Call;
use crate::juju::environment::Environment;

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
pub(super) struct Shared {
    pub(super) application: Option<String>,
    pub(super) action_failure: Option<String>,
    pub(super) unit_status: Option<&'static str>,
    pub(super) application_status: Option<&'static str>,
    pub(super) answers: BTreeMap<String, Value>,
    pub(super) log_events: bool,
    pub(super) over: bool,
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

    pub(super) fn shared(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The application of this unit.
    pub(in crate::juju) fn application(&self) -> Result<String, Error> {
        let known = self.shared().application.clone();
        let of = "the unit's own application";
        known.ok_or_else(|| Error::field(of, "JUJU_UNIT_NAME does not name it".to_owned()))
    }

    /// The answer of a call that Juju answers the same throughout a dispatch.
    pub(super) fn once(&self, call: Call) -> Result<Value, Error> {
        let identity = call.identity();
        if let Some(answer) = self.shared().answers.get(&identity) {
            return Ok(answer.clone());
        }
        let answer = call.json()?;
        self.shared().answers.insert(identity, answer.clone());
        Ok(answer)
    }

    /// Drops the answers of calls that begin like this, since a write has changed them.
    pub(super) fn forget(&self, beginning: &str) {
        self.shared()
            .answers
            .retain(|identity, _| !identity.starts_with(beginning));
    }
}
