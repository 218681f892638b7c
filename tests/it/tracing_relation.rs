//! The `tracing` relation from both sides, used by hand, and the shapes that its interface prescribes.
//!
//! The cases that the Python library's own tests hold it to, by their place in its repositories, and
//! where each is held here:
//!
//! | case | here |
//! |---|---|
//! | requirer: valid data, plain, https, ingress, leader or not | `what_the_provider_offers_is_returned_as_it_is` |
//! | requirer: malformed and retired databags | `what_cannot_be_read_is_not_ready_and_removed` |
//! | requirer: relation broken | `a_broken_relation_is_removed` |
//! | requirer: created, empty; leader may request, follower not | `only_the_leader_asks_and_a_follower_gets_an_error` |
//! | requirer: never requested | `a_protocol_that_nobody_asked_for` |
//! | provider: union of requests; one breaks | `provider::the_provider_sees_what_all_ask_for_while_they_are_there` |
//! | provider: default, requested and forced receivers | the charm's choice; what it chooses is published: `provider::the_provider_publishes_all_the_same` |
//! | provider: ingress and TLS switch host and scheme | `provider::the_provider_publishes_all_the_same` |
//! | interface tests: requirer and provider data are valid | `what_we_write_is_what_the_interface_prescribes` |
//! | ops: no relation, url with a trailing slash, https with a CA | `delivery.rs`, `dispatch.rs` |
//! | ops: destination kept, written once | `an_ordinary_dispatch_asks_juju_for_nothing` |
//! | ops: dispatch with spans of hook tools; closed once | `dispatch.rs`, `juju/context.rs` |
//! | ops: a span of Pebble | the Pebble client's own tests |

mod provider;

use charm_tracing::testing::{RelationId, Run, Sink, Unit, Value, json};

use crate::{blog_with_sink, exercise, toolbox};

fn receiver(name: &str, kind: &str, url: &str) -> Value {
    json!({ "protocol": { "name": name, "type": kind }, "url": url })
}

fn offer(unit: &mut Unit, relation: &RelationId, receivers: &Value) {
    let receivers = receivers.to_string();
    unit.set_remote_app_data(relation, &[("receivers", &receivers)])
        .unwrap();
}

fn changed(unit: &mut Unit, relation: &RelationId, name: &str, protocols: &str) -> Run {
    unit.set_env("PROTOCOLS", protocols);
    exercise(unit, name, |unit| {
        unit.relation_hook(relation, "changed", None)
    })
}

#[test]
fn what_the_provider_offers_is_returned_as_it_is() {
    for leads in [true, false] {
        for url in [
            "http://10.0.0.1:4318",
            "https://tempo.local:4318",
            "https://ingress.example/tempo",
        ] {
            let mut unit = toolbox();
            unit.set_leader(leads);
            let relation = unit.relate("tracing", "tempo");
            // Protocols beyond those asked for, and beyond those known, are there as well.
            let offered = json!([
                receiver("otlp_http", "http", url),
                receiver("brand_new", "grpc", "tempo:1"),
                receiver("otlp_grpc", "grpc", "tempo:4317")
            ]);
            offer(&mut unit, &relation, &offered);
            let run = changed(&mut unit, &relation, "requirer", "otlp_http");
            assert_eq!(
                run.stdout,
                format!(
                    "true\nSome(3)\nSome(\"{url}\")\nSome(\"tempo:4317\")\n\
                     Some(Changed {{ relation: RelationId(\"tracing:1\"), receivers: [\
                     Receiver {{ protocol: \"otlp_http\", kind: Http, url: \"{url}\" }}, \
                     Receiver {{ protocol: \"brand_new\", kind: Grpc, url: \"tempo:1\" }}, \
                     Receiver {{ protocol: \"otlp_grpc\", kind: Grpc, url: \"tempo:4317\" }}] }})\n"
                )
            );
        }
    }
}

