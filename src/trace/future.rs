//! A span that follows a future: it is the current one of the thread that polls, while it polls.
//!
//! The body is pinned where it is written, in the `async` function or block, so nothing is boxed.

use std::future::{Future, poll_fn};
use std::pin::Pin;

use opentelemetry::Context;

use super::failure::Failure;
use super::open::{Open, left_early};
use super::record::SpanSpec;

/// The span of a future. Ends when it is finished, or dropped with the future.
#[derive(Debug)]
#[must_use = "a span ends when it is dropped"]
pub struct Following {
    open: Option<(Open, Context)>,
    has_value: bool,
}

impl Following {
    pub(super) fn new(spec: impl FnOnce() -> SpanSpec) -> Self {
        Self {
            open: Open::child(spec),
            has_value: false,
        }
    }

    /// Drives the body, inside the span.
    pub fn run<F: Future>(&self, mut body: Pin<&mut F>) -> impl Future<Output = F::Output> {
        poll_fn(move |task| {
            let open = self.open.as_ref();
            let _current = open.map(|(_, context)| context.clone().attach());
            body.as_mut().poll(task)
        })
    }

    /// Ends the span with the result of the future.
    pub fn finish(mut self, failure: impl FnOnce() -> Option<Failure>) {
        self.has_value = true;
        if let Some((open, _)) = &self.open
            && let Some(failure) = failure()
        {
            open.record(&failure);
        }
    }
}

impl Drop for Following {
    fn drop(&mut self) {
        let cancelled = !self.has_value && !std::thread::panicking();
        if let Some((open, _)) = self.open.as_ref().filter(|_| cancelled) {
            open.set(left_early());
        }
    }
}
