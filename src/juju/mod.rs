//! The hook tools: Juju's commands, typed, each call a span.
//!
//! Methods carry the names of the Juju manual with underscores, so the manual is the index. This
//! is the only part that starts hook tools. What a span records of a call is decided where the tool
//! is wrapped, as a list of keys and ids: never values, never input, never output.

mod action;
mod certificates;
mod config;
mod fields;
mod log;
mod relation;
mod status;
mod storage;
mod tracing;
mod unit;

pub use action::{Action, Params};
pub(crate) use certificates::certificates;
pub use fields::{Field, Fields, FromValue, SecretId};
pub use log::LogLevel;
pub use relation::Databag;
pub use status::Status;
pub(crate) use storage::storage_location;
pub(crate) use tracing::{endpoint_url, request_otlp_http};

use std::fmt;
use std::io::{self, Write};
use std::process::{Command, Output, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

use opentelemetry::KeyValue;
use opentelemetry::trace::SpanKind;
use serde_json::Value;

use crate::span::{self, Failure, Opening, Span};

/// The hook tools of one dispatch. Cheap to clone.
///
/// ```no_run
/// use charm_tracing::{Juju, Status};
///
/// fn ready(juju: &Juju) -> Result<(), charm_tracing::Error> {
///     juju.open_port(8080)?;
///     juju.status_set(Status::active())
/// }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Juju {
    action_failure: Arc<Mutex<Option<String>>>,
}

impl Juju {
    /// A handle of its own, for tests and for programs that Juju starts in another way than through
    /// [`run`](crate::run).
    pub fn new() -> Self {
        Self::default()
    }

    /// The message of an `action-fail` in this dispatch.
    pub(crate) fn action_failure(&self) -> Option<String> {
        self.action_failure
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

/// A hook tool did not do what was asked.
///
/// It says which tool and with which arguments (ids and keys; no values), and what the tool said.
#[derive(Debug)]
pub struct Error {
    call: String,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Start(io::Error),
    Failed { code: Option<i32>, stderr: String },
    Answer(String),
    Field(String),
}

impl Error {
    pub(crate) fn answer(call: impl Into<String>, problem: impl fmt::Display) -> Self {
        Self {
            call: call.into(),
            kind: Kind::Answer(problem.to_string()),
        }
    }

    pub(crate) fn field(of: &str, problem: String) -> Self {
        Self {
            call: of.to_owned(),
            kind: Kind::Field(problem),
        }
    }

    /// Whether Juju says that the relation does not exist (any more).
    pub fn is_relation_not_found(&self) -> bool {
        matches!(&self.kind, Kind::Failed { stderr, .. } if stderr.contains("relation not found"))
    }

    /// Whether Juju says that this unit may not read or write that.
    pub fn is_permission_denied(&self) -> bool {
        matches!(&self.kind, Kind::Failed { stderr, .. } if stderr.contains("permission denied"))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let call = &self.call;
        match &self.kind {
            Kind::Start(error) if error.kind() == io::ErrorKind::NotFound => {
                write!(
                    f,
                    "{call}: no such hook tool on PATH; is this process started by Juju?"
                )
            }
            Kind::Start(error) => write!(f, "{call}: cannot be started: {error}"),
            Kind::Failed {
                code: Some(code),
                stderr,
            } => write!(f, "{call}: exit code {code}: {stderr}"),
            Kind::Failed { code: None, stderr } => write!(f, "{call}: ended by a signal: {stderr}"),
            Kind::Answer(problem) => write!(f, "{call}: its answer cannot be read: {problem}"),
            Kind::Field(problem) => write!(f, "{call}: {problem}"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.kind {
            Kind::Start(error) => Some(error),
            _ => None,
        }
    }
}

/// One call of a hook tool: what it is given, and the little of it that may be told.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    tool: &'static str,
    arguments: Vec<&'a str>,
    input: Option<String>,
    attributes: Vec<KeyValue>,
    told: Vec<&'a str>,
}

impl<'a> Call<'a> {
    pub(crate) fn new(tool: &'static str) -> Self {
        Self {
            tool,
            arguments: Vec::new(),
            input: None,
            attributes: Vec::new(),
            told: Vec::new(),
        }
    }

    /// An argument that errors may repeat: an id, a key, a flag.
    pub(crate) fn plain(mut self, argument: &'a str) -> Self {
        self.arguments.push(argument);
        self.told.push(argument);
        self
    }

    /// A flag that has to stand before all else.
    fn first(mut self, flag: &'a str) -> Self {
        self.arguments.insert(0, flag);
        self
    }

    /// An argument that must not be repeated anywhere: it holds a value.
    pub(crate) fn value(mut self, argument: &'a str) -> Self {
        self.arguments.push(argument);
        self
    }

    /// What the tool reads on standard input.
    pub(crate) fn input(mut self, input: String) -> Self {
        self.input = Some(input);
        self
    }

    /// Something the span tells about the call.
    pub(crate) fn attribute(
        mut self,
        key: &'static str,
        value: impl Into<opentelemetry::Value>,
    ) -> Self {
        self.attributes.push(KeyValue::new(key, value));
        self
    }

    /// Runs the tool in a span and reads its answer as JSON; an empty answer is `null`.
    pub(crate) fn json(self) -> Result<Value, Error> {
        let call = self.described();
        let answer = self.first("--format=json").run()?;
        if answer.trim_ascii().is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&answer).map_err(|error| Error::answer(call, error))
    }

    /// Runs the tool in a span, for its effect or its plain text.
    pub(crate) fn run(mut self) -> Result<Vec<u8>, Error> {
        let attributes = std::mem::take(&mut self.attributes);
        let span = Span::enter(self.tool, || Opening {
            kind: Some(SpanKind::Client),
            attributes,
            ..Opening::default()
        });
        let result = self.start();
        if let Err(error) = &result {
            if let Kind::Failed {
                code: Some(code), ..
            } = &error.kind
            {
                span.set(KeyValue::new("process.exit.code", i64::from(*code)));
            }
            span.fail(&Failure::of::<Error>(error));
        }
        result
    }

    /// Runs the tool without a span: only `juju-log` does, whose lines are not work.
    fn start(&self) -> Result<Vec<u8>, Error> {
        let output = self.output().map_err(|error| Error {
            call: self.described(),
            kind: Kind::Start(error),
        })?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        let stderr = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        Err(Error {
            call: self.described(),
            kind: Kind::Failed {
                code: output.status.code(),
                stderr,
            },
        })
    }

    fn output(&self) -> io::Result<Output> {
        // A hook tool can take long, and `juju-reboot` ends this very process.
        span::flush();
        let mut child = Command::new(self.tool)
            .args(&self.arguments)
            .stdin(if self.input.is_some() {
                Stdio::piped()
            } else {
                Stdio::null()
            })
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        if let (Some(mut stdin), Some(input)) = (child.stdin.take(), &self.input) {
            // A tool that does not read its input says why through its exit code.
            let _ = stdin.write_all(input.as_bytes());
        }
        child.wait_with_output()
    }

    fn described(&self) -> String {
        let mut call = self.tool.to_owned();
        for argument in &self.told {
            call.push(' ');
            call.push_str(argument);
        }
        call
    }
}
