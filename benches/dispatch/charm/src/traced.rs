//! The charm with tracing: fifty traced calls, two hook tools, one relation.
//!
//! `BENCH_ATTRIBUTES=2` gives each call two attributes.

mod work;

use charm_tracing::{Error, Juju, Lifecycle, RelationId, Status, traced};

charm_tracing::include_charm!();

fn main() -> std::process::ExitCode {
    charm_tracing::run(on_event)
}

fn on_event(event: Event, juju: &Juju) -> Result<(), Error> {
    match event {
        Event::Lifecycle(Lifecycle::UpdateStatus) => update_status(juju),
        _ => Ok(()),
    }
}

traced! {
    fn update_status(juju: &Juju) -> Result<(), Error> {
        let attributes = std::env::var("BENCH_ATTRIBUTES").is_ok_and(|number| number == "2");
        let mut total = 0_u32;
        if let Some(database) = RelationId::parse("database:1") {
            let answer = juju.relation_get_app(&database, "postgresql")?;
            total += u32::from(answer.contains_key("endpoints"));
        }
        for number in 0..work::calls() {
            let worked = if attributes { call_with_two(number) } else { call(number) };
            total = total.wrapping_add(worked);
        }
        std::hint::black_box(total);
        juju.status_set(Status::active())
    }

    fn call(number: u32) -> u32 { work::work(number) }

    #[span(fields(unit = "demo/0", port = number))]
    fn call_with_two(number: u32) -> u32 { work::work(number) }
}
