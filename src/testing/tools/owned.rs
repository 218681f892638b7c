//! The tools of a secret's owner. Content comes as `key=value` or `key#file=path`; a charm that puts
//! a secret on the command line is seen in the record of calls.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::testing::agent::Agent;
use crate::testing::environment::random_hex;
use crate::testing::state::Secret;
use crate::testing::tools::answer::{ToolAnswer, ToolRefusal};
use crate::testing::tools::arguments::Arguments;

pub(super) fn add(agent: &mut Agent, arguments: &Arguments) -> ToolAnswer {
    let content = content(&arguments.words)?;
    if content.is_empty() {
        return Err(ToolRefusal::usage("missing secret value or filename"));
    }
    let mut secret = Secret {
        owner: "application".to_owned(),
        rotation: "never".to_owned(),
        revisions: vec![content],
        ..Secret::default()
    };
    describe(&mut secret, arguments)?;
    if secret.owner == "application" && !agent.state.leader {
        return Err(ToolRefusal::denied("this unit is not the leader"));
    }
    let mut id = random_hex();
    // Juju's ids have twenty characters.
    id.truncate(20);
    agent.state.queued.secrets.insert(id.clone(), secret);
    Ok(Some(Value::String(format!("secret:{id}"))))
}

pub(super) fn set(agent: &mut Agent, arguments: &Arguments) -> ToolAnswer {
    let Some((id, pairs)) = arguments.words.split_first() else {
        return Err(ToolRefusal::usage("missing secret URI"));
    };
    let content = content(pairs)?;
    let secret = owned(agent, id)?;
    describe(secret, arguments)?;
    if !content.is_empty() {
        secret.revisions.push(content);
    }
    Ok(None)
}

pub(super) fn info(agent: &mut Agent, arguments: &Arguments) -> ToolAnswer {
    let id = match (arguments.at_most(1)?.first(), arguments.value("label")) {
        (Some(id), _) => id.clone(),
        (None, Some(label)) => {
            let mut known = agent.state.queued.secrets.iter();
            let found = known.find(|(_, secret)| secret.label == label);
            let found = found.map(|(id, _)| id.clone());
            found.ok_or_else(|| ToolRefusal::denied(format!("secret {label:?} not found")))?
        }
        (None, None) => return Err(ToolRefusal::usage("require either a secret URI or label")),
    };
    let secret = owned(agent, &id)?;
    let mut info = json!({
        "revision": secret.revisions.len(),
        "label": secret.label,
        "owner": secret.owner,
        "rotation": secret.rotation,
    });
    if let Some(info) = info.as_object_mut() {
        for (key, value) in [
            ("description", &secret.description),
            ("expiry", &secret.expiry),
        ] {
            if !value.is_empty() {
                info.insert(key.to_owned(), Value::String(value.clone()));
            }
        }
    }
    Ok(Some(Value::Object(Map::from_iter([(
        bare(&id).to_owned(),
        info,
    )]))))
}

pub(super) fn ids(agent: &mut Agent, arguments: &Arguments) -> ToolAnswer {
    arguments.at_most(0)?;
    let secrets = agent.state.queued.secrets.iter();
    let own = secrets.filter(|(_, secret)| !secret.owner.is_empty());
    Ok(Some(own.map(|(id, _)| id.as_str()).collect()))
}

pub(super) fn grant(agent: &mut Agent, arguments: &Arguments) -> ToolAnswer {
    let (id, reader) = reader(agent, arguments)?;
    let secret = owned(agent, &id)?;
    if !secret.grants.contains(&reader) {
        secret.grants.push(reader);
    }
    Ok(None)
}

pub(super) fn revoke(agent: &mut Agent, arguments: &Arguments) -> ToolAnswer {
    let (id, reader) = reader(agent, arguments)?;
    owned(agent, &id)?.grants.retain(|known| *known != reader);
    Ok(None)
}

