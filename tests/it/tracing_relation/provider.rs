//! The side that offers receivers.

use charm_tracing::testing::{Value, json};

use super::{changed, receiver};
use crate::{exercise, toolbox};

#[test]
fn the_provider_sees_what_all_ask_for_while_they_are_there() {
    let mut unit = toolbox();
    let first = unit.relate("tracing", "blog");
    let second = unit.relate("tracing", "shop");
    unit.set_remote_app_data(&first, &[("receivers", r#"["otlp_grpc", "brand_new"]"#)])
        .unwrap();
    unit.set_remote_app_data(&second, &[("receivers", r#"["zipkin"]"#)])
        .unwrap();
    let run = changed(&mut unit, &first, "provider", "");
    assert_eq!(
        run.stdout,
        "{OtlpGrpc, Zipkin}\n\
         Some(Requested { relation: RelationId(\"tracing:1\"), protocols: {OtlpGrpc}, unknown: [\"brand_new\"] })\n\
         ! the list of receivers can be written by the leader only, and this unit does not lead\n"
    );
    let run = exercise(&mut unit, "provider", |unit| {
        unit.relation_hook(&first, "broken", None)
    });
    assert!(
        run.stdout
            .starts_with("{Zipkin}\nSome(Broken { relation: RelationId(\"tracing:1\") })\n"),
        "{}",
        run.stdout
    );
}

#[test]
fn the_provider_publishes_all_the_same() {
    let mut unit = toolbox();
    unit.set_leader(true);
    let relations = [
        unit.relate("tracing", "blog"),
        unit.relate("tracing", "shop"),
    ];
    // A request that cannot be read, even one in the provider's own shape, does not keep it from answering.
    unit.set_remote_app_data(&relations[0], &[("receivers", r#"[{"protocol": {}}]"#)])
        .unwrap();
    for host in [
        "http://10.0.0.1",
        "https://ingress.example",
        "http://10.0.0.1",
    ] {
        for round in 0..2 {
            unit.set_env("HOST", host);
            let run = exercise(&mut unit, "provider", |unit| unit.hook("update-status"));
            assert_eq!(run.stdout, "{}\n()\n");
            let writes = run.commands().matches("relation-set").count();
            assert_eq!(writes, if round == 0 { 2 } else { 0 }, "{host}");
        }
        for relation in &relations {
            let written: Value =
                serde_json::from_str(&unit.local_app_data(relation)["receivers"]).unwrap();
            let name = host.rsplit('/').next().unwrap();
            assert_eq!(
                written,
                json!([
                    receiver("otlp_grpc", "grpc", &format!("{name}:4317")),
                    receiver("otlp_http", "http", &format!("{host}:4318")),
                ])
            );
        }
    }
}
