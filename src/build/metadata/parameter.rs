//! What actions take and what operators configure. Both are lists of typed values, described in
//! two languages: JSON Schema for actions, Juju's five option types for the configuration.

use serde::de::{MapAccess, SeqAccess};

use crate::build::metadata::reading::{Entry, Reader, Shape};
use crate::build::metadata::value::{Section, Value};

#[derive(Clone, Debug, Default)]
pub(crate) struct Action {
    pub title: Option<String>,
    pub description: Option<String>,
    pub params: Section<Param>,
    pub required: Vec<Option<String>>,
}

impl Shape for Action {
    const EXPECTED: &'static str = "an action, such as `{description: Rotate the key.}`";
    const TAKES_MAPPING: bool = true;

    fn entry<'de, A: MapAccess<'de>>(&mut self, entry: Entry<'_, A>) -> Result<(), A::Error> {
        match entry.name {
            "title" => self.title = entry.read()?,
            "description" => self.description = entry.read()?,
            "params" => self.params = entry.read()?,
            "required" => self.required = entry.read()?,
            _ => entry.skip()?,
        }
        Ok(())
    }
}

impl Action {
    /// Whether the operator has to give this parameter.
    pub(crate) fn requires(&self, param: &str) -> bool {
        let required = |name: &Option<String>| name.as_deref() == Some(param);
        self.required.iter().any(required)
    }
}

/// A parameter: the part of JSON Schema that code is made from.
#[derive(Clone, Debug, Default)]
pub(crate) struct Param {
    pub kind: TypeName,
    pub description: Option<String>,
    pub default: Value,
    pub choices: Vec<Value>,
}

impl Shape for Param {
    const EXPECTED: &'static str = "a parameter, such as `{type: string}`";
    const TAKES_MAPPING: bool = true;

    fn entry<'de, A: MapAccess<'de>>(&mut self, entry: Entry<'_, A>) -> Result<(), A::Error> {
        match entry.name {
            "type" => self.kind = entry.read()?,
            "description" => self.description = entry.read()?,
            "default" => self.default = entry.read()?,
            "enum" => self.choices = entry.read()?,
            _ => entry.skip()?,
        }
        Ok(())
    }
}

/// The `type` of a parameter. JSON Schema also takes a list of types, which is no single Rust type.
#[derive(Clone, Debug, Default)]
pub(crate) enum TypeName {
    #[default]
    Unsaid,
    One(String),
    Several,
}

impl Shape for TypeName {
    const EXPECTED: &'static str = "a type, such as `string`";
    const TAKES_LIST: bool = true;

    fn scalar(&mut self, value: Value) -> bool {
        let Value::Text(name) = value else {
            return false;
        };
        *self = Self::One(name);
        true
    }

    fn item<'de, A: SeqAccess<'de>>(
        &mut self,
        items: &mut A,
        at: Reader<'_>,
    ) -> Result<bool, A::Error> {
        *self = Self::Several;
        Value::default().item(items, at)
    }
}

/// A config.yaml, or the `config` of charmcraft.yaml.
#[derive(Clone, Debug, Default)]
pub(crate) struct Options {
    pub options: Section<ConfigOption>,
}

impl Shape for Options {
    const EXPECTED: &'static str = "a mapping with the key `options`";
    const TAKES_MAPPING: bool = true;

    fn entry<'de, A: MapAccess<'de>>(&mut self, entry: Entry<'_, A>) -> Result<(), A::Error> {
        match entry.name {
            "options" => self.options = entry.read()?,
            _ => entry.skip()?,
        }
        Ok(())
    }
}

#[derive(Clone, Debug, Default)]
pub(crate) struct ConfigOption {
    pub kind: Option<String>,
    pub description: Option<String>,
    pub default: Value,
}

impl Shape for ConfigOption {
    const EXPECTED: &'static str = "an option, such as `{type: string, default: \"\"}`";
    const TAKES_MAPPING: bool = true;

    fn entry<'de, A: MapAccess<'de>>(&mut self, entry: Entry<'_, A>) -> Result<(), A::Error> {
        match entry.name {
            "type" => self.kind = entry.read()?,
            "description" => self.description = entry.read()?,
            "default" => self.default = entry.read()?,
            _ => entry.skip()?,
        }
        Ok(())
    }
}
