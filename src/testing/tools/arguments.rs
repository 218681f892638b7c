//! Command lines as Juju reads them: flags anywhere before `--`, `--flag=value` and `--flag value`
//! alike. A charm that passes a message starting with a dash and forgets `--` must fail here as it
//! does there.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::testing::agent::Agent;
use crate::testing::tools::answer::ToolRefusal;

/// What stood on a tool's command line.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Arguments {
    flags: BTreeMap<String, String>,
    /// The words that are neither flags nor their values.
    pub(super) words: Vec<String>,
}

impl Arguments {
    /// `known` lists the flags a tool takes; one that takes a value ends in `=`.
    pub(super) fn parse(known: &[&str], words: &[String]) -> Result<Self, ToolRefusal> {
        let mut arguments = Self::default();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            if word == "--" {
                arguments.words.extend(words.cloned());
                break;
            }
            let Some(flag) = word
                .strip_prefix("--")
                .or_else(|| word.strip_prefix('-'))
                .filter(|flag| !flag.is_empty())
            else {
                arguments.words.push(word.clone());
                continue;
            };
            let (name, value) = flag
                .split_once('=')
                .map_or((flag, None), |(name, value)| (name, Some(value)));
            let takes_value = known
                .iter()
                .any(|known| known.strip_suffix('=') == Some(name));
            let value = match value {
                _ if !takes_value && !known.contains(&name) => {
                    return Err(ToolRefusal::usage(format!(
                        "option provided but not defined: {}",
                        dashed(name)
                    )));
                }
                Some(value) => value.to_owned(),
                None if !takes_value => "true".to_owned(),
                None => words.next().cloned().ok_or_else(|| {
                    ToolRefusal::usage(format!("option needs an argument: {}", dashed(name)))
                })?,
            };
            arguments.flags.insert(name.to_owned(), value);
        }
        Ok(arguments)
    }

    pub(super) fn value(&self, flag: &str) -> Option<&str> {
        self.flags.get(flag).map(String::as_str)
    }

    /// A flag without a value, or with a word that Go reads as a boolean.
    pub(super) fn is_set(&self, flag: &str) -> Result<bool, ToolRefusal> {
        match self.value(flag) {
            None | Some("0" | "f" | "F" | "false" | "False" | "FALSE") => Ok(false),
            Some("1" | "t" | "T" | "true" | "True" | "TRUE") => Ok(true),
            Some(other) => Err(ToolRefusal::usage(format!(
                "invalid boolean value {other:?} for option {}: invalid syntax",
                dashed(flag)
            ))),
        }
    }

    /// The words, of which a tool takes at most `count`.
    pub(super) fn at_most(&self, count: usize) -> Result<&[String], ToolRefusal> {
        match self.words.get(count..) {
            Some(rest) if !rest.is_empty() => {
                Err(ToolRefusal::usage(format!("unrecognized args: {rest:?}")))
            }
            _ => Ok(&self.words),
        }
    }

    /// `key=value` words, over the map in the file that `--file` names; `-` is standard input.
    pub(super) fn settings(
        &self,
        agent: &mut Agent,
    ) -> Result<BTreeMap<String, String>, ToolRefusal> {
        let mut pairs = Vec::new();
        for word in &self.words {
            let pair = word.split_once('=').filter(|(key, _)| !key.is_empty());
            pairs.push(pair.ok_or_else(|| {
                ToolRefusal::usage(format!("expected \"key=value\", got {word:?}"))
            })?);
        }
        let mut settings = match self.value("file") {
            None => BTreeMap::new(),
            Some("-") => {
                let text = agent.read_stdin();
                strings(&text.map_err(|error| {
                    ToolRefusal::denied(format!("cannot read standard input: {error}"))
                })?)?
            }
            Some(path) => {
                let text = std::fs::read_to_string(path);
                strings(
                    &text.map_err(|error| ToolRefusal::denied(format!("open {path}: {error}")))?,
                )?
            }
        };
        settings.extend(
            pairs
                .into_iter()
                .map(|(key, value)| (key.to_owned(), value.to_owned())),
        );
        Ok(settings)
    }
}

/// Juju takes a YAML map of scalars; of YAML, the simulation reads the part that is JSON.
fn strings(text: &str) -> Result<BTreeMap<String, String>, ToolRefusal> {
    let refusal = |reason: String| {
        ToolRefusal::denied(format!("cannot read a map of strings in JSON: {reason}"))
    };
    let value: Value = serde_json::from_str(text).map_err(|error| refusal(error.to_string()))?;
    let map = value
        .as_object()
        .ok_or_else(|| refusal("the document is no map".to_owned()))?;
    let mut strings = BTreeMap::new();
    for (key, value) in map {
        let scalar = match value {
            Value::String(text) => text.clone(),
            Value::Null => String::new(),
            Value::Bool(_) | Value::Number(_) => value.to_string(),
            Value::Array(_) | Value::Object(_) => {
                return Err(refusal(format!("the value of {key:?} is no scalar")));
            }
        };
        strings.insert(key.clone(), scalar);
    }
    Ok(strings)
}

fn dashed(flag: &str) -> String {
    if flag.chars().count() == 1 {
        format!("-{flag}")
    } else {
        format!("--{flag}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_stand_anywhere_before_the_two_dashes() {
        for (line, flags, words) in [
            ("", "", ""),
            ("-r db:1 - postgresql/0", "r=db:1", "- postgresql/0"),
            (
                "- postgresql/0 -r db:1 --app",
                "app=true r=db:1",
                "- postgresql/0",
            ),
            (
                "--app=True key --format=json",
                "app=True format=json",
                "key",
            ),
            ("--format json -- --app -x", "format=json", "--app -x"),
            ("-r=db:1", "r=db:1", ""),
        ] {
            let parsed = parse(line).unwrap();
            let found: Vec<String> = parsed
                .flags
                .iter()
                .map(|(flag, value)| format!("{flag}={value}"))
                .collect();
            assert_eq!(
                (found.join(" ").as_str(), parsed.words.join(" ").as_str()),
                (flags, words),
                "{line}"
            );
        }
    }

    #[test]
    fn wrong_flags_are_refused_with_exit_code_2() {
        for (line, message) in [
            ("--colour", "option provided but not defined: --colour"),
            ("-x", "option provided but not defined: -x"),
            ("-r", "option needs an argument: -r"),
            ("--format", "option needs an argument: --format"),
        ] {
            assert_eq!(parse(line), Err(ToolRefusal::usage(message)), "{line}");
        }
        let odd = parse("--app=perhaps").unwrap();
        let message = "invalid boolean value \"perhaps\" for option --app: invalid syntax";
        assert_eq!(odd.is_set("app"), Err(ToolRefusal::usage(message)));
    }

    #[test]
    fn maps_of_scalars_become_strings() {
        let read = strings(r#"{"a": "x", "b": 1, "c": true, "d": null}"#).unwrap();
        let pairs: Vec<String> = read
            .iter()
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        assert_eq!(pairs.join(" "), "a=x b=1 c=true d=");
        assert!(strings("[]").is_err());
        assert!(strings(r#"{"a": {}}"#).is_err());
        assert!(strings("").is_err());
    }

    fn parse(line: &str) -> Result<Arguments, ToolRefusal> {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        Arguments::parse(&["format=", "r=", "app"], &words)
    }
}
