//! The dispatch paths of a charm as a list, for programs that compare a charm with what Juju or another framework
//! knows of it.

use std::fmt;

use crate::build::metadata::Metadata;
use crate::build::name;
use crate::build::served::Served;
use crate::build::storage::{ChosenLocation, Wish, decide};
use crate::build::vocabulary::{self, ListedHook};

/// One dispatch path, from [`Codegen::events`](crate::build::Codegen::events).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EventPath {
    /// What Juju puts into `JUJU_DISPATCH_PATH`: `hooks/db-relation-joined`.
    pub path: String,
    /// The variant of the generated `Event`; `None` for the endpoints that the runtime serves
    /// itself, which the charm's own code does not get.
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

/// Where the trace buffer lives, from [`Codegen::buffer_choice`](crate::build::Codegen::buffer_choice).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BufferChoice {
    /// The storage; `None` for the charm's own directory, and for a file the author named.
    pub storage: Option<String>,
    /// The folder, as the charm's process sees it, or the file that
    /// [`buffer_path`](crate::build::Codegen::buffer_path) names; `None` where it is known to the unit alone: the
    /// charm's own directory, and a storage whose path Juju chooses.
    pub path: Option<String>,
    /// Why there, as one sentence.
    pub reason: String,
}

/// Where the buffer lives, and why.
pub(crate) fn buffer_choice(metadata: &Metadata, wish: &Wish) -> BufferChoice {
    let choice = decide(&metadata.charm, wish);
    let (storage, path) = match choice.location {
        ChosenLocation::CharmDirectory => (None, None),
        ChosenLocation::Storage { name, directory } => (Some(name), Some(directory)),
        ChosenLocation::StorageByName { name } => (Some(name), None),
        ChosenLocation::File { path } => (None, Some(path)),
    };
    BufferChoice {
        storage,
        path,
        reason: choice.reason,
    }
}

/// Every dispatch path of a charm, in the order of the generated enum.
pub(crate) fn events(metadata: &Metadata) -> Vec<EventPath> {
    let charm = &metadata.charm;
    let served: Vec<&str> = Served::of(charm).names().collect();
    let mut list = List::default();
    list.of_every_charm("Lifecycle", EventKind::Lifecycle, &vocabulary::LIFECYCLE);
    for (_, endpoint) in charm.endpoints() {
        let name = endpoint.name.as_str();
        let variant = (!served.contains(&name)).then_some("Relation");
        list.declared(name, variant, EventKind::Relation, &vocabulary::RELATION);
    }
    for storage in &charm.storage {
        list.declared(
            &storage.name,
            Some("Storage"),
            EventKind::Storage,
            &vocabulary::STORAGE_HOOKS,
        );
    }
    for container in &charm.containers {
        let name = &container.name;
        list.declared(
            name,
            Some("Pebble"),
            EventKind::Container,
            &vocabulary::WORKLOAD,
        );
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
    list.of_every_charm("Secret", EventKind::Secret, &vocabulary::SECRET);
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
