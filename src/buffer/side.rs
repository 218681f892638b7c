//! Side files: where a record goes when the buffer's lock cannot be had in time.
//!
//! A side file is a buffer of its own beside the other, named after the dispatch. It is made under a
//! name that nobody looks for and gets its own once its record is whole, so nobody else ever waits for
//! its lock or meets half of it. While the lock stays out of reach, side files keep the buffer's
//! limits among themselves.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::buffer::claim::{directory_of, sync_directory, with_suffix};
use crate::buffer::dropped::Dropped;
use crate::buffer::envelope::Summary;
use crate::buffer::error::Error;
use crate::buffer::eviction::Limits;
use crate::buffer::file::Session;
use crate::buffer::{claim, lock};

/// Stands between the buffer's name and the trace id in 32 hex digits.
const INFIX: &str = ".side-";

/// Ends the name of a side file that is being written.
const UNFINISHED: &str = ".new";

/// How long the lock of a file is waited for that only two records of one dispatch can contend for.
const WAIT: Duration = Duration::from_secs(1);

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
    let file = claim::begin(&unfinished, lock::create(&unfinished, WAIT)?)?;
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
    }
    placed
}

/// The side files of a buffer, in the order of their names.
pub(crate) fn all(path: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = named(path)?;
    found.retain(|(_, rest)| !rest.ends_with(UNFINISHED));
    found.sort();
    Ok(found.into_iter().map(|(file, _)| file).collect())
}

/// Whether a side file has a record of this dispatch.
pub(crate) fn holds(path: &Path, trace_id: [u8; 16]) -> io::Result<bool> {
    let own = name(path, trace_id).into_os_string().into_encoded_bytes();
    let belongs = |file: &PathBuf| file.as_os_str().as_encoded_bytes().starts_with(&own);
    Ok(all(path)?.iter().any(belongs))
}

/// Removes what the killed left unfinished; its record was never stored.
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
    with_suffix(path, &format!("{INFIX}{id:032x}"))
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
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
        return Ok(Vec::new());
    };
    let prefix = format!("{name}{INFIX}");
    let mut found = Vec::new();
    for entry in fs::read_dir(directory_of(path))? {
        let name = entry?.file_name();
        let rest = name.to_str().and_then(|name| name.strip_prefix(&prefix));
        if let Some(rest) = rest.and_then(behind_id) {
            found.push((directory_of(path).join(&name), rest.to_owned()));
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
    use crate::buffer::envelope;
    use crate::buffer::record::{Priority, Record, time};
    use std::fs::{File, FileTimes};
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
    fn only_names_of_this_buffer_count_and_the_limits_hold_for_all_of_them() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("buffer");
        let limits = Limits {
            dispatches: 2,
            ..Limits::default()
        };
        let first = put(&path, 0xA1, &limits).unwrap();
        let name = format!("buffer.side-{}", "a1".repeat(16));
        assert_eq!(first, directory.path().join(&name));
        for name in [
            "buffer".to_owned(),
            "buffer.side-a1".to_owned(),
            "other.side-1".to_owned(),
            "buffer.new".to_owned(),
            format!("{name}.new"),
            format!("{name}-x"),
        ] {
            fs::write(directory.path().join(name), "x").unwrap();
        }
        assert_eq!(all(&path).unwrap(), std::slice::from_ref(&first));
        let again = put(&path, 0xA1, &limits).unwrap();
        assert_eq!(again, directory.path().join(format!("{name}-1")));
        assert_eq!(all(&path).unwrap(), [first, again]);
        assert!(holds(&path, [0xA1; 16]).unwrap() && !holds(&path, [3; 16]).unwrap());
        assert!(matches!(put(&path, 3, &limits), Err(Error::Locked { .. })));
        let small = Limits {
            bytes: 2,
            ..Limits::default()
        };
        assert!(matches!(put(&path, 3, &small), Err(Error::Locked { .. })));
    }

    #[test]
    fn what_a_killed_writer_left_is_no_record_and_goes_in_time() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("buffer");
        let left = with_suffix(&name(&path, [7; 16]), UNFINISHED);
        fs::write(&left, "half a record").unwrap();
        clean_up(&path);
        assert!(left.exists(), "its writer may be alive");
        assert!(!holds(&path, [7; 16]).unwrap());
        let file = File::options().write(true).open(&left).unwrap();
        let before = SystemTime::now() - LEFT_BEHIND - Duration::from_secs(60);
        file.set_times(FileTimes::new().set_modified(before))
            .unwrap();
        clean_up(&path);
        assert!(!left.exists());

        fs::write(&left, "half a record").unwrap();
        let file = put(&path, 7, &Limits::default()).unwrap();
        assert_eq!(all(&path).unwrap(), [file]);
        assert!(!left.exists());
    }
}
