//! The recorder in OpenTelemetry's current `Context`. It is there instead of in a global, so a thread or a
//! test without one records nothing and pays one look-up.

use opentelemetry::trace::TraceContextExt;
use opentelemetry::{Context, KeyValue};

use super::early_encoding::{FEWEST, MOST};
use super::recorder::Recorder;

thread_local! {
    /// There as long as the thread has a current context. Thread-local values are dropped in the reverse
    /// of the order in which they were made, and this one is made after the context.
    static HERE: Here = Context::map_current(|_| Here);
}

struct Here;

impl Drop for Here {
    fn drop(&mut self) {}
}

/// Looks at the current context; `None` where the thread has none any more, which is in the destructor of
/// a thread-local value of the charm's that is older. To ask for the context there is a panic that ends
/// the process.
#[inline]
pub(crate) fn with_current<R>(look: impl FnOnce(&Context) -> R) -> Option<R> {
    HERE.try_with(|_| Context::map_current(look)).ok()
}

/// What has been recorded so far is in the journal when this returns, where there is one: what comes
/// next may be the last thing that this process does.
pub(crate) fn flush() {
    with_current(|current| {
        if let Some(recorder) = current.get::<Recorder>() {
            recorder.flush();
        }
    });
}

/// Adds an event to the span that is current here, if there is one.
pub(crate) fn note(name: &'static str, attributes: Vec<KeyValue>) {
    with_current(|current| current.span().add_event(name, attributes));
}

/// Encodes what the current dispatch has finished, if that is worth it. To be called while another
/// process works.
pub(crate) fn encode_early() {
    // A hook tool in a destructor: a second panic could end the process.
    if std::thread::panicking() {
        return;
    }
    let recorder = with_current(|current| current.get::<Recorder>().copied());
    if let Some(recorder) = recorder.flatten() {
        recorder.encode_early(FEWEST..=MOST);
    }
}

/// Whether spans opened in this context reach a dispatch's trace.
#[inline]
pub(super) fn records(context: &Context) -> bool {
    !context.is_telemetry_suppressed() && has_recorder(context)
}

/// Apart, so that what every traced call does is short enough to stand where it is called.
#[inline(never)]
fn has_recorder(context: &Context) -> bool {
    context.get::<Recorder>().is_some()
}
