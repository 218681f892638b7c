//! Typed reading of what Juju passes as a JSON object: configuration and action parameters.
//!
//! The generated code calls this with the names and defaults of the metadata; the type comes from
//! the field it fills. Juju coerces by its own schema, so an integer may arrive as `3.0`.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Map, Value};

use crate::juju::Error;

/// A JSON object whose values are read by name and type.
#[derive(Clone, Debug)]
pub struct Fields {
    /// The tool in errors, and for an object within an object the keys that lead there.
    of: &'static str,
    above: String,
    values: Map<String, Value>,
}

impl Fields {
    /// What a tool answered, for tests of a charm: `of` names the tool in errors, `null` is an empty
    /// object.
    ///
    /// ```
    /// use charm_tracing::juju::Fields;
    ///
    /// let answer = "{\"bytes\": 32}".parse().unwrap();
    /// let fields = Fields::of("action-get", answer).unwrap();
    /// assert_eq!(fields.required::<i64>("bytes").unwrap(), 32);
    /// ```
    ///
    /// # Errors
    ///
    /// If the answer is no object.
    pub fn of(of: &'static str, answer: Value) -> Result<Self, Error> {
        let values = match answer {
            Value::Object(values) => values,
            Value::Null => Map::new(),
            _ => {
                let problem = "Juju answered with something else than an object";
                return Err(Error::field(of, problem.to_owned()));
            }
        };
        let above = String::new();
        Ok(Self { of, above, values })
    }

    /// The value of `key`, which has to be there.
    pub fn required<T: FromValue>(&self, key: &str) -> Result<T, Error> {
        self.optional(key)?.ok_or_else(|| {
            let name = self.name(key);
            Error::field(self.of, format!("`{name}` is required and was not given"))
        })
    }

    /// The value of `key`, if it is there and says something: `null` does not.
    pub fn optional<T: FromValue>(&self, key: &str) -> Result<Option<T>, Error> {
        let value = self.values.get(key).filter(|value| !T::is_absent(value));
        value.map(|value| self.read(key, value)).transpose()
    }

    /// The value of `key`, or the default.
    pub fn or<T: FromValue>(&self, key: &str, default: impl Into<T>) -> Result<T, Error> {
        Ok(self.optional(key)?.unwrap_or_else(|| default.into()))
    }

    /// The value of `key`, or a default that is written as JSON because it is a list or an object.
    pub fn or_json<T: FromValue>(&self, key: &str, default: &str) -> Result<T, Error> {
        if let Some(value) = self.optional(key)? {
            return Ok(value);
        }
        let default: Value = serde_json::from_str(default).map_err(|error| {
            Error::field(
                self.of,
                format!("the default of `{key}` is no JSON: {error}"),
            )
        })?;
        self.read(key, &default)
    }

    /// All values but those of the `known` keys.
    pub fn beyond<T: FromValue>(&self, known: &[&str]) -> Result<BTreeMap<String, T>, Error> {
        let others = self.values.iter();
        others
            .filter(|(key, _)| !known.contains(&key.as_str()))
            .map(|(key, value)| Ok((key.clone(), self.read(key, value)?)))
            .collect()
    }

    fn read<T: FromValue>(&self, key: &str, value: &Value) -> Result<T, Error> {
        T::from_value(&Field {
            of: self.of,
            name: self.name(key),
            value,
        })
    }

    fn name(&self, key: &str) -> String {
        format!("{}{key}", self.above)
    }
}

/// One value, and the name that errors call it by: `tree.leaves.0`.
#[derive(Clone, Debug)]
pub struct Field<'v> {
    of: &'static str,
    name: String,
    value: &'v Value,
}

impl<'v> Field<'v> {
    /// The value as Juju gave it.
    pub fn value(&self) -> &'v Value {
        self.value
    }

    /// The value, if it is a text.
    pub fn text(&self) -> Option<&'v str> {
        self.value.as_str()
    }

    /// The value as an object.
    ///
    /// # Errors
    ///
    /// If it is none.
    pub fn object(&self) -> Result<Fields, Error> {
        let Value::Object(values) = self.value else {
            return Err(self.refuse("an object"));
        };
        Ok(Fields {
            of: self.of,
            above: format!("{}.", self.name),
            values: values.clone(),
        })
    }

    /// The error that says what had to be here and of what kind it is; never the value itself, which
    /// may be a password.
    pub fn refuse(&self, expected: &str) -> Error {
        let (name, found) = (&self.name, kind_of(self.value));
        Error::field(
            self.of,
            format!("`{name}` has to be {expected} and is {found}"),
        )
    }

    fn item(&self, index: usize, value: &'v Value) -> Self {
        Self {
            of: self.of,
            name: format!("{}.{index}", self.name),
            value,
        }
    }
}

