//! Juju's own words: the hooks of every charm, the endings of a declared thing's hooks, and the keys of metadata.
//! The runtime and the code generation both compile this file, so it imports nothing. Source: Juju's hooks in
//! `github.com/juju/charm`, and the schema of `metadata.yaml`.

#![allow(dead_code, reason = "each of the two halves uses a part")]

/// A hook that every charm gets, and the version of Juju that no longer sends it.
pub(crate) type ListedHook = (&'static str, Option<&'static str>);

/// The hooks of the unit itself. Only agents before 4.0 send the last four.
pub(crate) const LIFECYCLE: [ListedHook; 13] = [
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

/// The hooks of secrets.
pub(crate) const SECRET: [ListedHook; 4] = [
    ("secret-changed", None),
    ("secret-rotate", None),
    ("secret-remove", None),
    ("secret-expired", None),
];

/// The endings of an endpoint's hooks, behind its name and a dash.
pub(crate) const RELATION: [&str; 5] = [
    "relation-created",
    "relation-joined",
    "relation-changed",
    "relation-departed",
    "relation-broken",
];

/// The endings of a storage's hooks.
pub(crate) const STORAGE_HOOKS: [&str; 2] = ["storage-attached", "storage-detaching"];

/// The endings of a container's hooks.
pub(crate) const WORKLOAD: [&str; 4] = [
    "pebble-ready",
    "pebble-custom-notice",
    "pebble-check-failed",
    "pebble-check-recovered",
];

/// The key of endpoints that provide an interface.
pub(crate) const PROVIDES: &str = "provides";
/// The key of endpoints that require an interface.
pub(crate) const REQUIRES: &str = "requires";
/// The key of endpoints between the units of one application.
pub(crate) const PEERS: &str = "peers";
/// The key of storages.
pub(crate) const STORAGE: &str = "storage";
/// The key of workload containers.
pub(crate) const CONTAINERS: &str = "containers";
/// The key of resources.
pub(crate) const RESOURCES: &str = "resources";
/// The key of devices.
pub(crate) const DEVICES: &str = "devices";
