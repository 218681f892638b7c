//! Secrets: revisions, labels, and that no content is ever an argument.

use charm_tracing::testing::json;

use crate::{exercise, toolbox};

#[test]
fn a_secret_of_another_charm() {
    let mut unit = toolbox();
    let id = unit.add_secret("shared", &[("password", "old")]);
    unit.set_env("SECRET", id.as_str());
    exercise(&mut unit, "secret-read", |unit| unit.hook("start"));
    unit.update_secret(&id, &[("password", "new")]).unwrap();
    unit.set_env("SECRET", id.as_str());
    let run = exercise(&mut unit, "secret-read", |unit| {
        unit.secret_hook(&id, "changed")
    });
    assert_eq!(
        run.stdout.replace(id.as_str(), "$ID"),
        r#"Some("old")
Some("new")
Some("new")
SecretContent {"password"}
! secret-get --label nobody: exit code 1: ERROR secret "nobody" not found
! secret-info-get $ID: exit code 1: ERROR permission denied
"#
    );
    assert_eq!(
        run.commands().replace(id.as_str(), "$ID"),
        "secret-get --format=json $ID
secret-get --format=json $ID --peek
secret-get --format=json $ID --label mine --refresh
secret-get --format=json --label mine
secret-get --format=json --label nobody
secret-info-get --format=json $ID
"
    );
}

#[test]
fn a_secret_of_our_own() {
    let mut unit = toolbox();
    unit.set_leader(true);
    unit.relate("database", "postgresql");
    let run = exercise(&mut unit, "secret-own", |unit| unit.hook("start"));
    let told: String = run
        .stdout
        .split_inclusive(' ')
        .map(|word| {
            if word.starts_with("secret:") {
                "$ID "
            } else {
                word
            }
        })
        .collect();
    assert_eq!(
        told,
        r#"true
()
()
(2, Some("admin"), Some("of the admin"), Some("monthly"), Some("72h"))
()
()
()
()
! secret-remove $ID --revision 7: exit code 1: ERROR secret revision 7 not found
! secret-add --owner unit: exit code 2: ERROR key "x" not valid
"#
    );
    let masked: String = run
        .commands()
        .lines()
        .map(|line| {
            let words = line.split(' ').map(|word| match word.split_once("#file=") {
                Some((key, path)) => format!("{key}#file={}", path.rsplit('/').next().unwrap()),
                None if word.starts_with("secret:") => "$ID".to_owned(),
                None => word.to_owned(),
            });
            words.collect::<Vec<_>>().join(" ") + "\n"
        })
        .collect();
    assert_eq!(
        masked,
        "secret-add --label admin --description of the admin --rotate monthly password#file=0 user#file=1
secret-ids --format=json
secret-set $ID blob#file=0
secret-set --expire 72h $ID
secret-info-get --format=json --label admin
secret-grant $ID --relation database:1
secret-grant $ID --relation database:1 --unit postgresql/0
secret-revoke $ID --relation database:1
secret-remove $ID --revision 1
secret-remove $ID --revision 7
secret-add --owner unit x#file=0
"
    );
    let secrets = unit.own_secrets();
    let revisions = secrets["admin"];
    assert_eq!(revisions.len(), 2);
    assert!(revisions[0].is_empty(), "the first revision was removed");
    assert_eq!(revisions[1]["blob"].len(), 200_000);
    // The files that the tools read are gone.
    let left = std::fs::read_dir(std::env::temp_dir()).unwrap().flatten();
    let left = left.filter(|entry| {
        entry
            .file_name()
            .to_string_lossy()
            .starts_with("charm-tracing-secret-")
    });
    let ours = left.filter(|entry| run.commands().contains(entry.path().to_str().unwrap()));
    assert_eq!(ours.count(), 0);
}

#[test]
fn a_follower_owns_secrets_of_its_unit_only() {
    let mut unit = toolbox();
    let run = exercise(&mut unit, "secret-own", |unit| unit.hook("start"));
    assert_eq!(
        run.stdout,
        "! secret-add --label admin --description --rotate monthly: exit code 1: ERROR this unit is not the leader\n"
    );
    assert_eq!(json!(unit.own_secrets()), json!({}));
}
