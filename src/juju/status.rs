//! `status-set`.

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

impl Juju {
    /// `status-set`: this unit's status. The span tells the word, not the message.
    #[expect(clippy::needless_pass_by_value, reason = "a status is made to be set")]
    pub fn status_set(&self, status: Status) -> Result<(), Error> {
        Call::new("status-set")
            .plain("--")
            .plain(status.name)
            .value(&status.message)
            .attribute("juju.status", status.name)
            .run()
            .map(drop)
    }
}
