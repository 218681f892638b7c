//! Changes: what Pebble does in the background, and the tasks it is made of.
//!
//! Endpoints `/v1/changes`, `/v1/changes/{id}`, `/v1/changes/{id}/wait`: Pebble's API documentation;
//! the names of the fields also as `ops.pebble.Change` reads them.

use std::fmt;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::Client;
use super::error::{Error, Problem};
use super::read::Object;
use super::request::{LONGEST, Operation, deadline, escaped, go_duration};

/// The number of a change. A notice of type `change-update` has it as its key:
/// `ChangeId::from(notice.key.as_str())`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeId(pub(super) String);

impl fmt::Display for ChangeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for ChangeId {
    fn from(number: &str) -> Self {
        Self(number.to_owned())
    }
}

/// Something Pebble did or is doing.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Change {
    /// Its number.
    pub id: ChangeId,
    /// What it does: `start`, `stop`, `restart`, `replan`, `exec`, `perform-check`, `recover-check`.
    pub kind: String,
    /// The same for people.
    pub summary: String,
    /// `Do`, `Doing`, `Done`, `Error`, `Hold`, `Abort`, `Undo`, `Undoing` or `Wait`.
    pub status: String,
    /// The steps.
    pub tasks: Vec<Task>,
    /// Whether it is over, well or not.
    pub ready: bool,
    /// Why it failed.
    pub err: Option<String>,
    /// When it began, as RFC 3339.
    pub spawn_time: Option<String>,
    /// When it was over, as RFC 3339.
    pub ready_time: Option<String>,
}

/// A step of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Task {
    /// Its number.
    pub id: String,
    /// What it does.
    pub kind: String,
    /// The same for people.
    pub summary: String,
    /// As the status of a change.
    pub status: String,
    /// What was written down meanwhile: it may hold the last lines a service printed.
    pub log: Vec<String>,
    /// The exit code, once an `exec` is over.
    pub exit_code: Option<i64>,
}

/// Which changes [`Client::changes`] lists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ChangeState {
    /// Those still going on.
    #[default]
    InProgress,
    /// Those that are over.
    Ready,
    /// Both.
    All,
}

impl ChangeState {
    fn word(self) -> &'static str {
        match self {
            Self::InProgress => "in-progress",
            Self::Ready => "ready",
            Self::All => "all",
        }
    }
}

impl Client {
    /// Lists changes, of one service if it is named.
    ///
    /// ```no_run
    /// # fn f(client: &charm_tracing::pebble::Client) -> Result<(), charm_tracing::pebble::Error> {
    /// use charm_tracing::pebble::ChangeState;
    ///
    /// let busy = !client.changes(ChangeState::InProgress, Some("web"))?.is_empty();
    /// # Ok(())
    /// # }
    /// ```
    pub fn changes(
        &self,
        select: ChangeState,
        service: Option<&str>,
    ) -> Result<Vec<Change>, Error> {
        let mut operation =
            Operation::named("pebble get_changes").attribute("select", select.word());
        let mut query = vec![("select", select.word())];
        if let Some(service) = service {
            operation = operation.about("for", service);
            query.push(("for", service));
        }
        self.traced(operation, |_| self.get("/v1/changes", &query)?.list(change))
    }

    /// One change.
    pub fn change(&self, id: &ChangeId) -> Result<Change, Error> {
        let operation = Operation::named("pebble get_change").about("change_id", &id.0);
        self.traced(operation, |_| change(&self.get(&path(id), &[])?.result))
    }

    /// Asks Pebble to stop a change and undo it; the change as it is then.
    pub fn abort_change(&self, id: &ChangeId) -> Result<Change, Error> {
        let operation = Operation::named("pebble abort_change").about("change_id", &id.0);
        self.traced(operation, |_| {
            change(&self.post(&path(id), &json!({ "action": "abort" }))?.result)
        })
    }

    /// Waits until the change is over, at most `limit`. A change that failed is returned, not an error:
    /// [`Change::err`] says why it did.
    pub fn wait_change(&self, id: &ChangeId, limit: Duration) -> Result<Change, Error> {
        let operation = Operation::named("pebble wait_change").about("change_id", &id.0);
        self.traced(operation, |_| self.wait_for(id, limit))
    }

    /// In requests that are shorter than the time after which a silent Pebble is given up.
    pub(super) fn wait_for(&self, id: &ChangeId, limit: Duration) -> Result<Change, Problem> {
        let deadline = deadline(limit);
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            // Four fifths: Pebble's answer that time is up has to arrive before this side gives up.
            let slice = left.min(self.timeout.min(LONGEST) * 4 / 5);
            if slice < Duration::from_millis(1) {
                return Err(Problem::Unfinished {
                    change: id.0.clone(),
                    after: limit,
                });
            }
            let slice = go_duration(slice);
            let answer = self.get(&format!("{}/wait", path(id)), &[("timeout", &slice)]);
            match answer {
                // 504 Gateway Timeout is how Pebble says that the change goes on.
                Err(Problem::Refused(refusal)) if refusal.status == 504 => {}
                other => return change(&other?.result),
            }
        }
    }

    /// Waits as long as the client is set to, as a part of another operation; a failed change is an
    /// error here.
    pub(super) fn see_through(&self, id: &ChangeId, words: String) -> Result<(), Problem> {
        if self.change_timeout.is_zero() {
            return Ok(());
        }
        let operation = Operation::named("pebble wait_change")
            .attribute("change_id", id.0.clone())
            .part_of(words);
        let waited = self.traced(operation, |_| {
            let change = self.wait_for(id, self.change_timeout)?;
            if change.err.is_some() {
                return Err(Problem::Change(Box::new(change)));
            }
            Ok(())
        });
        waited.map_err(|error| error.problem)
    }
}

fn path(id: &ChangeId) -> String {
    format!("/v1/changes/{}", escaped(&id.0))
}

pub(super) fn change(value: &Value) -> Result<Change, Problem> {
    let fields = Object::of("a change", value)?;
    Ok(Change {
        id: ChangeId(fields.text("id")?),
        kind: fields.text("kind")?,
        summary: fields.optional_text("summary").unwrap_or_default(),
        status: fields.text("status")?,
        tasks: fields
            .list("tasks")
            .iter()
            .map(task)
            .collect::<Result<_, _>>()?,
        ready: fields.is_true("ready"),
        err: fields.optional_text("err"),
        spawn_time: fields.optional_text("spawn-time"),
        ready_time: fields.optional_text("ready-time"),
    })
}

fn task(value: &Value) -> Result<Task, Problem> {
    let fields = Object::of("a task", value)?;
    Ok(Task {
        id: fields.text("id")?,
        kind: fields.text("kind")?,
        summary: fields.optional_text("summary").unwrap_or_default(),
        status: fields.text("status")?,
        log: fields.texts("log"),
        exit_code: fields
            .value("data")
            .and_then(|data| data.get("exit-code"))
            .and_then(Value::as_i64),
    })
}
