//! Whether a block failed, from its value, for any type and without a bound on the user.
//!
//! Method look-up takes references off the receiver one by one, so `(&&&&&&&&Probe(&value)).failure()`
//! finds the first of these that fits: nothing at all; a `Result` whose error is an `Error`, holds one (`Box<dyn
//! Error>`, with or without `Send + Sync`), can be displayed, can be debugged; any `Result`; anything.
//! In a function generic over the error type only what its bounds say is known to fit. The compiler
//! chooses; nothing happens at run time.

use std::error::Error;
use std::fmt::{Debug, Display};
use std::future::Future;
use std::marker::PhantomData;

use super::Failure;

/// A value to look at.
#[derive(Debug)]
pub struct Probe<'a, T>(pub &'a T);

/// What a function returns: `!`, of one that does not, has no other name in stable Rust.
pub trait FnOutput {
    /// The type.
    type Is;
}

impl<R> FnOutput for fn() -> R {
    type Is = R;
}

/// What never comes to be. First of all, so that a block which ends in `return`, `break` or a panic, and
/// whose type is therefore free, is none of the others.
pub trait Never {
    /// Never called.
    fn failure(&self) -> Option<Failure>;
}

impl Never for &&&&&&&Probe<'_, <fn() -> ! as FnOutput>::Is> {
    fn failure(&self) -> Option<Failure> {
        None
    }
}

/// A `Result` whose error has causes.
pub trait ViaError {
    /// The failure, if the value is one.
    fn failure(&self) -> Option<Failure>;
}

impl<T, E: Error> ViaError for &&&&&&Probe<'_, Result<T, E>> {
    fn failure(&self) -> Option<Failure> {
        let error = self.0.as_ref().err()?;
        Some(Failure::of::<E>(error).caused_by(error.source()))
    }
}

/// A `Result` whose error is a box around one.
pub trait ViaErrorInside {
    /// The failure, if the value is one.
    fn failure(&self) -> Option<Failure>;
}

impl<'e, T, E: Display + AsRef<dyn Error + 'e>> ViaErrorInside for &&&&&Probe<'_, Result<T, E>> {
    fn failure(&self) -> Option<Failure> {
        let error = self.0.as_ref().err()?;
        Some(Failure::of::<E>(error).caused_by(error.as_ref().source()))
    }
}

/// A `Result` whose error is a box around one that may change threads.
pub trait ViaSendErrorInside {
    /// The failure, if the value is one.
    fn failure(&self) -> Option<Failure>;
}

impl<'e, T, E: Display + AsRef<dyn Error + Send + Sync + 'e>> ViaSendErrorInside
    for &&&&Probe<'_, Result<T, E>>
{
    fn failure(&self) -> Option<Failure> {
        let error = self.0.as_ref().err()?;
        Some(Failure::of::<E>(error).caused_by(error.as_ref().source()))
    }
}

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

    /// The body of an `async fn`.
    pub fn future<F: Future<Output = R>>(&self, body: F) -> F {
        body
    }

    /// The value of a block that is not a function's body.
    pub fn same(&self, value: R) -> R {
        value
    }

    /// Runs the body.
    pub fn call(&self, body: impl FnOnce() -> R) -> R {
        body()
    }
}

#[cfg(test)]
#[allow(
    clippy::needless_borrow,
    reason = "the macro writes the same for every type"
)]
mod tests {
    use super::*;

    struct Silent;
    #[derive(Debug)]
    struct DebugOnly;

    #[derive(Debug)]
    struct Outer(std::fmt::Error);
    impl Display for Outer {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("outer")
        }
    }
    impl Error for Outer {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(&self.0)
        }
    }

    #[test]
    fn the_best_text_there_is() {
        let text = |failure: Option<Failure>| failure.map(|failure| failure.message().to_owned());
        let displayed: Result<(), String> = Err("no such unit".into());
        let debugged: Result<(), DebugOnly> = Err(DebugOnly);
        let silent: Result<(), Silent> = Err(Silent);
        let fine: Result<u8, String> = Ok(1);
        for (failure, expected) in [
            ((&&&&&&&Probe(&displayed)).failure(), Some("no such unit")),
            ((&&&&&&&Probe(&debugged)).failure(), Some("DebugOnly")),
            ((&&&&&&&Probe(&silent)).failure(), Some("error")),
            ((&&&&&&&Probe(&fine)).failure(), None),
            ((&&&&&&&Probe(&7)).failure(), None),
        ] {
            assert_eq!(text(failure).as_deref(), expected);
        }
    }

    #[test]
    fn causes_of_errors_and_of_boxed_errors() {
        let chain = |failure: Option<Failure>| failure.map(|failure| failure.chain());
        let plain: Result<(), Outer> = Err(Outer(std::fmt::Error));
        let boxed: Result<(), Box<dyn Error>> = Err(Box::new(Outer(std::fmt::Error)));
        let sent: Result<(), Box<dyn Error + Send + Sync>> = Err(Box::new(Outer(std::fmt::Error)));
        let expected = format!("outer\ncaused by: {}", std::fmt::Error);
        for failure in [
            (&&&&&&&Probe(&plain)).failure(),
            (&&&&&&&Probe(&boxed)).failure(),
            (&&&&&&&Probe(&sent)).failure(),
        ] {
            assert_eq!(chain(failure).as_deref(), Some(expected.as_str()));
        }
    }
}
