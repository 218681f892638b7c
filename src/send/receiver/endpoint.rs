//! The URL of a receiver: what is joined to it, and what messages may show of it.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;
use ureq::http::Uri;

/// The path that OTLP's specification gives traces.
const TRACES: &str = "/v1/traces";

/// Why no request can be sent to a receiver.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum UnusableReceiver {
    Endpoint(String),
    NoCertificates(String),
    Proxy(String),
}

impl fmt::Display for UnusableReceiver {
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
            Self::Proxy(url) => {
                write!(
                    f,
                    "the proxy {url} is not the URL of an HTTP proxy; correct it, or turn proxies off"
                )
            }
        }
    }
}

impl std::error::Error for UnusableReceiver {}

/// The URL that traces are posted to: the endpoint's with `/v1/traces` after its path, or the endpoint's
/// own if it is `exact` or ends so already.
pub(crate) fn traces_url(endpoint: &str, exact: bool) -> Result<Uri, UnusableReceiver> {
    let endpoint = endpoint.trim();
    let refused = || UnusableReceiver::Endpoint(redacted(endpoint));
    let (scheme, _) = endpoint.split_once("://").ok_or_else(refused)?;
    if !["http", "https"].contains(&scheme.to_ascii_lowercase().as_str()) {
        return Err(refused());
    }
    // A fragment is for browsers, and no part of a request.
    let endpoint = endpoint.split('#').next().unwrap_or_default();
    let (before, query) = match endpoint.split_once('?') {
        Some((before, query)) => (before, format!("?{query}")),
        None => (endpoint, String::new()),
    };
    let url = if exact {
        endpoint.to_owned()
    } else {
        let base = before.trim_end_matches('/');
        let base = base.strip_suffix(TRACES).unwrap_or(base);
        format!("{base}{TRACES}{query}")
    };
    let url: Uri = url.parse().map_err(|_| refused())?;
    let has_host = url.host().is_some_and(|host| !host.is_empty());
    if has_host && has_sound_port(&url) {
        Ok(url)
    } else {
        Err(refused())
    }
}

/// Whether the port, if there is one, is a number. `Uri` takes what is none for no port.
fn has_sound_port(url: &Uri) -> bool {
    let authority = url.authority().map_or("", |authority| authority.as_str());
    let (_, host) = split_user(authority);
    let after_address = host.rsplit_once(']').map_or(host, |(_, rest)| rest);
    match after_address.split_once(':') {
        Some((_, port)) => port.parse::<u16>().is_ok_and(|port| port > 0),
        None => true,
    }
}

/// User and password of a URL as a header: HTTP's basic scheme, percent signs decoded, as curl does.
pub(crate) fn basic_authorization(url: &Uri) -> Option<String> {
    let (user_and_password, _) = split_user(url.authority()?.as_str());
    let (user, password) = match user_and_password?.split_once(':') {
        Some((user, password)) => (user, password),
        None => (user_and_password?, ""),
    };
    let mut plain: Vec<u8> = percent_decode_str(user).collect();
    plain.push(b':');
    plain.extend(percent_decode_str(password));
    Some(format!("Basic {}", STANDARD.encode(plain)))
}

fn split_user(authority: &str) -> (Option<&str>, &str) {
    match authority.rsplit_once('@') {
        Some((user, host)) => (Some(user), host),
        None => (None, authority),
    }
}

/// Whether what looks like host and port may be the user and half a password, in which `/`, `?` or `#`
/// should have been percent-encoded.
fn may_begin_with_a_password(rest: &str) -> bool {
    let (authority, after) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let after_address = authority
        .rsplit_once(']')
        .map_or(authority, |(_, port)| port);
    let Some((_, port)) = after_address.split_once(':') else {
        return false;
    };
    let path = after.split(['?', '#']).next().unwrap_or_default();
    path.contains('@') || (after.contains('@') && port.parse::<u16>().is_err())
}

