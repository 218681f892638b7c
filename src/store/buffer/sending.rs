//! Who may send: one process at a time, for as long as it holds the lock of a file of its own.
//!
//! A record that is being sent must not be sent by another process too, and the buffer's own lock is
//! never held while anything is sent. So the right to send is a second lock. The kernel ends it with
//! its holder, however that one dies; nothing in a file has to expire or to be cleaned up.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::store::buffer::claim::with_suffix;
use crate::store::buffer::error::Error;
use crate::store::buffer::lock::{self, Locked};

/// The right to send what waits in one buffer; it ends when this is dropped or the process dies.
///
/// Given by [`Buffer::sending`](crate::store::buffer::Buffer::sending).
#[derive(Debug)]
#[must_use = "the right to send ends when this is dropped"]
pub struct Sending {
    _lock: Locked,
}

/// Takes the right to send from the buffer at `path`; `None` while another process has it.
pub(crate) fn take(path: &Path, wait: Duration) -> Result<Option<Sending>, Error> {
    match lock::create(&file(path), wait) {
        Ok(lock) => Ok(Some(Sending { _lock: lock })),
        Err(Error::Locked { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether a process has it right now. Whoever holds the buffer's own lock and learns that none has
/// knows that no record of that buffer is being sent: the next one has to list them first.
pub(crate) fn is_taken(path: &Path) -> Result<bool, Error> {
    match lock::existing(&file(path), Duration::ZERO) {
        Err(Error::Locked { .. }) => Ok(true),
        taken => taken.map(|_| false),
    }
}

/// The file whose lock it is. It stays empty and is left where it is.
pub(crate) fn file(path: &Path) -> PathBuf {
    with_suffix(path, ".sending")
}
