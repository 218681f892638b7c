//! One call of a hook tool: the process, its span, and the little that may be recorded of it.
//!
//! What a call is given is either plain (ids, keys, flags: errors and spans may repeat it) or a value
//! (nothing may). A tool that fails may quote a value on standard error, so values are taken out of that
//! text before anyone sees it.

use std::fmt;
use std::io::{self, Write};
use std::process::{Command, Output, Stdio};
use std::sync::{Mutex, PoisonError};
use std::thread::{self, Builder};

use opentelemetry::KeyValue;
use opentelemetry::trace::SpanKind;
use serde_json::Value;

use crate::juju::error::{Error, LONGEST_ARGUMENT};
use crate::trace::{self, Failure, Span, SpanOptions};

/// What every pipe takes though nobody reads: a page.
const A_PIPE: usize = 4096;

/// What a hook tool is given, and what of it may be shown.
#[derive(Debug)]
pub(crate) struct Call {
    tool: &'static str,
    arguments: Vec<String>,
    input: Option<String>,
    attributes: Vec<KeyValue>,
    shown: Vec<String>,
    hidden: Vec<String>,
}

impl Call {
    pub(crate) fn new(tool: &'static str) -> Self {
        Self {
            tool,
            arguments: Vec::new(),
            input: None,
            attributes: Vec::new(),
            shown: Vec::new(),
            hidden: Vec::new(),
        }
    }

    /// An argument that errors may repeat: an id, a key, a flag.
    pub(crate) fn plain(mut self, argument: impl Into<String>) -> Self {
        let argument = argument.into();
        self.shown.push(argument.clone());
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

    /// An attribute of the call's span.
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
        let span = Span::enter(self.tool, || SpanOptions {
            kind: Some(SpanKind::Client),
            attributes,
            ..SpanOptions::default()
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
        trace::flush();
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
        let input = self.input.as_deref().unwrap_or_default();
        let stdin = Mutex::new(child.stdin.take());
        let write = || {
            let stdin = stdin.lock().unwrap_or_else(PoisonError::into_inner).take();
            if let Some(mut stdin) = stdin {
                // A tool that does not read its input says why through its exit code.
                let _ = stdin.write_all(input.as_bytes());
            }
        };
        thread::scope(|scope| {
            // More than a pipe takes at once is written beside the reading: a tool that talks first
            // would wait for this process, which waits for the tool.
            if input.len() <= A_PIPE || Builder::new().spawn_scoped(scope, write).is_err() {
                write();
            }
            trace::encode_early();
            child.wait_with_output()
        })
    }

    fn described(&self) -> String {
        let mut call = self.tool.to_owned();
        for argument in &self.shown {
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
            text = text.replace(value.as_str(), "...");
            text = text.replace(&quoted(value), "...");
        }
        text
    }
}

/// A value as Juju quotes it, with Go's `%q`, and without the quotes.
fn quoted(value: &str) -> String {
    let mut quoted = String::with_capacity(value.len());
    for character in value.chars() {
        match character {
            '\u{7}' => quoted.push_str(r"\a"),
            '\u{8}' => quoted.push_str(r"\b"),
            '\u{b}' => quoted.push_str(r"\v"),
            '\u{c}' => quoted.push_str(r"\f"),
            '\n' => quoted.push_str(r"\n"),
            '\r' => quoted.push_str(r"\r"),
            '\t' => quoted.push_str(r"\t"),
            '"' | '\\' => quoted.extend(['\\', character]),
            '\0'..' ' | '\u{7f}' => {
                coded(&mut quoted, format_args!(r"\x{:02x}", u32::from(character)));
            }
            _ if is_printable(character) => quoted.push(character),
            ..'\u{10000}' => coded(&mut quoted, format_args!(r"\u{:04x}", u32::from(character))),
            _ => coded(&mut quoted, format_args!(r"\U{:08x}", u32::from(character))),
        }
    }
    quoted
}

fn coded(quoted: &mut String, code: fmt::Arguments<'_>) {
    // Writing to a text cannot fail.
    let _ = fmt::Write::write_fmt(quoted, code);
}

/// Whether it is quoted as it is. Behind a letter, since Rust alone escapes a mark that has none.
fn is_printable(character: char) -> bool {
    character == '\'' || format!("a{character}").escape_debug().count() == 2
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
        let shown = call.without_values(
            r#"bad "pass\nword", s3cret, pass
word: no"#,
        );
        assert_eq!(shown, r#"bad "...", ..., ...: no"#);
        assert_eq!(call.described(), "action-set key");
    }

    #[test]
    fn an_argument_too_long_for_linux_is_an_error_before_the_start() {
        let long = "x".repeat(LONGEST_ARGUMENT + 1);
        let error = Call::new("true").value(long).start().unwrap_err();
        assert_eq!(
            error.to_string(),
            "true: an argument has 131072 bytes and Linux passes on at most 131071: shorten the text"
        );
    }

    #[test]
    fn a_tool_that_talks_before_it_listens_is_no_deadlock() {
        let (done, ended) = std::sync::mpsc::channel();
        thread::spawn(move || {
            let call = Call::new("sh")
                .plain("-c")
                .plain("head -c 300000 /dev/zero >&2; wc -c")
                .input("x".repeat(300_000));
            done.send(call.start())
        });
        let answer = ended.recv_timeout(std::time::Duration::from_secs(20));
        assert_eq!(answer.unwrap().unwrap().trim_ascii(), b"300000");
    }

    #[test]
    fn values_are_taken_out_as_go_quotes_them() {
        let value = "p\u{a0}w\u{1b}\0\u{85}\u{1f980}e\u{301}'\u{2028}\u{e000}\u{e0001}q";
        let call = Call::new("relation-set").hiding([value]);
        // What `strconv.Quote` makes of it.
        let said = "bad \"p\\u00a0w\\x1b\\x00\\u0085\u{1f980}e\u{301}'\\u2028\\ue000\\U000e0001q\"";
        assert_eq!(call.without_values(said), r#"bad "...""#);
        let call = Call::new("state-set").hiding(["\u{7}\u{8}\u{b}\u{c}\u{7f}"]);
        assert_eq!(call.without_values(r"\a\b\v\f\x7f"), "...");
    }
}
