//! The one codec of the files: bincode's `config::legacy()`, which writes little-endian integers of fixed size
//! and no field names. Types write their fields by hand, in the order of the file format.
//!
//! It stands here and not with the files since the attributes of a traced call are kept in the journal's bytes
//! from the beginning.

use bincode::config;
use bincode::de::read::SliceReader;
use bincode::de::{BorrowDecode, BorrowDecoder, Decode, DecoderImpl};
use bincode::enc::write::Writer;
use bincode::enc::{Encode, Encoder};
use bincode::error::{DecodeError, EncodeError};
use opentelemetry::{Array, KeyValue, StringValue, Value};

// The kinds of values that a traced call can have; the others have no name.
pub(super) const BOOL: u8 = 0;
pub(super) const I64: u8 = 1;
pub(super) const F64: u8 = 2;
pub(super) const TEXT: u8 = 3;

/// Appends a value.
pub(crate) fn append(value: impl Encode, bytes: &mut Vec<u8>) -> Result<(), EncodeError> {
    bincode::encode_into_writer(value, Appender(bytes), config::legacy())
}

/// Reads the value that the bytes begin with, and how many bytes it takes.
pub(crate) fn read<T: Decode<()>>(bytes: &[u8]) -> Option<(T, usize)> {
    bincode::decode_from_slice(bytes, config::legacy()).ok()
}

/// As [`read`], for a value that borrows from the bytes.
pub(crate) fn borrow<'a, T: BorrowDecode<'a, ()>>(bytes: &'a [u8]) -> Option<(T, usize)> {
    bincode::borrow_decode_from_slice(bytes, config::legacy()).ok()
}

/// Reads so many attributes, as far as the bytes hold them.
pub(super) fn attributes(count: u32, bytes: &[u8]) -> impl Iterator<Item = KeyValue> + '_ {
    let mut from = DecoderImpl::new(SliceReader::new(bytes), config::legacy(), ());
    (0..count).map_while(move |_| take_attribute(&mut from).ok())
}

/// Writes how many elements follow.
pub(crate) fn put_count<E: Encoder>(count: usize, to: &mut E) -> Result<(), EncodeError> {
    (count as u64).encode(to)
}

/// Reads a counted list. Room is made as elements arrive, never for what the count claims.
pub(crate) fn take_list<'de, D: BorrowDecoder<'de>, T>(
    from: &mut D,
    take: fn(&mut D) -> Result<T, DecodeError>,
) -> Result<Vec<T>, DecodeError> {
    let count = u64::borrow_decode(from)?;
    let mut list = Vec::new();
    for _ in 0..count {
        list.push(take(from)?);
    }
    Ok(list)
}

pub(crate) fn take_text<'de, D: BorrowDecoder<'de>>(from: &mut D) -> Result<String, DecodeError> {
    <&str>::borrow_decode(from).map(str::to_owned)
}

pub(crate) fn put_attributes<E: Encoder>(
    attributes: &[KeyValue],
    to: &mut E,
) -> Result<(), EncodeError> {
    put_count(attributes.len(), to)?;
    for attribute in attributes {
        attribute.key.as_str().encode(to)?;
        put_value(&attribute.value, to)?;
    }
    Ok(())
}

pub(crate) fn take_attributes<'de, D: BorrowDecoder<'de>>(
    from: &mut D,
) -> Result<Vec<KeyValue>, DecodeError> {
    take_list(from, take_attribute)
}

fn take_attribute<'de, D: BorrowDecoder<'de>>(from: &mut D) -> Result<KeyValue, DecodeError> {
    let key = take_text(from)?;
    Ok(KeyValue::new(key, take_value(from)?))
}

fn put_value<E: Encoder>(value: &Value, to: &mut E) -> Result<(), EncodeError> {
    match value {
        Value::Bool(value) => (BOOL, u8::from(*value)).encode(to),
        Value::I64(value) => (I64, *value).encode(to),
        Value::F64(value) => (F64, *value).encode(to),
        Value::Array(Array::Bool(values)) => {
            let values: Vec<u8> = values.iter().copied().map(u8::from).collect();
            (4_u8, values).encode(to)
        }
        Value::Array(Array::I64(values)) => (5_u8, values).encode(to),
        Value::Array(Array::F64(values)) => (6_u8, values).encode(to),
        Value::Array(Array::String(values)) => {
            let values: Vec<&str> = values.iter().map(StringValue::as_str).collect();
            (7_u8, values).encode(to)
        }
        // A kind that a later OpenTelemetry adds is kept as its text.
        other => (TEXT, other.as_str().as_ref()).encode(to),
    }
}

fn take_value<'de, D: BorrowDecoder<'de>>(from: &mut D) -> Result<Value, DecodeError> {
    Ok(match u8::borrow_decode(from)? {
        BOOL => Value::Bool(u8::borrow_decode(from)? != 0),
        I64 => Value::I64(i64::borrow_decode(from)?),
        F64 => Value::F64(f64::borrow_decode(from)?),
        4 => Value::Array(Array::Bool(take_list(from, |from| {
            Ok(u8::borrow_decode(from)? != 0)
        })?)),
        5 => Value::Array(Array::I64(take_list(from, i64::borrow_decode)?)),
        6 => Value::Array(Array::F64(take_list(from, f64::borrow_decode)?)),
        7 => Value::Array(Array::String(take_list(from, |from| {
            take_text(from).map(Into::into)
        })?)),
        _ => Value::from(take_text(from)?),
    })
}

/// Lets bincode write at the end of a vector.
struct Appender<'a>(&'a mut Vec<u8>);

impl Writer for Appender<'_> {
    fn write(&mut self, bytes: &[u8]) -> Result<(), EncodeError> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }
}
