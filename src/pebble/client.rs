//! The client of one container: its socket and its limits of time.

use std::path::PathBuf;
use std::time::Duration;

use ureq::Agent;

use super::connection;

/// The Pebble of one container. Nothing is connected before the first operation.
///
/// ```no_run
/// use charm_tracing::pebble::{Client, Layer, LayerService};
///
/// # fn f() -> Result<(), charm_tracing::pebble::Error> {
/// let pebble = Client::for_container("blog");
/// if pebble.can_connect()? {
///     pebble.push("/etc/blog.conf", "port = 8080\n".as_bytes(), &Default::default())?;
///     let web = LayerService::new("/bin/blog").startup_enabled();
///     pebble.combine_layer("charm", &Layer::new().service("web", web))?;
///     pebble.replan_services()?;
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Client {
    pub(super) socket: PathBuf,
    pub(super) agent: Agent,
    pub(super) timeout: Duration,
    pub(super) transfer_timeout: Duration,
    pub(super) change_timeout: Duration,
}

/// The longest time to wait. `Duration::MAX` is more than a clock counts to, here and in Go, whose durations end
/// after 292 years.
pub(super) const LONGEST: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);

impl Client {
    /// The Pebble of a container of `charmcraft.yaml`: `/charm/containers/<name>/pebble.socket`, where
    /// Juju mounts it in the charm's container.
    pub fn for_container(name: &str) -> Self {
        Self::at(format!("/charm/containers/{name}/pebble.socket"))
    }

    /// The Pebble that listens on this socket.
    pub fn at(socket: impl Into<PathBuf>) -> Self {
        // As long as the Python library waits.
        let timeout = Duration::from_secs(5);
        let socket = socket.into();
        Self {
            agent: connection::agent(socket.clone(), timeout.min(LONGEST)),
            socket,
            timeout,
            transfer_timeout: Duration::from_secs(60),
            change_timeout: Duration::from_secs(30),
        }
    }

    /// How long one request may take, and how long a transfer may stand still: 5 s by default.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self.agent = connection::agent(self.socket.clone(), timeout.min(LONGEST));
        self
    }

    /// How long a [`push`](Self::push) or [`pull`](Self::pull) may take altogether: 60 s by default.
    pub fn transfer_timeout(mut self, timeout: Duration) -> Self {
        self.transfer_timeout = timeout;
        self
    }

    /// How long operations on services wait for their change: 30 s by default. At zero they do not wait,
    /// and [`wait_change`](Self::wait_change) does it later.
    pub fn change_timeout(mut self, timeout: Duration) -> Self {
        self.change_timeout = timeout;
        self
    }
}
