//! What Juju refuses when the packed charm reaches it, though charmcraft packs it well: rules that
//! look at more than one key, or at names that Juju keeps for itself.

use crate::build::finding::{Finding, Findings, Key, Spot};
use crate::build::metadata::Metadata;
use crate::build::metadata::charm::{CharmFile, Container, Endpoint, Role, Storage};
use crate::build::metadata::section::Named;

pub(crate) fn check(metadata: &Metadata, findings: &Findings) {
    let charm = &metadata.charm;
    check_subordinate(metadata, findings);
    check_formats(metadata, findings);
    for (role, endpoint) in charm.endpoints() {
        check_interface(charm, role, endpoint, findings);
    }
    for storage in &charm.storage {
        check_location(storage, findings);
    }
    for container in &charm.containers {
        check_user(container, findings);
    }
}

/// A subordinate comes to a machine by a relation within that machine, and by nothing else.
fn check_subordinate(metadata: &Metadata, findings: &Findings) {
    let charm = &metadata.charm;
    let within = |named: &Named<Endpoint>| named.is.scope.as_deref() == Some("container");
    if charm.subordinate == Some(true) && !charm.requires.iter().any(within) {
        let finding = Finding::new(
            Spot::Key(Key::new(metadata.file, &["subordinate"]), 0),
            "a subordinate has to require an endpoint of container scope, by which Juju brings it \
             to its principal",
            "write `juju-info: {interface: juju-info, scope: container}` under `requires`",
        );
        findings.push(finding.absent(Key::new(metadata.file, &["requires"])));
    }
}

/// Keys of the old format beside keys of the new one.
fn check_formats(metadata: &Metadata, findings: &Findings) {
    const OLD: [&str; 3] = ["series", "deployment", "min-juju-version"];
    const NEW: [&str; 3] = ["containers", "assumes", "charm-user"];
    let has = |key: &&str| metadata.charm.has(key);
    let (Some(old), Some(new)) = (
        OLD.into_iter().find(|key| has(key)),
        NEW.into_iter().find(|key| has(key)),
    ) else {
        return;
    };
    let finding = Finding::new(
        Spot::Key(Key::new(metadata.file, &[old]), 0),
        format!("`{old}` belongs to an older format of metadata than `{new}`, and Juju takes one"),
        format!("delete `{old}`; charmcraft.yaml says in `base` and `platforms` where it runs"),
    );
    let spot = Spot::Key(Key::new(metadata.file, &[new]), 0);
    findings.push(finding.related(spot, "the newer key is here"));
}

/// Every charm provides `juju-info` by itself.
fn check_interface(charm: &CharmFile, role: Role, endpoint: &Named<Endpoint>, findings: &Findings) {
    let interface = endpoint.is.interface.as_deref().unwrap_or_default();
    let reserved = |name: &str| name == "juju" || name.starts_with("juju-");
    let own = charm.name.as_deref().is_some_and(reserved);
    if role != Role::Requires && reserved(interface) && !own {
        findings.value(
            &endpoint.key.child("interface"),
            format!("Juju keeps the interface `{interface}` for what it provides itself"),
            "take an interface that does not begin with `juju`",
        );
    }
}

/// Juju puts storages without a location there itself.
fn check_location(storage: &Named<Storage>, findings: &Findings) {
    let location = storage.is.location.as_deref().unwrap_or_default();
    if std::path::Path::new(location).starts_with("/var/lib/juju/storage") {
        findings.value(
            &storage.key.child("location"),
            "Juju keeps the folder /var/lib/juju/storage for itself",
            "take another path, or delete `location`: Juju then chooses one there",
        );
    }
}

/// The user and group ids from 1000 to 9999 are those of people on the machine, and Juju's own.
fn check_user(container: &Named<Container>, findings: &Findings) {
    for (name, id) in [("uid", container.is.uid), ("gid", container.is.gid)] {
        if id.is_some_and(|id| (1000..10_000).contains(&id)) {
            findings.value(
                &container.key.child(name),
                format!("Juju refuses a `{name}` from 1000 to 9999"),
                "take one below or above, such as `10000`",
            );
        }
    }
}
