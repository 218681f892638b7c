//! Opens a file of the buffer or the journal and locks it, for moments.
//!
//! The lock is on the file itself, so there is no second file to go stale. A rewrite puts another file under the
//! name; a process that waited for the old file sees that here and begins again. Names are looked at before they
//! are opened and creation is exclusive, so a symbolic link is never written through.

use std::fs::{self, File, OpenOptions, Permissions, TryLockError};
use std::io;
use std::ops::Deref;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

/// Spans can name what an operator would not show to other users of the machine.
const MODE: u32 = 0o600;

/// An open file with its lock.
#[derive(Debug)]
pub(crate) struct Locked {
    file: File,
    /// The length of the file when it was locked, in bytes.
    length: u64,
}

impl Locked {
    /// The length of the file when it was locked, in bytes.
    pub(crate) fn length(&self) -> u64 {
        self.length
    }
}

impl Deref for Locked {
    type Target = File;

    fn deref(&self) -> &File {
        &self.file
    }
}

impl Drop for Locked {
    /// Unlocks rather than leaving it to the close: a child between fork and exec holds the same
    /// open file and would keep the lock.
    fn drop(&mut self) {
        let _ = self.file.unlock();
    }
}

/// Why a file is not locked.
#[derive(Debug)]
pub(crate) enum LockError {
    /// The name is not that of a regular file: what it is.
    NotAFile { path: PathBuf, found: &'static str },
    /// Another process has the lock for longer than the wait.
    Held { path: PathBuf, waited: Duration },
    /// The system refuses: what was attempted, and why it failed.
    Io {
        attempt: &'static str,
        path: PathBuf,
        source: io::Error,
    },
}

impl LockError {
    fn io(attempt: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io {
            attempt,
            path: path.to_owned(),
            source,
        }
    }
}

/// Locks for writing; creates the file where there is none.
pub(crate) fn create(path: &Path, wait: Duration) -> Result<Locked, LockError> {
    let deadline = after(wait);
    loop {
        if let Some(locked) = acquire(path, Access::Create, wait, deadline)? {
            return Ok(locked);
        }
    }
}

/// Locks for writing, if there is a file.
pub(crate) fn existing(path: &Path, wait: Duration) -> Result<Option<Locked>, LockError> {
    acquire(path, Access::Write, wait, after(wait))
}

/// Locks against writers, if there is a file.
pub(crate) fn shared(path: &Path, wait: Duration) -> Result<Option<Locked>, LockError> {
    acquire(path, Access::Read, wait, after(wait))
}

/// Opens the file to sync it, which needs no lock and would hold one for long.
pub(crate) fn unlocked(path: &Path) -> Result<File, LockError> {
    let missing = || LockError::io("open", path)(io::ErrorKind::NotFound.into());
    open(path, Access::Read)?.ok_or_else(missing)
}

/// Creates a file that must not be there yet and locks it; `None` where another process was faster.
pub(crate) fn create_new(path: &Path) -> io::Result<Option<Locked>> {
    let file = options().create_new(true).open(path)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(None),
        Err(TryLockError::Error(error)) => return Err(error),
    }
    // The process that locked it first may have removed it.
    locked_at(file, path)
}

/// The end of a wait, which can be longer than a clock can count.
fn after(wait: Duration) -> Instant {
    const A_YEAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);
    Instant::now() + wait.min(A_YEAR)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Access {
    Read,
    Write,
    Create,
}

fn acquire(
    path: &Path,
    access: Access,
    wait: Duration,
    deadline: Instant,
) -> Result<Option<Locked>, LockError> {
    let held = || LockError::Held {
        path: path.to_owned(),
        waited: wait,
    };
    loop {
        let Some(file) = open(path, access)? else {
            if access != Access::Create {
                return Ok(None);
            }
            // Between the look and the call another process made or renamed the file.
            if Instant::now() >= deadline {
                return Err(held());
            }
            thread::yield_now();
            continue;
        };
        if !try_until(&file, access, deadline).map_err(LockError::io("lock", path))? {
            return Err(held());
        }
        let locked = locked_at(file, path).map_err(LockError::io("examine", path))?;
        if locked.is_some() {
            return Ok(locked);
        }
        if Instant::now() >= deadline {
            return Err(held());
        }
    }
}

