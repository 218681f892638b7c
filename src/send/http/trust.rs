//! Server certificate verification: chains to a given CA, plus two cases that OpenSSL accepts, as far as OpenSSL's
//! clients would believe them.
//!
//! rustls decides, with every given certificate as an anchor, so an intermediate alone suffices. Two kinds
//! of server certificate that it refuses are accepted here, since Python charms accept them and charms that
//! issue their own certificates serve them: one that is itself among the given, and one marked as a CA that
//! the given have signed. Names and dates of every certificate are checked.

use std::cell::Cell;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{
    CertificateError, DigitallySignedStruct, Error, OtherError, RootCertStore, SignatureScheme,
};
use webpki::{EndEntityCert, KeyUsage, anchor_from_trusted_cert};

use super::der;

/// How many certificates may stand between a server's and a given one; web servers have one or two.
const MOST_BETWEEN: usize = 3;

/// Certificates a server sends that are looked at for issuers: more is no chain but an attempt to keep us
/// busy.
const MOST_SENT: usize = 8;

/// Signatures of certificates that are checked for one server: many more than a chain has, and some
/// 10 ms.
const MOST_CHECKED: u32 = 32;

/// Checks a server's certificate against those that were given.
#[derive(Debug)]
pub(super) struct Trust {
    given: Vec<CertificateDer<'static>>,
    webpki: Arc<WebPkiServerVerifier>,
    algorithms: WebPkiSupportedAlgorithms,
}

impl Trust {
    /// Trusts these certificates and what they signed.
    pub(super) fn in_certificates(
        mut given: Vec<CertificateDer<'static>>,
        provider: &Arc<CryptoProvider>,
    ) -> Result<Self, String> {
        let algorithms = provider.signature_verification_algorithms;
        let now = UnixTime::now();
        let mut out_of_date = None;
        given.retain(|certificate| match dates(certificate, &algorithms, now) {
            Ok(()) => true,
            Err(problem) => {
                out_of_date = Some(problem);
                false
            }
        });
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(given.iter().cloned());
        if roots.is_empty() {
            return Err(match out_of_date {
                Some(problem) => format!("the CA certificate {problem}"),
                None => "there is no certificate in them that can be read".to_owned(),
            });
        }
        let webpki =
            WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider))
                .build()
                .map_err(|error| error.to_string())?;
        Ok(Self {
            given,
            webpki,
            algorithms,
        })
    }

    /// Whether a certificate that webpki refuses for another reason than its dates is vouched for.
    fn is_verified_by_issuer(
        &self,
        certificate: &CertificateDer<'_>,
        sent: &[CertificateDer<'_>],
        refusal: &Error,
        now: UnixTime,
    ) -> bool {
        match refusal {
            Error::InvalidCertificate(CertificateError::UnknownIssuer) => {
                self.given.contains(certificate)
            }
            Error::InvalidCertificate(CertificateError::Other(other)) => {
                let is_marked_as_ca = matches!(
                    other.0.downcast_ref(),
                    Some(webpki::Error::CaUsedAsEndEntity)
                );
                let sent = sent.get(..sent.len().min(MOST_SENT)).unwrap_or_default();
                let checks = Cell::new(MOST_CHECKED);
                is_marked_as_ca
                    && der::usages(certificate).is_some_and(|usages| usages.serves())
                    && self.chain_ends_in_given(certificate, sent, now, 0, &checks)
            }
            _ => false,
        }
    }

    fn chain_ends_in_given(
        &self,
        certificate: &CertificateDer<'_>,
        sent: &[CertificateDer<'_>],
        now: UnixTime,
        between: usize,
        checks: &Cell<u32>,
    ) -> bool {
        if self.given.contains(certificate) {
            return true;
        }
        let signs =
            |issuer: &CertificateDer<'_>| has_signed(issuer, certificate, &self.algorithms, checks);
        self.given.iter().any(signs)
            || between < MOST_BETWEEN
                && sent.iter().any(|issuer| {
                    issuer != certificate
                        && is_authority(issuer, &self.algorithms, now)
                        && der::usages(issuer).is_some_and(|usages| usages.signs(between))
                        && signs(issuer)
                        && self.chain_ends_in_given(issuer, sent, now, between + 1, checks)
                })
    }
}

impl ServerCertVerifier for Trust {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        sent: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verified = self
            .webpki
            .verify_server_cert(certificate, sent, name, ocsp, now);
        let Err(refusal) = verified else {
            return verified;
        };
        // webpki looks at the dates before the reasons that this looks behind.
        if !self.is_verified_by_issuer(certificate, sent, &refusal, now) {
            return Err(with_issuer(refusal, sent.last().unwrap_or(certificate)));
        }
        verify_server_name(&ParsedCertificate::try_from(certificate)?, name)?;
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.webpki
            .verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.webpki
            .verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.webpki.supported_verify_schemes()
    }
}

