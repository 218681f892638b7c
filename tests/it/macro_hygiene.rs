//! Generated code in scopes that do what they can to change its meaning, and under lints that a
//! charm may set: it compiles, and means the same.

use charm_tracing::juju::declared::{Role, Scope, StorageKind};
use charm_tracing::{
    Juju,
    juju::{Charm, Dispatch, Environment},
};

/// Everything a scope can define that generated code might name by accident.
#[deny(
    warnings,
    missing_docs,
    unreachable_pub,
    unused,
    clippy::all,
    clippy::pedantic
)]
#[allow(dead_code, unused_macros, unused_imports)]
pub(crate) mod scope {
    /// Not the crate.
    mod core {}
    /// Not the crate.
    mod std {}
    /// Not the crate.
    mod alloc {}
    /// Not the crate.
    mod charm_tracing {}
    struct Option;
    struct Result;
    struct String;
    struct Vec;
    struct Some;
    struct None;
    struct Ok;
    struct Err;
    struct Self_;
    struct Fields;
    struct Juju;
    struct Error;
    trait From {}
    trait Into {}
    trait AsRef {}
    trait Clone {}
    macro_rules! vec {
        () => {};
    }
    macro_rules! concat {
        () => {};
    }
    use {concat, vec};

    /// A type of the charm's own, which hides the generated one.
    #[derive(Debug)]
    pub(crate) struct Endpoint;

    ::charm_tracing::include_charm!("everything");
}

/// A charm for each remaining fixture, which is a test that they compile.
mod others {
    macro_rules! charms {
        ($($name:ident = $file:literal),* $(,)?) => {
            $(pub(super) mod $name { charm_tracing::include_charm!($file); })*
        };
    }
    charms! {
        action_schemas = "action-schemas",
        empty_files = "empty-files",
        foreign_texts = "foreign-texts",
        kinds_share_names = "kinds-share-names",
        machine_storages = "machine-storages",
        of_another_age = "of-another-age",
        separate_actions = "separate-actions",
        site = "site",
        small_volumes = "small-volumes",
        subordinate = "subordinate",
        tracing_endpoints = "tracing-endpoints",
        tracing_misnamed = "tracing-misnamed",
        tracing_unlimited = "tracing-unlimited",
        yaml_1_1 = "yaml-1.1",
    }
}

fn read<C: Charm>(path: &str) -> Option<C> {
    let environment = Environment::from_pairs([("JUJU_DISPATCH_PATH", path)]);
    C::read(&Dispatch::new(&environment, &Juju::new()))
}

#[test]
fn the_charms_scope_changes_nothing() {
    let event = read("hooks/database-relation-changed");
    assert!(matches!(event, Some(scope::Event::DatabaseRelation(_))));
    assert_eq!(format!("{:?}", scope::Endpoint), "Endpoint");
    assert_eq!(scope::Storage::Pages.name(), "pages");
}

#[test]
fn declared_things_are_as_in_the_metadata() {
    use others::kinds_share_names::{Binding, Container, Device, Endpoint, Resource, Storage};
    let endpoint = Endpoint::Data.declared();
    assert_eq!((endpoint.name, endpoint.interface), ("data", "data"));
    assert_eq!(
        (endpoint.role, endpoint.scope),
        (Role::Requires, Scope::Global)
    );
    assert_eq!((endpoint.limit, endpoint.optional), (None, false));
    let mounts = Container::Data.declared().mounts;
    assert_eq!((mounts[0].storage, mounts[0].location), ("data", "/data"));
    let storage = Storage::Data.declared();
    assert_eq!(
        (storage.kind, storage.location),
        (StorageKind::Filesystem, Some("/data"))
    );
    assert_eq!((storage.least, storage.most), (1, Some(1)));
    assert_eq!(Resource::DataFile.declared().filename, Some("data.bin"));
    assert_eq!(Device::Data.declared().least, Some(1));
    assert_eq!(Binding::ALL.map(Binding::name), ["data", "Ring of Power"]);
    let subordinate = others::subordinate::Endpoint::JujuInfo.declared();
    assert_eq!(subordinate.scope, Scope::Container);
    let merged = others::yaml_1_1::Endpoint::ALL.map(|endpoint| {
        let declared = endpoint.declared();
        (declared.interface, declared.limit, declared.optional)
    });
    let expected = [
        ("http", Some(2), true),
        ("http", Some(1), true),
        ("first", Some(3), false),
    ];
    assert_eq!(merged, expected);
}
