//! What a dispatch leaves behind: values to compare, each with the text a person would read.
//! Hook-tool calls print as the command line they were, so that a test can compare all calls of a
//! dispatch as one text.

use std::fmt;
use std::time::Duration;

use serde_json::{Map, Value};

use crate::testing::record::record;

/// One finished dispatch, as the unit agent saw it. From [`Unit::hook`](crate::testing::Unit::hook)
/// and the methods beside it, which also have an example.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Run {
    /// The exit code; `None` when a signal ended the process.
    pub exit_code: Option<i32>,
    /// The signal that ended the process, such as 9.
    pub signal: Option<i32>,
    /// What the charm printed, with bytes that are no UTF-8 replaced. Juju shows it to the operator
    /// after an action.
    pub stdout: String,
    /// What the charm printed on standard error.
    pub stderr: String,
    /// Wall-clock time from the start of the process to its end.
    pub duration: Duration,
    /// The hook-tool calls that finished, in order.
    pub calls: Vec<Call>,
    /// The `juju-log` lines, in order.
    pub log: Vec<LogLine>,
    /// What `action-set` collected; empty in a hook. Juju adds output and exit code of its own,
    /// which are not here.
    pub results: Map<String, Value>,
    /// The message of `action-fail`, also when it is empty; `None` when the action did not call it.
    pub failure: Option<String>,
    /// The messages of `action-log`, in order.
    pub progress: Vec<String>,
}

impl Run {
    /// Whether Juju would call this dispatch a success: it exited with 0 and, in an action, did not
    /// call `action-fail`.
    #[must_use]
    pub fn succeeded(&self) -> bool {
        self.exit_code == Some(0) && self.failure.is_none()
    }

    /// The hook-tool calls as one text, a line each, as [`Call`] prints them.
    ///
    /// ```
    /// # fn check(run: &charm_tracing::testing::Run) {
    /// assert_eq!(run.commands(), "is-leader --format=json\nstatus-set -- active ready\n");
    /// # }
    /// ```
    #[must_use]
    pub fn commands(&self) -> String {
        let mut commands = String::new();
        for call in &self.calls {
            commands.extend([call.to_string().as_str(), "\n"]);
        }
        commands
    }
}

record! {
    /// One finished call of a hook tool. Prints as its command line: `relation-get -r database:1 -
    /// postgresql/0`. Collected in [`Run::calls`].
    #[derive(Debug, Clone, PartialEq, Eq)]
    #[non_exhaustive]
    pub struct Call {
        /// The tool's name, such as `relation-get`.
        pub tool: String,
        /// Its arguments, without the name.
        pub arguments: Vec<String>,
        /// Bytes it read from standard input; 0 when the arguments did not ask for any.
        pub stdin: usize,
        /// 0, or 1 for a refusal by Juju, or 2 for arguments it does not take.
        pub exit_code: u8,
    }

    /// One line of the unit's log, written by `juju-log`. Prints as Juju shows it, but for the time
    /// and the unit: `DEBUG database:1: connected`. Collected in [`Run::log`].
    #[derive(Debug, Clone, PartialEq, Eq)]
    #[non_exhaustive]
    pub struct LogLine {
        /// `TRACE`, `DEBUG`, `INFO`, `WARNING` or `ERROR`.
        pub level: String,
        /// The relation of the hook that wrote it, which Juju puts before the message.
        pub relation: Option<String>,
        /// The message as the charm gave it.
        pub message: String,
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.tool)?;
        self.arguments
            .iter()
            .try_for_each(|argument| write!(f, " {argument}"))
    }
}

impl fmt::Display for LogLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.relation {
            Some(relation) => write!(f, "{} {relation}: {}", self.level, self.message),
            None => write!(f, "{} {}", self.level, self.message),
        }
    }
}
