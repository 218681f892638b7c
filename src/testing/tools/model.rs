//! What Juju knows beyond the unit: networks, resources, the cloud, the goal, leader settings.

use serde_json::{Map, Value, json};

use crate::testing::agent::Agent;
use crate::testing::record::Json;
use crate::testing::state::addresses;
use crate::testing::tools::answer::{ToolAnswer, ToolRefusal};
use crate::testing::tools::arguments::Arguments;

pub(super) fn leader_get(agent: &mut Agent, arguments: &Arguments) -> ToolAnswer {
    let settings = &agent.state.queued.leader_settings;
    Ok(Some(
        match arguments.at_most(1)?.first().map(String::as_str) {
            None | Some("-") => settings.to_json(),
            Some(key) => settings.get(key).cloned().to_json(),
        },
    ))
}

pub(super) fn leader_set(agent: &mut Agent, arguments: &Arguments) -> ToolAnswer {
    let settings = arguments.settings(agent)?;
    if !agent.state.leader {
        return Err(ToolRefusal::denied(
            "cannot write leadership settings: not the leader",
        ));
    }
    let kept = &mut agent.state.queued.leader_settings;
    kept.extend(settings);
    kept.retain(|_, value| !value.is_empty());
    Ok(None)
}

/// A binding nobody has described has the unit's own address, as on a machine with one network.
pub(super) fn network_get(agent: &mut Agent, arguments: &Arguments) -> ToolAnswer {
    let words = arguments.at_most(1)?;
    let binding = words
        .first()
        .ok_or_else(|| ToolRefusal::usage("no arguments specified"))?;
    let state = &agent.state;
    if let Some(network) = state.model.networks.get(binding) {
        return Ok(Some(network.clone()));
    }
    let own = addresses(&state.unit);
    let own = |key: &str| own.get(key).cloned().unwrap_or_default();
    let address = json!({ "hostname": "", "value": own("private-address"), "cidr": "10.1.0.0/24" });
    Ok(Some(json!({
        "bind-addresses": [{ "mac-address": "", "interface-name": "eth0", "addresses": [address] }],
        "egress-subnets": [own("egress-subnets")],
        "ingress-addresses": [own("ingress-address")],
    })))
}

pub(super) fn unit_get(agent: &mut Agent, arguments: &Arguments) -> ToolAnswer {
    match arguments.words.as_slice() {
        [which] if ["private-address", "public-address"].contains(&which.as_str()) => {
            let own = addresses(&agent.state.unit);
            Ok(Some(own.get("private-address").cloned().to_json()))
        }
        [which, ..] => Err(ToolRefusal::usage(format!("unknown setting {which:?}"))),
        [] => Err(ToolRefusal::usage("no setting specified")),
    }
}

pub(super) fn resource_get(agent: &mut Agent, arguments: &Arguments) -> ToolAnswer {
    let words = arguments.at_most(1)?;
    let name = words
        .first()
        .ok_or_else(|| ToolRefusal::usage("missing required resource name"))?;
    let path = agent.state.model.resources.get(name);
    let path = path.ok_or_else(|| {
        ToolRefusal::denied(format!(
            "could not download resource: resource {name:?} not found"
        ))
    })?;
    Ok(Some(Value::String(path.clone())))
}

/// Everything there is, is what was asked for: the simulation has no machines on their way.
pub(super) fn goal_state(agent: &mut Agent, arguments: &Arguments) -> ToolAnswer {
    arguments.at_most(0)?;
    let goal = |status: &str| json!({ "status": status, "since": "2026-01-01 00:00:00Z" });
    let state = &agent.state;
    let mut relations = Map::new();
    for relation in state
        .queued
        .relations
        .values()
        .filter(|known| !known.broken)
    {
        let sides = relations
            .entry(relation.endpoint.clone())
            .or_insert_with(|| json!({}));
        if let Some(sides) = sides.as_object_mut() {
            sides.insert(relation.remote_application.clone(), goal("joined"));
            for unit in &relation.units {
                sides.insert(unit.clone(), goal("active"));
            }
        }
    }
    let units = json!({ state.unit.as_str(): goal("active") });
    Ok(Some(json!({ "units": units, "relations": relations })))
}

pub(super) fn credential_get(agent: &mut Agent, arguments: &Arguments) -> ToolAnswer {
    arguments.at_most(0)?;
    match &agent.state.model.cloud {
        Value::Null => Err(ToolRefusal::denied(
            "cannot access cloud credentials: permission denied",
        )),
        cloud => Ok(Some(cloud.clone())),
    }
}

/// The unit agent would end the dispatch on `--now`; here it goes on, and the test sees what was asked.
pub(super) fn reboot(agent: &mut Agent, arguments: &Arguments) -> ToolAnswer {
    arguments.at_most(0)?;
    let now = arguments.is_set("now")?;
    let when = if now { "now" } else { "after the hook" };
    when.clone_into(&mut agent.state.reboot);
    Ok(None)
}
