#![doc = include_str!("../README.md")]

// One dispatch, start to end.
#[cfg(feature = "runtime")]
mod dispatch;
#[cfg(feature = "runtime")]
mod outcome;
#[cfg(feature = "runtime")]
mod resume;

// What Juju said, and what the charm is.
#[cfg(feature = "runtime")]
mod caller;
#[cfg(feature = "runtime")]
mod charm;
#[cfg(feature = "runtime")]
pub mod declared;
#[cfg(feature = "runtime")]
mod environment;
#[cfg(feature = "runtime")]
mod event;
#[cfg(feature = "runtime")]
mod hook;

// What the charm says back.
#[cfg(feature = "runtime")]
mod juju;
#[cfg(feature = "pebble")]
pub mod pebble;

// What is recorded meanwhile.
#[cfg(feature = "tracing")]
mod bridge;
#[cfg(feature = "runtime")]
mod custom;
#[cfg(feature = "runtime")]
mod journal;
#[cfg(feature = "runtime")]
pub mod process;
#[cfg(feature = "runtime")]
mod resource;
#[cfg(feature = "runtime")]
mod span;
#[cfg(feature = "runtime")]
mod traced;

// How it leaves the unit.
#[cfg(feature = "runtime")]
mod breaker;
#[cfg(feature = "runtime")]
#[doc(hidden)]
pub mod buffer;
#[cfg(feature = "runtime")]
mod checksum;
#[cfg(feature = "runtime")]
mod delivery;
#[cfg(feature = "runtime")]
mod destination;
#[cfg(feature = "runtime")]
mod export;
#[cfg(feature = "runtime")]
mod keep;
#[cfg(feature = "runtime")]
mod place;
#[cfg(feature = "runtime")]
mod report;
#[cfg(feature = "runtime")]
mod small;

// The half for build scripts: knows nothing of the rest.
#[cfg(feature = "build")]
pub mod build;

// The half for tests.
#[cfg(feature = "testing")]
pub mod testing;

#[cfg(feature = "tracing")]
pub use self::bridge::tracing_layer;
#[cfg(feature = "runtime")]
pub use self::{
    charm::{BufferPlace, Charm, Dispatch, Settings, charm},
    custom::emit,
    dispatch::run,
    environment::{Environment, ExporterVariables},
    event::{
        Lifecycle, RelationChange, RelationEvent, RelationId, SecretChange, SecretEvent,
        StorageChange, StorageEvent, WorkloadChange, WorkloadEvent,
    },
    hook::Hook,
    juju::{
        Action, Address, BindAddress, CertificateSet, CertificateTransferRequirer, CloudCredential,
        CloudSpec, CurrentStatus, Databag, EndpointChange, Error, Field, Fields, FromValue, Goal,
        GoalState, Juju, JujuLogger, LogLevel, Network, Params, Port, Protocol, ProtocolKind,
        Receiver, Request, Rotation, SecretContent, SecretId, SecretInfo, SecretOwner, SecretQuery,
        SecretSettings, ServerCert, Status, StorageInstance, TracingConfig,
        TracingEndpointProvider, TracingEndpointRequirer, TracingError, Transport,
        charm_tracing_config,
    },
    span::{
        CurrentSpan, Disabled, carry, charm_tracing_disabled, get_current_span, is_enabled,
        set_attribute, span_event, tracer,
    },
};
#[cfg(feature = "runtime")]
pub use log;
#[cfg(feature = "runtime")]
pub use opentelemetry;

#[doc(hidden)]
#[cfg(feature = "runtime")]
pub use self::traced::support as __traced;

/// What the generated code names, under the version that generated it: a build-dependency of another
/// version than the dependency is one "cannot find" error that shows both.
#[doc(hidden)]
#[cfg(feature = "runtime")]
pub mod __v0_1_0 {
    pub use crate::charm::{BufferPlace, Charm, Dispatch};
    pub use crate::declared;
    pub use crate::event::{Lifecycle, RelationEvent, SecretEvent, StorageEvent, WorkloadEvent};
    pub use crate::hook::Hook;
    pub use crate::juju::{Action, Error, Field, Fields, FromValue, Juju, Params, SecretId};
    pub use serde_json::Value;
}

