//! Where the buffer lives on this unit, in this dispatch.
//!
//! The build chose a storage; whether and where Juju has mounted it is known at run time only. What a
//! storage hook or `storage-get` says is kept in the charm's directory, which is also where
//! traces wait meanwhile. A mount directory is never created: the mount would hide what is in it.

use std::fs::{self, OpenOptions};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::juju::charm::{BufferLocation, Charm, Dispatch};
use crate::juju::environment::Environment;
use crate::juju::event::{Lifecycle, StorageChange};
use crate::juju::hook::Hook;
use crate::juju::storage_location;
use crate::settings::Settings;
use crate::store::buffer::{self, Buffer, Limits};
use crate::store::regular_file;

/// The buffer's file, where the author names no other.
const NAME: &str = ".charm-tracing.buffer";
/// What one dispatch remembers for the next, in the charm's directory.
const STATE: &str = ".charm-tracing.state";
/// Where the storage was seen last, in the charm's directory.
const REMEMBERED: &str = ".charm-tracing.place";

/// The files of one unit's buffer.
#[derive(Debug)]
pub(crate) struct BufferFiles {
    pub(crate) buffer: PathBuf,
    /// What one dispatch remembers for the next.
    pub(crate) state: PathBuf,
    /// Where records may still wait from before the storage came or went.
    pub(crate) before: Option<PathBuf>,
}

impl BufferFiles {
    /// The state file stays in the charm's directory: it has to say what was logged about a buffer
    /// on a storage that cannot be written, and a pod that was replaced asks again.
    ///
    /// All are where they are now, wherever the handler makes this process go.
    fn at(buffer: PathBuf, before: Option<PathBuf>, charm: &Path) -> Self {
        let fixed = |path: PathBuf| std::path::absolute(&path).unwrap_or(path);
        let (buffer, before) = (fixed(buffer), before.map(fixed));
        let charm = fixed(charm.to_owned());
        Self {
            state: charm.join(STATE),
            buffer,
            before,
        }
    }

    /// The buffer of a dispatch that is to be stored. Records at the former location are imported;
    /// what cannot be now waits there for the next dispatch.
    pub(crate) fn open(&self, limits: Limits) -> Result<Buffer, buffer::Error> {
        if self.before.is_none() {
            return Buffer::unopened(self.buffer.clone(), limits);
        }
        let mut buffer = Buffer::open(&self.buffer, limits)?;
        let _ = self.take_over(&mut buffer);
        Ok(buffer)
    }

    /// The buffer, open, for one who has to see every record that there is.
    pub(crate) fn open_whole(&self, limits: Limits) -> Result<Buffer, buffer::Error> {
        let mut buffer = Buffer::open(&self.buffer, limits)?;
        self.take_over(&mut buffer)?;
        Ok(buffer)
    }

    fn take_over(&self, buffer: &mut Buffer) -> Result<(), buffer::Error> {
        match &self.before {
            Some(before) => buffer.import(before).map(drop),
            None => Ok(()),
        }
    }

    /// Where journals can be, the own one's place first.
    pub(crate) fn journals(&self) -> Vec<&Path> {
        let own = std::iter::once(&self.buffer);
        own.chain(&self.before).map(PathBuf::as_path).collect()
    }
}

/// The author's word, else the storage of the build where it is, else the charm's directory.
pub(crate) fn buffer_files(
    settings: &Settings,
    place: BufferLocation,
    dispatch: &Dispatch<'_>,
) -> BufferFiles {
    let environment = dispatch.environment();
    let charm = charm_dir(environment);
    let named = settings.buffer_path.clone();
    if let Some(file) = named.or_else(|| place.file()) {
        if let Some(parent) = file.parent().filter(|_| settings.buffer_max_events > 0) {
            // Opening says what is wrong where this was not enough.
            let _ = fs::create_dir_all(parent);
        }
        return BufferFiles::at(file, None, &charm);
    }
    let in_charm = charm.join(NAME);
    let Some(name) = place.storage() else {
        return BufferFiles::at(in_charm, None, &charm);
    };
    if settings.buffer_max_events == 0 {
        return BufferFiles::at(in_charm, None, &charm);
    }
    match (find(name, place, dispatch), of_hook(name, dispatch)) {
        // Known by its file, since a hook that was killed here is run again.
        (_, Some((StorageChange::Detaching, leaving))) if leaving.join(NAME).exists() => {
            forget(&charm);
            BufferFiles::at(in_charm, Some(leaving.join(NAME)), &charm)
        }
        (Some(here), _) => BufferFiles::at(here.join(NAME), Some(in_charm), &charm),
        (None, Some((StorageChange::Attached, here))) if can_hold_a_buffer(&here) => {
            remember(&charm, &here);
            BufferFiles::at(here.join(NAME), Some(in_charm), &charm)
        }
        _ => BufferFiles::at(in_charm, None, &charm),
    }
}

