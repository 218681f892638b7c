//! The charm in Rust: what `charm.py` does, with this crate.

use std::process::ExitCode;

use charm_tracing::{Juju, Lifecycle, Status, traced};

charm_tracing::include_charm!();

/// How often an `update-status` calls the method.
const CALLS: u64 = 50;

fn main() -> ExitCode {
    charm_tracing::run(on_event)
}

fn on_event(event: Event, juju: &Juju) -> Result<(), charm_tracing::Error> {
    match event {
        Event::Lifecycle(Lifecycle::UpdateStatus) => update_status(juju),
        _ => Ok(()),
    }
}

traced! {
    fn update_status(juju: &Juju) -> Result<(), charm_tracing::Error> {
        juju.config_get()?;
        let total: u64 = (0..CALLS).map(work).sum();
        juju.status_set(Status::active_with(total.to_string()))
    }

    fn work(number: u64) -> u64 { number * 2 }
}
