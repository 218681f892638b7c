//! A dispatch from outside: its exit code, its output, its hook tools, and the trace it leaves.

use charm_tracing::testing::{self, json, tree, tree_with};

use crate::{awkward, blog, blog_with_sink, log, offer};

#[test]
fn config_changed_with_the_relation_in_place() {
    let (mut unit, sink) = blog_with_sink();
    let run = unit.hook("config-changed").unwrap();
    assert_eq!(
        (run.exit_code, run.stdout.as_str(), run.stderr.as_str()),
        (Some(0), "", "")
    );
    assert_eq!(
        sink.tree(),
        "\
blog/0: config-changed event
    event: config_changed
        - config_changed
        method call: Site::read
            config-get
        method call: Site::configure
            status-set
            method call: Site::render
            status-set
"
    );
}

#[test]
fn the_resource_is_what_cos_expects() {
    let (mut unit, sink) = blog_with_sink();
    unit.hook("update-status").unwrap();
    let traces = sink.traces();
    let resource = testing::resource(&traces[0]);
    for (key, value) in [
        ("service.name", "blog-charm"),
        ("service.instance.id", "0"),
        ("juju_application", "blog"),
        ("juju_unit", "blog/0"),
        ("juju_charm", "blog"),
        ("charm", "blog"),
        ("telemetry.sdk.language", "rust"),
        ("telemetry.sdk.name", "charm-tracing"),
    ] {
        assert_eq!(resource.get(key).map(String::as_str), Some(value), "{key}");
    }
    for key in [
        "service.namespace",
        "service.namespace.name",
        "juju_model",
        "juju_model_uuid",
        "charm_type",
    ] {
        assert!(
            resource.get(key).is_some_and(|value| !value.is_empty()),
            "{key}"
        );
    }
    assert!(!resource.contains_key("compose_service"));
}

#[test]
fn what_spans_say_of_themselves() {
    let (mut unit, sink) = blog_with_sink();
    unit.hook("config-changed").unwrap();
    let keys = [
        "juju.dispatch_path",
        "process.exit.code",
        "code.function.name",
        "juju.status",
    ];
    assert_eq!(
        tree_with(&sink.traces(), &keys),
        "\
blog/0: config-changed event [juju.dispatch_path=hooks/config-changed process.exit.code=0]
    event: config_changed
        - config_changed
        method call: Site::read [code.function.name=stand_in::blog::Site::read]
            config-get
        method call: Site::configure [code.function.name=stand_in::blog::Site::configure]
            status-set [juju.status=maintenance]
            method call: Site::render [code.function.name=stand_in::blog::Site::render]
            status-set [juju.status=active]
"
    );
}

#[test]
fn nothing_is_recorded_that_the_author_did_not_name() {
    let sink = testing::Sink::http().unwrap();
    let mut unit = blog();
    unit.set_config("title", json!("TITLE-IN-THE-CLEAR"));
    unit.hook("install").unwrap();
    crate::relate_tracing(&mut unit, &sink.endpoint());
    unit.hook("config-changed").unwrap();
    let ingress = unit.relate("ingress", "traefik");
    unit.relation_hook(&ingress, "joined", Some("traefik/0"))
        .unwrap();
    unit.action("create-user", json!({ "name": "NAMEINTHECLEAR" }))
        .unwrap();
    unit.action("create-user", json!({ "name": "NOT ALLOWED" }))
        .unwrap();
    assert!(sink.traces().len() >= 6);
    for request in sink.requests() {
        let body = String::from_utf8_lossy(&request.body).into_owned();
        for planted in [
            "TITLE-IN-THE-CLEAR",
            "NAMEINTHECLEAR",
            "NOT ALLOWED",
            "pages with comments",
        ] {
            assert!(!body.contains(planted), "{planted}");
        }
    }
}

#[test]
fn everything_waits_until_the_relation_offers_an_endpoint() {
    let sink = testing::Sink::http().unwrap();
    let mut unit = blog();
    for hook in ["install", "leader-elected", "start"] {
        assert!(unit.hook(hook).unwrap().succeeded());
    }
    assert_eq!(unit.buffered().unwrap().len(), 3);
    let relation = unit.relate("charm-tracing", "tempo");
    unit.relation_hook(&relation, "created", None).unwrap();
    assert_eq!(
        unit.local_app_data(&relation)["receivers"],
        r#"["otlp_http"]"#
    );
    assert_eq!(unit.buffered().unwrap().len(), 4);
    offer(&mut unit, &relation, &sink.endpoint());
    unit.relation_hook(&relation, "changed", None).unwrap();
    assert_eq!(unit.buffered().unwrap().len(), 0);
    let names: Vec<_> = sink
        .tree()
        .lines()
        .filter(|line| !line.starts_with(' '))
        .map(str::to_owned)
        .collect();
    assert_eq!(
        names,
        [
            "blog/0: install event",
            "blog/0: leader-elected event",
            "blog/0: start event",
            "blog/0: charm-tracing-relation-created event",
            "blog/0: charm-tracing-relation-changed event",
        ]
    );
}

#[test]
fn the_relation_is_served_in_spans_of_its_own() {
    let sink = testing::Sink::http().unwrap();
    let mut unit = blog();
    crate::relate_tracing(&mut unit, &sink.endpoint());
    assert_eq!(
        sink.tree(),
        "\
blog/0: charm-tracing-relation-created event
    event: charm_tracing_relation_created
        - charm_tracing_relation_created
        relation-ids
        is-leader
        relation-get
        relation-set
        relation-ids
        relation-list
        relation-get
blog/0: charm-tracing-relation-changed event
    event: charm_tracing_relation_changed
        - charm_tracing_relation_changed
        relation-ids
        is-leader
        relation-get
        relation-ids
        relation-list
        relation-get
"
    );
}

