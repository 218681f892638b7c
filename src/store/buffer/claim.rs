//! Getting hold of a buffer file for writing: new, known, damaged at its head, or foreign.
//!
//! A foreign file is never a failure. It is renamed to `.set-aside`, over the one before, so that a
//! person can look at the last of them and they do not pile up.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::store::buffer::error::Error;
use crate::store::buffer::lock::{self, Locked};
use crate::store::buffer::origin::{self, Origin};

/// What became of a file that was there.
#[derive(Debug)]
pub(crate) enum Claim {
    /// A buffer with a sound head, locked.
    Buffer(Locked),
    /// The file was foreign and stands under this name now.
    SetAside(PathBuf),
}

/// Locks the buffer, creating it where there is none. If a foreign file was in the way, its new
/// name is told.
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

/// Makes a file that nobody else reads an empty buffer, whatever it held. Its name is not synced.
pub(crate) fn begin(path: &Path, file: Locked) -> Result<Locked, Error> {
    let begun = file.set_len(0).and_then(|()| write_head(&file));
    begun.map_err(Error::io("begin", path))?;
    Ok(file)
}

fn judge(path: &Path, file: Locked) -> Result<Claim, Error> {
    match origin::origin(&file).map_err(Error::io("read", path))? {
        Origin::Ours => {}
        Origin::Fresh => {
            // Whoever writes the head has made the name durable, so that later a sync of the file
            // alone is enough. A file system that syncs no directories needs none.
            let _ = sync_directory(path);
            write_head(&file).map_err(Error::io("begin", path))?;
        }
        Origin::Damaged => write_head(&file).map_err(Error::io("repair", path))?,
        Origin::Foreign(_) => {
            let aside = with_suffix(path, ".set-aside");
            fs::rename(path, &aside).map_err(Error::io("set aside", path))?;
            return Ok(Claim::SetAside(aside));
        }
    }
    Ok(Claim::Buffer(file))
}

fn write_head(file: &File) -> io::Result<()> {
    file.write_all_at(&origin::file_head(), 0)
}
