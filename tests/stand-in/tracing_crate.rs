//! A charm that uses the `tracing` crate beside `traced!`, on the `minimal` fixture.

use std::process::ExitCode;

use charm_tracing::opentelemetry::global;
use charm_tracing::opentelemetry::trace::Tracer;
use charm_tracing::{Juju, traced};
use tracing_subscriber::layer::SubscriberExt;

charm_tracing::include_charm!("minimal");

pub(crate) fn dispatch() -> ExitCode {
    let subscriber = tracing_subscriber::registry().with(charm_tracing::trace::tracing_layer());
    tracing::subscriber::with_default(subscriber, || {
        tracing::info_span!("before the dispatch").in_scope(|| {});
        charm_tracing::run(on_event)
    })
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "the signature is the dispatch's, not the test's"
)]
fn on_event(_event: Event, _juju: &Juju) -> Result<(), String> {
    ours(1);
    let off = charm_tracing::trace::charm_tracing_disabled();
    tracing::info_span!("while off").in_scope(|| tracing::info!("not recorded"));
    drop(off);
    tracing::info!("in the handler");
    Ok(())
}

traced! {
    fn ours(n: u64) {
        tracing::info!(n, "on ours");
        tracing::info_span!("theirs", pages = n).in_scope(|| {
            tracing::warn!(shown = %n, "on theirs");
            ours_again();
            global::tracer("another").in_span("by hand", |_| ());
        });
    }

    fn ours_again() {
        tracing::error!("on ours again");
        tracing::info_span!("theirs again").in_scope(|| {});
    }
}
