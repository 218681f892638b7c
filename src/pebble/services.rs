//! Services: what the plan runs in the container.
//!
//! Endpoints `/v1/services` and `/v1/signals`: Pebble's API documentation; the names of the actions
//! also as `ops.pebble.Client` sends them.

use serde_json::{Value, json};

use super::change::ChangeId;
use super::client::Client;
use super::error::{Error, Problem};
use super::read::AnswerObject;
use super::request::Operation;

/// A service of the plan.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Service {
    /// Its name in the plan.
    pub name: String,
    /// Whether it starts with Pebble: `enabled` or `disabled`.
    pub startup: String,
    /// `active`, `inactive`, `backoff` or `error`.
    pub current: String,
    /// Since when, as RFC 3339.
    pub current_since: Option<String>,
}

impl Service {
    /// Whether it is up now.
    pub fn is_running(&self) -> bool {
        self.current == "active"
    }
}

impl Client {
    /// The services of these names, or all when none is named. A name that is not in the plan is left out.
    ///
    /// ```no_run
    /// # fn f(client: &charm_tracing::pebble::Client) -> Result<(), charm_tracing::pebble::Error> {
    /// let up = client.services(&["web"])?.iter().all(|service| service.is_running());
    /// # Ok(())
    /// # }
    /// ```
    pub fn services(&self, names: &[&str]) -> Result<Vec<Service>, Error> {
        let mut operation = Operation::named("pebble get_services");
        let joined = names.join(",");
        let mut query = Vec::new();
        if !names.is_empty() {
            operation = operation.about_all("names", names);
            query.push(("names", joined.as_str()));
        }
        self.traced(operation, |_| {
            self.get("/v1/services", &query)?.list(service)
        })
    }

    /// Starts these services and waits for them; those that run already stay as they are.
    ///
    /// Each of the operations on services waits as long as
    /// [`change_timeout`](Client::change_timeout) says, and is an error when a service does not come up.
    pub fn start_services(&self, names: &[&str]) -> Result<ChangeId, Error> {
        self.act(Operation::named("pebble start_services"), "start", names)
    }

    /// Stops these services and waits for them; those that do not run stay as they are.
    pub fn stop_services(&self, names: &[&str]) -> Result<ChangeId, Error> {
        self.act(Operation::named("pebble stop_services"), "stop", names)
    }

    /// Stops and starts these services; those that do not run are started.
    pub fn restart_services(&self, names: &[&str]) -> Result<ChangeId, Error> {
        self.act(
            Operation::named("pebble restart_services"),
            "restart",
            names,
        )
    }

    /// Starts all services whose `startup` is `enabled`.
    pub fn autostart_services(&self) -> Result<ChangeId, Error> {
        self.act(
            Operation::named("pebble autostart_services"),
            "autostart",
            &[],
        )
    }

    /// Brings what runs in line with the plan: restarts services whose configuration has changed and
    /// starts those whose `startup` is `enabled`.
    ///
    /// ```no_run
    /// use charm_tracing::pebble::{Client, Layer, LayerService};
    ///
    /// # fn f() -> Result<(), charm_tracing::pebble::Error> {
    /// let pebble = Client::for_container("blog");
    /// let web = LayerService::new("/bin/blog --port 8080").startup_enabled();
    /// pebble.combine_layer("charm", &Layer::new().service("web", web))?;
    /// pebble.replan_services()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn replan_services(&self) -> Result<ChangeId, Error> {
        self.act(Operation::named("pebble replan_services"), "replan", &[])
    }

    fn act(&self, operation: Operation, action: &str, names: &[&str]) -> Result<ChangeId, Error> {
        let operation = operation.about_all("services", names);
        let words = operation.words();
        self.traced(operation, |_| {
            let body = json!({ "action": action, "services": names });
            let answer = self.post("/v1/services", &body)?;
            let id = answer.change.map(ChangeId).ok_or_else(no_change)?;
            self.see_through(&id, words)?;
            Ok(id)
        })
    }

    /// Sends a signal, by its name (`SIGHUP`), to services that run.
    pub fn send_signal(&self, signal: &str, names: &[&str]) -> Result<(), Error> {
        let operation = Operation::named("pebble send_signal")
            .about("signal", signal)
            .about_all("services", names);
        self.traced(operation, |_| {
            let body = json!({ "signal": signal, "services": names });
            self.post("/v1/signals", &body).map(drop)
        })
    }
}

pub(super) fn no_change() -> Problem {
    Problem::Answer("there is no \"change\" in it".to_owned())
}

fn service(value: &Value) -> Result<Service, Problem> {
    let fields = AnswerObject::of("a service", value)?;
    Ok(Service {
        name: fields.text("name")?,
        startup: fields.text("startup")?,
        current: fields.text("current")?,
        current_since: fields.optional_text("current-since"),
    })
}
