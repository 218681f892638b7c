//! Where traces go: the author's endpoint, else the relation's, else the environment's.
//!
//! The relation is asked only in dispatches that can change its answer. Between them its offer is in the state
//! file, so that an ordinary dispatch starts no hook tool for tracing.

mod variables;

use std::path::Path;

use crate::juju::Juju;
use crate::juju::charm::{Charm, Dispatch};
use crate::juju::environment::{Environment, ExporterVariables};
use crate::juju::event::Lifecycle;
use crate::juju::hook::Hook;
use crate::juju::relations::{
    CertificateTransferRequirer, Protocol, TracingEndpointRequirer, TracingError,
};
use crate::send::receiver::{OtlpReceiver, ReceiverOptions};
use crate::settings::Settings;
use crate::store::regular_file;

/// What the relation offers, as one dispatch leaves it for the next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RelationOffer {
    /// Whether the relation has ever been asked.
    pub(crate) asked: bool,
    /// The receiver that it offers.
    pub(crate) receiver: Option<OtlpReceiver>,
}

/// Asks the relations again where this dispatch can change what they say.
///
/// An error of a hook tool leaves what is remembered: the relation may be on its way in or out, and
/// the hook that says so will come.
pub(crate) fn refresh<C: Charm>(dispatch: &Dispatch<'_>, offer: &mut RelationOffer) {
    let Some(endpoint) = C::TRACING_ENDPOINT else {
        return;
    };
    let hook = dispatch.hook();
    if hook.is_restricted() || !changes_destination::<C>(hook, offer) {
        return;
    }
    if let Ok(found) = ask(dispatch.juju(), endpoint, C::CERTIFICATES_ENDPOINT) {
        offer.asked = true;
        offer.receiver = found;
    }
}

fn changes_destination<C: Charm>(hook: Hook<'_>, offer: &RelationOffer) -> bool {
    match hook {
        Hook::Relation(endpoint, _) => {
            !offer.asked
                || [C::TRACING_ENDPOINT, C::CERTIFICATES_ENDPOINT].contains(&Some(endpoint))
        }
        // A pod that was replaced, a new revision with another endpoint, a leader that has to ask.
        Hook::Lifecycle(Lifecycle::Start | Lifecycle::UpgradeCharm | Lifecycle::LeaderElected) => {
            true
        }
        _ => !offer.asked,
    }
}

fn ask(
    juju: &Juju,
    endpoint: &str,
    certificates: Option<&str>,
) -> Result<Option<OtlpReceiver>, TracingError> {
    let requirer = TracingEndpointRequirer::serving(juju, endpoint, &[Protocol::OtlpHttp]);
    requirer.ask_everywhere()?;
    let authorities = certificates.map(|name| CertificateTransferRequirer::serving(juju, name));
    if let Some(authorities) = &authorities {
        authorities.publish_version()?;
    }
    let mut url = None;
    for relation in requirer.relations()? {
        url = requirer
            .get_endpoint_on(&relation, Protocol::OtlpHttp)?
            .filter(|url| !url.is_empty());
        if url.is_some() {
            break;
        }
    }
    let Some(url) = url else { return Ok(None) };
    let certificates = match authorities {
        Some(authorities) if variables::is_https(&url) => {
            let found = authorities.certificates()?;
            (!found.is_empty()).then(|| found.into_iter().collect::<Vec<_>>().join("\n"))
        }
        _ => None,
    };
    Ok(Some(OtlpReceiver {
        url,
        certificates,
        options: ReceiverOptions::default(),
    }))
}

/// The receiver of this dispatch: the author's word, else the relation's, else what Juju 4 gives every
/// charm of its model, else OpenTelemetry's variables.
///
/// # Errors
///
/// When a CA file that was named cannot be read, and where the only receiver speaks what this crate does
/// not.
pub(crate) fn choose(
    settings: &Settings,
    environment: &Environment,
    offer: &RelationOffer,
) -> Result<Option<OtlpReceiver>, String> {
    let variables = &environment.exporter;
    let exporters = variables.traces_exporter.as_deref().unwrap_or("otlp");
    let mut exporters = exporters.split(',').map(str::trim);
    if !exporters.any(|exporter| exporter == "otlp") {
        return Ok(None);
    }
    let (url, exact) = if let Some(url) = &settings.endpoint {
        (url, false)
    } else if let Some(relation) = &offer.receiver {
        let options = variables::options(settings, variables, &relation.url);
        let certificates = relation.certificates.clone();
        return complete(settings, variables, &relation.url, certificates, options).map(Some);
    } else if let Some(url) = &variables.juju_http {
        let options = variables::options(settings, variables, url);
        let certificates = variables.juju_ca_cert.clone();
        return complete(settings, variables, url, certificates, options).map(Some);
    } else if let Some(url) = &variables.traces_endpoint {
        (url, true)
    } else if let Some(url) = &variables.endpoint {
        (url, false)
    } else if variables.juju_grpc.is_some() {
        return Err(
            "the model offers its charms a receiver for gRPC only (JUJU_CHARM_TRACE_CONFIG_GRPC); \
                    traces go over OTLP/HTTP, so it needs an http endpoint too"
                .to_owned(),
        );
    } else {
        return Ok(None);
    };
    let is_grpc = variables.protocol.as_deref().map(str::trim) == Some("grpc");
    if is_grpc && settings.endpoint.is_none() {
        return Err(
            "OTEL_EXPORTER_OTLP_PROTOCOL asks for grpc; traces go over OTLP/HTTP, so set it to \
                    http/protobuf and the endpoint to that port"
                .to_owned(),
        );
    }
    // OpenTelemetry's variables are set by a charm's author, or by a person who runs the charm by hand.
    let headers = variables.headers.as_deref().unwrap_or_default();
    let options = ReceiverOptions {
        exact,
        headers: variables::headers(headers),
        ..variables::options(settings, variables, url)
    };
    complete(settings, variables, url, None, options).map(Some)
}

/// Adds the CAs: the author's, else what came with the URL, else OpenTelemetry's.
fn complete(
    settings: &Settings,
    variables: &ExporterVariables,
    url: &str,
    certificates: Option<String>,
    options: ReceiverOptions,
) -> Result<OtlpReceiver, String> {
    let read = |file: &Path| {
        regular_file::read(file)
            .map_err(|error| format!("cannot read the CA file {}: {error}", file.display()))
    };
    let certificates = match (&settings.server_cert, certificates, &variables.certificate) {
        (Some(file), _, _) => Some(read(file)?),
        (None, Some(came), _) => Some(came),
        (None, None, Some(file)) if variables::is_https(url) => Some(read(file)?),
        (None, None, _) => None,
    };
    Ok(OtlpReceiver {
        url: url.to_owned(),
        certificates,
        options,
    })
}
