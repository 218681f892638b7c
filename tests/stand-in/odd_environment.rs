//! A charm that does what no charm should, on the `minimal` fixture.

use std::process::ExitCode;
use std::time::Duration;

use charm_tracing::opentelemetry::global;
use charm_tracing::opentelemetry::trace::{Span, Tracer};
use charm_tracing::{Juju, traced};

charm_tracing::include_charm!("minimal");

pub(crate) fn dispatch() -> ExitCode {
    let settings = crate::awkward::settings()
        .continue_juju_trace(std::env::var_os("CHOSEN_CONTINUE").is_some());
    let settings = match std::env::var_os("CHOSEN_FOREVER") {
        Some(_) => settings.network_budget(Duration::MAX),
        None => settings,
    };
    settings.run(on_event)
}

fn on_event(_: Event, _: &Juju) -> Result<(), String> {
    let name = std::env::var("EXERCISE").unwrap_or_default();
    match name.as_str() {
        "chdir" => {
            std::env::set_current_dir(std::env::var("WHERE").unwrap_or_default())
                .map_err(|e| e.to_string())?;
            traced!("work", {});
        }
        "threads" => {
            std::thread::spawn(|| {
                loop {
                    let tracer = global::tracer("own");
                    let mut span = tracer.start("orphan");
                    span.end();
                    std::thread::sleep(Duration::from_micros(100));
                }
            });
            std::thread::sleep(Duration::from_millis(5));
            return Err("failed".into());
        }
        "exit" => {
            traced!("work", {});
            std::process::exit(0)
        }
        "many" => {
            for number in 0..number("N") {
                traced!("tiny", number = number, { std::hint::black_box(number) });
            }
        }
        "wide" => {
            for _ in 0..number("N") {
                traced!("wide", {
                    for key in ["a", "b", "c", "d", "e", "f", "g", "h"] {
                        charm_tracing::set_attribute(key, "y".repeat(2048));
                    }
                });
            }
        }
        _ => {}
    }
    Ok(())
}

fn number(variable: &str) -> usize {
    let given = std::env::var(variable).unwrap_or_default();
    given.parse().unwrap_or(0)
}
