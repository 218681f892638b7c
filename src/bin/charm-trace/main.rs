//! `charm-trace`: what the code generation makes of a charm, and what a unit remembers of its receiver,
//! for people and for programs. The first comes from the library's public build half, the second from
//! a file of the unit; it adds words and JSON.
//! Results go to standard output, everything else to standard error.

mod arguments;
mod json;
mod show;

use std::env;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use charm_tracing::build::{self, BufferChoice, Codegen, EventPath, Problems};

use arguments::Subcommand;
use show::Remembered;

fn main() -> ExitCode {
    let result = match Subcommand::parse(env::args_os()) {
        Ok(command) => run(&command),
        // Help and version, which somebody asked for.
        Err(answer) if !answer.use_stderr() => Ok(answer.to_string()),
        Err(misuse) => Err(CommandFailure::Misuse(misuse)),
    };
    let printed = result.and_then(|text| print(&text));
    printed.map_or_else(CommandFailure::report, |()| ExitCode::SUCCESS)
}

fn run(command: &Subcommand) -> Result<String, CommandFailure> {
    match command {
        Subcommand::Events { folder, json } => {
            let events = charm(folder)?.events().map_err(CommandFailure::Metadata)?;
            Ok(if *json {
                json::events(&events)
            } else {
                table(&events)
            })
        }
        Subcommand::Expand { folder } => charm(folder)?.expand().map_err(CommandFailure::Metadata),
        Subcommand::BufferPath { folder, json } => {
            let choice = charm(folder)?
                .buffer_choice()
                .map_err(CommandFailure::Metadata)?;
            Ok(if *json {
                json::buffer_choice(&choice)
            } else {
                sentences(&choice)
            })
        }
        Subcommand::Show { folder, json } => {
            let remembered = Remembered::read(folder).map_err(CommandFailure::State)?;
            Ok(if *json {
                json::line(&remembered) + "\n"
            } else {
                remembered.sentences()
            })
        }
        Subcommand::Completions { shell } => Ok(arguments::completions(*shell)),
        Subcommand::Man { command } => {
            arguments::man(command.as_deref()).map_err(CommandFailure::Output)
        }
    }
}

/// The charm in a folder as the shell sees it. The library counts from the folder of Cargo.toml,
/// which is not where one who types a command stands.
fn charm(folder: &Path) -> Result<Codegen, CommandFailure> {
    let absolute = std::path::absolute(folder);
    let absolute = absolute.map_err(|error| CommandFailure::Folder(folder.to_owned(), error))?;
    Ok(build::charm(absolute))
}

/// One line for each path: the path, and the variant it becomes.
fn table(events: &[EventPath]) -> String {
    let width = events.iter().map(|event| event.path.len()).max();
    let width = width.unwrap_or_default();
    let line = |event: &EventPath| {
        let variant = event.variant.as_deref().unwrap_or("(served by the crate)");
        let path = &event.path;
        match event.removed_in {
            Some(version) => format!("{path:width$}  {variant}, not sent since Juju {version}\n"),
            None => format!("{path:width$}  {variant}\n"),
        }
    };
    events.iter().map(line).collect()
}

fn sentences(choice: &BufferChoice) -> String {
    let place = match (&choice.storage, &choice.path) {
        (Some(storage), Some(path)) => format!("{path}, the storage `{storage}`"),
        (Some(storage), None) => format!("the storage `{storage}`, where Juju mounts it"),
        (None, Some(path)) => path.clone(),
        (None, None) => "the charm directory".to_owned(),
    };
    format!("{place}\n{}\n", choice.reason)
}

fn print(text: &str) -> Result<(), CommandFailure> {
    let mut stdout = io::stdout().lock();
    match stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush())
    {
        // `charm-trace events | head` has read what it wants.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written.map_err(CommandFailure::Output),
    }
}

/// Why there is no result.
#[derive(Debug)]
enum CommandFailure {
    Misuse(clap::Error),
    Folder(PathBuf, io::Error),
    Metadata(Problems),
    State((PathBuf, io::Error)),
    Output(io::Error),
}

impl CommandFailure {
    /// Says it on standard error; the status is 2 for the metadata, which is the charm's matter,
    /// and 1 for everything else, which is the caller's.
    fn report(self) -> ExitCode {
        let (text, status) = match self {
            Self::Misuse(misuse) => (misuse.to_string().trim_end().to_owned(), 1),
            Self::Folder(folder, error) => (
                format!(
                    "charm-trace: cannot find the folder {}: {error}; give the path of a charm",
                    folder.display()
                ),
                1,
            ),
            Self::Metadata(problems) => (problems.to_string(), 2),
            Self::State((file, error)) => (
                format!(
                    "charm-trace: cannot read {}: {error}; give the charm directory of a unit, as its \
                     owner",
                    file.display()
                ),
                1,
            ),
            Self::Output(error) => (
                format!(
                    "charm-trace: cannot write to standard output: {error}; look at where it \
                     leads and at the space left there"
                ),
                1,
            ),
        };
        // With standard error gone as well, the status is all that is left.
        let _ = writeln!(io::stderr().lock(), "{text}");
        ExitCode::from(status)
    }
}
