//! What a charm can be dispatched for, as a list: for programs that compare a charm with what Juju
//! or another framework knows of it. Juju's suffixes stand here a second time, since this half may
//! not import the runtime; a test compares them with what `ListedHook::parse` reads.

use std::fmt;

use crate::build::files::CharmFiles;
use crate::build::finding::Findings;
use crate::build::metadata::Metadata;
use crate::build::name;
use crate::build::problem::Problems;
use crate::build::served::Served;
use crate::build::storage::{ChosenLocation, decide};
use crate::build::{Codegen, read};

impl Codegen {
    /// Lists every dispatch path that Juju can give this charm, in the order of the generated
    /// enum: the lifecycle, relations, storages, containers, actions, secrets.
    ///
    /// ```no_run
    /// let charm = charm_tracing::build::charm("charmcraft.yaml");
    /// for event in charm.events()? {
    ///     println!("{} is {:?}", event.path, event.variant);
    /// }
    /// # Ok::<(), charm_tracing::build::Problems>(())
    /// ```
    ///
    /// # Errors
    /// Those of [`expand`](Self::expand): what has no code has no events.
    pub fn events(&self) -> Result<Vec<EventPath>, Problems> {
        let findings = Findings::default();
        let files = CharmFiles::read(&self.path, &findings);
        Ok(listed(&read(&files, &self.buffer, findings)?))
    }

    /// Where the charm's traces are kept until they are sent, which is what the generated
    /// `BUFFER_PLACE` says, and why.
    ///
    /// ```no_run
    /// let charm = charm_tracing::build::charm("charmcraft.yaml");
    /// println!("{}", charm.buffer_choice()?.reason);
    /// # Ok::<(), charm_tracing::build::Problems>(())
    /// ```
    ///
    /// # Errors
    /// Those of [`expand`](Self::expand).
    pub fn buffer_choice(&self) -> Result<BufferChoice, Problems> {
        let findings = Findings::default();
        let files = CharmFiles::read(&self.path, &findings);
        let metadata = read(&files, &self.buffer, findings)?;
        let choice = decide(&metadata.charm, &self.buffer);
        let (storage, path) = match choice.location {
            ChosenLocation::CharmDirectory => (None, None),
            ChosenLocation::Storage { name, directory } => (Some(name), Some(directory)),
            ChosenLocation::StorageByName { name } => (Some(name), None),
            ChosenLocation::File { path } => (None, Some(path)),
        };
        Ok(BufferChoice {
            storage,
            path,
            reason: choice.reason,
        })
    }
}

/// One dispatch path, from [`Codegen::events`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EventPath {
    /// What Juju puts into `JUJU_DISPATCH_PATH`: `hooks/db-relation-joined`.
    pub path: String,
    /// The variant of the generated `Event`; `None` for the endpoints that the runtime serves
    /// itself, of which the charm's own code hears nothing.
    pub variant: Option<String>,
    /// What the event is about.
    pub kind: EventKind,
    /// The endpoint, storage, container or action, as the metadata writes it; `None` for the
    /// lifecycle and for secrets.
    pub of: Option<String>,
    /// The version of Juju that no longer sends it: `4.0`. `None` while all do.
    pub removed_in: Option<&'static str>,
}

/// What an event is about, from [`EventPath::kind`]. `Display` gives it in lower case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EventKind {
    /// The unit as a whole.
    Lifecycle,
    /// An endpoint.
    Relation,
    /// A storage.
    Storage,
    /// A workload container.
    Container,
    /// A secret.
    Secret,
    /// An action.
    Action,
}

impl fmt::Display for EventKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Lifecycle => "lifecycle",
            Self::Relation => "relation",
            Self::Storage => "storage",
            Self::Container => "container",
            Self::Secret => "secret",
            Self::Action => "action",
        })
    }
}

