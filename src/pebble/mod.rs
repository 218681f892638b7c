//! A client for Pebble, which runs the workload's services in each container of a Kubernetes charm.
//!
//! It speaks the HTTP API over the container's unix socket, synchronously; each operation is a span
//! `pebble <operation>` under the name the Python library gives it. What a span records is decided where
//! the operation is: names and paths, never contents, environment or arguments.

mod change;
mod changes;
mod check;
mod client;
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

pub use change::{Change, ChangeId, ChangeState, Output, Task};
pub use check::{Check, SystemInfo};
pub use client::Client;
pub use error::Error;
pub use exec::Exec;
pub use files::{FileInfo, FileOptions};
pub use identity::Identity;
pub use layer::{Layer, LayerCheck, LayerService};
pub use notice::{Notice, Warning};
pub use services::Service;
