//! The network, all of it: stored records leave as they are, inside one budget.
//!
//! No redirect is followed, no proxy is taken from the environment, nothing is sent in the clear
//! where https was asked for, and a socket opens only when there is something to send.

mod tls;
mod verdict;

pub(crate) use verdict::Verdict;

use std::fmt;
use std::io::Read;
use std::time::{Duration, Instant, SystemTime};

use ureq::{Agent, SendBody};

use verdict::Answer;

/// Posts records to one receiver until its deadline.
#[derive(Debug)]
pub(crate) struct Exporter {
    agent: Agent,
    url: String,
    deadline: Instant,
}

/// Why a receiver cannot even be tried.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum ExportError {
    Endpoint(String),
    NoCertificates(String),
    Certificates(String),
}

impl fmt::Display for ExportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Endpoint(url) => {
                write!(
                    f,
                    "the endpoint {url} is not an http:// or https:// URL; OTLP over HTTP needs one"
                )
            }
            Self::NoCertificates(url) => {
                write!(
                    f,
                    "the endpoint {url} is https and no CA certificate is known; relate the charm's certificate endpoint"
                )
            }
            Self::Certificates(problem) => {
                write!(f, "the CA certificates cannot be used: {problem}")
            }
        }
    }
}

impl std::error::Error for ExportError {}

impl Exporter {
    /// Prepares for a receiver. `endpoint` is its URL without `/v1/traces`; `certificates` are the CAs
    /// to trust, as PEM.
    pub(crate) fn new(
        endpoint: &str,
        certificates: Option<&str>,
        budget: Duration,
    ) -> Result<Self, ExportError> {
        let deadline = Instant::now() + budget;
        let url = traces_url(endpoint)?;
        let mut config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .user_agent(concat!("charm-tracing/", env!("CARGO_PKG_VERSION")));
        if url.starts_with("https:") {
            let pem =
                certificates.ok_or_else(|| ExportError::NoCertificates(redacted(endpoint)))?;
            config = config.tls_config(tls::trusting(pem).map_err(ExportError::Certificates)?);
        }
        Ok(Self {
            agent: config.build().new_agent(),
            url,
            deadline,
        })
    }

    /// The receiver as messages may name it: without user and password.
    pub(crate) fn receiver(&self) -> String {
        redacted(&self.url)
    }

    /// Posts one encoded request of `length` bytes, read while it is sent.
    pub(crate) fn send(&self, body: &mut dyn Read, length: u64) -> Verdict {
        let left = self.deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Verdict::later("the time for this dispatch is over");
        }
        let answer = self
            .agent
            .post(&self.url)
            .config()
            .timeout_global(Some(left))
            .build()
            .content_type("application/x-protobuf")
            .header("content-length", length.to_string())
            .send(SendBody::from_reader(body));
        match answer {
            Ok(mut response) => {
                // What is not read cannot be followed by another request on this connection. An answer
                // is a few bytes; 64 KiB is more than any receiver has to say.
                let body = response.body_mut().with_config().limit(64 * 1024);
                let body = body.read_to_vec().unwrap_or_default();
                let header = |name: &str| response.headers().get(name)?.to_str().ok();
                let answer = Answer {
                    status: response.status().as_u16(),
                    retry_after: header("retry-after"),
                    content_type: header("content-type"),
                    body: &body,
                };
                Verdict::of(&answer, SystemTime::now())
            }
            Err(error) => Verdict::later(error.to_string()),
        }
    }
}

/// Joins `v1/traces` to an endpoint with or without a path and a trailing slash.
fn traces_url(endpoint: &str) -> Result<String, ExportError> {
    let endpoint = endpoint.trim();
    let lower = endpoint.to_ascii_lowercase();
    let host = lower
        .strip_prefix("http://")
        .or_else(|| lower.strip_prefix("https://"));
    if host.is_none_or(|host| host.is_empty() || host.starts_with('/')) {
        return Err(ExportError::Endpoint(redacted(endpoint)));
    }
    Ok(format!("{}/v1/traces", endpoint.trim_end_matches('/')))
}

fn redacted(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    let authority = rest.split('/').next().unwrap_or(rest);
    match authority.rsplit_once('@') {
        Some((userinfo, _)) => format!(
            "{scheme}://{}",
            rest.get(userinfo.len() + 1..).unwrap_or_default()
        ),
        None => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints() {
        for (endpoint, url) in [
            ("http://tempo:4318", Ok("http://tempo:4318/v1/traces")),
            ("http://tempo:4318/", Ok("http://tempo:4318/v1/traces")),
            (
                "https://[::1]:4318/proxy/otlp_http/",
                Ok("https://[::1]:4318/proxy/otlp_http/v1/traces"),
            ),
            ("tempo:4317", Err("tempo:4317")),
            ("grpc://tempo:4317", Err("grpc://tempo:4317")),
            ("ftp://me:pw@tempo", Err("ftp://tempo")),
            ("http://", Err("http://")),
            ("", Err("")),
        ] {
            let expected = url
                .map(str::to_owned)
                .map_err(|url| ExportError::Endpoint(url.to_owned()));
            assert_eq!(traces_url(endpoint), expected, "{endpoint}");
        }
    }

    #[test]
    fn user_and_password_are_not_told() {
        assert_eq!(
            redacted("https://me:p%40w@tempo:4318/v1/traces"),
            "https://tempo:4318/v1/traces"
        );
        assert_eq!(redacted("https://tempo/a@b"), "https://tempo/a@b");
    }

    #[test]
    fn https_without_a_ca_is_not_tried() {
        let error = Exporter::new("https://tempo:4318", None, Duration::from_secs(1)).unwrap_err();
        assert_eq!(
            error,
            ExportError::NoCertificates("https://tempo:4318".to_owned())
        );
    }
}
