//! Keys of mappings, which are texts to both walks over a file, of any YAML type.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Visitor};

/// The text of a key of any YAML type.
pub(crate) struct KeyText;

impl<'de> DeserializeSeed<'de> for KeyText {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for KeyText {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key that is plain text")
    }

    fn visit_str<E>(self, value: &str) -> Result<String, E> {
        Ok(value.to_owned())
    }
}

/// YAML 1.1's key for "as if these entries stood here".
pub(crate) const MERGE_KEY: &str = "<<";
