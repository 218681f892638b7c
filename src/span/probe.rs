//! How a block's value tells whether it failed, for any type and without a bound on the user.
//!
//! Method look-up prefers the receiver with fewer references, so `(&&&&Probe(&value)).failure()`
//! finds the first of these that fits: a `Result` whose error can be displayed, one whose error can
//! be debugged, any `Result`, anything. In a function generic over the error type only the third is
//! known to fit. The compiler chooses; nothing happens at run time.

use std::fmt::{Debug, Display};
use std::marker::PhantomData;

use super::Failure;

/// A value to look at.
#[derive(Debug)]
pub struct Probe<'a, T>(pub &'a T);

/// A `Result` whose error has a text.
pub trait ViaDisplay {
    /// The failure, if the value is one.
    fn failure(&self) -> Option<Failure>;
}

impl<T, E: Display> ViaDisplay for &&&Probe<'_, Result<T, E>> {
    fn failure(&self) -> Option<Failure> {
        self.0.as_ref().err().map(|error| Failure::of::<E>(error))
    }
}

/// A `Result` whose error has only a debug form.
pub trait ViaDebug {
    /// The failure, if the value is one.
    fn failure(&self) -> Option<Failure>;
}

impl<T, E: Debug> ViaDebug for &&Probe<'_, Result<T, E>> {
    fn failure(&self) -> Option<Failure> {
        self.0
            .as_ref()
            .err()
            .map(|error| Failure::of::<E>(format_args!("{error:?}")))
    }
}

/// A `Result` whose error says nothing.
pub trait ViaAny {
    /// The failure, if the value is one.
    fn failure(&self) -> Option<Failure>;
}

impl<T, E> ViaAny for &Probe<'_, Result<T, E>> {
    fn failure(&self) -> Option<Failure> {
        self.0.as_ref().err().map(|_| Failure::of::<E>("error"))
    }
}

/// Everything else never fails.
pub trait NotAResult {
    /// Always `None`.
    fn failure(&self) -> Option<Failure>;
}

impl<T> NotAResult for Probe<'_, T> {
    fn failure(&self) -> Option<Failure> {
        None
    }
}

/// Ties the type of a function's body to the type it returns, without naming it: the macro writes
/// `if false { return returns.never(); }`, so inference has the type before it reads the body.
#[derive(Debug)]
pub struct Returns<R>(PhantomData<fn() -> R>);

impl<R> Returns<R> {
    /// Some type, to be inferred.
    #[expect(clippy::new_without_default, reason = "only the macro makes one")]
    pub fn new() -> Self {
        Self(PhantomData)
    }

    /// Never called.
    pub fn never(&self) -> R {
        unreachable!("stands behind `if false`")
    }

    /// Runs the body.
    pub fn call(&self, body: impl FnOnce() -> R) -> R {
        body()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Silent;
    #[derive(Debug)]
    struct DebugOnly;

    #[test]
    #[allow(
        clippy::needless_borrow,
        reason = "the macro writes the same for every type"
    )]
    fn the_best_text_there_is() {
        let text = |failure: Option<Failure>| failure.map(|failure| failure.message().to_owned());
        let displayed: Result<(), String> = Err("no such unit".into());
        let debugged: Result<(), DebugOnly> = Err(DebugOnly);
        let silent: Result<(), Silent> = Err(Silent);
        let fine: Result<u8, String> = Ok(1);
        assert_eq!(
            text((&&&&Probe(&displayed)).failure()).as_deref(),
            Some("no such unit")
        );
        assert_eq!(
            text((&&&&Probe(&debugged)).failure()).as_deref(),
            Some("DebugOnly")
        );
        assert_eq!(
            text((&&&&Probe(&silent)).failure()).as_deref(),
            Some("error")
        );
        assert_eq!(text((&&&&Probe(&fine)).failure()), None);
        assert_eq!(text((&&&&Probe(&7)).failure()), None);
    }
}
