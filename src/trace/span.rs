//! The span of a function or a block: opened, given attributes, and ended.

use std::borrow::Cow;

use opentelemetry::trace::{Event, Link, SpanContext, SpanKind, TraceContextExt};
use opentelemetry::{Context, ContextGuard, KeyValue};

use super::context::{records, with_current};
use super::failure::Failure;
use super::open::{Open, left_early, pass_through};
use super::packed::Packed;
use super::record::{More, SpanSpec};
use super::recorder::Recorder;

/// An open span that is the current one of its thread until it is finished or dropped.
///
/// Outside a dispatch, or with tracing off, it is empty and everything done with it is a no-op.
#[doc(hidden)]
#[derive(Debug)]
#[must_use = "a span ends when it is dropped"]
pub struct Span {
    // The second restores the parent as the current span, after the end: it is dropped after the first.
    inside: Option<(Open, ContextGuard)>,
}

/// What a span is opened with, beside its name.
#[derive(Debug, Default)]
pub(crate) struct SpanOptions {
    pub(crate) kind: Option<SpanKind>,
    pub(crate) attributes: Vec<KeyValue>,
    pub(crate) events: Vec<Event>,
    /// A span of another process, for a root that is to be its child.
    pub(crate) parent: Option<SpanContext>,
}

impl SpanOptions {
    fn of(self, name: Cow<'static, str>) -> SpanSpec {
        let more = More {
            name: Some(name),
            kind: self.kind.unwrap_or(SpanKind::Internal),
            events: self.events,
            ..More::default()
        };
        SpanSpec {
            site: None,
            start: None,
            packed: Packed::new(),
            attributes: self.attributes,
            more: Some(Box::new(more)),
        }
    }
}

impl Span {
    /// Opens the first span of a dispatch: it has no parent, even where the current context has a span, unless
    /// the opening names one.
    pub(crate) fn root(recorder: Recorder, name: String, opening: SpanOptions) -> Self {
        let mut base = Context::new().with_value(recorder);
        if let Some(parent) = opening.parent.clone() {
            base = base.with_remote_span_context(parent);
        }
        Self::current(Open::below(&base, opening.of(name.into())))
    }

    /// Opens a child of the current span; empty where nothing records.
    pub(crate) fn enter(
        name: impl Into<Cow<'static, str>>,
        opening: impl FnOnce() -> SpanOptions,
    ) -> Self {
        Self::enter_with(|| opening().of(name.into()))
    }

    /// As [`Span::enter`], for a name that is not worked out unless something records.
    ///
    /// Apart from the rest, so that where nothing records a traced call stays close to a plain one.
    #[inline]
    pub(super) fn enter_with(spec: impl FnOnce() -> SpanSpec) -> Self {
        if with_current(records).unwrap_or_default() {
            return Self::entered(spec);
        }
        Self { inside: None }
    }

    #[cold]
    #[inline(never)]
    fn entered(spec: impl FnOnce() -> SpanSpec) -> Self {
        Self::current(Open::known_child(spec()))
    }

    fn current(open: Option<(Open, Context)>) -> Self {
        Self {
            inside: open.map(|(open, context)| (open, context.attach())),
        }
    }

    fn open(&self) -> Option<&Open> {
        self.inside.as_ref().map(|(open, _)| open)
    }

    /// Whether anything is recorded here.
    pub fn is_recording(&self) -> bool {
        self.open().is_some_and(Open::is_recording)
    }

    /// Its ids, which it has where a sampler has said no, too; asked for while it is the current one.
    pub(crate) fn ids(&self) -> Option<SpanContext> {
        self.open()?;
        with_current(|current| current.span().span_context().clone())
    }

    /// Adds or replaces an attribute.
    pub(crate) fn set(&self, attribute: KeyValue) {
        if let Some(open) = self.open() {
            open.set(attribute);
        }
    }

    /// Points to a span of another trace that this one has to do with.
    pub(crate) fn link(&self, to: SpanContext, attributes: Vec<KeyValue>) {
        if let Some(open) = self.open() {
            let link = Link::new(to, attributes, 0);
            open.change(|span, limits| span.add_link(link, limits));
        }
    }

    /// Marks the span failed; the first span a failure leaves also gets the `exception` event.
    pub(crate) fn fail(&self, failure: &Failure) {
        if let Some(open) = self.open() {
            open.record(failure);
        }
    }

    /// Marks the span failed without an exception event: a span further in has the failure.
    pub(crate) fn mark(&self, failure: &Failure) {
        if let Some(open) = self.open() {
            open.mark(failure);
        }
    }

    /// Ends the span, failed or not. The traced macro calls it with what the body came to.
    #[doc(hidden)]
    #[inline]
    pub fn finish(self, failure: impl FnOnce() -> Option<Failure>) {
        if self.inside.is_some() {
            self.finish_recorded(failure());
        }
    }

    #[inline(never)]
    fn finish_recorded(self, failure: Option<Failure>) {
        if let Some(failure) = failure {
            self.fail(&failure);
        }
    }
}

/// The span of a block, which `?`, `return` or `break` may leave before it has a value.
#[doc(hidden)]
#[derive(Debug)]
#[must_use = "a span ends when it is dropped"]
pub struct Block {
    span: Span,
    has_value: bool,
}

impl Block {
    pub(crate) fn new(span: Span) -> Self {
        Self {
            span,
            has_value: false,
        }
    }

    /// Ends the span with what the block came to.
    pub fn finish(mut self, failure: impl FnOnce() -> Option<Failure>) {
        self.has_value = true;
        if self.span.inside.is_some()
            && let Some(failure) = failure()
        {
            self.span.fail(&failure);
        }
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        if !self.has_value && !std::thread::panicking() {
            self.span.set(left_early());
            if let Some(open) = self.span.open()
                && let Some(id) = open.id()
            {
                pass_through(id, open.parent());
            }
        }
    }
}
