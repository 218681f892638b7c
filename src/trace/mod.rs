//! What is recorded: spans, their failures, and their encoding as OTLP.
//!
//! Spans are OpenTelemetry's. This room has what a process that lives for one dispatch needs around them: where
//! finished spans gather, how a span is opened and closed on the current thread, and what a failure looks like.

mod call_site;
pub(crate) mod codec;
pub mod command;
mod context;
mod current;
mod cut;
mod early_encoding;
mod emit;
mod encode;
mod failure;
mod future;
mod held;
mod open;
mod packed;
mod probe;
mod record;
mod recorder;
mod site;
mod span;
pub(crate) mod time;
pub(crate) mod traced;
mod tracer;
#[cfg(feature = "tracing")]
mod tracing_layer;

#[doc(hidden)]
pub use call_site::CallSite;
#[cfg(feature = "tracing")]
pub(crate) use context::with_current;
pub(crate) use context::{encode_early, flush, note};
#[cfg(feature = "tracing")]
pub(crate) use current::tracer_of;
pub use current::{
    CurrentSpan, Disabled, carry, charm_tracing_disabled, get_current_span, is_enabled,
    set_attribute, span_event, tracer,
};
pub(crate) use early_encoding::{Finished, encode};
pub use emit::emit;
#[doc(hidden)]
pub use failure::Failure;
use failure::text_of;
pub(crate) use failure::{install_panic_hook, last_panic, without_panic_output};
#[doc(hidden)]
pub use future::Following;
pub(crate) use held::SpanObserver;
#[doc(hidden)]
pub use packed::{Packed, PackedValue};
#[doc(hidden)]
pub use probe::{
    Never, NotAResult, Probe, Returns, ViaAny, ViaDebug, ViaDisplay, ViaError, ViaErrorInside,
    ViaSendErrorInside,
};
pub(crate) use record::{SpanRecord, scope};
pub(crate) use recorder::Recorder;
pub(crate) use site::Known;
#[doc(hidden)]
pub use site::Site;
pub(crate) use span::SpanOptions;
#[doc(hidden)]
pub use span::{Block, Span};
pub(crate) use tracer::install;
#[cfg(feature = "tracing")]
pub use tracing_layer::tracing_layer;
