//! Events of a charm's own making. The Python library gives each emission a span around its handlers,
//! nested where it is emitted; so does this. There are no observers: the handlers are a closure.

use std::fmt::Display;

use opentelemetry::trace::Event;

use crate::trace::{Failure, Span, SpanOptions};

/// Emits an event of the charm's own: runs its handlers in a span `event: <name>`, which has a span
/// event of that name, as Juju's events do. Gives back what the handlers come to; an `Err` marks the
/// span as a failed function's.
///
/// ```
/// fn announce(port: u16) -> Result<(), String> {
///     (port > 0).then_some(()).ok_or_else(|| "no port".to_owned())
/// }
///
/// assert_eq!(charm_tracing::trace::emit("ingress_ready", || announce(80)), Ok(()));
/// ```
pub fn emit<T, E: Display>(name: &str, handlers: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    let span = Span::enter(format!("event: {name}"), || SpanOptions {
        events: vec![Event::with_name(name.to_owned())],
        ..SpanOptions::default()
    });
    let result = handlers();
    if let Err(error) = &result {
        span.fail(&Failure::of::<E>(error));
    }
    result
}
