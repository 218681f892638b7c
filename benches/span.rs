//! What a traced call costs, in nanoseconds and in clock reads: inside a real dispatch, which this
//! program is both the charm and the Juju of. `docs/benchmarks.md` has what it said.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    missing_docs,
    unreachable_pub,
    reason = "a benchmark that cannot run has nothing better to do than to stop"
)]

mod measure;

use std::hint::black_box;
use std::process::ExitCode;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use charm_tracing::opentelemetry::trace::{Tracer, TracerProvider};
use charm_tracing::opentelemetry::{Context, KeyValue};
use charm_tracing::testing::Unit;
use charm_tracing::{Juju, trace::charm_tracing_disabled, traced};
use measure::{Case, print_table, two_clock_reads};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{
    SdkTracer, SdkTracerProvider, SimpleSpanProcessor, SpanData, SpanExporter,
};

charm_tracing::include_charm!("minimal");

fn main() -> ExitCode {
    if let Some(code) = charm_tracing::testing::hook_tool() {
        return code;
    }
    match std::env::var("JUJU_DISPATCH_PATH").as_deref() {
        Ok("hooks/install") => return charm_tracing::run(with_journal),
        // What goes nowhere near a disk has no journal either.
        Ok(_) => return charm_tracing::charm().buffer_max_events(0).run(without),
        Err(_) => {}
    }
    let program = std::env::current_exe().expect("a program has a path");
    for hook in ["install", "start"] {
        let mut unit = Unit::new("bench/0", &program).expect("a unit in a temporary folder");
        for name in ["SPAN_CASE", "SPAN_CALLS"] {
            if let Some(value) = std::env::var_os(name) {
                unit.set_env(name, value);
            }
        }
        let run = unit.hook(hook).expect("the dispatch runs");
        print!("{}{}", run.stdout, run.stderr);
    }
    ExitCode::SUCCESS
}

const fn case(name: &'static str, batch: fn(u32)) -> Case {
    Case { name, batch }
}

#[expect(clippy::unnecessary_wraps, reason = "the signature is the dispatch's")]
fn with_journal(_event: Event, _juju: &Juju) -> Result<(), String> {
    print_table(&[
        case("two clock reads", two_clock_reads),
        case("plain call", plain),
        case("traced!, outside a dispatch", |calls| {
            let _outside = Context::new().attach();
            none(calls);
        }),
        case("traced!, outside a dispatch, 2 attributes", |calls| {
            let _outside = Context::new().attach();
            two(calls);
        }),
        case("traced!, disabled", |calls| {
            let _off = charm_tracing_disabled();
            none(calls);
        }),
        case("traced!, disabled, 2 attributes", |calls| {
            let _off = charm_tracing_disabled();
            two(calls);
        }),
        case("traced!, journal included, 0 attributes", none),
        case("traced!, journal included, 2 attributes", two),
        case("SDK, simple, no-op exporter, 0 attributes", |calls| {
            sdk(calls, false, Vec::new);
        }),
        case("SDK, simple, no-op exporter, 2 attributes", |calls| {
            sdk(calls, false, named);
        }),
        case("SDK, simple, spans kept, 0 attributes", |calls| {
            sdk(calls, true, Vec::new);
        }),
        case("SDK, simple, spans kept, 2 attributes", |calls| {
            sdk(calls, true, named);
        }),
        case("SDK, simple, spans kept, 5 attributes", |calls| {
            sdk(calls, true, || {
                let mut all = named();
                all.extend([
                    KeyValue::new("code.function.name", "bench::call"),
                    KeyValue::new("code.file.path", "bench.rs"),
                    KeyValue::new("code.line.number", 1),
                ]);
                all
            });
        }),
    ]);
    Ok(())
}

#[expect(clippy::unnecessary_wraps, reason = "the signature is the dispatch's")]
fn without(_event: Event, _juju: &Juju) -> Result<(), String> {
    print_table(&[
        case("two clock reads, once more", two_clock_reads),
        case("traced!, no journal, 0 attributes", none),
        case("traced!, no journal, 2 attributes", two),
    ]);
    Ok(())
}

#[inline(never)]
fn work(n: u32) -> u32 {
    black_box(n) + 1
}

traced! {
    fn call(n: u32) -> u32 { work(n) }

    #[span(fields(unit = "blog/0", port = n))]
    fn call_with_two(n: u32) -> u32 { work(n) }
}

fn plain(calls: u32) {
    for n in 0..calls {
        black_box(work(n));
    }
}

fn none(calls: u32) {
    for n in 0..calls {
        black_box(call(n));
    }
}

fn two(calls: u32) {
    for n in 0..calls {
        black_box(call_with_two(n));
    }
}

fn named() -> Vec<KeyValue> {
    vec![KeyValue::new("unit", "blog/0"), KeyValue::new("port", 80)]
}

/// The same calls by the SDK alone, as its documentation has it: under a parent, and current.
fn sdk(calls: u32, kept: bool, attributes: fn() -> Vec<KeyValue>) {
    static TRACERS: [OnceLock<SdkTracer>; 2] = [OnceLock::new(), OnceLock::new()];
    let tracer = TRACERS[usize::from(kept)].get_or_init(|| {
        let provider = SdkTracerProvider::builder()
            .with_span_processor(SimpleSpanProcessor::new(Exporter {
                kept: kept.then(Mutex::default),
            }))
            .build();
        provider.tracer("bench")
    });
    let _outside = Context::new().attach();
    tracer.in_span("parent", |_| {
        for n in 0..calls {
            let builder = tracer.span_builder("call").with_attributes(attributes());
            let span = tracer.build(builder);
            let context =
                charm_tracing::opentelemetry::trace::TraceContextExt::current_with_span(span);
            let current = Context::attach(context);
            black_box(work(n));
            drop(current);
        }
    });
}

/// Keeps spans, or forgets them.
#[derive(Debug)]
struct Exporter {
    kept: Option<Mutex<Vec<SpanData>>>,
}

impl SpanExporter for Exporter {
    fn export(&self, batch: Vec<SpanData>) -> impl Future<Output = OTelSdkResult> + Send {
        if let Some(kept) = &self.kept {
            kept.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .extend(batch);
        }
        std::future::ready(Ok(()))
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}
