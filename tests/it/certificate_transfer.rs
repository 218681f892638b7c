//! The `certificate_transfer` relation: both versions of it, in every quoting that occurs, and what the
//! requirer has to write.

use charm_tracing::testing::{RelationId, Unit, json};

use crate::{blog, exercise, relate_tracing, toolbox};

fn pem(name: &str) -> String {
    format!("-----BEGIN CERTIFICATE-----\n{name}\n-----END CERTIFICATE-----\n")
}

fn related(unit: &mut Unit) -> RelationId {
    unit.relate("receive-ca-cert", "ca")
}

fn names(unit: &mut Unit, relation: &RelationId) -> String {
    let run = exercise(unit, "certificates", |unit| {
        unit.relation_hook(relation, "changed", None)
    });
    run.stdout.lines().next().unwrap_or_default().to_owned()
}

#[test]
fn both_versions_are_merged_without_doubles() {
    let mut unit = toolbox();
    let relation = related(&mut unit);
    let list = json!([pem("b"), pem("a")]).to_string();
    unit.set_remote_app_data(&relation, &[("certificates", &list), ("version", "1")])
        .unwrap();
    let chain = json!([pem("a"), pem("chain")]).to_string();
    unit.set_remote_unit_data(
        &relation,
        "ca/0",
        &[("ca", &pem("root")), ("chain", &chain)],
    )
    .unwrap();
    let quoted = json!(pem("quoted")).to_string();
    unit.set_remote_unit_data(
        &relation,
        "ca/1",
        &[("certificate", &quoted), ("version", "0")],
    )
    .unwrap();
    assert_eq!(
        names(&mut unit, &relation),
        r#"["a", "b", "chain", "quoted", "root"]"#
    );
}

/// Version 0 wants any one of three keys, and version 1 a list; each alone is enough.
#[test]
fn each_shape_that_the_schemas_allow_is_read() {
    for (key, value, in_unit) in [
        ("certificates", json!([pem("x")]).to_string(), false),
        ("ca", pem("x"), true),
        ("ca", json!(pem("x")).to_string(), true),
        ("certificate", pem("x"), true),
        ("chain", json!([pem("x")]).to_string(), true),
    ] {
        let mut unit = toolbox();
        let relation = related(&mut unit);
        if in_unit {
            unit.set_remote_unit_data(&relation, "ca/0", &[(key, &value)])
                .unwrap();
        } else {
            unit.set_remote_app_data(&relation, &[(key, &value)])
                .unwrap();
        }
        assert_eq!(names(&mut unit, &relation), r#"["x"]"#, "{key}");
    }
    let mut unit = toolbox();
    let relation = related(&mut unit);
    unit.set_remote_app_data(&relation, &[("certificates", "not json")])
        .unwrap();
    assert_eq!(names(&mut unit, &relation), "[]");
}

#[test]
fn hooks_are_values_to_match_on() {
    let mut unit = toolbox();
    let relation = related(&mut unit);
    unit.set_remote_unit_data(&relation, "ca/0", &[("ca", &pem("x"))])
        .unwrap();
    let run = exercise(&mut unit, "certificates", |unit| {
        unit.relation_hook(&relation, "changed", Some("ca/0"))
    });
    assert_eq!(
        run.stdout,
        r#"["x"]
Some("Updated { relation: RelationId(\"receive-ca-cert:1\"), certificates: {\"-----BEGIN C-----\\nx\\n-----END C-----\"} }")
"#
    );
    let run = exercise(&mut unit, "certificates", |unit| {
        unit.relation_hook(&relation, "broken", None)
    });
    assert_eq!(
        run.stdout,
        r#"[]
Some("Removed { relation: RelationId(\"receive-ca-cert:1\") }")
"#
    );
}

#[test]
fn the_leader_publishes_its_version_in_any_dispatch() {
    let mut unit = toolbox();
    let relation = related(&mut unit);
    exercise(&mut unit, "certificates", |unit| {
        unit.relation_hook(&relation, "created", None)
    });
    assert!(
        unit.local_app_data(&relation).is_empty(),
        "a follower writes nothing"
    );
    unit.set_leader(true);
    for writes in [1, 0] {
        let run = exercise(&mut unit, "certificates", |unit| unit.hook("update-status"));
        assert_eq!(run.commands().matches("relation-set").count(), writes);
        // Version 1 of the requirer's schema: this key and this value.
        let told: Vec<_> = unit.local_app_data(&relation).into_iter().collect();
        assert_eq!(told, [("version".to_owned(), "1".to_owned())]);
    }
}

#[test]
fn the_charms_own_endpoint_is_reported_too() {
    let mut unit = blog();
    unit.hook("install").unwrap();
    let relation = unit.relate("receive-ca-cert", "ca");
    unit.relation_hook(&relation, "created", None).unwrap();
    assert_eq!(unit.local_app_data(&relation)["version"], "1");
    relate_tracing(&mut unit, "http://127.0.0.1:9");
    let run = unit.hook("update-status").unwrap();
    assert!(!run.commands().contains("relation"), "{}", run.commands());
}
