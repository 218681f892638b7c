//! Typed fields of the generated structs: which Rust type a parameter or option becomes, and
//! whether its default fits. Checking and expanding both ask here, so that they cannot disagree.

use crate::build::metadata::parameter::{ConfigOption, Param, TypeName};
use crate::build::metadata::value::Value;

/// The type of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Integer,
    Number,
    Boolean,
    /// The id of a secret, never its value.
    Secret,
    /// Whatever JSON can say.
    Any,
}

impl Kind {
    /// The type of a parameter; what is more than a scalar arrives as it is.
    pub(crate) fn of_param(param: &Param) -> Self {
        let TypeName::One(name) = &param.kind else {
            return Self::Any;
        };
        match name.as_str() {
            "string" => Self::Text,
            "integer" => Self::Integer,
            "number" => Self::Number,
            "boolean" => Self::Boolean,
            _ => Self::Any,
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
    pub(crate) fn expected(self) -> &'static str {
        match self {
            Self::Text => "a text; put it in quotes",
            Self::Integer => "a whole number of 64 bits, such as `8080`",
            Self::Number => "a number, such as `0.5`",
            Self::Boolean => "`true` or `false`",
            Self::Secret | Self::Any => "a value",
        }
    }

    /// What a field holds when Juju says nothing.
    ///
    /// A secret has no default that would be known at build time, and a nested value none that
    /// could be written as a Rust literal; Juju gives both when it has them.
    pub(crate) fn fallback(self, default: &Value) -> Result<Fallback, Misfit> {
        if *default == Value::Null || matches!(self, Self::Secret | Self::Any) {
            return Ok(Fallback::None);
        }
        let fallback = match self {
            Self::Text => match default {
                Value::Text(text) => Some(Fallback::Text(text.clone())),
                _ => None,
            },
            Self::Integer => default.integer().map(Fallback::Integer),
            Self::Number => default.number().map(Fallback::Number),
            Self::Boolean => default.boolean().map(Fallback::Boolean),
            Self::Secret | Self::Any => None,
        };
        fallback.ok_or(Misfit)
    }
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
            (Kind::Integer, text("80"), Ok(Fallback::Integer(80))),
            (Kind::Integer, text("1_000"), Ok(Fallback::Integer(1000))),
            (Kind::Integer, text("0777"), Ok(Fallback::Integer(511))),
            (Kind::Integer, Value::Number(0.5), Err(Misfit)),
            (Kind::Integer, Value::Huge, Err(Misfit)),
            (Kind::Number, Value::Integer(1), Ok(Fallback::Number(1.0))),
            (Kind::Number, Value::Number(f64::NAN), Err(Misfit)),
            (Kind::Boolean, text("no"), Ok(Fallback::Boolean(false))),
            (Kind::Boolean, Value::Integer(1), Err(Misfit)),
            (Kind::Text, Value::Integer(1), Err(Misfit)),
            (Kind::Text, text(""), Ok(Fallback::Text(String::new()))),
            (Kind::Text, Value::Null, Ok(Fallback::None)),
            (Kind::Any, Value::Nested, Ok(Fallback::None)),
        ] {
            assert_eq!(kind.fallback(&default), fallback, "{kind:?} {default:?}");
        }
    }
}
