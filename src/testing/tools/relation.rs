//! `relation-ids`, `relation-list`, `relation-get` and `relation-set`: who may read and write which
//! databag is the part of Juju that charms most often get wrong.

use serde_json::{Value, json};

use crate::testing::agent::Agent;
use crate::testing::environment::MODEL_UUID;
use crate::testing::record::Json;
use crate::testing::state::{Relation, State, TestDatabag, application_of};
use crate::testing::tools::answer::{ToolAnswer, ToolRefusal};
use crate::testing::tools::arguments::Arguments;

pub(super) fn ids(agent: &mut Agent, arguments: &Arguments) -> ToolAnswer {
    let state = &agent.state;
    let relations = &state.queued.relations;
    let current = state
        .event
        .relation
        .as_ref()
        .and_then(|id| relations.get(id))
        .map(|relation| &relation.endpoint);
    let endpoint = arguments.at_most(1)?.first().or(current);
    let endpoint = endpoint.ok_or_else(|| ToolRefusal::usage("no endpoint name specified"))?;
    let alive = relations
        .iter()
        .filter(|(_, relation)| !relation.broken && relation.endpoint == *endpoint);
    let mut ids: Vec<&str> = alive.map(|(id, _)| id.as_str()).collect();
    ids.sort_unstable();
    Ok(Some(ids.into()))
}

pub(super) fn list(agent: &mut Agent, arguments: &Arguments) -> ToolAnswer {
    arguments.at_most(0)?;
    let id = chosen(&agent.state, arguments)?;
    let relation = found(&mut agent.state, &id)?;
    Ok(Some(if arguments.is_set("app")? {
        Value::String(relation.remote_application.clone())
    } else {
        relation.units.to_json()
    }))
}

pub(super) fn get(agent: &mut Agent, arguments: &Arguments) -> ToolAnswer {
    let words = arguments.at_most(2)?;
    let id = chosen(&agent.state, arguments)?;
    let owner = owner(
        &agent.state,
        words.get(1).map(String::as_str),
        arguments.is_set("app")?,
    )?;
    let (leader, application) = (agent.state.leader, agent.state.application().to_owned());
    let relation = found(&mut agent.state, &id)?;
    if owner == application && !leader && !relation.is_peer(&application) {
        return Err(ToolRefusal::denied("permission denied"));
    }
    let empty = TestDatabag::new();
    let databag = match relation.databags.get(&owner) {
        Some(databag) => databag,
        None if owner == application || owner == relation.remote_application => &empty,
        None => return Err(ToolRefusal::denied("permission denied")),
    };
    Ok(Some(match words.first().map(String::as_str) {
        None | Some("-") => databag.to_json(),
        Some(key) => databag.get(key).cloned().to_json(),
    }))
}

pub(super) fn set(agent: &mut Agent, arguments: &Arguments) -> ToolAnswer {
    let id = chosen(&agent.state, arguments)?;
    let settings = arguments.settings(agent)?;
    let state = &mut agent.state;
    let owner = if arguments.is_set("app")? {
        if !state.leader {
            return Err(ToolRefusal::denied("cannot write relation settings"));
        }
        state.application().to_owned()
    } else {
        state.unit.clone()
    };
    let databag = found(state, &id)?.databags.entry(owner).or_default();
    for (key, value) in settings {
        if value.is_empty() {
            databag.remove(&key);
        } else {
            databag.insert(key, value);
        }
    }
    Ok(None)
}

/// The simulated model is on both sides of every relation.
pub(super) fn model(agent: &mut Agent, arguments: &Arguments) -> ToolAnswer {
    arguments.at_most(0)?;
    let id = chosen(&agent.state, arguments)?;
    found(&mut agent.state, &id)?;
    Ok(Some(json!({ "uuid": MODEL_UUID })))
}

/// The relation that `-r` names, by `endpoint:number` or by the number alone, or else the one of
/// the hook.
fn chosen(state: &State, arguments: &Arguments) -> Result<String, ToolRefusal> {
    let Some(given) = arguments.value("r").or_else(|| arguments.value("relation")) else {
        return state
            .event
            .relation
            .clone()
            .ok_or_else(|| ToolRefusal::usage("no relation id specified"));
    };
    let number = given.rsplit(':').next().unwrap_or_default();
    let invalid = |reason: &str| {
        ToolRefusal::usage(format!("invalid value {given:?} for option -r: {reason}"))
    };
    number
        .parse::<u32>()
        .map_err(|_| invalid("invalid relation id"))?;
    let mut ids = state.queued.relations.keys();
    let known = ids.find(|id| id.rsplit(':').next() == Some(number));
    known.cloned().ok_or_else(|| invalid("relation not found"))
}

fn found<'a>(state: &'a mut State, id: &str) -> Result<&'a mut Relation, ToolRefusal> {
    state
        .queued
        .relations
        .get_mut(id)
        .ok_or_else(|| ToolRefusal::denied("relation not found"))
}

/// The unit or application whose databag `relation-get` reads: the one it is given, or else the
/// remote one of the hook.
fn owner(state: &State, given: Option<&str>, of_application: bool) -> Result<String, ToolRefusal> {
    let event = &state.event;
    match given {
        Some(name) if of_application => Ok(application_of(name).to_owned()),
        Some(name) if name.contains('/') => Ok(name.to_owned()),
        Some(name) => Err(ToolRefusal::usage(format!(
            "expected unit name, got application name {name:?}"
        ))),
        None => {
            let unit = event.remote_unit.as_ref().filter(|_| !of_application);
            let owner = unit.or(event.remote_application.as_ref());
            owner
                .cloned()
                .ok_or_else(|| ToolRefusal::usage("no unit or application specified"))
        }
    }
}
