//! Trust for https: exactly the CAs that were given, through rustls with ring.
//!
//! ring is passed explicitly, so a binary that also enables another provider works, and none is
//! installed for the process. aws-lc, rustls's default, spends 30 ms at the start of every process.

use std::sync::Arc;

use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, TlsProvider, parse_pem};

/// A configuration that trusts the certificates of a PEM text; what else is in it is passed over.
pub(crate) fn trusting(pem: &str) -> Result<TlsConfig, String> {
    let certificates: Vec<Certificate<'static>> = parse_pem(pem.as_bytes())
        .filter_map(|item| match item {
            Ok(PemItem::Certificate(certificate)) => Some(certificate),
            _ => None,
        })
        .collect();
    if certificates.is_empty() {
        return Err("there is no certificate in the PEM text".to_owned());
    }
    Ok(TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .root_certs(RootCerts::new_with_certs(&certificates))
        .build())
}
