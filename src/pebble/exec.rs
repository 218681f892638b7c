//! Commands in the workload's container: started over HTTP, their streams carried by websockets.
//!
//! Endpoint `/v1/exec`: Pebble's API documentation. One thread serves the three streams in turn, without
//! blocking on any, until a deadline.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use opentelemetry::KeyValue;
use serde_json::{Value, json};

use super::change::{ChangeId, Output};
use super::client::Client;
use super::error::{Error, Problem};
use super::read::AnswerObject;
use super::request::{Operation, deadline, go_duration};
use super::services::no_change;
use super::stream::Input;

/// How long a command without a limit of its own may run.
const USUAL_LIMIT: Duration = Duration::from_secs(30);

/// A command to run, as [`std::process::Command`] describes one.
///
/// ```no_run
/// use charm_tracing::pebble::{Client, Exec};
///
/// # fn f() -> Result<(), charm_tracing::pebble::Error> {
/// let dump = Exec::new("pg_dump").args(["-s", "blog"]).user("postgres");
/// let schema = Client::for_container("db").exec(&dump)?.stdout;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exec {
    command: Vec<String>,
    environment: BTreeMap<String, String>,
    options: BTreeMap<&'static str, Value>,
    input: Vec<u8>,
    limit: Duration,
    combine: bool,
}

impl Exec {
    /// A program, by its path or its name on Pebble's `PATH`. No shell is involved.
    pub fn new(program: &str) -> Self {
        Self {
            command: vec![program.to_owned()],
            environment: BTreeMap::new(),
            options: BTreeMap::new(),
            input: Vec::new(),
            limit: USUAL_LIMIT,
            combine: false,
        }
    }

    /// Adds arguments. They are not recorded.
    pub fn args<T: Into<String>>(mut self, arguments: impl IntoIterator<Item = T>) -> Self {
        self.command.extend(arguments.into_iter().map(Into::into));
        self
    }

    /// Adds an environment variable. It is not recorded.
    pub fn environment(mut self, name: &str, value: &str) -> Self {
        self.environment.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Where it runs; Pebble's default is the user's home.
    pub fn working_dir(self, path: &str) -> Self {
        self.with("working-dir", path)
    }

    /// Whom it runs as; the user Pebble runs as by default.
    pub fn user(self, name: &str) -> Self {
        self.with("user", name)
    }

    /// The group it runs as; needs a user.
    pub fn group(self, name: &str) -> Self {
        self.with("group", name)
    }

    /// Takes environment, user, group and directory from this service where they are not set.
    pub fn service_context(self, service: &str) -> Self {
        self.with("service-context", service)
    }

    /// What it reads on standard input; nothing by default.
    pub fn stdin(mut self, input: impl Into<Vec<u8>>) -> Self {
        self.input = input.into();
        self
    }

    /// How long it may run before Pebble kills it: 30 s by default.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// Standard error goes where standard output goes, in the order it was written.
    pub fn combine_stderr(mut self) -> Self {
        self.combine = true;
        self
    }

    fn with(mut self, key: &'static str, value: &str) -> Self {
        self.options.insert(key, value.into());
        self
    }

    fn body(&self) -> Value {
        let mut body = json!({
            "command": self.command,
            "environment": self.environment,
            "timeout": go_duration(self.limit),
            "split-stderr": !self.combine,
        });
        if let Some(fields) = body.as_object_mut() {
            let options = self.options.iter();
            fields.extend(options.map(|(key, value)| ((*key).to_owned(), value.clone())));
        }
        body
    }
}

impl Client {
    /// Runs a command and waits for its end; output and input are held in memory.
    ///
    /// An exit code other than 0 is an error, whose [`Error::output`] has what was printed. The span
    /// records the program alone, and its exit code.
    pub fn exec(&self, exec: &Exec) -> Result<Output, Error> {
        let program = exec.command.first().map(String::as_str).unwrap_or_default();
        let operation = Operation::named("pebble exec").about("executable", program);
        self.traced(operation, |span| {
            let answer = self.post("/v1/exec", &exec.body())?;
            let change = answer.change.map(ChangeId).ok_or_else(no_change)?;
            let task = AnswerObject::of("the result", &answer.result)?.text("task-id")?;
            // Pebble ends the command at its limit and says so; only if it does not, this side gives up.
            let limit = exec.limit.saturating_add(self.timeout);
            let deadline = deadline(limit);
            let streams = self.converse(exec, &task, &change, deadline);
            let left = deadline.saturating_duration_since(Instant::now());
            let over = match &streams {
                Err(Problem::Unfinished { .. }) => None,
                // Streams that do not open or break mostly mean that the command could not start.
                _ => Some(self.wait_for(&change, left.min(limit))?),
            };
            let failed = over.as_ref().is_some_and(|change| change.err.is_some());
            if let Some(change) = over.clone().filter(|_| failed) {
                return Err(Problem::Change(Box::new(change)));
            }
            let (stdout, stderr) = streams?;
            let code = over.and_then(|change| change.tasks.first().and_then(|task| task.exit_code));
            let exit_code = code.ok_or_else(|| Problem::Answer("no exit code in it".to_owned()))?;
            span.set(KeyValue::new("process.exit.code", exit_code));
            let output = Output {
                exit_code,
                stdout,
                stderr,
            };
            match exit_code {
                0 => Ok(output),
                _ => Err(Problem::Exit(Box::new(output))),
            }
        })
    }

    /// Carries input and output until both outputs are over.
    fn converse(
        &self,
        exec: &Exec,
        task: &str,
        change: &ChangeId,
        deadline: Instant,
    ) -> Result<(Vec<u8>, Vec<u8>), Problem> {
        // Pebble starts the command when all its streams are there, and ends it when this one closes.
        let _control = self.stream(task, "control")?;
        let mut stdio = self.stream(task, "stdio")?;
        let mut stderr = if exec.combine {
            None
        } else {
            Some(self.stream(task, "stderr")?)
        };
        let mut input = Input::of(&exec.input);
        let mut pause = SHORTEST_PAUSE;
        while !stdio.ended || stderr.as_ref().is_some_and(|stderr| !stderr.ended) {
            let mut moved = input.advance(&mut stdio.socket)? | stdio.advance()?;
            if let Some(stderr) = &mut stderr {
                moved |= stderr.advance()?;
            }
            if Instant::now() >= deadline {
                return Err(Problem::Unfinished {
                    change: change.0.clone(),
                    after: exec.limit,
                });
            }
            if moved {
                pause = SHORTEST_PAUSE;
            } else {
                std::thread::sleep(pause);
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
        }
        let errors = stderr.map(|stderr| stderr.received).unwrap_or_default();
        Ok((stdio.received, errors))
    }
}

/// Between two looks at streams that had nothing: short for commands that are over at once, and still
/// only 200 looks a second for those that take their time.
const SHORTEST_PAUSE: Duration = Duration::from_micros(100);
const LONGEST_PAUSE: Duration = Duration::from_millis(5);
