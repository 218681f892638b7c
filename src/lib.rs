//! [architecture]: crate::docs::architecture
//! [glossary]: crate::docs::glossary
//! [delivery]: crate::docs::delivery
//! [buffer]: crate::docs::buffer_format
//! [benchmarks]: crate::docs::benchmarks
//! [decisions]: crate::docs::decisions
// The first definition of a link counts, so those of the README lead to files only where it is read as a file.
#![doc = include_str!("../README.md")]

#[cfg(feature = "runtime")]
mod dispatch;
#[cfg(feature = "runtime")]
pub mod juju;
#[cfg(feature = "runtime")]
mod send;
#[cfg(feature = "runtime")]
mod settings;
#[cfg(feature = "runtime")]
mod store;
#[cfg(feature = "runtime")]
pub mod trace;

#[cfg(feature = "build")]
pub mod build;
#[cfg(feature = "pebble")]
pub mod pebble;
#[cfg(feature = "testing")]
pub mod testing;

#[cfg(feature = "runtime")]
pub use self::{
    dispatch::run,
    juju::{
        Action, Error, Juju, Lifecycle, LogLevel, Port, RelationChange, RelationEvent, RelationId,
        SecretEvent, SecretId, Status, StorageEvent, WorkloadEvent, relations,
    },
    settings::{Settings, charm},
    trace::{set_attribute, tracer},
};
#[cfg(feature = "runtime")]
pub use log;
#[cfg(feature = "runtime")]
pub use opentelemetry;

/// The pages of `docs/`.
#[cfg(doc)]
pub mod docs {
    #[doc = include_str!("../docs/architecture.md")]
    pub mod architecture {}
    #[doc = include_str!("../docs/benchmarks.md")]
    pub mod benchmarks {}
    #[doc = include_str!("../docs/buffer-format.md")]
    pub mod buffer_format {}
    #[doc = include_str!("../docs/decisions/README.md")]
    pub mod decisions {}
    #[doc = include_str!("../docs/delivery.md")]
    pub mod delivery {}
    #[doc = include_str!("../docs/generated-code.md")]
    pub mod generated_code {}
    #[doc = include_str!("../docs/glossary.md")]
    pub mod glossary {}
    #[doc = include_str!("../docs/journal-format.md")]
    pub mod journal_format {}
    #[doc = include_str!("../docs/traced.md")]
    pub mod traced {}
}

/// The buffer's file, for tests and benchmarks of this crate.
#[doc(hidden)]
#[cfg(feature = "runtime")]
pub use self::store::buffer as __buffer;
#[doc(hidden)]
#[cfg(feature = "runtime")]
pub use self::trace::traced::support as __traced;

/// What the generated code names, under the version that generated it: a build-dependency of another
/// version than the dependency is one "cannot find" error that shows both.
#[doc(hidden)]
#[cfg(feature = "runtime")]
pub mod __v0_1_0 {
    pub use crate::juju::{
        Action, BufferLocation, Charm, Dispatch, Error, Field, Fields, FromValue, Hook, Juju,
        Lifecycle, Params, RelationEvent, SecretEvent, SecretId, StorageEvent, WorkloadEvent,
        declared,
    };
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
        crate::trace::encode(crate::trace::Finished::new(spans, resource)).ok()
    }
}

/// What `fuzz/` gives bytes to; no charm needs it.
#[doc(hidden)]
#[cfg(feature = "testing")]
pub mod __fuzzed {
    use std::time::{Duration, SystemTime};

    use crate::send::http;
    use crate::send::receiver::{ReceiverAnswer, Verdict};
    use crate::store::journal::{self, Found};

    /// Message, algorithm and signature of a certificate.
    pub fn signed(certificate: &[u8]) -> Option<[&[u8]; 3]> {
        let parts = http::signed(certificate)?;
        Some([parts.message, parts.algorithm, parts.signature])
    }

    /// Whether what a certificate is for can be read.
    pub fn has_usages(certificate: &[u8]) -> bool {
        http::usages(certificate).is_some()
    }

    /// The common name in a distinguished name.
    pub fn common_name(name: &[u8]) -> Option<String> {
        http::common_name(name)
    }

    /// The certificates of a text in PEM, as DER.
    pub fn certificates(text: &str) -> Vec<Vec<u8>> {
        let found = http::certificates(text).into_iter();
        found.map(|certificate| certificate.to_vec()).collect()
    }

    /// How many spans a journal is recovered with, and the bytes of their encoding; `None` without a trace.
    pub fn recovered(journal: &[u8]) -> Option<(usize, usize)> {
        match journal::read(journal) {
            Found::RecoveredTrace(trace) => {
                let spans = trace.finished.spans.len();
                let encoded = crate::trace::encode(trace.finished);
                Some((spans, encoded.map_or(0, |bytes| bytes.len())))
            }
            Found::Nothing | Found::Foreign => None,
        }
    }

    /// Whether a receiver that answers so has the record, and how long it asks to wait.
    pub fn answer(
        status: u16,
        [retry_after, content_type]: [Option<&str>; 2],
        body: &[u8],
        now: SystemTime,
    ) -> (bool, Option<Duration>) {
        let answer = ReceiverAnswer {
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
