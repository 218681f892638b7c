//! Why a request to a receiver failed, in one line for the person who reads the unit's log.
//!
//! A client's own words ("invalid peer certificate") say what it did; these say what to
//! look at.

use std::io::{self, ErrorKind};

use rustls::{AlertDescription, CertificateError, Error as TlsError, InvalidMessage};

use super::clock::Phase;
use super::trust::{UnknownIssuer, date};

/// Explains why a request failed in this phase.
pub(super) fn explain(error: &ureq::Error, phase: Phase) -> String {
    match error {
        ureq::Error::Io(error) => of_io(error, phase),
        ureq::Error::Timeout(_) => too_slow(phase).to_owned(),
        ureq::Error::HostNotFound => "its name has no address".to_owned(),
        ureq::Error::Protocol(error) => format!("its answer is not HTTP: {error}"),
        ureq::Error::LargeResponseHeader(..) => {
            "its answer is not HTTP: the header has no end".to_owned()
        }
        ureq::Error::ConnectProxyFailed(reason) => {
            format!("the proxy makes no connection: {reason}")
        }
        error => error.to_string(),
    }
}

fn of_io(error: &io::Error, phase: Phase) -> String {
    let inner = error.get_ref();
    if let Some(error) = inner.and_then(|inner| inner.downcast_ref::<TlsError>()) {
        return of_tls(error);
    }
    if let Some(error) = inner.and_then(|inner| inner.downcast_ref::<ureq::Error>()) {
        return explain(error, phase);
    }
    match (error.kind(), phase) {
        (ErrorKind::TimedOut, phase) => too_slow(phase).to_owned(),
        (ErrorKind::ConnectionRefused, _) => {
            "it refuses the connection: nothing listens on that port".to_owned()
        }
        (
            ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset | ErrorKind::BrokenPipe,
            Phase::Handshake,
        ) => "it closes the connection in the TLS handshake: check whether that port speaks TLS"
            .to_owned(),
        (ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset | ErrorKind::BrokenPipe, _) => {
            "it closed the connection before it answered".to_owned()
        }
        (_, Phase::Name) => format!("its name is not known here: {error}"),
        _ => error.to_string(),
    }
}

fn too_slow(phase: Phase) -> &'static str {
    match phase {
        Phase::Name => "its name was not looked up in time",
        Phase::Connection => "there was no connection in time: check address, port and firewalls",
        Phase::Handshake => "the TLS handshake was not over in time",
        Phase::Request => "it did not take the request in time",
        Phase::Answer => "it did not answer in time",
    }
}

fn of_tls(error: &TlsError) -> String {
    match error {
        TlsError::InvalidCertificate(problem) => of_certificate(problem),
        TlsError::InvalidMessage(InvalidMessage::InvalidContentType) => {
            "it does not speak TLS on that port: check whether its URL should begin with http://"
                .to_owned()
        }
        TlsError::AlertReceived(
            alert @ (AlertDescription::CertificateRequired
            | AlertDescription::BadCertificate
            | AlertDescription::UnsupportedCertificate
            | AlertDescription::CertificateRevoked
            | AlertDescription::CertificateExpired
            | AlertDescription::CertificateUnknown
            | AlertDescription::UnknownCA
            | AlertDescription::AccessDenied),
        ) => format!(
            "it does not accept the client's certificate ({alert:?}): check \
             OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE and OTEL_EXPORTER_OTLP_CLIENT_KEY"
        ),
        TlsError::AlertReceived(AlertDescription::ProtocolVersion)
        | TlsError::PeerIncompatible(_) => {
            format!(
                "it has no version or cipher of TLS 1.2 and 1.3 in common with this unit: {error}"
            )
        }
        error => format!("the TLS handshake fails: {error}"),
    }
}

fn of_certificate(problem: &CertificateError) -> String {
    match problem {
        CertificateError::ExpiredContext { not_after, .. } => {
            format!("its certificate expired on {}: renew it", date(*not_after))
        }
        CertificateError::NotValidYetContext { not_before, .. } => format!(
            "its certificate is not valid before {}: check the clocks",
            date(*not_before)
        ),
        CertificateError::NotValidForNameContext {
            expected,
            presented,
        } => {
            let presented: Vec<_> = presented.iter().map(|name| plain(name)).collect();
            let names = match presented.as_slice() {
                [] => "no name (a common name does not count)".to_owned(),
                names => names.join(", "),
            };
            format!(
                "its certificate is for {names} and not for {}: check the URL, or have a certificate made \
                 with that name",
                expected.to_str()
            )
        }
        CertificateError::BadSignature => {
            "its certificate has the name of a CA known here and another signature: the CA was made anew, \
             so its certificate has to come again"
                .to_owned()
        }
        CertificateError::Other(other) => of_another_kind(&*other.0),
        problem => format!("its certificate cannot be used: {problem}"),
    }
}

