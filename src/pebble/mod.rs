//! A client for Pebble, which runs the workload's services in each container of a Kubernetes charm.
//!
//! It speaks the HTTP API over the container's unix socket, synchronously; each operation is a span
//! `pebble <operation>` under the name the Python library gives it. What a span records is decided where
//! the operation is: names and paths, never contents, environment or arguments.

mod change;
mod check;
mod connection;
mod error;
mod exec;
mod files;
mod identity;
mod layer;
mod multipart;
mod notice;
mod read;
mod request;
mod services;
mod stream;

pub use change::{Change, ChangeId, ChangeState, Task};
pub use check::Check;
pub use error::Error;
pub use exec::{Exec, Output};
pub use files::{FileInfo, FileOptions};
pub use identity::Identity;
pub use layer::{Layer, LayerCheck, LayerService};
pub use notice::{Notice, Warning};
pub use services::Service;

use std::path::PathBuf;
use std::time::Duration;

use ureq::Agent;

use read::Object;
use request::Operation;

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
    socket: PathBuf,
    agent: Agent,
    timeout: Duration,
    transfer_timeout: Duration,
    change_timeout: Duration,
}

/// What Pebble says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SystemInfo {
    /// Its version.
    pub version: String,
    /// Differs after each start of the container, on a Pebble that tells it.
    pub boot_id: Option<String>,
}

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
            agent: connection::agent(socket.clone(), timeout.min(request::LONGEST)),
            socket,
            timeout,
            transfer_timeout: Duration::from_secs(60),
            change_timeout: Duration::from_secs(30),
        }
    }

    /// How long one request may take, and how long a transfer may stand still: 5 s by default.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self.agent = connection::agent(self.socket.clone(), timeout.min(request::LONGEST));
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

    /// Version and boot of this Pebble. Source: endpoint `/v1/system-info` of its API documentation.
    pub fn system_info(&self) -> Result<SystemInfo, Error> {
        self.traced(Operation::named("pebble get_system_info"), |_| self.ask())
    }

    /// Whether the container's Pebble is there to talk to. A socket nobody listens on is `false` and not
    /// an error; one that cannot be used for another reason is.
    pub fn can_connect(&self) -> Result<bool, Error> {
        let operation = Operation::named("pebble get_system_info");
        self.traced(operation, |_| match self.ask() {
            Err(problem) if problem.is_not_ready() => Ok(false),
            other => other.map(|_| true),
        })
    }

    fn ask(&self) -> Result<SystemInfo, error::Problem> {
        let answer = self.get("/v1/system-info", &[])?;
        let fields = Object::of("the result", &answer.result)?;
        Ok(SystemInfo {
            version: fields.text("version")?,
            boot_id: fields.optional_text("boot-id"),
        })
    }
}