#[test]
fn an_ordinary_dispatch_starts_no_hook_tool_for_tracing() {
    let (mut unit, _sink) = blog_with_sink();
    assert_eq!(unit.hook("update-status").unwrap().commands(), "");
    assert_eq!(
        unit.hook("config-changed").unwrap().commands(),
        "\
config-get --format=json
status-set -- maintenance rendering
status-set -- active 4 pages with comments
"
    );
}

#[test]
fn spans_of_other_crates_join_the_trace() {
    let mut unit = awkward();
    unit.hook("stop").unwrap();
    assert_eq!(
        tree(&unit.buffered().unwrap()),
        "\
awkward/0: stop event
    event: stop
        - stop
        function call: by_hand
            by hand
"
    );
}

#[test]
fn a_hook_newer_than_the_charm_is_traced_and_exits_with_zero() {
    let mut unit = awkward();
    let run = unit.hook("brand-new").unwrap();
    assert_eq!(run.exit_code, Some(0));
    assert_eq!(log(&run), "INFO unknown: \"hooks/brand-new\"\n");
    assert!(tree(&unit.buffered().unwrap()).starts_with("awkward/0: brand-new event\n"));
}

#[test]
fn a_broken_environment_never_fails_a_hook() {
    for (name, value) in [
        ("JUJU_UNIT_NAME", Some("")),
        ("JUJU_UNIT_NAME", Some("blog")),
        ("JUJU_UNIT_NAME", Some("//-1")),
        ("JUJU_DISPATCH_PATH", Some("hooks")),
        ("JUJU_DISPATCH_PATH", Some("/")),
        ("JUJU_DISPATCH_PATH", Some("hooks/-relation-changed")),
        ("JUJU_MODEL_UUID", None),
        ("JUJU_CHARM_DIR", None),
        ("JUJU_CHARM_DIR", Some("/nowhere/at/all")),
        ("JUJU_RELATION_ID", Some("database")),
        ("PATH", None),
    ] {
        let mut unit = awkward();
        match value {
            Some(value) => unit.set_env(name, value),
            None => unit.remove_env(name),
        }
        let run = unit.hook("update-status").unwrap();
        let what = format!("{name}={value:?}");
        assert_eq!(
            (run.exit_code, run.stdout.as_str(), run.stderr.as_str()),
            (Some(0), "", ""),
            "{what}"
        );
    }
}

#[test]
fn without_a_dispatch_path_nothing_is_traced_or_written() {
    let mut unit = awkward();
    unit.remove_env("JUJU_DISPATCH_PATH");
    assert_eq!(unit.hook("update-status").unwrap().exit_code, Some(0));
    assert_eq!(files(&unit), ["dispatch"]);
}

#[test]
fn tracing_switched_off_leaves_no_file_and_the_same_hook() {
    for (name, value) in [
        ("CHARM_TRACING_ENABLED", "0"),
        ("OTEL_SDK_DISABLED", "true"),
    ] {
        let mut unit = awkward();
        unit.set_env(name, value);
        let run = unit.hook("config-changed").unwrap();
        assert_eq!(run.stdout, "on standard output\n");
        unit.set_env(name, value);
        assert_eq!(unit.hook("install").unwrap().exit_code, Some(1));
        assert_eq!(files(&unit), ["dispatch"], "{name}");
    }
}

#[test]
fn a_restricted_hook_calls_no_hook_tool() {
    let mut unit = blog();
    let run = unit.hook("collect-metrics").unwrap();
    assert_eq!((run.exit_code, run.commands().as_str()), (Some(0), ""));
    assert_eq!(unit.buffered().unwrap().len(), 1);
}

#[test]
fn variables_for_exporters_do_not_disturb_the_encoding() {
    // A receiver that is never reached: the endpoint that the variables belong to.
    let endpoint = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1");
    for (name, values) in [
        ("PROTOCOL", ["grpc", "http/json", "nonsense"]),
        ("COMPRESSION", ["gzip", "zstd", "nonsense"]),
        ("ENDPOINT", ["::not a url::", "grpc://tempo", ""]),
        ("TIMEOUT", ["never", "0", "-1"]),
        ("HEADERS", ["a=b,,=,c", "\u{e9}=1", "a=%ff%"]),
        ("CERTIFICATE", ["/nowhere", "/", "\u{e9}"]),
        ("CLIENT_KEY", ["/nowhere", "/", "\u{e9}"]),
        ("CLIENT_CERTIFICATE", ["/nowhere", "/", "\u{e9}"]),
        ("INSECURE", ["true", "false", "maybe"]),
    ] {
        for form in ["OTEL_EXPORTER_OTLP_", "OTEL_EXPORTER_OTLP_TRACES_"] {
            for value in values {
                let mut unit = awkward();
                for (name, value) in [endpoint, (&format!("{form}{name}"), value)] {
                    unit.set_env(name, value);
                }
                let run = unit.hook("update-status").unwrap();
                assert_eq!(run.exit_code, Some(0), "{form}{name}={value}");
                let kept = tree(&unit.buffered().unwrap());
                assert!(
                    kept.starts_with("awkward/0: update-status event"),
                    "{form}{name}={value}: {kept}"
                );
            }
        }
    }
}

fn files(unit: &testing::Unit) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(unit.charm_dir())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}
