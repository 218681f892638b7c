//! How a dispatch path names an event. The path is parsed once a dispatch and handed on.
//!
//! Juju's words stand in `vocabulary`, so the generated table has one arm for each declared thing and not one for
//! each of its hooks.

use super::vocabulary;
use crate::juju::event::{Lifecycle, RelationChange, SecretChange, StorageChange, WorkloadChange};

/// A dispatch path taken apart: the kind of event, and the declared name it belongs to.
///
/// No kind's suffix ends in another's and none is a unit hook, so the reading is unambiguous.
///
/// ```
/// use charm_tracing::{RelationChange, juju::Hook};
///
/// let hook = Hook::parse("hooks/database-relation-changed");
/// assert_eq!(hook, Hook::Relation("database", RelationChange::Changed));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Hook<'a> {
    /// A hook without a declared name.
    Lifecycle(Lifecycle),
    /// A hook of the endpoint with this name.
    Relation(&'a str, RelationChange),
    /// A hook of the storage with this name.
    Storage(&'a str, StorageChange),
    /// A hook of the container with this name.
    Workload(&'a str, WorkloadChange),
    /// A hook of a secret.
    Secret(SecretChange),
    /// The action with this name.
    Action(&'a str),
    /// Nothing this version knows.
    Other,
}

impl<'a> Hook<'a> {
    /// Reads a `JUJU_DISPATCH_PATH`.
    pub fn parse(path: &'a str) -> Self {
        if let Some(action) = path.strip_prefix("actions/") {
            return Self::Action(action);
        }
        let Some(name) = path.strip_prefix("hooks/") else {
            return Self::Other;
        };
        let lifecycle = vocabulary::LIFECYCLE.iter().zip(LIFECYCLE);
        if let Some((_, lifecycle)) = lifecycle.into_iter().find(|((hook, _), _)| *hook == name) {
            return Self::Lifecycle(lifecycle);
        }
        let secrets = vocabulary::SECRET.iter().zip(SECRET);
        if let Some((_, secret)) = secrets.into_iter().find(|((hook, _), _)| *hook == name) {
            return Self::Secret(secret);
        }
        Self::of_declared(name).unwrap_or(Self::Other)
    }

    /// Whether it is an action.
    pub fn is_action(self) -> bool {
        matches!(self, Self::Action(_))
    }

    /// Whether Juju allows almost no hook tool in this dispatch: `collect-metrics` and
    /// `meter-status-changed` run in a restricted context.
    pub fn is_restricted(self) -> bool {
        let restricted = [Lifecycle::CollectMetrics, Lifecycle::MeterStatusChanged];
        matches!(self, Self::Lifecycle(lifecycle) if restricted.contains(&lifecycle))
    }

    fn of_declared(name: &'a str) -> Option<Self> {
        let relation = || split(name, &vocabulary::RELATION, &RELATION);
        let storage = || split(name, &vocabulary::STORAGE_HOOKS, &STORAGE);
        let workload = || split(name, &vocabulary::WORKLOAD, &WORKLOAD);
        let relation = relation().map(|(endpoint, change)| Self::Relation(endpoint, change));
        relation
            .or_else(|| storage().map(|(storage, change)| Self::Storage(storage, change)))
            .or_else(|| workload().map(|(container, change)| Self::Workload(container, change)))
    }
}

/// The declared name in front of one of these endings, and what the ending means.
fn split<'a, C: Copy>(name: &'a str, endings: &[&str], meanings: &[C]) -> Option<(&'a str, C)> {
    let mut pairs = endings.iter().zip(meanings);
    let found = pairs.find_map(|(ending, meaning)| {
        let declared = name.strip_suffix(ending)?.strip_suffix('-')?;
        Some((declared, *meaning))
    });
    found.filter(|(declared, _)| !declared.is_empty())
}

/// The meanings of the vocabulary's words, in its order.
const LIFECYCLE: [Lifecycle; 13] = [
    Lifecycle::Install,
    Lifecycle::Start,
    Lifecycle::ConfigChanged,
    Lifecycle::UpgradeCharm,
    Lifecycle::UpdateStatus,
    Lifecycle::LeaderElected,
    Lifecycle::LeaderSettingsChanged,
    Lifecycle::Stop,
    Lifecycle::Remove,
    Lifecycle::CollectMetrics,
    Lifecycle::MeterStatusChanged,
    Lifecycle::PreSeriesUpgrade,
    Lifecycle::PostSeriesUpgrade,
];

const SECRET: [SecretChange; 4] = [
    SecretChange::Changed,
    SecretChange::Rotate,
    SecretChange::Remove,
    SecretChange::Expired,
];

const RELATION: [RelationChange; 5] = [
    RelationChange::Created,
    RelationChange::Joined,
    RelationChange::Changed,
    RelationChange::Departed,
    RelationChange::Broken,
];

const STORAGE: [StorageChange; 2] = [StorageChange::Attached, StorageChange::Detaching];

const WORKLOAD: [WorkloadChange; 4] = [
    WorkloadChange::PebbleReady,
    WorkloadChange::CustomNotice,
    WorkloadChange::CheckFailed,
    WorkloadChange::CheckRecovered,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dispatch_paths() {
        for (path, hook) in [
            (
                "hooks/config-changed",
                Hook::Lifecycle(Lifecycle::ConfigChanged),
            ),
            (
                "hooks/db-relation-broken",
                Hook::Relation("db", RelationChange::Broken),
            ),
            (
                "hooks/my-relation-relation-joined",
                Hook::Relation("my-relation", RelationChange::Joined),
            ),
            (
                "hooks/data-storage-detaching",
                Hook::Storage("data", StorageChange::Detaching),
            ),
            (
                "hooks/web-pebble-check-failed",
                Hook::Workload("web", WorkloadChange::CheckFailed),
            ),
            ("hooks/secret-rotate", Hook::Secret(SecretChange::Rotate)),
            ("actions/start", Hook::Action("start")),
            ("hooks/-relation-changed", Hook::Other),
            ("hooks/brand-new", Hook::Other),
            ("hooks/", Hook::Other),
            ("install", Hook::Other),
            ("", Hook::Other),
        ] {
            assert_eq!(Hook::parse(path), hook, "{path}");
        }
    }
}
