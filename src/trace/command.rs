//! Children of a charm that are no hook tools: `systemctl`, `apt-get`, `pg_dump`. Each runs in a span
//! and gets `TRACEPARENT`, so that a child that traces itself joins the dispatch's trace.
//!
//! Arguments often hold secrets and are never recorded; what the trace should say is named.

use std::ffi::OsStr;
use std::io;
use std::ops::{Deref, DerefMut};
use std::path::Path;
use std::process::{ExitStatus, Output, Stdio};

use opentelemetry::trace::SpanKind;
use opentelemetry::{Key, KeyValue, Value};

use crate::trace::{self, Failure, Span, SpanOptions};

/// The variable in which W3C Trace Context is handed to a child process: OpenTelemetry's SDKs and
/// command-line tools read it.
const TRACEPARENT: &str = "TRACEPARENT";

/// A command whose run is a span, named after the program, of kind CLIENT.
///
/// It takes what a [`std::process::Command`] takes, and can be made [from](From) one. The span has `process.executable.name`,
/// `process.pid` and `process.exit.code`, and status ERROR where the child cannot be started, exits with
/// anything but 0 or is ended by a signal. The child's environment gets `TRACEPARENT`; this process's
/// own does not change. Without a current span the child is run as it is.
///
/// ```
/// use charm_tracing::trace::command::Command;
///
/// let output = Command::new("echo")
///     .arg("ready")
///     .recorded("service", "blog")
///     .output()?;
/// assert_eq!(output.stdout, b"ready\n");
/// # std::io::Result::Ok(())
/// ```
#[derive(Debug)]
pub struct Command {
    inner: std::process::Command,
    recorded: Vec<KeyValue>,
}

impl Command {
    /// A command that starts this program.
    pub fn new(program: impl AsRef<OsStr>) -> Self {
        std::process::Command::new(program).into()
    }

    /// Adds an attribute of this run to the span.
    pub fn recorded(&mut self, key: impl Into<Key>, value: impl Into<Value>) -> &mut Self {
        self.recorded.push(KeyValue::new(key, value));
        self
    }

    /// The command itself, for what has no method here. Run from there it has no span.
    pub fn as_std_mut(&mut self) -> &mut std::process::Command {
        &mut self.inner
    }

    /// Adds an argument. Its value is not recorded.
    pub fn arg(&mut self, argument: impl AsRef<OsStr>) -> &mut Self {
        self.inner.arg(argument);
        self
    }

    /// Adds arguments. Their values are not recorded.
    pub fn args(&mut self, arguments: impl IntoIterator<Item: AsRef<OsStr>>) -> &mut Self {
        self.inner.args(arguments);
        self
    }

