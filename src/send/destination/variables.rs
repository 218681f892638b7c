//! OpenTelemetry's exporter variables, and those of CAs and proxies, as options of a receiver.
//!
//! A value that cannot be read counts as missing, as the specification has it: tracing never fails a hook.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use percent_encoding::percent_decode_str;

use crate::juju::environment::ExporterVariables;
use crate::send::receiver::{ClientCertificate, Compression, ReceiverOptions};
use crate::settings::Settings;

/// Where distributions keep the CAs they trust: Debian and Ubuntu, Fedora, openSUSE, Alpine.
const BUNDLES: [&str; 4] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

/// How to speak to the receiver at this URL. Headers, which may hold a password, are left out: they go
/// to the receiver that they name, and not to that of a relation.
pub(super) fn options(
    settings: &Settings,
    variables: &ExporterVariables,
    url: &str,
) -> ReceiverOptions {
    let timeout = variables.timeout.as_deref();
    let compression = match variables.compression.as_deref().map(str::trim) {
        Some("gzip") => Compression::All,
        Some("none") => Compression::Off,
        _ => Compression::Large,
    };
    let client = variables.client_certificate.clone();
    let client = client.zip(variables.client_key.clone());
    let system_roots = if settings.system_roots && is_https(url) {
        system_roots(variables)
    } else {
        Vec::new()
    };
    ReceiverOptions {
        exact: false,
        headers: Vec::new(),
        // Zero would mean that nothing is ever sent; OTEL_TRACES_EXPORTER is there to say so.
        timeout: timeout
            .and_then(|text| text.trim().parse().ok())
            .filter(|milliseconds| *milliseconds > 0)
            .map(Duration::from_millis),
        compression,
        client: client.map(|(certificate, key)| ClientCertificate { certificate, key }),
        system_roots,
        proxy: settings.proxies.then(|| proxy(variables, url)).flatten(),
    }
}

/// The headers of `OTEL_EXPORTER_OTLP_HEADERS`; what is no pair is passed over.
pub(super) fn headers(text: &str) -> Vec<(String, String)> {
    let decoded = |text: &str| {
        percent_decode_str(text.trim())
            .decode_utf8_lossy()
            .into_owned()
    };
    let pairs = text.split(',').filter_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        Some((decoded(name), decoded(value))).filter(|(name, _)| !name.is_empty())
    });
    pairs.collect()
}

/// The system's CAs, by the rules of OpenSSL's variables.
fn system_roots(variables: &ExporterVariables) -> Vec<PathBuf> {
    let folders = variables.ssl_cert_dir.as_deref().unwrap_or_default();
    let folders = folders.split(':').filter(|folder| !folder.is_empty());
    let chosen: Vec<PathBuf> = variables
        .ssl_cert_file
        .iter()
        .cloned()
        .chain(folders.map(PathBuf::from))
        .collect();
    if !chosen.is_empty() {
        return chosen;
    }
    let usual = BUNDLES.iter().map(PathBuf::from);
    usual.filter(|file| file.exists()).take(1).collect()
}

/// Whether a URL asks for TLS.
pub(super) fn is_https(url: &str) -> bool {
    let scheme = url.trim_start().split(':').next();
    scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case("https"))
}

fn proxy(variables: &ExporterVariables, url: &str) -> Option<String> {
    let proxy = if is_https(url) {
        &variables.https_proxy
    } else {
        &variables.http_proxy
    };
    let except = variables.no_proxy.as_deref().unwrap_or_default();
    proxy.clone().filter(|_| !is_exempt(url, except))
}

/// Whether a host is reached without the proxy: it is named, or below a name, or in a network. Models
/// list all three.
fn is_exempt(url: &str, except: &str) -> bool {
    let authority = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = authority.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    let host = match host.strip_prefix('[').and_then(|host| host.split_once(']')) {
        Some((address, _)) => address,
        None => host.split(':').next().unwrap_or_default(),
    };
    let host = host.to_ascii_lowercase();
    let address = host.parse::<IpAddr>().ok();
    except.split([',', ' ']).any(|entry| {
        let entry = entry.trim().to_ascii_lowercase();
        if let Some((address, network)) = address.zip(entry.split_once('/')) {
            return is_in(address, network);
        }
        let name = entry.trim_start_matches("*.").trim_start_matches('.');
        match (entry.as_str(), name) {
            ("*", _) => true,
            (_, "") => false,
            _ => {
                host == name
                    || host
                        .strip_suffix(name)
                        .is_some_and(|above| above.ends_with('.'))
            }
        }
    })
}

