//! The plain shapes of metadata: scalars, lists, and mappings from names to declarations.

use serde::de::{MapAccess, SeqAccess};

use crate::build::finding::Key;
use crate::build::metadata::reading::{Cursor, MappingEntry, Shape, next_item};
use crate::build::metadata::value::Value;

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

    fn entry<'de, A: MapAccess<'de>>(
        &mut self,
        entry: MappingEntry<'_, A>,
    ) -> Result<(), A::Error> {
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
        at: Cursor<'_>,
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
        at: Cursor<'_>,
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

    fn entry<'de, A: MapAccess<'de>>(
        &mut self,
        entry: MappingEntry<'_, A>,
    ) -> Result<(), A::Error> {
        let name = entry.name.to_owned();
        let key = entry.key();
        let is = entry.read()?;
        self.0.retain(|named| named.name != name);
        self.0.push(Named { name, key, is });
        Ok(())
    }
}