/// Says who issued a certificate that nobody known has.
fn with_issuer(refusal: Error, last_sent: &CertificateDer<'_>) -> Error {
    let Error::InvalidCertificate(CertificateError::UnknownIssuer) = refusal else {
        return refusal;
    };
    let issuer = EndEntityCert::try_from(last_sent);
    let issuer = issuer.ok().and_then(|last| der::common_name(last.issuer()));
    let unknown = UnknownIssuer(issuer.unwrap_or_default());
    Error::InvalidCertificate(CertificateError::Other(OtherError(Arc::new(unknown))))
}

/// The name of a CA that is not known.
#[derive(Debug)]
pub(super) struct UnknownIssuer(pub(super) String);

impl fmt::Display for UnknownIssuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "signed by {:?}, which is not known", self.0)
    }
}

impl std::error::Error for UnknownIssuer {}

/// What webpki says of a certificate alone: with no anchor there is always something, and what comes
/// first are its dates.
fn remark(
    certificate: &CertificateDer<'_>,
    algorithms: &WebPkiSupportedAlgorithms,
    now: UnixTime,
) -> Option<webpki::Error> {
    let certificate = match EndEntityCert::try_from(certificate) {
        Ok(certificate) => certificate,
        Err(error) => return Some(error),
    };
    let usage = KeyUsage::server_auth();
    let verified = certificate.verify_for_usage(algorithms.all, &[], &[], now, usage, None, None);
    verified.err()
}

/// Whether a certificate's dates hold, as far as it has any that can be read.
fn dates(
    certificate: &CertificateDer<'_>,
    algorithms: &WebPkiSupportedAlgorithms,
    now: UnixTime,
) -> Result<(), String> {
    match remark(certificate, algorithms, now) {
        Some(webpki::Error::CertExpired { not_after, .. }) => {
            Err(format!("expired on {}", date(not_after)))
        }
        Some(webpki::Error::CertNotValidYet { not_before, .. }) => {
            Err(format!("is not valid before {}", date(not_before)))
        }
        _ => Ok(()),
    }
}

/// Whether a certificate that the server sent may sign others: a CA within its dates. One that is for
/// some names only is left to webpki, which reports it.
fn is_authority(
    certificate: &CertificateDer<'_>,
    algorithms: &WebPkiSupportedAlgorithms,
    now: UnixTime,
) -> bool {
    let remark = remark(certificate, algorithms, now);
    matches!(remark, Some(webpki::Error::CaUsedAsEndEntity)) && signs_for_every_name(certificate)
}

fn signs_for_every_name(certificate: &CertificateDer<'_>) -> bool {
    anchor_from_trusted_cert(certificate).is_ok_and(|anchor| anchor.name_constraints.is_none())
}

fn has_signed(
    issuer: &CertificateDer<'_>,
    certificate: &CertificateDer<'_>,
    algorithms: &WebPkiSupportedAlgorithms,
    checks: &Cell<u32>,
) -> bool {
    let (Ok(issuer_read), Ok(read)) = (
        EndEntityCert::try_from(issuer),
        EndEntityCert::try_from(certificate),
    ) else {
        return false;
    };
    if issuer_read.subject() != read.issuer() || !signs_for_every_name(issuer) {
        return false;
    }
    let Some(parts) = der::signed(certificate) else {
        return false;
    };
    algorithms
        .all
        .iter()
        .filter(|algorithm| algorithm.signature_alg_id().as_ref() == parts.algorithm)
        .any(|algorithm| {
            let Some(left) = checks.get().checked_sub(1) else {
                return false;
            };
            checks.set(left);
            issuer_read
                .verify_signature(*algorithm, parts.message, parts.signature)
                .is_ok()
        })
}

/// A time as certificates' owners read it.
pub(super) fn date(time: UnixTime) -> String {
    let since = Duration::from_secs(time.as_secs());
    match SystemTime::UNIX_EPOCH.checked_add(since) {
        // Years with more than four digits have no HTTP date.
        Some(time) if since < Duration::from_secs(253_402_300_800) => httpdate::fmt_http_date(time),
        _ => "a day after the year 9999".to_owned(),
    }
}
