//! The generated types at work: every fixture compiles, and dispatch paths lead where they should.

use charm_tracing::{
    Juju, Lifecycle, RelationChange,
    juju::{Charm, Dispatch, Environment, StorageChange, WorkloadChange},
};

mod minimal {
    charm_tracing::include_charm!("minimal");
}
mod everything {
    charm_tracing::include_charm!("everything");
}
mod split_files {
    charm_tracing::include_charm!("split-files");
}
mod awkward_names {
    charm_tracing::include_charm!("awkward-names");
}
mod blog {
    charm_tracing::include_charm!("blog");
}

/// The event that a charm reads from a dispatch path and what else Juju set.
fn read<C: Charm>(path: &str, variables: &[(&str, &str)]) -> Option<C> {
    let pairs = [("JUJU_DISPATCH_PATH", path)]
        .into_iter()
        .chain(variables.iter().copied());
    let environment = Environment::from_pairs(pairs);
    C::read(&Dispatch::new(&environment, &Juju::new()))
}

#[test]
fn lifecycle_and_unknown() {
    let install = read("hooks/install", &[]);
    assert!(
        matches!(install, Some(minimal::Event::Lifecycle(Lifecycle::Install))),
        "{install:?}"
    );
    for path in [
        "hooks/brand-new",
        "hooks/database-relation-changed",
        "actions/none",
        "",
        "hooks/",
    ] {
        let event = read(path, &[]);
        assert!(
            matches!(&event, Some(minimal::Event::Unknown(name)) if name == path),
            "{event:?}"
        );
    }
}

#[test]
fn a_relation_with_its_payload() {
    let variables = [
        ("JUJU_RELATION_ID", "database:7"),
        ("JUJU_REMOTE_APP", "postgresql"),
        ("JUJU_REMOTE_UNIT", "postgresql/3"),
        ("JUJU_DEPARTING_UNIT", "postgresql/3"),
    ];
    let Some(blog::Event::DatabaseRelation(database)) =
        read("hooks/database-relation-departed", &variables)
    else {
        panic!("not the database");
    };
    assert_eq!(database.change, RelationChange::Departed);
    assert_eq!(database.id.unwrap().as_str(), "database:7");
    assert_eq!(database.remote_app.as_deref(), Some("postgresql"));
    assert_eq!(database.remote_unit.as_deref(), Some("postgresql/3"));
    assert_eq!(database.departing_unit.as_deref(), Some("postgresql/3"));
}

#[test]
fn storage_container_and_action() {
    let storage = [
        ("JUJU_STORAGE_ID", "content/0"),
        ("JUJU_STORAGE_LOCATION", "/var/lib/blog"),
    ];
    let Some(blog::Event::ContentStorage(content)) =
        read("hooks/content-storage-attached", &storage)
    else {
        panic!("not the storage");
    };
    assert_eq!(
        (content.change, content.id.as_deref()),
        (StorageChange::Attached, Some("content/0"))
    );

    let workload = [
        ("JUJU_WORKLOAD_NAME", "blog"),
        ("JUJU_PEBBLE_CHECK_NAME", "up"),
    ];
    let Some(blog::Event::BlogPebble(pebble)) = read("hooks/blog-pebble-check-failed", &workload)
    else {
        panic!("not the container");
    };
    assert_eq!(
        (pebble.change, pebble.check.as_deref()),
        (WorkloadChange::CheckFailed, Some("up"))
    );

    let action = [
        ("JUJU_ACTION_UUID", "12"),
        ("JUJU_ACTION_NAME", "create-user"),
    ];
    let Some(blog::Event::CreateUserAction(user)) = read("actions/create-user", &action) else {
        panic!("not the action");
    };
    assert_eq!((user.name(), user.uuid()), ("create-user", Some("12")));
}

#[test]
fn tracing_and_certificates_are_served_and_have_no_event() {
    for endpoint in ["charm-tracing", "receive-ca-cert"] {
        for change in ["created", "joined", "changed", "departed", "broken"] {
            let path = format!("hooks/{endpoint}-relation-{change}");
            assert!(read::<blog::Event>(&path, &[]).is_none(), "{path}");
        }
    }
    assert_eq!(blog::Event::TRACING_ENDPOINT, Some("charm-tracing"));
    assert_eq!(minimal::Event::TRACING_ENDPOINT, None);
}

#[test]
fn the_workloads_own_tracing_endpoint_is_an_ordinary_relation() {
    let event = read("hooks/workload-tracing-relation-changed", &[]);
    assert!(
        matches!(event, Some(everything::Event::WorkloadTracingRelation(_))),
        "{event:?}"
    );
}

#[test]
fn other_fixtures_read_their_events() {
    let event = read("hooks/start", &[]);
    assert!(
        matches!(event, Some(split_files::Event::Lifecycle(Lifecycle::Start))),
        "{event:?}"
    );
    let event = read("actions/start", &[]);
    assert!(
        matches!(event, Some(awkward_names::Event::StartAction(_))),
        "{event:?}"
    );
}
