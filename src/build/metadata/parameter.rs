//! What actions take and what operators configure. Both are lists of typed values, described in
//! two languages: JSON Schema for actions, Juju's five option types for the configuration.

use serde::de::{MapAccess, SeqAccess};

use crate::build::finding::Key;
use crate::build::metadata::reading::{Anything, Cursor, MappingEntry, Shape, next_item};
use crate::build::metadata::section::Section;
use crate::build::metadata::value::Value;

#[derive(Clone, Debug, Default)]
pub(crate) struct Action {
    pub title: Option<String>,
    pub description: Option<String>,
    pub takes: Object,
}

impl Shape for Action {
    const EXPECTED: &'static str = "an action, such as `{description: Rotate the key.}`";
    const TAKES_MAPPING: bool = true;

    fn entry<'de, A: MapAccess<'de>>(
        &mut self,
        entry: MappingEntry<'_, A>,
    ) -> Result<(), A::Error> {
        match entry.name {
            "title" => self.title = entry.read()?,
            "description" => self.description = entry.read()?,
            "params" => self.takes.fields = entry.read()?,
            "required" => self.takes.required = entry.read()?,
            "additionalProperties" => self.takes.additional = entry.read()?,
            _ => entry.skip()?,
        }
        Ok(())
    }
}

/// What an object may hold: all the parameters of an action, or a parameter that is an object.
#[derive(Clone, Debug, Default)]
pub(crate) struct Object {
    pub fields: Section<Param>,
    pub required: Required,
    pub additional: Schema,
}

impl Object {
    /// Whether the operator has to give this parameter.
    pub(crate) fn requires(&self, param: &str) -> bool {
        self.required.0.iter().any(|name| name == param)
    }
}

/// A parameter: the part of JSON Schema that code is made from.
#[derive(Clone, Debug, Default)]
pub(crate) struct Param {
    pub kind: TypeName,
    pub description: Option<String>,
    pub default: Value,
    pub choices: Vec<Value>,
    pub items: Schema,
    pub object: Object,
    /// Where it says keys that Juju forbids.
    pub forbidden: Vec<Key>,
}

impl Shape for Param {
    const EXPECTED: &'static str = "a parameter, such as `{type: string}`";
    const TAKES_MAPPING: bool = true;

    fn entry<'de, A: MapAccess<'de>>(
        &mut self,
        entry: MappingEntry<'_, A>,
    ) -> Result<(), A::Error> {
        match entry.name {
            "type" => self.kind = entry.read()?,
            "description" => self.description = entry.read()?,
            "default" => self.default = entry.read()?,
            "enum" => self.choices = entry.read()?,
            "items" => self.items = entry.read()?,
            "properties" => self.object.fields = entry.read()?,
            "required" => self.object.required = entry.read()?,
            "additionalProperties" => self.object.additional = entry.read()?,
            "$ref" | "$schema" => {
                self.forbidden.push(entry.key());
                entry.skip()?;
            }
            _ => entry.skip()?,
        }
        Ok(())
    }
}

/// A schema within a schema, and what JSON Schema lets stand in its place.
#[derive(Clone, Debug, Default)]
pub(crate) enum Schema {
    #[default]
    Unsaid,
    /// Anything, or nothing.
    Flag(bool),
    Of(Box<Param>),
    /// One schema for each place of a list, which is no Rust type.
    Several,
}

impl Shape for Schema {
    const EXPECTED: &'static str = "a schema, such as `{type: string}`";
    const TAKES_MAPPING: bool = true;
    const TAKES_LIST: bool = true;

    fn scalar(&mut self, value: Value) -> bool {
        let flag = value.boolean();
        if let Some(flag) = flag {
            *self = Self::Flag(flag);
        }
        flag.is_some()
    }

    fn open_mapping(&mut self) {
        *self = Self::Of(Box::default());
    }

    fn open_list(&mut self) {
        *self = Self::Several;
    }

    fn entry<'de, A: MapAccess<'de>>(
        &mut self,
        entry: MappingEntry<'_, A>,
    ) -> Result<(), A::Error> {
        match self {
            Self::Of(param) => param.entry(entry),
            _ => entry.skip(),
        }
    }
}

/// The names of what has to be given. An older draft of JSON Schema writes `required: true` beside
/// the type; Juju's does not know it, so it says nothing here.
#[derive(Clone, Debug, Default)]
pub(crate) struct Required(Vec<String>);

impl Shape for Required {
    const EXPECTED: &'static str = "a list of names";
    const TAKES_LIST: bool = true;

    fn scalar(&mut self, value: Value) -> bool {
        value.boolean().is_some()
    }

    fn item<'de, A: SeqAccess<'de>>(
        &mut self,
        items: &mut A,
        at: Cursor<'_>,
    ) -> Result<bool, A::Error> {
        let item: Option<Option<String>> = next_item(items, at)?;
        let more = item.is_some();
        self.0.extend(item.flatten());
        Ok(more)
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
        at: Cursor<'_>,
    ) -> Result<bool, A::Error> {
        *self = Self::Several;
        Ok(next_item::<Anything, A>(items, at)?.is_some())
    }
}

/// A config.yaml, or the `config` of charmcraft.yaml.
#[derive(Clone, Debug, Default)]
pub(crate) struct ConfigOptions {
    pub options: Section<ConfigOption>,
}

impl Shape for ConfigOptions {
    const EXPECTED: &'static str = "a mapping with the key `options`";
    const TAKES_MAPPING: bool = true;

    fn entry<'de, A: MapAccess<'de>>(
        &mut self,
        entry: MappingEntry<'_, A>,
    ) -> Result<(), A::Error> {
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

    fn entry<'de, A: MapAccess<'de>>(
        &mut self,
        entry: MappingEntry<'_, A>,
    ) -> Result<(), A::Error> {
        match entry.name {
            "type" => self.kind = entry.read()?,
            "description" => self.description = entry.read()?,
            "default" => self.default = entry.read()?,
            _ => entry.skip()?,
        }
        Ok(())
    }
}
