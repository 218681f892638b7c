//! What a failure looks like on a span: status ERROR, `error.type`, and one `exception` event where
//! it leaves the first span, as OpenTelemetry's conventions for recording errors have it.
//!
//! An error that passes several spans on its way out is one error, and the conventions want its event
//! once. So the last one recorded on this thread is remembered, with the span it went to: where that
//! span fails with the same text, in its own words or among its causes, the error passes. Its type
//! says nothing, since `?` converts it.

use std::any::type_name;
use std::cell::{Cell, RefCell};
use std::error::Error;
use std::fmt::{self, Display, Write};
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind};
use std::sync::Once;
use std::time::SystemTime;

use opentelemetry::KeyValue;
use opentelemetry::trace::{Event, SpanId, Status};

use super::open::Open;

thread_local! {
    static PASSING: RefCell<Option<(String, SpanId)>> = const { RefCell::new(None) };
    static LAST_PANIC: RefCell<Option<Failure>> = const { RefCell::new(None) };
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// An error or a panic, in the words that reach the trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    error_type: String,
    message: String,
    causes: Vec<String>,
}

/// More causes than this are a circle, or nothing anyone reads.
const MOST_CAUSES: usize = 16;

impl Failure {
    /// An error of type `E`, with its text.
    pub(crate) fn of<E: ?Sized>(message: impl Display) -> Self {
        // The alternate form is the whole chain for error types that have one, and the plain text
        // for all others.
        Self {
            error_type: type_name::<E>().to_owned(),
            message: printed(format_args!("{message:#}")),
            causes: Vec::new(),
        }
    }

    /// A failure that is not a Rust error, under a name of its own.
    pub(crate) fn named(error_type: &str, message: impl Into<String>) -> Self {
        Self {
            error_type: error_type.to_owned(),
            message: message.into(),
            causes: Vec::new(),
        }
    }

    /// Adds the chain of an error's sources.
    pub(crate) fn caused_by(mut self, source: Option<&(dyn Error + 'static)>) -> Self {
        let chain = std::iter::successors(source, |&error| error.source()).take(MOST_CAUSES);
        self.causes = chain
            .map(|cause| printed(format_args!("{cause}")))
            .collect();
        self
    }

    /// The text with that of each cause on a line of its own.
    pub(crate) fn chain(&self) -> String {
        let mut chain = self.message.clone();
        for cause in &self.causes {
            chain.extend(["\ncaused by: ", cause]);
        }
        chain
    }

    /// Whether this is what failed further in, as it is or as one of its causes.
    fn passes_on(&self, earlier: &str) -> bool {
        self.message == earlier
            || !earlier.is_empty()
                && (self.message.contains(earlier)
                    || self.causes.iter().any(|cause| cause.contains(earlier)))
    }

    /// The text, as it stands in the span's status.
    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    /// Puts status and type on the span, and the event unless a span further in has it.
    pub(super) fn record(&self, span: &Open) {
        self.mark(span);
        let here = span.id();
        let leaving = Some((self.message.clone(), span.parent()));
        // Not there in the destructors of older thread-local values.
        let passing = PASSING.try_with(|passing| passing.replace(leaving));
        let passing = passing.ok().flatten();
        if passing.is_some_and(|(earlier, to)| Some(to) == here && self.passes_on(&earlier)) {
            return;
        }
        let mut attributes = vec![
            KeyValue::new("exception.type", self.error_type.clone()),
            KeyValue::new("exception.message", self.message.clone()),
        ];
        if !self.causes.is_empty() {
            // Where other languages have a trace of calls, Rust has a chain of causes.
            attributes.push(KeyValue::new("exception.stacktrace", self.chain()));
        }
        let event = Event::new("exception", SystemTime::now(), attributes, 0);
        span.change(|span, limits| span.add_event(event, limits));
    }

    /// Puts status and type on the span; the event stands further in.
    pub(super) fn mark(&self, span: &Open) {
        let error_type = KeyValue::new("error.type", self.error_type.clone());
        span.change(|span, limits| {
            span.set_status(Status::error(self.message.clone()));
            span.add_attribute(error_type, limits);
        });
    }
}

/// The text of an error, if it has one: to print it is the trace's wish and not the charm's, and must not
/// be what ends a hook.
fn printed(error: fmt::Arguments<'_>) -> String {
    let mut text = String::new();
    let print = AssertUnwindSafe(|| text.write_fmt(error));
    match quietly(|| catch_unwind(print)) {
        Ok(Ok(())) => text,
        _ => "an error that cannot be printed".to_owned(),
    }
}

/// A span was left without a value: whatever was on its way into it is on its way to its parent.
pub(crate) fn pass_through(span: SpanId, parent: SpanId) {
    let _ = PASSING.try_with(|passing| {
        let mut passing = passing.borrow_mut();
        if let Some((_, to)) = passing.as_mut().filter(|(_, to)| *to == span) {
            *to = parent;
        }
    });
}

/// Listens to panics so that their text can be recorded. The hook that was there before is called
/// as ever: what a panic prints does not change.
pub(crate) fn hear_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if QUIET.get() {
                return;
            }
            let _ = LAST_PANIC.try_with(|last| last.replace(Some(describe(panic))));
            before(panic);
        }));
    });
}

/// The panic this thread is unwinding from, or unwound from last.
pub(crate) fn last_panic() -> Failure {
    LAST_PANIC
        .try_with(|last| last.borrow().clone())
        .ok()
        .flatten()
        .unwrap_or_else(|| Failure::named("panic", "the thread panicked"))
}

/// Runs something whose panics are not heard, in the middle of a handler: what other threads print stays.
pub(super) fn quietly<R>(work: impl FnOnce() -> R) -> R {
    let before = QUIET.replace(true);
    let result = work();
    QUIET.set(before);
    result
}

/// Runs something whose panics print nothing, whatever hook the charm has set, and puts that back.
pub(crate) fn without_panic_output<R>(work: impl FnOnce() -> R) -> R {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let result = work();
    std::panic::set_hook(before);
    result
}

fn describe(panic: &PanicHookInfo<'_>) -> Failure {
    let payload = panic.payload();
    let text = payload.downcast_ref::<&str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    let message = text.unwrap_or("a value that is not text");
    match panic.location() {
        Some(place) => Failure::named("panic", format!("{message} (at {place})")),
        None => Failure::named("panic", message),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;

    fn text_of_a_panic(text: &'static str) -> String {
        let _ = catch_unwind(|| panic!("{text}"));
        last_panic().message
    }

    #[test]
    fn a_quiet_panic_is_not_heard_and_those_of_other_threads_are() {
        hear_panics();
        assert!(text_of_a_panic("before").starts_with("before"));
        quietly(|| {
            assert!(text_of_a_panic("meanwhile").starts_with("before"));
            let beside = thread::spawn(|| text_of_a_panic("beside"));
            assert!(beside.join().unwrap().starts_with("beside"));
        });
        assert!(text_of_a_panic("after").starts_with("after"));
    }
}
