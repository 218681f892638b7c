//! The relation libraries: `tracing` and `certificate_transfer`.

mod certificate_transfer;
mod tracing;

pub use certificate_transfer::{CertificateSet, CertificateTransferRequirer};
pub use tracing::{
    EndpointChange, Protocol, ProtocolKind, Receiver, Request, ServerCert, TracingConfig,
    TracingEndpointProvider, TracingEndpointRequirer, TracingError, charm_tracing_config,
};
