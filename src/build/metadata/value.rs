//! The plain shapes metadata is made of: scalars, lists, and mappings from names to things.
//! Scalars are taken the way charmcraft and Juju take them, which is wider than YAML 1.2.

use serde::de::{MapAccess, SeqAccess};

use crate::build::metadata::reading::{Entry, Reader, Shape, next_item};
use crate::build::problem::Key;

/// A value whose type only another key tells, such as a default.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Value {
    #[default]
    Null,
    Boolean(bool),
    Integer(i64),
    Number(f64),
    Text(String),
    /// An integer beyond 64 bits.
    Huge,
    List(Vec<Value>),
    /// In the order they were written.
    Mapping(Vec<(String, Value)>),
}

impl Value {
    /// As a report names what was found.
    pub(crate) fn describe(&self) -> String {
        match self {
            Self::Null => "empty".to_owned(),
            Self::Boolean(value) => format!("the boolean `{value}`"),
            Self::Integer(value) => format!("the number `{value}`"),
            // With its point: `5.0` is no whole number.
            Self::Number(value) => format!("the number `{value:?}`"),
            Self::Text(value) => format!("the text `{}`", value.escape_debug()),
            Self::Huge => "a number beyond 64 bits".to_owned(),
            Self::List(_) => "a list".to_owned(),
            Self::Mapping(_) => "a mapping".to_owned(),
        }
    }

    /// The boolean YAML 1.1 reads here, or Juju out of a quoted text.
    pub(crate) fn boolean(&self) -> Option<bool> {
        match self {
            Self::Boolean(value) => Some(*value),
            Self::Text(text) => match text.to_ascii_lowercase().as_str() {
                "true" | "yes" | "on" => Some(true),
                "false" | "no" | "off" => Some(false),
                _ => None,
            },
            _ => None,
        }
    }

    /// The integer YAML 1.1 reads here (`1_000`, `0o17`, `017`), or Juju out of a quoted text.
    pub(crate) fn integer(&self) -> Option<i64> {
        match self {
            Self::Integer(value) => Some(*value),
            Self::Text(text) => {
                let text = text.replace('_', "");
                match text.strip_prefix('0').filter(|rest| !rest.is_empty()) {
                    Some(octal) => i64::from_str_radix(octal, 8).ok(),
                    None => text.parse().ok(),
                }
            }
            _ => None,
        }
    }

    /// The number YAML reads here, or Juju out of a quoted text.
    pub(crate) fn number(&self) -> Option<f64> {
        let number = match self {
            #[expect(
                clippy::cast_precision_loss,
                reason = "a float option holds what a float can hold"
            )]
            Self::Integer(value) => Some(*value as f64),
            Self::Number(value) => Some(*value),
            Self::Text(text) => text.replace('_', "").parse().ok(),
            _ => None,
        };
        number.filter(|number: &f64| number.is_finite())
    }
}

impl Shape for Value {
    const EXPECTED: &'static str = "a value";
    const TAKES_MAPPING: bool = true;
    const TAKES_LIST: bool = true;

    fn scalar(&mut self, value: Value) -> bool {
        *self = value;
        true
    }

    fn open_mapping(&mut self) {
        *self = Self::Mapping(Vec::new());
    }

    fn open_list(&mut self) {
        *self = Self::List(Vec::new());
    }

    fn entry<'de, A: MapAccess<'de>>(&mut self, entry: Entry<'_, A>) -> Result<(), A::Error> {
        let name = entry.name.to_owned();
        let value = entry.read()?;
        if let Self::Mapping(entries) = self {
            entries.push((name, value));
        }
        Ok(())
    }

    fn item<'de, A: SeqAccess<'de>>(
        &mut self,
        items: &mut A,
        at: Reader<'_>,
    ) -> Result<bool, A::Error> {
        let item = next_item(items, at)?;
        let more = item.is_some();
        if let Self::List(values) = self {
            values.extend(item);
        }
        Ok(more)
    }
}

impl Shape for Option<String> {
    const EXPECTED: &'static str = "text";

    fn scalar(&mut self, value: Value) -> bool {
        let Value::Text(text) = value else {
            return false;
        };
        *self = Some(text);
        true
    }
}

impl Shape for Option<bool> {
    const EXPECTED: &'static str = "`true` or `false`";

    fn scalar(&mut self, value: Value) -> bool {
        *self = value.boolean();
        self.is_some()
    }
}

impl Shape for Option<i64> {
    const EXPECTED: &'static str = "a whole number";

    fn scalar(&mut self, value: Value) -> bool {
        *self = value.integer();
        self.is_some()
    }
}

impl<T: Shape> Shape for Vec<T> {
    const EXPECTED: &'static str = "a list";
    const TAKES_LIST: bool = true;

    fn item<'de, A: SeqAccess<'de>>(
        &mut self,
        items: &mut A,
        at: Reader<'_>,
    ) -> Result<bool, A::Error> {
        let item = next_item(items, at)?;
        let more = item.is_some();
        self.extend(item);
        Ok(more)
    }
}

/// Something declared under a name, and where.
#[derive(Clone, Debug)]
pub(crate) struct Named<T> {
    pub name: String,
    pub key: Key,
    pub is: T,
}

/// Named things in the order they were declared.
#[derive(Clone, Debug)]
pub(crate) struct Section<T>(Vec<Named<T>>);

impl<T> Section<T> {
    pub(crate) fn iter(&self) -> std::slice::Iter<'_, Named<T>> {
        self.0.iter()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What is declared under `name`.
    pub(crate) fn find(&self, name: &str) -> Option<&Named<T>> {
        self.iter().find(|named| named.name == name)
    }
}

impl<T> Default for Section<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'s, T> IntoIterator for &'s Section<T> {
    type Item = &'s Named<T>;
    type IntoIter = std::slice::Iter<'s, Named<T>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<T: Shape> Shape for Section<T> {
    const EXPECTED: &'static str = "a mapping from names to their declarations";
    const TAKES_MAPPING: bool = true;

    fn entry<'de, A: MapAccess<'de>>(&mut self, entry: Entry<'_, A>) -> Result<(), A::Error> {
        let name = entry.name.to_owned();
        let key = entry.key();
        let is = entry.read()?;
        self.0.retain(|named| named.name != name);
        self.0.push(Named { name, key, is });
        Ok(())
    }
}
