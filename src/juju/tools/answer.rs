//! Reads the answers of hook tools, and writes what `--file -` takes.

use std::collections::BTreeMap;

use serde_json::Value;

use super::super::error::Error;

/// A list of strings in a tool's answer; `null` is an empty one.
pub(super) fn strings(call: &str, answer: Value) -> Result<Vec<String>, Error> {
    let problem = || Error::answer(call, "expected a list of strings");
    match answer {
        Value::Null => Ok(Vec::new()),
        Value::Array(items) => items
            .into_iter()
            .map(|item| item.as_str().map(str::to_owned).ok_or_else(problem))
            .collect(),
        _ => Err(problem()),
    }
}

/// A map of strings in a tool's answer; `null` is an empty one.
pub(super) fn map(call: &str, answer: Value) -> Result<BTreeMap<String, String>, Error> {
    match answer {
        Value::Null => Ok(BTreeMap::new()),
        Value::Object(entries) => Ok(entries
            .into_iter()
            .filter_map(|(key, value)| match value {
                Value::String(value) => Some((key, value)),
                _ => None,
            })
            .collect()),
        _ => Err(Error::answer(call, "expected an object")),
    }
}

/// A field of an object that holds text; absent, `null` and empty are the same.
pub(super) fn text(object: &Value, key: &str) -> Option<String> {
    let text = object.get(key).and_then(Value::as_str);
    text.filter(|text| !text.is_empty()).map(str::to_owned)
}

/// A field of an object that lists text.
pub(super) fn texts(object: &Value, key: &str) -> Vec<String> {
    let listed = object.get(key).and_then(Value::as_array);
    let items = listed.into_iter().flatten();
    items
        .filter_map(|item| item.as_str().map(str::to_owned))
        .collect()
}

/// Pairs as `--file -` takes them: JSON, which Juju reads as YAML. To YAML some characters are line
/// breaks or mistakes unless they are escaped, as JSON allows for all.
pub(super) fn settings(tool: &str, pairs: &[(&str, &str)]) -> Result<String, Error> {
    let pairs: BTreeMap<_, _> = pairs.iter().copied().collect();
    let json = serde_json::to_string(&pairs).map_err(|error| Error::answer(tool, error))?;
    let mut text = String::with_capacity(json.len());
    for character in json.chars() {
        match character {
            '\u{7f}'..='\u{9f}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{feff}'
            | '\u{fffe}'
            | '\u{ffff}' => text.extend(format!("\\u{:04x}", u32::from(character)).chars()),
            _ => text.push(character),
        }
    }
    Ok(text)
}

/// The keys of pairs, as a span may record them.
pub(super) fn keys<V>(pairs: &[(&str, V)]) -> String {
    let keys: Vec<&str> = pairs.iter().map(|(key, _)| *key).collect();
    keys.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_escape_what_yaml_reads_as_something_else() {
        let value = "\u{7f}\u{80}\u{85}\u{2028}\u{2029}\u{feff}\u{fffe}\u{ffff}\n\u{a0}\u{1f980}";
        let text = settings("state-set", &[("key", value)]).unwrap();
        assert_eq!(
            text,
            "{\"key\":\"\\u007f\\u0080\\u0085\\u2028\\u2029\\ufeff\\ufffe\\uffff\\n\u{a0}\u{1f980}\"}"
        );
        let read: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(read.get("key").and_then(Value::as_str), Some(value));
    }
}
