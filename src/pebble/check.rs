//! Whether Pebble answers, and the health checks of the plan.
//!
//! Endpoint `/v1/checks`: Pebble's API documentation; starting and stopping as `ops.pebble.Client` does
//! it (Juju 3.6.4 and newer).

use serde_json::{Value, json};

use super::client::Client;
use super::error::{Error, Problem};
use super::read::AnswerObject;
use super::request::Operation;

/// A health check of the plan, and how it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Check {
    /// Its name in the plan.
    pub name: String,
    /// `alive` or `ready`, when the plan gives it one.
    pub level: Option<String>,
    /// `up`, `down` or `inactive`.
    pub status: String,
    /// Failures in a row.
    pub failures: u64,
    /// So many failures in a row make it `down`.
    pub threshold: u64,
    /// The change that runs it, on a Pebble that has those.
    pub change_id: Option<String>,
}

impl Check {
    /// Whether it is up now.
    pub fn is_up(&self) -> bool {
        self.status == "up"
    }
}

/// What Pebble says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SystemInfo {
    /// Its version.
    pub version: String,
    /// Differs after each start of the container, if this Pebble reports it.
    pub boot_id: Option<String>,
}

impl Client {
    /// Version and boot of this Pebble. Source: endpoint `/v1/system-info` of its API documentation.
    pub fn system_info(&self) -> Result<SystemInfo, Error> {
        self.traced(Operation::named("pebble get_system_info"), |_| self.ask())
    }

    /// Whether the container's Pebble is there to talk to. A socket nobody listens on is `false` and not
    /// an error; one that cannot be used for another reason is.
    pub fn can_connect(&self) -> Result<bool, Error> {
        let operation = Operation::named("pebble get_system_info");
        self.traced(operation, |_| match self.ask() {
            Err(problem) if problem.is_not_ready() => Ok(false),
            other => other.map(|_| true),
        })
    }

    fn ask(&self) -> Result<SystemInfo, Problem> {
        let answer = self.get("/v1/system-info", &[])?;
        let fields = AnswerObject::of("the result", &answer.result)?;
        Ok(SystemInfo {
            version: fields.text("version")?,
            boot_id: fields.optional_text("boot-id"),
        })
    }

    /// The checks of these names, or all when none is named; only of one level (`alive`, `ready`) if it is
    /// given.
    ///
    /// ```no_run
    /// # fn f(client: &charm_tracing::pebble::Client) -> Result<(), charm_tracing::pebble::Error> {
    /// let healthy = client.checks(Some("ready"), &[])?.iter().all(|check| check.is_up());
    /// # Ok(())
    /// # }
    /// ```
    pub fn checks(&self, level: Option<&str>, names: &[&str]) -> Result<Vec<Check>, Error> {
        let mut operation = Operation::named("pebble get_checks");
        let mut query = Vec::new();
        if let Some(level) = level {
            operation = operation.about("level", level);
            query.push(("level", level));
        }
        if !names.is_empty() {
            operation = operation.about_all("names", names);
            query.extend(names.iter().map(|name| ("names", *name)));
        }
        self.traced(operation, |_| self.get("/v1/checks", &query)?.list(check))
    }

    /// Starts checks; the names of those that did not run before.
    pub fn start_checks(&self, names: &[&str]) -> Result<Vec<String>, Error> {
        self.check_action(Operation::named("pebble start_checks"), "start", names)
    }

    /// Stops checks; the names of those that ran before.
    pub fn stop_checks(&self, names: &[&str]) -> Result<Vec<String>, Error> {
        self.check_action(Operation::named("pebble stop_checks"), "stop", names)
    }

    fn check_action(
        &self,
        operation: Operation,
        action: &str,
        names: &[&str],
    ) -> Result<Vec<String>, Error> {
        self.traced(operation.about_all("checks", names), |_| {
            let body = json!({ "action": action, "checks": names });
            let answer = self.post("/v1/checks", &body)?;
            // `null` where nothing changed.
            Ok(AnswerObject::of("the result", &answer.result)?.texts("changed"))
        })
    }
}

fn check(value: &Value) -> Result<Check, Problem> {
    let fields = AnswerObject::of("a check", value)?;
    let change_id = fields.optional_text("change-id");
    // A Pebble that can stop checks reports `startup`. A check without a change does not run then.
    let stopped = change_id.is_none() && fields.value("startup").is_some();
    Ok(Check {
        name: fields.text("name")?,
        level: fields.optional_text("level"),
        status: if stopped {
            "inactive".to_owned()
        } else {
            fields.text("status")?
        },
        failures: fields.number("failures").unwrap_or_default(),
        threshold: fields.number("threshold").unwrap_or_default(),
        change_id,
    })
}
