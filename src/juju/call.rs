//! One call of a hook tool: the process, its span, and the little that may be told of it.
//!
//! What a call is given is either plain (ids, keys, flags: errors and spans may repeat it) or a value
//! (nothing may). A tool that fails may quote a value on standard error, so values are taken out of that
//! text before anyone sees it.

use std::io::{self, Write};
use std::process::{Command, Output, Stdio};

use opentelemetry::KeyValue;
use opentelemetry::trace::SpanKind;
use serde_json::Value;

use crate::juju::Error;
use crate::span::{self, Failure, Opening, Span};

/// The longest argument that Linux passes on: `MAX_ARG_STRLEN` (131072) without its terminating zero.
pub(crate) const LONGEST_ARGUMENT: usize = 131_071;

/// What a hook tool is given, and what of it may be told.
#[derive(Debug)]
pub(crate) struct Call {
    tool: &'static str,
    arguments: Vec<String>,
    input: Option<String>,
    attributes: Vec<KeyValue>,
    told: Vec<String>,
    hidden: Vec<String>,
}

impl Call {
    pub(crate) fn new(tool: &'static str) -> Self {
        Self {
            tool,
            arguments: Vec::new(),
            input: None,
            attributes: Vec::new(),
            told: Vec::new(),
            hidden: Vec::new(),
        }
    }

    /// An argument that errors may repeat: an id, a key, a flag.
    pub(crate) fn plain(mut self, argument: impl Into<String>) -> Self {
        let argument = argument.into();
        self.told.push(argument.clone());
        self.arguments.push(argument);
        self
    }

    /// An argument that must not be repeated anywhere: it holds a value.
    pub(crate) fn value(mut self, argument: impl Into<String>) -> Self {
        let argument = argument.into();
        self.hidden.push(argument.clone());
        self.arguments.push(argument);
        self
    }

    /// Something that stands in the input or in a file the tool reads, and must not be repeated.
    pub(crate) fn hiding<'v>(mut self, values: impl IntoIterator<Item = &'v str>) -> Self {
        self.hidden.extend(values.into_iter().map(str::to_owned));
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
    pub(crate) fn json(mut self) -> Result<Value, Error> {
        let call = self.described();
        self.arguments.insert(0, "--format=json".to_owned());
        let answer = self.run()?;
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
            if let Some(code) = error.exit_code() {
                span.set(KeyValue::new("process.exit.code", i64::from(code)));
            }
            span.fail(&Failure::of::<Error>(error));
        }
        result
    }

    /// Runs the tool without a span: only `juju-log` does, whose lines are not work.
    pub(crate) fn start(&self) -> Result<Vec<u8>, Error> {
        if let Some(long) = self.arguments.iter().find(|a| a.len() > LONGEST_ARGUMENT) {
            return Err(Error::too_long(self.described(), long.len()));
        }
        let output = self
            .output()
            .map_err(|error| Error::start(self.described(), error))?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        let stderr = self.without_values(String::from_utf8_lossy(&output.stderr).trim());
        Err(Error::failed(
            self.described(),
            output.status.code(),
            stderr,
        ))
    }

    /// What identifies a call that is answered the same throughout a dispatch.
    pub(crate) fn identity(&self) -> String {
        self.described()
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
        span::encode_ahead();
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

    fn without_values(&self, stderr: &str) -> String {
        // Shorter texts (`1`, `no`) are no secrets, and would punch holes into ordinary words.
        const SHORTEST_SECRET: usize = 4;
        let mut text = stderr.to_owned();
        // A long value may contain a short one, which must not break it up first.
        let mut hidden: Vec<&String> = self.hidden.iter().collect();
        hidden.sort_by_key(|value| std::cmp::Reverse(value.len()));
        for value in hidden {
            if value.len() < SHORTEST_SECRET {
                continue;
            }
            // Juju quotes with Go's %q, whose escapes are Rust's for everything a charm writes.
            let quoted = format!("{value:?}");
            let inner = quoted.trim_matches('"');
            text = text.replace(value.as_str(), "...").replace(inner, "...");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_taken_out_of_what_a_tool_says() {
        let call = Call::new("action-set")
            .plain("key")
            .value("pass\nword")
            .hiding(["s3cret", "no"]);
        let told = call.without_values(
            r#"bad "pass\nword", s3cret, pass
word: no"#,
        );
        assert_eq!(told, r#"bad "...", ..., ...: no"#);
        assert_eq!(call.described(), "action-set key");
    }

    #[test]
    fn an_argument_that_linux_does_not_take_is_told_before_the_start() {
        let long = "x".repeat(LONGEST_ARGUMENT + 1);
        let error = Call::new("true").value(long).start().unwrap_err();
        assert_eq!(
            error.to_string(),
            "true: an argument has 131072 bytes and Linux passes on at most 131071: shorten the text"
        );
    }
}
