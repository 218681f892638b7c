//! The program that the tests put on PATH as every hook tool and into the charm directory as
//! `dispatch`. Which charm it is follows from the unit's name, as Juju sets it;
//! a charm directory with a `hook.sh` in it is a charm in shell.

mod awkward;
#[path = "../../examples/quickstart/charm.rs"]
mod blog;
mod busy;
mod forms;
mod mortal;
mod odd_environment;
mod script;
#[path = "../shapes/mod.rs"]
mod shapes;
mod threads;
mod toolbox;
mod tracing_crate;
mod values;
mod workload;

use std::process::ExitCode;

fn main() -> ExitCode {
    if let Some(code) = charm_tracing::testing::hook_tool() {
        return code;
    }
    if std::path::Path::new("hook.sh").exists() {
        return script::dispatch();
    }
    let unit = std::env::var("JUJU_UNIT_NAME").unwrap_or_default();
    match unit.split('/').next() {
        Some("awkward") => awkward::dispatch(),
        Some("tracing-crate") => tracing_crate::dispatch(),
        Some("busy") => busy::dispatch(),
        Some("forms") => forms::dispatch(),
        Some("mortal") => mortal::dispatch(),
        Some("odd-environment") => odd_environment::dispatch(),
        Some("workload") => workload::dispatch(),
        Some("toolbox") => toolbox::dispatch(),
        Some("values") => values::dispatch(),
        _ => blog::dispatch(),
    }
}
