//! One test a noun: commands sent and answers read, as whole texts.

use charm_tracing::testing::json;

use crate::{exercise, toolbox};

#[test]
fn relation() {
    let mut unit = toolbox();
    unit.set_leader(true);
    let database = unit.relate("database", "postgresql");
    unit.set_remote_app_data(&database, &[("endpoints", "10.0.0.1:5432")])
        .unwrap();
    unit.set_remote_unit_data(&database, "postgresql/0", &[("version", "16")])
        .unwrap();
    let run = exercise(&mut unit, "relation", |unit| unit.hook("start"));
    assert_eq!(
        run.stdout,
        r#"[RelationId("database:1")]
["postgresql/0"]
Some("postgresql")
{"egress-subnets": "10.1.0.0/32", "ingress-address": "10.1.0.0", "private-address": "10.1.0.0", "version": "16"}
{"egress-subnets": "10.1.0.0/32", "ingress-address": "10.1.0.0", "private-address": "10.1.0.0", "version": "16"}
{"endpoints": "10.0.0.1:5432"}
"5e1f8a76-2f0b-4c37-9a0e-6d1d5c0f7b11"
false
()
true
()
()
Some((true, false, Error { call: "relation-list -r database:9", kind: Failed { code: Some(2), stderr: "ERROR invalid value \"database:9\" for option -r: relation not found" } }))
None
"#
    );
    assert_eq!(
        run.commands(),
        "relation-ids --format=json database
relation-list --format=json -r database:1
relation-list --format=json -r database:1 --app
relation-get --format=json -r database:1 - postgresql/0
relation-get --format=json -r database:1 --app - postgresql
relation-model-get --format=json -r database:1
relation-get --format=json -r database:1 - toolbox/0
relation-set -r database:1 --file -
relation-get --format=json -r database:1 - toolbox/0
relation-set -r database:1 --app --file -
relation-set -r database:1 --file -
relation-list --format=json -r database:9
relation-get --format=json -r database:1 --app - toolbox
"
    );
    assert_eq!(
        unit.local_app_data(&database),
        [("user".to_owned(), "ada".to_owned())].into()
    );
    assert_eq!(unit.local_unit_data(&database)["large"].len(), 200_000);

    unit.set_leader(false);
    let run = exercise(&mut unit, "relation", |unit| unit.hook("start"));
    let failures: Vec<&str> = run
        .stdout
        .lines()
        .filter(|line| line.starts_with('!'))
        .collect();
    assert_eq!(
        failures,
        [
            "! relation-set -r database:1 --app --file -: exit code 1: ERROR cannot write relation settings"
        ]
    );
    assert!(
        run.stdout.ends_with("Some((false, true))\n"),
        "{}",
        run.stdout
    );
}

#[test]
fn config_is_asked_once_in_a_dispatch() {
    let mut unit = toolbox();
    unit.set_config("title", json!("Hello"));
    let run = exercise(&mut unit, "config", |unit| unit.hook("config-changed"));
    assert_eq!(run.stdout, "Some(\"Hello\")\nSome(\"Hello\")\n");
    assert_eq!(run.commands(), "config-get --format=json\n");
    unit.set_config("title", json!("Later"));
    let run = exercise(&mut unit, "config", |unit| unit.hook("config-changed"));
    assert_eq!(run.stdout, "Some(\"Later\")\nSome(\"Later\")\n");
}

#[test]
fn status() {
    let mut unit = toolbox();
    unit.set_leader(true);
    let run = exercise(&mut unit, "status", |unit| unit.hook("start"));
    assert_eq!(
        run.stdout,
        r#"()
()
CurrentStatus { name: "blocked", message: "no database" }
()
CurrentStatus { name: "active", message: "" }
"#
    );
    assert_eq!(
        run.commands(),
        "status-set -- maintenance -- odd
status-set -- blocked no database
status-get --format=json --include-data
status-set --application -- active 
status-get --format=json --application --include-data
"
    );
    unit.set_leader(false);
    let run = exercise(&mut unit, "status", |unit| unit.hook("start"));
    assert_eq!(
        run.stdout,
        r#"()
()
CurrentStatus { name: "blocked", message: "no database" }
! status-set --application -- active: exit code 1: ERROR this unit is not the leader
! status-get --application --include-data: exit code 1: ERROR finding application status: this unit is not the leader
"#
    );
}

#[test]
fn leadership() {
    let mut unit = toolbox();
    let run = exercise(&mut unit, "leadership", |unit| unit.hook("start"));
    assert_eq!(
        run.stdout,
        "false
! leader-set: exit code 1: ERROR cannot write leadership settings: not the leader
{}
"
    );
    unit.set_leader(true);
    let run = exercise(&mut unit, "leadership", |unit| unit.hook("start"));
    assert_eq!(
        run.stdout,
        r#"true
()
{"mode": "fast"}
"#
    );
    assert_eq!(
        run.commands(),
        "is-leader --format=json
leader-set mode=fast empty=
leader-get --format=json
"
    );
}

#[test]
fn port() {
    let mut unit = toolbox();
    let run = exercise(&mut unit, "port", |unit| unit.hook("start"));
    assert_eq!(
        run.stdout,
        r#"()
()
()
()
()
[Port { transport: Udp, from: 9000, to: 9010 }]
! open-port 0/tcp: exit code 2: ERROR invalid port or range "0/tcp"
"#
    );
    assert_eq!(
        run.commands(),
        "open-port 8080/tcp
open-port 9000-9010/udp
open-port --endpoints website,admin icmp
close-port 8080/tcp
close-port --endpoints admin icmp
opened-ports --format=json
open-port 0/tcp
"
    );
}

