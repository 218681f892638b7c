//! The command line, in clap's words: from one definition come the arguments, the help, the completions of
//! shells and the man pages.

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::error::ErrorKind;
use clap::{Arg, ArgAction, ArgMatches, Command as CommandLine, value_parser};
use clap_complete::Shell;
use clap_mangen::Man;

/// The program's name, as shells and man pages know it.
const NAME: &str = "charm-trace";

/// What was asked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Subcommand {
    Events { folder: PathBuf, json: bool },
    Expand { folder: PathBuf },
    BufferPath { folder: PathBuf, json: bool },
    Show { folder: PathBuf, json: bool },
    Completions { shell: Shell },
    Man { command: Option<String> },
}

impl Subcommand {
    /// Reads the arguments, of which the first is the program's own name.
    ///
    /// # Errors
    ///
    /// What is wrong with them; and help and version, which clap hands over as errors too.
    pub(crate) fn parse(arguments: impl Iterator<Item = OsString>) -> Result<Self, clap::Error> {
        let matches = definition().try_get_matches_from(arguments)?;
        let folder = |of: &ArgMatches| of.get_one("DIR").cloned().unwrap_or_default();
        let json = |of: &ArgMatches| of.get_flag("json");
        match matches.subcommand() {
            Some(("events", of)) => Ok(Self::Events {
                folder: folder(of),
                json: json(of),
            }),
            Some(("expand", of)) => Ok(Self::Expand { folder: folder(of) }),
            Some(("buffer-path", of)) => Ok(Self::BufferPath {
                folder: folder(of),
                json: json(of),
            }),
            Some(("show", of)) => Ok(Self::Show {
                folder: folder(of),
                json: json(of),
            }),
            Some(("completions", of)) => Ok(Self::Completions {
                shell: of.get_one("SHELL").copied().unwrap_or(Shell::Bash),
            }),
            Some(("man", of)) => Ok(Self::Man {
                command: of.get_one("COMMAND").cloned(),
            }),
            _ => Err(definition().error(ErrorKind::MissingSubcommand, "no command is given")),
        }
    }
}

/// The script that completes the arguments in a shell.
pub(crate) fn completions(shell: Shell) -> String {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut definition(), NAME, &mut script);
    // clap_complete 4.6 escapes the hyphen of the program's name in one place so and in another otherwise (clap-rs/clap
    // 6421), so that bash would complete no option.
    String::from_utf8_lossy(&script).replace("charm__subcmd__trace", "charm__trace")
}

/// The man page of the program, or of one of its commands.
///
/// # Errors
///
/// None that is known: the page is written into memory.
pub(crate) fn man(command: Option<&str>) -> io::Result<String> {
    let mut all = definition().disable_help_subcommand(true);
    // Until they are built, commands do not have the program's name before their own.
    all.build();
    let of = command.and_then(|name| all.find_subcommand(name)).cloned();
    let mut page = Vec::new();
    Man::new(of.unwrap_or(all))
        .source(concat!("charm-trace ", env!("CARGO_PKG_VERSION")))
        .render(&mut page)?;
    Ok(String::from_utf8_lossy(&page).into_owned())
}

fn definition() -> CommandLine {
    CommandLine::new(NAME)
        .version(env!("CARGO_PKG_VERSION"))
        .about("Shows what charm-tracing makes of a charm's metadata, and what a unit remembers")
        .after_help(
            "Results go to standard output, everything else to standard error.\n\
             \n\
             Exit status:\n  \
             0  the result is printed\n  \
             1  the command is wrong, or a file cannot be read, or the result cannot be written\n  \
             2  the metadata has problems, which are reported on standard error",
        )
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands(about_a_charm())
        .subcommands([show(), shells(), pages()])
}

fn about_a_charm() -> [CommandLine; 3] {
    let charm = || {
        folder(
            "A folder with a charmcraft.yaml or a metadata.yaml, or such a file",
            "charm",
        )
    };
    [
        CommandLine::new("events")
            .about(
                "Lists each dispatch path that Juju can give the charm, and its variant of Event",
            )
            .args([
                charm(),
                json("an array of objects with the keys path, variant, kind, of and removed_in"),
            ]),
        CommandLine::new("expand")
            .about("Prints the code that the charm's build script generates")
            .arg(charm()),
        CommandLine::new("buffer-path")
            .about("Prints where traces are stored until they are sent, and why there")
            .args([
                charm(),
                json("an object with the keys storage, path and reason"),
            ]),
    ]
}

