//! What is on disk: the buffer of finished dispatches and the journal of the running one.

pub mod buffer;
pub(crate) mod crc32;
pub(crate) mod journal;
pub(crate) mod location;
mod lock;
pub(crate) mod record;
pub(crate) mod recovery;
pub(crate) mod regular_file;
mod trim;
