//! Where spans are made, and where finished ones gather until the dispatch is over.
//!
//! The SDK's processors send each span (Simple) or start a thread (Batch). A dispatch wants neither:
//! everything is written once, at its end, by the thread that ran it. So what makes spans here is
//! this crate's own, behind OpenTelemetry's API; sampler, limits and ids are still the SDK's.

use std::any::Any;
use std::fmt;
use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use opentelemetry::trace::{
    SpanContext, SpanId, SpanKind, TraceContextExt, TraceFlags, TraceId, TraceState,
};
use opentelemetry::{Context, InstrumentationScope, global};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{
    Config, IdGenerator, RandomIdGenerator, Sampler, SamplingDecision, ShouldSample, SpanData,
    SpanLimits,
};

use super::Ahead;
use super::held::Held;
use super::record::{Record, Wanted, nanoseconds};
use super::tracer::{Provider, Recorded};

/// Hears of every recorded span, on the thread that opens or ends it.
pub(crate) trait Watch: Any + Send + fmt::Debug {
    /// A span was opened; what it is given later is in [`ended`](Watch::ended).
    fn started(&mut self, span: &Record);
    /// A span has ended.
    fn ended(&mut self, span: &Record);
    /// Something begins that the process may not come back from.
    fn flush(&mut self);
}

/// Hands out spans and keeps the finished ones. Copies share both.
///
/// It lives as long as the process, as OpenTelemetry's global provider does, which has one: so no
/// span has to count who else knows it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Recorder(&'static Inner);

#[derive(Debug)]
struct Inner {
    sampler: Box<dyn ShouldSample>,
    /// The sampler takes every span whose parent it took.
    follows_parents: bool,
    limits: SpanLimits,
    resource: Arc<Resource>,
    /// Locked before what is held, and for as long as spans are on their way from there to here.
    ahead: Mutex<Ahead>,
    held: Mutex<Held>,
}

/// Which of the open spans. The id tells it from those that have the slot later.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot {
    pub(super) index: usize,
    pub(super) id: SpanId,
}

/// The spans of one dispatch in the order they ended, and what they are about.
#[derive(Debug)]
pub(crate) struct Finished {
    /// Those that ended first, if they are encoded already.
    pub(crate) ahead: Ahead,
    pub(crate) spans: Vec<SpanData>,
    pub(crate) resource: Arc<Resource>,
}

/// The scope of this crate's own spans.
pub(crate) fn scope() -> InstrumentationScope {
    InstrumentationScope::builder(env!("CARGO_PKG_NAME"))
        .with_version(env!("CARGO_PKG_VERSION"))
        .build()
}

impl Recorder {
    /// Starts recording for a resource. `watch` hears of every span as it starts and ends.
    ///
    /// `configured`: variables set samplers or limits. The SDK reads them, and looks at more that is not
    /// used here, such as the path of the process, so it is asked only where there is something to read.
    pub(crate) fn new(resource: Resource, watch: Option<Box<dyn Watch>>, configured: bool) -> Self {
        if configured {
            let config = Config::default();
            return Self::with(config.sampler, config.span_limits, resource, watch);
        }
        let sampler = Sampler::ParentBased(Box::new(Sampler::AlwaysOn));
        Self::with(Box::new(sampler), SpanLimits::default(), resource, watch)
    }

    pub(super) fn with(
        sampler: Box<dyn ShouldSample>,
        limits: SpanLimits,
        resource: Resource,
        watch: Option<Box<dyn Watch>>,
    ) -> Self {
        Self(Box::leak(Box::new(Inner {
            follows_parents: follows_parents(sampler.as_ref()),
            sampler,
            limits,
            resource: Arc::new(resource),
            ahead: Mutex::default(),
            held: Mutex::new(Held::new(watch)),
        })))
    }

    /// Whoever hears of the spans is told to keep what it has heard so far.
    pub(crate) fn flush(self) {
        if let Some(watch) = &mut self.held().watch {
            watch.flush();
        }
    }

    /// Has a word with whoever hears of the spans, if it is of this kind.
    pub(crate) fn with_watch<W: Watch, R>(self, with: impl FnOnce(&mut W) -> R) -> Option<R> {
        let mut held = self.held();
        let watch: &mut dyn Any = held.watch.as_deref_mut()?;
        watch.downcast_mut().map(with)
    }

    /// Makes this the process's OpenTelemetry provider, so that spans of other crates instrumented
    /// with that API join the dispatch's trace.
    pub(crate) fn install(self) {
        global::set_tracer_provider(Provider::new(self));
    }

