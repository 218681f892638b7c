//! `status-set` and `status-get`.

use serde_json::Value;

use crate::juju::tools::answer::text;
use crate::juju::{Call, Error, Juju};

/// What the operator sees in the status column.
///
/// ```
/// use charm_tracing::Status;
///
/// assert_eq!(Status::blocked("no database").name(), "blocked");
/// assert_eq!(Status::active().message(), "");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    name: &'static str,
    message: String,
}

impl Status {
    /// The workload does its work.
    pub fn active() -> Self {
        Self {
            name: "active",
            message: String::new(),
        }
    }

    /// The workload does its work, with a word about it.
    pub fn active_with(message: impl Into<String>) -> Self {
        Self {
            name: "active",
            message: message.into(),
        }
    }

    /// The operator has to do something.
    pub fn blocked(message: impl Into<String>) -> Self {
        Self {
            name: "blocked",
            message: message.into(),
        }
    }

    /// The charm is doing something.
    pub fn maintenance(message: impl Into<String>) -> Self {
        Self {
            name: "maintenance",
            message: message.into(),
        }
    }

    /// The charm waits for something that will come by itself.
    pub fn waiting(message: impl Into<String>) -> Self {
        Self {
            name: "waiting",
            message: message.into(),
        }
    }

    /// Juju's word.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The text beside it.
    pub fn message(&self) -> &str {
        &self.message
    }
}

/// A status as Juju has it now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CurrentStatus {
    /// `active`, `blocked`, `maintenance`, `waiting`; and what only Juju says: `unknown`, `error`.
    pub name: String,
    /// The text beside it; empty for none.
    pub message: String,
}

impl Juju {
    /// `status-set`: this unit's status. The span records the word, not the message; so does the root of
    /// the trace, for the last one of the dispatch (`juju.unit.status`).
    #[expect(clippy::needless_pass_by_value, reason = "a status is made to be set")]
    pub fn status_set(&self, status: Status) -> Result<(), Error> {
        set(Call::new("status-set"), &status)?;
        self.shared().unit_status = Some(status.name);
        Ok(())
    }

    /// `status-set --application`: the application's status, as the leader. On the trace's root as
    /// `juju.application.status`.
    #[expect(clippy::needless_pass_by_value, reason = "a status is made to be set")]
    pub fn status_set_app(&self, status: Status) -> Result<(), Error> {
        set(Call::new("status-set").plain("--application"), &status)?;
        self.shared().application_status = Some(status.name);
        Ok(())
    }

    /// `status-get`: this unit's status.
    pub fn status_get(&self) -> Result<CurrentStatus, Error> {
        current(&get(Call::new("status-get"))?)
    }

    /// `status-get --application`: the application's status, as the leader.
    pub fn status_get_app(&self) -> Result<CurrentStatus, Error> {
        let answer = get(Call::new("status-get").plain("--application"))?;
        current(answer.get("application-status").unwrap_or(&Value::Null))
    }
}

fn set(call: Call, status: &Status) -> Result<(), Error> {
    call.plain("--")
        .plain(status.name)
        .value(status.message.as_str())
        .attribute("juju.status", status.name)
        .run()
        .map(drop)
}

fn get(call: Call) -> Result<Value, Error> {
    call.plain("--include-data").json()
}

fn current(answer: &Value) -> Result<CurrentStatus, Error> {
    let name = text(answer, "status");
    Ok(CurrentStatus {
        name: name.ok_or_else(|| Error::answer("status-get", "expected `status`"))?,
        message: text(answer, "message").unwrap_or_default(),
    })
}
