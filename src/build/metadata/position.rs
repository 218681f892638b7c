//! Finds the place of a key or value by walking the file a second time and stopping with an error
//! there: the YAML crate reports the position of errors, and of nothing else.

use std::cell::Cell;
use std::fmt;

use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error, IgnoredAny, MapAccess, SeqAccess,
    VariantAccess, Visitor,
};

use crate::build::metadata::key::{KeyText, MERGE_KEY};

/// What to stop at.
#[derive(Clone, Copy)]
pub(crate) struct KeySearch<'w> {
    /// The keys from here down; a number for an item of a list.
    pub path: &'w [String],
    /// Which of several equal keys to stop at, from 0; `None` to stop at the value.
    pub occurrence: Option<usize>,
    /// Whether keys may also stand in a mapping that is merged in.
    pub through_merges: bool,
    /// Set when the wanted position is reached. Any other error leaves it unset.
    pub found: &'w Cell<bool>,
}

impl<'w> KeySearch<'w> {
    fn below(self, path: &'w [String]) -> Self {
        Self { path, ..self }
    }

    fn here<E: Error>(&self) -> Result<(), E> {
        if !self.path.is_empty() {
            return Ok(());
        }
        self.found.set(true);
        Err(E::custom("the wanted place"))
    }
}

impl<'de> DeserializeSeed<'de> for KeySearch<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for KeySearch<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.here()
    }

    fn visit_none<E: Error>(self) -> Result<(), E> {
        self.here()
    }

    fn visit_bool<E: Error>(self, _value: bool) -> Result<(), E> {
        self.here()
    }

    fn visit_i64<E: Error>(self, _value: i64) -> Result<(), E> {
        self.here()
    }

    fn visit_u64<E: Error>(self, _value: u64) -> Result<(), E> {
        self.here()
    }

    fn visit_i128<E: Error>(self, _value: i128) -> Result<(), E> {
        self.here()
    }

    fn visit_u128<E: Error>(self, _value: u128) -> Result<(), E> {
        self.here()
    }

    fn visit_f64<E: Error>(self, _value: f64) -> Result<(), E> {
        self.here()
    }

    fn visit_str<E: Error>(self, _value: &str) -> Result<(), E> {
        self.here()
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        self.here()?;
        for index in 0_usize.. {
            let walk = match self.path.split_first() {
                Some((step, rest)) if *step == index.to_string() => Some(self.below(rest)),
                // A list that is merged in adds no step of its own to the path.
                _ => Some(self).filter(|_| self.through_merges),
            };
            let more = match walk {
                Some(walk) => items.next_element_seed(walk)?.is_some(),
                None => items.next_element::<IgnoredAny>()?.is_some(),
            };
            if !more {
                break;
            }
        }
        Ok(())
    }

    fn visit_enum<A: EnumAccess<'de>>(self, tagged: A) -> Result<(), A::Error> {
        self.here()?;
        let (_, value) = tagged.variant_seed(KeyText)?;
        value.newtype_variant_seed(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        self.here()?;
        let Some((wanted, rest)) = self.path.split_first() else {
            return Ok(());
        };
        let mut passed = 0;
        loop {
            let stop = self
                .occurrence
                .is_some_and(|n| rest.is_empty() && n == passed);
            let key = StopAtKey {
                wanted: stop.then_some(wanted),
                found: self.found,
            };
            let Some(name) = map.next_key_seed(key)? else {
                return Ok(());
            };
            let matches = name == *wanted;
            passed += usize::from(matches);
            if matches && (self.occurrence.is_none() || !rest.is_empty()) {
                map.next_value_seed(self.below(rest))?;
            } else if name == MERGE_KEY && self.through_merges {
                map.next_value_seed(self)?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
    }
}

/// Reads a key, and stops if it is the wanted one.
struct StopAtKey<'w> {
    wanted: Option<&'w String>,
    found: &'w Cell<bool>,
}

impl<'de> DeserializeSeed<'de> for StopAtKey<'_> {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for StopAtKey<'_> {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        KeyText.expecting(f)
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<String, E> {
        if self.wanted.is_some_and(|wanted| wanted == name) {
            self.found.set(true);
            return Err(E::custom("the wanted place"));
        }
        Ok(name.to_owned())
    }
}
