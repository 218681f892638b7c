//! One unit of a charm under a simulated Juju, with everything the operator and the other charms do
//! to it. It is made of real files and runs real processes; what it simulates is Juju's side of the
//! hook tools.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::testing::agent;
use crate::testing::environment::random_hex;
use crate::testing::error::Error;
use crate::testing::folder::Folder;
use crate::testing::ids::{RelationId, SecretId, StorageId};
use crate::testing::run::{Call, LogLine};
use crate::testing::state::{
    CALLS_FILE, LOG_FILE, Relation, Secret, State, Storage, TestDatabag, addresses,
};
use crate::testing::tools::tool_names;

/// One unit of a charm: a charm directory with `dispatch` in it, hook tools on its `PATH`, and the
/// state Juju keeps.
///
/// The files are in a directory of their own under the system's directory for temporary files
/// (`TMPDIR`, by default `/tmp`) and are removed when the value is dropped. A new unit is on a
/// machine in Juju's sense, not on Kubernetes; it is not the leader and has no configuration,
/// relation, storage or secret.
///
/// ```no_run
/// use charm_tracing::testing::{Unit, json};
///
/// # fn main() -> Result<(), charm_tracing::testing::Error> {
/// # let program = "/path/to/charm";
/// let mut unit = Unit::new("blog/0", program)?;
/// unit.set_leader(true);
/// unit.set_config("port", json!(8080));
/// let database = unit.relate("database", "postgresql");
/// unit.set_remote_app_data(&database, &[("endpoints", "10.1.0.7:5432")])?;
///
/// let run = unit.relation_hook(&database, "changed", Some("postgresql/0"))?;
/// assert!(run.succeeded(), "{}", run.stderr);
/// assert_eq!(unit.status(), ("active", "ready"));
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Unit {
    pub(super) state: State,
    pub(super) kubernetes: bool,
    /// For the next dispatch only; `None` removes a variable.
    pub(super) environment: BTreeMap<OsString, Option<OsString>>,
    pub(super) folder: Folder,
    /// How many ids were given out: relations, storages and actions count on when one is removed.
    pub(super) actions: usize,
    relations: usize,
    storages: usize,
}

impl Unit {
    /// A unit whose `dispatch` is `program`, which is also its hook tools: its `main` begins with
    /// [`hook_tool`](crate::testing::hook_tool). `name` is an application, a slash and a number.
    ///
    /// # Errors
    /// The name is no unit name, or the unit's directory cannot be made.
    pub fn new(name: &str, program: impl AsRef<Path>) -> Result<Self, Error> {
        let program = program.as_ref();
        Self::with_tools(name, program, program)
    }

    /// A unit whose `dispatch` is one program and whose hook tools are another, for a charm that is
    /// tested as it ships. `tools` is a program that begins with
    /// [`hook_tool`](crate::testing::hook_tool); an example is on [`Unit`].
    ///
    /// # Errors
    /// As for [`new`](Self::new).
    pub fn with_tools(
        name: &str,
        dispatch: impl AsRef<Path>,
        tools: impl AsRef<Path>,
    ) -> Result<Self, Error> {
        let number = name
            .split_once('/')
            .filter(|(application, _)| !application.is_empty());
        if number.is_none_or(|(_, number)| number.parse::<u32>().is_err()) {
            return Err(Error::UnitName {
                name: name.to_owned(),
            });
        }
        Ok(Self {
            state: State::new(name),
            kubernetes: false,
            environment: BTreeMap::new(),
            folder: Folder::lay_out(name, dispatch.as_ref(), tools.as_ref(), tool_names())?,
            actions: 0,
            relations: 0,
            storages: 0,
        })
    }

    /// Whether this unit leads its application. Juju's `leader-elected` is a dispatch of its own:
    /// [`hook`](Self::hook).
    pub fn set_leader(&mut self, leader: bool) {
        self.state.leader = leader;
    }

