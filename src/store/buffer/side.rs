//! Side files: where a record goes when the buffer's lock is not available in time.
//!
//! A side file is a buffer of its own, named after the dispatch. It is made under a
//! name that nobody looks for and gets its own once its record is whole, so nobody else ever waits for
//! its lock or meets half of it. While the lock stays out of reach, side files keep the buffer's
//! limits among themselves.
//!
//! They have a folder of their own, which is there only while they are: looking for them costs one call,
//! and never a walk through a folder that may be the workload's.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::store::buffer::dropped::Dropped;
use crate::store::buffer::envelope::Summary;
use crate::store::buffer::error::Error;
use crate::store::buffer::eviction::Limits;
use crate::store::buffer::open;
use crate::store::buffer::open::{sync_directory, with_suffix};
use crate::store::buffer::session::Session;
use crate::store::lock::Locked;
use crate::store::lock::{self, LockError};

/// What the folder has behind the buffer's name.
const FOLDER: &str = ".sides";

/// Ends the name of a side file that is being written.
const UNFINISHED: &str = ".new";

/// How long the lock of a file is waited for that only two records of one dispatch can contend for.
const WAIT: Duration = Duration::from_secs(1);

/// How often a folder that is removed meanwhile is made again. Each dispatch that takes side files over
/// removes it once, so that a few times would do.
const FOLDERS: usize = 100;

/// After this long the writer of an unfinished side file was killed: writing takes milliseconds.
const LEFT_BEHIND: Duration = Duration::from_secs(60 * 60);

/// Stores a record in a side file of its own; refused where the side files are at a limit already.
/// Returns the file and what was dropped.
pub(crate) fn store(
    path: &Path,
    summary: Summary,
    body: Vec<u8>,
    limits: &Limits,
) -> Result<(PathBuf, Dropped), Error> {
    admit(path, limits)?;
    let name = name(path, summary.trace_id);
    let unfinished = with_suffix(&name, UNFINISHED);
    let file = begin(path, &unfinished)?;
    let mut session = Session::on(&unfinished, file)?;
    let stored = session.store(summary, body, &Dropped::default(), limits);
    let placed = stored.and_then(|dropped| {
        let name = vacant(name);
        fs::rename(&unfinished, &name).map_err(Error::io("name", &unfinished))?;
        let _ = sync_directory(&name);
        Ok((name, dropped))
    });
    if placed.is_err() {
        let _ = fs::remove_file(&unfinished);
        leave(path);
    }
    placed
}

/// Whether there can be any.
pub(crate) fn is_there(path: &Path) -> bool {
    is_folder(&folder(path))
}

/// The side files of a buffer, in no order.
pub(crate) fn all(path: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = named(path)?;
    found.retain(|(_, rest)| !rest.ends_with(UNFINISHED));
    Ok(found.into_iter().map(|(file, _)| file).collect())
}

/// Whether a side file has a record of this dispatch.
pub(crate) fn holds(path: &Path, trace_id: [u8; 16]) -> io::Result<bool> {
    Ok(!of(path, trace_id)?.is_empty())
}

/// The side files of one trace.
pub(crate) fn of(path: &Path, trace_id: [u8; 16]) -> io::Result<Vec<PathBuf>> {
    let own = name(path, trace_id).into_os_string().into_encoded_bytes();
    let mut files = all(path)?;
    files.retain(|file| file.as_os_str().as_encoded_bytes().starts_with(&own));
    Ok(files)
}

/// Removes the folder, unless there is something in it.
pub(crate) fn leave(path: &Path) {
    let _ = fs::remove_dir(folder(path));
}

/// Removes what the killed left unfinished, whose record was never stored, and then the folder.
pub(crate) fn clean_up(path: &Path) {
    for (file, rest) in named(path).unwrap_or_default() {
        let modified = fs::symlink_metadata(&file).and_then(|metadata| metadata.modified());
        let is_old = modified.is_ok_and(|at| at.elapsed().is_ok_and(|age| age > LEFT_BEHIND));
        if rest.ends_with(UNFINISHED)
            && is_old
            && let Ok(Some(_lock)) = lock::existing(&file, Duration::ZERO)
        {
            // What stays is met again.
            let _ = fs::remove_file(&file);
        }
    }
    leave(path);
}

