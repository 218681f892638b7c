//! The attributes that a traced function is called with, as bytes from the beginning.
//!
//! Most are never looked at before they are encoded, if they are at all. The bytes are those of the
//! journal (`docs/journal-format.md`), which takes them as they are.

use bincode::enc::{Encode, Encoder};
use bincode::error::EncodeError;
use opentelemetry::KeyValue;

use super::codec::{self, BOOL, F64, I64, TEXT};

/// A list of attributes. One allocation, however many there are.
#[derive(Clone, Debug, Default)]
pub struct Packed {
    count: u32,
    bytes: Vec<u8>,
}

/// A value on its way into a list: borrowed wherever it can be.
#[derive(Debug)]
pub enum PackedValue<'a> {
    /// Nothing to record.
    Nothing,
    /// A boolean.
    Bool(bool),
    /// An integer.
    I64(i64),
    /// A number with a fraction.
    F64(f64),
    /// Text.
    Text(&'a str),
    /// Text that was made for it.
    Made(String),
}

impl Encode for PackedValue<'_> {
    fn encode<E: Encoder>(&self, to: &mut E) -> Result<(), EncodeError> {
        match self {
            Self::Nothing => Ok(()),
            Self::Bool(value) => (BOOL, u8::from(*value)).encode(to),
            Self::I64(value) => (I64, *value).encode(to),
            Self::F64(value) => (F64, *value).encode(to),
            Self::Text(text) => (TEXT, *text).encode(to),
            Self::Made(text) => (TEXT, text.as_str()).encode(to),
        }
    }
}

impl Packed {
    /// The empty list.
    pub const fn new() -> Self {
        Self {
            count: 0,
            bytes: Vec::new(),
        }
    }

    /// Those that have a value.
    pub fn of<const N: usize>(all: [(&'static str, PackedValue<'_>); N]) -> Self {
        let mut list = Self {
            count: 0,
            // Room for a key and a text of a dozen bytes each, beside their lengths.
            bytes: Vec::with_capacity(N * 40),
        };
        for (key, value) in all {
            list.push(key, &value);
        }
        list
    }

    pub(super) const fn from_parts(count: u32, bytes: Vec<u8>) -> Self {
        Self { count, bytes }
    }

    /// How many there are.
    pub(crate) fn count(&self) -> u32 {
        self.count
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    fn push(&mut self, key: &str, value: &PackedValue<'_>) {
        // The codec writes into memory and knows no failure.
        if !matches!(value, PackedValue::Nothing)
            && codec::append((key, value), &mut self.bytes).is_ok()
        {
            self.count += 1;
        }
    }

    /// As OpenTelemetry has them.
    pub(crate) fn unpack(&self) -> impl Iterator<Item = KeyValue> + '_ {
        codec::attributes(self.count, &self.bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_is_unpacked() {
        let list = Packed::of([
            ("bool", PackedValue::Bool(true)),
            ("absent", PackedValue::Nothing),
            ("least", PackedValue::I64(i64::MIN)),
            ("f64", PackedValue::F64(-0.5)),
            ("text", PackedValue::Text("\u{e4}")),
            ("", PackedValue::Made(String::new())),
        ]);
        let expected = [
            KeyValue::new("bool", true),
            KeyValue::new("least", i64::MIN),
            KeyValue::new("f64", -0.5),
            KeyValue::new("text", "\u{e4}"),
            KeyValue::new("", ""),
        ];
        assert_eq!(list.unpack().collect::<Vec<_>>(), expected);
        assert_eq!(list.count() as usize, expected.len());
        assert_eq!(Packed::new().unpack().count(), 0);
    }
}
