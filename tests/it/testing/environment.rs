//! What a dispatch is started with.

use super::{dispatch, environment, unit};
use charm_tracing::testing::{Error, Run, Unit, json};

#[test]
fn a_hook_sees_the_environment_of_juju_and_nothing_else() {
    let mut unit = unit();
    let seen = environment(&mut unit, |unit| unit.hook("config-changed"));
    assert_eq!(
        seen,
        "\
APT_LISTCHANGES_FRONTEND=none
CHARM_DIR=$ROOT/agents/unit-blog-0/charm
CLOUD_API_VERSION=
DEBIAN_FRONTEND=noninteractive
JUJU_AGENT_SOCKET_ADDRESS=$ROOT/state/agent.socket
JUJU_AGENT_SOCKET_NETWORK=unix
JUJU_API_ADDRESSES=10.1.0.253:17070 10.1.0.254:17070
JUJU_AVAILABILITY_ZONE=zone1
JUJU_CHARM_DIR=$ROOT/agents/unit-blog-0/charm
JUJU_CHARM_FTP_PROXY=
JUJU_CHARM_HTTPS_PROXY=
JUJU_CHARM_HTTP_PROXY=
JUJU_CHARM_NO_PROXY=
JUJU_CONTEXT_ID=blog/0-config-changed-$HEX
JUJU_DISPATCH_PATH=hooks/config-changed
JUJU_HOOK_NAME=config-changed
JUJU_MACHINE_ID=0
JUJU_MODEL_NAME=simulated
JUJU_MODEL_UUID=5e1f8a76-2f0b-4c37-9a0e-6d1d5c0f7b11
JUJU_PRINCIPAL_UNIT=
JUJU_UNIT_NAME=blog/0
JUJU_VERSION=4.0.1
LANG=C.UTF-8
PATH=$ROOT/tools:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/snap/bin
TERM=tmux-256color
"
    );
    let run = dispatch(&mut unit, "pwd -P; echo \"$0\"; cat", |unit| {
        unit.hook("start")
    });
    assert_eq!(
        run.stdout,
        format!("{}\nhook.sh\n", unit.charm_dir().display())
    );
}

#[test]
fn each_kind_of_event_adds_its_variables() {
    let mut unit = unit();
    unit.on_kubernetes(true);
    let plain = environment(&mut unit, |unit| unit.hook("start"));
    assert!(
        plain.contains("\nJUJU_MACHINE_ID=\n") && plain.contains("\nKUBERNETES_SERVICE_PORT=443\n")
    );
    let database = unit.relate("database", "postgresql");
    let place = tempfile::tempdir().unwrap();
    let content = unit.attach_storage("content", place.path()).unwrap();
    let secret = unit.add_secret("tls", &[("key", "1")]);
    unit.update_secret(&secret, &[("key", "2")]).unwrap();
    let mut added = |event: &dyn Fn(&mut Unit) -> Result<Run, Error>| {
        let seen = environment(&mut unit, event);
        let seen = seen
            .replace(place.path().to_str().unwrap(), "$PLACE")
            .replace(secret.as_str(), "secret:$ID");
        let new = seen.lines().filter(|line| {
            plain.lines().all(|known| known != *line) && !line.starts_with("JUJU_CONTEXT_ID=")
        });
        new.collect::<Vec<&str>>().join(" ")
    };

    assert_eq!(
        added(&|unit| unit.relation_hook(&database, "created", None)),
        "JUJU_DISPATCH_PATH=hooks/database-relation-created JUJU_HOOK_NAME=database-relation-created \
         JUJU_RELATION=database JUJU_RELATION_ID=database:1 JUJU_REMOTE_APP=postgresql JUJU_REMOTE_UNIT="
    );
    assert_eq!(
        added(&|unit| unit.relation_hook(&database, "departed", Some("postgresql/3"))),
        "JUJU_DEPARTING_UNIT=postgresql/3 JUJU_DISPATCH_PATH=hooks/database-relation-departed \
         JUJU_HOOK_NAME=database-relation-departed JUJU_RELATION=database JUJU_RELATION_ID=database:1 \
         JUJU_REMOTE_APP=postgresql JUJU_REMOTE_UNIT=postgresql/3"
    );
    let leaving = added(&|unit| unit.relation_departed(&database, "postgresql/3", "blog/0"));
    assert!(
        leaving.contains("JUJU_DEPARTING_UNIT=blog/0")
            && leaving.contains("JUJU_REMOTE_UNIT=postgresql/3")
    );
    assert_eq!(
        added(&|unit| unit.storage_hook(&content, "attached")),
        "JUJU_DISPATCH_PATH=hooks/content-storage-attached JUJU_HOOK_NAME=content-storage-attached \
         JUJU_STORAGE_ID=content/0 JUJU_STORAGE_KIND=filesystem JUJU_STORAGE_LOCATION=$PLACE"
    );
    assert_eq!(
        added(&|unit| unit.pebble_hook("web", "ready")),
        "JUJU_DISPATCH_PATH=hooks/web-pebble-ready JUJU_HOOK_NAME=web-pebble-ready JUJU_WORKLOAD_NAME=web"
    );
    assert_eq!(
        added(&|unit| unit.secret_hook(&secret, "expired")),
        "JUJU_DISPATCH_PATH=hooks/secret-expired JUJU_HOOK_NAME=secret-expired JUJU_SECRET_ID=secret:$ID \
         JUJU_SECRET_LABEL=tls JUJU_SECRET_REVISION=2"
    );
    assert_eq!(
        added(&|unit| unit.action("create-user", json!({}))),
        "JUJU_ACTION_NAME=create-user JUJU_ACTION_TAG=action-1 JUJU_ACTION_UUID=1 \
         JUJU_DISPATCH_PATH=actions/create-user JUJU_HOOK_NAME="
    );
}

#[test]
fn a_broken_environment_lasts_for_one_dispatch() {
    let mut unit = unit();
    unit.remove_env("JUJU_DISPATCH_PATH");
    unit.set_env("JUJU_UNIT_NAME", "odd");
    let script = "echo \"${JUJU_DISPATCH_PATH-none} $JUJU_UNIT_NAME\"";
    assert_eq!(
        dispatch(&mut unit, script, |unit| unit.hook("start")).stdout,
        "none odd\n"
    );
    assert_eq!(unit.hook("start").unwrap().stdout, "hooks/start blog/0\n");

    unit.set_env("JUJU_AGENT_SOCKET_ADDRESS", "");
    let run = dispatch(&mut unit, "is-leader", |unit| unit.hook("start"));
    assert_eq!(run.exit_code, Some(1));
    assert!(
        run.stderr
            .starts_with("ERROR the unit has no agent: JUJU_AGENT_SOCKET_ADDRESS"),
        "{}",
        run.stderr
    );
}
