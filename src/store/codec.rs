//! The one codec of the files: bincode's `config::legacy()`, which writes little-endian integers of fixed size
//! and no field names. Types write their fields by hand, in the order of the file format.

use bincode::config;
use bincode::de::{BorrowDecode, Decode};
use bincode::enc::Encode;
use bincode::enc::write::Writer;
use bincode::error::EncodeError;

/// Appends a value.
pub(super) fn append(value: impl Encode, bytes: &mut Vec<u8>) -> Result<(), EncodeError> {
    bincode::encode_into_writer(value, Appender(bytes), config::legacy())
}

/// Reads the value that the bytes begin with, and how many bytes it takes.
pub(super) fn read<T: Decode<()>>(bytes: &[u8]) -> Option<(T, usize)> {
    bincode::decode_from_slice(bytes, config::legacy()).ok()
}

/// As [`read`], for a value that borrows from the bytes.
pub(super) fn borrow<'a, T: BorrowDecode<'a, ()>>(bytes: &'a [u8]) -> Option<(T, usize)> {
    bincode::borrow_decode_from_slice(bytes, config::legacy()).ok()
}

/// Lets bincode write at the end of a vector.
struct Appender<'a>(&'a mut Vec<u8>);

impl Writer for Appender<'_> {
    fn write(&mut self, bytes: &[u8]) -> Result<(), EncodeError> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }
}
