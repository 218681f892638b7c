//! A charm whose `main` runs on tokio: a dispatch is the same there as without.
//!
//! This program is the test and, started by the simulated Juju, the charm. A program of the package cannot be
//! the charm, since only tests see what only tests need.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that panics has failed, as it should"
)]

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use charm_tracing::testing::{Answer, Sink, Unit};
use charm_tracing::{Juju, traced};

charm_tracing::include_charm!("minimal");

fn main() -> ExitCode {
    if let Some(code) = charm_tracing::testing::hook_tool() {
        return code;
    }
    if std::env::var_os("JUJU_DISPATCH_PATH").is_some() {
        return charm();
    }
    for flavour in ["one thread", "many threads", "a thread for blocking"] {
        http_and_https(flavour);
        a_silent_receiver(flavour);
    }
    ExitCode::SUCCESS
}

/// What an author does who needs tokio for something else.
fn charm() -> ExitCode {
    let flavour = std::env::var("FLAVOUR").unwrap();
    let runtime = match flavour.as_str() {
        "one thread" => tokio::runtime::Builder::new_current_thread().build(),
        _ => tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .build(),
    };
    runtime.unwrap().block_on(async move {
        let dispatch = || {
            charm_tracing::charm()
                .endpoint(std::env::var("ENDPOINT").unwrap())
                .server_cert(std::env::var("SERVER_CERT").unwrap())
                .network_budget(Duration::from_millis(
                    std::env::var("BUDGET_MS").unwrap().parse().unwrap(),
                ))
                .run(on_event)
        };
        if flavour == "a thread for blocking" {
            tokio::task::spawn_blocking(dispatch).await.unwrap()
        } else {
            dispatch()
        }
    })
}

fn on_event(_: Event, juju: &Juju) -> Result<(), charm_tracing::Error> {
    work();
    juju.status_set(charm_tracing::Status::active())
}

traced! {
    fn work() {
        // Being inside a runtime is what other clients panic at.
        assert!(tokio::runtime::Handle::try_current().is_ok());
    }
}

fn unit(flavour: &str, endpoint: &str, ca: &str, budget: &str) -> Unit {
    let program = std::env::current_exe().unwrap();
    let mut unit = Unit::new("minimal/0", program).unwrap();
    let file = unit.charm_dir().join("ca.pem");
    std::fs::write(&file, ca).unwrap();
    for (name, value) in [
        ("FLAVOUR", flavour),
        ("ENDPOINT", endpoint),
        ("BUDGET_MS", budget),
    ] {
        unit.set_env(name, value);
    }
    unit.set_env("SERVER_CERT", file);
    unit
}

const TREE: &str = "\
minimal/0: update-status event
    event: update_status
        - update_status
        function call: work
        status-set
";

fn http_and_https(flavour: &str) {
    let server = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).unwrap();
    let key = rustls::pki_types::PrivatePkcs8KeyDer::from(server.signing_key.serialize_der());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let configuration = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![server.cert.der().clone()], key.into())
        .unwrap();
    for sink in [
        Sink::http().unwrap(),
        Sink::https(Arc::new(configuration)).unwrap(),
    ] {
        let mut unit = unit(flavour, &sink.endpoint(), &server.cert.pem(), "20000");
        let run = unit.hook("update-status").unwrap();
        assert_eq!(
            (run.exit_code, run.stderr.as_str()),
            (Some(0), ""),
            "{flavour}"
        );
        assert_eq!(sink.tree(), TREE, "{flavour}");
        assert_eq!(unit.buffered().unwrap().len(), 0);
    }
}

fn a_silent_receiver(flavour: &str) {
    let sink = Sink::http().unwrap();
    sink.answer_with(Answer::Hang);
    let mut unit = unit(flavour, &sink.endpoint(), "", "100");
    let run = unit.hook("update-status").unwrap();
    assert_eq!(
        (run.exit_code, run.stderr.as_str()),
        (Some(0), ""),
        "{flavour}"
    );
    assert!(
        run.log[0].message.contains("did not answer in time"),
        "{}",
        run.log[0]
    );
    assert_eq!(unit.buffered().unwrap().len(), 1);
}