#[test]
fn network() {
    let mut unit = toolbox();
    unit.relate("database", "postgresql");
    unit.set_network(
        "website",
        json!({
            "bind-addresses": [
                { "mac-address": "00:16:3e:5a:1e:01", "interface-name": "eth1", "addresses": [
                    { "hostname": "web", "value": "10.2.0.5", "cidr": "10.2.0.0/24" },
                    { "hostname": "", "address": "fd00::5", "cidr": "" },
                ] },
                { "mac-address": "", "interface-name": "lo", "addresses": null },
            ],
            "egress-subnets": ["10.2.0.5/32"],
            "ingress-addresses": ["10.2.0.5", "web.example"],
        }),
    );
    let run = exercise(&mut unit, "network", |unit| unit.hook("start"));
    assert_eq!(
        run.stdout,
        r#"Some((Some("10.2.0.5"), Some("10.2.0.5")))
Network { bind_addresses: [BindAddress { interface: Some("eth1"), mac_address: Some("00:16:3e:5a:1e:01"), addresses: [Address { value: "10.2.0.5", hostname: Some("web"), cidr: Some("10.2.0.0/24") }, Address { value: "fd00::5", hostname: None, cidr: None }] }, BindAddress { interface: Some("lo"), mac_address: None, addresses: [] }], egress_subnets: ["10.2.0.5/32"], ingress_addresses: ["10.2.0.5", "web.example"] }
Network { bind_addresses: [BindAddress { interface: Some("eth0"), mac_address: None, addresses: [Address { value: "10.1.0.0", hostname: None, cidr: Some("10.1.0.0/24") }] }], egress_subnets: ["10.1.0.0/32"], ingress_addresses: ["10.1.0.0"] }
"10.1.0.0"
"10.1.0.0"
"#
    );
    assert_eq!(
        run.commands(),
        "network-get --format=json website
network-get --format=json database -r database:1
unit-get --format=json private-address
unit-get --format=json public-address
"
    );
}

#[test]
fn storage() {
    let mut unit = toolbox();
    let place = tempfile::tempdir().unwrap();
    unit.attach_storage("content", place.path()).unwrap();
    let run = exercise(&mut unit, "storage", |unit| unit.hook("start"));
    assert_eq!(
        run.stdout,
        r#"["content/0"]
[]
"filesystem"
Some((true, Some(2)))
()
"#
    );
    assert_eq!(
        run.commands(),
        "storage-list --format=json
storage-list --format=json other
storage-get --format=json -s content/0
storage-get --format=json -s content/9
storage-add content=2
"
    );
    assert_eq!(unit.added_storage(), ["content=2"]);
}

#[test]
fn action() {
    let mut unit = toolbox();
    let run = exercise(&mut unit, "action", |unit| {
        unit.action("rotate-key", json!({ "bytes": 32 }))
    });
    assert_eq!(
        run.stdout,
        r#"32
()
()
! action-set: exit code 2: ERROR key "Bad" must start and end with lowercase alphanumeric, and contain only lowercase alphanumeric, hyphens and periods
! action-set: an argument has 200006 bytes and Linux passes on at most 131071: shorten the text
()
"#
    );
    assert_eq!(
        run.commands(),
        "action-get --format=json
action-log -- half way
action-set key.id=7 done=yes
action-set Bad=hunter2!
action-fail -- -no room
"
    );
    assert_eq!(
        json!(run.results),
        json!({ "done": "yes", "key": { "id": "7" } })
    );
    assert_eq!(run.failure.as_deref(), Some("-no room"));
    assert_eq!(run.progress, ["half way"]);
    let run = exercise(&mut unit, "action", |unit| unit.hook("start"));
    assert_eq!(
        run.stdout.lines().next(),
        Some("! action-get: exit code 1: ERROR not running an action")
    );
}

#[test]
fn state() {
    let mut unit = toolbox();
    let run = exercise(&mut unit, "state", |unit| unit.hook("start"));
    assert_eq!(
        run.stdout,
        r#"{}
()
Some("2")
None
()
{"phase": "2"}
"#
    );
    assert_eq!(
        run.commands(),
        "state-get --format=json
state-set --file -
state-get --format=json phase
state-get --format=json nothing
state-delete large
state-get --format=json
"
    );
}

#[test]
fn resource_and_version() {
    let mut unit = toolbox();
    unit.set_resource("image", "/var/lib/juju/image.tar");
    let run = exercise(&mut unit, "resource", |unit| unit.hook("start"));
    assert_eq!(
        run.stdout,
        r#""/var/lib/juju/image.tar"
! resource-get nothing: exit code 1: ERROR could not download resource: resource "nothing" not found
()
"#
    );
    assert_eq!(
        run.commands(),
        "resource-get image
resource-get nothing
application-version-set -- 1.2.3
"
    );
    assert_eq!(unit.workload_version(), "1.2.3");
}

#[test]
fn goal_state() {
    let mut unit = toolbox();
    let database = unit.relate("database", "postgresql");
    unit.set_remote_unit_data(&database, "postgresql/0", &[])
        .unwrap();
    let run = exercise(&mut unit, "goal", |unit| unit.hook("start"));
    assert_eq!(
        run.stdout,
        r#"GoalState { units: {"toolbox/0": Goal { status: "active", since: Some("2026-01-01 00:00:00Z") }}, relations: {"database": {"postgresql": Goal { status: "joined", since: Some("2026-01-01 00:00:00Z") }, "postgresql/0": Goal { status: "active", since: Some("2026-01-01 00:00:00Z") }}} }
"#
    );
    assert_eq!(
        run.commands(),
        "goal-state --format=json
"
    );
}
