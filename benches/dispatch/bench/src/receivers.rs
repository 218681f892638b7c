//! The receivers of a run, one of each manner, and the authority that signs for the one with TLS.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

use crate::sink::{Manner, Sink, Taken, refusing};

pub struct Receivers {
    http: Sink,
    https: Sink,
    silent: Sink,
    drips: Sink,
    broken: Sink,
    refused: String,
    authority: PathBuf,
    databag: PathBuf,
}

impl Receivers {
    pub fn start(scratch: &Path) -> Result<Self, Box<dyn Error>> {
        let (config, pem) = certified()?;
        let authority = scratch.join("authority.pem");
        fs::write(&authority, &pem)?;
        let databag = scratch.join("authority.json");
        // A JSON list inside a JSON string, as the interface has it.
        let list = format!("[{:?}]", pem);
        fs::write(
            &databag,
            format!("{{\"certificates\": {list:?}, \"version\": \"1\"}}"),
        )?;
        Ok(Self {
            http: Sink::start(Manner::Answers(200))?,
            https: Sink::start(Manner::Encrypts(config))?,
            silent: Sink::start(Manner::Silent)?,
            drips: Sink::start(Manner::Drips)?,
            broken: Sink::start(Manner::Answers(500))?,
            refused: refusing()?,
            authority,
            databag,
        })
    }

    pub fn http(&self) -> String {
        format!("http://{}", self.http.authority())
    }

    pub fn http_authority(&self) -> String {
        self.http.authority()
    }

    pub fn https(&self) -> String {
        format!("https://{}", self.https.authority())
    }

    pub fn silent(&self) -> String {
        format!("http://{}", self.silent.authority())
    }

    pub fn drips(&self) -> String {
        format!("http://{}", self.drips.authority())
    }

    pub fn broken(&self) -> String {
        format!("http://{}", self.broken.authority())
    }

    pub fn refused(&self) -> String {
        format!("http://{}", self.refused)
    }

    /// The requests since the last time this was asked.
    pub fn taken_http(&self) -> usize {
        self.http.take().requests
    }

    pub fn taken_https(&self) -> usize {
        self.https.take().requests
    }

    /// What arrived at any of them since the last time one was asked.
    pub fn taken(&self) -> Taken {
        [
            &self.http,
            &self.https,
            &self.silent,
            &self.drips,
            &self.broken,
        ]
        .into_iter()
        .map(Sink::take)
        .fold(Taken::default(), |sum, taken| Taken {
            requests: sum.requests + taken.requests,
            bytes: sum.bytes + taken.bytes,
        })
    }

    /// The authority as PEM.
    pub fn authority_file(&self) -> &Path {
        &self.authority
    }

    /// The authority as the certificate relation has it.
    pub fn databag_file(&self) -> &Path {
        &self.databag
    }
}

/// A private authority of elliptic curve keys, and a server it vouches for.
fn certified() -> Result<(Arc<ServerConfig>, String), Box<dyn Error>> {
    let key = KeyPair::generate()?;
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params
        .distinguished_name
        .push(DnType::CommonName, "an authority");
    let certificate = params.self_signed(&key)?;
    let issuer = Issuer::new(params, key);
    let server_key = KeyPair::generate()?;
    let server = CertificateParams::new(vec!["127.0.0.1".to_owned()])?;
    let server = server.signed_by(&server_key, &issuer)?;
    let server_key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(server_key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![server.der().clone()], server_key)?;
    Ok((Arc::new(config), certificate.pem()))
}