#[test]
fn what_cannot_be_read_is_not_ready_and_removed() {
    let retired_0 = [
        ("host", "tempo"),
        ("ingesters", r#"[{"protocol": "otlp_http", "port": 4318}]"#),
    ];
    let retired_1 = [
        ("host", "tempo"),
        ("receivers", r#"[{"protocol": "otlp_http", "port": 4318}]"#),
    ];
    let broken = [("receivers", "not json"), ("url", "http://tempo")];
    let half = [
        (
            "receivers",
            r#"[{"protocol": {"name": "otlp_http", "type": "http"}}]"#,
        ),
        ("x", "y"),
    ];
    for databag in [retired_0, retired_1, broken, half] {
        let mut unit = toolbox();
        unit.set_leader(true);
        let relation = unit.relate("tracing", "tempo");
        unit.set_remote_app_data(&relation, &databag).unwrap();
        let run = changed(&mut unit, &relation, "requirer", "otlp_http,otlp_grpc");
        assert_eq!(
            run.stdout,
            "false\nNone\nNone\nNone\nSome(Removed { relation: Some(RelationId(\"tracing:1\")) })\n",
            "{databag:?}"
        );
    }
}

#[test]
fn an_empty_list_is_an_answer() {
    let mut unit = toolbox();
    let relation = unit.relate("tracing", "tempo");
    offer(&mut unit, &relation, &json!([]));
    let run = changed(&mut unit, &relation, "requirer", "otlp_http,otlp_grpc");
    assert_eq!(
        run.stdout,
        "true\nSome(0)\nNone\nNone\nSome(Changed { relation: RelationId(\"tracing:1\"), receivers: [] })\n"
    );
}

#[test]
fn a_broken_relation_is_removed() {
    let mut unit = toolbox();
    unit.set_leader(true);
    let relation = unit.relate("tracing", "tempo");
    offer(
        &mut unit,
        &relation,
        &json!([receiver("otlp_http", "http", "http://tempo:4318")]),
    );
    unit.set_env("PROTOCOLS", "otlp_http,otlp_grpc");
    let run = exercise(&mut unit, "requirer", |unit| {
        unit.relation_hook(&relation, "broken", None)
    });
    assert_eq!(
        run.stdout,
        "false\nNone\nNone\nNone\nSome(Removed { relation: Some(RelationId(\"tracing:1\")) })\n"
    );
}

#[test]
fn only_the_leader_asks_and_a_follower_gets_an_error() {
    let mut unit = toolbox();
    unit.set_leader(true);
    let relation = unit.relate("tracing", "tempo");
    unit.set_env("PROTOCOLS", "otlp_http,zipkin,otlp_http");
    let run = exercise(&mut unit, "request", |unit| {
        unit.relation_hook(&relation, "created", None)
    });
    assert_eq!(
        run.stdout,
        "! no protocol to ask for: name at least one\n()\nNone\n"
    );
    let asked = unit.local_app_data(&relation);
    assert_eq!(asked["receivers"], r#"["otlp_http","zipkin"]"#);

    // The same wish again is not written again.
    unit.set_env("PROTOCOLS", "zipkin,otlp_http");
    let run = exercise(&mut unit, "request", |unit| unit.hook("update-status"));
    assert!(
        !run.commands().contains("relation-set"),
        "{}",
        run.commands()
    );

    let mut follower = toolbox();
    let relation = follower.relate("tracing", "tempo");
    follower.set_env("PROTOCOLS", "otlp_http");
    let run = exercise(&mut follower, "request", |unit| {
        unit.relation_hook(&relation, "created", None)
    });
    assert_eq!(
        run.stdout,
        "! no protocol to ask for: name at least one\n\
         ! the request for tracing protocols can be written by the leader only, and this unit does not lead\n\
         ! the provider does not offer `otlp_http` and was not asked to: request it first, as the leader\n"
    );
    assert!(
        !run.commands().contains("toolbox"),
        "a follower does not read its application's data: {}",
        run.commands()
    );
}

#[test]
fn a_protocol_that_nobody_asked_for() {
    for leads in [true, false] {
        let mut unit = toolbox();
        unit.set_leader(leads);
        let relation = unit.relate("tracing", "tempo");
        let run = exercise(&mut unit, "requirer", |unit| {
            unit.relation_hook(&relation, "created", None)
        });
        let refused = "and was not asked to: request it first, as the leader";
        assert_eq!(
            run.stdout,
            format!(
                "false\nNone\n! the provider does not offer `otlp_http` {refused}\n\
                 ! the provider does not offer `otlp_grpc` {refused}\nNone\n"
            )
        );
        assert!(unit.local_app_data(&relation).is_empty());
    }
}

#[test]
fn a_new_leader_asks_again_and_a_follower_waits() {
    let mut unit = toolbox();
    let relation = unit.relate("tracing", "tempo");
    let run = changed(&mut unit, &relation, "requirer", "otlp_http");
    assert!(
        run.stdout.starts_with("false\nNone\nNone\n!"),
        "{}",
        run.stdout
    );
    assert!(unit.local_app_data(&relation).is_empty());
    unit.set_leader(true);
    unit.set_env("PROTOCOLS", "otlp_http");
    exercise(&mut unit, "requirer", |unit| unit.hook("leader-elected"));
    assert_eq!(
        unit.local_app_data(&relation)["receivers"],
        r#"["otlp_http"]"#
    );
}

#[test]
fn several_relations_have_to_be_named() {
    let mut unit = toolbox();
    unit.set_leader(true);
    let first = unit.relate("tracing", "tempo");
    let second = unit.relate("tracing", "grafana-agent");
    offer(
        &mut unit,
        &second,
        &json!([receiver("otlp_http", "http", "http://agent:4318")]),
    );
    let run = changed(&mut unit, &second, "requirer-several", "otlp_http");
    let ambiguous = "! the endpoint `tracing` can have several relations: name one, or set `limit: 1` in the metadata\n";
    assert_eq!(
        run.stdout,
        format!("{ambiguous}{ambiguous}false\nNone\ntrue\nSome(\"http://agent:4318\")\n")
    );
    for relation in [first, second] {
        assert_eq!(
            unit.local_app_data(&relation)["receivers"],
            r#"["otlp_http"]"#
        );
    }
}

#[test]
fn an_endpoint_of_another_kind_is_refused_at_the_start() {
    let mut unit = toolbox();
    let run = exercise(&mut unit, "requirer-wrong", |unit| unit.hook("start"));
    assert_eq!(
        run.stdout,
        "! the endpoint `tracing` has the interface `loki_push_api` in the metadata and has to have `tracing`
! the endpoint `tracing` stands under `provides` in the metadata and has to stand under `requires`
! the endpoint `tracing` stands under `requires` in the metadata and has to stand under `provides`
! the endpoint `tracing` has the interface `tracing` in the metadata and has to have `certificate_transfer`
"
    );
    assert_eq!(run.commands(), "");
}

#[test]
fn the_truth_table_of_the_charms_configuration() {
    for (url, expected) in [
        (None, ["None, None"; 4]),
        (Some("http://t:4318"), ["http, None"; 4]),
        (
            Some("https://t:4318"),
            ["None, None", "None, None", "https, File", "https, Pem"],
        ),
    ] {
        let mut unit = toolbox();
        unit.set_leader(true);
        let relation = unit.relate("tracing", "tempo");
        if let Some(url) = url {
            offer(
                &mut unit,
                &relation,
                &json!([receiver("otlp_http", "http", url)]),
            );
        }
        let run = changed(&mut unit, &relation, "config-of-tracing", "otlp_http");
        let lines: Vec<String> = run
            .stdout
            .lines()
            .map(|line| {
                let endpoint = ["https:", "http:"]
                    .into_iter()
                    .find(|scheme| line.contains(scheme));
                let cert = ["File(", "Pem("]
                    .into_iter()
                    .find(|cert| line.contains(cert));
                let word = |found: Option<&'static str>| {
                    found.map_or("None", |found| found.trim_end_matches([':', '(']))
                };
                format!("{}, {}", word(endpoint), word(cert))
            })
            .collect();
        assert_eq!(lines, expected, "{url:?}: {}", run.stdout);
        let warned = run.log.iter().filter(|line| line.level == "ERROR").count();
        assert_eq!(warned, if url == Some("https://t:4318") { 2 } else { 0 });
    }
}

#[test]
fn https_is_https_however_it_is_written() {
    for url in ["HTTPS://t:4318", " https://t:4318"] {
        let mut unit = toolbox();
        unit.set_leader(true);
        let relation = unit.relate("tracing", "tempo");
        let offered = json!([receiver("otlp_http", "http", url)]);
        offer(&mut unit, &relation, &offered);
        let run = changed(&mut unit, &relation, "config-of-tracing", "otlp_http");
        let told: Vec<_> = run
            .stdout
            .lines()
            .map(|line| (line.contains("t:4318"), line.contains("server_cert: Some")))
            .collect();
        // Without a certificate and with one that is missing, and with two that are there.
        let (nothing, both) = ((false, false), (true, true));
        assert_eq!(told, [nothing, nothing, both, both], "{}", run.stdout);
    }
}

/// The schema of the interface's version 2, as a check of our own: application databags, one key.
#[test]
fn what_we_write_is_what_the_interface_prescribes() {
    let mut unit = toolbox();
    unit.set_leader(true);
    let relation = unit.relate("tracing", "tempo");
    changed(
        &mut unit,
        &relation,
        "requirer",
        "otlp_http,jaeger_thrift_http",
    );
    let written = unit.local_app_data(&relation);
    assert_eq!(written.keys().collect::<Vec<_>>(), ["receivers"]);
    let names: Vec<String> = serde_json::from_str(&written["receivers"]).unwrap();
    assert!(
        names
            .iter()
            .all(|name| charm_tracing::relations::Protocol::parse(name).is_some())
    );

    unit.set_env("HOST", "http://tempo");
    exercise(&mut unit, "provider", |unit| unit.hook("update-status"));
    let written = unit.local_app_data(&relation);
    assert_eq!(written.keys().collect::<Vec<_>>(), ["receivers"]);
    let receivers: Vec<Value> = serde_json::from_str(&written["receivers"]).unwrap();
    for receiver in &receivers {
        let fields: Vec<&String> = receiver.as_object().unwrap().keys().collect();
        assert_eq!(fields, ["protocol", "url"]);
        let (kind, url) = (
            &receiver["protocol"]["type"],
            receiver["url"].as_str().unwrap(),
        );
        assert_eq!(
            *kind == "http",
            url.contains("://"),
            "grpc has no scheme: {receiver}"
        );
    }
    assert!(
        unit.local_unit_data(&relation)
            .keys()
            .all(|key| key.contains("address") || key.contains("subnets"))
    );
}

#[test]
fn an_ordinary_dispatch_asks_juju_for_nothing() {
    let (mut unit, sink): (Unit, Sink) = blog_with_sink();
    let run = unit.hook("update-status").unwrap();
    assert_eq!(run.commands(), "");
    assert_eq!(sink.requests().len(), 1);
}