    /// Takes what has finished so far.
    pub(crate) fn take(self) -> Finished {
        let mut ahead = self.0.ahead.lock().unwrap_or_else(PoisonError::into_inner);
        Finished {
            ahead: std::mem::take(&mut *ahead),
            spans: self.held().take(),
            resource: Arc::clone(&self.0.resource),
        }
    }

    /// Encodes what has finished so far, but for the dispatch's own span; not fewer spans than this range
    /// begins with, and at most as many as it ends with.
    pub(super) fn encode_ahead(self, count: RangeInclusive<usize>) {
        // Whoever has it is at it.
        let Ok(mut ahead) = self.0.ahead.try_lock() else {
            return;
        };
        let spans = self.held().take_first(count);
        if !spans.is_empty() {
            ahead.add(Finished::new(spans, Arc::clone(&self.0.resource)));
        }
    }

    /// Opens a span below the one of the context.
    pub(super) fn open(self, below: &Context, wanted: Wanted) -> Recorded {
        if below.is_telemetry_suppressed() {
            return Recorded::nothing(self, SpanContext::NONE);
        }
        let parent = below.span();
        // An invalid parent is none: its trace id would be no trace's.
        let parent = match parent.span_context() {
            parent if parent.is_valid() => parent,
            _ => &SpanContext::NONE,
        };
        let ids = self.ids(below, parent, &wanted);
        if !ids.is_sampled() {
            return Recorded::nothing(self, ids);
        }
        let id = ids.span_id();
        let record = Record::begin(&ids, parent, wanted, &self.0.limits);
        let index = self.held().open(record);
        Recorded::new(self, ids, Slot { index, id })
    }

    /// Keeps a span, which has ended, unless it did so before.
    pub(super) fn close(self, slot: Slot, end: SystemTime) {
        self.held().close(slot, nanoseconds(end));
    }

    /// Tells a span something, while it is open.
    pub(super) fn change(self, slot: Slot, change: impl FnOnce(&mut Record, &SpanLimits)) {
        if let Some(record) = self.held().get(slot) {
            change(record, &self.0.limits);
        }
    }

    pub(super) fn is_open(self, slot: Slot) -> bool {
        self.held().get(slot).is_some()
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.0.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The ids of a new span; it is recorded if they are sampled.
    fn ids(self, below: &Context, parent: &SpanContext, wanted: &Wanted) -> SpanContext {
        let random = RandomIdGenerator::default();
        let span_id = random.new_span_id();
        if self.0.follows_parents && parent.is_sampled() && !parent.is_remote() {
            let state = parent.trace_state().clone();
            let flags = parent.trace_flags();
            return SpanContext::new(parent.trace_id(), span_id, flags, false, state);
        }
        let trace_id = match parent.trace_id() {
            TraceId::INVALID => random.new_trace_id(),
            trace_id => trace_id,
        };
        let (name, kind) = (wanted.name(), wanted.kind());
        let (attributes, links) = (&wanted.attributes(), wanted.links());
        let sampler = &self.0.sampler;
        let told = sampler.should_sample(Some(below), trace_id, name, kind, attributes, links);
        let flags = match told.decision {
            SamplingDecision::RecordAndSample => parent.trace_flags().with_sampled(true),
            // No sampler that a variable can name records without sampling.
            SamplingDecision::RecordOnly | SamplingDecision::Drop => TraceFlags::default(),
        };
        SpanContext::new(trace_id, span_id, flags, false, told.trace_state)
    }
}

/// Asks a sampler for the child of a sampled span, in the trace that one by ratio takes last.
fn follows_parents(sampler: &dyn ShouldSample) -> bool {
    let trace_id = TraceId::from_bytes([0xff; 16]);
    let span_id = SpanId::from_bytes([1; 8]);
    let (flags, state) = (TraceFlags::SAMPLED, TraceState::NONE);
    let parent = SpanContext::new(trace_id, span_id, flags, false, state);
    let below = Context::new().with_remote_span_context(parent);
    let kind = SpanKind::Internal;
    let told = sampler.should_sample(Some(&below), trace_id, "", &kind, &[], &[]);
    told.decision == SamplingDecision::RecordAndSample
}

impl Finished {
    /// Of which none is encoded.
    pub(crate) fn new(spans: Vec<SpanData>, resource: Arc<Resource>) -> Self {
        Self {
            ahead: Ahead::default(),
            spans,
            resource,
        }
    }

    /// How many spans there are.
    pub(crate) fn count(&self) -> usize {
        self.ahead.spans + self.spans.len()
    }

    /// The trace that the dispatch's own spans belong to; zeros where there is none.
    pub(crate) fn trace_id(&self) -> [u8; 16] {
        // The root is last.
        self.spans
            .last()
            .map(|root| root.span_context.trace_id().to_bytes())
            .unwrap_or_default()
    }
}
