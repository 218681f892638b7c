//! Reads YAML into types that say what they take. A value of the wrong shape is noted and passed
//! over, so one reading finds every problem; only broken YAML ends it. Duplicate keys and merge
//! keys are handled here because the YAML crate leaves them to the types it fills.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt;

use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error, IgnoredAny, MapAccess, SeqAccess,
    VariantAccess, Visitor,
};

use crate::build::finding::FileKind;
use crate::build::finding::{Finding, Findings, Key, Spot};
use crate::build::metadata::broken::{MERGED, REPEATED};
use crate::build::metadata::key::{KeyText, MERGE_KEY};
use crate::build::metadata::value::Value;

/// A type that a value of the metadata is read into. Null leaves the default, everywhere.
pub(crate) trait Shape: Default {
    /// How a report names what belongs here: "a number".
    const EXPECTED: &'static str;
    const TAKES_MAPPING: bool = false;
    const TAKES_LIST: bool = false;

    /// Takes a scalar, or gives back `false` if none belongs here.
    fn scalar(&mut self, _value: Value) -> bool {
        false
    }

    /// Called before the first entry of a mapping, and for an empty one too.
    fn open_mapping(&mut self) {}

    /// Called before the first item of a list, and for an empty one too.
    fn open_list(&mut self) {}

    /// Takes one entry of a mapping.
    fn entry<'de, A: MapAccess<'de>>(
        &mut self,
        entry: MappingEntry<'_, A>,
    ) -> Result<(), A::Error> {
        entry.skip()
    }

    /// Takes one item of a list, or gives back `false` at its end.
    fn item<'de, A: SeqAccess<'de>>(
        &mut self,
        items: &mut A,
        _at: Cursor<'_>,
    ) -> Result<bool, A::Error> {
        Ok(items.next_element::<IgnoredAny>()?.is_some())
    }
}

/// Where the reading stands, and where it leaves what it finds.
#[derive(Clone, Copy)]
pub(crate) struct Cursor<'r> {
    pub file: FileKind,
    pub path: &'r Path<'r>,
    pub findings: &'r Findings,
    /// How much may still be read. The YAML crate counts aliases and not what each stands for, so a
    /// few of them, one in another, could fill any memory.
    pub room: &'r Cell<usize>,
}

/// How much the values of a text come to at most: twice what stands there, and a mebibyte that its
/// aliases may add.
pub(crate) fn room_for(text: &str) -> usize {
    (1 << 20) + 2 * text.len()
}

/// The keys from the top of the file down to here, without an allocation for each step.
#[derive(Clone, Copy)]
pub(crate) enum Path<'r> {
    Top,
    Below(&'r Path<'r>, &'r str),
}

impl<'r> Cursor<'r> {
    fn at<'n>(self, path: &'n Path<'n>) -> Cursor<'n>
    where
        'r: 'n,
    {
        Cursor { path, ..self }
    }

    /// Takes room for a value or key of so many bytes.
    fn take<E: Error>(self, bytes: usize) -> Result<(), E> {
        let left = self.room.get().checked_sub(1 + bytes);
        let left = left.ok_or_else(|| E::custom(REPEATED))?;
        self.room.set(left);
        Ok(())
    }

    fn key(self) -> Key {
        let mut path = Vec::new();
        let mut rest = self.path;
        while let Path::Below(above, name) = rest {
            path.push((*name).to_owned());
            rest = above;
        }
        path.reverse();
        Key {
            file: self.file,
            path,
        }
    }

    fn wrong_shape<T: Shape>(self, found: &str) {
        let key = self.key();
        let subject = if key.path.is_empty() {
            "the file".to_owned()
        } else {
            format!("`{key}`")
        };
        self.findings.value(
            &key,
            format!("{subject} is {found}, not {}", T::EXPECTED),
            format!("write {} here", T::EXPECTED),
        );
    }

    /// A tag of one's own; a lone `!` says no more than quotes do.
    fn tagged(self, tag: &str) {
        if tag != "!" {
            let key = self.key();
            let tag = tag.trim_start_matches('!').escape_debug();
            let message = format!("`{key}` has the tag `!{tag}`, which charmcraft does not know");
            self.findings.value(
                &key,
                message,
                "delete the tag; quotes make a text of any value",
            );
        }
    }

    fn duplicate(self, occurrence: usize) {
        let key = self.key();
        let finding = Finding::new(
            Spot::Key(key.clone(), occurrence),
            format!("`{key}` is written twice in one mapping"),
            "keep one of the two; charmcraft refuses the file, and Juju would use the last",
        );
        self.findings
            .push(finding.related(Spot::Key(key, 0), "the first one is here"));
    }
}

/// One entry of a mapping, its value not yet read.
pub(crate) struct MappingEntry<'r, A> {
    pub name: &'r str,
    at: Cursor<'r>,
    map: &'r mut A,
}

impl<'de, A: MapAccess<'de>> MappingEntry<'_, A> {
    /// The place of this entry.
    pub(crate) fn key(&self) -> Key {
        self.at.key()
    }

    /// Reads the value.
    pub(crate) fn read<T: Shape>(self) -> Result<T, A::Error> {
        let mut target = T::default();
        self.map.next_value_seed(Fill {
            target: &mut target,
            at: self.at,
        })?;
        Ok(target)
    }

    /// Passes over the value, looking only for duplicate keys in it.
    pub(crate) fn skip(self) -> Result<(), A::Error> {
        self.read::<Anything>().map(|_| ())
    }
}

