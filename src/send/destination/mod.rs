//! Where traces go: what the author said, else what the relation says, else what the environment does.
//!
//! The relation is asked only in dispatches that can change its answer; in between it is remembered
//! in a small file in the charm's directory, so that an ordinary dispatch starts no hook tool for tracing.

mod variables;

use std::fs;
use std::io;
use std::path::Path;
use std::time::SystemTime;

use opentelemetry::KeyValue;
use serde_json::{Value, json};

use crate::juju::Juju;
use crate::juju::charm::Charm;
use crate::juju::environment::{Environment, ExporterVariables};
use crate::juju::event::Lifecycle;
use crate::juju::hook::Hook;
use crate::juju::relations::{
    CertificateTransferRequirer, Protocol, TracingEndpointRequirer, TracingError,
};
use crate::send::backoff::Breaker;
use crate::send::http::Options;
use crate::settings::Settings;
use crate::store::crc32::crc32;
use crate::store::regular_file;
use crate::trace::time::signed;

/// A receiver: its URL without `/v1/traces`, and the CAs to trust for https.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Destination {
    pub(crate) url: String,
    pub(crate) certificates: Option<String>,
    /// Not remembered: each dispatch has its own settings and variables.
    pub(crate) options: Options,
}

/// What one dispatch leaves for the next, beside its traces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Memory {
    /// Whether the relation has ever been asked.
    pub(crate) asked: bool,
    /// What it said.
    pub(crate) relation: Option<Destination>,
    /// Why nothing could be sent last time, once it has been told in the log.
    pub(crate) failing: Option<String>,
    /// What the log has been told about the author's settings.
    pub(crate) complaint: Option<String>,
    /// What the log has been told about the journal.
    pub(crate) journal: Option<String>,
    /// The receiver that failed last, until it answers.
    pub(crate) breaker: Option<Breaker>,
    /// Whether the log has been told that the receiver refuses what it is sent.
    pub(crate) refusing: bool,
    /// Spans that receivers left out of what they took, until a root tells them.
    pub(crate) rejected_spans: u64,
}

impl Destination {
    /// A number that changes with whatever changes where or how traces are sent.
    pub(crate) fn fingerprint(&self) -> u32 {
        crc32(&[format!("{self:?}").as_bytes()])
    }
}

impl Memory {
    /// Reads the file; whatever is wrong with it counts as nothing remembered.
    pub(crate) fn load(file: &Path) -> Self {
        let text = regular_file::read(file).unwrap_or_default();
        let saved: Value = serde_json::from_str(&text).unwrap_or_default();
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let relation = saved.get("destination").and_then(|destination| {
            let url = destination.get("url").and_then(text)?;
            Some(Destination {
                url,
                certificates: destination.get("certificates").and_then(text),
                options: Options::default(),
            })
        });
        Self {
            asked: saved
                .get("asked")
                .and_then(Value::as_bool)
                .unwrap_or_default(),
            relation,
            failing: saved.get("failing").and_then(text),
            complaint: saved.get("complaint").and_then(text),
            journal: saved.get("journal").and_then(text),
            breaker: saved.get("breaker").and_then(Breaker::load),
            refusing: saved.get("refusing").and_then(Value::as_bool) == Some(true),
            rejected_spans: saved
                .get("rejected_spans")
                .and_then(Value::as_u64)
                .unwrap_or_default(),
        }
    }

    /// What the root span says of the delivery before it: the failures of a receiver that has not
    /// answered since, and the spans that one left out, which are told once.
    pub(crate) fn tell(&mut self) -> Vec<KeyValue> {
        let mut told = Vec::new();
        if let Some(cause) = &self.failing {
            told.push(KeyValue::new("charm.tracing.failing", cause.clone()));
        }
        if let Some(breaker) = &self.breaker {
            let failures = i64::from(breaker.failures);
            told.push(KeyValue::new("charm.tracing.failures", failures));
            let left = breaker.left(SystemTime::now()).unwrap_or_default();
            let left = signed(left.as_secs());
            told.push(KeyValue::new("charm.tracing.next_try_seconds", left));
        }
        let rejected = std::mem::take(&mut self.rejected_spans);
        if rejected > 0 {
            let rejected = signed(rejected);
            told.push(KeyValue::new("charm.tracing.rejected_spans", rejected));
        }
        told
    }

    /// Replaces the file in one step: a reader sees the old one or the new one. On a full disk it is
    /// overwritten where it stands, so that what was told is not told by every dispatch.
    pub(crate) fn save(&self, file: &Path) -> io::Result<()> {
        let destination = self
            .relation
            .as_ref()
            .map(|relation| json!({ "url": relation.url, "certificates": relation.certificates }));
        let saved = json!({
            "asked": self.asked,
            "destination": destination,
            "failing": self.failing,
            "complaint": self.complaint,
            "journal": self.journal,
            "breaker": self.breaker.as_ref().map(Breaker::save),
            "refusing": self.refusing,
            "rejected_spans": self.rejected_spans,
        });
        let saved = saved.to_string();
        let new = file.with_extension("new");
        regular_file::replace(file, &new, &saved).or_else(|_| {
            let _ = fs::remove_file(&new);
            regular_file::overwrite(file, &saved)
        })
    }
}