/// Makes the file, and the folder where there is none.
fn begin(path: &Path, unfinished: &Path) -> Result<Locked, Error> {
    let folder = folder(path);
    for _ in 0..FOLDERS {
        // Spans can name what an operator would not show to other users of the machine.
        let made = match DirBuilder::new().mode(0o700).create(&folder) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => false,
            made => made.map(|()| true).map_err(Error::io("create", &folder))?,
        };
        // Another process that emptied the folder has removed it.
        match fs::symlink_metadata(&folder) {
            Ok(metadata) if metadata.is_dir() => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Ok(_) | Err(_) => break,
        }
        match lock::create(unfinished, WAIT) {
            Err(LockError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => {}
            locked => {
                let locked = locked?;
                if made {
                    // Not before there is something in it: that takes long enough for others to remove it.
                    let _ = sync_directory(&folder);
                }
                return open::begin(unfinished, locked);
            }
        }
    }
    let error = io::Error::from(io::ErrorKind::NotADirectory);
    Err(Error::io("store a record in", &folder)(error))
}

/// A link is none: nothing is written or read through it.
fn is_folder(folder: &Path) -> bool {
    fs::symlink_metadata(folder).is_ok_and(|metadata| metadata.is_dir())
}

fn admit(path: &Path, limits: &Limits) -> Result<(), Error> {
    let files = all(path).map_err(Error::io("look beside", path))?;
    let sizes = files
        .iter()
        .filter_map(|file| fs::symlink_metadata(file).ok());
    let bytes: u64 = sizes.map(|metadata| metadata.len()).sum();
    if files.len() >= limits.dispatches || bytes >= limits.bytes {
        return Err(Error::Locked {
            path: path.to_owned(),
            waited: limits.lock_wait,
        });
    }
    Ok(())
}

fn name(path: &Path, trace_id: [u8; 16]) -> PathBuf {
    let id = u128::from_be_bytes(trace_id);
    folder(path).join(format!("{id:032x}"))
}

fn folder(path: &Path) -> PathBuf {
    with_suffix(path, FOLDER)
}

/// The name, or one behind it where the dispatch has stored a record already. Only who has the lock
/// of the dispatch's unfinished file asks, so it stays vacant.
fn vacant(name: PathBuf) -> PathBuf {
    if fs::symlink_metadata(&name).is_err() {
        return name;
    }
    let mut others = (1_u32..).map(|number| with_suffix(&name, &format!("-{number}")));
    let free = others.find(|other| fs::symlink_metadata(other).is_err());
    free.unwrap_or(name)
}

/// Every side file, and what follows the trace id in its name: nothing, a number, or that it is not
/// finished.
fn named(path: &Path) -> io::Result<Vec<(PathBuf, String)>> {
    let folder = folder(path);
    let mut found = Vec::new();
    if !is_folder(&folder) {
        return Ok(found);
    }
    let entries = match fs::read_dir(&folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(found),
        entries => entries?,
    };
    for entry in entries {
        let name = entry?.file_name();
        if let Some(rest) = name.to_str().and_then(behind_id) {
            found.push((folder.join(&name), rest.to_owned()));
        }
    }
    Ok(found)
}

