//! Side files: where a record goes when the buffer's lock cannot be had in time.
//!
//! A side file is a buffer of its own beside the other, named after the dispatch, so that nobody else
//! writes it. Whoever opens the buffer next takes its records over. While the lock stays out of
//! reach, side files keep the buffer's limits among themselves.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::buffer::claim::{directory_of, with_suffix};
use crate::buffer::error::Error;
use crate::buffer::eviction::Limits;

/// Stands between the buffer's name and the trace id in 32 hex digits.
const INFIX: &str = ".side-";

/// The name of a dispatch's side file.
pub(crate) fn name(path: &Path, trace_id: [u8; 16]) -> PathBuf {
    let id = u128::from_be_bytes(trace_id);
    with_suffix(path, &format!("{INFIX}{id:032x}"))
}

/// Names the side file of a dispatch; refused where the side files are at a limit already.
pub(crate) fn file_for(path: &Path, trace_id: [u8; 16], limits: &Limits) -> Result<PathBuf, Error> {
    let own = name(path, trace_id);
    let others = || Error::Locked {
        path: path.to_owned(),
        waited: limits.lock_wait,
    };
    let files = all(path).map_err(Error::io("look beside", path))?;
    let sizes = files
        .iter()
        .filter_map(|file| fs::symlink_metadata(file).ok());
    let bytes: u64 = sizes.map(|metadata| metadata.len()).sum();
    let is_new = !files.contains(&own);
    if is_new && (files.len() >= limits.dispatches || bytes >= limits.bytes) {
        return Err(others());
    }
    Ok(own)
}

/// The side files of a buffer, in the order of their names.
pub(crate) fn all(path: &Path) -> io::Result<Vec<PathBuf>> {
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
        return Ok(Vec::new());
    };
    let prefix = format!("{name}{INFIX}");
    let is_id = |rest: &str| rest.len() == 32 && rest.bytes().all(|byte| byte.is_ascii_hexdigit());
    let mut found = Vec::new();
    for entry in fs::read_dir(directory_of(path))? {
        let name = entry?.file_name();
        let rest = name.to_str().and_then(|name| name.strip_prefix(&prefix));
        if rest.is_some_and(is_id) {
            found.push(directory_of(path).join(name));
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_buffer_count_and_the_limits_hold_for_all_of_them() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("buffer");
        let limits = Limits {
            dispatches: 2,
            ..Limits::default()
        };
        let first = file_for(&path, [0xA1; 16], &limits).unwrap();
        let name = format!("buffer.side-{}", "a1".repeat(16));
        assert_eq!(first, directory.path().join(&name));
        for name in [
            &name,
            "buffer",
            "buffer.side-a1",
            "other.side-1",
            "buffer.new",
        ] {
            fs::write(directory.path().join(name), "x").unwrap();
        }
        assert_eq!(all(&path).unwrap(), std::slice::from_ref(&first));
        let second = file_for(&path, [2; 16], &limits).unwrap();
        fs::write(second, "x").unwrap();
        assert!(matches!(
            file_for(&path, [3; 16], &limits),
            Err(Error::Locked { .. })
        ));
        assert_eq!(file_for(&path, [0xA1; 16], &limits).unwrap(), first);
        let small = Limits {
            bytes: 2,
            ..Limits::default()
        };
        assert!(matches!(
            file_for(&path, [3; 16], &small),
            Err(Error::Locked { .. })
        ));
    }
}
