//! What works but is probably a mistake. It is a warning of the build, which goes on. A warning names only what the
//! author can fix, so a correct charm builds without any.

use crate::build::finding::{Findings, Key};
use crate::build::metadata::Metadata;
use crate::build::metadata::charm::{CharmFile, Role};
use crate::build::served::{CERTIFICATES, Purpose, TRACING};
use crate::build::storage::{self, ChosenLocation, Wish};

/// Notes everything worth a warning in metadata that has passed the checks.
pub(crate) fn advise(metadata: &Metadata, wish: &Wish, findings: &Findings) {
    let charm = &metadata.charm;
    for purpose in [&TRACING, &CERTIFICATES] {
        match purpose.pick(charm) {
            Some(served) => check_served(charm, purpose, served, findings),
            None => check_missed(charm, purpose, findings),
        }
    }
    check_durability(metadata, wish, findings);
}

/// The endpoint traces leave by takes one relation, since a trace goes to one place.
fn check_served(charm: &CharmFile, purpose: &Purpose, served: &str, findings: &Findings) {
    let Some(endpoint) = charm.requires.find(served) else {
        return;
    };
    let interface = purpose.interface;
    if purpose.is_single && endpoint.is.limit != Some(1) {
        let message = format!(
            "traces go to one backend, and the endpoint `{served}` takes more: without `limit: 1` \
             Juju lets an operator relate a second one, which gets nothing"
        );
        if endpoint.is.limit.is_some() {
            findings.value(&endpoint.key.child("limit"), message, "write `1`");
        } else {
            findings.key(
                &endpoint.key,
                message,
                format!("write `{served}: {{interface: {interface}, limit: 1}}`"),
            );
        }
    }
    let others = charm.requires.iter();
    let several = others.filter(|named| named.is.interface.as_deref() == Some(interface));
    if several.count() > 1 && !purpose.is_own(served) {
        findings.key(
            &endpoint.key,
            format!(
                "of several endpoints for `{interface}`, the charm's own uses the first, `{served}`"
            ),
            format!("call the one that is meant `{}`", purpose.own_name()),
        );
    }
}

/// An endpoint that has the name and not the rest is likely meant for the purpose.
fn check_missed(charm: &CharmFile, purpose: &Purpose, findings: &Findings) {
    let Purpose {
        interface, names, ..
    } = purpose;
    for (role, endpoint) in charm.endpoints() {
        let name = endpoint.name.as_str();
        let same = endpoint.is.interface.as_deref() == Some(*interface);
        if role == Role::Requires && names.contains(&name) && !same {
            let message = format!(
                "the endpoint `{name}` has the name and not the interface by which this crate \
                 would serve it"
            );
            let interface = format!("write `interface: {interface}`, or take another name");
            findings.value(&endpoint.key.child("interface"), message, interface);
        } else if role != Role::Requires && name == purpose.own_name() && same {
            let message = format!(
                "the endpoint `{name}` has the wrong role: a charm requires what it uses itself"
            );
            findings.key(&endpoint.key, message, "move it to `requires`");
        }
    }
}

/// In the charm directory of a pod, or on its file system, traces last as long as the pod.
fn check_durability(metadata: &Metadata, wish: &Wish, findings: &Findings) {
    let charm = &metadata.charm;
    let choice = storage::decide(charm, wish);
    let lost = match &choice.location {
        ChosenLocation::CharmDirectory => true,
        ChosenLocation::File { path } => storage::around(charm, path).is_none(),
        ChosenLocation::Storage { .. } | ChosenLocation::StorageByName { .. } => false,
    };
    if lost && charm.on_kubernetes() {
        let sections = ["storage", "containers", "assumes"];
        let section = sections.into_iter().find(|section| charm.has(section));
        findings.key(
            &Key::new(metadata.file, &[section.unwrap_or("name")]),
            format!(
                "nothing keeps the traces that wait for a backend when the pod goes. {}",
                choice.reason
            ),
            "declare a storage for them under `storage`, such as `traces: {type: filesystem, \
             location: /var/lib/traces, minimum-size: 64M}`",
        );
    }
}
