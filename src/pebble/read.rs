//! Fields out of Pebble's JSON. A field this crate does not know is passed over and an optional one may
//! be missing, because the Pebble in a container is as old or new as Juju made it.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// An answer that is not what this crate knows, as a message.
#[derive(Debug)]
pub(super) struct Unreadable(pub(super) String);

/// A JSON object, and what it is in messages.
#[derive(Clone, Copy, Debug)]
pub(super) struct AnswerObject<'a> {
    of: &'static str,
    fields: &'a Map<String, Value>,
}

impl<'a> AnswerObject<'a> {
    pub(super) fn of(of: &'static str, value: &'a Value) -> Result<Self, Unreadable> {
        match value {
            Value::Object(fields) => Ok(Self { of, fields }),
            _ => Err(Unreadable(format!("{of} is not an object"))),
        }
    }

    pub(super) fn text(self, key: &str) -> Result<String, Unreadable> {
        self.optional_text(key)
            .ok_or_else(|| Unreadable(format!("{} has no text \"{key}\"", self.of)))
    }

    /// Absent, `null` and empty are the same to Pebble.
    pub(super) fn optional_text(self, key: &str) -> Option<String> {
        let text = self.fields.get(key).and_then(Value::as_str);
        text.filter(|text| !text.is_empty()).map(str::to_owned)
    }

    pub(super) fn number(self, key: &str) -> Option<u64> {
        self.fields.get(key).and_then(Value::as_u64)
    }

    pub(super) fn is_true(self, key: &str) -> bool {
        self.fields.get(key) == Some(&Value::Bool(true))
    }

    pub(super) fn value(self, key: &str) -> Option<&'a Value> {
        self.fields.get(key)
    }

    pub(super) fn list(self, key: &str) -> &'a [Value] {
        self.fields
            .get(key)
            .and_then(Value::as_array)
            .map_or(&[], Vec::as_slice)
    }

    pub(super) fn texts(self, key: &str) -> Vec<String> {
        let texts = self.list(key).iter().filter_map(Value::as_str);
        texts.map(str::to_owned).collect()
    }

    pub(super) fn text_map(self, key: &str) -> BTreeMap<String, String> {
        let map = self.fields.get(key).and_then(Value::as_object);
        map.into_iter()
            .flatten()
            .filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())))
            .collect()
    }
}
