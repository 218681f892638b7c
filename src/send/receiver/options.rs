//! How a receiver wants to be spoken to, beside its URL and its CAs.

use std::path::PathBuf;
use std::time::Duration;

/// Everything optional about a receiver. The default is OTLP over HTTP as the specification has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ReceiverOptions {
    /// The URL is complete: nothing is joined to it.
    pub(crate) exact: bool,
    /// Headers of each request, names as they were written.
    pub(crate) headers: Vec<(String, String)>,
    /// The longest that one request may take, where that is less than what the dispatch has left.
    pub(crate) timeout: Option<Duration>,
    pub(crate) compression: Compression,
    /// What this unit shows to a receiver that asks for it.
    pub(crate) client: Option<ClientCertificate>,
    /// PEM files, or folders of such, that count as CAs to trust beside those of the receiver.
    pub(crate) system_roots: Vec<PathBuf>,
    /// The URL of the proxy to go through.
    pub(crate) proxy: Option<String>,
}

/// Which bodies are compressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Compression {
    /// Those that it pays for.
    #[default]
    Large,
    All,
    Off,
}

/// A certificate and its key, as PEM files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ClientCertificate {
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
}
