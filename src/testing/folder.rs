//! The directory in which a simulated unit lives, laid out as an agent's: the charm, the hook
//! tools, the state. Made with the standard library alone, because the test kit ships in the crate
//! and a development dependency cannot.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::{DirBuilderExt, symlink};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::testing::error::Error;

/// Removed, with all that is in it, when the value is dropped.
#[derive(Debug)]
pub(super) struct Folder {
    root: PathBuf,
    pub(super) charm: PathBuf,
    pub(super) tools: PathBuf,
    pub(super) state: PathBuf,
    /// The program behind `dispatch`.
    program: PathBuf,
}

impl Folder {
    /// Lays the directory out for a unit, with `dispatch` and each of `tools` as links to the two
    /// programs.
    pub(super) fn lay_out(
        unit: &str,
        dispatch: &Path,
        tool_program: &Path,
        tools: impl Iterator<Item = &'static str>,
    ) -> Result<Self, Error> {
        let (program, tool_program) = (absolute(dispatch)?, absolute(tool_program)?);
        let root = temporary_directory()?;
        let folder = Self {
            charm: root
                .join("agents")
                .join(format!("unit-{}", unit.replace('/', "-")))
                .join("charm"),
            tools: root.join("tools"),
            state: root.join("state"),
            program,
            root,
        };
        for directory in [&folder.charm, &folder.tools, &folder.state] {
            fs::create_dir_all(directory).map_err(Error::file("create", directory))?;
        }
        folder.link_dispatch()?;
        for tool in tools {
            let link = folder.tools.join(tool);
            symlink(&tool_program, &link).map_err(Error::file("create", &link))?;
        }
        Ok(folder)
    }

    /// Makes the charm directory as it is after the charm was unpacked.
    pub(super) fn unpack_again(&self) -> Result<(), Error> {
        fs::remove_dir_all(&self.charm).map_err(Error::file("remove", &self.charm))?;
        fs::create_dir_all(&self.charm).map_err(Error::file("create", &self.charm))?;
        self.link_dispatch()
    }

    pub(super) fn dispatch(&self) -> PathBuf {
        self.charm.join("dispatch")
    }

    /// The agent's socket, which only names the state directory: nothing listens there.
    pub(super) fn socket(&self) -> PathBuf {
        self.state.join("agent.socket")
    }

    fn link_dispatch(&self) -> Result<(), Error> {
        let dispatch = self.dispatch();
        symlink(&self.program, &dispatch).map_err(Error::file("create", &dispatch))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // A directory that stays behind under /tmp is no reason to fail a test that passed.
        let _ = fs::remove_dir_all(&self.root);
    }
}

/// The links to a program stand in other directories than the one it may have been named from.
fn absolute(program: &Path) -> Result<PathBuf, Error> {
    fs::canonicalize(program).map_err(Error::file("find", program))
}

/// A new directory that only this user can enter: names differ by process and count, and
/// one left behind by an earlier process with the same number is passed over.
fn temporary_directory() -> Result<PathBuf, Error> {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    loop {
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let path =
            std::env::temp_dir().join(format!("charm-tracing-unit-{}-{count}", std::process::id()));
        match DirBuilder::new().mode(0o700).create(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(Error::file("create", &path)(error)),
            Ok(()) => return Ok(path),
        }
    }
}
