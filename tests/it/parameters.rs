//! Parameters of actions as the generated structs read them from what Juju passes on.

use std::collections::BTreeMap;

use charm_tracing::testing::json;
use charm_tracing::{
    Error,
    juju::{Fields, Params},
};

mod charm {
    charm_tracing::include_charm!("action-schemas");
}

use charm::{Backup, BackupFormat, BackupLogLevel, BackupTargetsLevel, Mixed, SetOptions, Tag};

fn read<P: Params>(answer: charm_tracing::testing::Value) -> Result<P, Error> {
    P::read(&Fields::of("action-get", answer).unwrap())
}

#[test]
fn what_was_given_arrives_in_its_type() {
    let backup: Backup = read(json!({
        "targets": [{"url": "s3://a", "level": "best"}, {"url": "s3://b", "retries": 0}],
        "days": [2, 3.0],
        "format": "7z",
        "log-level": "INFO",
        "owner": {"name": "kim", "home": {}},
        "labels": {"tier": "gold"},
        "matrix": [[1, 0.5], []],
    }))
    .unwrap();
    let targets = backup.targets.iter();
    let targets: Vec<_> = targets
        .map(|target| (target.url.as_str(), target.retries, target.level))
        .collect();
    let expected = [
        ("s3://a", 3, BackupTargetsLevel::Best),
        ("s3://b", 0, BackupTargetsLevel::Fast),
    ];
    assert_eq!(targets, expected);
    assert_eq!(backup.days, [2, 3]);
    assert_eq!(backup.format, BackupFormat::_7z);
    assert_eq!(backup.format.to_string(), "7z");
    assert_eq!(backup.log_level, Some(BackupLogLevel::Info));
    assert_eq!(backup.owner.name.as_deref(), Some("kim"));
    assert_eq!(backup.owner.home.unwrap().path, "/");
    let gold = BTreeMap::from([("tier".to_owned(), "gold".to_owned())]);
    assert_eq!(backup.labels, Some(gold));
    assert_eq!(backup.matrix, Some(vec![vec![1.0, 0.5], vec![]]));
}

#[test]
fn what_was_not_given_has_its_default() {
    let backup: Backup = read(json!({"targets": []})).unwrap();
    assert_eq!(backup.days, [1, 7]);
    assert_eq!(backup.format, BackupFormat::Tar);
    assert_eq!(backup.compression, 9);
    assert_eq!(backup.owner.name.as_deref(), Some("root"));
    assert_eq!(backup.owner.groups.unwrap(), ["wheel"]);
    assert_eq!((backup.log_level, backup.labels), (None, None));
    assert_eq!(backup.limits, BTreeMap::new());
    let mixed: Mixed = read(json!({})).unwrap();
    assert_eq!(mixed.either, json!("auto"));
    assert_eq!(mixed.signs, "+");
}

#[test]
fn additional_properties_are_kept_where_the_schema_asks() {
    let answer = json!({"additional": "a", "more": [1], "even": null});
    let options: SetOptions = read(answer).unwrap();
    assert_eq!(options.additional.as_deref(), Some("a"));
    let more = options.additional_properties;
    assert_eq!((more.len(), &more["more"]), (2, &json!([1])));
    let tags: Tag = read(json!({"colour": "red"})).unwrap();
    assert_eq!(tags.additional["colour"], "red");
    let mixed: Mixed = read(json!({"strict": {"known": true, "x-y": "z"}})).unwrap();
    let strict = mixed.strict.unwrap();
    assert_eq!(
        (strict.known, &strict.additional["x-y"]),
        (Some(true), &json!("z"))
    );
}

#[test]
fn a_wrong_type_is_an_error_with_the_name() {
    for (answer, error) in [
        (json!({}), "`targets` is required and was not given"),
        (
            json!({"targets": "all"}),
            "`targets` has to be a list and is a string",
        ),
        (
            json!({"targets": [{}]}),
            "`targets.0.url` is required and was not given",
        ),
        (
            json!({"targets": [{"url": "a", "retries": "x"}]}),
            "`targets.0.retries` has to be an integer and is a string",
        ),
        (
            json!({"targets": [], "format": "rar"}),
            "`format` has to be one of tar, zip, 7z and is a string",
        ),
        (
            json!({"targets": [], "owner": {"home": 7}}),
            "`owner.home` has to be an object and is a number",
        ),
        (
            json!({"targets": [], "labels": {"a": 1}}),
            "`labels.a` has to be a string and is a number",
        ),
    ] {
        let told = read::<Backup>(answer).unwrap_err().to_string();
        assert_eq!(told, format!("action-get: {error}"));
    }
    let tags = read::<Tag>(json!({"a": 1})).unwrap_err().to_string();
    assert_eq!(tags, "action-get: `a` has to be a string and is a number");
}
