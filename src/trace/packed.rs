//! The attributes that a traced function is called with, as bytes from the beginning.
//!
//! Most are never looked at before they are encoded, if they are at all. The bytes are those of the
//! journal (`docs/journal-format.md`), which takes them as they are.

use opentelemetry::KeyValue;

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

const BOOL: u8 = 0;
const I64: u8 = 1;
const F64: u8 = 2;
const TEXT: u8 = 3;

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
        let text = match value {
            PackedValue::Nothing => return,
            PackedValue::Text(text) => text,
            PackedValue::Made(text) => text.as_str(),
            PackedValue::Bool(_) | PackedValue::I64(_) | PackedValue::F64(_) => "",
        };
        put_text(key, &mut self.bytes);
        match value {
            PackedValue::Bool(value) => self.bytes.extend_from_slice(&[BOOL, u8::from(*value)]),
            PackedValue::I64(value) => put_number(I64, value.to_le_bytes(), &mut self.bytes),
            PackedValue::F64(value) => put_number(F64, value.to_le_bytes(), &mut self.bytes),
            PackedValue::Nothing | PackedValue::Text(_) | PackedValue::Made(_) => {
                self.bytes.push(TEXT);
                put_text(text, &mut self.bytes);
            }
        }
        self.count += 1;
    }

    /// As OpenTelemetry has them.
    pub(crate) fn unpack(&self) -> impl Iterator<Item = KeyValue> + '_ {
        let mut rest = self.bytes.as_slice();
        std::iter::from_fn(move || take(&mut rest))
    }
}

fn put_number(kind: u8, number: [u8; 8], bytes: &mut Vec<u8>) {
    bytes.push(kind);
    bytes.extend_from_slice(&number);
}

/// A text with its length before it, as the journal has it.
pub(crate) fn put_text(text: &str, bytes: &mut Vec<u8>) {
    bytes.extend_from_slice(&(text.len() as u64).to_le_bytes());
    bytes.extend_from_slice(text.as_bytes());
}

fn take(rest: &mut &[u8]) -> Option<KeyValue> {
    let key = take_text(rest)?;
    let (kind, behind) = rest.split_first()?;
    *rest = behind;
    Some(match *kind {
        BOOL => {
            let (value, behind) = rest.split_first()?;
            *rest = behind;
            KeyValue::new(key, *value != 0)
        }
        I64 => KeyValue::new(key, i64::from_le_bytes(take_eight(rest)?)),
        F64 => KeyValue::new(key, f64::from_le_bytes(take_eight(rest)?)),
        _ => KeyValue::new(key, take_text(rest)?),
    })
}

fn take_text(rest: &mut &[u8]) -> Option<String> {
    let length = usize::try_from(u64::from_le_bytes(take_eight(rest)?)).ok()?;
    let (text, behind) = rest.split_at_checked(length)?;
    *rest = behind;
    Some(String::from_utf8_lossy(text).into_owned())
}

fn take_eight(rest: &mut &[u8]) -> Option<[u8; 8]> {
    let (eight, behind) = rest.split_first_chunk()?;
    *rest = behind;
    Some(*eight)
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
