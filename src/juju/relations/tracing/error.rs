//! The errors of the relation libraries, with the names of the Python library.

use std::fmt;

use crate::juju::Error;
use crate::juju::declared::Role;
use crate::juju::relations::Protocol;
use crate::juju::vocabulary;

/// A relation library cannot do what was asked.
///
/// ```no_run
/// # use charm_tracing::relations::{Protocol, TracingEndpointRequirer, TracingError};
/// # fn url(requirer: &TracingEndpointRequirer) -> Result<Option<String>, TracingError> {
/// match requirer.get_endpoint(Protocol::Zipkin) {
///     Err(TracingError::ProtocolNotRequested(_)) => Ok(None),
///     other => other,
/// }
/// # }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum TracingError {
    /// The endpoint speaks another interface.
    RelationInterfaceMismatch {
        /// The endpoint's name.
        endpoint: String,
        /// The interface of this library.
        expected: &'static str,
        /// The interface in the metadata.
        found: String,
    },
    /// The endpoint is on the other side.
    RelationRoleMismatch {
        /// The endpoint's name.
        endpoint: String,
        /// The side of this library.
        expected: Role,
        /// The side in the metadata.
        found: Role,
    },
    /// No relation was named, and the metadata allows several.
    AmbiguousRelationUsage {
        /// The endpoint's name.
        endpoint: String,
    },
    /// Nothing was asked for.
    NoProtocols,
    /// The provider does not offer this, and nobody has asked it to.
    ProtocolNotRequested(Protocol),
    /// Only the leader may do this.
    DataAccessPermission {
        /// What was to be written.
        what: &'static str,
    },
    /// A hook tool failed.
    Tool(Error),
}

impl fmt::Display for TracingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RelationInterfaceMismatch {
                endpoint,
                expected,
                found,
            } => write!(
                f,
                "the endpoint `{endpoint}` has the interface `{found}` in the metadata and has to have `{expected}`"
            ),
            Self::RelationRoleMismatch {
                endpoint,
                expected,
                found,
            } => write!(
                f,
                "the endpoint `{endpoint}` stands under `{}` in the metadata and has to stand under `{}`",
                section(*found),
                section(*expected)
            ),
            Self::AmbiguousRelationUsage { endpoint } => write!(
                f,
                "the endpoint `{endpoint}` can have several relations: name one, or set `limit: 1` in the metadata"
            ),
            Self::NoProtocols => f.write_str("no protocol to ask for: name at least one"),
            Self::ProtocolNotRequested(protocol) => write!(
                f,
                "the provider does not offer `{}` and was not asked to: request it first, as the leader",
                protocol.name()
            ),
            Self::DataAccessPermission { what } => write!(
                f,
                "{what} can be written by the leader only, and this unit does not lead"
            ),
            Self::Tool(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for TracingError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Tool(error) => std::error::Error::source(error),
            _ => None,
        }
    }
}

impl From<Error> for TracingError {
    fn from(error: Error) -> Self {
        Self::Tool(error)
    }
}

fn section(role: Role) -> &'static str {
    match role {
        Role::Provides => vocabulary::PROVIDES,
        Role::Requires => vocabulary::REQUIRES,
        Role::Peers => vocabulary::PEERS,
    }
}
