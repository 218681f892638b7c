//! The payloads of Juju's events: plain data, read from the environment and nowhere else.
//!
//! Only the charm's own names (endpoints, storages, containers, actions) come from its metadata;
//! what can happen to each of them is Juju's and stands here.

use std::fmt;
use std::path::PathBuf;

use crate::juju::environment::Environment;

/// A hook that every charm gets, independent of its metadata.
///
/// Source: Juju's `internal/charm/hooks`. The list is Juju's, so it can grow: a `match` in a charm
/// needs an arm for the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Lifecycle {
    /// `install`: once, before anything else.
    Install,
    /// `start`: after the first config-changed, and after a machine's reboot.
    Start,
    /// `config-changed`: an option was set, or the unit came up.
    ConfigChanged,
    /// `upgrade-charm`: a new revision was unpacked.
    UpgradeCharm,
    /// `update-status`: every five minutes by default.
    UpdateStatus,
    /// `leader-elected`: this unit leads from now on.
    LeaderElected,
    /// `leader-settings-changed`: deprecated by Juju; only agents before 4.0 send it.
    LeaderSettingsChanged,
    /// `stop`: the unit is going away, or its pod is being replaced.
    Stop,
    /// `remove`: the last hook of a unit.
    Remove,
    /// `collect-metrics`: a restricted context, where hook tools fail; only for a charm with a
    /// metrics.yaml; removed in Juju 4.
    CollectMetrics,
    /// `meter-status-changed`: a restricted context, where hook tools fail; removed in Juju 4.
    MeterStatusChanged,
    /// `pre-series-upgrade`: machines; removed in Juju 4.
    PreSeriesUpgrade,
    /// `post-series-upgrade`: machines; removed in Juju 4.
    PostSeriesUpgrade,
}

/// What happened to a relation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RelationChange {
    /// `<endpoint>-relation-created`: the application was related; no remote unit yet.
    Created,
    /// `<endpoint>-relation-joined`: a remote unit is there.
    Joined,
    /// `<endpoint>-relation-changed`: remote data changed.
    Changed,
    /// `<endpoint>-relation-departed`: a unit leaves; it may be this one.
    Departed,
    /// `<endpoint>-relation-broken`: the relation is gone. Peer relations never get it.
    Broken,
}

/// A hook of one relation.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RelationEvent {
    /// What happened.
    pub change: RelationChange,
    /// The relation, where Juju named one that can be read.
    pub id: Option<RelationId>,
    /// The remote application.
    pub remote_app: Option<String>,
    /// The remote unit; absent on created and broken, and where the application's data changed.
    pub remote_unit: Option<String>,
    /// The unit that leaves, on departed; it may be the local one.
    pub departing_unit: Option<String>,
}

/// A relation's identity, `database:7`: the endpoint and Juju's number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RelationId(String);

impl RelationId {
    /// Takes Juju's spelling, `<endpoint>:<number>`; `None` for anything else.
    ///
    /// ```
    /// use charm_tracing::RelationId;
    ///
    /// assert_eq!(RelationId::parse("database:7").unwrap().endpoint(), "database");
    /// assert!(RelationId::parse("database").is_none());
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        let (endpoint, number) = text.split_once(':')?;
        let numeric = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        (!endpoint.is_empty() && numeric).then(|| Self(text.to_owned()))
    }

    /// The endpoint's name, as the metadata declares it.
    pub fn endpoint(&self) -> &str {
        self.0.split(':').next().unwrap_or_default()
    }

    /// Juju's spelling, as hook tools take it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RelationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What happened to a storage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StorageChange {
    /// `<storage>-storage-attached`.
    Attached,
    /// `<storage>-storage-detaching`: after this hook the place must not be used.
    Detaching,
}

/// A hook of one storage. The last three are absent where Juju has not provisioned it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StorageEvent {
    /// What happened.
    pub change: StorageChange,
    /// The instance, `content/0`.
    pub id: Option<String>,
    /// `filesystem` or `block`.
    pub kind: Option<String>,
    /// The mount point or the device.
    pub location: Option<PathBuf>,
}

/// What happened in a workload container (Kubernetes).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WorkloadChange {
    /// `<container>-pebble-ready`: the container (re)started and Pebble answers.
    PebbleReady,
    /// `<container>-pebble-custom-notice`: the workload recorded a notice; Juju 3.4 and newer.
    CustomNotice,
    /// `<container>-pebble-check-failed`: Juju 3.6 and newer.
    CheckFailed,
    /// `<container>-pebble-check-recovered`: Juju 3.6 and newer.
    CheckRecovered,
}

/// A hook of one workload container.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct WorkloadEvent {
    /// What happened.
    pub change: WorkloadChange,
    /// The container, as the metadata declares it.
    pub workload: Option<String>,
    /// The notice's id, on a custom notice.
    pub notice_id: Option<String>,
    /// The notice's type, on a custom notice.
    pub notice_type: Option<String>,
    /// The notice's key, on a custom notice.
    pub notice_key: Option<String>,
    /// The check's name, where a check failed or recovered.
    pub check: Option<String>,
}

/// What happened to a secret (Juju 3.0 and newer).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SecretChange {
    /// `secret-changed`: a secret this charm reads has a new revision.
    Changed,
    /// `secret-rotate`: a secret this charm owns is due.
    Rotate,
    /// `secret-remove`: nobody reads this revision any more.
    Remove,
    /// `secret-expired`: the revision's time is over.
    Expired,
}

/// A hook of a secret: its identity, never its content.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SecretEvent {
    /// What happened.
    pub change: SecretChange,
    /// `secret:<id>`.
    pub id: Option<String>,
    /// The label this charm gave it.
    pub label: Option<String>,
    /// The revision, on remove and expired.
    pub revision: Option<u64>,
}

impl RelationEvent {
    pub(crate) fn read(change: RelationChange, environment: &Environment) -> Self {
        Self {
            change,
            id: environment
                .relation_id
                .as_deref()
                .and_then(RelationId::parse),
            remote_app: environment.remote_app.clone(),
            remote_unit: environment.remote_unit.clone(),
            departing_unit: environment.departing_unit.clone(),
        }
    }
}

impl StorageEvent {
    pub(crate) fn read(change: StorageChange, environment: &Environment) -> Self {
        Self {
            change,
            id: environment.storage_id.clone(),
            kind: environment.storage_kind.clone(),
            location: environment.storage_location.clone(),
        }
    }
}

impl WorkloadEvent {
    pub(crate) fn read(change: WorkloadChange, environment: &Environment) -> Self {
        Self {
            change,
            workload: environment.workload_name.clone(),
            notice_id: environment.notice_id.clone(),
            notice_type: environment.notice_type.clone(),
            notice_key: environment.notice_key.clone(),
            check: environment.check_name.clone(),
        }
    }
}

impl SecretEvent {
    pub(crate) fn read(change: SecretChange, environment: &Environment) -> Self {
        Self {
            change,
            id: environment.secret_id.clone(),
            label: environment.secret_label.clone(),
            revision: environment
                .secret_revision
                .as_deref()
                .and_then(|text| text.parse().ok()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relation_ids() {
        for (text, valid) in [
            ("db:0", true),
            ("db:12", true),
            ("db:", false),
            (":1", false),
            ("db:-1", false),
            ("", false),
        ] {
            assert_eq!(RelationId::parse(text).is_some(), valid, "{text}");
        }
    }
}
