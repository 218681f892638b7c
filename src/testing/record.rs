//! Structs as JSON objects, declared once. The state of a simulated unit is shared by several
//! processes as a file; a dozen lines of macro spell it out, where a derive would cost the crate
//! another procedural macro.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// A value that stands in the state file.
pub(super) trait Json: Sized {
    fn to_json(&self) -> Value;
    /// `None` when the JSON is of another shape.
    fn from_json(value: &Value) -> Option<Self>;
}

/// Declares structs whose fields are all [`Json`], and makes them [`Json`] as objects with a key
/// for each field.
macro_rules! record {
    ($(
        $(#[$about:meta])*
        $visibility:vis struct $name:ident {
            $( $(#[$about_field:meta])* $field_visibility:vis $field:ident: $kind:ty, )*
        }
    )*) => { $(
        $(#[$about])*
        $visibility struct $name {
            $( $(#[$about_field])* $field_visibility $field: $kind, )*
        }

        impl $crate::testing::record::Json for $name {
            fn to_json(&self) -> serde_json::Value {
                let mut object = serde_json::Map::new();
                $( object.insert(stringify!($field).to_owned(), self.$field.to_json()); )*
                serde_json::Value::Object(object)
            }

            fn from_json(value: &serde_json::Value) -> Option<Self> {
                use $crate::testing::record::Json;
                Some(Self { $( $field: Json::from_json(value.get(stringify!($field))?)?, )* })
            }
        }
    )* };
}

pub(super) use record;

impl Json for Value {
    fn to_json(&self) -> Value {
        self.clone()
    }

    fn from_json(value: &Value) -> Option<Self> {
        Some(value.clone())
    }
}

impl Json for Map<String, Value> {
    fn to_json(&self) -> Value {
        Value::Object(self.clone())
    }

    fn from_json(value: &Value) -> Option<Self> {
        value.as_object().cloned()
    }
}

impl Json for String {
    fn to_json(&self) -> Value {
        Value::String(self.clone())
    }

    fn from_json(value: &Value) -> Option<Self> {
        value.as_str().map(str::to_owned)
    }
}

impl Json for bool {
    fn to_json(&self) -> Value {
        Value::Bool(*self)
    }

    fn from_json(value: &Value) -> Option<Self> {
        value.as_bool()
    }
}

impl Json for usize {
    fn to_json(&self) -> Value {
        Value::from(*self)
    }

    fn from_json(value: &Value) -> Option<Self> {
        value.as_u64()?.try_into().ok()
    }
}

impl Json for u8 {
    fn to_json(&self) -> Value {
        Value::from(*self)
    }

    fn from_json(value: &Value) -> Option<Self> {
        value.as_u64()?.try_into().ok()
    }
}

impl<T: Json> Json for Option<T> {
    fn to_json(&self) -> Value {
        self.as_ref().map_or(Value::Null, Json::to_json)
    }

    fn from_json(value: &Value) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            value => T::from_json(value).map(Some),
        }
    }
}

impl<T: Json> Json for Vec<T> {
    fn to_json(&self) -> Value {
        self.iter().map(Json::to_json).collect()
    }

    fn from_json(value: &Value) -> Option<Self> {
        value.as_array()?.iter().map(T::from_json).collect()
    }
}

impl<T: Json> Json for BTreeMap<String, T> {
    fn to_json(&self) -> Value {
        let entries = self.iter();
        Value::Object(
            entries
                .map(|(key, value)| (key.clone(), value.to_json()))
                .collect(),
        )
    }

    fn from_json(value: &Value) -> Option<Self> {
        let entries = value.as_object()?.iter();
        entries
            .map(|(key, value)| Some((key.clone(), T::from_json(value)?)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    record! {
        #[derive(Debug, Clone, PartialEq)]
        struct Everything {
            text: String,
            truth: bool,
            number: usize,
            code: u8,
            maybe: Option<String>,
            list: Vec<String>,
            map: BTreeMap<String, Vec<usize>>,
            anything: Value,
        }
    }

    #[test]
    fn a_record_comes_back_as_it_was_written() {
        let before = Everything {
            text: "blog/0".to_owned(),
            truth: true,
            number: 7,
            code: 255,
            maybe: None,
            list: vec!["a".to_owned(), "b".to_owned()],
            map: BTreeMap::from([("x".to_owned(), vec![1, 2])]),
            anything: serde_json::json!({"deep": [null, 1.5]}),
        };
        let text = before.to_json().to_string();
        let after = serde_json::from_str(&text)
            .ok()
            .and_then(|value| Everything::from_json(&value));
        assert_eq!(after, Some(before));
    }

    #[test]
    fn another_shape_is_refused() {
        assert_eq!(
            Everything::from_json(&serde_json::json!({"text": "blog/0"})),
            None
        );
        assert_eq!(u8::from_json(&serde_json::json!(256)), None);
        assert_eq!(Vec::<String>::from_json(&serde_json::json!(["a", 1])), None);
    }
}
