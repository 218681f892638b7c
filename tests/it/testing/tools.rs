//! The hook tools: what they print, what they refuse, and with which exit code.

use super::{dispatch, unit};
use charm_tracing::testing::json;

#[test]
fn databags_are_open_to_those_whom_juju_lets_in() {
    let mut unit = unit();
    let database = unit.relate("database", "postgresql");
    let peers = unit.relate("peers", "blog");
    unit.set_remote_app_data(&database, &[("endpoints", "10.0.0.1:5432")])
        .unwrap();
    unit.set_remote_unit_data(&database, "postgresql/1", &[("version", "16")])
        .unwrap();
    let script = "\
        try relation-ids database --format=json
        try relation-list --format=json
        try relation-list -r 1 --app --format=json
        try relation-get --format=json -r database:1 - postgresql/1
        try relation-get version
        try relation-get --format=json --app -
        try relation-get --format=json --app endpoints postgresql/0
        try relation-get --format=json nothing
        try relation-get --format=json - mysql/0
        try relation-get --format=json - postgresql
        try relation-get --format=json --app - blog
        try relation-get --format=json -r peers:2 --app - blog
        try relation-get -r database:9 -
        try relation-get -r database:x -
        try relation-set --app user=ada
        echo '{\"user\": \"ada\", \"private-address\": \"\", \"n\": 7}' | try relation-set -r database:1 --file -
        try relation-set mode=rw user=
        try relation-get --format=json - blog/0
        try relation-set nonsense
        echo nonsense | try relation-set --file=-";
    let run = dispatch(&mut unit, script, |unit| {
        unit.relation_hook(&database, "changed", Some("postgresql/1"))
    });
    assert_eq!(
        run.stdout,
        r#"["database:1"]
["postgresql/1"]
"postgresql"
{"egress-subnets":"10.1.0.1/32","ingress-address":"10.1.0.1","private-address":"10.1.0.1","version":"16"}
16
{"endpoints":"10.0.0.1:5432"}
"10.0.0.1:5432"
null
ERROR permission denied
exit 1
ERROR expected unit name, got application name "postgresql"
exit 2
ERROR permission denied
exit 1
{}
ERROR invalid value "database:9" for option -r: relation not found
exit 2
ERROR invalid value "database:x" for option -r: invalid relation id
exit 2
ERROR cannot write relation settings
exit 1
{"egress-subnets":"10.1.0.0/32","ingress-address":"10.1.0.0","mode":"rw","n":"7"}
ERROR expected "key=value", got "nonsense"
exit 2
ERROR cannot read a map of strings in JSON: expected ident at line 1 column 2
exit 1
"#
    );
    assert_eq!(
        unit.local_unit_data(&database)
            .get("mode")
            .map(String::as_str),
        Some("rw")
    );

    unit.set_leader(true);
    let script = "relation-set -r database:1 --app user=ada && relation-get -r 1 --app user blog/0";
    assert_eq!(
        dispatch(&mut unit, script, |unit| unit.hook("leader-elected")).stdout,
        "ada\n"
    );
    assert_eq!(
        unit.local_app_data(&database),
        [("user".to_owned(), "ada".to_owned())].into()
    );
    assert!(unit.local_app_data(&peers).is_empty());
}

#[test]
fn the_tools_about_the_unit_do_what_juju_does() {
    let mut unit = unit();
    unit.set_config("port", json!(8080));
    unit.set_config("title", json!("My blog"));
    unit.set_config("secret", json!(null));
    let script = "\
        try is-leader; try is-leader --format=json
        try config-get --format=json; try config-get title; try config-get port; try config-get nothing --format=json
        try config-get --all --format=json
        try status-set maintenance 'pulling hair'; try status-get; try status-get --include-data --format=json
        try status-set splendid; try status-set --application=True active; try status-get --application
        try open-port 80; try open-port 9000-9001/UDP; try open-port 80/tcp; try open-port 0; try open-port 7/sctp
        try opened-ports --format=json; try close-port 80/tcp; try opened-ports --format=json
        try state-set a=1 b=2; echo '{\"c\": \"3\"}' | try state-set --file -; try state-delete a
        try state-get --format=json; try state-get b; try state-get a --format=json
        try application-version-set 1.2.3
        try juju-log hello 'to you'; try juju-log --log-level DEBUG -- --odd; try juju-log -l oops x; try juju-log
        try juju-log --colour red; try is-leader --format=xml; try is-leader now";
    let run = dispatch(&mut unit, script, |unit| unit.hook("config-changed"));
    assert_eq!(
        run.stdout,
        r#"False
false
{"port":8080,"title":"My blog"}
My blog
8080
null
{"port":8080,"secret":null,"title":"My blog"}
maintenance
{"message":"pulling hair","status":"maintenance","status-data":{}}
ERROR invalid status "splendid", expected one of [maintenance blocked waiting active]
exit 2
ERROR this unit is not the leader
exit 1
ERROR finding application status: this unit is not the leader
exit 1
ERROR invalid port or range "0"
exit 2
ERROR invalid port or range "7/sctp"
exit 2
["80/tcp","9000-9001/udp"]
["9000-9001/udp"]
{"b":"2","c":"3"}
2
null
ERROR no message specified
exit 2
ERROR option provided but not defined: --colour
exit 2
ERROR invalid value "xml" for option --format: unknown format "xml"
exit 2
ERROR unrecognized args: ["now"]
exit 2
"#
    );
    assert_eq!(unit.status(), ("maintenance", "pulling hair"));
    assert_eq!(unit.workload_version(), "1.2.3");
    assert_eq!(unit.opened_ports(), ["9000-9001/udp"]);
    assert_eq!(unit.kept_state().len(), 2);
    let log: Vec<String> = run.log.iter().map(ToString::to_string).collect();
    assert_eq!(log, ["INFO hello to you", "DEBUG --odd", "INFO x"]);
}