/// Asks Juju for the storage, in dispatches after which a charm can find itself without knowing it:
/// a new pod, a reboot, a revision that has a buffer for the first time. What it says counts from the
/// next dispatch on.
pub(crate) fn ask<C: Charm>(settings: &Settings, dispatch: &Dispatch<'_>) {
    let Some(name) = C::BUFFER_LOCATION.storage() else {
        return;
    };
    let worthwhile = matches!(
        dispatch.hook(),
        Hook::Lifecycle(Lifecycle::Start | Lifecycle::UpgradeCharm)
    );
    if !worthwhile
        || settings.buffer_path.is_some()
        || settings.buffer_max_events == 0
        || find(name, C::BUFFER_LOCATION, dispatch).is_some()
    {
        return;
    }
    // A hook tool that fails leaves things as they are.
    if let Ok(Some(here)) = storage_location(dispatch.juju(), name)
        && can_hold_a_buffer(&here)
    {
        remember(&charm_dir(dispatch.environment()), &here);
    }
}

fn charm_dir(environment: &Environment) -> PathBuf {
    let known = environment.charm_dir.clone();
    known.unwrap_or_else(|| PathBuf::from("."))
}

/// The storage's directory: the remembered one, else the one of the build where it is mounted.
fn find(name: &str, place: BufferLocation, dispatch: &Dispatch<'_>) -> Option<PathBuf> {
    let remembered = remembered(&charm_dir(dispatch.environment()));
    let built = match place {
        BufferLocation::Storage { directory, .. } => Some(PathBuf::from(directory)),
        _ => None,
    };
    let leaving = of_hook(name, dispatch)
        .filter(|(change, _)| *change == StorageChange::Detaching)
        .map(|(_, location)| location);
    remembered
        .or_else(|| built.filter(|directory| is_mount_point(directory)))
        .filter(|directory| leaving.as_ref() != Some(directory) && can_hold_a_buffer(directory))
}

/// What this dispatch says about a storage, if it is the storage's hook.
fn of_hook(name: &str, dispatch: &Dispatch<'_>) -> Option<(StorageChange, PathBuf)> {
    match dispatch.hook() {
        Hook::Storage(storage, change) if storage == name => {
            Some((change, dispatch.environment().storage_location.clone()?))
        }
        _ => None,
    }
}

/// Whether the buffer's file is or can be made in a directory that exists: a read-only file system, one
/// of another owner, or something else under that name sends the traces to the charm's directory.
fn can_hold_a_buffer(directory: &Path) -> bool {
    let file = directory.join(NAME);
    match fs::symlink_metadata(&file) {
        Ok(found) if !found.is_file() => return false,
        _ => {}
    }
    // An empty file is a buffer whose creation was cut short.
    let mut options = OpenOptions::new();
    let options = options.append(true).create(true).mode(0o600);
    directory.is_dir() && options.open(&file).is_ok()
}

fn remembered(charm: &Path) -> Option<PathBuf> {
    let text = regular_file::read(&charm.join(REMEMBERED)).ok()?;
    let saved: Value = serde_json::from_str(&text).ok()?;
    let directory = PathBuf::from(saved.get("directory")?.as_str()?);
    let was_mounted = saved.get("mounted").and_then(Value::as_bool) == Some(true);
    // After a reboot the directory can be there before its mount is.
    (!was_mounted || is_mount_point(&directory)).then_some(directory)
}

fn remember(charm: &Path, directory: &Path) {
    let Some(text) = directory.to_str() else {
        return;
    };
    let saved = json!({ "directory": text, "mounted": is_mount_point(directory) });
    let new = charm.join(format!("{REMEMBERED}.new"));
    // What cannot be remembered is found again, or traces stay in the charm's directory.
    let _ = regular_file::replace(&charm.join(REMEMBERED), &new, &saved.to_string());
}

fn forget(charm: &Path) {
    let _ = fs::remove_file(charm.join(REMEMBERED));
}

/// Whether something is mounted at a directory: another device than its parent's, or a line in the
/// kernel's list, which knows mounts of the same device too.
fn is_mount_point(directory: &Path) -> bool {
    let device = |path: &Path| {
        fs::symlink_metadata(path)
            .ok()
            .filter(fs::Metadata::is_dir)
            .map(|found| found.dev())
    };
    let (Some(own), Some(parent)) = (device(directory), directory.parent().and_then(device)) else {
        return false;
    };
    own != parent || is_listed(directory, &fs::read_to_string("/proc/self/mountinfo"))
}

