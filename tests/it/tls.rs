//! https to receivers as charms meet them: the certificates, the versions, who may be refused and how it is
//! told. Each case is a dispatch of its own against a TLS server of its own.

mod accepted;
mod client;
mod refused;

use std::sync::Arc;

use charm_tracing::testing::{Run, Sink, Unit};
use rcgen::{
    BasicConstraints, Certificate, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair,
};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::ClientCertVerifier;

use crate::{awkward, log};

type Authority = CertifiedIssuer<'static, KeyPair>;

/// Parameters of a certificate with this common name and these alternative names.
fn params(common_name: &str, names: &[&str]) -> CertificateParams {
    let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
    let mut params = CertificateParams::new(names).unwrap();
    params
        .distinguished_name
        .push(DnType::CommonName, common_name);
    params
}

fn ca_params(common_name: &str) -> CertificateParams {
    marked_as_ca(params(common_name, &[]))
}

fn marked_as_ca(mut params: CertificateParams) -> CertificateParams {
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params
}

fn root(common_name: &str) -> Authority {
    Authority::self_signed(ca_params(common_name), KeyPair::generate().unwrap()).unwrap()
}

fn intermediate(common_name: &str, above: &Authority) -> Authority {
    Authority::signed_by(ca_params(common_name), KeyPair::generate().unwrap(), above).unwrap()
}

/// A server's certificate and key, where these names are those of this machine.
struct Server {
    certificate: Certificate,
    key: KeyPair,
}

const HERE: &[&str] = &["127.0.0.1", "localhost"];

impl Server {
    fn signed_by(authority: &Authority) -> Self {
        Self::of(&params("server", HERE), authority)
    }

    fn of(params: &CertificateParams, authority: &Authority) -> Self {
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, authority).unwrap();
        Self { certificate, key }
    }

    fn self_signed(params: &CertificateParams) -> Self {
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        Self { certificate, key }
    }

    /// A receiver that sends this certificate and these after it.
    fn serve(&self, after: &[&CertificateDer<'static>]) -> Sink {
        self.serve_versions(after, rustls::ALL_VERSIONS)
    }

    fn serve_versions(
        &self,
        after: &[&CertificateDer<'static>],
        versions: &[&'static rustls::SupportedProtocolVersion],
    ) -> Sink {
        Sink::https(Arc::new(self.configuration(after, versions, None))).unwrap()
    }

    /// A receiver that asks for a certificate of this authority.
    fn serve_clients_of(&self, authority: &Authority) -> Sink {
        let mut roots = rustls::RootCertStore::empty();
        roots.add(authority.der().clone()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let clients = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
        let clients = clients.build().unwrap();
        let configuration = self.configuration(&[], rustls::ALL_VERSIONS, Some(clients));
        Sink::https(Arc::new(configuration)).unwrap()
    }

    fn configuration(
        &self,
        after: &[&CertificateDer<'static>],
        versions: &[&'static rustls::SupportedProtocolVersion],
        clients: Option<Arc<dyn ClientCertVerifier>>,
    ) -> ServerConfig {
        let mut chain = vec![self.certificate.der().clone()];
        chain.extend(after.iter().map(|&certificate| certificate.clone()));
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(self.key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(versions)
            .unwrap();
        let builder = match clients {
            Some(clients) => builder.with_client_cert_verifier(clients),
            None => builder.with_no_client_auth(),
        };
        builder.with_single_cert(chain, key).unwrap()
    }
}

/// The PEM of a CA, and a receiver with a certificate that it signed.
pub(crate) fn receiver() -> (String, Sink) {
    let authority = root("a CA of its own");
    (authority.pem(), Server::signed_by(&authority).serve(&[]))
}

/// A unit whose author named this receiver and these CAs.
fn unit_for(endpoint: &str, authorities: &str) -> Unit {
    let mut unit = awkward();
    let file = unit.charm_dir().join("ca.pem");
    std::fs::write(&file, authorities).unwrap();
    unit.set_env("CHOSEN_ENDPOINT", endpoint);
    unit.set_env("CHOSEN_SERVER_CERT", &file);
    // A handshake on a busy machine; what is measured here is not time.
    unit.set_env("CHOSEN_NETWORK_BUDGET_MS", "20000");
    unit
}

fn dispatch(unit: &mut Unit) -> Run {
    let run = unit.hook("update-status").unwrap();
    assert_eq!(run.exit_code, Some(0), "{run:?}");
    run
}

/// One dispatch that has to be delivered, and needs no word.
fn assert_delivered(what: &str, unit: &mut Unit, sink: &Sink) {
    let run = dispatch(unit);
    assert_eq!(log(&run), "", "{what}");
    assert_eq!(sink.requests().len(), 1, "{what}");
    assert_eq!(unit.buffered().unwrap().len(), 0, "{what}");
}

/// One dispatch that has to be kept, with this told between the receiver's name and what happens next.
fn assert_kept(what: &str, unit: &mut Unit, sink: &Sink, told: &str) {
    let run = dispatch(unit);
    assert_eq!(sink.requests().len(), 0, "{what}");
    assert_eq!(unit.buffered().unwrap().len(), 1, "{what}");
    assert_eq!(run.log.len(), 1, "{what}: {}", log(&run));
    assert!(log(&run).contains(told), "{what}: {}", log(&run));
}
