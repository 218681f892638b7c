//! Whether a dispatch waits here already.

use std::fs;
use std::io;

use crate::store::buffer::{Buffer, Error, side};

impl Buffer {
    /// Tells whether a record of this dispatch waits here, in the buffer itself or in a side file.
    ///
    /// # Errors
    ///
    /// As [`Reader::entries`].
    pub fn holds(&self, trace_id: [u8; 16]) -> Result<bool, Error> {
        // In this order: a record that is taken over meanwhile is in both for a moment.
        let path = &self.reader.path;
        if side::holds(path, trace_id).map_err(Error::io("look beside", path))? {
            return Ok(true);
        }
        let mut entries = self.entries()?.into_iter();
        Ok(entries.any(|entry| entry.trace_id() == trace_id))
    }

    /// As [`holds`](Buffer::holds), for a record in which these bytes stand: where dispatches continue a
    /// trace of others, there can be several of one trace.
    pub(crate) fn holds_with(&self, trace_id: [u8; 16], bytes: &[u8]) -> Result<bool, Error> {
        let path = &self.reader.path;
        let stands = |payload: &[u8]| payload.windows(bytes.len()).any(|window| window == bytes);
        for side in side::of(path, trace_id).map_err(Error::io("look beside", path))? {
            match fs::read(&side) {
                Ok(found) if stands(&found) => return Ok(true),
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(Error::io("read", &side)(error));
                }
                _ => {}
            }
        }
        for entry in self.entries()? {
            if entry.trace_id() == trace_id {
                match self.payload(&entry) {
                    Ok(payload) if stands(&payload) => return Ok(true),
                    Ok(_) | Err(Error::Gone { .. } | Error::Damaged { .. }) => {}
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(false)
    }
}
