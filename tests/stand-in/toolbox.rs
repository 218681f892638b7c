//! A charm that does, in each dispatch, what `EXERCISE` names, and prints every answer: the hook tools
//! and the relation libraries as a test sees them from outside.

#![allow(clippy::print_stdout, reason = "that is how a test sees the answers")]

mod relations;
mod tools;

use std::fmt::{Debug, Display};
use std::process::ExitCode;

use charm_tracing::{
    Juju, RelationEvent,
    juju::{Dispatch, Environment, Hook},
    log::LevelFilter,
};

charm_tracing::include_charm!("minimal");

pub(crate) fn dispatch() -> ExitCode {
    let chosen = |name: &str| std::env::var(name).ok();
    let mut settings = charm_tracing::charm()
        .log_events(chosen("LOG_EVENTS").is_some())
        .continue_juju_trace(chosen("CONTINUE_JUJU_TRACE").is_some());
    if let Some(url) = chosen("CHOSEN_ENDPOINT") {
        settings = settings.endpoint(url);
    }
    if let Some(Ok(level)) = chosen("LOG_LEVEL").map(|level| level.parse::<LevelFilter>()) {
        settings = settings.log_level(level);
    }
    settings.run(on_event)
}

fn on_event(_: Event, juju: &Juju) -> Result<(), String> {
    let name = std::env::var("EXERCISE").unwrap_or_default();
    match tools::exercise(&name).or_else(|| relations::exercise(&name)) {
        Some(exercise) => exercise(juju),
        None => return Err(format!("there is no exercise {name:?}")),
    }
    Ok(())
}

type Exercise = fn(&Juju);

/// Prints an answer, or how the call failed.
fn show<T: Debug, E: Display>(result: Result<T, E>) {
    match result {
        Ok(answer) => println!("{answer:?}"),
        Err(error) => println!("! {error}"),
    }
}

/// What a test passes to its exercise.
fn given(name: &str) -> String {
    std::env::var(name).unwrap_or_default()
}

/// The payload of the relation hook that runs.
fn relation_event(juju: &Juju) -> Option<RelationEvent> {
    let environment = Environment::from_process();
    let dispatch = Dispatch::new(&environment, juju);
    match dispatch.hook() {
        Hook::Relation(_, change) => Some(dispatch.relation(change)),
        _ => None,
    }
}
