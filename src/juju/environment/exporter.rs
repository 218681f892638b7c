//! The variables that say where traces go and how: Juju's, OpenTelemetry's, and those of proxies and CAs.
//!
//! They are read with the others and used by one place only, which decides what counts.

use std::fmt;
use std::path::PathBuf;

/// What the environment says about receivers of traces. In [`Environment`](crate::juju::Environment).
///
/// Where OpenTelemetry has a variable for everything and one for traces, the one for traces counts. Every
/// field is `None` when the variables are missing or empty.
///
/// ```
/// use charm_tracing::juju::Environment;
///
/// let environment = Environment::from_pairs([
///     ("OTEL_EXPORTER_OTLP_COMPRESSION", "none"),
///     ("OTEL_EXPORTER_OTLP_TRACES_COMPRESSION", "gzip"),
///     ("OTEL_EXPORTER_OTLP_TIMEOUT", ""),
/// ]);
/// assert_eq!(environment.exporter.compression.as_deref(), Some("gzip"));
/// assert_eq!(environment.exporter.timeout, None);
/// ```
///
/// Printed for debugging it shows nothing: headers, URLs and proxies have passwords in them.
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExporterVariables {
    /// `JUJU_CHARM_TRACE_CONFIG_HTTP`: the receiver that the model has for its charms; Juju 4.
    pub juju_http: Option<String>,
    /// `JUJU_CHARM_TRACE_CONFIG_GRPC`: the same for gRPC, which this crate does not speak.
    pub juju_grpc: Option<String>,
    /// `JUJU_CHARM_TRACE_CONFIG_CA_CERT`: the CAs of both, as PEM.
    pub juju_ca_cert: Option<String>,
    /// `OTEL_EXPORTER_OTLP_ENDPOINT`: `v1/traces` is joined to it.
    pub endpoint: Option<String>,
    /// `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`: used as it is.
    pub traces_endpoint: Option<String>,
    /// `OTEL_EXPORTER_OTLP_HEADERS`: `name=value` pairs with commas between them, values percent-encoded.
    pub headers: Option<String>,
    /// `OTEL_EXPORTER_OTLP_TIMEOUT`: milliseconds for one request.
    pub timeout: Option<String>,
    /// `OTEL_EXPORTER_OTLP_COMPRESSION`: `gzip` or `none`.
    pub compression: Option<String>,
    /// `OTEL_EXPORTER_OTLP_CERTIFICATE`: a PEM file with CAs.
    pub certificate: Option<PathBuf>,
    /// `OTEL_EXPORTER_OTLP_CLIENT_KEY`: a PEM file.
    pub client_key: Option<PathBuf>,
    /// `OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE`: a PEM file with the certificate of that key, and its chain.
    pub client_certificate: Option<PathBuf>,
    /// `OTEL_EXPORTER_OTLP_PROTOCOL`: `http/protobuf`, `http/json` or `grpc`.
    pub protocol: Option<String>,
    /// `OTEL_TRACES_EXPORTER`: names with commas between them, such as `otlp` and `none`.
    pub traces_exporter: Option<String>,
    /// `HTTP_PROXY`, `http_proxy` or `JUJU_CHARM_HTTP_PROXY`: the proxy for http.
    pub http_proxy: Option<String>,
    /// `HTTPS_PROXY`, `https_proxy` or `JUJU_CHARM_HTTPS_PROXY`: the proxy for https.
    pub https_proxy: Option<String>,
    /// `NO_PROXY`, `no_proxy` or `JUJU_CHARM_NO_PROXY`: hosts that are reached without, commas between them.
    pub no_proxy: Option<String>,
    /// `SSL_CERT_FILE`: the system's CAs, where they are not in the usual place.
    pub ssl_cert_file: Option<PathBuf>,
    /// `SSL_CERT_DIR`: folders of such files, colons between them.
    pub ssl_cert_dir: Option<String>,
}

impl fmt::Debug for ExporterVariables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExporterVariables").finish_non_exhaustive()
    }
}

impl ExporterVariables {
    pub(super) fn from_lookup(text: &dyn Fn(&str) -> Option<String>) -> Self {
        let otlp = |name: &str| {
            text(&format!("OTEL_EXPORTER_OTLP_TRACES_{name}"))
                .or_else(|| text(&format!("OTEL_EXPORTER_OTLP_{name}")))
        };
        let first = |names: [&str; 3]| names.into_iter().find_map(text);
        Self {
            juju_http: text("JUJU_CHARM_TRACE_CONFIG_HTTP"),
            juju_grpc: text("JUJU_CHARM_TRACE_CONFIG_GRPC"),
            juju_ca_cert: text("JUJU_CHARM_TRACE_CONFIG_CA_CERT"),
            endpoint: text("OTEL_EXPORTER_OTLP_ENDPOINT"),
            traces_endpoint: text("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"),
            headers: otlp("HEADERS"),
            timeout: otlp("TIMEOUT"),
            compression: otlp("COMPRESSION"),
            certificate: otlp("CERTIFICATE").map(PathBuf::from),
            client_key: otlp("CLIENT_KEY").map(PathBuf::from),
            client_certificate: otlp("CLIENT_CERTIFICATE").map(PathBuf::from),
            protocol: otlp("PROTOCOL"),
            traces_exporter: text("OTEL_TRACES_EXPORTER"),
            http_proxy: first(["HTTP_PROXY", "http_proxy", "JUJU_CHARM_HTTP_PROXY"]),
            https_proxy: first(["HTTPS_PROXY", "https_proxy", "JUJU_CHARM_HTTPS_PROXY"]),
            no_proxy: first(["NO_PROXY", "no_proxy", "JUJU_CHARM_NO_PROXY"]),
            ssl_cert_file: text("SSL_CERT_FILE").map(PathBuf::from),
            ssl_cert_dir: text("SSL_CERT_DIR"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_value_is_printed() {
        let variables = ExporterVariables::from_lookup(&|_| Some("secret".to_owned()));
        assert_eq!(format!("{variables:?}"), "ExporterVariables { .. }");
    }

    #[test]
    fn the_form_for_traces_counts_and_an_empty_one_does_not() {
        for name in [
            "HEADERS",
            "TIMEOUT",
            "COMPRESSION",
            "CERTIFICATE",
            "CLIENT_KEY",
            "CLIENT_CERTIFICATE",
            "PROTOCOL",
        ] {
            let read = |general: &str, traces: &str| {
                let variables = ExporterVariables::from_lookup(&|asked| {
                    let of_traces = format!("OTEL_EXPORTER_OTLP_TRACES_{name}");
                    let value = match asked {
                        asked if asked == of_traces => traces,
                        asked if asked == format!("OTEL_EXPORTER_OTLP_{name}") => general,
                        _ => "",
                    };
                    Some(value.to_owned()).filter(|value| !value.is_empty())
                });
                let path = |path: Option<PathBuf>| path.map(|path| path.display().to_string());
                variables
                    .headers
                    .or(variables.timeout)
                    .or(variables.compression)
                    .or(variables.protocol)
                    .or(path(variables.certificate))
                    .or(path(variables.client_key))
                    .or(path(variables.client_certificate))
            };
            assert_eq!(read("a", "b").as_deref(), Some("b"), "{name}");
            assert_eq!(read("a", "").as_deref(), Some("a"), "{name}");
            assert_eq!(read("", ""), None, "{name}");
        }
    }
}
