//! The JSON of `--json`, whose keys other programs read: a key is never renamed or left out.
//! Written through serde by hand, as the derive would be one more procedural macro, and a map of
//! `serde_json`'s would sort the keys.

use charm_tracing::build::{BufferChoice, EventPath};
use serde::ser::{Serialize, SerializeStruct, Serializer};

/// An array of objects, one on each line, so that a difference of two is a difference of lines.
pub(crate) fn events(events: &[EventPath]) -> String {
    let lines: Vec<String> = events.iter().map(|event| line(&Event(event))).collect();
    match lines.as_slice() {
        [] => "[]\n".to_owned(),
        lines => format!("[\n  {}\n]\n", lines.join(",\n  ")),
    }
}

/// One object on one line.
pub(crate) fn buffer_choice(choice: &BufferChoice) -> String {
    line(&ChoiceJson(choice)) + "\n"
}

struct Event<'e>(&'e EventPath);

impl Serialize for Event<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("event", 5)?;
        object.serialize_field("path", &self.0.path)?;
        object.serialize_field("variant", &self.0.variant)?;
        object.serialize_field("kind", &self.0.kind.to_string())?;
        object.serialize_field("of", &self.0.of)?;
        object.serialize_field("removed_in", &self.0.removed_in)?;
        object.end()
    }
}

struct ChoiceJson<'c>(&'c BufferChoice);

impl Serialize for ChoiceJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("choice", 3)?;
        object.serialize_field("storage", &self.0.storage)?;
        object.serialize_field("path", &self.0.path)?;
        object.serialize_field("reason", &self.0.reason)?;
        object.end()
    }
}

pub(crate) fn line(value: &impl Serialize) -> String {
    // Texts, absent texts and whole numbers: there is nothing that JSON could not hold.
    serde_json::to_string(value).unwrap_or_default()
}