#[test]
fn an_action_has_parameters_results_and_a_failure() {
    let mut unit = unit();
    let script = "\
        try action-get --format=json; try action-get user.name; try action-get user.age --format=json
        try action-set login.name=ada login.id=7 done=yes; try action-set stdout=x; try action-set A=1; try action-set a
        try action-log 'half way'
        test \"$(action-get fail)\" != True || action-fail 'no room'";
    let run = dispatch(&mut unit, script, |unit| {
        unit.action("create-user", json!({"user": {"name": "ada"}}))
    });
    assert_eq!(
        run.stdout,
        r#"{"user":{"name":"ada"}}
ada
null
ERROR cannot set reserved action key "stdout"
exit 2
ERROR key "A" must start and end with lowercase alphanumeric, and contain only lowercase alphanumeric, hyphens and periods
exit 2
ERROR argument "a" must be of the form key...=value
exit 2
"#
    );
    assert_eq!(
        json!(run.results),
        json!({"done": "yes", "login": {"id": "7", "name": "ada"}})
    );
    assert_eq!(
        (run.progress.as_slice(), run.failure.as_deref()),
        (["half way".to_owned()].as_slice(), None)
    );
    assert!(run.succeeded());

    let run = unit.action("create-user", json!({"fail": true})).unwrap();
    assert_eq!(
        (run.exit_code, run.failure.as_deref(), run.succeeded()),
        (Some(0), Some("no room"), false)
    );
    let run = dispatch(&mut unit, "try action-get", |unit| unit.hook("start"));
    assert_eq!(run.stdout, "ERROR not running an action\nexit 1\n");
}

#[test]
fn storage_and_secrets_are_there_while_attached() {
    let mut unit = unit();
    let place = tempfile::tempdir().unwrap();
    let location = place.path().join("content");
    let content = unit.attach_storage("content", &location).unwrap();
    assert!(location.is_dir());
    let run = dispatch(&mut unit, "false", |unit| {
        unit.storage_hook(&content, "detaching")
    });
    assert_eq!(run.exit_code, Some(1), "a failed hook keeps the storage");
    let script = "\
        try storage-list --format=json; try storage-list other --format=json; try storage-get --format=json
        try storage-get -s content/0 kind; try storage-get -s content/9; try storage-get size";
    let run = dispatch(&mut unit, script, |unit| {
        unit.storage_hook(&content, "detaching")
    });
    assert_eq!(
        run.stdout.replace(location.to_str().unwrap(), "$PLACE"),
        r#"["content/0"]
[]
{"kind":"filesystem","location":"$PLACE"}
filesystem
ERROR invalid value "content/9" for option -s: storage "content/9" not found
exit 2
ERROR invalid storage attribute "size"
exit 1
"#
    );
    assert!(
        unit.storage_hook(&content, "detaching").is_err(),
        "it is gone"
    );

    let id = unit.add_secret("tls", &[("cert", "old")]);
    let script = format!(
        "\
        try secret-get {id} --format=json; try secret-get {id} cert --peek; try secret-get --label tls
        try secret-get {id} cert --refresh; try secret-get {id} --label mine cert; try secret-get --label mine
        try secret-get {id} key; try secret-get secret:none; try secret-get; try secret-get {id} --peek --refresh"
    );
    let run = dispatch(&mut unit, "secret-get --label tls", |unit| {
        unit.hook("start")
    });
    assert_eq!(run.stdout, "{\"cert\":\"old\"}\n");
    unit.update_secret(&id, &[("cert", "new")]).unwrap();
    let run = dispatch(&mut unit, &script, |unit| unit.secret_hook(&id, "changed"));
    assert_eq!(
        run.stdout,
        "{\"cert\":\"old\"}\nnew\n{\"cert\":\"old\"}\nnew\nnew\n{\"cert\":\"new\"}\n\
         ERROR secret key value \"key\" not found\nexit 1\n\
         ERROR secret \"secret:none\" not found\nexit 1\n\
         ERROR require either a secret URI or label\nexit 2\n\
         ERROR specify one of --peek or --refresh but not both\nexit 2\n"
    );
}

#[test]
fn restricted_events_have_no_tools_but_the_log() {
    let mut unit = unit();
    let run = dispatch(&mut unit, "try is-leader; try juju-log x", |unit| {
        unit.hook("collect-metrics")
    });
    assert_eq!(
        run.stdout,
        "ERROR not implemented for restricted context\nexit 1\n"
    );
    assert_eq!(run.log.len(), 1);
}

#[test]
fn calls_at_the_same_time_wait_for_each_other() {
    let mut unit = unit();
    let script =
        "for n in 1 2 3 4 5 6 7 8; do state-set k$n=$n & done; wait; state-get --format=json";
    let run = dispatch(&mut unit, script, |unit| unit.hook("start"));
    let expected = r#"{"k1":"1","k2":"2","k3":"3","k4":"4","k5":"5","k6":"6","k7":"7","k8":"8"}"#;
    assert_eq!(run.stdout, format!("{expected}\n"));
    assert_eq!(run.calls.len(), 9);
}
