//! A relation's offer as an exporter takes it: a URL, and for https the CAs to trust.

use std::path::PathBuf;

use crate::juju::LogLevel;
use crate::juju::relations::{Protocol, TracingEndpointRequirer, TracingError};

/// The CA certificates to trust for https.
///
/// The Python library takes the path of a file; here the PEM itself will do, as
/// [`CertificateTransferRequirer`](crate::relations::CertificateTransferRequirer) gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ServerCert {
    /// A file in PEM form.
    File(PathBuf),
    /// The PEM itself, one or several certificates.
    Pem(String),
}

/// Where to send traces to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TracingConfig {
    /// The URL for OTLP over HTTP, without `/v1/traces`; `None` while there is none to be used.
    pub endpoint: Option<String>,
    /// Whom to trust, for https; `None` otherwise.
    pub server_cert: Option<ServerCert>,
}

/// The endpoint for OTLP over HTTP, and the certificates for it if it is https.
///
/// While the provider has not answered, or an https endpoint has no certificate to go with it (which is
/// logged), both are `None`: nothing is ever sent in clear to an endpoint that is https.
///
/// ```no_run
/// # use charm_tracing::relations::{TracingEndpointRequirer, TracingError};
/// # fn configure(requirer: &TracingEndpointRequirer) -> Result<(), TracingError> {
/// use charm_tracing::relations::{ServerCert, charm_tracing_config};
///
/// let cert = ServerCert::File("/usr/local/share/ca-certificates/tempo.crt".into());
/// let config = charm_tracing_config(requirer, Some(&cert))?;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// When the metadata allows several relations, the provider has answered without `otlp_http` and nobody
/// has asked for it, or a hook tool fails.
pub fn charm_tracing_config(
    requirer: &TracingEndpointRequirer,
    cert: Option<&ServerCert>,
) -> Result<TracingConfig, TracingError> {
    if !requirer.is_ready()? {
        return Ok(TracingConfig::default());
    }
    let Some(endpoint) = requirer.get_endpoint(Protocol::OtlpHttp)? else {
        return Ok(TracingConfig::default());
    };
    let scheme = endpoint.trim_start().split(':').next();
    if !scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case("https")) {
        return Ok(TracingConfig {
            endpoint: Some(endpoint),
            server_cert: None,
        });
    }
    let usable = cert.filter(|cert| match cert {
        ServerCert::File(path) => path.exists(),
        ServerCert::Pem(pem) => !pem.trim().is_empty(),
    });
    let Some(cert) = usable else {
        let line = "the tracing endpoint is https and there is no CA certificate for it: \
                    relate a provider of certificates, or name a file that is there";
        // The log is a courtesy; what is returned is the answer.
        let _ = requirer.juju().juju_log(LogLevel::Error, line);
        return Ok(TracingConfig::default());
    };
    Ok(TracingConfig {
        endpoint: Some(endpoint),
        server_cert: Some(cert.clone()),
    })
}