pub(super) fn remove(agent: &mut Agent, arguments: &Arguments) -> ToolAnswer {
    let id = one(arguments)?;
    let secret = owned(agent, &id)?;
    let Some(revision) = arguments.value("revision") else {
        agent.state.queued.secrets.remove(bare(&id));
        return Ok(None);
    };
    // Revisions keep their numbers; one that is removed is empty from then on.
    let number = revision.parse::<usize>().ok();
    let found = number.and_then(|number| secret.revisions.get_mut(number.checked_sub(1)?));
    found
        .ok_or_else(|| ToolRefusal::denied(format!("secret revision {revision} not found")))?
        .clear();
    Ok(None)
}

/// Settings as flags; those that are not given stay as they are.
fn describe(secret: &mut Secret, arguments: &Arguments) -> Result<(), ToolRefusal> {
    let rotation = arguments.value("rotate").unwrap_or("never");
    let rotations = "never hourly daily weekly monthly quarterly yearly";
    if !rotations.split(' ').any(|known| known == rotation) {
        return Err(ToolRefusal::usage(format!(
            "rotate policy {rotation:?} not valid"
        )));
    }
    for (flag, field) in [
        ("label", &mut secret.label),
        ("description", &mut secret.description),
        ("rotate", &mut secret.rotation),
        ("expire", &mut secret.expiry),
        ("owner", &mut secret.owner),
    ] {
        if let Some(value) = arguments.value(flag) {
            value.clone_into(field);
        }
    }
    Ok(())
}

fn content(words: &[String]) -> Result<BTreeMap<String, String>, ToolRefusal> {
    let mut content = BTreeMap::new();
    for word in words {
        let (key, value) = word
            .split_once('=')
            .ok_or_else(|| ToolRefusal::usage(format!("{word:?} is not a key=value pair")))?;
        let (key, value) = match key.strip_suffix("#file") {
            None => (key, value.to_owned()),
            Some(key) => {
                let text = std::fs::read_to_string(value);
                let text = text.map_err(|error| {
                    ToolRefusal::denied(format!("reading content: {value}: {error}"))
                });
                (key, text?)
            }
        };
        let letters = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        // Juju's rule: three characters at least, the first a letter.
        if key.len() < 3
            || !key.starts_with(|first: char| first.is_ascii_lowercase())
            || !key.bytes().all(letters)
        {
            return Err(ToolRefusal::usage(format!("key {key:?} not valid")));
        }
        content.insert(key.to_owned(), value);
    }
    Ok(content)
}

fn reader(agent: &Agent, arguments: &Arguments) -> Result<(String, String), ToolRefusal> {
    let id = one(arguments)?;
    let relation = arguments.value("relation").or_else(|| arguments.value("r"));
    let relation = relation.ok_or_else(|| ToolRefusal::usage("missing relation id"))?;
    let number = relation.rsplit(':').next();
    let mut known = agent.state.queued.relations.keys();
    if !known.any(|id| id.rsplit(':').next() == number) {
        return Err(ToolRefusal::usage(format!(
            "invalid value {relation:?} for option --relation: relation not found"
        )));
    }
    Ok(match arguments.value("unit") {
        Some(unit) => (id, format!("{relation} {unit}")),
        None => (id, relation.to_owned()),
    })
}

fn one(arguments: &Arguments) -> Result<String, ToolRefusal> {
    let id = arguments.at_most(1)?.first();
    id.cloned()
        .ok_or_else(|| ToolRefusal::usage("missing secret URI"))
}

fn owned<'a>(agent: &'a mut Agent, id: &str) -> Result<&'a mut Secret, ToolRefusal> {
    let secret = agent.state.queued.secrets.get_mut(bare(id));
    let secret = secret.ok_or_else(|| ToolRefusal::denied(format!("secret {id:?} not found")))?;
    if secret.owner.is_empty() {
        return Err(ToolRefusal::denied("permission denied"));
    }
    Ok(secret)
}

fn bare(id: &str) -> &str {
    id.strip_prefix("secret:").unwrap_or(id)
}
