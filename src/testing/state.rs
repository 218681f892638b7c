//! What Juju knows about the simulated unit: one JSON document in the state directory, beside two
//! append-only files for hook-tool calls and log lines. A document rather than a folder of files,
//! because undoing a failed dispatch is then the assignment of one field.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::testing::record::{Json, record};

/// One side's settings in one relation.
pub(super) type TestDatabag = BTreeMap<String, String>;

/// The state document's file name.
pub(super) const STATE_FILE: &str = "state.json";
/// One JSON object a line for each finished hook-tool call.
pub(super) const CALLS_FILE: &str = "calls.jsonl";
/// One JSON object a line for each `juju-log`.
pub(super) const LOG_FILE: &str = "log.jsonl";
/// Held by a hook tool from its start to its end: the unit agent serves one call at a time.
pub(super) const LOCK_FILE: &str = "lock";

record! {
    /// Everything, in the order of the document.
    #[derive(Debug, Clone)]
    pub(super) struct State {
        pub(super) unit: String,
        pub(super) leader: bool,
        pub(super) config: BTreeMap<String, Value>,
        pub(super) storages: BTreeMap<String, Storage>,
        pub(super) status: StatusLine,
        pub(super) application_status: StatusLine,
        pub(super) workload_version: String,
        pub(super) reboot: String,
        pub(super) model: Model,
        pub(super) queued: Queued,
        pub(super) event: Event,
    }

    /// What Juju knows beyond the unit, in the words of the tools that print it.
    #[derive(Debug, Clone, Default)]
    pub(super) struct Model {
        /// By binding, what `network-get` answers.
        pub(super) networks: BTreeMap<String, Value>,
        /// By name, the path of the file.
        pub(super) resources: BTreeMap<String, String>,
        /// What `credential-get` answers; `null` for a charm that is not trusted.
        pub(super) cloud: Value,
    }

    /// What hook tools change only when the dispatch exits with 0; a failed dispatch gets its old
    /// value back.
    #[derive(Debug, Clone, Default)]
    pub(super) struct Queued {
        pub(super) relations: BTreeMap<String, Relation>,
        pub(super) secrets: BTreeMap<String, Secret>,
        pub(super) ports: Vec<String>,
        pub(super) kept: BTreeMap<String, String>,
        pub(super) leader_settings: BTreeMap<String, String>,
        /// Storage to be added once the hook is over, as `name=count`.
        pub(super) more_storage: Vec<String>,
    }

    /// What is being dispatched, as far as hook tools take defaults from it.
    #[derive(Debug, Clone, Default)]
    pub(super) struct Event {
        pub(super) relation: Option<String>,
        pub(super) remote_application: Option<String>,
        pub(super) remote_unit: Option<String>,
        pub(super) storage: Option<String>,
        pub(super) action: Option<Action>,
        pub(super) restricted: bool,
    }

    #[derive(Debug, Clone)]
    pub(super) struct Relation {
        pub(super) endpoint: String,
        pub(super) remote_application: String,
        pub(super) broken: bool,
        /// The remote units in scope, sorted.
        pub(super) units: Vec<String>,
        /// By unit or application name, both sides.
        pub(super) databags: BTreeMap<String, TestDatabag>,
    }

    #[derive(Debug, Clone, Default)]
    pub(super) struct Action {
        pub(super) parameters: Value,
        pub(super) results: Map<String, Value>,
        pub(super) failure: Option<String>,
        pub(super) progress: Vec<String>,
    }

    #[derive(Debug, Clone)]
    pub(super) struct Storage {
        pub(super) kind: String,
        pub(super) location: String,
    }

    #[derive(Debug, Clone, Default)]
    pub(super) struct Secret {
        /// `application` or `unit` for one of this charm's own, and empty for one of another's.
        pub(super) owner: String,
        pub(super) label: String,
        pub(super) description: String,
        pub(super) rotation: String,
        pub(super) expiry: String,
        /// The relations, or units of them, that may read it.
        pub(super) grants: Vec<String>,
        /// Oldest first, never empty.
        pub(super) revisions: Vec<TestDatabag>,
        /// The revision this unit keeps reading, counted from 1; 0 until it has read one.
        pub(super) tracked: usize,
    }

    #[derive(Debug, Clone)]
    pub(super) struct StatusLine {
        pub(super) status: String,
        pub(super) message: String,
    }
}

impl State {
    pub(super) fn new(unit: &str) -> Self {
        // Juju's own words for a unit and an application that have not said anything.
        let status = |status: &str, message: &str| StatusLine {
            status: status.to_owned(),
            message: message.to_owned(),
        };
        Self {
            unit: unit.to_owned(),
            leader: false,
            config: BTreeMap::new(),
            storages: BTreeMap::new(),
            status: status("waiting", "installing agent"),
            application_status: status("unknown", ""),
            workload_version: String::new(),
            reboot: String::new(),
            model: Model::default(),
            queued: Queued::default(),
            event: Event::default(),
        }
    }

    /// The part of the unit's name before the slash.
    pub(super) fn application(&self) -> &str {
        application_of(&self.unit)
    }

    pub(super) fn to_text(&self) -> String {
        self.to_json().to_string()
    }

    /// The document as it was written; the error says what is wrong with it.
    pub(super) fn from_text(text: &str) -> Result<Self, String> {
        let value = serde_json::from_str(text).map_err(|error| error.to_string())?;
        Self::from_json(&value).ok_or_else(|| "a field is missing or of another type".to_owned())
    }
}

impl Relation {
    /// A peer relation has the unit's own application on both sides.
    pub(super) fn is_peer(&self, application: &str) -> bool {
        self.remote_application == application
    }

    /// Adds a remote unit with the settings Juju writes on its own when a unit enters a relation.
    pub(super) fn enter(&mut self, unit: &str) {
        if !self.units.iter().any(|known| known == unit) {
            self.units.push(unit.to_owned());
            self.units.sort();
        }
        self.databags
            .entry(unit.to_owned())
            .or_insert_with(|| addresses(unit));
    }
}

/// The application a unit belongs to; an application's name is its own.
pub(super) fn application_of(name: &str) -> &str {
    name.split_once('/')
        .map_or(name, |(application, _)| application)
}

/// The three settings of every unit databag that Juju fills in, with an address that differs by the
/// unit's number.
pub(super) fn addresses(unit: &str) -> TestDatabag {
    let number = unit
        .rsplit('/')
        .next()
        .and_then(|number| number.parse::<u8>().ok());
    let address = format!("10.1.0.{}", number.unwrap_or(u8::MAX));
    TestDatabag::from([
        ("egress-subnets".to_owned(), format!("{address}/32")),
        ("ingress-address".to_owned(), address.clone()),
        ("private-address".to_owned(), address),
    ])
}
