//! TLS over any connection, with rustls and ring.
//!
//! ring is passed explicitly, so a binary that also enables another provider works, and none is
//! installed for the process. aws-lc, rustls's default, spends 30 ms at the start of every process. Nothing
//! is parsed or set up before a connection is open.

use std::fmt;
use std::fs;
use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::{Arc, OnceLock};

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, ClientConnection, StreamOwned};
use ureq::Error;
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, Either, NextTimeout, Transport, TransportAdapter,
};

use super::super::receiver::{ClientCertificate, ReceiverOptions};
use super::clock::{Clock, Phase};
use super::pem;
use super::room::{Length, Room};
use super::trust::Trust;
use crate::store::regular_file;

/// What TLS is set up from.
#[derive(Debug)]
pub(super) struct Tls {
    pub(super) clock: Clock,
    pub(super) length: Length,
    /// The CAs to trust, as PEM.
    pub(super) certificates: Option<String>,
    pub(super) options: ReceiverOptions,
    pub(super) configuration: OnceLock<Result<Arc<ClientConfig>, String>>,
}

impl<In: Transport> Connector<In> for Tls {
    type Out = Either<In, Secured>;

    fn connect(
        &self,
        details: &ConnectionDetails<'_>,
        chained: Option<In>,
    ) -> Result<Option<Self::Out>, Error> {
        let Some(transport) = chained else {
            return Ok(None);
        };
        if !details.needs_tls() || transport.is_tls() {
            self.clock.left_for(Phase::Request)?;
            return Ok(Some(Either::A(transport)));
        }
        self.clock.left_for(Phase::Handshake)?;
        let configuration = self
            .configuration
            .get_or_init(|| self.set_up().map(Arc::new));
        let configuration = configuration.as_ref();
        let configuration = configuration.map_err(|problem| io::Error::other(problem.clone()))?;
        let host = details.uri.host().unwrap_or_default();
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
        let mut tls =
            ClientConnection::new(Arc::clone(configuration), name).map_err(io::Error::other)?;
        let mut stream = TransportAdapter::new(transport.boxed(), details.current_time.clone());
        tls.complete_io(&mut stream)?;
        self.clock.left_for(Phase::Request)?;
        Ok(Some(Either::B(Secured {
            stream: StreamOwned::new(tls, stream),
            room: Room::new(&self.length),
        })))
    }
}

impl Tls {
    fn set_up(&self) -> Result<ClientConfig, String> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut given = pem::certificates(self.certificates.as_deref().unwrap_or_default());
        for file in &self.options.system_roots {
            for file in files_at(file) {
                given.extend(pem::certificates(
                    &regular_file::read(&file).unwrap_or_default(),
                ));
            }
        }
        let trust = Trust::in_certificates(given, &provider)
            .map_err(|problem| format!("the CA certificates cannot be used: {problem}"))?;
        let configuration = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(trust));
        let mut configuration = match &self.options.client {
            None => configuration.with_no_client_auth(),
            Some(client) => {
                let (chain, key) = load(client)?;
                let with_certificate = configuration.with_client_auth_cert(chain, key);
                with_certificate.map_err(|error| {
                    format!("the client certificate and its key cannot be used: {error}")
                })?
            }
        };
        configuration.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(configuration)
    }
}

type ChainAndKey = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

fn load(client: &ClientCertificate) -> Result<ChainAndKey, String> {
    let unreadable = |what: &str, file: &Path, problem: &dyn fmt::Display| {
        format!(
            "cannot read the client's {what} {}: {problem}",
            file.display()
        )
    };
    let file = &client.certificate;
    let text = regular_file::read(file).map_err(|error| unreadable("certificate", file, &error))?;
    let chain = pem::certificates(&text);
    if chain.is_empty() {
        return Err(unreadable("certificate", file, &"there is none in it"));
    }
    let file = &client.key;
    let text = regular_file::read(file).map_err(|error| unreadable("key", file, &error))?;
    let key = PrivateKeyDer::from_pem_slice(text.as_bytes())
        .map_err(|error| unreadable("key", file, &error))?;
    Ok((chain, key))
}

/// A file, or the files of a folder of certificates.
fn files_at(place: &Path) -> Vec<std::path::PathBuf> {
    match fs::read_dir(place) {
        Ok(entries) => entries.flatten().map(|entry| entry.path()).collect(),
        Err(_) => vec![place.to_owned()],
    }
}

/// A connection with TLS on it.
pub(super) struct Secured {
    stream: StreamOwned<ClientConnection, TransportAdapter>,
    room: Room,
}

impl fmt::Debug for Secured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secured")
    }
}

impl Transport for Secured {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.room.buffers()
    }

    fn transmit_output(&mut self, amount: usize, _timeout: NextTimeout) -> Result<(), Error> {
        let output = self.room.buffers().output();
        self.stream
            .write_all(output.get(..amount).unwrap_or_default())?;
        self.room.written(amount);
        Ok(())
    }

    fn await_input(&mut self, _timeout: NextTimeout) -> Result<bool, Error> {
        let input = self.room.for_more();
        let amount = self.stream.read(input)?;
        self.room.buffers().input_appended(amount);
        Ok(amount > 0)
    }

    fn is_open(&mut self) -> bool {
        self.stream.get_mut().get_mut().is_open()
    }

    fn is_tls(&self) -> bool {
        true
    }
}
