//! The tools about the unit itself: leadership, configuration, status, log, ports, kept state.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::testing::agent::Agent;
use crate::testing::record::Json;
use crate::testing::run::LogLine;
use crate::testing::state::StatusLine;
use crate::testing::tools::answer::{ToolAnswer, ToolRefusal};
use crate::testing::tools::arguments::Arguments;

const NOT_THE_LEADER: &str = "this unit is not the leader";

pub(super) fn is_leader(agent: &mut Agent, arguments: &Arguments) -> ToolAnswer {
    arguments.at_most(0)?;
    Ok(Some(Value::Bool(agent.state.leader)))
}

pub(super) fn config_get(agent: &mut Agent, arguments: &Arguments) -> ToolAnswer {
    let config = &agent.state.config;
    if let Some(key) = arguments.at_most(1)?.first() {
        return Ok(Some(config.get(key).cloned().unwrap_or(Value::Null)));
    }
    let all = arguments.is_set("a")? || arguments.is_set("all")?;
    let options = config.iter().filter(|(_, value)| all || !value.is_null());
    let options: Map<String, Value> = options
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    Ok(Some(Value::Object(options)))
}

pub(super) fn status_set(agent: &mut Agent, arguments: &Arguments) -> ToolAnswer {
    let Some((status, message)) = arguments.words.split_first() else {
        return Err(ToolRefusal::usage(
            "invalid args, require <status> [message]",
        ));
    };
    if !["maintenance", "blocked", "waiting", "active"].contains(&status.as_str()) {
        return Err(ToolRefusal::usage(format!(
            "invalid status {status:?}, expected one of [maintenance blocked waiting active]"
        )));
    }
    let line = StatusLine {
        status: status.clone(),
        message: message.join(" "),
    };
    if !arguments.is_set("application")? {
        agent.state.status = line;
    } else if agent.state.leader {
        agent.state.application_status = line;
    } else {
        return Err(ToolRefusal::denied(NOT_THE_LEADER));
    }
    Ok(None)
}

pub(super) fn status_get(agent: &mut Agent, arguments: &Arguments) -> ToolAnswer {
    arguments.at_most(0)?;
    let state = &agent.state;
    let with_message = arguments.is_set("include-data")?;
    let details = |line: &StatusLine| {
        if with_message {
            json!({"status": line.status, "message": line.message, "status-data": {}})
        } else {
            json!({"status": line.status})
        }
    };
    let of_application = arguments.is_set("application")?;
    if of_application && !state.leader {
        return Err(ToolRefusal::denied(format!(
            "finding application status: {NOT_THE_LEADER}"
        )));
    }
    let line = if of_application {
        &state.application_status
    } else {
        &state.status
    };
    if !with_message
        && arguments
            .value("format")
            .is_none_or(|format| format == "smart")
    {
        return Ok(Some(Value::String(line.status.clone())));
    }
    if !of_application {
        return Ok(Some(details(line)));
    }
    let mut application = details(line);
    if let Some(object) = application.as_object_mut() {
        object.insert(
            "units".to_owned(),
            json!({ state.unit.as_str(): details(&state.status) }),
        );
    }
    Ok(Some(json!({ "application-status": application })))
}

pub(super) fn log(agent: &mut Agent, arguments: &Arguments) -> ToolAnswer {
    if arguments.words.is_empty() {
        return Err(ToolRefusal::usage("no message specified"));
    }
    let given = arguments
        .value("log-level")
        .or_else(|| arguments.value("l"));
    let level = if arguments.is_set("debug")? {
        "DEBUG"
    } else {
        given.unwrap_or("INFO")
    };
    let level = level.to_ascii_uppercase();
    // Juju takes a level that it does not know for INFO and goes on.
    let known = ["TRACE", "DEBUG", "INFO", "WARNING", "ERROR"].contains(&level.as_str());
    agent.log(&LogLine {
        level: if known { level } else { "INFO".to_owned() },
        relation: agent.state.event.relation.clone(),
        message: arguments.words.join(" "),
    })?;
    Ok(None)
}

pub(super) fn application_version_set(agent: &mut Agent, arguments: &Arguments) -> ToolAnswer {
    let [version] = arguments.words.as_slice() else {
        return Err(ToolRefusal::usage("no version specified"));
    };
    agent.state.workload_version.clone_from(version);
    Ok(None)
}

pub(super) fn open_port(agent: &mut Agent, arguments: &Arguments) -> ToolAnswer {
    let port = port(arguments)?;
    let ports = &mut agent.state.queued.ports;
    if !ports.contains(&port) {
        ports.push(port);
        ports.sort();
    }
    Ok(None)
}

pub(super) fn close_port(agent: &mut Agent, arguments: &Arguments) -> ToolAnswer {
    let port = port(arguments)?;
    agent.state.queued.ports.retain(|open| *open != port);
    Ok(None)
}

pub(super) fn opened_ports(agent: &mut Agent, arguments: &Arguments) -> ToolAnswer {
    arguments.at_most(0)?;
    Ok(Some(agent.state.queued.ports.to_json()))
}

pub(super) fn state_get(agent: &mut Agent, arguments: &Arguments) -> ToolAnswer {
    let kept = &agent.state.queued.kept;
    Ok(Some(
        match arguments.at_most(1)?.first().map(String::as_str) {
            None | Some("-") => kept.to_json(),
            Some(key) => kept.get(key).cloned().to_json(),
        },
    ))
}

pub(super) fn state_set(agent: &mut Agent, arguments: &Arguments) -> ToolAnswer {
    let settings: BTreeMap<String, String> = arguments.settings(agent)?;
    agent.state.queued.kept.extend(settings);
    Ok(None)
}

pub(super) fn state_delete(agent: &mut Agent, arguments: &Arguments) -> ToolAnswer {
    let [key] = arguments.words.as_slice() else {
        return Err(ToolRefusal::usage("no key specified"));
    };
    agent.state.queued.kept.remove(key);
    Ok(None)
}

/// `<port>[/<protocol>]`, `<from>-<to>[/<protocol>]` or `icmp`, in the form in which Juju lists it.
fn port(arguments: &Arguments) -> Result<String, ToolRefusal> {
    let given = arguments
        .at_most(1)?
        .first()
        .ok_or_else(|| ToolRefusal::usage("no port or range specified"))?;
    let given = given.to_ascii_lowercase();
    if given == "icmp" {
        return Ok(given);
    }
    let invalid = || ToolRefusal::usage(format!("invalid port or range {given:?}"));
    let (range, protocol) = given.split_once('/').unwrap_or((&given, "tcp"));
    let (from, to) = range.split_once('-').unwrap_or((range, range));
    let number = |text: &str| text.parse::<u16>().ok().filter(|number| *number > 0);
    let (from, to) = (
        number(from).ok_or_else(invalid)?,
        number(to).ok_or_else(invalid)?,
    );
    if from > to || !["tcp", "udp"].contains(&protocol) {
        return Err(invalid());
    }
    Ok(if from == to {
        format!("{from}/{protocol}")
    } else {
        format!("{from}-{to}/{protocol}")
    })
}
