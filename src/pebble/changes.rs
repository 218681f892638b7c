//! Operations on changes: list them, wait for one, abort one.

use std::time::{Duration, Instant};

use serde_json::json;

use super::change::{Change, ChangeId, ChangeState, change};
use super::client::{Client, LONGEST};
use super::error::{Error, Problem};
use super::request::{Operation, deadline, escaped, go_duration};

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
        self.traced(operation, |_| {
            self.get("/v1/changes", &query)?
                .list(|value| Ok(change(value)?))
        })
    }

    /// One change.
    pub fn change(&self, id: &ChangeId) -> Result<Change, Error> {
        let operation = Operation::named("pebble get_change").about("change_id", &id.0);
        self.traced(operation, |_| {
            Ok(change(&self.get(&path(id), &[])?.result)?)
        })
    }

    /// Asks Pebble to stop a change and undo it; the change as it is then.
    pub fn abort_change(&self, id: &ChangeId) -> Result<Change, Error> {
        let operation = Operation::named("pebble abort_change").about("change_id", &id.0);
        self.traced(operation, |_| {
            Ok(change(
                &self.post(&path(id), &json!({ "action": "abort" }))?.result,
            )?)
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
                other => return Ok(change(&other?.result)?),
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
