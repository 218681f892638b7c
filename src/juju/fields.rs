//! Typed reading of what Juju passes as a JSON object: configuration and action parameters.
//!
//! The generated code calls this with the names and defaults of the metadata; the type comes from
//! the field it fills. Juju coerces by its own schema, so an integer may arrive as `3.0`.

use std::fmt;

use serde_json::{Map, Value};

use crate::juju::Error;

/// A JSON object whose values are read by name and type.
#[derive(Clone, Debug)]
pub struct Fields {
    of: &'static str,
    values: Map<String, Value>,
}

impl Fields {
    /// `of` names the tool in errors. `null` is an empty object.
    pub(crate) fn of(of: &'static str, answer: Value) -> Result<Self, Error> {
        match answer {
            Value::Object(values) => Ok(Self { of, values }),
            Value::Null => Ok(Self {
                of,
                values: Map::new(),
            }),
            _ => Err(Error::field(
                of,
                "Juju answered with something else than an object".to_owned(),
            )),
        }
    }

    /// The value of `key`, which has to be there.
    pub fn required<T: FromValue>(&self, key: &str) -> Result<T, Error> {
        self.optional(key)?
            .ok_or_else(|| Error::field(self.of, format!("`{key}` is required and was not given")))
    }

    /// The value of `key`, if it is there and not `null`.
    pub fn optional<T: FromValue>(&self, key: &str) -> Result<Option<T>, Error> {
        let Some(value) = self.values.get(key).filter(|value| !value.is_null()) else {
            return Ok(None);
        };
        T::from_value(value).map(Some).ok_or_else(|| {
            let (expected, found) = (T::EXPECTED, kind_of(value));
            Error::field(
                self.of,
                format!("`{key}` has to be {expected} and is {found}"),
            )
        })
    }

    /// The value of `key`, or the default.
    pub fn or<T: FromValue>(&self, key: &str, default: impl Into<T>) -> Result<T, Error> {
        Ok(self.optional(key)?.unwrap_or_else(|| default.into()))
    }
}

/// A type that a field can have.
pub trait FromValue: Sized {
    /// In words, for errors.
    const EXPECTED: &'static str;

    /// The value as this type, if it is one.
    fn from_value(value: &Value) -> Option<Self>;
}

impl FromValue for String {
    const EXPECTED: &'static str = "a string";

    fn from_value(value: &Value) -> Option<Self> {
        value.as_str().map(str::to_owned)
    }
}

impl FromValue for bool {
    const EXPECTED: &'static str = "a boolean";

    fn from_value(value: &Value) -> Option<Self> {
        value.as_bool()
    }
}

impl FromValue for i64 {
    const EXPECTED: &'static str = "an integer";

    fn from_value(value: &Value) -> Option<Self> {
        // Go encodes a float that holds a whole number as `3`, but YAML input may come as `3.0`.
        value.as_i64().or_else(|| value.as_f64().and_then(whole))
    }
}

impl FromValue for f64 {
    const EXPECTED: &'static str = "a number";

    fn from_value(value: &Value) -> Option<Self> {
        value.as_f64()
    }
}

impl FromValue for Value {
    const EXPECTED: &'static str = "anything";

    fn from_value(value: &Value) -> Option<Self> {
        Some(value.clone())
    }
}

impl<T: FromValue> FromValue for Vec<T> {
    const EXPECTED: &'static str = "a list of the declared type";

    fn from_value(value: &Value) -> Option<Self> {
        value.as_array()?.iter().map(T::from_value).collect()
    }
}

/// The identity of a secret, `secret:<id>`; never its content.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SecretId(String);

impl SecretId {
    /// Juju's spelling, as hook tools take it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SecretId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromValue for SecretId {
    const EXPECTED: &'static str = "a secret's id";

    fn from_value(value: &Value) -> Option<Self> {
        value
            .as_str()
            .filter(|id| !id.is_empty())
            .map(|id| Self(id.to_owned()))
    }
}

fn whole(number: f64) -> Option<i64> {
    // 2^53: beyond it a float no longer tells neighbouring integers apart.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "whole and within the range just checked"
    )]
    (number.fract() == 0.0 && number.abs() <= EXACT).then_some(number as i64)
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields() -> Fields {
        let answer = serde_json::json!({
            "port": 8080, "whole": 3.0, "ratio": 0.5, "on": true, "title": "Blog", "none": null, "tags": ["a", "b"],
        });
        Fields::of("config-get", answer).unwrap()
    }

    #[test]
    fn typed_values() {
        let fields = fields();
        assert_eq!(fields.required::<i64>("port").unwrap(), 8080);
        assert_eq!(fields.required::<i64>("whole").unwrap(), 3);
        assert!((fields.required::<f64>("port").unwrap() - 8080.0).abs() < f64::EPSILON);
        assert!(fields.or::<bool>("on", false).unwrap());
        assert_eq!(
            fields.or::<String>("missing", "default").unwrap(),
            "default"
        );
        assert_eq!(fields.optional::<String>("none").unwrap(), None);
        assert_eq!(fields.required::<Vec<String>>("tags").unwrap(), ["a", "b"]);
    }

    #[test]
    fn errors_name_the_field() {
        let fields = fields();
        for (error, text) in [
            (
                fields.required::<i64>("title").unwrap_err(),
                "config-get: `title` has to be an integer and is a string",
            ),
            (
                fields.required::<i64>("ratio").unwrap_err(),
                "config-get: `ratio` has to be an integer and is a number",
            ),
            (
                fields.required::<String>("none").unwrap_err(),
                "config-get: `none` is required and was not given",
            ),
        ] {
            assert_eq!(error.to_string(), text);
        }
    }
}
