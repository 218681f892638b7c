//! The protocols of the interface, and the two shapes of its one key.

use serde_json::{Value, json};

/// A protocol by which a receiver takes traces. The list is the interface's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Protocol {
    /// `jaeger_grpc`
    JaegerGrpc,
    /// `jaeger_thrift_http`
    JaegerThriftHttp,
    /// `otlp_grpc`
    OtlpGrpc,
    /// `otlp_http`: what this crate itself sends by.
    OtlpHttp,
    /// `zipkin`
    Zipkin,
}

/// How the URL of a protocol looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ProtocolKind {
    /// Scheme, host and port: `http://tempo:4318`.
    Http,
    /// Host and port, without a scheme: `tempo:4317`.
    Grpc,
}

impl Protocol {
    /// All of them, by name.
    pub const ALL: [Self; 5] = [
        Self::JaegerGrpc,
        Self::JaegerThriftHttp,
        Self::OtlpGrpc,
        Self::OtlpHttp,
        Self::Zipkin,
    ];

    /// The interface's word.
    pub fn name(self) -> &'static str {
        match self {
            Self::JaegerGrpc => "jaeger_grpc",
            Self::JaegerThriftHttp => "jaeger_thrift_http",
            Self::OtlpGrpc => "otlp_grpc",
            Self::OtlpHttp => "otlp_http",
            Self::Zipkin => "zipkin",
        }
    }

    /// The protocol with this name.
    ///
    /// ```
    /// use charm_tracing::relations::Protocol;
    ///
    /// assert_eq!(Protocol::parse("otlp_http"), Some(Protocol::OtlpHttp));
    /// assert_eq!(Protocol::parse("jaeger_http_thrift"), None);
    /// ```
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|protocol| protocol.name() == name)
    }

    /// How its URL looks.
    pub fn kind(self) -> ProtocolKind {
        match self {
            Self::JaegerGrpc | Self::OtlpGrpc => ProtocolKind::Grpc,
            Self::JaegerThriftHttp | Self::OtlpHttp | Self::Zipkin => ProtocolKind::Http,
        }
    }
}

/// What a provider offers.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Receiver {
    /// The protocol's name: one of [`Protocol`]'s, or one that is newer than this crate.
    pub protocol: String,
    /// How its URL looks.
    pub kind: ProtocolKind,
    /// Where it is, as the provider wrote it.
    pub url: String,
}

/// The provider's `receivers`; `None` unless all of it is as the interface has it.
pub(super) fn offered(receivers: Option<&String>) -> Option<Vec<Receiver>> {
    let listed: Vec<Value> = serde_json::from_str(receivers?).ok()?;
    let receiver = |item: &Value| {
        let protocol = item.get("protocol")?;
        let kind = match protocol.get("type")?.as_str()? {
            "http" => ProtocolKind::Http,
            "grpc" => ProtocolKind::Grpc,
            _ => return None,
        };
        Some(Receiver {
            protocol: protocol.get("name")?.as_str()?.to_owned(),
            kind,
            url: item.get("url")?.as_str()?.to_owned(),
        })
    };
    listed.iter().map(receiver).collect()
}

/// The provider's `receivers` as it is written.
pub(super) fn offer(receivers: &[(Protocol, &str)]) -> String {
    let mut receivers = receivers.to_vec();
    receivers.sort_unstable();
    receivers.dedup();
    let items = receivers.into_iter().map(|(protocol, url)| {
        let kind = match protocol.kind() {
            ProtocolKind::Http => "http",
            ProtocolKind::Grpc => "grpc",
        };
        json!({ "protocol": { "name": protocol.name(), "type": kind }, "url": url })
    });
    Value::Array(items.collect()).to_string()
}

/// The requirer's `receivers`; `None` unless it is a list of names.
pub(super) fn requested(receivers: Option<&String>) -> Option<Vec<String>> {
    serde_json::from_str(receivers?).ok()
}

/// The requirer's `receivers` as it is written: sorted, so that the same wish is the same text.
pub(super) fn request(protocols: &[Protocol]) -> String {
    let wanted = Protocol::ALL.iter().filter(|one| protocols.contains(one));
    let names: Vec<&str> = wanted.map(|one| one.name()).collect();
    json!(names).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_of_an_offer_is_as_the_interface_has_it_or_nothing_is() {
        let http =
            r#"{"protocol": {"name": "otlp_http", "type": "http"}, "url": "http://tempo:4318"}"#;
        let new = r#"{"protocol": {"name": "new", "type": "grpc"}, "url": "tempo:1"}"#;
        for (receivers, names) in [
            (format!("[{new}, {http}]"), Some(vec!["new", "otlp_http"])),
            ("[]".to_owned(), Some(vec![])),
            // Version 1 of the interface.
            (
                r#"[{"protocol": "otlp_http", "port": 4318}]"#.to_owned(),
                None,
            ),
            (
                format!(r#"[{http}, {{"protocol": {{"name": "x", "type": "udp"}}, "url": "u"}}]"#),
                None,
            ),
            (
                r#"[{"protocol": {"name": "x", "type": "http"}}]"#.to_owned(),
                None,
            ),
            ("not json".to_owned(), None),
            (r#"{"protocol": 1}"#.to_owned(), None),
        ] {
            let read = offered(Some(&receivers));
            let read = read
                .as_ref()
                .map(|read| read.iter().map(|r| r.protocol.as_str()).collect());
            assert_eq!(read, names, "{receivers}");
        }
        assert_eq!(offered(None), None);
    }

    #[test]
    fn what_is_written_is_sorted_and_single() {
        use Protocol::{OtlpGrpc, OtlpHttp, Zipkin};
        assert_eq!(
            request(&[Zipkin, OtlpHttp, Zipkin]),
            r#"["otlp_http","zipkin"]"#
        );
        let offer = offer(&[
            (OtlpHttp, "http://t:4318"),
            (OtlpGrpc, "t:4317"),
            (OtlpHttp, "http://t:4318"),
        ]);
        assert_eq!(
            offer,
            concat!(
                r#"[{"protocol":{"name":"otlp_grpc","type":"grpc"},"url":"t:4317"},"#,
                r#"{"protocol":{"name":"otlp_http","type":"http"},"url":"http://t:4318"}]"#
            )
        );
        let read = offered(Some(&offer)).unwrap();
        assert_eq!(read.len(), 2);
    }
}