/// Whether an address is in a network, such as `10.0.0.0/8`.
fn is_in(address: IpAddr, (network, length): (&str, &str)) -> bool {
    let (Ok(network), Ok(length)) = (network.parse::<IpAddr>(), length.parse::<u32>()) else {
        return false;
    };
    let bits = |address| match address {
        IpAddr::V4(address) => (u128::from(u32::from(address)), 32),
        IpAddr::V6(address) => (u128::from(address), 128),
    };
    let ((address, width), (network, width_of_network)) = (bits(address), bits(network));
    // A shift by the whole width, for a length of 0, leaves nothing to compare.
    let first = |bits: u128| {
        bits.checked_shr(width - length.min(width))
            .unwrap_or_default()
    };
    width == width_of_network && length <= width && first(address) == first(network)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::juju::environment::Environment;
    use crate::settings::charm;

    fn variables(pairs: &[(&str, &str)]) -> ExporterVariables {
        Environment::from_pairs(pairs.iter().copied()).exporter
    }

    #[test]
    fn pairs_of_headers() {
        for (text, expected) in [
            ("a=b", [("a", "b")].as_slice()),
            (" a = b , c=d%20e ", &[("a", "b"), ("c", "d e")]),
            (
                "authorization=Basic%20eA==",
                &[("authorization", "Basic eA==")],
            ),
            ("a=b,,=,c,=d", &[("a", "b")]),
            ("a=", &[("a", "")]),
            ("", &[]),
        ] {
            let read = headers(text);
            let read: Vec<_> = read.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
            assert_eq!(read, expected, "{text}");
        }
    }

    #[test]
    fn what_cannot_be_read_counts_as_missing() {
        for (text, expected) in [
            ("250", Some(250)),
            (" 250 ", Some(250)),
            ("0", None),
            ("never", None),
            ("-1", None),
        ] {
            let variables = variables(&[("OTEL_EXPORTER_OTLP_TIMEOUT", text)]);
            let options = options(&charm(), &variables, "http://tempo");
            assert_eq!(
                options.timeout,
                expected.map(Duration::from_millis),
                "{text}"
            );
        }
        for (text, expected) in [
            ("gzip", Compression::All),
            ("none", Compression::Off),
            ("zstd", Compression::Large),
        ] {
            let variables = variables(&[("OTEL_EXPORTER_OTLP_COMPRESSION", text)]);
            let options = options(&charm(), &variables, "http://tempo");
            assert_eq!(options.compression, expected, "{text}");
        }
    }

    #[test]
    fn a_client_certificate_takes_a_key() {
        let certificate = ("OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE", "/cert.pem");
        let key = ("OTEL_EXPORTER_OTLP_CLIENT_KEY", "/key.pem");
        let client = |pairs: &[_]| options(&charm(), &variables(pairs), "https://tempo").client;
        assert_eq!(client(&[certificate]), None);
        assert_eq!(client(&[key]), None);
        assert_eq!(
            client(&[certificate, key]),
            Some(ClientCertificate {
                certificate: "/cert.pem".into(),
                key: "/key.pem".into(),
            })
        );
    }

    #[test]
    fn hosts_that_need_no_proxy() {
        let except =
            "localhost, .svc.cluster.local,*.lan example.com,10.0.0.0/8,192.0.2.7,fd00::/8,/8,x/y";
        for (url, expected) in [
            ("http://localhost:4318", true),
            ("http://me:pw@LOCALHOST/x", true),
            ("http://tempo.cos.svc.cluster.local:4318", true),
            ("http://svc.cluster.local", true),
            ("http://tempo.lan", true),
            ("http://example.com", true),
            ("http://sub.example.com", true),
            ("http://notexample.com", false),
            ("http://10.1.2.3:4318", true),
            ("http://11.1.2.3:4318", false),
            ("http://192.0.2.7", true),
            ("http://192.0.2.70", false),
            ("http://[fd12::1]:4318", true),
            ("http://[fe80::1]:4318", false),
            ("http://tempo", false),
        ] {
            assert_eq!(is_exempt(url, except), expected, "{url}");
        }
        assert!(is_exempt("http://tempo", "*"));
        assert!(is_exempt("http://192.0.2.1", "0.0.0.0/0"));
        assert!(!is_exempt("http://192.0.2.1", "::/0"));
        assert!(!is_exempt("http://192.0.2.1", "192.0.2.0/33"));
        assert!(!is_exempt("http://tempo", ""));
    }

    #[test]
    fn proxies_and_system_roots_count_only_when_asked_for() {
        let variables = variables(&[
            ("HTTP_PROXY", "http://squid:3128"),
            ("https_proxy", "http://squid:3129"),
            ("NO_PROXY", "inside"),
            ("SSL_CERT_FILE", "/ca.pem"),
            ("SSL_CERT_DIR", "/a:/b:"),
        ]);
        let asked = charm().proxies(true).system_roots(true);
        for (settings, url, proxy, roots) in [
            (charm(), "https://tempo", None, 0),
            (asked.clone(), "http://tempo", Some("http://squid:3128"), 0),
            (asked.clone(), "https://tempo", Some("http://squid:3129"), 3),
            (asked, "https://inside", None, 3),
        ] {
            let options = options(&settings, &variables, url);
            assert_eq!(options.proxy.as_deref(), proxy, "{url}");
            assert_eq!(options.system_roots.len(), roots, "{url}");
        }
    }
}
