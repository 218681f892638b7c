//! Receivers that fail, and what a dispatch makes of it: how long it takes, what it keeps, what is sent
//! once the receiver is well again, and that nothing is sent twice which was said to be taken.

mod backoff;
mod blackhole;
mod drain;
mod encoding;
mod faults;
mod refusals;
mod server;
mod speed;

use std::collections::BTreeSet;
use std::fmt::Display;
use std::fs;

use charm_tracing::testing::{Run, Unit};

use crate::{awkward, let_the_wait_pass, log};
use server::{Fault, Server};

/// A unit that sends its traces there, with so much time that no busy machine makes it fail.
fn unit_for(endpoint: &str) -> Sender {
    Sender {
        unit: awkward(),
        settings: vec![
            ("CHOSEN_ENDPOINT".to_owned(), endpoint.to_owned()),
            ("CHOSEN_NETWORK_BUDGET_MS".to_owned(), "60000".to_owned()),
        ],
    }
}

/// The same with the default budget of 1 s.
fn hasty_unit_for(endpoint: &str) -> Sender {
    let mut unit = unit_for(endpoint);
    unit.set("CHOSEN_NETWORK_BUDGET_MS", 1_000);
    unit
}

/// A unit and what its author set, which holds for one dispatch each time.
struct Sender {
    unit: Unit,
    settings: Vec<(String, String)>,
}

impl Sender {
    fn set(&mut self, name: &str, value: impl Display) {
        self.settings.retain(|(known, _)| known != name);
        self.settings.push((name.to_owned(), value.to_string()));
    }

    /// Runs a hook, which succeeds whatever the network does.
    fn hook(&mut self, name: &str) -> Run {
        for (name, value) in &self.settings {
            self.unit.set_env(name, value);
        }
        let run = self.unit.hook(name).unwrap();
        assert_eq!(run.exit_code, Some(0), "{run:?}");
        run
    }

    fn update_status(&mut self) -> Run {
        self.hook("update-status")
    }

    fn kept(&self) -> usize {
        self.unit.buffered().unwrap().len()
    }

    /// What the unit remembers of its receiver.
    fn state(&self) -> serde_json::Value {
        let file = self.unit.charm_dir().join(".charm-tracing.state");
        let text = fs::read_to_string(file).unwrap_or_default();
        serde_json::from_str(&text).unwrap_or_default()
    }

    fn has_failed(&self) -> bool {
        self.state()["breaker"].is_object()
    }

    /// What the last dispatch that failed spent on it, in milliseconds, measured by itself.
    fn spent(&self) -> u64 {
        self.state()["breaker"]["spent_ms"].as_u64().unwrap()
    }
}

/// How many of these span ids are there a second time.
fn twice(ids: &[Vec<u8>]) -> usize {
    ids.len() - ids.iter().collect::<BTreeSet<_>>().len()
}
