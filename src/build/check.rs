//! What a charm may not declare. Juju and charmcraft report much of this only at deployment,
//! when the charm is packed and published; here it costs one failed build.

pub(crate) mod advice;
mod clash;
mod deploy;
mod extension;
mod grammar;
mod location;
mod typed;

use crate::build::files::{ASK, CharmFiles};
use crate::build::finding::{Finding, Findings, Key, Spot};
use crate::build::metadata::Metadata;
use crate::build::metadata::charm::{CharmFile, Container, Endpoint, Role, Storage};
use crate::build::metadata::section::Named;
use crate::build::metadata::value::Value;
use crate::build::storage::{self, Wish};

/// Notes everything in the metadata that no code can be made from.
pub(crate) fn check(files: &CharmFiles, metadata: &Metadata, wish: &Wish, findings: &Findings) {
    if !is_charm(files, metadata, findings) {
        return;
    }
    let charm = &metadata.charm;
    for (role, endpoint) in charm.endpoints() {
        check_endpoint(charm, role, endpoint, findings);
    }
    for storage in &charm.storage {
        check_storage(storage, findings);
    }
    for container in &charm.containers {
        check_container(charm, container, findings);
    }
    for action in &metadata.actions {
        grammar::action(charm, action, findings);
        typed::params(&action.is.takes, findings);
    }
    typed::options(&metadata.options, findings);
    clash::check(metadata, findings);
    deploy::check(metadata, findings);
    location::check(metadata, wish, findings);
}

/// Whether the file describes a charm at all; if not, no other problem is reported.
fn is_charm(files: &CharmFiles, metadata: &Metadata, findings: &Findings) -> bool {
    let file = metadata.file;
    let charm = &metadata.charm;
    if !files.has(file) {
        findings.push(Finding::new(
            Spot::File(file),
            format!(
                "no charmcraft.yaml and no metadata.yaml in {}",
                files.asked().display()
            ),
            ASK,
        ));
        return false;
    }
    if charm.kind.as_deref().is_some_and(|kind| kind != "charm") {
        findings.value(
            &Key::new(file, &["type"]),
            "this file describes no charm",
            "write `type: charm`, or name the file of the charm itself",
        );
        return false;
    }
    if charm.name.as_deref().is_none_or(str::is_empty) {
        let spot = if charm.has("name") {
            Spot::Value(Key::new(file, &["name"]))
        } else {
            Spot::File(file)
        };
        let finding = Finding::new(
            spot,
            "the charm has no name",
            format!("write `name: my-charm` at the top of {}", files.name(file)),
        );
        findings.push(finding.absent(Key::new(file, &["name"])));
    }
    extension::check(metadata, findings);
    true
}

fn check_endpoint(charm: &CharmFile, role: Role, endpoint: &Named<Endpoint>, findings: &Findings) {
    let Named { name, key, is } = endpoint;
    grammar::endpoint(charm, role, endpoint, findings);
    if is.interface.as_deref().is_none_or(str::is_empty) {
        let finding = Finding::new(
            Spot::Key(key.clone(), 0),
            format!("the endpoint `{name}` says no interface"),
            format!("write `{name}: {{interface: ..}}`"),
        );
        findings.push(finding.absent(key.child("interface")));
    }
    if let Some(scope) = &is.scope
        && !matches!(scope.as_str(), "global" | "container")
    {
        findings.value(
            &key.child("scope"),
            format!("`{scope}` is no scope"),
            "write `global` or `container`",
        );
    }
    // The first declaration is right; each later one is reported, with the first beside it.
    let first = charm.endpoints().find(|(_, other)| other.name == *name);
    if let Some((_, first)) = first.filter(|(_, first)| first.key != *key) {
        let finding = Finding::new(
            Spot::Key(key.clone(), 0),
            format!("the endpoint `{name}` has two roles; Juju takes one"),
            "rename one of the two",
        );
        findings.push(finding.related(Spot::Key(first.key.clone(), 0), "the first one is here"));
    }
}

fn check_storage(storage: &Named<Storage>, findings: &Findings) {
    let Named { name, key, is } = storage;
    grammar::storage(storage, findings);
    match is.kind.as_deref() {
        Some("filesystem") => {}
        Some("block") if is.location.is_none() => {}
        Some("block") => findings.key(
            &key.child("location"),
            format!("the storage `{name}` is a block device, which is mounted nowhere"),
            "delete `location`, or write `type: filesystem`",
        ),
        Some(other) => findings.value(
            &key.child("type"),
            format!("`{}` is no type of storage", other.escape_debug()),
            "write `filesystem` or `block`",
        ),
        None => {
            let finding = Finding::new(
                Spot::Key(key.clone(), 0),
                format!("the storage `{name}` says no type"),
                "write `type: filesystem` or `type: block` under it",
            );
            findings.push(finding.absent(key.child("type")));
        }
    }
    if storage::StorageRange::of(is).is_none() {
        findings.value(
            &key.child("multiple").child("range"),
            "this is no number of instances",
            "write `2` for exactly two, `0-2` for at most two, `1-` for one or more",
        );
    }
    if is.minimum_size != Value::Null && storage::size_mib(&is.minimum_size).is_none() {
        findings.value(
            &key.child("minimum-size"),
            "this is no size",
            "write a number and a unit, such as `500M` or `1G`",
        );
    }
}

fn check_container(charm: &CharmFile, container: &Named<Container>, findings: &Findings) {
    let Named { name, key, is } = container;
    let missing = |spot: &Key, absent: Key, message: String, help: String| {
        let finding = Finding::new(Spot::Value(spot.clone()), message, help);
        findings.push(finding.absent(absent));
    };
    grammar::container(container, findings);
    if let Some(resource) = &is.resource {
        let kind = charm.resources.find(resource).map(|named| &named.is.kind);
        match kind.map(Option::as_deref) {
            Some(Some("oci-image")) => {}
            Some(_) => missing(
                &key.child("resource"),
                Key::new(key.file, &["resources", resource, "type"]),
                format!("the resource `{resource}` is no image that a container could run"),
                format!("write `type: oci-image` under `resources.{resource}`"),
            ),
            None => missing(
                &key.child("resource"),
                Key::new(key.file, &["resources", resource]),
                format!("there is no resource `{resource}`"),
                format!("declare `{resource}: {{type: oci-image}}` under `resources`"),
            ),
        }
    }
    for (index, mount) in is.mounts.iter().enumerate() {
        let key = key.child("mounts").child(&index.to_string());
        match &mount.storage {
            Some(storage) if charm.storage.find(storage).is_some() => {}
            Some(storage) => missing(
                &key.child("storage"),
                Key::new(key.file, &["storage", storage]),
                format!("the container `{name}` mounts `{storage}`, which is no storage"),
                format!("declare `{storage}` under `storage`, or name one that is there"),
            ),
            None => missing(
                &key,
                key.child("storage"),
                "this mount names no storage".to_owned(),
                "write `storage: ..` with the name of a storage".to_owned(),
            ),
        }
        if mount.location.is_none() {
            missing(
                &key,
                key.child("location"),
                "this mount says no location".to_owned(),
                "write `location: /..` with the path in the container".to_owned(),
            );
        }
    }
}