    /// Sets a variable for the child. Its value is not recorded.
    pub fn env(&mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> &mut Self {
        self.inner.env(name, value);
        self
    }

    /// Sets the child's working directory.
    pub fn current_dir(&mut self, directory: impl AsRef<Path>) -> &mut Self {
        self.inner.current_dir(directory);
        self
    }

    /// Sets what the child reads.
    pub fn stdin(&mut self, from: impl Into<Stdio>) -> &mut Self {
        self.inner.stdin(from);
        self
    }

    /// Sets where the child's output goes.
    pub fn stdout(&mut self, to: impl Into<Stdio>) -> &mut Self {
        self.inner.stdout(to);
        self
    }

    /// Sets where the child's errors go.
    pub fn stderr(&mut self, to: impl Into<Stdio>) -> &mut Self {
        self.inner.stderr(to);
        self
    }

    /// Runs it to its end and takes its output. As in the standard library, output is piped and
    /// input is empty unless set otherwise.
    pub fn output(&mut self) -> io::Result<Output> {
        self.run(std::process::Command::output, |output| output.status)
    }

    /// Runs it to its end. Input and output are this process's unless set otherwise; what a charm
    /// prints in an action is shown to the operator.
    pub fn status(&mut self) -> io::Result<ExitStatus> {
        self.run(std::process::Command::status, |status| *status)
    }

    /// Starts it. The span ends when the child is waited for, or dropped.
    pub fn spawn(&mut self) -> io::Result<Child> {
        let (span, started) = self.start(std::process::Command::spawn);
        let inner = started?;
        span.set(KeyValue::new("process.pid", i64::from(inner.id())));
        Ok(Child { inner, span })
    }

    fn run<T>(
        &mut self,
        run: impl FnOnce(&mut std::process::Command) -> io::Result<T>,
        status: impl FnOnce(&T) -> ExitStatus,
    ) -> io::Result<T> {
        let (span, ended) = self.start(run);
        if let Ok(ended) = &ended {
            record_status(&span, status(ended));
        }
        ended
    }

    /// Opens the span and starts the child in it; the command is left as it was found.
    fn start<T>(
        &mut self,
        start: impl FnOnce(&mut std::process::Command) -> io::Result<T>,
    ) -> (Span, io::Result<T>) {
        let program = Path::new(self.inner.get_program());
        let name = program.file_name().unwrap_or(program.as_os_str());
        let name = name.to_string_lossy().into_owned();
        let span = Span::enter(name.clone(), || {
            let mut attributes = self.recorded.clone();
            attributes.push(KeyValue::new("process.executable.name", name));
            SpanOptions {
                kind: Some(SpanKind::Client),
                attributes,
                ..SpanOptions::default()
            }
        });
        // The child may outlive this process, or end it.
        trace::flush();
        let Some(parent) = traceparent(&span) else {
            return (span, start(&mut self.inner));
        };
        // What the author set for the child, in case this command is run again elsewhere.
        let set = self.inner.get_envs().find(|(key, _)| *key == TRACEPARENT);
        let before = set.map(|(_, value)| value.map(OsStr::to_owned));
        self.inner.env(TRACEPARENT, parent);
        let started = start(&mut self.inner);
        match before {
            Some(Some(value)) => self.inner.env(TRACEPARENT, value),
            // Also where it was not set, so that a second run does not name the first one's span.
            Some(None) | None => self.inner.env_remove(TRACEPARENT),
        };
        if let Err(error) = &started {
            span.fail(&Failure::of::<io::Error>(error));
        }
        (span, started)
    }
}

impl From<std::process::Command> for Command {
    fn from(inner: std::process::Command) -> Self {
        Self {
            inner,
            recorded: Vec::new(),
        }
    }
}

/// A child that runs in a span. From [`Command::spawn`], whose type also has an example.
#[derive(Debug)]
pub struct Child {
    inner: std::process::Child,
    span: Span,
}

impl Child {
    /// Waits for its end.
    pub fn wait(mut self) -> io::Result<ExitStatus> {
        let status = self.inner.wait()?;
        record_status(&self.span, status);
        Ok(status)
    }

    /// Waits for its end and takes what it has printed into pipes.
    pub fn wait_with_output(self) -> io::Result<Output> {
        let output = self.inner.wait_with_output()?;
        record_status(&self.span, output.status);
        Ok(output)
    }
}

impl Deref for Child {
    type Target = std::process::Child;

    fn deref(&self) -> &Self::Target {
        &self.inner
    }
}

impl DerefMut for Child {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.inner
    }
}

/// Version 00 of W3C Trace Context: trace, span, and whether it is sampled.
fn traceparent(span: &Span) -> Option<String> {
    let ids = span.ids()?;
    ids.is_valid().then(|| {
        format!(
            "00-{}-{}-{:02x}",
            ids.trace_id(),
            ids.span_id(),
            ids.trace_flags().to_u8()
        )
    })
}

/// How a child ended. Its exit code is no Rust error, so it is a status and no exception.
fn record_status(span: &Span, status: ExitStatus) {
    if let Some(code) = status.code() {
        span.set(KeyValue::new("process.exit.code", i64::from(code)));
    }
    if !status.success() {
        span.mark(&Failure::named("exit", status.to_string()));
    }
}