fn behind_id(rest: &str) -> Option<&str> {
    let (id, rest) = rest.split_at_checked(32)?;
    let number = rest.strip_prefix('-');
    let is_number = number.is_some_and(|number| number.parse::<u32>().is_ok());
    let is_known = rest.is_empty() || rest == UNFINISHED || is_number;
    (is_known && id.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::buffer::envelope;
    use crate::store::buffer::record::{Priority, Record};
    use crate::trace::time::time;
    use std::fs::{File, FileTimes};
    use std::os::unix::fs::symlink;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::thread;
    use std::time::SystemTime;

    fn put(path: &Path, number: u8, limits: &Limits) -> Result<PathBuf, Error> {
        let record = Record {
            priority: Priority::Ordinary,
            spans: 1,
            created: time(u64::from(number)),
            trace_id: [number; 16],
            payload: &[number; 10],
        };
        let (summary, body) = envelope::encode(&record, &Dropped::default()).unwrap();
        store(path, summary, body, limits).map(|(file, _)| file)
    }

    #[test]
    fn side_files_have_names_of_their_buffer_and_common_limits() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("buffer");
        let limits = Limits {
            dispatches: 2,
            ..Limits::default()
        };
        let first = put(&path, 0xA1, &limits).unwrap();
        let folder = directory.path().join("buffer.sides");
        let name = "a1".repeat(16);
        assert_eq!(first, folder.join(&name));
        fs::write(&path, "x").unwrap();
        for name in [
            "a1".to_owned(),
            "buffer.new".to_owned(),
            format!("{name}.new"),
            format!("{name}-x"),
        ] {
            fs::write(folder.join(name), "x").unwrap();
        }
        assert_eq!(all(&path).unwrap(), std::slice::from_ref(&first));
        let again = put(&path, 0xA1, &limits).unwrap();
        assert_eq!(again, folder.join(format!("{name}-1")));
        let mut both = all(&path).unwrap();
        both.sort();
        assert_eq!(both, [first, again]);
        assert!(holds(&path, [0xA1; 16]).unwrap() && !holds(&path, [3; 16]).unwrap());
        assert!(matches!(put(&path, 3, &limits), Err(Error::Locked { .. })));
        let small = Limits {
            bytes: 2,
            ..Limits::default()
        };
        assert!(matches!(put(&path, 3, &small), Err(Error::Locked { .. })));
    }

    #[test]
    fn a_folder_that_is_removed_again_and_again_is_made_again() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("buffer");
        let is_over = AtomicBool::new(false);
        thread::scope(|scope| {
            scope.spawn(|| {
                while !is_over.load(Ordering::Relaxed) {
                    leave(&path);
                    // A process that does nothing else is always first, which no dispatch is.
                    thread::sleep(Duration::from_micros(20));
                }
            });
            let stored = (0..=200).try_for_each(|number| {
                let file = put(&path, number, &Limits::default())?;
                fs::remove_file(&file).map_err(Error::io("remove", &file))
            });
            is_over.store(true, Ordering::Relaxed);
            assert!(stored.is_ok(), "{stored:?}");
        });
    }

    #[test]
    fn no_link_is_followed() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("buffer");
        let elsewhere = directory.path().join("elsewhere");
        fs::create_dir(&elsewhere).unwrap();
        fs::write(elsewhere.join("a1".repeat(16)), "x").unwrap();
        symlink(&elsewhere, folder(&path)).unwrap();
        let refused = put(&path, 2, &Limits::default()).unwrap_err().to_string();
        assert!(refused.contains("buffer.sides"), "{refused}");
        assert_eq!(all(&path).unwrap(), Vec::<PathBuf>::new());
        assert_eq!(fs::read_dir(&elsewhere).unwrap().count(), 1);
    }

    #[test]
    fn what_a_killed_writer_left_is_no_record_and_goes_in_time() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("buffer");
        let left = with_suffix(&name(&path, [7; 16]), UNFINISHED);
        fs::create_dir(folder(&path)).unwrap();
        fs::write(&left, "half a record").unwrap();
        clean_up(&path);
        assert!(left.exists(), "its writer may be alive");
        assert!(!holds(&path, [7; 16]).unwrap());
        let file = File::options().write(true).open(&left).unwrap();
        let before = SystemTime::now() - LEFT_BEHIND - Duration::from_secs(60);
        file.set_times(FileTimes::new().set_modified(before))
            .unwrap();
        clean_up(&path);
        assert!(!folder(&path).exists());

        fs::create_dir(folder(&path)).unwrap();

        fs::write(&left, "half a record").unwrap();
        let file = put(&path, 7, &Limits::default()).unwrap();
        assert_eq!(all(&path).unwrap(), [file]);
        assert!(!left.exists());
    }
}
