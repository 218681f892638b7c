//! Notices: what a workload reports to the charm (a custom notice becomes a `pebble-custom-notice` event),
//! and warnings, which are Pebble's own.
//!
//! Endpoints `/v1/notices`, `/v1/notices/{id}`, `/v1/warnings`: Pebble's API documentation; the names of
//! the fields also as `ops.pebble` reads them.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use super::client::Client;
use super::error::{Error, Problem};
use super::read::AnswerObject;
use super::request::{Operation, escaped, go_duration};

/// A notice, with all its occurrences counted together.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Notice {
    /// Its number, as `JUJU_NOTICE_ID` has it.
    pub id: String,
    /// Who may see it; `None` is everybody.
    pub user_id: Option<u64>,
    /// `custom`, `change-update` and what later versions add.
    pub kind: String,
    /// What it is about: `example.com/path`, or the number of a change.
    pub key: String,
    /// When it occurred first, as RFC 3339.
    pub first_occurred: String,
    /// When it occurred last, as RFC 3339.
    pub last_occurred: String,
    /// When it last counted as new, as RFC 3339.
    pub last_repeated: String,
    /// How often it occurred.
    pub occurrences: u64,
    /// What came with the last occurrence.
    pub last_data: BTreeMap<String, String>,
}

/// A warning of Pebble's own.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Warning {
    /// What it says.
    pub message: String,
    /// When it was last given, as RFC 3339; what [`Client::ack_warnings`] takes.
    pub last_added: String,
}

impl Client {
    /// Records a custom notice, which the charm gets as an event; its id. The key has the form
    /// `example.com/path`. Within `repeat_after` of the last one it is counted and causes no event.
    ///
    /// ```no_run
    /// # fn f(client: &charm_tracing::pebble::Client) -> Result<(), charm_tracing::pebble::Error> {
    /// client.notify("example.com/backup-done", &[("file", "/backup/1.tar")], None)?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn notify(
        &self,
        key: &str,
        data: &[(&str, &str)],
        repeat_after: Option<Duration>,
    ) -> Result<String, Error> {
        let operation = Operation::named("pebble notify")
            .attribute("type", "custom")
            .about("key", key);
        self.traced(operation, |_| {
            let data: BTreeMap<_, _> = data.iter().copied().collect();
            let mut body = json!({ "action": "add", "type": "custom", "key": key, "data": data });
            if let (Some(after), Some(fields)) = (repeat_after, body.as_object_mut()) {
                fields.insert("repeat-after".to_owned(), go_duration(after).into());
            }
            let answer = self.post("/v1/notices", &body)?;
            Ok(AnswerObject::of("the result", &answer.result)?.text("id")?)
        })
    }

    /// One notice.
    pub fn notice(&self, id: &str) -> Result<Notice, Error> {
        let operation = Operation::named("pebble get_notice").about("id", id);
        self.traced(operation, |_| {
            let path = format!("/v1/notices/{}", escaped(id));
            notice(&self.get(&path, &[])?.result)
        })
    }

    /// The notices this user may see, of these types and keys; an empty list allows all.
    pub fn notices(&self, types: &[&str], keys: &[&str]) -> Result<Vec<Notice>, Error> {
        let mut operation = Operation::named("pebble get_notices");
        if !types.is_empty() {
            operation = operation.about_all("types", types);
        }
        if !keys.is_empty() {
            operation = operation.about_all("keys", keys);
        }
        let types = types.iter().map(|word| ("types", *word));
        let query: Vec<_> = types.chain(keys.iter().map(|key| ("keys", *key))).collect();
        self.traced(operation, |_| self.get("/v1/notices", &query)?.list(notice))
    }

    /// The warnings nobody has acknowledged, or all there are.
    pub fn warnings(&self, acknowledged_too: bool) -> Result<Vec<Warning>, Error> {
        let select = if acknowledged_too { "all" } else { "pending" };
        let operation = Operation::named("pebble get_warnings").attribute("select", select);
        self.traced(operation, |_| {
            self.get("/v1/warnings", &[("select", select)])?
                .list(warning)
        })
    }

    /// Acknowledges the warnings given until then (RFC 3339); how many there were.
    pub fn ack_warnings(&self, until: &str) -> Result<u64, Error> {
        self.traced(Operation::named("pebble ack_warnings"), |_| {
            let body = json!({ "action": "okay", "timestamp": until });
            let answer = self.post("/v1/warnings", &body)?;
            let count = answer.result.as_u64();
            count.ok_or_else(|| Problem::Answer("\"result\" is no number".to_owned()))
        })
    }
}

fn notice(value: &Value) -> Result<Notice, Problem> {
    let fields = AnswerObject::of("a notice", value)?;
    Ok(Notice {
        id: fields.text("id")?,
        user_id: fields.number("user-id"),
        kind: fields.text("type")?,
        key: fields.text("key")?,
        first_occurred: fields.text("first-occurred")?,
        last_occurred: fields.text("last-occurred")?,
        last_repeated: fields.text("last-repeated")?,
        occurrences: fields.number("occurrences").unwrap_or_default(),
        last_data: fields.text_map("last-data"),
    })
}

fn warning(value: &Value) -> Result<Warning, Problem> {
    let fields = AnswerObject::of("a warning", value)?;
    Ok(Warning {
        message: fields.text("message")?,
        last_added: fields.text("last-added")?,
    })
}
