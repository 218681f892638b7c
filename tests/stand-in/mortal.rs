//! A charm that dies in the middle of its hooks, on the `minimal` fixture.

use std::fs::OpenOptions;
use std::io::Write;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use charm_tracing::opentelemetry::trace::{
    Link, SpanContext, SpanId, SpanKind, Status, TraceFlags, TraceId, TraceState, Tracer,
};
use charm_tracing::opentelemetry::{Array, KeyValue, Value, global};
use charm_tracing::{Juju, Lifecycle, traced};

charm_tracing::include_charm!("minimal");

pub(crate) fn dispatch() -> ExitCode {
    crate::awkward::settings().run(on_event)
}

#[expect(clippy::needless_pass_by_value, reason = "the signature of a handler")]
fn on_event(event: Event, juju: &Juju) -> Result<(), String> {
    match event {
        Event::Lifecycle(Lifecycle::Install) => exits(juju),
        Event::Lifecycle(Lifecycle::Start) => aborts(),
        Event::Lifecycle(Lifecycle::ConfigChanged) => works(juju),
        Event::Lifecycle(Lifecycle::LeaderElected) => waits(),
        Event::Lifecycle(Lifecycle::UpgradeCharm) => hurries(),
        Event::Lifecycle(Lifecycle::Stop) => full_of_detail(),
        Event::Lifecycle(Lifecycle::Remove) => Err("it fails and ends".to_owned()),
        _ => Ok(()),
    }
}

traced! {
    fn exits(juju: &Juju) -> Result<(), String> {
        traced!("finished work", pages = 3, { std::hint::black_box(3) });
        let leads = juju.is_leader();
        traced!("unfinished work", leads = leads.is_ok(), { leaves() })
    }

    fn leaves() -> Result<(), String> {
        std::process::exit(3)
    }

    fn aborts() -> Result<(), String> {
        std::process::abort()
    }

    /// Steps of a fraction of a millisecond, each noted in the file `done` once its span has ended.
    fn works(juju: &Juju) -> Result<(), String> {
        let told = |error: std::io::Error| error.to_string();
        let until = Instant::now() + Duration::from_millis(30);
        let mut done = OpenOptions::new().append(true).create(true).open("done").map_err(told)?;
        let dispatch = std::env::var("JUJU_CONTEXT_ID").unwrap_or_default();
        let mut step = 0;
        while Instant::now() < until {
            step += 1;
            traced!("around", { traced!("step", step = step, { std::thread::sleep(Duration::from_micros(200)) }) });
            if step % 16 == 0 {
                juju.is_leader().map_err(|error| error.to_string())?;
            }
            done.write_all(format!("{dispatch} {step}\n").as_bytes()).map_err(told)?;
        }
        Ok(())
    }

    /// Work of a kind that nothing here sees the progress of.
    fn waits() -> Result<(), String> {
        traced!("short work", { std::hint::black_box(0) });
        traced!("long work", {
            std::fs::write("waiting", "").map_err(|error| error.to_string())?;
            std::thread::sleep(Duration::from_secs(60));
            Ok(())
        })
    }

    /// More spans than a journal can be written for one by one.
    fn hurries() -> Result<(), String> {
        for number in 0..4_000 {
            traced!("tiny", number = number, { std::hint::black_box(number) });
        }
        std::process::abort()
    }

    /// A span that has all that a span can have, by OpenTelemetry's own API.
    fn full_of_detail() -> Result<(), String> {
        let tracer = global::tracer_with_scope(
            charm_tracing::opentelemetry::InstrumentationScope::builder("another-library")
                .with_version("7.1")
                .with_schema_url("https://opentelemetry.io/schemas/1.30.0")
                .with_attributes([KeyValue::new("scope.key", "scope value")])
                .build(),
        );
        let elsewhere = SpanContext::new(
            TraceId::from_bytes([7; 16]),
            SpanId::from_bytes([9; 8]),
            TraceFlags::SAMPLED,
            true,
            TraceState::from_key_value([("vendor", "state")]).unwrap_or_default(),
        );
        let attributes = vec![
            KeyValue::new("bool", true),
            KeyValue::new("integer", i64::MIN),
            KeyValue::new("double", 0.1),
            KeyValue::new("text", "gr\u{fc}n"),
            KeyValue::new("bools", Value::Array(Array::Bool(vec![true, false]))),
            KeyValue::new("integers", Value::Array(Array::I64(vec![1, -1]))),
            KeyValue::new("doubles", Value::Array(Array::F64(vec![0.5, f64::MAX]))),
            KeyValue::new("texts", Value::Array(Array::String(vec!["a".into(), "".into()]))),
        ];
        let mut span = tracer
            .span_builder("detailed")
            .with_kind(SpanKind::Producer)
            .with_attributes(attributes.clone())
            .with_links(vec![Link::new(elsewhere, attributes.clone(), 2)])
            .start(&tracer);
        use charm_tracing::opentelemetry::trace::Span as _;
        span.add_event("happened", attributes);
        span.set_status(Status::error("on purpose"));
        span.end();
        if std::env::var("CHOSEN_DEATH").is_ok() {
            std::process::exit(0);
        }
        Ok(())
    }
}
