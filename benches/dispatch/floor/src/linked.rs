//! The least that one POST of 10 KiB takes a program that has ureq and rustls linked: `floor-ureq URL`
//! over http, where no TLS is set up, and `floor-ureq URL FILE` over https with one private CA.
//!
//! One program for both, so that what linking costs in memory shows beside what using it does.

use std::env;
use std::error::Error;
use std::fs;
use std::sync::Arc;

use ureq::Agent;
use ureq::tls::{Certificate, RootCerts, TlsConfig, TlsProvider};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let url = arguments.next().ok_or("usage: floor-ureq URL [FILE]")?;
    let config = Agent::config_builder().proxy(None);
    let config = match arguments.next() {
        Some(file) => config.tls_config(trusting(&file)?),
        None => config,
    };
    let agent: Agent = config.build().new_agent();
    let mut response = agent.post(&url).send(&[7_u8; 10 * 1024][..])?;
    response.body_mut().read_to_vec()?;
    Ok(())
}

fn trusting(file: &str) -> Result<TlsConfig, Box<dyn Error>> {
    let authority = Certificate::from_pem(&fs::read(file)?)?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    Ok(TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .unversioned_rustls_crypto_provider(provider)
        .root_certs(RootCerts::new_with_certs(&[authority]))
        .build())
}
