//! What Juju says and is asked: the environment, the events, the hook tools and the relation libraries.
//!
//! Methods of [`Juju`] have the names of the hook tools in Juju's manual, with underscores. Only this
//! room starts hook tools. Each method decides what the span of its call records: keys and ids, never values, input
//! or output.

pub(crate) mod agent_span;
pub(crate) mod charm;
pub mod declared;
pub(crate) mod environment;
mod error;
pub(crate) mod event;
pub(crate) mod hook;
#[doc(hidden)]
pub mod relations;
mod tools;
pub(crate) mod vocabulary;

pub use charm::{BufferLocation, Charm, Dispatch};
pub use environment::{Environment, ExporterVariables};
pub use error::Error;
pub use event::{
    Lifecycle, RelationChange, RelationEvent, RelationId, SecretChange, SecretEvent, StorageChange,
    StorageEvent, WorkloadChange, WorkloadEvent,
};
pub use hook::Hook;
pub use tools::action::{Action, Params};
pub(crate) use tools::call::Call;
pub use tools::credential::{CloudCredential, CloudSpec};
pub use tools::fields::{Field, Fields, FromValue, SecretId};
pub use tools::juju::Juju;
pub use tools::log::LogLevel;
pub use tools::logger::JujuLogger;
pub use tools::network::{Address, BindAddress, Network};
pub use tools::port::{Port, Transport};
pub use tools::relation::Databag;
pub use tools::secret::{
    Rotation, SecretContent, SecretInfo, SecretOwner, SecretQuery, SecretSettings,
};
pub use tools::status::{CurrentStatus, Status};
pub use tools::storage::StorageInstance;
pub(crate) use tools::storage::storage_location;
pub use tools::unit::{Goal, GoalState};
