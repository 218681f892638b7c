//! The crate as its users see it: real processes, real files, real sockets on loopback.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that panics has failed, as it should"
)]
#![allow(
    clippy::cast_possible_truncation,
    clippy::format_collect,
    clippy::format_push_string,
    clippy::items_after_statements,
    clippy::large_stack_arrays,
    reason = "tests say things the shortest way; their numbers and texts are small"
)]

mod buffer;
mod certificate_transfer;
mod cli;
mod codegen;
mod corpus;
mod crash;
mod delivery;
mod dependencies;
mod dispatch;
mod early_encoding;
mod endpoints;
mod faults;
mod generated;
mod house;
mod interplay;
mod juju;
mod limits;
mod location;
mod logging;
mod macro_hygiene;
mod network;
mod odd_environment;
mod outcome;
mod packaged_crate;
mod pages;
mod parameters;
mod pebble;
mod property;
mod rejected;
mod resolver;
mod testing;
mod tidy;
mod tls;
mod traced;
mod tracing_crate;
mod tracing_relation;
mod variables;

use std::path::Path;

use charm_tracing::__buffer::Reader;
use charm_tracing::testing::{RelationId, ResourceSpans, Run, Sink, Unit, json};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message;

/// The blog charm on Kubernetes, configured, with nothing related.
fn blog() -> Unit {
    let mut unit = Unit::new("blog/0", env!("CARGO_BIN_EXE_stand-in")).unwrap();
    unit.on_kubernetes(true);
    unit.set_leader(true);
    unit.set_config("title", json!("Hello"));
    unit.set_config("port", json!(8080));
    unit.set_config("comments", json!(true));
    unit.set_config("cache-ratio", json!(0.5));
    unit
}

/// The charm whose hooks end in every way a process can.
fn awkward() -> Unit {
    Unit::new("awkward/0", env!("CARGO_BIN_EXE_stand-in")).unwrap()
}

/// The charm that dies in the middle of its hooks.
fn mortal() -> Unit {
    Unit::new("mortal/0", env!("CARGO_BIN_EXE_stand-in")).unwrap()
}

/// The charm that does, in each dispatch, the exercise it is told to do, and prints what came of it.
fn toolbox() -> Unit {
    Unit::new("toolbox/0", env!("CARGO_BIN_EXE_stand-in")).unwrap()
}

/// Runs an event of the toolbox with one exercise.
fn exercise(
    unit: &mut Unit,
    name: &str,
    event: impl FnOnce(&mut Unit) -> Result<Run, charm_tracing::testing::Error>,
) -> Run {
    unit.set_env("EXERCISE", name);
    event(unit).unwrap()
}

/// Relates the unit to a receiver, as Juju and the provider would; both hooks have run.
fn relate_tracing(unit: &mut Unit, receiver: &str) -> RelationId {
    let relation = unit.relate("charm-tracing", "tempo");
    assert!(
        unit.relation_hook(&relation, "created", None)
            .unwrap()
            .succeeded()
    );
    offer(unit, &relation, receiver);
    assert!(
        unit.relation_hook(&relation, "changed", None)
            .unwrap()
            .succeeded()
    );
    relation
}

fn offer(unit: &mut Unit, relation: &RelationId, receiver: &str) {
    let offer = json!([{ "protocol": { "name": "otlp_http", "type": "http" }, "url": receiver }]);
    unit.set_remote_app_data(relation, &[("receivers", &offer.to_string())])
        .unwrap();
}

/// A blog that has been installed and sends its traces to this sink, which has forgotten them.
fn blog_with_sink() -> (Unit, Sink) {
    let sink = Sink::http().unwrap();
    let mut unit = blog();
    assert!(unit.hook("install").unwrap().succeeded());
    relate_tracing(&mut unit, &sink.endpoint());
    sink.clear();
    (unit, sink)
}

/// What waits in a buffer that is not in the charm's directory.
fn waiting_at(place: &Path) -> Vec<ResourceSpans> {
    if place.as_os_str().is_empty() {
        return Vec::new();
    }
    let reader = Reader::new(place);
    let mut waiting = Vec::new();
    for entry in reader.entries().unwrap() {
        let payload = reader.payload(&entry).unwrap();
        let request = ExportTraceServiceRequest::decode(payload.as_slice()).unwrap();
        waiting.extend(request.resource_spans);
    }
    waiting
}

/// Lets the time pass for which a receiver that failed is left alone.
fn let_the_wait_pass(unit: &Unit) {
    let file = unit.charm_dir().join(".charm-tracing.state");
    let text = std::fs::read_to_string(&file).unwrap();
    let mut state: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert!(state["breaker"].is_object(), "nothing failed: {state}");
    state["breaker"]["failed_ms"] = json!(0);
    std::fs::write(&file, state.to_string()).unwrap();
}

/// What a dispatch wrote into the unit's log.
fn log(run: &Run) -> String {
    run.log.iter().map(|line| format!("{line}\n")).collect()
}
