//! A charm that has done much by the time it runs a hook tool, on the `minimal` fixture.

use std::process::ExitCode;
use std::thread;

use charm_tracing::opentelemetry::global;
use charm_tracing::opentelemetry::trace::Tracer;
use charm_tracing::{Juju, Lifecycle, LogLevel, trace::carry, traced};

charm_tracing::include_charm!("minimal");

pub(crate) fn dispatch() -> ExitCode {
    crate::awkward::settings().run(on_event)
}

#[expect(clippy::needless_pass_by_value, reason = "the signature of a handler")]
fn on_event(event: Event, juju: &Juju) -> Result<(), String> {
    match event {
        Event::Lifecycle(Lifecycle::Install) => rounds(juju, 40),
        Event::Lifecycle(Lifecycle::Start) => rounds(juju, 4_000),
        Event::Lifecycle(Lifecycle::ConfigChanged) => rounds(juju, 3),
        Event::Lifecycle(Lifecycle::Stop) => beside(juju),
        Event::Lifecycle(Lifecycle::Remove) => fails(),
        _ => Ok(()),
    }
}

traced! {
    /// Three times as many calls, a span of another library and a hook tool.
    fn rounds(juju: &Juju, calls: usize) -> Result<(), String> {
        for _ in 0..3 {
            for number in 0..calls {
                step(number, if number == 7 { "long ".repeat(600) } else { "short".to_owned() });
            }
            global::tracer("elsewhere").in_span("other", |_| ());
            juju.juju_log(LogLevel::Debug, "a round").map_err(|error| error.to_string())?;
        }
        Ok(())
    }

    #[span(fields(number = number, text = text.as_str()))]
    fn step(number: usize, text: String) -> usize { number + text.len() }

    /// Threads that run hook tools, too, and one more that is at it when the dispatch ends.
    fn beside(juju: &Juju) -> Result<(), String> {
        let work = |juju: Juju| carry(move || rounds(&juju, 40));
        let waited: Vec<_> = (0..3).map(|_| thread::spawn(work(juju.clone()))).collect();
        thread::spawn({
            let juju = juju.clone();
            carry(move || while rounds(&juju, 200).is_ok() {})
        });
        for thread in waited {
            thread.join().map_err(|_| "a thread panicked".to_owned())??;
        }
        Ok(())
    }

    fn fails() -> Result<(), String> {
        for number in 0..40 {
            step(number, String::new());
        }
        Err("after forty steps".to_owned())
    }
}
