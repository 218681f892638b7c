//! What it takes to test a charm without a Juju and without a tracing backend: a simulated Juju
//! that runs the charm's real `dispatch`, a receiver for what it exports, and spans as text.
//! Nothing is mocked inside the process, so the same binary that ships is the one under test.
//!
//! [`Unit`] is the unit of a charm, [`Sink`] the OTLP receiver, [`tree`] and [`waterfall`] print
//! what it received.

// Juju's side.
mod dispatch;
mod events;
mod run;
mod unit;

mod agent;
mod buffered;
mod environment;
mod error;
mod folder;
mod ids;
mod model;
mod record;
mod state;
mod tools;

// The backend's side.
mod sink;
mod spans;
mod tree;
mod waterfall;

pub use dispatch::Running;
pub use error::Error;
pub use ids::{RelationId, SecretId, StorageId};
pub use run::{Call, LogLine, Run};
pub use sink::{Answer, Received, Sink, Undecoded};
pub use spans::{attribute, resource, spans};
pub use tools::hook_tool;
pub use tree::{tree, tree_with};
pub use unit::Unit;
pub use waterfall::waterfall;

/// The decoded OTLP types this kit takes and returns, from the version of `opentelemetry-proto` in
/// use.
pub use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, Span};

/// Configuration values and action parameters are JSON; `json!` writes them.
pub use serde_json::{Value, json};
