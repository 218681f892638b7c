//! A failure as the trace has it: type, message and causes of an error, or the text of a panic.

use std::any::type_name;
use std::cell::{Cell, RefCell};
use std::error::Error;
use std::fmt::{self, Display, Write};
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind};
use std::sync::Once;

thread_local! {
    static LAST_PANIC: RefCell<Option<Failure>> = const { RefCell::new(None) };
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// An error or a panic, in the words that reach the trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub(super) error_type: String,
    pub(super) message: String,
    pub(super) causes: Vec<String>,
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
    pub(super) fn passes_on(&self, earlier: &str) -> bool {
        self.message == earlier
            || !earlier.is_empty()
                && (self.message.contains(earlier)
                    || self.causes.iter().any(|cause| cause.contains(earlier)))
    }

    /// The text, as it stands in the span's status.
    pub(crate) fn message(&self) -> &str {
        &self.message
    }
}

/// The text of an error, if it has one.
fn printed(error: fmt::Arguments<'_>) -> String {
    text_of(error).unwrap_or_else(|| "an error that cannot be printed".to_owned())
}

/// The text of a value of the charm; `None` where its `Display` or `Debug` panics or fails. The trace asks for the
/// text and not the charm, so this must not end a hook. With `panic = "abort"` a panic ends it all the same.
pub(super) fn text_of(value: fmt::Arguments<'_>) -> Option<String> {
    let mut text = String::new();
    let print = AssertUnwindSafe(|| text.write_fmt(value));
    match quietly(|| catch_unwind(print)) {
        Ok(Ok(())) => Some(text),
        _ => None,
    }
}

/// Installs a panic hook that keeps the text of panics. It calls the hook that was there before, so what a
/// panic prints does not change.
pub(crate) fn install_panic_hook() {
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

/// Runs something whose panics are not recorded and print nothing, in the middle of a handler. Other threads
/// print as before.
pub(super) fn quietly<R>(work: impl FnOnce() -> R) -> R {
    let before = QUIET.replace(true);
    let result = work();
    QUIET.set(before);
    result
}

/// Runs something whose panics print nothing, with any hook that the charm has set, and restores that hook.
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
    fn a_quiet_panic_is_not_recorded_unlike_other_threads() {
        install_panic_hook();
        assert!(text_of_a_panic("before").starts_with("before"));
        quietly(|| {
            assert!(text_of_a_panic("meanwhile").starts_with("before"));
            let beside = thread::spawn(|| text_of_a_panic("beside"));
            assert!(beside.join().unwrap().starts_with("beside"));
        });
        assert!(text_of_a_panic("after").starts_with("after"));
    }
}