/// What `benches/encode.rs` measures; no charm needs it.
#[doc(hidden)]
#[cfg(feature = "testing")]
pub mod __measured {
    /// Encodes finished spans as the end of a dispatch does.
    pub fn encode(
        spans: Vec<opentelemetry_sdk::trace::SpanData>,
        resource: &std::sync::Arc<opentelemetry_sdk::Resource>,
    ) -> Option<Vec<u8>> {
        let resource = std::sync::Arc::clone(resource);
        crate::span::encode(crate::span::Finished::new(spans, resource)).ok()
    }
}

/// What `fuzz/` gives bytes to; no charm needs it.
#[doc(hidden)]
#[cfg(feature = "testing")]
pub mod __fuzzed {
    use std::time::{Duration, SystemTime};

    use crate::export::{self, Answer, Verdict};
    use crate::journal::{self, Found};

    /// Message, algorithm and signature of a certificate.
    pub fn signed(certificate: &[u8]) -> Option<[&[u8]; 3]> {
        let parts = export::signed(certificate)?;
        Some([parts.message, parts.algorithm, parts.signature])
    }

    /// Whether what a certificate is for can be read.
    pub fn has_usages(certificate: &[u8]) -> bool {
        export::usages(certificate).is_some()
    }

    /// The common name in a distinguished name.
    pub fn common_name(name: &[u8]) -> Option<String> {
        export::common_name(name)
    }

    /// The certificates of a text in PEM, as DER.
    pub fn certificates(text: &str) -> Vec<Vec<u8>> {
        let found = export::certificates(text).into_iter();
        found.map(|certificate| certificate.to_vec()).collect()
    }

    /// How many spans a journal is recovered with, and the bytes of their encoding; `None` without a trace.
    pub fn recovered(journal: &[u8]) -> Option<(usize, usize)> {
        match journal::read(journal) {
            Found::Story(trace) => {
                let spans = trace.finished.spans.len();
                let encoded = crate::span::encode(trace.finished);
                Some((spans, encoded.map_or(0, |bytes| bytes.len())))
            }
            Found::Nothing | Found::Foreign => None,
        }
    }

    /// Whether a receiver that answers so has the record, and how long it asks to be left alone.
    pub fn answer(
        status: u16,
        [retry_after, content_type]: [Option<&str>; 2],
        body: &[u8],
        now: SystemTime,
    ) -> (bool, Option<Duration>) {
        let answer = Answer {
            status,
            retry_after,
            content_type,
            body,
        };
        match Verdict::of(&answer, now) {
            Verdict::Sent(_) => (true, None),
            Verdict::Later(later) => (false, later.retry_after),
            Verdict::Never { .. } => (false, None),
        }
    }
}

/// Includes what the charm's build script wrote: `Event`, `Config`, a struct for each action, and an
/// enum for each kind of thing the charm declares.
///
/// They stand in a module of their own and are brought in by a glob, so a type of the charm with the
/// same name wins, and nothing in the charm's own scope can change what they mean.
///
/// ```ignore
/// charm_tracing::include_charm!(); // $OUT_DIR/charm.rs
/// ```
#[cfg(feature = "runtime")]
#[macro_export]
macro_rules! include_charm {
    () => {
        $crate::include_charm!("charm");
    };
    ($name:literal) => {
        // A charm uses what it needs of the generated types, and did not choose their names.
        #[allow(
            dead_code,
            nonstandard_style,
            unreachable_pub,
            clippy::all,
            clippy::pedantic
        )]
        mod __charm {
            ::core::include!(::core::concat!(::core::env!("OUT_DIR"), "/", $name, ".rs"));
        }
        #[allow(unused_imports, unreachable_pub)]
        pub use __charm::*;
    };
}
