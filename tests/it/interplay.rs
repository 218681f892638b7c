//! The databags that Canonical's Python libraries write and read, as files.
//!
//! `rust.json` is what this crate writes and `python.json` what the libraries write. `.ci/interplay` runs
//! the libraries: it has them read the one and compares what they write with the other; here both are
//! held against this crate.

use charm_tracing::testing::{Unit, Value, json};

use crate::{exercise, toolbox};

fn databags(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn python() -> Value {
    databags(include_str!("interplay/python.json"))
}

/// A databag of the file as pairs.
fn pairs(databag: &Value) -> Vec<(&str, &str)> {
    let entries = databag.as_object().unwrap().iter();
    entries
        .map(|(key, value)| (key.as_str(), value.as_str().unwrap()))
        .collect()
}

/// Relates an endpoint to an application of the libraries', with what they wrote.
fn related(endpoint: &str, sides: &Value) -> (Unit, charm_tracing::testing::RelationId) {
    let mut unit = toolbox();
    unit.set_leader(true);
    let relation = unit.relate(endpoint, "python");
    unit.set_remote_app_data(&relation, &pairs(&sides["app"]))
        .unwrap();
    unit.set_remote_unit_data(&relation, "python/0", &pairs(&sides["unit"]))
        .unwrap();
    (unit, relation)
}

#[test]
fn what_the_libraries_read_is_what_we_write() {
    let mut unit = toolbox();
    unit.set_leader(true);
    let asks = unit.relate("tracing", "tempo");
    unit.set_env("PROTOCOLS", "otlp_http,otlp_grpc");
    exercise(&mut unit, "requirer", |unit| unit.hook("start"));
    let trusts = unit.relate("receive-ca-cert", "ca");
    exercise(&mut unit, "certificates", |unit| unit.hook("start"));
    let mut provider = toolbox();
    provider.set_leader(true);
    let offers = provider.relate("tracing", "blog");
    provider.set_env("HOST", "http://tempo");
    exercise(&mut provider, "provider", |unit| unit.hook("start"));
    assert_eq!(
        json!({
            "tracing-requirer": unit.local_app_data(&asks),
            "certificate-requirer": unit.local_app_data(&trusts),
            "tracing-provider": provider.local_app_data(&offers),
        }),
        databags(include_str!("interplay/rust.json"))
    );
}

#[test]
fn the_offer_of_the_python_provider_is_read() {
    let (mut unit, _) = related("tracing", &python()["tracing-provider"]);
    let run = exercise(&mut unit, "requirer", |unit| unit.hook("start"));
    assert_eq!(
        run.stdout,
        "true\nSome(2)\nSome(\"http://tempo:4318\")\nSome(\"tempo:4317\")\n"
    );
}

#[test]
fn the_request_of_the_python_requirer_is_read() {
    let (mut unit, _) = related("tracing", &python()["tracing-requirer"]);
    unit.set_env("HOST", "http://tempo");
    let run = exercise(&mut unit, "provider", |unit| unit.hook("start"));
    assert_eq!(run.stdout, "{OtlpGrpc, OtlpHttp}\n()\n");
}

#[test]
fn certificates_of_the_python_provider_in_both_versions() {
    for version in ["certificate-provider-0", "certificate-provider-1"] {
        let mut sides = python()[version].clone();
        if version == "certificate-provider-0" {
            // The library fills in both; a provider of the time before has its unit's databag only.
            sides["app"] = json!({});
        }
        let (mut unit, _) = related("receive-ca-cert", &sides);
        let run = exercise(&mut unit, "certificates", |unit| unit.hook("start"));
        assert_eq!(run.stdout, "[\"a\", \"b\"]\n", "{version}");
    }
}

#[test]
fn python_requirer_and_ours_publish_the_same_version() {
    let rust = databags(include_str!("interplay/rust.json"));
    assert_eq!(
        python()["certificate-requirer"]["app"],
        rust["certificate-requirer"]
    );
}
