//! Opens a buffer file for writing, new, known, damaged at its head or foreign, and takes the right to send.
//!
//! A foreign file is never a failure. It is renamed to `.set-aside`, over the one before, so that a
//! person can look at the last of them and they do not pile up.
//!
//! A record that is being sent must not be sent by another process too, and the buffer's own lock is never held
//! while anything is sent. So the right to send is a second lock. The kernel ends it with its holder, also when
//! that process is killed; nothing in a file has to expire.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::store::buffer::error::Error;
use crate::store::buffer::header::{self, FileHeader};
use crate::store::lock::{self, LockError, Locked};

/// What became of a file that was there.
#[derive(Debug)]
pub(crate) enum Claim {
    /// A buffer with a sound head, locked.
    Buffer(Locked),
    /// The file was foreign and stands under this name now.
    SetAside(PathBuf),
}

/// Locks the buffer, creating it where there is none. If a foreign file was in the way, its new
/// name is returned.
pub(crate) fn create(path: &Path, wait: Duration) -> Result<(Locked, Option<PathBuf>), Error> {
    let mut set_aside = None;
    loop {
        match judge(path, lock::create(path, wait)?)? {
            Claim::Buffer(file) => return Ok((file, set_aside)),
            Claim::SetAside(aside) => set_aside = Some(aside),
        }
    }
}

/// Locks the buffer if there is one.
pub(crate) fn existing(path: &Path, wait: Duration) -> Result<Option<Claim>, Error> {
    let file = lock::existing(path, wait)?;
    file.map(|file| judge(path, file)).transpose()
}

/// Makes the names in the directory of `path` survive a power loss.
pub(crate) fn sync_directory(path: &Path) -> io::Result<()> {
    File::open(directory_of(path))?.sync_all()
}

/// The directory that holds the name, also where the path is a bare name.
pub(crate) fn directory_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    }
}

pub(crate) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Makes a file that nobody else reads an empty buffer, with any content. Its name is not synced.
pub(crate) fn begin(path: &Path, file: Locked) -> Result<Locked, Error> {
    let begun = file.set_len(0).and_then(|()| write_head(&file));
    begun.map_err(Error::io("begin", path))?;
    Ok(file)
}

fn judge(path: &Path, file: Locked) -> Result<Claim, Error> {
    match header::origin(&file).map_err(Error::io("read", path))? {
        FileHeader::Ours => {}
        FileHeader::Fresh => {
            // The process that writes the head has made the name durable, so that later a sync of the file
            // alone is enough. A file system that syncs no directories needs none.
            let _ = sync_directory(path);
            write_head(&file).map_err(Error::io("begin", path))?;
        }
        FileHeader::Damaged => write_head(&file).map_err(Error::io("repair", path))?,
        FileHeader::Foreign(_) => {
            let aside = with_suffix(path, ".set-aside");
            fs::rename(path, &aside).map_err(Error::io("set aside", path))?;
            return Ok(Claim::SetAside(aside));
        }
    }
    Ok(Claim::Buffer(file))
}

fn write_head(file: &File) -> io::Result<()> {
    file.write_all_at(&header::file_head(), 0)
}

/// The right to send the records of one buffer; it ends when this is dropped or the process ends.
///
/// Given by [`Buffer::sending`](crate::store::buffer::Buffer::sending).
#[derive(Debug)]
#[must_use = "the right to send ends when this is dropped"]
pub struct Sending {
    _lock: Locked,
}

/// Takes the right to send from the buffer at `path`; `None` while another process has it.
pub(crate) fn take_right_to_send(path: &Path, wait: Duration) -> Result<Option<Sending>, Error> {
    match lock::create(&sending_file(path), wait) {
        Ok(lock) => Ok(Some(Sending { _lock: lock })),
        Err(LockError::Held { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Whether a process has it right now. A process that holds the buffer's own lock and sees that none has
/// knows that no record of that buffer is being sent: the next one has to list them first.
pub(crate) fn is_sending(path: &Path) -> Result<bool, Error> {
    match lock::existing(&sending_file(path), Duration::ZERO) {
        Err(LockError::Held { .. }) => Ok(true),
        taken => Ok(taken.map(|_| false)?),
    }
}

/// The file whose lock it is. It stays empty and is left where it is.
pub(crate) fn sending_file(path: &Path) -> PathBuf {
    with_suffix(path, ".sending")
}