/// A URL as messages may name it: without user, password and query.
pub(crate) fn redacted(url: &str) -> String {
    let is_scheme = |text: &str| text.chars().all(|char| char.is_ascii_alphanumeric());
    let (scheme, rest) = match url.split_once("://") {
        Some((scheme, rest)) if is_scheme(scheme) => (format!("{scheme}://"), rest),
        _ => (String::new(), url),
    };
    if may_begin_with_a_password(rest) {
        return format!("{scheme}...");
    }
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let (authority, path) = match rest.find('/') {
        Some(slash) => rest.split_at(slash),
        None => (rest, ""),
    };
    let (_, host) = split_user(authority);
    format!("{scheme}{host}{path}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints() {
        for (endpoint, url) in [
            ("http://tempo:4318", Ok("http://tempo:4318/v1/traces")),
            ("http://tempo:4318/", Ok("http://tempo:4318/v1/traces")),
            (" http://tempo:4318\n", Ok("http://tempo:4318/v1/traces")),
            ("HTTP://Tempo", Ok("http://Tempo/v1/traces")),
            ("https://tempo", Ok("https://tempo/v1/traces")),
            (
                "https://[::1]:4318/proxy/otlp_http/",
                Ok("https://[::1]:4318/proxy/otlp_http/v1/traces"),
            ),
            ("http://tempo/v1/traces", Ok("http://tempo/v1/traces")),
            ("http://tempo/v1/traces/", Ok("http://tempo/v1/traces")),
            (
                "http://me:pw@tempo:1/a",
                Ok("http://me:pw@tempo:1/a/v1/traces"),
            ),
            (
                "http://tempo/in?key=1#top",
                Ok("http://tempo/in/v1/traces?key=1"),
            ),
            ("tempo:4317", Err("tempo:4317")),
            ("me:pw@tempo:4317", Err("tempo:4317")),
            ("tempo", Err("tempo")),
            ("grpc://tempo:4317", Err("grpc://tempo:4317")),
            ("ftp://me:pw@tempo", Err("ftp://tempo")),
            ("http:/tempo", Err("http:/tempo")),
            ("http://", Err("http://")),
            ("http:///v1/traces", Err("http:///v1/traces")),
            ("http://tempo:port", Err("http://tempo:port")),
            ("http://tempo:0", Err("http://tempo:0")),
            ("http://tempo:99999", Err("http://tempo:99999")),
            ("http://two words", Err("http://two words")),
            ("http://[::1", Err("http://[::1")),
            ("", Err("")),
        ] {
            let expected = url
                .map(str::to_owned)
                .map_err(|url| UnusableReceiver::Endpoint(url.to_owned()));
            let joined = traces_url(endpoint, false).map(|url| url.to_string());
            assert_eq!(joined, expected, "{endpoint}");
        }
    }

    #[test]
    fn user_and_password_become_basic_authorization() {
        for (url, expected) in [
            ("http://me:p%40w@tempo/v1/traces", Some("Basic bWU6cEB3")),
            ("http://me@tempo/v1/traces", Some("Basic bWU6")),
            ("http://tempo/v1/traces", None),
        ] {
            let header = basic_authorization(&url.parse().unwrap());
            assert_eq!(header.as_deref(), expected, "{url}");
        }
    }

    #[test]
    fn an_exact_url_is_taken_as_it_is() {
        for (endpoint, url) in [
            ("http://tempo:4318", "http://tempo:4318/"),
            ("http://tempo:4318/", "http://tempo:4318/"),
            (
                "http://tempo/insert/opentelemetry/v1/traces",
                "http://tempo/insert/opentelemetry/v1/traces",
            ),
            ("https://tempo/a/?b=c", "https://tempo/a/?b=c"),
        ] {
            assert_eq!(traces_url(endpoint, true).unwrap().to_string(), url);
        }
    }

    #[test]
    fn user_password_and_query_are_not_printed() {
        for (url, shown) in [
            (
                "https://me:p%40w@tempo:4318/v1/traces",
                "https://tempo:4318/v1/traces",
            ),
            ("https://tempo/a@b?token=1", "https://tempo/a@b"),
            ("me:p@w@tempo:4317", "tempo:4317"),
            // What has to be percent-encoded in a password and was not.
            ("https://me:p/w@tempo:4318", "https://..."),
            ("https://me:1/w@tempo:4318", "https://..."),
            ("https://me:p?w@tempo:4318/a", "https://..."),
            ("https://me:p#w@tempo:4318", "https://..."),
            ("https://me:p@w/w@tempo:4318", "https://..."),
            ("http:/me:pw@tempo", "..."),
            ("me:p/w@tempo:4317", "..."),
            ("me:p://w@tempo:4317", "..."),
            (
                "https://tempo:4318/a?mail=me@host&b=/c",
                "https://tempo:4318/a",
            ),
            ("https://[::1]:4318/a?b=c@d", "https://[::1]:4318/a"),
        ] {
            assert_eq!(redacted(url), shown);
        }
    }
}
