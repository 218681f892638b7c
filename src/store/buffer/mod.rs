//! The buffer: the file with finished dispatches.

mod dropped;
mod envelope;
mod error;
mod eviction;
mod file;
mod frame;
mod header;
mod import;
mod index;
mod layout;
mod open;
mod reader;
mod record;
mod session;
mod side;

pub use dropped::{Cause, Count, Dropped};
pub use error::Error;
pub use eviction::Limits;
pub(crate) use file::Batch;
pub use file::Buffer;
pub use open::Sending;
pub use reader::{Entry, Reader};
pub use record::{Imported, Priority, Record, Usage};
