//! Where spans are made, and where finished ones gather until the dispatch is over.
//!
//! The SDK's processors send each span (Simple) or start a thread (Batch). A dispatch wants neither:
//! everything is written once, at its end, by the thread that ran it. So what makes spans here is
//! this crate's own, behind OpenTelemetry's API; sampler, limits and ids are still the SDK's.

use std::any::Any;
use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use opentelemetry::Context;
use opentelemetry::trace::{
    SpanContext, SpanId, SpanKind, TraceContextExt, TraceFlags, TraceId, TraceState,
};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{
    Config, IdGenerator, RandomIdGenerator, Sampler, SamplingDecision, ShouldSample, SpanLimits,
};

use super::early_encoding::{EarlyEncoding, Finished};
use super::held::{Held, SpanObserver, SpanSlot};
use super::record::{SpanRecord, SpanSpec};
use super::time::nanoseconds;

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
    early: Mutex<EarlyEncoding>,
    held: Mutex<Held>,
}

impl Recorder {
    /// Starts recording for a resource. `observer` sees every span as it starts and ends.
    ///
    /// `configured`: variables set samplers or limits. The SDK reads them, and looks at more that is not
    /// used here, such as the path of the process, so it is asked only where there is something to read.
    pub(crate) fn new(
        resource: Resource,
        watch: Option<Box<dyn SpanObserver>>,
        configured: bool,
    ) -> Self {
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
        watch: Option<Box<dyn SpanObserver>>,
    ) -> Self {
        Self(Box::leak(Box::new(Inner {
            follows_parents: follows_parents(sampler.as_ref()),
            sampler,
            limits,
            resource: Arc::new(resource),
            early: Mutex::default(),
            held: Mutex::new(Held::new(watch)),
        })))
    }

    /// Asks the observer to keep what it has seen so far.
    pub(crate) fn flush(self) {
        if let Some(watch) = &mut self.held().watch {
            watch.flush();
        }
    }

    /// Calls `with` on the observer if its type is `W`.
    pub(crate) fn with_observer<W: SpanObserver, R>(
        self,
        with: impl FnOnce(&mut W) -> R,
    ) -> Option<R> {
        let mut held = self.held();
        let watch: &mut dyn Any = held.watch.as_deref_mut()?;
        watch.downcast_mut().map(with)
    }

    /// Takes what has finished so far.
    pub(crate) fn take(self) -> Finished {
        let mut early = self.0.early.lock().unwrap_or_else(PoisonError::into_inner);
        Finished {
            early: std::mem::take(&mut *early),
            spans: self.held().take(),
            resource: Arc::clone(&self.0.resource),
        }
    }

    /// Encodes what has finished so far, but for the dispatch's own span; not fewer spans than this range
    /// begins with, and at most as many as it ends with.
    pub(super) fn encode_early(self, count: RangeInclusive<usize>) {
        // Another thread that has the lock is encoding.
        let Ok(mut early) = self.0.early.try_lock() else {
            return;
        };
        let spans = self.held().take_first(count);
        if !spans.is_empty() {
            early.add(spans, Arc::clone(&self.0.resource));
        }
    }

    /// Opens a span below the one of the context.
    /// Returns its ids, and its place where it is recorded.
    pub(super) fn open(self, below: &Context, spec: SpanSpec) -> (SpanContext, Option<SpanSlot>) {
        if below.is_telemetry_suppressed() {
            return (SpanContext::NONE, None);
        }
        let parent = below.span();
        // An invalid parent is none: its trace id would be no trace's.
        let parent = match parent.span_context() {
            parent if parent.is_valid() => parent,
            _ => &SpanContext::NONE,
        };
        let ids = self.ids(below, parent, &spec);
        if !ids.is_sampled() {
            return (ids, None);
        }
        let id = ids.span_id();
        let record = SpanRecord::begin(&ids, parent, spec, &self.0.limits);
        let index = self.held().open(record);
        (ids, Some(SpanSlot { index, id }))
    }

    /// Keeps a span, which has ended, unless it did so before.
    pub(super) fn close(self, slot: SpanSlot, end: SystemTime) {
        self.held().close(slot, nanoseconds(end));
    }

    /// Changes a span while it is open.
    pub(super) fn change(self, slot: SpanSlot, change: impl FnOnce(&mut SpanRecord, &SpanLimits)) {
        if let Some(record) = self.held().get(slot) {
            change(record, &self.0.limits);
        }
    }

    pub(super) fn is_open(self, slot: SpanSlot) -> bool {
        self.held().get(slot).is_some()
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.0.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The ids of a new span; it is recorded if they are sampled.
    fn ids(self, below: &Context, parent: &SpanContext, spec: &SpanSpec) -> SpanContext {
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
        let (name, kind) = (spec.name(), spec.kind());
        let (attributes, links) = (&spec.attributes(), spec.links());
        let sampler = &self.0.sampler;
        let answer = sampler.should_sample(Some(below), trace_id, name, kind, attributes, links);
        let flags = match answer.decision {
            SamplingDecision::RecordAndSample => parent.trace_flags().with_sampled(true),
            // No sampler that a variable can name records without sampling.
            SamplingDecision::RecordOnly | SamplingDecision::Drop => TraceFlags::default(),
        };
        SpanContext::new(trace_id, span_id, flags, false, answer.trace_state)
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
    let answer = sampler.should_sample(Some(&below), trace_id, "", &kind, &[], &[]);
    answer.decision == SamplingDecision::RecordAndSample
}
