//! Changes: what Pebble does in the background, the tasks of a change, and the output of a command.
//!
//! Endpoints `/v1/changes`, `/v1/changes/{id}`, `/v1/changes/{id}/wait`: Pebble's API documentation;
//! the names of the fields also as `ops.pebble.Change` reads them.

use std::fmt;

use serde_json::Value;

use super::read::{AnswerObject, Unreadable};

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

/// Which changes [`Client::changes`](super::Client::changes) lists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
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
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::InProgress => "in-progress",
            Self::Ready => "ready",
            Self::All => "all",
        }
    }
}

/// What a command left.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Output {
    /// Its exit code; 128 and the signal's number when a signal ended it.
    pub exit_code: i64,
    /// What it wrote on standard output.
    pub stdout: Vec<u8>,
    /// What it wrote on standard error; empty when that was combined.
    pub stderr: Vec<u8>,
}

pub(super) fn change(value: &Value) -> Result<Change, Unreadable> {
    let fields = AnswerObject::of("a change", value)?;
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

fn task(value: &Value) -> Result<Task, Unreadable> {
    let fields = AnswerObject::of("a task", value)?;
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
