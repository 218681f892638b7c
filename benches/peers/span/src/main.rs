//! The same traced call as in `benches/span.rs`, by way of other crates, in the way each of them
//! documents. Prints the same table.

#[path = "../../../measure.rs"]
mod measure;

use std::hint::black_box;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use fastrace::collector::{Config, Reporter, SpanContext, SpanRecord};
use fastrace::local::LocalSpan;
use opentelemetry::trace::TracerProvider;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SdkTracerProvider, SpanData, SpanProcessor};
use tracing_subscriber::layer::SubscriberExt;

use measure::{Case, print_table, two_clock_reads};

fn main() {
    fastrace::set_reporter(Nowhere, Config::default());
    let provider = SdkTracerProvider::builder()
        .with_span_processor(Kept(Arc::default()))
        .build();
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("peers"));
    let subscriber = tracing_subscriber::registry().with(layer);
    // Only inside the batches, so that fastrace's cases run without it.
    SUBSCRIBER
        .set(tracing::Dispatch::new(subscriber))
        .unwrap_or_else(|_| unreachable!("set once"));
    print_table(&[
        Case {
            name: "two clock reads",
            batch: two_clock_reads,
        },
        Case {
            name: "plain call",
            batch: plain,
        },
        Case {
            name: "fastrace, 0 attributes",
            batch: fastrace_none,
        },
        Case {
            name: "fastrace, 2 attributes",
            batch: fastrace_two,
        },
        Case {
            name: "fastrace, no parent",
            batch: fastrace_off,
        },
        Case {
            name: "tracing + tracing-opentelemetry, 0 attributes",
            batch: tracing_none,
        },
        Case {
            name: "tracing + tracing-opentelemetry, 2 attributes",
            batch: tracing_two,
        },
        Case {
            name: "tracing, no subscriber",
            batch: tracing_off,
        },
    ]);
}

static SUBSCRIBER: std::sync::OnceLock<tracing::Dispatch> = std::sync::OnceLock::new();

#[inline(never)]
fn work(n: u32) -> u32 {
    black_box(n) + 1
}

fn plain(calls: u32) {
    for n in 0..calls {
        black_box(work(n));
    }
}

fn under_fastrace(batch: impl FnOnce()) {
    let root = fastrace::Span::root("root", SpanContext::random());
    let _parent = root.set_local_parent();
    batch();
}

fn fastrace_call(n: u32) -> u32 {
    let _span = LocalSpan::enter_with_local_parent("call");
    work(n)
}

fn fastrace_none(calls: u32) {
    under_fastrace(|| fastrace_off(calls));
}

fn fastrace_off(calls: u32) {
    for n in 0..calls {
        black_box(fastrace_call(n));
    }
}

fn fastrace_two(calls: u32) {
    under_fastrace(|| {
        for n in 0..calls {
            let _span = LocalSpan::enter_with_local_parent("call")
                .with_properties(|| [("unit", "blog/0".to_owned()), ("port", n.to_string())]);
            black_box(work(n));
        }
    });
}

fn under_tracing(batch: impl FnOnce()) {
    if let Some(subscriber) = SUBSCRIBER.get() {
        tracing::dispatcher::with_default(subscriber, batch);
    }
}

#[tracing::instrument(skip_all)]
fn tracing_call(n: u32) -> u32 {
    work(n)
}

#[tracing::instrument(skip_all, fields(unit = "blog/0", port = n))]
fn tracing_call_two(n: u32) -> u32 {
    work(n)
}

fn tracing_none(calls: u32) {
    under_tracing(|| tracing_off(calls));
}

fn tracing_off(calls: u32) {
    for n in 0..calls {
        black_box(tracing_call(n));
    }
}

fn tracing_two(calls: u32) {
    under_tracing(|| {
        for n in 0..calls {
            black_box(tracing_call_two(n));
        }
    });
}

struct Nowhere;

impl Reporter for Nowhere {
    fn report(&mut self, spans: Vec<SpanRecord>) {
        drop(spans);
    }
}

/// Keeps finished spans, as a dispatch does.
#[derive(Debug)]
struct Kept(Arc<Mutex<Vec<SpanData>>>);

impl SpanProcessor for Kept {
    fn on_start(&self, _: &mut opentelemetry_sdk::trace::Span, _: &opentelemetry::Context) {}

    fn on_end(&self, span: SpanData) {
        if let Ok(mut kept) = self.0.lock() {
            kept.push(span);
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}
