//! A charm outside this repository: the files of the README, built with the crate as it is packed, and
//! dispatched. Cargo chooses the versions of the charm's dependencies anew, among those that are
//! downloaded: `.ci/run package` does it with all that are published.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;
use std::time::SystemTime;

use charm_tracing::testing::{Sink, Unit, json};

use crate::relate_tracing;

const README: &str = include_str!("../../README.md");

/// Where the packed crate lies.
static CRATE: LazyLock<PathBuf> = LazyLock::new(unpack_crate);

#[test]
fn the_readmes_charm_builds_and_gives_its_trace() {
    let charm = write_charm("site", file("`charmcraft.yaml`"));
    let output = build_charm(&charm);
    let log = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{log}");
    assert!(!log.contains("warning"), "{log}");
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
    let output = build_charm(&write_charm("broken", &metadata));
    let log = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success(), "{log}");
    let report: Vec<&str> = log
        .lines()
        .filter_map(|line| line.strip_prefix("error: broken@1.0.0: "))
        .collect();
    let expected = [
        "charmcraft.yaml:10:19: `integer` is no type of option",
        "10 |     port: { type: integer, default: 8080, description: Port to listen on. }",
        "   |                   ^",
        "help: write `string`, `int`, `float`, `boolean` or `secret`",
    ];
    assert_eq!(report, expected, "{log}");
    assert!(log.contains("(exit status: 1)"), "{log}");
    assert!(!log.contains("panicked"), "{log}");
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

/// Packs the crate, and lays its files beside the build folder of this repository.
fn unpack_crate() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("packed");
    let unpacked = folder.join("unpacked");
    let _ = fs::remove_dir_all(&unpacked);
    fs::create_dir_all(&unpacked).unwrap();
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    let options = ["package", "--offline", "--no-verify", "--allow-dirty"];
    run(cargo(repository, &folder).args(options));
    let name = concat!("charm-tracing-", env!("CARGO_PKG_VERSION"));
    let archive = folder.join("package").join(format!("{name}.crate"));
    run(Command::new("tar")
        .arg("-xzf")
        .arg(archive)
        .arg("-C")
        .arg(&unpacked));
    let packed = folder.join(name);
    date_files(&unpacked.join(name), &packed);
    let _ = fs::remove_dir_all(&packed);
    fs::rename(unpacked.join(name), &packed).unwrap();
    packed
}

/// Gives each file the date at which it got its content. In an archive all have one date, by which
/// Cargo would not see that a file has changed since the last build.
fn date_files(new: &Path, old: &Path) {
    for entry in fs::read_dir(new).unwrap() {
        let name = entry.unwrap().file_name();
        let (new, old) = (new.join(&name), old.join(&name));
        if new.is_dir() {
            date_files(&new, &old);
            continue;
        }
        let is_unchanged = fs::read(&old).is_ok_and(|bytes| bytes == fs::read(&new).unwrap());
        let date = if is_unchanged {
            fs::metadata(&old).unwrap().modified().unwrap()
        } else {
            SystemTime::now()
        };
        File::open(&new).unwrap().set_modified(date).unwrap();
    }
}

/// Beside the build folder of this repository, so that a second run compiles only what has changed.
fn write_charm(name: &str, metadata: &str) -> PathBuf {
    let charm = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(charm.join("src")).unwrap();
    let path = CRATE.to_str().unwrap();
    let dependencies = file("`Cargo.toml`")
        .replace(
            "charm-tracing = \"0.1\"",
            &format!("charm-tracing = {{ path = {path:?} }}"),
        )
        .replace("version = \"0.1\"", &format!("path = {path:?}"));
    assert_eq!(dependencies.matches(path).count(), 2);
    let package = format!("[package]\nname = {name:?}\nversion = \"1.0.0\"\nedition = \"2024\"\n");
    // A workspace of its own: the folder lies inside another package's.
    write(
        &charm.join("Cargo.toml"),
        &format!("{package}\n[workspace]\nresolver = \"3\"\n\n{dependencies}"),
    );
    write(&charm.join("charmcraft.yaml"), metadata);
    write(&charm.join("build.rs"), file("`build.rs`"));
    write(&charm.join("src/main.rs"), file("`src/main.rs`"));
    // That of an earlier run: Cargo would keep its versions.
    let _ = fs::remove_file(charm.join("Cargo.lock"));
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

fn build_charm(charm: &Path) -> Output {
    cargo(charm, &target())
        .args(["build", "--offline"])
        .output()
        .unwrap()
}

fn cargo(package: &Path, target: &Path) -> Command {
    let mut command = Command::new(env!("CARGO"));
    command
        .current_dir(package)
        .env("CARGO_TARGET_DIR", target)
        .env("CARGO_TERM_COLOR", "never")
        // What Cargo sets for the tests of this package is not for the build of another.
        .env_remove("CARGO_MANIFEST_DIR");
    command
}

fn run(command: &mut Command) {
    let output = command.output().unwrap();
    let log = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{log}");
}
