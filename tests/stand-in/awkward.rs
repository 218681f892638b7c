//! A charm whose hooks end in every way a process can, on the `minimal` fixture.

#![allow(
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "that is what is tested"
)]

use std::process::ExitCode;
use std::time::Duration;

use charm_tracing::opentelemetry::trace::{Span, Tracer};
use charm_tracing::opentelemetry::{KeyValue, global};
use charm_tracing::{Juju, Lifecycle, Settings, traced};

charm_tracing::include_charm!("minimal");

pub(crate) fn dispatch() -> ExitCode {
    if std::env::var_os("CHOSEN_PROVIDER").is_some() {
        install_useless_cryptography();
    }
    let code = settings().run(on_event);
    if std::env::var_os("TELL_MEMORY").is_some() {
        // The most memory that this process has had, for the test that compares two.
        let _ = std::fs::copy("/proc/self/status", "memory");
    }
    code
}

/// What an author would write into the source; a test chooses it for one dispatch.
pub(crate) fn settings() -> Settings {
    let chosen = |name: &str| std::env::var(format!("CHOSEN_{name}")).ok();
    let mut settings = charm_tracing::charm()
        .network_budget(Duration::from_millis(300))
        .system_roots(chosen("SYSTEM_ROOTS").is_some())
        .proxies(chosen("PROXIES").is_some());
    if let Some(url) = chosen("ENDPOINT") {
        settings = settings.endpoint(url);
    }
    if let Some(file) = chosen("SERVER_CERT") {
        settings = settings.server_cert(file);
    }
    if let Some(name) = chosen("SERVICE_NAME") {
        settings = settings.service_name(name);
    }
    if let Some(file) = chosen("BUFFER_PATH") {
        settings = settings.buffer_path(file);
    }
    if let Some(Ok(dispatches)) = chosen("BUFFER_MAX_EVENTS").map(|number| number.parse()) {
        settings = settings.buffer_max_events(dispatches);
    }
    if let Some(Ok(mib)) = chosen("BUFFER_MAX_SIZE_MIB").map(|number| number.parse()) {
        settings = settings.buffer_max_size_mib(mib);
    }
    if let Some(Ok(ms)) = chosen("NETWORK_BUDGET_MS").map(|number| number.parse()) {
        settings = settings.network_budget(Duration::from_millis(ms));
    }
    settings
}

/// What a binary has whose other crates have chosen cryptography for the whole process: here one that can
/// do nothing.
fn install_useless_cryptography() {
    let mut provider = rustls::crypto::ring::default_provider();
    provider.cipher_suites.clear();
    provider.kx_groups.clear();
    assert!(provider.install_default().is_ok(), "another was first");
}

fn on_event(event: Event, juju: &Juju) -> Result<(), String> {
    match event {
        Event::Lifecycle(Lifecycle::Install) => outer(),
        Event::Lifecycle(Lifecycle::Start) => panicking(3),
        Event::Lifecycle(Lifecycle::ConfigChanged) => {
            println!("on standard output");
            eprintln!("on standard error");
            handled()
        }
        Event::Lifecycle(Lifecycle::Stop) => by_hand(),
        Event::Lifecycle(Lifecycle::LeaderElected) => oversized(),
        Event::Lifecycle(Lifecycle::UpgradeCharm) => many(),
        Event::Lifecycle(Lifecycle::Remove) => long_winded(),
        Event::Unknown(path) => juju
            .juju_log(charm_tracing::LogLevel::Info, &format!("unknown: {path:?}"))
            .map_err(|error| error.to_string()),
        _ => Ok(()),
    }
}

traced! {
    fn outer() -> Result<(), String> {
        inner()?;
        Ok(())
    }

    fn inner() -> Result<(), String> {
        Err("the disk is full".to_owned())
    }

    fn panicking(items: usize) -> Result<(), String> {
        let list = vec![0; items];
        traced!("last item", items = items, { assert!(list.len() > items, "no item {items}") });
        Ok(())
    }

    fn handled() -> Result<(), String> {
        let first = inner();
        let second = traced!("second try", { Err::<(), _>("the disk is gone") });
        (first.is_err() && second.is_err()).then_some(()).ok_or_else(String::new)
    }

    /// Spans of some 12 MiB in all, of which the last fails and the hook does not.
    fn oversized() -> Result<(), String> {
        for number in 0..120 {
            traced!("large", number = number, {
                // The longest value that is kept, and as many as make 100 KiB.
                for part in 0..50 {
                    charm_tracing::set_attribute(format!("part {part}"), "x".repeat(2 << 10));
                }
            });
        }
        let failed = inner();
        failed.is_err().then_some(()).ok_or_else(String::new)
    }

    /// More spans than a dispatch may have, of which the last fails and the hook does not.
    fn many() -> Result<(), String> {
        for number in 0..6_000 {
            traced!("one of many", number = number, {});
        }
        let failed = inner();
        failed.is_err().then_some(()).ok_or_else(String::new)
    }

    /// Values longer than a backend keeps, of characters of three bytes.
    fn long_winded() -> Result<(), String> {
        let long = "\u{20ac}".repeat(1_000);
        charm_tracing::set_attribute("long", long.clone());
        charm_tracing::trace::span_event("told", [KeyValue::new("long", long)]);
        Ok(())
    }

    /// A span of another crate that uses OpenTelemetry's API, inside one of ours.
    fn by_hand() -> Result<(), String> {
        let mut span = global::tracer("another-library").start("by hand");
        span.end();
        Ok(())
    }
}
