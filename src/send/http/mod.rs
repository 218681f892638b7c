//! The HTTP client: it posts stored records as they are, within one limit of time.
//!
//! No redirect is followed, no proxy is taken unless it was asked for, nothing is sent in the clear
//! where https was asked for, and a socket opens only when there is something to send.

mod body;
mod clock;
mod connection;
mod der;
mod failure;
mod pem;
mod resolver;
mod room;
mod tls;
mod trust;
#[cfg(test)]
mod within;

pub(crate) use body::LARGE;
// For fuzzing alone.
#[cfg(feature = "testing")]
pub(crate) use self::{
    der::{common_name, signed, usages},
    pem::certificates,
};

use std::cell::Cell;
use std::io::Read;
use std::sync::OnceLock;
use std::time::{Duration, Instant, SystemTime};

use ureq::http::{HeaderName, HeaderValue, Response, Uri};
use ureq::unversioned::transport::{ConnectProxyConnector, Connector};
use ureq::{Agent, Body, Proxy, SendBody};

use super::receiver::{
    Compression, ReceiverAnswer, ReceiverOptions, UnusableReceiver, Verdict, basic_authorization,
    redacted, traces_url,
};
use clock::Clock;
use connection::Tcp;
use resolver::Names;
use room::Length;
use tls::Tls;

/// Posts records to one receiver until its deadline.
#[derive(Debug)]
pub(crate) struct Exporter {
    agent: Agent,
    url: Uri,
    headers: Vec<(HeaderName, HeaderValue)>,
    clock: Clock,
    length: Length,
    deadline: Instant,
    timeout: Option<Duration>,
    compression: Cell<Compression>,
    /// Whether a body was posted which shows how fast the network is.
    is_measured: Cell<bool>,
}

impl Exporter {
    /// Prepares for a receiver. `endpoint` is its URL without `/v1/traces`, unless `options` say that it is
    /// whole; `certificates` are the CAs to trust, as PEM. From here on the time counts.
    pub(crate) fn new(
        endpoint: &str,
        certificates: Option<&str>,
        options: &ReceiverOptions,
        budget: Duration,
    ) -> Result<Self, UnusableReceiver> {
        let deadline = Instant::now() + budget;
        let url = traces_url(endpoint, options.exact)?;
        let is_https = url.scheme_str() == Some("https");
        if is_https && certificates.is_none() && options.system_roots.is_empty() {
            return Err(UnusableReceiver::NoCertificates(redacted(endpoint)));
        }
        let proxy = options.proxy.as_deref().map(proxy).transpose()?;
        let (clock, length) = (Clock::new(deadline), Length::default());
        let configuration = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(proxy)
            .user_agent(concat!("charm-tracing/", env!("CARGO_PKG_VERSION")))
            .build();
        // Each does its part: a tunnel where there is a proxy, else a connection, and TLS on either.
        let connector = ()
            .chain(ConnectProxyConnector::default())
            .chain(Tcp {
                clock: clock.clone(),
                length: length.clone(),
            })
            .chain(Tls {
                clock: clock.clone(),
                length: length.clone(),
                certificates: certificates.map(str::to_owned),
                options: options.clone(),
                configuration: OnceLock::new(),
            });
        Ok(Self {
            agent: Agent::with_parts(configuration, connector, Names(clock.clone())),
            headers: headers(&url, options),
            url,
            clock,
            length,
            deadline,
            timeout: options.timeout,
            compression: Cell::new(options.compression),
            is_measured: Cell::new(false),
        })
    }

    /// The receiver as messages may name it: without user, password and query.
    pub(crate) fn receiver(&self) -> String {
        redacted(&self.url.to_string())
    }

    /// Whether a large request is compressed, and so held in memory, by now.
    pub(crate) fn compresses(&self) -> bool {
        self.compression.get() != Compression::Off
    }

    /// Posts one encoded request of `length` bytes, read while it is sent.
    pub(crate) fn send(&self, body: &mut dyn Read, length: u64) -> Verdict {
        if self.deadline <= Instant::now() {
            return Verdict::later("the time for this dispatch is over");
        }
        if !body::pays(length, self.compression.get(), self.is_measured.get()) {
            let (verdict, took) = self.post(body, length, None);
            self.judge(length, &verdict, body::is_faster_plain(took, length));
            return verdict;
        }
        let begun = Instant::now();
        let compressed = match body::compressed(body, length) {
            Ok(compressed) => compressed,
            Err(error) => {
                return Verdict::later(format!("cannot read what is to be sent: {error}"));
            }
        };
        let (compressing, shorter) = (begun.elapsed(), compressed.len() as u64);
        let (verdict, took) = self.post(&mut compressed.as_slice(), shorter, Some("gzip"));
        let plainly = body::time_of_plain(took, shorter, length);
        self.judge(length, &verdict, plainly < compressing);
        match verdict {
            // It does not take this media type, and may mean the compression. So do the requests to come.
            Verdict::Never { status: 415, .. } => {
                self.compression.set(Compression::Off);
                self.post(&mut body::plain(&compressed), length, None).0
            }
            verdict => verdict,
        }
    }

    /// The longest line of a request's head, in bytes: ureq writes a line at once or not at all.
    fn longest_line(&self) -> u64 {
        let line = |(name, value): &(HeaderName, HeaderValue)| name.as_str().len() + value.len();
        let headers = self.headers.iter().map(line).max().unwrap_or_default();
        let url = self
            .url
            .path_and_query()
            .map_or(0, |path| path.as_str().len());
        // And what a line has beside that: a method, a version, a colon.
        headers.max(url) as u64 + 32
    }

