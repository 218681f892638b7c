//! The `tracing` interface, version 2, from both sides.
//!
//! Source: `interfaces/tracing/v2` of charm-relation-interfaces. All data is in application databags,
//! under `receivers`: the requirer lists protocols, the provider answers with protocols and URLs.
//! Anything else, the retired versions 0 and 1 included, means "not ready" and is not an error. The names
//! are those of the Python library.

mod config;
mod error;
mod protocol;
mod provider;
mod requirer;

pub use config::{ServerCert, TracingConfig, charm_tracing_config};
pub use error::TracingError;
pub use protocol::{Protocol, ProtocolKind, Receiver};
pub use provider::{Request, TracingEndpointProvider};
pub use requirer::{EndpointChange, TracingEndpointRequirer};

use crate::juju::declared::{Endpoint, Role};

/// The one key of the interface, on both sides.
const RECEIVERS: &str = "receivers";

/// Whether the endpoint can speak this interface from this side.
pub(super) fn check(
    endpoint: &Endpoint,
    interface: &'static str,
    role: Role,
) -> Result<(), TracingError> {
    if endpoint.interface != interface {
        return Err(TracingError::RelationInterfaceMismatch {
            endpoint: endpoint.name.to_owned(),
            expected: interface,
            found: endpoint.interface.to_owned(),
        });
    }
    if endpoint.role != role {
        return Err(TracingError::RelationRoleMismatch {
            endpoint: endpoint.name.to_owned(),
            expected: role,
            found: endpoint.role,
        });
    }
    Ok(())
}