/// Asks the relations again where this dispatch can change what they say.
///
/// An error of a hook tool leaves what is remembered: the relation may be on its way in or out, and
/// the hook that says so will come.
pub(crate) fn refresh<C: Charm>(juju: &Juju, environment: &Environment, memory: &mut Memory) {
    let Some(endpoint) = C::TRACING_ENDPOINT else {
        return;
    };
    if environment.is_restricted() || !changes_destination::<C>(environment, memory) {
        return;
    }
    if let Ok(found) = ask(juju, endpoint, C::CERTIFICATES_ENDPOINT) {
        memory.asked = true;
        memory.relation = found;
    }
}

fn changes_destination<C: Charm>(environment: &Environment, memory: &Memory) -> bool {
    let path = environment.dispatch_path.as_deref().unwrap_or_default();
    match Hook::parse(path) {
        Hook::Relation(endpoint, _) => {
            !memory.asked
                || [C::TRACING_ENDPOINT, C::CERTIFICATES_ENDPOINT].contains(&Some(endpoint))
        }
        // A pod that was replaced, a new revision with another endpoint, a leader that has to ask.
        Hook::Lifecycle(Lifecycle::Start | Lifecycle::UpgradeCharm | Lifecycle::LeaderElected) => {
            true
        }
        _ => !memory.asked,
    }
}

fn ask(
    juju: &Juju,
    endpoint: &str,
    certificates: Option<&str>,
) -> Result<Option<Destination>, TracingError> {
    let requirer = TracingEndpointRequirer::serving(juju, endpoint, &[Protocol::OtlpHttp]);
    requirer.ask_everywhere()?;
    let authorities = certificates.map(|name| CertificateTransferRequirer::serving(juju, name));
    if let Some(authorities) = &authorities {
        authorities.tell_version()?;
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
    Ok(Some(Destination {
        url,
        certificates,
        options: Options::default(),
    }))
}

/// The receiver of this dispatch: the author's word, else the relation's, else what Juju 4 tells every
/// charm of its model, else OpenTelemetry's variables.
///
/// # Errors
///
/// When a CA file that was named cannot be read, and where the only receiver speaks what this crate does
/// not.
pub(crate) fn choose(
    settings: &Settings,
    environment: &Environment,
    memory: &Memory,
) -> Result<Option<Destination>, String> {
    let variables = &environment.exporter;
    let exporters = variables.traces_exporter.as_deref().unwrap_or("otlp");
    let mut exporters = exporters.split(',').map(str::trim);
    if !exporters.any(|exporter| exporter == "otlp") {
        return Ok(None);
    }
    let (url, exact) = if let Some(url) = &settings.endpoint {
        (url, false)
    } else if let Some(relation) = &memory.relation {
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
    // Whoever sets OpenTelemetry's variables for a charm is who writes it or runs it by hand.
    let headers = variables.headers.as_deref().unwrap_or_default();
    let options = Options {
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
    options: Options,
) -> Result<Destination, String> {
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
    Ok(Destination {
        url: url.to_owned(),
        certificates,
        options,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn remembered_as_saved_and_private() {
        use std::os::unix::fs::PermissionsExt;
        let directory =
            std::env::temp_dir().join(format!("charm-tracing-memory-{}", std::process::id()));
        fs::create_dir_all(&directory).unwrap();
        let file = directory.join(".charm-tracing.state");
        let memory = Memory {
            asked: true,
            relation: Some(Destination {
                url: "https://tempo:4318".into(),
                certificates: Some("PEM\n".into()),
                options: Options::default(),
            }),
            failing: Some("refused".into()),
            complaint: Some("too small".into()),
            journal: Some("full".into()),
            breaker: Some(Breaker::after(
                None,
                7,
                SystemTime::now(),
                None,
                Duration::ZERO,
            )),
            refusing: true,
            rejected_spans: 3,
        };
        memory.save(&file).unwrap();
        assert_eq!(Memory::load(&file), memory);
        assert_eq!(
            fs::metadata(&file).unwrap().permissions().mode() & 0o777,
            0o600
        );
        for garbage in ["", "{", "[]", r#"{"asked": 3, "destination": {"url": 4}}"#] {
            fs::write(&file, garbage).unwrap();
            assert_eq!(Memory::load(&file), Memory::default(), "{garbage}");
        }
        fs::remove_dir_all(&directory).unwrap();
    }
}
