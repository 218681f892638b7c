//! The command line, read by hand: four commands, one optional folder and one switch are less
//! than the crates that would read them.

use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;

/// What was asked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Help,
    Events { folder: PathBuf, json: bool },
    Expand { folder: PathBuf },
    BufferPath { folder: PathBuf, json: bool },
    Show { folder: PathBuf, json: bool },
}

impl Command {
    /// Reads the arguments behind the program's name.
    pub(crate) fn parse(arguments: impl Iterator<Item = OsString>) -> Result<Self, Misuse> {
        let mut given = Given::default();
        for argument in arguments {
            given.take(argument)?;
        }
        if given.help {
            return Ok(Self::Help);
        }
        let name = given.command.ok_or(Misuse::NoCommand)?;
        let folder = given.folder.unwrap_or_else(|| PathBuf::from("."));
        let json = given.json;
        match name.to_str() {
            Some("events") => Ok(Self::Events { folder, json }),
            Some("buffer-path") => Ok(Self::BufferPath { folder, json }),
            Some("show") => Ok(Self::Show { folder, json }),
            Some("expand") if json => Err(Misuse::NoJson),
            Some("expand") => Ok(Self::Expand { folder }),
            _ => Err(Misuse::UnknownCommand(name)),
        }
    }
}

/// What `--help` prints.
pub(crate) const HELP: &str = "\
What charm-tracing makes of a charm's metadata, and what a unit remembers.

Usage: charm-trace events [DIR] [--json]
       charm-trace expand [DIR]
       charm-trace buffer-path [DIR] [--json]
       charm-trace show [DIR] [--json]

  events       every dispatch path that Juju can give the charm, and the variant it becomes
  expand       the code that the charm's build script generates
  buffer-path  where traces wait until they are sent, and why there
  show         where a unit sends its traces, whether that fails, and when it is tried again

DIR is a folder with a charmcraft.yaml or a metadata.yaml, or such a file; for `show` the charm
directory of a unit. The current folder if it is not given. `--` ends the options, for a DIR that
begins with `-`.

  --json       JSON for programs: an array of objects with the keys path, variant, kind, of and
               removed_in; one object with the keys storage, path and reason; or one with
               receiver, failing, failures, spent_ms, next_try_seconds and refusing
  -h, --help   this text

Exit status: 0; 1 if the command is wrong or cannot write; 2 if the metadata has problems, which
are printed on standard error.
";

/// What stood on the command line, in any order.
#[derive(Default)]
struct Given {
    command: Option<OsString>,
    folder: Option<PathBuf>,
    json: bool,
    help: bool,
    /// Whether `--` was there.
    options_ended: bool,
}

impl Given {
    fn take(&mut self, argument: OsString) -> Result<(), Misuse> {
        let bytes = argument.as_encoded_bytes();
        if self.options_ended || !bytes.starts_with(b"-") {
            return self.take_word(argument);
        }
        match bytes {
            b"--" => self.options_ended = true,
            b"--json" => self.json = true,
            b"-h" | b"--help" => self.help = true,
            _ => return Err(Misuse::UnknownOption(argument)),
        }
        Ok(())
    }

    fn take_word(&mut self, word: OsString) -> Result<(), Misuse> {
        if self.command.is_none() {
            self.command = Some(word);
        } else if self.folder.is_none() {
            self.folder = Some(word.into());
        } else {
            return Err(Misuse::TooMany(word));
        }
        Ok(())
    }
}

/// Why the arguments are no command.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Misuse {
    NoCommand,
    UnknownCommand(OsString),
    UnknownOption(OsString),
    NoJson,
    TooMany(OsString),
}

impl fmt::Display for Misuse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoCommand => f.write_str("say what to do: events, expand, buffer-path or show"),
            Self::UnknownCommand(name) => write!(
                f,
                "there is no command `{}`; there are events, expand, buffer-path and show",
                name.display()
            ),
            Self::UnknownOption(option) => write!(
                f,
                "there is no option `{}`; there are --json and --help",
                option.display()
            ),
            Self::NoJson => f.write_str("`expand` prints Rust, so it takes no --json"),
            Self::TooMany(word) => write!(
                f,
                "one charm at a time: `{}` comes after the folder",
                word.display()
            ),
        }
    }
}

impl std::error::Error for Misuse {}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Command, Misuse> {
        Command::parse(line.split_whitespace().map(OsString::from))
    }

    #[test]
    fn commands_in_any_order() {
        let events = |folder: &str, json| {
            let folder = folder.into();
            Ok(Command::Events { folder, json })
        };
        for (line, command) in [
            ("events", events(".", false)),
            ("events charm --json", events("charm", true)),
            ("--json events charm", events("charm", true)),
            ("events -- --json", events("--json", false)),
            ("-h", Ok(Command::Help)),
            ("events a --help", Ok(Command::Help)),
            ("", Err(Misuse::NoCommand)),
            ("--json", Err(Misuse::NoCommand)),
            ("evnts", Err(Misuse::UnknownCommand("evnts".into()))),
            ("events --yaml", Err(Misuse::UnknownOption("--yaml".into()))),
            ("events -", Err(Misuse::UnknownOption("-".into()))),
            ("events a b", Err(Misuse::TooMany("b".into()))),
            ("expand --json", Err(Misuse::NoJson)),
            (
                "show unit",
                Ok(Command::Show {
                    folder: "unit".into(),
                    json: false,
                }),
            ),
        ] {
            assert_eq!(parse(line), command, "{line:?}");
        }
    }
}
