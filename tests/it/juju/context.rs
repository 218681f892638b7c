//! What the root span tells of a dispatch, and what it has to do with the agent's own trace.

use charm_tracing::testing::{Run, Sink, Unit, attribute, json, spans};

use crate::{exercise, toolbox};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN: &str = "00f067aa0ba902b7";

/// The root span's attributes among these, as `key=value`.
fn root(
    unit: &mut Unit,
    keys: &[&str],
    event: impl FnOnce(&mut Unit) -> Result<Run, charm_tracing::testing::Error>,
) -> String {
    let sink = Sink::http().unwrap();
    unit.set_env("CHOSEN_ENDPOINT", sink.endpoint());
    exercise(unit, "status", event);
    let traces = sink.traces();
    let root = spans(&traces)
        .find(|span| span.name.ends_with(" event"))
        .unwrap();
    keys.iter()
        .filter_map(|key| Some(format!("{key}={}\n", attribute(root, key)?)))
        .collect()
}

#[test]
fn the_root_records_what_the_dispatch_is_about() {
    let mut unit = toolbox();
    unit.set_leader(true);
    let statuses = [
        "juju.unit.status",
        "juju.application.status",
        "cloud.availability_zone",
        "juju.version",
    ];
    assert_eq!(
        root(&mut unit, &statuses, |unit| unit.hook("start")),
        "juju.unit.status=blocked\njuju.application.status=active\ncloud.availability_zone=zone1\njuju.version=4.0.1\n"
    );
    unit.set_leader(false);
    assert_eq!(
        root(&mut unit, &statuses[..2], |unit| unit.hook("start")),
        "juju.unit.status=blocked\n",
        "a status that Juju refused is none"
    );

    let database = unit.relate("database", "postgresql");
    let keys = [
        "juju.relation.endpoint",
        "juju.relation.id",
        "juju.remote_app",
        "juju.remote_unit",
        "juju.departing_unit",
    ];
    assert_eq!(
        root(&mut unit, &keys, |unit| unit.relation_departed(
            &database,
            "postgresql/0",
            "postgresql/0"
        )),
        "juju.relation.endpoint=database\njuju.relation.id=database:1\njuju.remote_app=postgresql\n\
         juju.remote_unit=postgresql/0\njuju.departing_unit=postgresql/0\n"
    );
    let secret = unit.add_secret("tls", &[("cert", "x")]);
    let told = root(
        &mut unit,
        &["juju.secret.id", "juju.secret.label"],
        |unit| unit.secret_hook(&secret, "changed"),
    );
    assert_eq!(
        told,
        format!("juju.secret.id={secret}\njuju.secret.label=tls\n")
    );
    let place = tempfile::tempdir().unwrap();
    let storage = unit.attach_storage("content", place.path()).unwrap();
    assert_eq!(
        root(
            &mut unit,
            &["juju.storage.id", "juju.storage.kind"],
            |unit| unit.storage_hook(&storage, "attached")
        ),
        "juju.storage.id=content/0\njuju.storage.kind=filesystem\n"
    );
    assert_eq!(
        root(&mut unit, &["juju.action.name"], |unit| unit
            .action("rotate-key", json!({}))),
        "juju.action.name=rotate-key\n"
    );
}

/// Parent and links of the root, with the agent's ids under their names.
fn agent(variables: &[(&str, &str)]) -> String {
    let sink = Sink::http().unwrap();
    let mut unit = toolbox();
    unit.set_env("CHOSEN_ENDPOINT", sink.endpoint());
    for (name, value) in variables {
        unit.set_env(name, value);
    }
    exercise(&mut unit, "status", |unit| unit.hook("start"));
    let traces = sink.traces();
    let root = spans(&traces)
        .find(|span| span.name.ends_with(" event"))
        .unwrap();
    let hex = |bytes: &[u8]| {
        bytes
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>()
    };
    let links: Vec<String> = root
        .links
        .iter()
        .map(|link| format!("{}-{}", hex(&link.trace_id), hex(&link.span_id)))
        .collect();
    let child = hex(&root.trace_id) == TRACE;
    format!(
        "child: {child}, parent: {:?}, links: {links:?}",
        hex(&root.parent_span_id)
    )
}

#[test]
fn the_agents_span_is_a_link_or_if_wanted_and_kept_the_parent() {
    let linked = format!("child: false, parent: \"\", links: [\"{TRACE}-{SPAN}\"]");
    let child = format!("child: true, parent: \"{SPAN}\", links: []");
    let parent = format!("00-{TRACE}-{SPAN}-01");
    let juju = |flags| {
        [
            ("JUJU_TRACE_ID", TRACE),
            ("JUJU_SPAN_ID", SPAN),
            ("JUJU_TRACE_FLAGS", flags),
        ]
    };
    let wanted = [("CONTINUE_JUJU_TRACE", "1")];
    for (variables, expected) in [
        (vec![], "child: false, parent: \"\", links: []"),
        (vec![("TRACEPARENT", parent.as_str())], linked.as_str()),
        (juju("1").to_vec(), &linked),
        ([&juju("1")[..], &wanted].concat(), &child),
        // What Juju does not keep must not hide our root.
        ([&juju("0")[..], &wanted].concat(), &linked),
        (
            [&[("TRACEPARENT", parent.as_str())][..], &wanted].concat(),
            &child,
        ),
        (
            vec![("TRACEPARENT", "nonsense"), ("JUJU_TRACE_ID", "")],
            "child: false, parent: \"\", links: []",
        ),
    ] {
        assert_eq!(agent(&variables), expected, "{variables:?}");
    }
}

#[test]
fn a_call_is_a_client_span_with_exit_code_and_message() {
    let sink = Sink::http().unwrap();
    let mut unit = toolbox();
    unit.set_env("CHOSEN_ENDPOINT", sink.endpoint());
    exercise(&mut unit, "leadership", |unit| unit.hook("start"));
    let keys = [
        "juju.leader.settings.keys",
        "process.exit.code",
        "exception.message",
    ];
    assert_eq!(
        charm_tracing::testing::tree_with(&sink.traces(), &keys),
        r#"toolbox/0: start event [process.exit.code=0]
    event: start
        - start
        is-leader
        leader-set [juju.leader.settings.keys=mode,empty process.exit.code=1]  error: leader-set: exit code 1: ERROR cannot write leadership settings: not the leader
            - exception [exception.message="leader-set: exit code 1: ERROR cannot write leadership settings: not the leader"]
        leader-get
"#
    );
    let traces = sink.traces();
    let call = spans(&traces)
        .find(|span| span.name == "is-leader")
        .unwrap();
    // SPAN_KIND_CLIENT in OTLP.
    assert_eq!(call.kind, 3);
}
