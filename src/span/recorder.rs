//! Where finished spans gather until the dispatch is over.
//!
//! The SDK's own processors send each span (Simple) or start a thread (Batch). A dispatch wants
//! neither: everything is written once, at its end, by the thread that ran it.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use opentelemetry::trace::TracerProvider;
use opentelemetry::{Context, InstrumentationScope, global};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider, Span, SpanData, SpanProcessor};

/// Hears of every recorded span, on the thread that opens or ends it.
pub(crate) trait Watch: Send + Sync + fmt::Debug {
    /// A span was opened; what it is given later is in [`ended`](Watch::ended).
    fn started(&self, span: &SpanData);
    /// A span has ended.
    fn ended(&self, span: &SpanData);
    /// Something begins that the process may not come back from.
    fn flush(&self);
}

/// Hands out spans and keeps the finished ones. Clones share both.
#[derive(Clone, Debug)]
pub(crate) struct Recorder {
    provider: SdkTracerProvider,
    tracer: SdkTracer,
    finished: Arc<Mutex<Vec<SpanData>>>,
    resource: Arc<Resource>,
    watch: Option<Arc<dyn Watch>>,
}

/// The spans of one dispatch in the order they ended, and what they are about.
#[derive(Clone, Debug)]
pub(crate) struct Finished {
    pub(crate) spans: Vec<SpanData>,
    pub(crate) resource: Arc<Resource>,
}

impl Recorder {
    /// Starts recording for a resource. Limits and samplers set through `OTEL_*` variables apply:
    /// the SDK reads them. `watch` hears of every span as it starts and ends.
    pub(crate) fn new(resource: Resource, watch: Option<Arc<dyn Watch>>) -> Self {
        let finished = Arc::new(Mutex::new(Vec::new()));
        let provider = SdkTracerProvider::builder()
            .with_resource(resource.clone())
            .with_span_processor(EndOfDispatch {
                finished: Arc::clone(&finished),
                watch: watch.clone(),
            })
            .build();
        let scope = InstrumentationScope::builder(env!("CARGO_PKG_NAME"))
            .with_version(env!("CARGO_PKG_VERSION"))
            .build();
        let tracer = provider.tracer_with_scope(scope);
        Self {
            provider,
            tracer,
            finished,
            resource: Arc::new(resource),
            watch,
        }
    }

    /// Whoever hears of the spans is told to keep what it has heard so far.
    pub(crate) fn flush(&self) {
        if let Some(watch) = &self.watch {
            watch.flush();
        }
    }

    /// Makes this the process's OpenTelemetry provider, so that spans of other crates instrumented
    /// with that API join the dispatch's trace.
    pub(crate) fn install(&self) {
        global::set_tracer_provider(self.provider.clone());
    }

    /// The tracer whose scope is this crate.
    pub(crate) fn tracer(&self) -> &SdkTracer {
        &self.tracer
    }

    /// Takes what has finished so far.
    pub(crate) fn take(&self) -> Finished {
        let spans =
            std::mem::take(&mut *self.finished.lock().unwrap_or_else(PoisonError::into_inner));
        Finished {
            spans,
            resource: Arc::clone(&self.resource),
        }
    }
}

impl Finished {
    /// The trace that the dispatch's own spans belong to; zeros where there is none.
    pub(crate) fn trace_id(&self) -> [u8; 16] {
        // The root ends last.
        self.spans
            .last()
            .map(|root| root.span_context.trace_id().to_bytes())
            .unwrap_or_default()
    }
}

#[derive(Debug)]
struct EndOfDispatch {
    finished: Arc<Mutex<Vec<SpanData>>>,
    watch: Option<Arc<dyn Watch>>,
}

impl SpanProcessor for EndOfDispatch {
    fn on_start(&self, span: &mut Span, _context: &Context) {
        if let Some(watch) = &self.watch
            && let Some(opened) = span.exported_data()
        {
            watch.started(&opened);
        }
    }

    fn on_end(&self, span: SpanData) {
        if let Some(watch) = &self.watch {
            watch.ended(&span);
        }
        self.finished
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(span);
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _timeout: Duration) -> OTelSdkResult {
        Ok(())
    }
}
