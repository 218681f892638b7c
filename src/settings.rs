//! What a charm's author may set. Plain data: it imports nothing of the crate.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use log::LevelFilter;

/// The smallest limit of the buffer's size, in MiB: that of the Python library `charm_tracing`, whose
/// setting has the same name.
pub(crate) const LEAST_MIB: u64 = 10;

/// Starts from the defaults; [`run`](crate::run) is `charm().run(on_event)`.
///
/// ```no_run
/// # struct Event;
/// # impl charm_tracing::juju::Charm for Event {
/// #     const NAME: &'static str = "blog";
/// #     const TRACING_ENDPOINT: Option<&'static str> = None;
/// #     const CERTIFICATES_ENDPOINT: Option<&'static str> = None;
/// #     const BUFFER_LOCATION: charm_tracing::juju::BufferLocation = charm_tracing::juju::BufferLocation::CharmDirectory;
/// #     fn read(_: &charm_tracing::juju::Dispatch<'_>) -> Option<Self> { Some(Self) }
/// # }
/// # fn on_event(_: Event, _: &charm_tracing::Juju) -> Result<(), String> { Ok(()) }
/// fn main() -> std::process::ExitCode {
///     charm_tracing::charm()
///         .service_name("blog-charm")
///         .endpoint("https://tempo.example:4318")
///         .server_cert("/etc/ssl/certs/tempo-ca.pem")
///         .run(on_event)
/// }
/// ```
pub fn charm() -> Settings {
    Settings::default()
}

/// What an author may set. The names and defaults are those of the Python library's decorator.
///
/// Printed for debugging it shows nothing: the endpoint can have a password in it.
#[derive(Clone)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own, named by its setter"
)]
pub struct Settings {
    pub(crate) service_name: Option<String>,
    pub(crate) endpoint: Option<String>,
    pub(crate) server_cert: Option<PathBuf>,
    pub(crate) system_roots: bool,
    pub(crate) proxies: bool,
    pub(crate) buffer_max_events: usize,
    pub(crate) buffer_max_size_mib: u64,
    pub(crate) buffer_path: Option<PathBuf>,
    pub(crate) network_budget: Duration,
    pub(crate) continue_juju_trace: bool,
    pub(crate) log_level: LevelFilter,
    pub(crate) log_events: bool,
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings").finish_non_exhaustive()
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            service_name: None,
            endpoint: None,
            server_cert: None,
            system_roots: false,
            proxies: false,
            buffer_max_events: 100,
            buffer_max_size_mib: 10,
            buffer_path: None,
            network_budget: Duration::from_secs(1),
            continue_juju_trace: false,
            log_level: LevelFilter::Off,
            log_events: false,
        }
    }
}

impl Settings {
    /// `service.name` of the traces. Default: `<application>-charm`, which the observability stack
    /// keeps whole when it samples.
    pub fn service_name(mut self, name: impl Into<String>) -> Self {
        self.service_name = Some(name.into());
        self
    }

    /// Where traces go, without `/v1/traces`: `http://HOST:4318`. Default: what the tracing relation
    /// offers, else what Juju 4 or OpenTelemetry's variables name. A value given here wins over all of them.
    /// User and password in it are sent, and never printed.
    pub fn endpoint(mut self, url: impl Into<String>) -> Self {
        self.endpoint = Some(url.into());
        self
    }

    /// A PEM file with the CA certificates to trust for https. Default: what came with the endpoint, else
    /// `OTEL_EXPORTER_OTLP_CERTIFICATE`. It is read when something is to be sent.
    pub fn server_cert(mut self, file: impl Into<PathBuf>) -> Self {
        self.server_cert = Some(file.into());
        self
    }

    /// Whether the CAs that the system trusts count for https too: the file that `SSL_CERT_FILE` names and
    /// the folders of `SSL_CERT_DIR`, else the distribution's bundle. Default: no, as in the Python library,
    /// and https without a CA of its own waits in the buffer.
    pub fn system_roots(mut self, yes: bool) -> Self {
        self.system_roots = yes;
        self
    }

    /// Whether `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` count, in either case, and Juju's
    /// `JUJU_CHARM_HTTP_PROXY` and so on. Default: no. A model's proxy is for the internet, and receivers
    /// are mostly inside; one that is not can be reached through a proxy that allows `CONNECT` to it.
    pub fn proxies(mut self, yes: bool) -> Self {
        self.proxies = yes;
        self
    }

    /// How many dispatches the buffer holds. Default: 100. With 0 nothing is written to disk: a trace is
    /// sent at once or lost.
    pub fn buffer_max_events(mut self, dispatches: usize) -> Self {
        self.buffer_max_events = dispatches;
        self
    }

    /// How large the buffer may grow, in MiB, where that is known when the charm is built. Default and
    /// least: 10, as in the Python library; a smaller number does not build.
    ///
    /// ```
    /// let settings = charm_tracing::charm().buffer_max_size::<20>();
    /// ```
    ///
    /// ```compile_fail
    /// let settings = charm_tracing::charm().buffer_max_size::<9>();
    /// ```
    pub fn buffer_max_size<const MIB: u64>(self) -> Self {
        const {
            assert!(
                MIB >= LEAST_MIB,
                "the trace buffer needs at least 10 MiB: write 10 or more, or leave it out"
            );
        }
        self.buffer_max_size_mib(MIB)
    }

    /// How large the buffer may grow, in MiB, where that is known only when the charm runs; see
    /// [`buffer_max_size`](Settings::buffer_max_size). A value below 10 counts as 10, and the unit's
    /// log has one ERROR that says so: a setting of the traces never fails a hook.
    pub fn buffer_max_size_mib(mut self, mib: u64) -> Self {
        self.buffer_max_size_mib = mib;
        self
    }

    /// The buffer's file. Default: `.charm-tracing.buffer` on the storage the build chose, or in the
    /// charm's directory. A missing parent directory is created.
    pub fn buffer_path(mut self, file: impl Into<PathBuf>) -> Self {
        self.buffer_path = Some(file.into());
        self
    }

    /// Whether a dispatch belongs to the trace of the Juju agent that started it, where the agent says
    /// that it keeps that trace. Default: no; the root then has a link to the agent's span. Juju samples,
    /// and may send elsewhere: a trace whose root never arrives is hard to find.
    pub fn continue_juju_trace(mut self, yes: bool) -> Self {
        self.continue_juju_trace = yes;
        self
    }

    /// The macros of the `log` crate write to `juju-log`, from this level up. Default: `Off`, and then
    /// no logger is installed; nor is it where the process has one. See
    /// [`JujuLogger`](crate::juju::JujuLogger).
    pub fn log_level(mut self, level: LevelFilter) -> Self {
        self.log_level = level;
        self
    }

    /// Whether a line to `juju-log` is also an event of the span it is written in, with its level and
    /// its text, and ERROR lines of the `log` crate have the trace's id. Default: no, since a line can
    /// say anything.
    pub fn log_events(mut self, yes: bool) -> Self {
        self.log_events = yes;
        self
    }

    /// The longest that one dispatch spends on the network, name look-up to last byte. Default: 1 s.
    pub fn network_budget(mut self, budget: Duration) -> Self {
        // A moment further off than this may be none that a clock can count to.
        const A_YEAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);
        self.network_budget = budget.min(A_YEAR);
        self
    }
}
