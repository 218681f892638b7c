//! What the generated code says of the charm, and what it reads its event from.
//!
//! The trait stands apart from the payloads in `event`: it needs the hook tools, which need the
//! payloads.

use std::path::PathBuf;

use crate::juju::environment::Environment;
use crate::juju::event::{
    RelationChange, RelationEvent, SecretChange, SecretEvent, StorageChange, StorageEvent,
    WorkloadChange, WorkloadEvent,
};
use crate::juju::hook::Hook;
use crate::juju::{Action, Juju, Params};

/// A charm's events, implemented by the generated `Event`.
///
/// There is no reason to implement it by hand: [`include_charm!`](crate::include_charm) brings the
/// implementation that the build script wrote.
pub trait Charm: Sized {
    /// The charm's name in its metadata.
    const NAME: &'static str;
    /// The endpoint that the charm's own traces leave by, which this crate serves.
    const TRACING_ENDPOINT: Option<&'static str>;
    /// The endpoint that CA certificates arrive by, which this crate serves.
    const CERTIFICATES_ENDPOINT: Option<&'static str>;
    /// Where the buffer lives.
    const BUFFER_LOCATION: BufferLocation;

    /// The event of this dispatch; `None` where this crate serves it.
    fn read(dispatch: &Dispatch<'_>) -> Option<Self>;
}

/// What the generated code reads its event from.
#[derive(Clone, Copy, Debug)]
pub struct Dispatch<'a> {
    environment: &'a Environment,
    juju: &'a Juju,
    hook: Hook<'a>,
}

impl<'a> Dispatch<'a> {
    /// For tests of a charm: what `Event::read` would see in this environment.
    pub fn new(environment: &'a Environment, juju: &'a Juju) -> Self {
        let path = environment.dispatch_path.as_deref().unwrap_or_default();
        Self {
            environment,
            juju,
            hook: Hook::parse(path),
        }
    }

    /// The variables of this dispatch.
    pub(crate) fn environment(&self) -> &'a Environment {
        self.environment
    }

    /// The hook tools of this dispatch.
    pub(crate) fn juju(&self) -> &'a Juju {
        self.juju
    }

    /// The dispatch path as received; empty where Juju gave none.
    pub fn path(&self) -> &'a str {
        self.environment
            .dispatch_path
            .as_deref()
            .unwrap_or_default()
    }

    /// The event's name, dashes kept: what follows the first slash of the dispatch path, or all of a path
    /// without one.
    pub fn event_name(&self) -> Option<&'a str> {
        let path = self.environment.dispatch_path.as_deref()?;
        Some(path.split_once('/').map_or(path, |(_, name)| name))
    }

    /// The dispatch path taken apart, once.
    pub fn hook(&self) -> Hook<'a> {
        self.hook
    }

    /// The payload of a relation's hook.
    pub fn relation(&self, change: RelationChange) -> RelationEvent {
        RelationEvent::read(change, self.environment)
    }

    /// The payload of a storage's hook.
    pub fn storage(&self, change: StorageChange) -> StorageEvent {
        StorageEvent::read(change, self.environment)
    }

    /// The payload of a container's hook.
    pub fn workload(&self, change: WorkloadChange) -> WorkloadEvent {
        WorkloadEvent::read(change, self.environment)
    }

    /// The payload of a secret's hook.
    pub fn secret(&self, change: SecretChange) -> SecretEvent {
        SecretEvent::read(change, self.environment)
    }

    /// The payload of an action.
    pub fn action<P: Params>(&self) -> Action<P> {
        Action::read(self.juju, self.environment)
    }
}

/// Where the trace buffer lives, as the build script chose it from the metadata.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BufferLocation {
    /// No storage of the charm fits: the charm's own directory. On Kubernetes it goes with the pod.
    CharmDirectory,
    /// A storage that Juju mounts at a path known beforehand.
    Storage {
        /// The storage's name in the metadata.
        name: &'static str,
        /// Its mount point in the charm's container or machine.
        directory: &'static str,
    },
    /// A file that the author named in build.rs.
    File {
        /// Its absolute path, as the charm sees it.
        path: &'static str,
    },
    /// A storage whose mount point Juju chooses. Until it is asked for, the charm's directory is used.
    StorageByName {
        /// The storage's name in the metadata.
        name: &'static str,
    },
}

impl BufferLocation {
    /// The name of the chosen storage, if there is one.
    pub(crate) fn storage(self) -> Option<&'static str> {
        match self {
            Self::Storage { name, .. } | Self::StorageByName { name } => Some(name),
            Self::CharmDirectory | Self::File { .. } => None,
        }
    }

    /// The file, where the author named one.
    pub(crate) fn file(self) -> Option<PathBuf> {
        match self {
            Self::File { path } => Some(path.into()),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn event_names() {
        for (path, name, is_action, is_restricted) in [
            (
                "hooks/db-relation-changed",
                "db-relation-changed",
                false,
                false,
            ),
            ("hooks/collect-metrics", "collect-metrics", false, true),
            ("actions/collect-metrics", "collect-metrics", true, false),
            ("actions/start", "start", true, false),
            ("install", "install", false, false),
        ] {
            let environment = Environment::from_pairs([("JUJU_DISPATCH_PATH", path)]);
            let juju = Juju::new();
            let dispatch = Dispatch::new(&environment, &juju);
            assert_eq!(dispatch.event_name(), Some(name), "{path}");
            assert_eq!(dispatch.hook().is_action(), is_action, "{path}");
            assert_eq!(dispatch.hook().is_restricted(), is_restricted, "{path}");
        }
    }
}
