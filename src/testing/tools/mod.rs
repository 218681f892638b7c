//! The hook tools of the simulated Juju, as one program under many names. They refuse what Juju
//! refuses, with its words and exit codes, because a charm's error paths are only worth testing
//! against those.

mod action;
mod answer;
mod arguments;
mod model;
mod owned;
mod relation;
mod secret;
mod storage;
mod table;
mod unit;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::Value;

use crate::testing::agent::Agent;
use crate::testing::error::Error;
use crate::testing::tools::answer::ToolRefusal;
use crate::testing::tools::arguments::Arguments;
use crate::testing::tools::table::{TOOLS, Tool};

/// Behaves as a hook tool when this process was started under a hook tool's name, and is `None`
/// otherwise.
///
/// A program that a [`Unit`](crate::testing::Unit) is to use for its hook tools begins with it; the
/// same program can then be the charm as well:
///
/// ```no_run
/// use std::process::ExitCode;
///
/// fn main() -> ExitCode {
///     if let Some(code) = charm_tracing::testing::hook_tool() {
///         return code;
///     }
///     ExitCode::SUCCESS // the charm's own main
/// }
/// ```
///
/// The tool finds the unit's state beside the socket that `JUJU_AGENT_SOCKET_ADDRESS` names. It
/// answers on standard output; what Juju would refuse it refuses with `ERROR` and Juju's reason on
/// standard error and exit code 1, or 2 for wrong arguments. Output is JSON with `--format=json`
/// and with `--format=yaml`, of which JSON is a part; without either, text is printed bare and the
/// rest as JSON.
#[must_use]
pub fn hook_tool() -> Option<ExitCode> {
    let mut words = std::env::args_os();
    let program = PathBuf::from(words.next()?);
    let name = program.file_name()?.to_str()?;
    let tool = TOOLS.iter().find(|tool| tool.name == name)?;
    let words: Vec<String> = words
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    let code = call(tool, &words).unwrap_or_else(|error| {
        complain(&error.to_string());
        1
    });
    Some(ExitCode::from(code))
}

/// The names under which [`hook_tool`] acts.
pub(super) fn tool_names() -> impl Iterator<Item = &'static str> {
    TOOLS.iter().map(|tool| tool.name)
}

fn call(tool: &Tool, words: &[String]) -> Result<u8, Error> {
    let folder = state_folder()?;
    let mut agent = Agent::reach(&folder)?;
    let outcome = answer(tool, words, &mut agent);
    let exit_code = outcome
        .as_ref()
        .map_or_else(|refusal| refusal.exit_code, |_| 0);
    agent.hang_up(tool.name, words, exit_code)?;
    match outcome {
        Ok(text) => {
            let mut stdout = std::io::stdout().lock();
            let written = stdout
                .write_all(text.as_bytes())
                .and_then(|()| stdout.flush());
            written.map_err(Error::file("write", Path::new("standard output")))?;
        }
        Err(refusal) => complain(&refusal.message),
    }
    Ok(exit_code)
}

fn answer(tool: &Tool, words: &[String], agent: &mut Agent) -> Result<String, ToolRefusal> {
    let arguments = Arguments::parse(tool.flags, words)?;
    if agent.state.event.restricted && tool.name != "juju-log" {
        return Err(ToolRefusal::denied(
            "not implemented for restricted context",
        ));
    }
    match (tool.act)(agent, &arguments)? {
        Some(value) => print(&value, arguments.value("format").unwrap_or("smart")),
        None => Ok(String::new()),
    }
}

fn print(value: &Value, format: &str) -> Result<String, ToolRefusal> {
    match (format, value) {
        ("smart", Value::Null) => Ok(String::new()),
        ("smart", Value::String(text)) => Ok(format!("{text}\n")),
        ("smart", Value::Bool(truth)) => Ok(if *truth { "True\n" } else { "False\n" }.to_owned()),
        ("smart" | "json" | "yaml", value) => Ok(format!("{value}\n")),
        _ => Err(ToolRefusal::usage(format!(
            "invalid value {format:?} for option --format: unknown format {format:?}"
        ))),
    }
}

/// The charm finds the real agent through this variable; its directory is the only thing of it that
/// the simulation has.
fn state_folder() -> Result<PathBuf, Error> {
    let address = std::env::var_os("JUJU_AGENT_SOCKET_ADDRESS").map(PathBuf::from);
    let folder = address
        .as_deref()
        .and_then(Path::parent)
        .filter(|folder| folder.is_absolute());
    folder
        .map(Path::to_owned)
        .ok_or_else(|| Error::unknown("agent: JUJU_AGENT_SOCKET_ADDRESS names no socket"))
}

fn complain(message: &str) {
    // When standard error is closed, there is no place for the message.
    let _ = writeln!(std::io::stderr().lock(), "ERROR {message}");
}
