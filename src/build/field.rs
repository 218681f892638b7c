//! Typed fields of the generated structs: which Rust type a parameter or option becomes, and
//! whether its default fits. Checking and expanding both ask here, so that they cannot disagree.

use std::collections::BTreeSet;

use crate::build::metadata::parameter::{ConfigOption, Object, Param, Schema, TypeName};
use crate::build::metadata::section::Section;
use crate::build::metadata::value::Value;
use crate::build::name;

/// The type of a field.
#[derive(Clone, Debug)]
pub(crate) enum FieldKind<'m> {
    Text,
    Integer,
    Number,
    Boolean,
    /// The id of a secret, never its value.
    Secret,
    /// Any JSON.
    Any,
    /// One of these texts.
    Choice(Vec<&'m str>),
    List(Box<FieldKind<'m>>),
    /// An object whose keys are not known.
    Map(Box<FieldKind<'m>>),
    Object(&'m Object),
}

impl<'m> FieldKind<'m> {
    /// The type of a parameter. What JSON Schema can say beyond a Rust type arrives as JSON.
    pub(crate) fn of_param(param: &'m Param) -> Self {
        let name = match &param.kind {
            TypeName::Several => return Self::Any,
            TypeName::Unsaid => "",
            TypeName::One(name) => name.as_str(),
        };
        match (name, choices(&param.choices)) {
            ("" | "string", Some(choices)) => Self::Choice(choices),
            ("string", None) => Self::Text,
            ("integer", _) => Self::Integer,
            ("number", _) => Self::Number,
            ("boolean", _) => Self::Boolean,
            ("array", _) => Self::List(Box::new(Self::of_schema(&param.items))),
            ("object", _) if !param.object.fields.is_empty() => Self::Object(&param.object),
            ("object", _) => Self::Map(Box::new(Self::of_schema(&param.object.additional))),
            _ => Self::Any,
        }
    }

    pub(crate) fn of_schema(schema: &'m Schema) -> Self {
        match schema {
            Schema::Of(param) => Self::of_param(param),
            Schema::Unsaid | Schema::Flag(_) | Schema::Several => Self::Any,
        }
    }

    /// The type of a configuration option, `None` if Juju has no such type. An option that says no
    /// type is text to Juju.
    pub(crate) fn of_option(option: &ConfigOption) -> Option<Self> {
        match option.kind.as_deref().unwrap_or("string") {
            "string" => Some(Self::Text),
            "int" => Some(Self::Integer),
            "float" => Some(Self::Number),
            "boolean" => Some(Self::Boolean),
            "secret" => Some(Self::Secret),
            _ => None,
        }
    }

    /// What a report calls a default of this type.
    pub(crate) fn expected(&self) -> String {
        match self {
            Self::Text => "a text; put it in quotes".to_owned(),
            Self::Integer => "a whole number of 64 bits, such as `8080`".to_owned(),
            Self::Number => "a number, such as `0.5`".to_owned(),
            Self::Boolean => "`true` or `false`".to_owned(),
            Self::Secret | Self::Any => "a value".to_owned(),
            Self::Choice(choices) => format!("one of `{}`", choices.join("`, `")),
            Self::List(_) => "a list of values of the type under `items`".to_owned(),
            Self::Map(_) | Self::Object(_) => "a mapping whose values have their types".to_owned(),
        }
    }

    /// What a field holds when Juju says nothing.
    ///
    /// A secret has no default that would be known at build time; Juju gives it when it has it.
    pub(crate) fn fallback(&self, default: &Value) -> Result<Fallback, Misfit> {
        let fallback = match (self, default) {
            (_, Value::Null) | (Self::Secret, _) => Some(Fallback::None),
            (Self::Text, Value::Text(text)) => Some(Fallback::Text(text.clone())),
            (Self::Choice(choices), Value::Text(text)) if choices.contains(&text.as_str()) => {
                Some(Fallback::Choice(text.clone()))
            }
            (Self::Text | Self::Choice(_), _) => None,
            (Self::Integer, _) => default.integer().map(Fallback::Integer),
            (Self::Number, _) => default.number().map(Fallback::Number),
            (Self::Boolean, _) => default.boolean().map(Fallback::Boolean),
            (Self::Any, _) => Some(self.json(default).map_or(Fallback::None, Fallback::Json)),
            (Self::List(_) | Self::Map(_) | Self::Object(_), _) => {
                Some(Fallback::Json(self.json(default)?))
            }
        };
        fallback.ok_or(Misfit)
    }

    /// A default as JSON, with what YAML and Juju take for a number or boolean written as one.
    fn json(&self, value: &Value) -> Result<String, Misfit> {
        match (self, value) {
            (_, Value::Null) => Ok("null".to_owned()),
            (Self::Any, Value::Boolean(boolean)) => Ok(boolean.to_string()),
            (Self::Any, Value::Integer(integer)) => Ok(integer.to_string()),
            (Self::Any, Value::Number(_)) => Self::Number.json(value),
            (Self::Any, Value::Text(text)) => Ok(quoted(text)),
            (Self::Any, Value::List(_)) => Self::List(Box::new(Self::Any)).json(value),
            (Self::Any, Value::Mapping(_)) => Self::Map(Box::new(Self::Any)).json(value),
            (Self::List(kind), Value::List(values)) => {
                let items: Result<Vec<_>, _> = values.iter().map(|item| kind.json(item)).collect();
                Ok(format!("[{}]", items?.join(",")))
            }
            (Self::Map(kind), Value::Mapping(entries)) => object(entries, |_| (**kind).clone()),
            (Self::Object(known), Value::Mapping(entries)) => object(entries, |name| {
                let param = known.fields.find(name);
                param.map_or(Self::Any, |param| FieldKind::of_param(&param.is))
            }),
            (Self::List(_) | Self::Map(_) | Self::Object(_) | Self::Any | Self::Secret, _) => {
                Err(Misfit)
            }
            _ => match self.fallback(value)? {
                Fallback::None => Ok("null".to_owned()),
                Fallback::Text(text) | Fallback::Choice(text) => Ok(quoted(&text)),
                Fallback::Integer(integer) => Ok(integer.to_string()),
                Fallback::Number(number) => Ok(format!("{number:?}")),
                Fallback::Boolean(boolean) => Ok(boolean.to_string()),
                Fallback::Json(json) => Ok(json),
            },
        }
    }
}

fn object<'m>(
    entries: &[(String, Value)],
    kind: impl Fn(&str) -> FieldKind<'m>,
) -> Result<String, Misfit> {
    let entry = |(name, value): &(String, Value)| {
        Ok(format!("{}:{}", quoted(name), kind(name).json(value)?))
    };
    let entries: Result<Vec<_>, _> = entries.iter().map(entry).collect();
    Ok(format!("{{{}}}", entries?.join(",")))
}

/// The field for what an object holds beyond the declared: `additional`, or a longer name where a
/// declared parameter has that one.
pub(crate) fn name_of_rest(fields: &Section<Param>) -> String {
    let mut name = "additional".to_owned();
    while fields.iter().any(|f| name::field(&f.name) == name.as_str()) {
        name.push_str("_properties");
    }
    name
}

/// A text as JSON writes it.
fn quoted(text: &str) -> String {
    let letter = |c: char| match c {
        '"' | '\\' => format!("\\{c}"),
        c if c.is_control() => format!("\\u{:04x}", u32::from(c)),
        c => c.to_string(),
    };
    let letters: String = text.chars().map(letter).collect();
    format!("\"{letters}\"")
}

/// The values of an `enum` if all are texts with different names in Rust; others stay texts.
fn choices(values: &[Value]) -> Option<Vec<&str>> {
    let mut variants = BTreeSet::new();
    let texts: Option<Vec<&str>> = values
        .iter()
        .map(|value| match value {
            Value::Text(text) if name::is_speakable(text) => Some(text.as_str()),
            _ => None,
        })
        .collect();
    let distinct = |text: &&str| variants.insert(name::choice(text).to_string());
    texts.filter(|texts| !texts.is_empty() && texts.iter().all(distinct))
}

/// A default, checked against the type of its field.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Fallback {
    /// No default: the field is optional.
    None,
    Text(String),
    Integer(i64),
    Number(f64),
    Boolean(bool),
    /// One of the texts of the field's `enum`.
    Choice(String),
    /// What has no Rust literal.
    Json(String),
}

/// The default is not of the field's type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Misfit;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_read_as_juju_reads_them() {
        let text = |text: &str| Value::Text(text.to_owned());
        for (kind, default, fallback) in [
            (FieldKind::Integer, text("80"), Ok(Fallback::Integer(80))),
            (
                FieldKind::Integer,
                text("1_000"),
                Ok(Fallback::Integer(1000)),
            ),
            (FieldKind::Integer, text("0777"), Ok(Fallback::Integer(511))),
            (FieldKind::Integer, Value::Number(0.5), Err(Misfit)),
            (FieldKind::Integer, Value::Huge, Err(Misfit)),
            (
                FieldKind::Number,
                Value::Integer(1),
                Ok(Fallback::Number(1.0)),
            ),
            (FieldKind::Number, Value::Number(f64::NAN), Err(Misfit)),
            (FieldKind::Boolean, text("no"), Ok(Fallback::Boolean(false))),
            (FieldKind::Boolean, Value::Integer(1), Err(Misfit)),
            (FieldKind::Text, Value::Integer(1), Err(Misfit)),
            (FieldKind::Text, text(""), Ok(Fallback::Text(String::new()))),
            (FieldKind::Text, Value::Null, Ok(Fallback::None)),
            (FieldKind::Choice(vec!["a"]), text("b"), Err(Misfit)),
            (FieldKind::Any, Value::Huge, Ok(Fallback::None)),
        ] {
            assert_eq!(kind.fallback(&default), fallback, "{kind:?} {default:?}");
        }
    }

    #[test]
    fn nested_defaults_are_json_of_the_declared_types() {
        let text = |text: &str| Value::Text(text.to_owned());
        let numbers = FieldKind::List(Box::new(FieldKind::Number));
        for (kind, default, json) in [
            (&numbers, Value::List(vec![Value::Integer(1)]), "[1.0]"),
            (&numbers, Value::List(vec![text("0.5")]), "[0.5]"),
            (
                &FieldKind::Any,
                Value::Mapping(vec![("a\"\n".to_owned(), Value::List(Vec::new()))]),
                r#"{"a\"\u000a":[]}"#,
            ),
            (&FieldKind::Any, Value::Boolean(true), "true"),
        ] {
            let expected = Ok(Fallback::Json(json.to_owned()));
            assert_eq!(kind.fallback(&default), expected, "{default:?}");
        }
        assert_eq!(numbers.fallback(&Value::List(vec![text("x")])), Err(Misfit));
    }

    #[test]
    fn an_enum_of_texts_with_distinct_names_is_a_choice() {
        let text = |text: &&str| Value::Text((*text).to_owned());
        for (values, taken) in [
            (&["json", "csv"] as &[&str], true),
            (&["a-b", "a_b"], false),
            (&["", "a"], false),
            (&["+"], false),
            (&[], false),
        ] {
            let values: Vec<Value> = values.iter().map(text).collect();
            assert_eq!(choices(&values).is_some(), taken, "{values:?}");
        }
        assert!(choices(&[Value::Integer(1)]).is_none());
    }
}