/// The fifth field of a line of `mountinfo` is the mount point, with blanks written in octal.
fn is_listed(directory: &Path, mounts: &std::io::Result<String>) -> bool {
    let Some(directory) = directory.to_str() else {
        return false;
    };
    let escaped = directory
        .replace('\\', "\\134")
        .replace(' ', "\\040")
        .replace('\t', "\\011")
        .replace('\n', "\\012");
    mounts.as_ref().is_ok_and(|mounts| {
        let mut points = mounts.lines().filter_map(|line| line.split(' ').nth(4));
        points.any(|point| point == escaped)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::juju::Juju;
    use crate::settings::charm;

    const BY_NAME: BufferLocation = BufferLocation::StorageByName { name: "data" };

    fn environment(charm: &Path, hook: &str, storage: &Path) -> Environment {
        Environment::from_pairs([
            ("JUJU_CHARM_DIR", charm.to_str().unwrap()),
            ("JUJU_DISPATCH_PATH", hook),
            ("JUJU_STORAGE_LOCATION", storage.to_str().unwrap()),
        ])
    }

    fn files_of(
        settings: &Settings,
        place: BufferLocation,
        environment: &Environment,
    ) -> BufferFiles {
        let juju = Juju::new();
        buffer_files(settings, place, &Dispatch::new(environment, &juju))
    }

    #[test]
    fn mount_points() {
        assert!(is_mount_point(Path::new("/proc")));
        assert!(!is_mount_point(Path::new("/proc/self")));
        assert!(!is_mount_point(Path::new("/nowhere/at/all")));
        assert!(!is_mount_point(Path::new("/")));
    }

    #[test]
    fn a_mount_of_the_same_device_is_in_the_kernels_list() {
        let mounts = "30 23 8:1 /x /srv/my\\040blog rw - ext4 /dev/sda1 rw\n";
        let mounts = Ok(mounts.to_owned());
        assert!(is_listed(Path::new("/srv/my blog"), &mounts));
        assert!(!is_listed(Path::new("/srv"), &mounts));
        assert!(!is_listed(
            Path::new("/srv"),
            &Err(std::io::Error::other("gone"))
        ));
    }

    #[test]
    fn a_directory_that_is_not_mounted_is_neither_used_nor_made() {
        let charm_dir = tempfile::tempdir().unwrap();
        let place = BufferLocation::Storage {
            name: "data",
            directory: "/nowhere/at/all",
        };
        let environment = environment(charm_dir.path(), "hooks/start", Path::new(""));
        let files = files_of(&charm(), place, &environment);
        assert_eq!(files.buffer, charm_dir.path().join(NAME));
        assert_eq!(files.state, charm_dir.path().join(STATE));
        assert_eq!(files.before, None);
        assert!(!Path::new("/nowhere").exists());
    }

    #[test]
    fn the_storages_hooks_move_the_buffer_there_and_back() {
        let charm_dir = tempfile::tempdir().unwrap();
        let storage = tempfile::tempdir().unwrap();
        let files = |hook: &str| {
            let environment = environment(charm_dir.path(), hook, storage.path());
            files_of(&charm(), BY_NAME, &environment)
        };
        let (here, there) = (charm_dir.path().join(NAME), storage.path().join(NAME));
        let state = charm_dir.path().join(STATE);

        assert_eq!(files("hooks/start").buffer, here);
        assert_eq!(files("hooks/other-storage-attached").buffer, here);
        let attached = files("hooks/data-storage-attached");
        assert_eq!(
            (attached.buffer, attached.before),
            (there.clone(), Some(here.clone()))
        );
        assert_eq!(attached.state, state);
        assert_eq!(files("hooks/start").buffer, there);

        let detaching = files("hooks/data-storage-detaching");
        assert_eq!(
            (detaching.buffer, detaching.before),
            (here.clone(), Some(there))
        );
        assert_eq!(detaching.state, state);
        assert_eq!(files("hooks/start").buffer, here);
    }

    #[test]
    fn a_storage_that_went_without_a_word_is_not_made_again() {
        let charm_dir = tempfile::tempdir().unwrap();
        let storage = tempfile::tempdir().unwrap();
        let path = storage.path().to_owned();
        let files = |hook: &str| {
            files_of(
                &charm(),
                BY_NAME,
                &environment(charm_dir.path(), hook, &path),
            )
        };
        files("hooks/data-storage-attached");
        drop(storage);
        assert_eq!(files("hooks/start").buffer, charm_dir.path().join(NAME));
        assert!(!path.exists());
    }

    #[test]
    fn a_storage_that_refuses_the_file_leaves_it_in_the_charm() {
        let charm_dir = tempfile::tempdir().unwrap();
        let storage = tempfile::tempdir().unwrap();
        let files = |hook: &str| {
            let environment = environment(charm_dir.path(), hook, storage.path());
            files_of(&charm(), BY_NAME, &environment)
        };
        files("hooks/data-storage-attached");
        fs::remove_file(storage.path().join(NAME)).unwrap();
        fs::create_dir(storage.path().join(NAME)).unwrap();
        assert_eq!(files("hooks/start").buffer, charm_dir.path().join(NAME));
        fs::remove_dir(storage.path().join(NAME)).unwrap();
        assert_eq!(files("hooks/start").buffer, storage.path().join(NAME));
    }

    #[test]
    fn without_a_buffer_nothing_is_written() {
        let charm_dir = tempfile::tempdir().unwrap();
        let storage = tempfile::tempdir().unwrap();
        let environment = environment(
            charm_dir.path(),
            "hooks/data-storage-attached",
            storage.path(),
        );
        files_of(&charm().buffer_max_events(0), BY_NAME, &environment);
        for directory in [&charm_dir, &storage] {
            assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0);
        }
    }
}
