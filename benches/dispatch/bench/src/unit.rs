//! The unit whose dispatches are measured: its folder, its environment, and one run of a program in it.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{Error, Result, Write};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The names under which charms and their frameworks start hook tools.
const HOOK_TOOLS: &[&str] = &[
    "application-version-set",
    "config-get",
    "goal-state",
    "is-leader",
    "juju-log",
    "network-get",
    "relation-get",
    "relation-ids",
    "relation-list",
    "relation-set",
    "secret-ids",
    "state-delete",
    "state-get",
    "state-set",
    "status-get",
    "status-set",
    "storage-get",
    "storage-list",
];

const PROGRAMS: &[&str] = &["traced", "plain", "floor", "floor-ureq"];

/// What the kernel says of one run, in milliseconds.
#[derive(Clone, Copy, Debug)]
pub struct Figures {
    pub wall: f64,
    pub processor: f64,
}

/// Where everything is.
pub struct Bench {
    /// The programs, copied from where Cargo built them.
    programs: PathBuf,
    /// Folders of this run.
    pub scratch: PathBuf,
}

/// What is run, and in which environment beside Juju's own.
#[derive(Clone, Debug)]
pub struct Program {
    pub command: Vec<String>,
    pub variables: BTreeMap<String, String>,
}

impl Program {
    pub fn new(command: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self {
            command: command.into_iter().map(Into::into).collect(),
            variables: BTreeMap::new(),
        }
    }

    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.variables.insert(name.to_owned(), value.into());
        self
    }
}

impl Bench {
    /// Takes over `scratch`, which is emptied if it is one of an earlier run.
    pub fn new(programs: &Path, tools: &Path, scratch: &Path) -> Result<Self> {
        let mark = scratch.join(".made-by-the-benchmark");
        if scratch.exists() {
            if !mark.exists() {
                let problem = format!("{} is of no earlier run", scratch.display());
                return Err(Error::other(problem));
            }
            fs::remove_dir_all(scratch)?;
        }
        let bin = scratch.join("bin");
        fs::create_dir_all(&bin)?;
        File::create(mark)?;
        for name in HOOK_TOOLS {
            symlink(tools.join("hook-tool"), bin.join(name))?;
        }
        for name in ["timed", "peak"] {
            symlink(tools.join(name), scratch.join(name))?;
        }
        let copies = scratch.join("programs");
        fs::create_dir(&copies)?;
        for name in PROGRAMS {
            unpack(&programs.join(name), &copies.join(name))?;
        }
        Ok(Self {
            programs: copies,
            scratch: scratch.to_owned(),
        })
    }

    pub fn program(&self, name: &str) -> String {
        self.programs.join(name).display().to_string()
    }

    /// An empty folder.
    pub fn folder(&self, name: &str) -> Result<PathBuf> {
        let folder = self.scratch.join(name);
        fs::create_dir_all(&folder)?;
        Ok(folder)
    }

    /// One dispatch in a folder, timed by the kernel.
    pub fn dispatch(&self, folder: &Path, hook: &str, program: &Program) -> Result<Figures> {
        match *self.run("timed", folder, hook, program)?.as_slice() {
            [wall, processor] => Ok(Figures {
                wall: wall / 1e3,
                processor: processor / 1e3,
            }),
            ref other => Err(Error::other(format!("no figures of time: {other:?}"))),
        }
    }

    /// The most memory that a dispatch has in use, in MiB.
    pub fn memory(&self, folder: &Path, hook: &str, program: &Program) -> Result<f64> {
        match *self.run("peak", folder, hook, program)?.as_slice() {
            [memory] => Ok(memory / 1024.0),
            ref other => Err(Error::other(format!("no figure of memory: {other:?}"))),
        }
    }

    /// What one of the programs that look at another tells of a dispatch that succeeds.
    fn run(&self, by: &str, folder: &Path, hook: &str, program: &Program) -> Result<Vec<f64>> {
        let said = self.scratch.join("said");
        let figures = self.scratch.join("figures");
        let output = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .open(&said)?;
        let status = Command::new(self.scratch.join(by))
            .arg(&figures)
            .args(&program.command)
            .current_dir(folder)
            .env_clear()
            .envs(self.environment(folder, hook))
            .envs(&program.variables)
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output)
            .status()?;
        let read = fs::read_to_string(&figures).unwrap_or_default();
        let numbers = read.split(' ').filter_map(|it| it.trim().parse().ok());
        let mut numbers: Vec<f64> = numbers.collect();
        if status.success() && numbers.pop() == Some(0.0) {
            return Ok(numbers);
        }
        Err(Error::other(format!(
            "{:?} in {}: {status}, {read}{}",
            program.command,
            folder.display(),
            fs::read_to_string(said)?
        )))
    }

    fn environment(&self, folder: &Path, hook: &str) -> BTreeMap<String, String> {
        let bin = self.scratch.join("bin");
        let mut variables = vec![
            ("PATH", format!("{}:/usr/bin:/bin", bin.display())),
            ("HOME", self.scratch.display().to_string()),
            ("LANG", "C.UTF-8".to_owned()),
            ("JUJU_DISPATCH_PATH", format!("hooks/{hook}")),
            ("JUJU_HOOK_NAME", hook.to_owned()),
            ("JUJU_UNIT_NAME", "demo/0".to_owned()),
            ("JUJU_MODEL_NAME", "bench".to_owned()),
            (
                "JUJU_MODEL_UUID",
                "1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed".to_owned(),
            ),
            ("JUJU_VERSION", "3.6.4".to_owned()),
            ("JUJU_CONTEXT_ID", format!("demo/0-{hook}-1")),
            ("JUJU_CHARM_DIR", folder.display().to_string()),
        ];
        if let Some(endpoint) = hook.strip_suffix("-relation-changed") {
            variables.extend([
                ("JUJU_RELATION", endpoint.to_owned()),
                ("JUJU_RELATION_ID", format!("{endpoint}:2")),
                ("JUJU_REMOTE_APP", "tempo".to_owned()),
                ("JUJU_REMOTE_UNIT", "tempo/0".to_owned()),
            ]);
        }
        let variables = variables.into_iter();
        variables
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    }
}

/// Writes a program as Juju's unpacking of a charm does, 32 KiB at a time. The kernel keeps a file in memory in
/// the pieces in which it was written, and maps whole pieces, which a linker makes as large as they get.
fn unpack(program: &Path, copy: &Path) -> Result<()> {
    let bytes = fs::read(program)?;
    let mut file = File::create(copy)?;
    for piece in bytes.chunks(32 * 1024) {
        file.write_all(piece)?;
    }
    file.set_permissions(Permissions::from_mode(0o755))?;
    file.sync_all()
}

/// Makes a folder hold exactly the files of another, all of them on disk: what a run then syncs is its own.
pub fn restore(folder: &Path, template: &Path) -> Result<()> {
    let wanted = |name: &std::ffi::OsStr| template.join(name).is_file();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_file() && !wanted(&entry.file_name()) {
            fs::remove_file(entry.path())?;
        }
    }
    for entry in fs::read_dir(template)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            let copy = folder.join(entry.file_name());
            fs::copy(entry.path(), &copy)?;
            File::open(copy)?.sync_all()?;
        }
    }
    File::open(folder)?.sync_all()
}
