//! Names become addresses within the time that is left.
//!
//! The system's resolver cannot be stopped, so it works in a thread that is left behind when its
//! time is up and ends with the process. An address in the URL needs neither.

use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::thread;

use ureq::Error;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::http::uri::Scheme;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

use super::clock::{Clock, Phase};

#[derive(Debug)]
pub(super) struct Names(pub(super) Clock);

impl Resolver for Names {
    fn resolve(
        &self,
        uri: &Uri,
        _config: &Config,
        _timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        let host = uri.host().unwrap_or_default();
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let is_https = uri.scheme() == Some(&Scheme::HTTPS);
        let port = uri.port_u16().unwrap_or(if is_https { 443 } else { 80 });
        let found = match host.parse::<IpAddr>() {
            Ok(address) => vec![SocketAddr::from((address, port))],
            Err(_) => self.look_up(host.to_owned(), port)?,
        };
        let mut addresses = self.empty();
        // As many as ureq's array holds; no name has more that would be worth a try within a second.
        for address in found.into_iter().take(16) {
            addresses.push(address);
        }
        if addresses.is_empty() {
            return Err(Error::HostNotFound);
        }
        Ok(addresses)
    }
}

impl Names {
    fn look_up(&self, host: String, port: u16) -> io::Result<Vec<SocketAddr>> {
        let left = self.0.left_for(Phase::Name)?;
        let (found, finding) = sync_channel(1);
        thread::Builder::new()
            .name("name look-up".to_owned())
            .spawn(move || {
                let addresses = (host, port).to_socket_addrs();
                let _ = found.send(addresses.map(Vec::from_iter));
            })?;
        match finding.recv_timeout(left) {
            Ok(addresses) => addresses,
            Err(RecvTimeoutError::Timeout) => Err(io::ErrorKind::TimedOut.into()),
            Err(RecvTimeoutError::Disconnected) => Err(io::Error::other("the look-up ended")),
        }
    }
}
