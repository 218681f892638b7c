//! One dispatch from start to end: the environment, the process, and what Juju does when it is
//! over. A dispatch can be held while it runs, because being killed midway is part of a charm's
//! life.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::File;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use crate::testing::agent;
use crate::testing::environment;
use crate::testing::error::Error;
use crate::testing::run::Run;
use crate::testing::state::{Event, Queued};
use crate::testing::unit::Unit;

/// What Juju dispatches: `hooks/<name>` or `actions/<name>`, with the variables of its kind.
#[derive(Debug, Default)]
pub(super) struct Occasion {
    pub(super) path: String,
    pub(super) variables: Vec<(&'static str, String)>,
    pub(super) event: Event,
}

/// A dispatch that is under way, from [`Unit::start_hook`]. Dropped without [`wait`](Self::wait),
/// it is killed, and all it did is forgotten but its calls and log lines.
///
/// ```no_run
/// # fn main() -> Result<(), charm_tracing::testing::Error> {
/// # let mut unit = charm_tracing::testing::Unit::new("blog/0", "/path/to/charm")?;
/// let mut running = unit.start_hook("install")?;
/// running.kill()?;
/// assert_eq!(running.wait()?.signal, Some(9));
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Running<'u> {
    unit: &'u mut Unit,
    child: Child,
    started: Instant,
    before: Before,
}

/// What the end of a dispatch is compared with, or goes back to.
#[derive(Debug)]
struct Before {
    queued: Queued,
    calls: usize,
    log: usize,
}

impl Unit {
    pub(super) fn dispatch(&mut self, occasion: Occasion) -> Result<Run, Error> {
        self.start(occasion)?.wait()
    }

    pub(super) fn start(&mut self, occasion: Occasion) -> Result<Running<'_>, Error> {
        let environment = self.environment_of(&occasion);
        let before = Before {
            queued: self.state.queued.clone(),
            calls: self.calls()?.len(),
            log: self.log()?.len(),
        };
        self.state.event = occasion.event;
        self.publish()?;
        let dispatch = self.folder.dispatch();
        let mut command = Command::new(&dispatch);
        command
            .env_clear()
            .envs(environment)
            .current_dir(&self.folder.charm)
            .stdin(Stdio::null());
        command
            .stdout(self.output("stdout")?)
            .stderr(self.output("stderr")?);
        let started = Instant::now();
        let child = command.spawn().map_err(|source| Error::Process {
            program: dispatch,
            source,
        })?;
        Ok(Running {
            unit: self,
            child,
            started,
            before,
        })
    }

    /// A hook tool that outlives its dispatch must not undo this with what it has read before.
    fn publish(&self) -> Result<(), Error> {
        let _lock = agent::lock(&self.folder.state)?;
        agent::store(&self.folder.state, &self.state.to_text())
    }

    fn environment_of(&mut self, occasion: &Occasion) -> BTreeMap<OsString, OsString> {
        let mut environment = environment::common(
            &self.folder,
            &self.state.unit,
            self.kubernetes,
            &occasion.path,
        );
        environment.extend(
            occasion
                .variables
                .iter()
                .map(|(name, value)| ((*name).into(), value.into())),
        );
        for (name, value) in std::mem::take(&mut self.environment) {
            match value {
                Some(value) => environment.insert(name, value),
                None => environment.remove(&name),
            };
        }
        environment
    }

    /// Output goes to a file and not through a pipe: a process that the charm leaves behind would
    /// keep a pipe open, and the end of the dispatch must not wait for it.
    fn output(&self, name: &str) -> Result<File, Error> {
        let path = self.folder.state.join(name);
        File::create(&path).map_err(Error::file("create", &path))
    }

    fn output_of(&self, name: &str) -> Result<String, Error> {
        let path = self.folder.state.join(name);
        let bytes = std::fs::read(&path).map_err(Error::file("read", &path))?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// What the agent does after the charm: takes over what was queued or drops it, and forgets the
    /// event.
    fn settle(
        &mut self,
        status: ExitStatus,
        duration: Duration,
        before: &Before,
    ) -> Result<Run, Error> {
        let lock = agent::lock(&self.folder.state)?;
        (self.state, _) = agent::load(&self.folder.state)?;
        drop(lock);
        let action = std::mem::take(&mut self.state.event)
            .action
            .unwrap_or_default();
        if !status.success() {
            self.state.queued = before.queued.clone();
        }
        Ok(Run {
            exit_code: status.code(),
            signal: status.signal(),
            stdout: self.output_of("stdout")?,
            stderr: self.output_of("stderr")?,
            duration,
            calls: self.calls()?.into_iter().skip(before.calls).collect(),
            log: self.log()?.into_iter().skip(before.log).collect(),
            results: action.results,
            failure: action.failure,
            progress: action.progress,
        })
    }
}

impl Running<'_> {
    /// The process id, for signals other than `SIGKILL`.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends `SIGKILL`, as Juju does to an action that the operator cancels. Killing a process that
    /// has ended is no error.
    ///
    /// # Errors
    /// The system refuses to send the signal.
    pub fn kill(&mut self) -> Result<(), Error> {
        let program = self.unit.folder.dispatch();
        self.child
            .kill()
            .map_err(|source| Error::Process { program, source })
    }

    /// Waits for the end of the dispatch, however long that takes, and settles it: after an exit
    /// code other than 0, or a signal, what hook tools had queued is dropped.
    ///
    /// # Errors
    /// The process or the files about it cannot be read.
    pub fn wait(mut self) -> Result<Run, Error> {
        let status = self.child.wait();
        let duration = self.started.elapsed();
        let program = self.unit.folder.dispatch();
        let status = status.map_err(|source| Error::Process { program, source })?;
        self.unit.settle(status, duration, &self.before)
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        if let Ok(None) = self.child.try_wait() {
            let _ = self.child.kill();
            // Without this the process stays in the table until the test ends.
            let _ = self.child.wait();
        }
    }
}