/// Opens the file; `None` where there is none, or when it came or went in the middle of this.
fn open(path: &Path, access: Access) -> Result<Option<File>, LockError> {
    let opened = match fs::symlink_metadata(path) {
        Ok(metadata) if !metadata.is_file() => {
            return Err(LockError::NotAFile {
                path: path.to_owned(),
                found: describe(metadata.file_type()),
            });
        }
        Ok(metadata) => {
            let writing = access != Access::Read;
            let file = OpenOptions::new().read(true).write(writing).open(path);
            if let Ok(file) = &file
                && writing
                && metadata.mode() & 0o077 != 0
            {
                // A restored backup may have lost its mode. A file of another owner keeps it.
                let _ = file.set_permissions(Permissions::from_mode(MODE));
            }
            file
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound && access == Access::Create => {
            match options().create_new(true).open(path) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(None),
                created => return created.map(Some).map_err(LockError::io("create", path)),
            }
        }
        Err(error) => Err(error),
    };
    match opened {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        opened => opened.map(Some).map_err(LockError::io("open", path)),
    }
}

fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).mode(MODE);
    options
}

fn describe(kind: fs::FileType) -> &'static str {
    if kind.is_symlink() {
        "a symbolic link"
    } else if kind.is_dir() {
        "a directory"
    } else {
        "a special file"
    }
}

/// Tries until the deadline, at least once. Std's blocking lock knows no time limit.
fn try_until(file: &File, access: Access, deadline: Instant) -> io::Result<bool> {
    // Most holders are done within a fraction of a millisecond, so a process that pauses for longer
    // than that is overtaken for ever where many compete.
    let mut pause = Duration::from_micros(100);
    loop {
        let tried = match access {
            Access::Read => file.try_lock_shared(),
            Access::Write | Access::Create => file.try_lock(),
        };
        match tried {
            Ok(()) => return Ok(true),
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(error)) => return Err(error),
        }
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(false);
        }
        thread::sleep(pause.min(left));
        pause = (pause * 2).min(Duration::from_micros(400));
    }
}

/// The locked file, if `path` names this very file, and not one that was renamed over it or a link to it.
fn locked_at(file: File, path: &Path) -> io::Result<Option<Locked>> {
    let ours = file.metadata()?;
    let locked = Locked {
        file,
        length: ours.len(),
    };
    match fs::symlink_metadata(path) {
        Ok(named) if named.dev() == ours.dev() && named.ino() == ours.ino() => Ok(Some(locked)),
        Ok(_) => Ok(None),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn a_lock_held_elsewhere_is_waited_for_and_then_reported() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("buffer");
        let wait = Duration::from_millis(30);
        let held = create(&path, wait).unwrap();
        let begun = Instant::now();
        assert!(matches!(create(&path, wait), Err(LockError::Held { .. })));
        assert!(matches!(shared(&path, wait), Err(LockError::Held { .. })));
        assert!(begun.elapsed() >= 2 * wait);
        drop(held);
        assert!(shared(&path, Duration::ZERO).unwrap().is_some());
    }

    #[test]
    fn a_process_that_waited_gets_the_replaced_file() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("buffer");
        let old = create(&path, Duration::ZERO).unwrap();
        let waiter = {
            let path = path.clone();
            thread::spawn(move || create(&path, Duration::from_secs(10)).unwrap())
        };
        thread::sleep(Duration::from_millis(30));
        let replacement = directory.path().join("new");
        let new = create_new(&replacement).unwrap().unwrap();
        fs::rename(&replacement, &path).unwrap();
        drop(old);
        thread::sleep(Duration::from_millis(30));
        let inode = new.metadata().unwrap().ino();
        drop(new);
        assert_eq!(waiter.join().unwrap().metadata().unwrap().ino(), inode);
    }

    #[test]
    fn only_a_regular_file_is_opened() {
        let directory = tempfile::tempdir().unwrap();
        let target = directory.path().join("target");
        let link = directory.path().join("link");
        symlink(&target, &link).unwrap();
        for (path, found) in [
            (link.as_path(), "a symbolic link"),
            (directory.path(), "a directory"),
            (Path::new("/dev/null"), "a special file"),
        ] {
            for opened in [
                create(path, Duration::ZERO).map(Some),
                existing(path, Duration::ZERO),
                shared(path, Duration::ZERO),
            ] {
                assert!(
                    matches!(&opened, Err(LockError::NotAFile { found: it, .. }) if *it == found),
                    "{opened:?}"
                );
            }
        }
        assert!(!target.exists(), "nothing is created through a link");
    }

    #[test]
    fn a_mode_too_wide_is_narrowed_by_a_writer_only() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("buffer");
        fs::write(&path, "").unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
        let mode = || fs::metadata(&path).unwrap().mode() & 0o777;
        drop(shared(&path, Duration::ZERO).unwrap());
        assert_eq!(mode(), 0o644);
        drop(existing(&path, Duration::ZERO).unwrap());
        assert_eq!(mode(), 0o600);
    }
}