/// Fills a target from the value at the current place.
pub(crate) struct Fill<'t, 'r, T> {
    pub target: &'t mut T,
    pub at: Cursor<'r>,
}

impl<'de, T: Shape> DeserializeSeed<'de> for Fill<'_, '_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.at.take(0)?;
        deserializer.deserialize_any(self)
    }
}

impl<T: Shape> Fill<'_, '_, T> {
    fn scalar(self, value: Value) {
        let found = value.describe();
        if !self.target.scalar(value) {
            self.at.wrong_shape::<T>(&found);
        }
    }
}

impl<'de, T: Shape> Visitor<'de> for Fill<'_, '_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_none<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, value: bool) -> Result<(), E> {
        self.scalar(Value::Boolean(value));
        Ok(())
    }

    fn visit_i64<E>(self, value: i64) -> Result<(), E> {
        self.scalar(Value::Integer(value));
        Ok(())
    }

    fn visit_u64<E>(self, value: u64) -> Result<(), E> {
        self.scalar(i64::try_from(value).map_or(Value::Huge, Value::Integer));
        Ok(())
    }

    fn visit_i128<E>(self, _value: i128) -> Result<(), E> {
        self.scalar(Value::Huge);
        Ok(())
    }

    fn visit_u128<E>(self, _value: u128) -> Result<(), E> {
        self.scalar(Value::Huge);
        Ok(())
    }

    fn visit_f64<E>(self, value: f64) -> Result<(), E> {
        self.scalar(Value::Number(value));
        Ok(())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<(), E> {
        self.at.take(value.len())?;
        self.scalar(Value::Text(value.to_owned()));
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        if !T::TAKES_LIST {
            self.at.wrong_shape::<T>("a list");
            while items.next_element::<IgnoredAny>()?.is_some() {}
            return Ok(());
        }
        self.target.open_list();
        for index in 0_usize.. {
            let index = index.to_string();
            let path = Path::Below(self.at.path, &index);
            if !self.target.item(&mut items, self.at.at(&path))? {
                break;
            }
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        if !T::TAKES_MAPPING {
            self.at.wrong_shape::<T>("a mapping");
            while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            return Ok(());
        }
        self.target.open_mapping();
        entries(self.target, &mut map, self.at, &mut Seen::new(), false)
    }

    fn visit_enum<A: EnumAccess<'de>>(self, tagged: A) -> Result<(), A::Error> {
        let (tag, value) = tagged.variant_seed(KeyText)?;
        self.at.tagged(&tag);
        value.newtype_variant_seed(self)
    }
}

/// Reads the next item of a list into a target.
pub(crate) fn next_item<'de, T: Shape, A: SeqAccess<'de>>(
    items: &mut A,
    at: Cursor<'_>,
) -> Result<Option<T>, A::Error> {
    let mut target = T::default();
    let fill = Fill {
        target: &mut target,
        at,
    };
    Ok(items.next_element_seed(fill)?.map(|()| target))
}

/// The keys of a mapping so far: how often each stood in the mapping itself. A key that only a
/// merge brought in counts 0 and gives way to one written out.
type Seen = BTreeMap<String, usize>;

fn entries<'de, T: Shape, A: MapAccess<'de>>(
    target: &mut T,
    map: &mut A,
    at: Cursor<'_>,
    seen: &mut Seen,
    merging: bool,
) -> Result<(), A::Error> {
    while let Some(name) = map.next_key_seed(KeyText)? {
        at.take(name.len())?;
        if name == MERGE_KEY {
            map.next_value_seed(Merge { target, at, seen })?;
            continue;
        }
        if merging && seen.contains_key(&name) {
            map.next_value::<IgnoredAny>()?;
            continue;
        }
        let path = Path::Below(at.path, &name);
        let at = at.at(&path);
        let count = seen.entry(name.clone()).or_default();
        if *count > 0 {
            at.duplicate(*count);
        }
        if !merging {
            *count += 1;
        }
        target.entry(MappingEntry {
            name: &name,
            at,
            map,
        })?;
    }
    Ok(())
}

/// The value of a merge key: a mapping, or a list of them of which the first has precedence.
struct Merge<'t, 'r, T> {
    target: &'t mut T,
    at: Cursor<'r>,
    seen: &'t mut Seen,
}

impl<'de, T: Shape> DeserializeSeed<'de> for Merge<'_, '_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.at.take(0)?;
        deserializer.deserialize_any(self)
    }
}

impl<'de, T: Shape> Visitor<'de> for Merge<'_, '_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MERGED)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        entries(self.target, &mut map, self.at, self.seen, true)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        loop {
            let merge = Merge {
                target: &mut *self.target,
                at: self.at,
                seen: &mut *self.seen,
            };
            if items.next_element_seed(merge)?.is_none() {
                return Ok(());
            }
        }
    }
}

/// Takes every shape and keeps nothing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Anything;

impl Shape for Anything {
    const EXPECTED: &'static str = "anything";
    const TAKES_MAPPING: bool = true;
    const TAKES_LIST: bool = true;

    fn scalar(&mut self, _value: Value) -> bool {
        true
    }

    fn item<'de, A: SeqAccess<'de>>(
        &mut self,
        items: &mut A,
        at: Cursor<'_>,
    ) -> Result<bool, A::Error> {
        Ok(next_item::<Self, A>(items, at)?.is_some())
    }
}
