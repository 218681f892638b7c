//! A span that follows a future: it is the current one of whichever thread polls, while it polls.
//!
//! The body is pinned where it is written, in the `async` function or block, so nothing is boxed.

use std::borrow::Cow;
use std::future::{Future, poll_fn};
use std::pin::Pin;

use opentelemetry::trace::TraceContextExt;

use super::{Failure, Open, Opening, left_early};

/// The span of a future. Ends when it is finished, or dropped with the future.
#[derive(Debug)]
#[must_use = "a span ends when it is dropped"]
pub struct Following {
    open: Option<Open>,
    has_value: bool,
}

impl Following {
    pub(crate) fn new(opening: impl FnOnce() -> (Cow<'static, str>, Opening)) -> Self {
        Self {
            open: Open::child(opening),
            has_value: false,
        }
    }

    /// Drives the body, inside the span.
    pub fn run<F: Future>(&self, mut body: Pin<&mut F>) -> impl Future<Output = F::Output> {
        poll_fn(move |task| {
            let open = self.open.as_ref();
            let _current = open.map(|open| open.context.clone().attach());
            body.as_mut().poll(task)
        })
    }

    /// Ends the span with what the future came to.
    pub fn finish(mut self, failure: Option<Failure>) {
        self.has_value = true;
        if let (Some(open), Some(failure)) = (&self.open, failure) {
            failure.record(&open.context.span(), open.parent);
        }
    }
}

impl Drop for Following {
    fn drop(&mut self) {
        let cancelled = !self.has_value && !std::thread::panicking();
        if let Some(open) = self.open.as_ref().filter(|_| cancelled) {
            open.context.span().set_attribute(left_early());
        }
    }
}