/// A type that a field can have.
pub trait FromValue: Sized {
    /// The value as this type.
    ///
    /// # Errors
    ///
    /// If it is of another type: [`Field::refuse`] makes the error.
    fn from_value(value: &Field<'_>) -> Result<Self, Error>;

    /// Whether a value says that there is none.
    fn is_absent(value: &Value) -> bool {
        value.is_null()
    }
}

impl FromValue for String {
    fn from_value(value: &Field<'_>) -> Result<Self, Error> {
        let text = value.text().ok_or_else(|| value.refuse("a string"))?;
        Ok(text.to_owned())
    }
}

impl FromValue for bool {
    fn from_value(value: &Field<'_>) -> Result<Self, Error> {
        let boolean = value.value().as_bool();
        boolean.ok_or_else(|| value.refuse("a boolean"))
    }
}

impl FromValue for i64 {
    fn from_value(value: &Field<'_>) -> Result<Self, Error> {
        let number = value.value();
        // Go encodes a float that holds a whole number as `3`, but YAML input may come as `3.0`.
        number
            .as_i64()
            .or_else(|| number.as_f64().and_then(whole))
            .ok_or_else(|| value.refuse("an integer"))
    }
}

impl FromValue for f64 {
    fn from_value(value: &Field<'_>) -> Result<Self, Error> {
        let number = value.value().as_f64();
        number.ok_or_else(|| value.refuse("a number"))
    }
}

impl FromValue for Value {
    fn from_value(value: &Field<'_>) -> Result<Self, Error> {
        Ok(value.value().clone())
    }
}

impl<T: FromValue> FromValue for Vec<T> {
    fn from_value(value: &Field<'_>) -> Result<Self, Error> {
        let items = value.value().as_array();
        let items = items.ok_or_else(|| value.refuse("a list"))?.iter();
        items
            .enumerate()
            .map(|(index, item)| T::from_value(&value.item(index, item)))
            .collect()
    }
}

impl<T: FromValue> FromValue for BTreeMap<String, T> {
    fn from_value(value: &Field<'_>) -> Result<Self, Error> {
        value.object()?.beyond(&[])
    }
}

/// The identity of a secret, `secret:<id>`; never its content.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SecretId(pub(super) String);

impl SecretId {
    /// Takes Juju's spelling: `secret:<id>`, `secret://<model>/<id>` for one of another model, or the
    /// bare id. `None` for an empty one.
    ///
    /// ```
    /// use charm_tracing::SecretId;
    ///
    /// assert_eq!(SecretId::parse("secret:d0uajpnmp25c76b6n5kg").unwrap().as_str(), "secret:d0uajpnmp25c76b6n5kg");
    /// assert_eq!(SecretId::parse("d0uajpnmp25c76b6n5kg").unwrap().as_str(), "secret:d0uajpnmp25c76b6n5kg");
    /// assert!(SecretId::parse("secret:").is_none());
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        let id = text.strip_prefix("secret:").unwrap_or(text);
        (!id.is_empty()).then(|| Self(format!("secret:{id}")))
    }

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
    fn from_value(value: &Field<'_>) -> Result<Self, Error> {
        let id = value.text().filter(|id| !id.is_empty());
        let id = id.ok_or_else(|| value.refuse("a secret's id"))?;
        Ok(Self(id.to_owned()))
    }

    /// Juju takes an empty text for an option of the type `secret`, as its default too.
    fn is_absent(value: &Value) -> bool {
        value.is_null() || value.as_str() == Some("")
    }
}

fn whole(number: f64) -> Option<i64> {
    // 2^53: beyond it a float no longer has every integer.
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
            "tree": { "leaf": 1 },
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
    fn an_empty_secret_is_none() {
        let fields =
            |key: &str| Fields::of("config-get", serde_json::json!({ "key": key })).unwrap();
        assert_eq!(fields("").optional::<SecretId>("key").unwrap(), None);
        let given = fields("secret:1").optional::<SecretId>("key").unwrap();
        assert_eq!(given.unwrap().as_str(), "secret:1");
        assert_eq!(
            fields("").optional::<String>("key").unwrap(),
            Some(String::new())
        );
    }

    #[test]
    fn lists_and_objects() {
        let fields = fields();
        let default: Vec<i64> = fields.or_json("missing", "[1,2]").unwrap();
        assert_eq!(default, [1, 2]);
        let tree: BTreeMap<String, i64> = fields.required("tree").unwrap();
        assert_eq!(tree.get("leaf"), Some(&1));
        let known = ["port", "whole", "ratio", "on", "title", "none", "tags"];
        let beyond: BTreeMap<String, Value> = fields.beyond(&known).unwrap();
        assert_eq!(beyond.keys().collect::<Vec<_>>(), ["tree"]);
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
            (
                fields.required::<Vec<i64>>("tags").unwrap_err(),
                "config-get: `tags.0` has to be an integer and is a string",
            ),
            (
                fields
                    .required::<BTreeMap<String, bool>>("tree")
                    .unwrap_err(),
                "config-get: `tree.leaf` has to be a boolean and is a number",
            ),
        ] {
            assert_eq!(error.to_string(), text);
        }
    }
}
