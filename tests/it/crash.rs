//! Dispatches that die: what had happened arrives, once, and no later hook notices.

#![expect(
    clippy::print_stdout,
    reason = "a test that rolls dice prints its seed, and how much it has seen"
)]

mod deaths;
mod everywhere;
mod import;
mod random;
mod samples;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use charm_tracing::testing::{ResourceSpans, Unit, attribute, spans};

/// What has arrived of each dispatch, by its context id.
#[derive(Debug, Default)]
struct Arrived {
    /// The traces that claim to be this dispatch; more than one would be a dispatch told twice.
    traces: BTreeSet<Vec<u8>>,
    steps: BTreeSet<u64>,
    abandoned: bool,
}

/// Sorts what has arrived, in whatever pieces, by dispatch.
fn by_dispatch(arrived: &[ResourceSpans]) -> BTreeMap<String, Arrived> {
    let mut dispatch_of: BTreeMap<Vec<u8>, String> = BTreeMap::new();
    let mut dispatches: BTreeMap<String, Arrived> = BTreeMap::new();
    for span in spans(arrived) {
        if let Some(dispatch) = attribute(span, "juju.context_id") {
            let of = dispatches.entry(dispatch.clone()).or_default();
            of.traces.insert(span.trace_id.clone());
            of.abandoned |= attribute(span, "charm.dispatch.abandoned").is_some();
            dispatch_of.insert(span.trace_id.clone(), dispatch);
        }
    }
    for span in spans(arrived) {
        let dispatch = dispatch_of.get(&span.trace_id).expect("a trace has a root");
        if let Some(step) = attribute(span, "step") {
            let of = dispatches.get_mut(dispatch).unwrap();
            of.steps.insert(step.parse().unwrap());
        }
    }
    dispatches
}

/// The steps whose spans had ended, as the charm itself noted them: by dispatch.
fn noted(unit: &Unit) -> BTreeMap<String, BTreeSet<u64>> {
    let mut noted: BTreeMap<String, BTreeSet<u64>> = BTreeMap::new();
    let text = fs::read_to_string(unit.charm_dir().join("done")).unwrap_or_default();
    for line in text.lines() {
        // A kill can cut the last line of a dispatch short.
        if let Some((dispatch, Ok(step))) = line
            .split_once(' ')
            .map(|(dispatch, step)| (dispatch, step.parse()))
        {
            noted.entry(dispatch.to_owned()).or_default().insert(step);
        }
    }
    noted
}

/// The journals in the charm's directory that hold something.
fn left_over(unit: &Unit) -> Vec<String> {
    let mut found: Vec<String> = fs::read_dir(unit.charm_dir())
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_name().to_str().unwrap().contains(".journal."))
        .filter(|entry| entry.metadata().unwrap().len() > 0)
        .map(|entry| entry.file_name().into_string().unwrap())
        .filter(|name| !name.ends_with(".set-aside"))
        .collect();
    found.sort();
    found
}
