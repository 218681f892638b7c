//! The events of a unit, each with the variables of its kind. A name Juju does not know
//! yet is dispatched like any other, since a charm has to live with those.

use serde_json::Value;

use crate::testing::dispatch::{Occasion, Running};
use crate::testing::error::Error;
use crate::testing::ids::{RelationId, SecretId, StorageId};
use crate::testing::run::Run;
use crate::testing::state::{Action, Event};
use crate::testing::unit::Unit;

/// The events. Each method runs the charm's `dispatch` to its end and returns what it did; an
/// example is on [`Unit`].
impl Unit {
    /// A hook without anything to go with it: `install`, `config-changed`, `leader-elected`,
    /// `update-status`.
    ///
    /// In `collect-metrics` and `meter-status-changed` all hook tools but `juju-log` refuse, as in
    /// Juju.
    ///
    /// # Errors
    /// The dispatch cannot be started, or its files cannot be read. A charm that fails is no error.
    pub fn hook(&mut self, name: &str) -> Result<Run, Error> {
        self.start_hook(name)?.wait()
    }

    /// Starts the dispatch of such a hook and leaves it running.
    ///
    /// # Errors
    /// The dispatch cannot be started.
    pub fn start_hook(&mut self, name: &str) -> Result<Running<'_>, Error> {
        let restricted = ["collect-metrics", "meter-status-changed"].contains(&name);
        let event = Event {
            restricted,
            ..Event::default()
        };
        self.start(Occasion {
            path: format!("hooks/{name}"),
            variables: Vec::new(),
            event,
        })
    }

    /// `<endpoint>-relation-<kind>`, where the kind is `created`, `joined`, `changed`, `departed`
    /// or `broken`, with the remote unit it is about, if any.
    ///
    /// A unit enters the relation with `joined` or `changed`. It has left before `departed` runs,
    /// and its settings stay readable. During `broken` the relation is missing from `relation-ids`;
    /// once that hook exits with 0 it is gone.
    ///
    /// # Errors
    /// The relation is gone, or as for [`hook`](Self::hook).
    pub fn relation_hook(
        &mut self,
        id: &RelationId,
        kind: &str,
        unit: Option<&str>,
    ) -> Result<Run, Error> {
        let departing = unit.filter(|_| kind == "departed").map(str::to_owned);
        self.dispatch_of_relation(id, kind, unit, departing)
    }

    /// `<endpoint>-relation-departed` of a remote unit, because `departing`, which may be this
    /// unit, leaves.
    ///
    /// # Errors
    /// As for [`relation_hook`](Self::relation_hook).
    pub fn relation_departed(
        &mut self,
        id: &RelationId,
        unit: &str,
        departing: &str,
    ) -> Result<Run, Error> {
        self.dispatch_of_relation(id, "departed", Some(unit), Some(departing.to_owned()))
    }

    /// `<name>-storage-<kind>`, where the kind is `attached` or `detaching`. Once `detaching` exits
    /// with 0 the storage is gone, its files are left to the test.
    ///
    /// # Errors
    /// The storage is gone, or as for [`hook`](Self::hook).
    pub fn storage_hook(&mut self, id: &StorageId, kind: &str) -> Result<Run, Error> {
        let storage = self.state.storages.get(id.as_str());
        let storage = storage.ok_or_else(|| Error::unknown(format_args!("storage {id}")))?;
        let name = id.as_str().split('/').next().unwrap_or_default();
        let run = self.dispatch(Occasion {
            path: format!("hooks/{name}-storage-{kind}"),
            variables: vec![
                ("JUJU_STORAGE_ID", id.to_string()),
                ("JUJU_STORAGE_LOCATION", storage.location.clone()),
                ("JUJU_STORAGE_KIND", storage.kind.clone()),
            ],
            event: Event {
                storage: Some(id.to_string()),
                ..Event::default()
            },
        })?;
        if kind == "detaching" && run.exit_code == Some(0) {
            self.state.storages.remove(id.as_str());
        }
        Ok(run)
    }

    /// `<container>-pebble-<kind>` of a workload container, where the kind is `ready`; further
    /// variables of a kind, such as `JUJU_NOTICE_ID`, are set with [`set_env`](Self::set_env).
    ///
    /// # Errors
    /// As for [`hook`](Self::hook).
    pub fn pebble_hook(&mut self, container: &str, kind: &str) -> Result<Run, Error> {
        self.dispatch(Occasion {
            path: format!("hooks/{container}-pebble-{kind}"),
            variables: vec![("JUJU_WORKLOAD_NAME", container.to_owned())],
            event: Event::default(),
        })
    }

    /// `secret-<kind>`, where the kind is `changed`, `rotate`, `remove` or `expired`. The last two
    /// are about a revision: `expired` about the newest, `remove` about the oldest.
    ///
    /// # Errors
    /// The secret is none of this unit's, or as for [`hook`](Self::hook).
    pub fn secret_hook(&mut self, id: &SecretId, kind: &str) -> Result<Run, Error> {
        let secret = self.secret(id)?;
        let mut variables = vec![
            ("JUJU_SECRET_ID", id.to_string()),
            ("JUJU_SECRET_LABEL", secret.label.clone()),
        ];
        match kind {
            "expired" => {
                variables.push(("JUJU_SECRET_REVISION", secret.revisions.len().to_string()));
            }
            "remove" => variables.push(("JUJU_SECRET_REVISION", "1".to_owned())),
            _ => {}
        }
        self.dispatch(Occasion {
            path: format!("hooks/secret-{kind}"),
            variables,
            event: Event::default(),
        })
    }

    /// An action with its parameters, a JSON object. Defaults of the charm's metadata are not
    /// filled in.
    ///
    /// # Errors
    /// As for [`hook`](Self::hook).
    pub fn action(&mut self, name: &str, parameters: Value) -> Result<Run, Error> {
        self.actions += 1;
        self.dispatch(Occasion {
            path: format!("actions/{name}"),
            variables: vec![
                ("JUJU_ACTION_NAME", name.to_owned()),
                ("JUJU_ACTION_UUID", self.actions.to_string()),
                ("JUJU_ACTION_TAG", format!("action-{}", self.actions)),
            ],
            event: Event {
                action: Some(Action {
                    parameters,
                    ..Action::default()
                }),
                ..Event::default()
            },
        })
    }

    fn dispatch_of_relation(
        &mut self,
        id: &RelationId,
        kind: &str,
        unit: Option<&str>,
        departing: Option<String>,
    ) -> Result<Run, Error> {
        let relation = self.relation(id)?;
        match (kind, unit) {
            ("joined" | "changed", Some(unit)) => relation.enter(unit),
            ("departed", Some(unit)) => relation.units.retain(|known| known != unit),
            ("broken", _) => {
                relation.broken = true;
                relation.units.clear();
            }
            _ => {}
        }
        let mut variables = vec![
            ("JUJU_RELATION", relation.endpoint.clone()),
            ("JUJU_RELATION_ID", id.to_string()),
            ("JUJU_REMOTE_APP", relation.remote_application.clone()),
            ("JUJU_REMOTE_UNIT", unit.unwrap_or_default().to_owned()),
        ];
        variables.extend(departing.map(|departing| ("JUJU_DEPARTING_UNIT", departing)));
        let event = Event {
            relation: Some(id.to_string()),
            remote_application: Some(relation.remote_application.clone()),
            remote_unit: unit.map(str::to_owned),
            ..Event::default()
        };
        let path = format!("hooks/{}-relation-{kind}", relation.endpoint);
        let run = self.dispatch(Occasion {
            path,
            variables,
            event,
        })?;
        if kind == "broken" && run.exit_code == Some(0) {
            self.state.queued.relations.remove(id.as_str());
        }
        Ok(run)
    }
}