    /// Gives up compression where it is slower than the network. An answer that is no 2xx shows nothing
    /// of that: it may have come before the whole body was there.
    fn judge(&self, length: u64, verdict: &Verdict, is_faster_plain: bool) {
        if body::is_measurable(length) {
            self.is_measured.set(true);
        }
        let is_sent = matches!(verdict, Verdict::Sent(_));
        if is_sent && is_faster_plain && self.compression.get() == Compression::Large {
            self.compression.set(Compression::Off);
        }
    }

    /// Posts one body, and returns how long the network had it until the answer was read.
    fn post(
        &self,
        body: &mut dyn Read,
        length: u64,
        encoding: Option<&str>,
    ) -> (Verdict, Duration) {
        let limit = self.timeout.map(|timeout| Instant::now() + timeout);
        self.clock
            .begin(limit.map_or(self.deadline, |limit| limit.min(self.deadline)));
        self.length.set(length.max(self.longest_line()));
        let mut request = self
            .agent
            .post(&self.url)
            .content_type("application/x-protobuf")
            .header("content-length", length.to_string());
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        if let Some(encoding) = encoding {
            request = request.header("content-encoding", encoding);
        }
        let mut body = body::Exactly::new(body, length);
        let verdict = match request.send(SendBody::from_reader(&mut body)) {
            Ok(response) if self.clock.was_cut_short() && response.status().is_success() => {
                Verdict::later("it closed the connection before it had read the whole request")
            }
            Ok(response) => verdict(response),
            Err(error) => Verdict::later(failure::explain(&error, self.clock.phase())),
        };
        // A body that nobody asked for says nothing good of the network.
        (verdict, body.on_its_way().unwrap_or(Duration::MAX))
    }
}

fn verdict(mut response: Response<Body>) -> Verdict {
    // What is not read cannot be followed by another request on this connection. An answer is a few
    // bytes; 64 KiB is more than any receiver has to say.
    let body = response.body_mut().with_config().limit(64 * 1024);
    let body = body.read_to_vec().unwrap_or_default();
    let header = |name: &str| response.headers().get(name)?.to_str().ok();
    let answer = ReceiverAnswer {
        status: response.status().as_u16(),
        retry_after: header("retry-after"),
        content_type: header("content-type"),
        body: &body,
    };
    Verdict::of(&answer, SystemTime::now())
}

fn proxy(url: &str) -> Result<Proxy, UnusableReceiver> {
    let refused = |_| UnusableReceiver::Proxy(redacted(url));
    let proxy = Proxy::new(url).map_err(refused)?;
    match proxy.protocol() {
        ureq::ProxyProtocol::Http | ureq::ProxyProtocol::Https => Ok(proxy),
        _ => Err(UnusableReceiver::Proxy(redacted(url))),
    }
}

/// The headers that the receiver's owner wants. One that cannot be sent is left out, and so are those
/// that say how the body is to be read, since that is not theirs to say.
fn headers(url: &Uri, options: &ReceiverOptions) -> Vec<(HeaderName, HeaderValue)> {
    let ours = [
        "content-length",
        "content-type",
        "content-encoding",
        "transfer-encoding",
        "host",
    ];
    let wanted = options.headers.iter().filter_map(|(name, value)| {
        let name = HeaderName::try_from(name.as_str()).ok()?;
        let value = HeaderValue::try_from(value.as_str()).ok()?;
        (!ours.contains(&name.as_str())).then_some((name, value))
    });
    let mut headers: Vec<_> = wanted.collect();
    if !headers.iter().any(|(name, _)| name == "authorization") {
        let authorization = basic_authorization(url);
        let authorization = authorization.and_then(|value| HeaderValue::try_from(value).ok());
        headers
            .extend(authorization.map(|value| (HeaderName::from_static("authorization"), value)));
    }
    headers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_without_a_ca_is_not_tried() {
        let budget = Duration::from_secs(1);
        let error = Exporter::new(
            "https://tempo:4318",
            None,
            &ReceiverOptions::default(),
            budget,
        );
        assert_eq!(
            error.unwrap_err(),
            UnusableReceiver::NoCertificates("https://tempo:4318".to_owned())
        );
    }

    #[test]
    fn headers_that_cannot_or_must_not_be_sent_are_left_out() {
        let url: Uri = "http://me:secret@tempo/v1/traces".parse().unwrap();
        let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let options = ReceiverOptions {
            headers: vec![
                header("X-Scope-OrgID", "charms"),
                header("two words", "x"),
                header("line", "a\nb"),
                header("Content-Length", "5"),
                header("Host", "elsewhere"),
            ],
            ..ReceiverOptions::default()
        };
        let names = |options: &ReceiverOptions| {
            let headers = headers(&url, options);
            let names = headers.iter().map(|(name, _)| name.to_string());
            names.collect::<Vec<_>>()
        };
        assert_eq!(names(&options), ["x-scope-orgid", "authorization"]);
        let own = ReceiverOptions {
            headers: vec![header("Authorization", "Bearer token")],
            ..ReceiverOptions::default()
        };
        assert_eq!(names(&own), ["authorization"]);
    }

    #[test]
    fn only_http_proxies() {
        assert!(proxy("http://me:pw@squid:3128").is_ok());
        for url in ["socks5://me:pw@squid:1080", "http://", ""] {
            assert!(proxy(url).is_err(), "{url}");
        }
    }
}
