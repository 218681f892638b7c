//! `action-get`, `action-set`, `action-fail` and `action-log`, which Juju serves during an action
//! only.

use serde_json::{Map, Value};

use crate::testing::agent::Agent;
use crate::testing::state::Action;
use crate::testing::tools::answer::{ToolAnswer, ToolRefusal};
use crate::testing::tools::arguments::Arguments;

pub(super) fn get(agent: &mut Agent, arguments: &Arguments) -> ToolAnswer {
    let action = running(agent)?;
    let Some(path) = arguments.at_most(1)?.first() else {
        return Ok(Some(action.parameters.clone()));
    };
    let value = path
        .split('.')
        .try_fold(&action.parameters, |value, key| value.get(key));
    Ok(Some(value.cloned().unwrap_or(Value::Null)))
}

pub(super) fn set(agent: &mut Agent, arguments: &Arguments) -> ToolAnswer {
    let action = running(agent)?;
    let mut pairs = Vec::new();
    for word in &arguments.words {
        let pair = word.split_once('=');
        let (path, value) = pair.ok_or_else(|| {
            ToolRefusal::usage(format!(
                "argument {word:?} must be of the form key...=value"
            ))
        })?;
        path.split('.').try_for_each(check_key)?;
        pairs.push((path, value));
    }
    for (path, value) in pairs {
        place(&mut action.results, path, value);
    }
    Ok(None)
}

pub(super) fn fail(agent: &mut Agent, arguments: &Arguments) -> ToolAnswer {
    let action = running(agent)?;
    let message = arguments.at_most(1)?.first().cloned();
    // The words Juju puts where a charm gives none.
    action.failure =
        Some(message.unwrap_or_else(|| {
            "action failed without reason given, check action for errors".into()
        }));
    Ok(None)
}

pub(super) fn log(agent: &mut Agent, arguments: &Arguments) -> ToolAnswer {
    let action = running(agent)?;
    if arguments.words.is_empty() {
        return Err(ToolRefusal::usage("no message specified"));
    }
    action.progress.push(arguments.words.join(" "));
    Ok(None)
}

fn running(agent: &mut Agent) -> Result<&mut Action, ToolRefusal> {
    agent
        .state
        .event
        .action
        .as_mut()
        .ok_or_else(|| ToolRefusal::denied("not running an action"))
}

/// Every part of a result's key obeys the rule for action names, and some are Juju's own.
fn check_key(key: &str) -> Result<(), ToolRefusal> {
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let valid =
        !key.is_empty() && key.bytes().all(inner) && !key.starts_with('-') && !key.ends_with('-');
    if !valid {
        return Err(ToolRefusal::usage(format!(
            "key {key:?} must start and end with lowercase alphanumeric, and contain only lowercase alphanumeric, \
             hyphens and periods"
        )));
    }
    if ["stdout", "stdout-encoding", "stderr", "stderr-encoding"].contains(&key) {
        return Err(ToolRefusal::usage(format!(
            "cannot set reserved action key {key:?}"
        )));
    }
    Ok(())
}

/// `a.b=v` becomes a map in a map; what stands in the way of a later, deeper or shallower key is
/// replaced.
fn place(results: &mut Map<String, Value>, path: &str, value: &str) {
    match path.split_once('.') {
        None => {
            results.insert(path.to_owned(), Value::String(value.to_owned()));
        }
        Some((key, rest)) => {
            let inner = results.entry(key).or_insert(Value::Null);
            if !inner.is_object() {
                *inner = Value::Object(Map::new());
            }
            if let Some(inner) = inner.as_object_mut() {
                place(inner, rest, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_in_a_key_make_maps() {
        let mut results = Map::new();
        for (path, value) in [
            ("a.b", "1"),
            ("a.c.d", "2"),
            ("a.b.e", "3"),
            ("f", "4"),
            ("a.c", "5"),
        ] {
            place(&mut results, path, value);
        }
        assert_eq!(
            Value::Object(results).to_string(),
            r#"{"a":{"b":{"e":"3"},"c":"5"},"f":"4"}"#
        );
    }

    #[test]
    fn keys_follow_the_rule_for_action_names() {
        for good in ["a", "2fa", "a--b", "return-code"] {
            assert_eq!(check_key(good), Ok(()), "{good}");
        }
        for bad in ["", "A", "a_b", "-a", "a-", "stdout", "stderr-encoding"] {
            assert!(check_key(bad).is_err(), "{bad}");
        }
    }
}
