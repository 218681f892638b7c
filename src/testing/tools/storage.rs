//! `storage-list`, `storage-get` and `storage-add`: only storage that is attached exists for them.

use serde_json::{Value, json};

use crate::testing::agent::Agent;
use crate::testing::tools::answer::{ToolAnswer, ToolRefusal};
use crate::testing::tools::arguments::Arguments;

pub(super) fn list(agent: &mut Agent, arguments: &Arguments) -> ToolAnswer {
    let name = arguments.at_most(1)?.first();
    let ids = agent.state.storages.keys();
    let ids: Vec<&str> = ids
        .map(String::as_str)
        .filter(|id| name.is_none_or(|name| name_of(id) == name))
        .collect();
    Ok(Some(ids.into()))
}

pub(super) fn get(agent: &mut Agent, arguments: &Arguments) -> ToolAnswer {
    let state = &agent.state;
    let given = arguments.value("s");
    let id = given.or(state.event.storage.as_deref());
    let id = id.ok_or_else(|| ToolRefusal::usage("no storage instance specified"))?;
    let storage = state.storages.get(id);
    let storage = storage.ok_or_else(|| {
        ToolRefusal::usage(format!(
            "invalid value {id:?} for option -s: storage {id:?} not found"
        ))
    })?;
    Ok(Some(
        match arguments.at_most(1)?.first().map(String::as_str) {
            None => json!({"kind": storage.kind, "location": storage.location}),
            Some("kind") => Value::String(storage.kind.clone()),
            Some("location") => Value::String(storage.location.clone()),
            Some(other) => {
                return Err(ToolRefusal::denied(format!(
                    "invalid storage attribute {other:?}"
                )));
            }
        },
    ))
}

pub(super) fn add(agent: &mut Agent, arguments: &Arguments) -> ToolAnswer {
    if arguments.words.is_empty() {
        return Err(ToolRefusal::usage(
            "storage add requires a storage directive",
        ));
    }
    for word in &arguments.words {
        let (name, count) = word.split_once('=').unwrap_or((word, "1"));
        if name.is_empty() || count.parse::<u32>().is_err() {
            return Err(ToolRefusal::usage(format!(
                "cannot parse storage directives: {word:?}"
            )));
        }
        let queued = &mut agent.state.queued.more_storage;
        queued.push(format!("{name}={count}"));
    }
    Ok(None)
}

/// The part of a storage id before the slash.
fn name_of(id: &str) -> &str {
    id.split_once('/').map_or(id, |(name, _)| name)
}