fn of_another_kind(problem: &(dyn std::error::Error + Send + Sync + 'static)) -> String {
    if let Some(UnknownIssuer(issuer)) = problem.downcast_ref() {
        let issuer = match issuer.as_str() {
            "" => String::new(),
            name => format!(" ({name:?} signed it)"),
        };
        return format!(
            "its certificate is signed by none of the CAs known here{issuer}: relate the charm's \
             certificate endpoint to that CA, or give its certificate"
        );
    }
    match problem.downcast_ref() {
        Some(webpki::Error::CaUsedAsEndEntity) => {
            "its certificate is that of a CA, and of none that is known here: relate the charm's \
             certificate endpoint to it, or give that certificate"
                .to_owned()
        }
        _ => format!("its certificate cannot be used: {problem}"),
    }
}

/// rustls names a certificate's names in the way of its own types: `DnsName("tempo")`.
fn plain(name: &str) -> &str {
    let inside = name
        .split_once('(')
        .and_then(|(_, rest)| rest.strip_suffix(')'));
    inside.unwrap_or(name).trim_matches('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn io(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> ureq::Error {
        io::Error::new(ErrorKind::InvalidData, error).into()
    }

    #[test]
    fn every_connection_failure_is_logged() {
        let kind = |kind: ErrorKind| ureq::Error::Io(kind.into());
        let cut = "it closed the connection before it answered";
        let not_tls =
            "it closes the connection in the TLS handshake: check whether that port speaks TLS";
        for (error, phase, expected) in [
            (
                kind(ErrorKind::TimedOut),
                Phase::Name,
                "its name was not looked up in time",
            ),
            (
                kind(ErrorKind::TimedOut),
                Phase::Connection,
                "there was no connection in time: check address, port and firewalls",
            ),
            (
                kind(ErrorKind::TimedOut),
                Phase::Request,
                "it did not take the request in time",
            ),
            (
                kind(ErrorKind::TimedOut),
                Phase::Answer,
                "it did not answer in time",
            ),
            (
                kind(ErrorKind::ConnectionRefused),
                Phase::Connection,
                "it refuses the connection: nothing listens on that port",
            ),
            (kind(ErrorKind::ConnectionReset), Phase::Request, cut),
            (kind(ErrorKind::BrokenPipe), Phase::Request, cut),
            (kind(ErrorKind::UnexpectedEof), Phase::Answer, cut),
            (kind(ErrorKind::UnexpectedEof), Phase::Handshake, not_tls),
            (kind(ErrorKind::ConnectionReset), Phase::Handshake, not_tls),
            (
                io(ureq::Error::HostNotFound),
                Phase::Name,
                "its name has no address",
            ),
            (
                io("no such name"),
                Phase::Name,
                "its name is not known here: no such name",
            ),
        ] {
            assert_eq!(explain(&error, phase), expected, "{error:?} {phase:?}");
        }
    }

    #[test]
    fn every_tls_failure_is_logged() {
        let certificate = |problem| TlsError::InvalidCertificate(problem);
        for (error, expected) in [
            (
                certificate(CertificateError::Revoked),
                "its certificate cannot be used: ",
            ),
            (
                certificate(CertificateError::BadSignature),
                "the CA was made anew",
            ),
            (
                TlsError::InvalidMessage(InvalidMessage::InvalidContentType),
                "check whether its URL should begin with http://",
            ),
            (
                TlsError::AlertReceived(AlertDescription::ProtocolVersion),
                "no version or cipher of TLS 1.2 and 1.3 in common",
            ),
            (
                TlsError::AlertReceived(AlertDescription::CertificateRequired),
                "it does not accept the client's certificate (CertificateRequired)",
            ),
            (TlsError::DecryptError, "the TLS handshake fails: "),
        ] {
            let text = explain(&io(error), Phase::Handshake);
            assert!(text.contains(expected), "{text}");
            assert_eq!(text.lines().count(), 1);
        }
    }
}
