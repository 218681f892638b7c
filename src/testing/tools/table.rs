//! Which tools there are, and which flags each takes: Juju's list, minus what no charm of this kind
//! calls.

use crate::testing::agent::Agent;
use crate::testing::tools::answer::ToolAnswer;
use crate::testing::tools::arguments::Arguments;
use crate::testing::tools::{action, model, owned, relation, secret, storage, unit};

pub(super) struct Tool {
    pub(super) name: &'static str,
    /// The flags it takes; one that takes a value ends in `=`.
    pub(super) flags: &'static [&'static str],
    pub(super) act: fn(&mut Agent, &Arguments) -> ToolAnswer,
}

/// What the owner of a secret may say about it.
const OWNED_SECRET: &[&str] = &["label=", "description=", "expire=", "rotate=", "owner="];

pub(super) const TOOLS: &[Tool] = &[
    Tool {
        name: "relation-ids",
        flags: &["format="],
        act: relation::ids,
    },
    Tool {
        name: "relation-list",
        flags: &["format=", "r=", "relation=", "app"],
        act: relation::list,
    },
    Tool {
        name: "relation-get",
        flags: &["format=", "r=", "relation=", "app"],
        act: relation::get,
    },
    Tool {
        name: "relation-set",
        flags: &["format=", "r=", "relation=", "app", "file="],
        act: relation::set,
    },
    Tool {
        name: "is-leader",
        flags: &["format="],
        act: unit::is_leader,
    },
    Tool {
        name: "config-get",
        flags: &["format=", "a", "all"],
        act: unit::config_get,
    },
    Tool {
        name: "status-set",
        flags: &["application"],
        act: unit::status_set,
    },
    Tool {
        name: "status-get",
        flags: &["format=", "application", "include-data"],
        act: unit::status_get,
    },
    Tool {
        name: "juju-log",
        flags: &["format=", "debug", "l=", "log-level="],
        act: unit::log,
    },
    Tool {
        name: "application-version-set",
        flags: &[],
        act: unit::application_version_set,
    },
    Tool {
        name: "open-port",
        flags: &["format=", "endpoints="],
        act: unit::open_port,
    },
    Tool {
        name: "close-port",
        flags: &["format=", "endpoints="],
        act: unit::close_port,
    },
    Tool {
        name: "opened-ports",
        flags: &["format=", "endpoints"],
        act: unit::opened_ports,
    },
    Tool {
        name: "state-get",
        flags: &["format="],
        act: unit::state_get,
    },
    Tool {
        name: "state-set",
        flags: &["file="],
        act: unit::state_set,
    },
    Tool {
        name: "state-delete",
        flags: &[],
        act: unit::state_delete,
    },
    Tool {
        name: "action-get",
        flags: &["format="],
        act: action::get,
    },
    Tool {
        name: "action-set",
        flags: &[],
        act: action::set,
    },
    Tool {
        name: "action-fail",
        flags: &[],
        act: action::fail,
    },
    Tool {
        name: "action-log",
        flags: &[],
        act: action::log,
    },
    Tool {
        name: "storage-list",
        flags: &["format="],
        act: storage::list,
    },
    Tool {
        name: "storage-get",
        flags: &["format=", "s="],
        act: storage::get,
    },
    Tool {
        name: "secret-get",
        flags: &["format=", "label=", "peek", "refresh"],
        act: secret::get,
    },
    Tool {
        name: "relation-model-get",
        flags: &["format=", "r=", "relation="],
        act: relation::model,
    },
    Tool {
        name: "leader-get",
        flags: &["format="],
        act: model::leader_get,
    },
    Tool {
        name: "leader-set",
        flags: &[],
        act: model::leader_set,
    },
    Tool {
        name: "network-get",
        flags: &["format=", "r=", "relation="],
        act: model::network_get,
    },
    Tool {
        name: "unit-get",
        flags: &["format="],
        act: model::unit_get,
    },
    Tool {
        name: "resource-get",
        flags: &[],
        act: model::resource_get,
    },
    Tool {
        name: "goal-state",
        flags: &["format="],
        act: model::goal_state,
    },
    Tool {
        name: "credential-get",
        flags: &["format="],
        act: model::credential_get,
    },
    Tool {
        name: "juju-reboot",
        flags: &["now"],
        act: model::reboot,
    },
    Tool {
        name: "storage-add",
        flags: &[],
        act: storage::add,
    },
    Tool {
        name: "secret-add",
        flags: OWNED_SECRET,
        act: owned::add,
    },
    Tool {
        name: "secret-set",
        flags: OWNED_SECRET,
        act: owned::set,
    },
    Tool {
        name: "secret-info-get",
        flags: &["format=", "label="],
        act: owned::info,
    },
    Tool {
        name: "secret-ids",
        flags: &["format="],
        act: owned::ids,
    },
    Tool {
        name: "secret-grant",
        flags: &["relation=", "r=", "unit="],
        act: owned::grant,
    },
    Tool {
        name: "secret-revoke",
        flags: &["relation=", "r=", "unit=", "app="],
        act: owned::revoke,
    },
    Tool {
        name: "secret-remove",
        flags: &["revision="],
        act: owned::remove,
    },
];
