use charm_tracing::{Error, Juju, Lifecycle, traced};

charm_tracing::include_charm!();

fn main() -> std::process::ExitCode {
    charm_tracing::run(on_event)
}

fn on_event(event: Event, _: &Juju) -> Result<(), Error> {
    if let Event::Lifecycle(Lifecycle::Start) = event {
        start();
    }
    Ok(())
}

traced! {
    fn start() {}
}