fn show() -> CommandLine {
    CommandLine::new("show")
        .about("Prints where a unit sends its traces, whether that fails, and when it tries again")
        .args([
            folder("The charm directory of a unit", "unit"),
            json(
                "an object with the keys receiver, failing, failures, spent_ms, next_try_seconds \
                 and refusing",
            ),
        ])
}

fn shells() -> CommandLine {
    CommandLine::new("completions")
        .about("Prints the script that completes these commands in a shell")
        .arg(
            Arg::new("SHELL")
                .required(true)
                .value_parser(value_parser!(Shell))
                .help("The shell that reads the script"),
        )
}

fn pages() -> CommandLine {
    let commands = [
        "events",
        "expand",
        "buffer-path",
        "show",
        "completions",
        "man",
    ];
    CommandLine::new("man")
        .about("Prints the man page of the program, or of one of its commands, as roff")
        .arg(
            Arg::new("COMMAND")
                .value_parser(PossibleValuesParser::new(commands))
                .help("The command whose page is printed"),
        )
}

fn folder(help: &'static str, of: &str) -> Arg {
    Arg::new("DIR")
        .default_value(".")
        .value_parser(value_parser!(PathBuf))
        .help(help)
        .long_help(format!(
            "{help}. `--` ends the options, for a {of} whose path begins with `-`"
        ))
}

fn json(what: &str) -> Arg {
    Arg::new("json")
        .long("json")
        .action(ArgAction::SetTrue)
        .help(format!("Prints JSON for programs: {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Subcommand, ErrorKind> {
        let words = [NAME].into_iter().chain(line.split_whitespace());
        Subcommand::parse(words.map(OsString::from)).map_err(|error| error.kind())
    }

    #[test]
    fn clap_finds_no_fault_in_the_definition() {
        definition().debug_assert();
    }

    #[test]
    fn each_command_is_read_with_its_options() {
        let events = |folder: &str, json| {
            let folder = folder.into();
            Ok(Subcommand::Events { folder, json })
        };
        let man = |command: Option<&str>| {
            let command = command.map(str::to_owned);
            Ok(Subcommand::Man { command })
        };
        for (line, command) in [
            ("events", events(".", false)),
            ("events charm --json", events("charm", true)),
            ("events --json charm", events("charm", true)),
            ("events -- --json", events("--json", false)),
            ("man", man(None)),
            ("man show", man(Some("show"))),
            (
                "completions fish",
                Ok(Subcommand::Completions { shell: Shell::Fish }),
            ),
            ("-h", Err(ErrorKind::DisplayHelp)),
            ("events a --help", Err(ErrorKind::DisplayHelp)),
            ("--version", Err(ErrorKind::DisplayVersion)),
            ("", Err(ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand)),
            ("--json", Err(ErrorKind::UnknownArgument)),
            ("evnts", Err(ErrorKind::InvalidSubcommand)),
            ("events --yaml", Err(ErrorKind::UnknownArgument)),
            ("events a b", Err(ErrorKind::UnknownArgument)),
            ("expand --json", Err(ErrorKind::UnknownArgument)),
            ("completions", Err(ErrorKind::MissingRequiredArgument)),
            ("completions tcl", Err(ErrorKind::InvalidValue)),
            (
                "show unit",
                Ok(Subcommand::Show {
                    folder: "unit".into(),
                    json: false,
                }),
            ),
        ] {
            assert_eq!(parse(line), command, "{line:?}");
        }
    }

    #[test]
    fn each_command_has_a_man_page() {
        for command in definition().get_subcommands() {
            let name = command.get_name();
            let found = parse(&format!("man {name}"));
            let command = Some(name.to_owned());
            assert_eq!(found, Ok(Subcommand::Man { command }), "{name}");
        }
    }
}
