//! The relation libraries, used by hand as a charm uses them for another endpoint than its own.

use charm_tracing::juju::declared::{Endpoint, Role, Scope};
use charm_tracing::{
    Juju,
    relations::{
        CertificateTransferRequirer, Protocol, ServerCert, TracingEndpointProvider,
        TracingEndpointRequirer, charm_tracing_config,
    },
};

use super::{Exercise, given, relation_event, show};

const TRACING: Endpoint = Endpoint {
    name: "tracing",
    interface: "tracing",
    role: Role::Requires,
    limit: Some(1),
    scope: Scope::Global,
    optional: true,
};

pub(super) fn exercise(name: &str) -> Option<Exercise> {
    Some(match name {
        "requirer" => requirer,
        "requirer-several" => requirer_several,
        "requirer-wrong" => requirer_wrong,
        "request" => request,
        "config-of-tracing" => config_of_tracing,
        "provider" => provider,
        "certificates" => certificates,
        _ => return None,
    })
}

/// The protocols that the test names, by comma.
fn protocols() -> Vec<Protocol> {
    let names = given("PROTOCOLS");
    names.split(',').filter_map(Protocol::parse).collect()
}

fn requirer(juju: &Juju) {
    let requirer = match TracingEndpointRequirer::new(juju, &TRACING, &protocols()) {
        Ok(requirer) => requirer,
        Err(error) => return println!("! {error}"),
    };
    show(requirer.is_ready());
    show(
        requirer
            .get_all_endpoints()
            .map(|all| all.map(|all| all.len())),
    );
    for protocol in [Protocol::OtlpHttp, Protocol::OtlpGrpc] {
        show(requirer.get_endpoint(protocol));
    }
    if let Some(event) = relation_event(juju) {
        show(requirer.change(&event));
    }
}

fn requirer_several(juju: &Juju) {
    let several = Endpoint {
        limit: None,
        ..TRACING
    };
    let requirer = match TracingEndpointRequirer::new(juju, &several, &protocols()) {
        Ok(requirer) => requirer,
        Err(error) => return println!("! {error}"),
    };
    show(requirer.is_ready());
    show(requirer.get_endpoint(Protocol::OtlpHttp));
    for relation in requirer.relations().unwrap_or_default() {
        show(requirer.is_ready_on(&relation));
        show(requirer.get_endpoint_on(&relation, Protocol::OtlpHttp));
    }
}

fn requirer_wrong(juju: &Juju) {
    for wrong in [
        Endpoint {
            interface: "loki_push_api",
            ..TRACING
        },
        Endpoint {
            role: Role::Provides,
            ..TRACING
        },
    ] {
        show(TracingEndpointRequirer::new(juju, &wrong, &[]).map(drop));
    }
    show(TracingEndpointProvider::new(juju, &TRACING).map(drop));
    show(CertificateTransferRequirer::new(juju, &TRACING).map(drop));
}

fn request(juju: &Juju) {
    let mut requirer = match TracingEndpointRequirer::new(juju, &TRACING, &[]) {
        Ok(requirer) => requirer,
        Err(error) => return println!("! {error}"),
    };
    show(requirer.request_protocols(&[]));
    show(requirer.request_protocols(&protocols()));
    show(requirer.get_endpoint(Protocol::OtlpHttp));
}

fn config_of_tracing(juju: &Juju) {
    let requirer = match TracingEndpointRequirer::new(juju, &TRACING, &protocols()) {
        Ok(requirer) => requirer,
        Err(error) => return println!("! {error}"),
    };
    let there = ServerCert::File("dispatch".into());
    let missing = ServerCert::File("/nowhere/ca.pem".into());
    let pem = ServerCert::Pem("-----BEGIN CERTIFICATE-----".into());
    for cert in [None, Some(&missing), Some(&there), Some(&pem)] {
        show(charm_tracing_config(&requirer, cert));
    }
}

fn provider(juju: &Juju) {
    let endpoint = Endpoint {
        role: Role::Provides,
        limit: None,
        ..TRACING
    };
    let provider = match TracingEndpointProvider::new(juju, &endpoint) {
        Ok(provider) => provider,
        Err(error) => return println!("! {error}"),
    };
    show(provider.requested_protocols());
    if let Some(event) = relation_event(juju) {
        show(provider.change(&event));
    }
    let host = given("HOST");
    let http = format!("{host}:4318");
    let grpc = format!("{}:4317", host.rsplit('/').next().unwrap_or_default());
    show(provider.publish_receivers(&[(Protocol::OtlpHttp, &http), (Protocol::OtlpGrpc, &grpc)]));
}

fn certificates(juju: &Juju) {
    let endpoint = Endpoint {
        name: "receive-ca-cert",
        interface: "certificate_transfer",
        ..TRACING
    };
    let requirer = match CertificateTransferRequirer::new(juju, &endpoint) {
        Ok(requirer) => requirer,
        Err(error) => return println!("! {error}"),
    };
    let name = |pem: &String| pem.lines().nth(1).unwrap_or_default().to_owned();
    show(
        requirer
            .certificates()
            .map(|all| all.iter().map(name).collect::<Vec<_>>()),
    );
    if let Some(event) = relation_event(juju) {
        let change = requirer.change(&event);
        show(
            change.map(|change| {
                change.map(|change| format!("{change:?}").replace("CERTIFICATE", "C"))
            }),
        );
    }
}
