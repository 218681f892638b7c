//! A charm outside this repository: the files of the README, built and dispatched.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use charm_tracing::testing::{Sink, Unit, json};

use crate::relate_tracing;

const README: &str = include_str!("../../README.md");

#[test]
fn the_readmes_charm_builds_and_gives_its_trace() {
    let charm = write_charm("site", file("`charmcraft.yaml`"));
    let output = cargo_build(&charm);
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
    assert!(!told.contains("warning"), "{told}");
    let dispatch = target().join("debug/site");
    let sink = Sink::http().unwrap();
    let mut unit = Unit::with_tools("site/0", dispatch, env!("CARGO_BIN_EXE_stand-in")).unwrap();
    unit.set_config("port", json!(8080));
    assert!(unit.hook("install").unwrap().succeeded());
    relate_tracing(&mut unit, &sink.endpoint());
    sink.clear();
    let run = unit.hook("config-changed").unwrap();
    assert_eq!((run.exit_code, run.stderr.as_str()), (Some(0), ""));
    // The README leaves out the span event that repeats the event's name.
    let tree: String = sink
        .tree()
        .lines()
        .filter(|line| !line.contains("- "))
        .map(|line| format!("{line}\n"))
        .collect();
    assert_eq!(tree, block("text"));
    assert_eq!(unit.opened_ports(), ["8080/tcp"]);
    let run = unit.action("rotate-key", json!({})).unwrap();
    assert_eq!(run.results.get("rotated"), Some(&json!("true")));
}

#[test]
fn a_bad_charm_stops_the_build_with_its_report_and_no_backtrace() {
    let metadata = file("`charmcraft.yaml`").replace("type: int,", "type: integer,");
    let output = cargo_build(&write_charm("broken", &metadata));
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success(), "{told}");
    let report: Vec<&str> = told
        .lines()
        .filter_map(|line| line.strip_prefix("error: broken@1.0.0: "))
        .collect();
    let expected = [
        "charmcraft.yaml:10:19: `integer` is no type of option",
        "10 |     port: { type: integer, default: 8080, description: Port to listen on. }",
        "   |                   ^",
        "help: write `string`, `int`, `float`, `boolean` or `secret`",
    ];
    assert_eq!(report, expected, "{told}");
    assert!(told.contains("(exit status: 1)"), "{told}");
    assert!(!told.contains("panicked"), "{told}");
}

/// The first fenced block of this language.
fn block(language: &str) -> &'static str {
    let (_, rest) = README.split_once(&format!("```{language}\n")).unwrap();
    rest.split_once("```").unwrap().0
}

/// The block that follows a line naming the file.
fn file(name: &str) -> &'static str {
    let (_, rest) = README.split_once(name).unwrap();
    let (_, rest) = rest.split_once("```").unwrap();
    let (_, rest) = rest.split_once('\n').unwrap();
    rest.split_once("```").unwrap().0
}

/// Beside the build folder of this repository, so that a second run compiles only what has changed.
fn write_charm(name: &str, metadata: &str) -> PathBuf {
    let charm = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(charm.join("src")).unwrap();
    let here = env!("CARGO_MANIFEST_DIR");
    let dependencies = file("`Cargo.toml`")
        .replace(
            "charm-tracing = \"0.1\"",
            &format!("charm-tracing = {{ path = {here:?} }}"),
        )
        .replace("version = \"0.1\"", &format!("path = {here:?}"));
    assert_eq!(dependencies.matches(here).count(), 2);
    let package = format!("[package]\nname = {name:?}\nversion = \"1.0.0\"\nedition = \"2024\"\n");
    // A workspace of its own: the folder lies inside another package's.
    write(
        &charm.join("Cargo.toml"),
        &format!("{package}\n[workspace]\nresolver = \"3\"\n\n{dependencies}"),
    );
    write(&charm.join("charmcraft.yaml"), metadata);
    write(&charm.join("build.rs"), file("`build.rs`"));
    write(&charm.join("src/main.rs"), file("`src/main.rs`"));
    write(&charm.join("Cargo.lock"), include_str!("../../Cargo.lock"));
    charm
}

/// Only where it differs: an untouched file is not compiled again.
fn write(path: &Path, text: &str) {
    if fs::read_to_string(path).is_ok_and(|there| there == text) {
        return;
    }
    fs::write(path, text).unwrap();
}

/// One for all charms here, so that this package is compiled for them once.
fn target() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("site/target")
}

fn cargo_build(charm: &Path) -> Output {
    Command::new(env!("CARGO"))
        .args(["build", "--offline"])
        .current_dir(charm)
        .env("CARGO_TARGET_DIR", target())
        .env("CARGO_TERM_COLOR", "never")
        // What cargo tells the tests of this package is not for the build of another.
        .env_remove("CARGO_MANIFEST_DIR")
        .output()
        .unwrap()
}
