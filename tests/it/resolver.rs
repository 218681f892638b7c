//! A resolver that does not answer: the budget holds for names too.
//!
//! It takes root, to give one process a network in which every question to the name server vanishes, and
//! `unshare` and `ip`; without them there is nothing to see here.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use charm_tracing::testing::Unit;

use crate::log;

/// A network of its own whose only road leads nowhere, and a name server at its end.
const NOWHERE: &str = "\
ip link add nowhere type veth peer name void && ip link set void up && ip address add 192.0.2.2/24 dev nowhere && ip link set nowhere up &&
mount --bind \"$RESOLV_CONF\" /etc/resolv.conf";

fn in_nowhere(then: &str) -> String {
    format!("exec unshare --mount --net sh -c '{NOWHERE} && {then}'")
}

#[test]
fn a_silent_name_server_takes_only_the_budget() {
    let folder = tempfile::tempdir().unwrap();
    let servers = folder.path().join("resolv.conf");
    std::fs::write(&servers, "nameserver 192.0.2.1\n").unwrap();
    let possible = Command::new("sh")
        .args(["-c", &in_nowhere("true")])
        .env("RESOLV_CONF", &servers)
        .output();
    if !possible.is_ok_and(|output| output.status.success()) {
        return;
    }
    let program = Path::new(env!("CARGO_BIN_EXE_stand-in"));
    let dispatch = folder.path().join("dispatch");
    let script = in_nowhere(&format!("exec {}", program.display()));
    std::fs::write(&dispatch, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&dispatch, PermissionsExt::from_mode(0o755)).unwrap();

    let mut unit = Unit::with_tools("awkward/0", &dispatch, program).unwrap();
    unit.set_env("RESOLV_CONF", &servers);
    unit.set_env("CHOSEN_ENDPOINT", "http://tempo.example:4318");
    let run = unit.hook("update-status").unwrap();
    assert_eq!(run.exit_code, Some(0), "{run:?}");
    assert!(
        log(&run)
            .contains("http://tempo.example:4318/v1/traces: its name was not looked up in time"),
        "{}",
        log(&run)
    );
    // The budget is 300 ms; the resolver itself gives up after ten seconds.
    assert!(
        run.duration >= Duration::from_millis(300),
        "{:?}",
        run.duration
    );
    assert!(run.duration < Duration::from_secs(6), "{:?}", run.duration);
    assert_eq!(unit.buffered().unwrap().len(), 1);
}

#[test]
fn an_address_that_does_not_answer_leaves_its_turn_to_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let (servers, hosts) = (
        folder.path().join("resolv.conf"),
        folder.path().join("hosts"),
    );
    std::fs::write(&servers, "").unwrap();
    // The first, which resolvers prefer, is in the network that leads nowhere, the second this machine's own.
    std::fs::write(
        &hosts,
        "2001:db8::9 tempo.example\n192.0.2.2 tempo.example\n",
    )
    .unwrap();
    let mount = "ip link set lo up && ip address add 2001:db8::2/64 dev nowhere nodad && \
                 mount --bind \"$HOSTS\" /etc/hosts";
    let possible = Command::new("sh")
        .args(["-c", &in_nowhere(mount)])
        .envs([("RESOLV_CONF", &servers), ("HOSTS", &hosts)])
        .output();
    if !possible.is_ok_and(|output| output.status.success()) {
        return;
    }
    let program = Path::new(env!("CARGO_BIN_EXE_stand-in"));
    let dispatch = folder.path().join("dispatch");
    let script = in_nowhere(&format!("{mount} && exec {}", program.display()));
    std::fs::write(&dispatch, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&dispatch, PermissionsExt::from_mode(0o755)).unwrap();

    let mut unit = Unit::with_tools("awkward/0", &dispatch, program).unwrap();
    unit.set_env("RESOLV_CONF", &servers);
    unit.set_env("HOSTS", &hosts);
    unit.set_env("CHOSEN_ENDPOINT", "http://tempo.example:4318");
    unit.set_env("CHOSEN_NETWORK_BUDGET_MS", "1000");
    let run = unit.hook("update-status").unwrap();
    // Nothing listens on the second, which says so; only who asked it can tell.
    assert!(
        log(&run).contains("tempo.example:4318/v1/traces: it refuses the connection"),
        "{}",
        log(&run)
    );
    assert!(
        run.duration >= Duration::from_millis(400),
        "{:?}",
        run.duration
    );
}
