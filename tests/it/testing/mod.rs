//! The test kit, tested through its own public names. The charm is a shell script that calls the
//! hook tools as real processes; what the script prints is compared whole.

mod environment;
mod life;
mod sink;
mod text;
mod tools;

use std::path::Path;

use charm_tracing::testing::{Error, Run, Unit};

fn unit() -> Unit {
    Unit::new("blog/0", env!("CARGO_BIN_EXE_stand-in")).unwrap()
}

/// Runs an event with this script as the charm. `try` prints what a tool prints on either output,
/// and how it failed.
fn dispatch(
    unit: &mut Unit,
    script: &str,
    event: impl FnOnce(&mut Unit) -> Result<Run, Error>,
) -> Run {
    write(unit, script);
    event(unit).unwrap()
}

fn write(unit: &Unit, script: &str) {
    let prelude = "try() { \"$@\" 2>&1 || echo \"exit $?\"; }\n";
    std::fs::write(
        unit.charm_dir().join("hook.sh"),
        format!("{prelude}{script}\n"),
    )
    .unwrap();
}

/// The variables that an event's process was started with, sorted, with what differs from run to
/// run masked.
fn environment(unit: &mut Unit, event: impl FnOnce(&mut Unit) -> Result<Run, Error>) -> String {
    let run = dispatch(unit, "tr '\\0' '\\n' < /proc/$$/environ", event);
    let root = unit
        .charm_dir()
        .ancestors()
        .nth(3)
        .and_then(Path::to_str)
        .unwrap()
        .to_owned();
    let mut lines: Vec<String> = run
        .stdout
        .lines()
        .map(|line| line.replace(&root, "$ROOT"))
        .collect();
    for line in lines
        .iter_mut()
        .filter(|line| line.starts_with("JUJU_CONTEXT_ID="))
    {
        let (name, hex) = line.rsplit_once('-').unwrap();
        assert!(
            hex.len() == 32 && hex.bytes().all(|byte| byte.is_ascii_hexdigit()),
            "{line}"
        );
        *line = format!("{name}-$HEX");
    }
    lines.sort();
    lines.join("\n") + "\n"
}
