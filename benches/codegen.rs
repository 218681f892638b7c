//! What the code generation costs a build: the time from metadata to code, and the time the
//! compiler then needs for that code, for a charm larger than almost any and for an empty one.
//! Medians, since the machine does other things meanwhile; docs/benchmarks.md tells the figures.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a program for whoever works on this crate"
)]

use std::fmt::Write;
use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use charm_tracing::build;

/// As many as the largest published charm has; a median one has five.
const ENDPOINTS: usize = 538;

/// The bounds that this crate promises: code within 50 ms, checked within 2 s more than that of an
/// empty charm.
const MOST_GENERATION: Duration = Duration::from_millis(50);
const MOST_CHECKING: Duration = Duration::from_secs(2);

fn main() {
    let charms = [("empty", empty()), ("large", large())];
    let workspace = write_workspace(&charms);
    println!("from metadata to code, median of {GENERATIONS}");
    let [empty, large] = charms.each_ref().map(|(name, metadata)| {
        let folder = workspace.join(name);
        let time = median(GENERATIONS, || {
            black_box(build::charm(&folder).expand()).unwrap();
        });
        let code = build::charm(&folder).expand().unwrap();
        println!(
            "  {name}: {:.2} ms, {} lines of metadata, {} lines of code",
            millis(time),
            metadata.lines().count(),
            code.lines().count()
        );
        time
    });
    println!("  ratio {:.1}", large.as_secs_f64() / empty.as_secs_f64());
    assert!(
        cfg!(debug_assertions) || large < MOST_GENERATION,
        "{large:?}"
    );
    println!("`cargo check` of a charm with that code, dependencies built, median of {CHECKS}");
    let [empty, large] = ["empty", "large"].map(|name| {
        check(&workspace, name);
        let time = median(CHECKS, || {
            touch(&workspace.join(name).join("src/main.rs"));
            check(&workspace, name);
        });
        println!("  {name}: {:.0} ms", millis(time));
        time
    });
    let more = large.saturating_sub(empty);
    println!("  difference {:.0} ms", millis(more));
    println!("  ratio {:.2}", large.as_secs_f64() / empty.as_secs_f64());
    assert!(more < MOST_CHECKING, "{more:?}");
}

/// Odd, so that there is a middle one.
const GENERATIONS: usize = 41;
const CHECKS: usize = 7;

fn median(times: usize, mut work: impl FnMut()) -> Duration {
    let mut taken: Vec<Duration> = (0..times)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed()
        })
        .collect();
    taken.sort();
    taken.get(times / 2).copied().unwrap()
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn empty() -> String {
    "name: empty\nsummary: Nothing but what every charm has.\n".to_owned()
}

/// All of a kind would be no charm: roles, scopes, limits, shorthands and descriptions alternate.
fn large() -> String {
    let mut text = "name: large\nsummary: More endpoints than anyone needs.\n".to_owned();
    let roles = ["requires", "provides", "peers"];
    for (role, count) in roles.iter().zip([ENDPOINTS - 219, 200, 19]) {
        writeln!(text, "{role}:").unwrap();
        for number in 0..count {
            let name = format!("{role}-of-{number}");
            match number % 4 {
                0 => writeln!(text, "  {name}: some_interface_{}", number % 50),
                1 => writeln!(text, "  {name}:\n    interface: database\n    limit: 1"),
                2 => writeln!(text, "  {name}: {{interface: http, optional: true}}"),
                _ => writeln!(
                    text,
                    "  {name}:\n    interface: queue\n    description: |\n      Where the work of \
                     others comes from, as `messages`.\n\n      One for each tenant <of many>."
                ),
            }
            .unwrap();
        }
    }
    text.push_str("storage:\n  traces: {type: filesystem, location: /srv/traces}\n");
    text.push_str("containers:\n  web: {}\nactions:\n");
    for number in 0..30 {
        writeln!(text, "  do-it-{number}:\n    params:").unwrap();
        for kind in ["string", "integer", "boolean", "number"] {
            writeln!(
                text,
                "      of-{kind}: {{type: {kind}, description: What for.}}"
            )
            .unwrap();
        }
    }
    text
}

/// A package for each charm, with the code as a file: the compiler's work alone is the matter.
fn write_workspace(charms: &[(&str, String)]) -> PathBuf {
    let workspace = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bench-codegen");
    let here = env!("CARGO_MANIFEST_DIR");
    fs::create_dir_all(&workspace).unwrap();
    let members: Vec<&str> = charms.iter().map(|(name, _)| *name).collect();
    fs::write(
        workspace.join("Cargo.toml"),
        format!("[workspace]\nresolver = \"3\"\nmembers = {members:?}\n"),
    )
    .unwrap();
    let lock = Path::new(here).join("Cargo.lock");
    fs::copy(lock, workspace.join("Cargo.lock")).unwrap();
    for (name, metadata) in charms {
        let folder = workspace.join(name);
        fs::create_dir_all(folder.join("src")).unwrap();
        fs::write(folder.join("charmcraft.yaml"), metadata).unwrap();
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"1.0.0\"\nedition = \"2024\"\n\n\
             [dependencies]\ncharm-tracing = {{ path = {here:?} }}\n"
        );
        fs::write(folder.join("Cargo.toml"), manifest).unwrap();
        let code = build::charm(&folder).expand().unwrap();
        fs::write(folder.join("src/charm.rs"), code).unwrap();
        fs::write(folder.join("src/main.rs"), MAIN).unwrap();
    }
    workspace
}

const MAIN: &str = "\
mod charm;

fn main() -> std::process::ExitCode {
    charm_tracing::run(|_event: charm::Event, _juju: &charm_tracing::Juju| Ok::<(), String>(()))
}
";

/// Makes cargo compile the package again.
fn touch(file: &Path) {
    fs::write(file, MAIN).unwrap();
}

fn check(workspace: &Path, package: &str) {
    let output = Command::new(env!("CARGO"))
        .args(["check", "--offline", "--quiet", "-p", package])
        .current_dir(workspace)
        .env("CARGO_TARGET_DIR", workspace.join("target"))
        // What an earlier run of the compiler remembers would make the next one look fast.
        .env("CARGO_INCREMENTAL", "0")
        .env_remove("CARGO_MANIFEST_DIR")
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
}
