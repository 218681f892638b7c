//! How a dispatch path names an event.
//!
//! Juju's own words (the lifecycle hooks, the suffixes) are known here once, so that the generated
//! table has one arm for each declared thing and not one for each of its hooks.

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
        if let Some((_, lifecycle)) = LIFECYCLE.iter().find(|(known, _)| *known == name) {
            return Self::Lifecycle(*lifecycle);
        }
        Self::of_declared(name).unwrap_or(Self::Other)
    }

    fn of_declared(name: &'a str) -> Option<Self> {
        const RELATION: [(&str, RelationChange); 5] = [
            ("-relation-created", RelationChange::Created),
            ("-relation-joined", RelationChange::Joined),
            ("-relation-changed", RelationChange::Changed),
            ("-relation-departed", RelationChange::Departed),
            ("-relation-broken", RelationChange::Broken),
        ];
        const STORAGE: [(&str, StorageChange); 2] = [
            ("-storage-attached", StorageChange::Attached),
            ("-storage-detaching", StorageChange::Detaching),
        ];
        const WORKLOAD: [(&str, WorkloadChange); 4] = [
            ("-pebble-ready", WorkloadChange::PebbleReady),
            ("-pebble-custom-notice", WorkloadChange::CustomNotice),
            ("-pebble-check-failed", WorkloadChange::CheckFailed),
            ("-pebble-check-recovered", WorkloadChange::CheckRecovered),
        ];
        let secret = match name {
            "secret-changed" => Some(SecretChange::Changed),
            "secret-rotate" => Some(SecretChange::Rotate),
            "secret-remove" => Some(SecretChange::Remove),
            "secret-expired" => Some(SecretChange::Expired),
            _ => None,
        };
        secret
            .map(Self::Secret)
            .or_else(|| {
                split(name, &RELATION).map(|(endpoint, change)| Self::Relation(endpoint, change))
            })
            .or_else(|| {
                split(name, &STORAGE).map(|(storage, change)| Self::Storage(storage, change))
            })
            .or_else(|| {
                split(name, &WORKLOAD).map(|(container, change)| Self::Workload(container, change))
            })
    }
}

fn split<'a, C: Copy>(name: &'a str, suffixes: &[(&str, C)]) -> Option<(&'a str, C)> {
    suffixes
        .iter()
        .find_map(|(suffix, change)| {
            name.strip_suffix(suffix)
                .map(|declared| (declared, *change))
        })
        .filter(|(declared, _)| !declared.is_empty())
}

const LIFECYCLE: [(&str, Lifecycle); 13] = [
    ("install", Lifecycle::Install),
    ("start", Lifecycle::Start),
    ("config-changed", Lifecycle::ConfigChanged),
    ("upgrade-charm", Lifecycle::UpgradeCharm),
    ("update-status", Lifecycle::UpdateStatus),
    ("leader-elected", Lifecycle::LeaderElected),
    ("leader-settings-changed", Lifecycle::LeaderSettingsChanged),
    ("stop", Lifecycle::Stop),
    ("remove", Lifecycle::Remove),
    ("collect-metrics", Lifecycle::CollectMetrics),
    ("meter-status-changed", Lifecycle::MeterStatusChanged),
    ("pre-series-upgrade", Lifecycle::PreSeriesUpgrade),
    ("post-series-upgrade", Lifecycle::PostSeriesUpgrade),
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