    /// Whether the unit is a pod on Kubernetes, where `JUJU_MACHINE_ID` is empty. By default it is
    /// not.
    pub fn on_kubernetes(&mut self, kubernetes: bool) {
        self.kubernetes = kubernetes;
    }

    /// Sets one option of the charm's configuration; `null` unsets it. The defaults of the charm's
    /// metadata are not known here, a test sets those it needs.
    pub fn set_config(&mut self, option: &str, value: Value) {
        self.state.config.insert(option.to_owned(), value);
    }

    /// Relates an endpoint of the charm to another application, which has no units yet, or to its
    /// own one: a peer relation. Ids count from 1 for each unit. No hook runs for it: see
    /// [`relation_hook`](Self::relation_hook).
    pub fn relate(&mut self, endpoint: &str, application: &str) -> RelationId {
        self.relations += 1;
        let id = format!("{endpoint}:{}", self.relations);
        let unit = self.state.unit.clone();
        let relation = Relation {
            endpoint: endpoint.to_owned(),
            remote_application: application.to_owned(),
            broken: false,
            units: Vec::new(),
            databags: BTreeMap::from([(unit.clone(), addresses(&unit))]),
        };
        self.state.queued.relations.insert(id.clone(), relation);
        RelationId(id)
    }

    /// Replaces the settings of the remote application in a relation.
    ///
    /// # Errors
    /// The relation is gone.
    pub fn set_remote_app_data(
        &mut self,
        id: &RelationId,
        settings: &[(&str, &str)],
    ) -> Result<(), Error> {
        let relation = self.relation(id)?;
        relation
            .databags
            .insert(relation.remote_application.clone(), pairs(settings));
        Ok(())
    }

    /// Sets settings of a remote unit over those Juju fills in, and brings the unit into the
    /// relation if it is new.
    ///
    /// # Errors
    /// The relation is gone.
    pub fn set_remote_unit_data(
        &mut self,
        id: &RelationId,
        unit: &str,
        settings: &[(&str, &str)],
    ) -> Result<(), Error> {
        let relation = self.relation(id)?;
        relation.enter(unit);
        relation
            .databags
            .entry(unit.to_owned())
            .or_default()
            .extend(pairs(settings));
        Ok(())
    }

    /// What the charm's application has set in a relation; empty when it has not, or the relation
    /// is gone.
    #[must_use]
    pub fn local_app_data(&self, id: &RelationId) -> BTreeMap<String, String> {
        self.databag(id, self.state.application())
    }

    /// What this unit has set in a relation, with the three addresses that Juju fills in
    /// (`egress-subnets`, `ingress-address`, `private-address`); empty when the relation is gone.
    #[must_use]
    pub fn local_unit_data(&self, id: &RelationId) -> BTreeMap<String, String> {
        self.databag(id, &self.state.unit)
    }

    /// Attaches a file system, mounted at `location`, which is created if it is missing. The hook
    /// that informs the charm is [`storage_hook`](Self::storage_hook).
    ///
    /// # Errors
    /// The directory cannot be made.
    pub fn attach_storage(
        &mut self,
        name: &str,
        location: impl AsRef<Path>,
    ) -> Result<StorageId, Error> {
        let location = location.as_ref();
        fs::create_dir_all(location).map_err(Error::file("create", location))?;
        let id = format!("{name}/{}", self.storages);
        self.storages += 1;
        let storage = Storage {
            kind: "filesystem".to_owned(),
            location: location.to_string_lossy().into_owned(),
        };
        self.state.storages.insert(id.clone(), storage);
        Ok(StorageId(id))
    }

    /// Makes a secret that this unit may read, under a label.
    pub fn add_secret(&mut self, label: &str, content: &[(&str, &str)]) -> SecretId {
        let mut id = random_hex();
        // Juju's ids have twenty characters.
        id.truncate(20);
        let secret = Secret {
            label: label.to_owned(),
            revisions: vec![pairs(content)],
            ..Secret::default()
        };
        self.state.queued.secrets.insert(id.clone(), secret);
        SecretId(format!("secret:{id}"))
    }