/// Where the trace buffer lives, from [`Codegen::buffer_choice`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BufferChoice {
    /// The storage; `None` for the charm's own directory, and for a file the author named.
    pub storage: Option<String>,
    /// The folder, as the charm's process sees it, or the file that
    /// [`buffer_path`](Codegen::buffer_path) names; `None` where it is known to the unit alone: the
    /// charm's own directory, and a storage whose path Juju chooses.
    pub path: Option<String>,
    /// Why there, as one sentence.
    pub reason: String,
}

fn listed(metadata: &Metadata) -> Vec<EventPath> {
    let charm = &metadata.charm;
    let served: Vec<&str> = Served::of(charm).names().collect();
    let mut list = List::default();
    list.of_every_charm("Lifecycle", EventKind::Lifecycle, &LIFECYCLE);
    for (_, endpoint) in charm.endpoints() {
        let name = endpoint.name.as_str();
        let variant = (!served.contains(&name)).then_some("Relation");
        list.declared(name, variant, EventKind::Relation, &RELATION);
    }
    for storage in &charm.storage {
        list.declared(&storage.name, Some("Storage"), EventKind::Storage, &STORAGE);
    }
    for container in &charm.containers {
        let name = &container.name;
        list.declared(name, Some("Pebble"), EventKind::Container, &CONTAINER);
    }
    for action in &metadata.actions {
        list.0.push(EventPath {
            path: format!("actions/{}", action.name),
            variant: Some(name::variant(&action.name, "Action").to_string()),
            kind: EventKind::Action,
            of: Some(action.name.clone()),
            removed_in: None,
        });
    }
    list.of_every_charm("Secret", EventKind::Secret, &SECRET);
    list.0
}

#[derive(Default)]
struct List(Vec<EventPath>);

impl List {
    fn of_every_charm(&mut self, variant: &str, kind: EventKind, hooks: &[ListedHook]) {
        self.0
            .extend(hooks.iter().map(|(hook, removed_in)| EventPath {
                path: format!("hooks/{hook}"),
                variant: Some(variant.to_owned()),
                kind,
                of: None,
                removed_in: *removed_in,
            }));
    }

    /// The hooks of something declared; `variant` is the ending of its variant, if it has one.
    fn declared(&mut self, of: &str, variant: Option<&str>, kind: EventKind, suffixes: &[&str]) {
        let variant = variant.map(|ending| name::variant(of, ending).to_string());
        self.0.extend(suffixes.iter().map(|suffix| EventPath {
            path: format!("hooks/{of}-{suffix}"),
            variant: variant.clone(),
            kind,
            of: Some(of.to_owned()),
            removed_in: None,
        }));
    }
}

/// A hook that every charm gets, and the version of Juju that no longer sends it.
type ListedHook = (&'static str, Option<&'static str>);

/// Juju's unit hooks, the four included that only agents before 4.0 send.
const LIFECYCLE: [ListedHook; 13] = [
    ("install", None),
    ("start", None),
    ("config-changed", None),
    ("upgrade-charm", None),
    ("update-status", None),
    ("leader-elected", None),
    ("leader-settings-changed", None),
    ("stop", None),
    ("remove", None),
    ("collect-metrics", Some("4.0")),
    ("meter-status-changed", Some("4.0")),
    ("pre-series-upgrade", Some("4.0")),
    ("post-series-upgrade", Some("4.0")),
];

const SECRET: [ListedHook; 4] = [
    ("secret-changed", None),
    ("secret-rotate", None),
    ("secret-remove", None),
    ("secret-expired", None),
];

const RELATION: [&str; 5] = [
    "relation-created",
    "relation-joined",
    "relation-changed",
    "relation-departed",
    "relation-broken",
];

const STORAGE: [&str; 2] = ["storage-attached", "storage-detaching"];

const CONTAINER: [&str; 4] = [
    "pebble-ready",
    "pebble-custom-notice",
    "pebble-check-failed",
    "pebble-check-recovered",
];
