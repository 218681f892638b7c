//! The least that one POST of 10 KiB over https takes with ureq, rustls and one private CA:
//! `floor-https FILE URL`.

use std::env;
use std::error::Error;
use std::fs;
use std::sync::Arc;

use ureq::Agent;
use ureq::tls::{Certificate, RootCerts, TlsConfig, TlsProvider};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let (Some(file), Some(url)) = (arguments.next(), arguments.next()) else {
        return Err("usage: floor-https FILE URL".into());
    };
    let authority = Certificate::from_pem(&fs::read(file)?)?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .unversioned_rustls_crypto_provider(provider)
        .root_certs(RootCerts::new_with_certs(&[authority]))
        .build();
    let agent: Agent = Agent::config_builder()
        .proxy(None)
        .tls_config(tls)
        .build()
        .new_agent();
    let mut response = agent.post(&url).send(&[7_u8; 10 * 1024][..])?;
    response.body_mut().read_to_vec()?;
    Ok(())
}