    /// Adds a revision to a secret, which the unit reads from when it asks for the newest one.
    ///
    /// # Errors
    /// The secret is none of this unit's.
    pub fn update_secret(&mut self, id: &SecretId, content: &[(&str, &str)]) -> Result<(), Error> {
        self.secret(id)?.revisions.push(pairs(content));
        Ok(())
    }

    /// Sets an environment variable for the next dispatch, over what Juju sets.
    pub fn set_env(&mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) {
        self.environment
            .insert(name.as_ref().to_owned(), Some(value.as_ref().to_owned()));
    }

    /// Leaves an environment variable out of the next dispatch.
    pub fn remove_env(&mut self, name: impl AsRef<OsStr>) {
        self.environment.insert(name.as_ref().to_owned(), None);
    }

    /// Empties the charm directory down to a fresh `dispatch`, as a new pod on Kubernetes finds it.
    /// Attached storage keeps its files.
    ///
    /// # Errors
    /// A file cannot be removed or made.
    pub fn replace_pod(&mut self) -> Result<(), Error> {
        self.folder.unpack_again()
    }

    /// The unit's name, such as `blog/0`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.state.unit
    }

    /// The directory the charm runs in: `JUJU_CHARM_DIR`.
    #[must_use]
    pub fn charm_dir(&self) -> &Path {
        &self.folder.charm
    }

    /// The unit's status and its message, as `juju status` shows them.
    #[must_use]
    pub fn status(&self) -> (&str, &str) {
        (&self.state.status.status, &self.state.status.message)
    }

    /// The application's status and its message.
    #[must_use]
    pub fn application_status(&self) -> (&str, &str) {
        (
            &self.state.application_status.status,
            &self.state.application_status.message,
        )
    }

    /// What `application-version-set` said last.
    #[must_use]
    pub fn workload_version(&self) -> &str {
        &self.state.workload_version
    }

    /// The open ports, sorted: `8080/tcp`, `9000-9010/udp`, `icmp`.
    #[must_use]
    pub fn opened_ports(&self) -> &[String] {
        &self.state.queued.ports
    }

    /// What the charm keeps in the controller through `state-set`.
    #[must_use]
    pub fn kept_state(&self) -> &BTreeMap<String, String> {
        &self.state.queued.kept
    }

    /// Every finished hook-tool call of the unit's life, those of one dispatch are in
    /// [`Run::calls`](crate::testing::Run::calls).
    ///
    /// # Errors
    /// The file they are in cannot be read.
    pub fn calls(&self) -> Result<Vec<Call>, Error> {
        agent::lines(&self.folder.state.join(CALLS_FILE))
    }

    /// Every `juju-log` line of the unit's life.
    ///
    /// # Errors
    /// The file they are in cannot be read.
    pub fn log(&self) -> Result<Vec<LogLine>, Error> {
        agent::lines(&self.folder.state.join(LOG_FILE))
    }

    pub(super) fn relation(&mut self, id: &RelationId) -> Result<&mut Relation, Error> {
        let relation = self.state.queued.relations.get_mut(id.as_str());
        relation.ok_or_else(|| Error::unknown(format_args!("relation {id}")))
    }

    pub(super) fn secret(&mut self, id: &SecretId) -> Result<&mut Secret, Error> {
        let secrets = &mut self.state.queued.secrets;
        let secret = id
            .as_str()
            .strip_prefix("secret:")
            .and_then(|id| secrets.get_mut(id));
        secret.ok_or_else(|| Error::unknown(id))
    }

    fn databag(&self, id: &RelationId, owner: &str) -> TestDatabag {
        let relation = self.state.queued.relations.get(id.as_str());
        relation
            .and_then(|relation| relation.databags.get(owner))
            .cloned()
            .unwrap_or_default()
    }
}

fn pairs(settings: &[(&str, &str)]) -> TestDatabag {
    settings
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect()
}
