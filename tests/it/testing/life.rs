//! What happens to a unit over several dispatches, and when one of them fails.

use std::os::unix::process::CommandExt;
use std::process::Command;

use super::{dispatch, unit, write};
use charm_tracing::testing::Unit;

#[test]
fn a_relation_ends_step_by_step() {
    let mut unit = unit();
    let database = unit.relate("database", "postgresql");
    let script = "\
        try relation-ids database --format=json
        try relation-list -r database:1 --format=json
        try relation-get -r database:1 --format=json version postgresql/0
        test ! -e fail";
    unit.set_remote_unit_data(&database, "postgresql/0", &[("version", "16")])
        .unwrap();
    let run = dispatch(&mut unit, script, |unit| {
        unit.relation_hook(&database, "joined", Some("postgresql/0"))
    });
    assert_eq!(run.stdout, "[\"database:1\"]\n[\"postgresql/0\"]\n\"16\"\n");
    let run = unit
        .relation_hook(&database, "departed", Some("postgresql/0"))
        .unwrap();
    assert_eq!(run.stdout, "[\"database:1\"]\n[]\n\"16\"\n");

    std::fs::write(unit.charm_dir().join("fail"), "").unwrap();
    assert_eq!(
        unit.relation_hook(&database, "broken", None)
            .unwrap()
            .exit_code,
        Some(1)
    );
    std::fs::remove_file(unit.charm_dir().join("fail")).unwrap();
    let run = unit.relation_hook(&database, "broken", None).unwrap();
    assert_eq!(
        (run.stdout.as_str(), run.exit_code),
        ("[]\n[]\n\"16\"\n", Some(0))
    );

    let gone = unit
        .relation_hook(&database, "broken", None)
        .unwrap_err()
        .to_string();
    assert_eq!(
        gone,
        "the unit has no relation database:1: use what the method that adds it returned, while it is there"
    );
}

#[test]
fn a_failed_dispatch_takes_its_writes_back() {
    let mut unit = unit();
    unit.set_leader(true);
    let database = unit.relate("database", "postgresql");
    let script = "\
        relation-set -r 1 --app user=ada; relation-set -r 1 mode=rw; open-port 80; state-set a=1
        status-set blocked 'no disk'; application-version-set 2; juju-log 'trying'
        exit 3";
    let run = dispatch(&mut unit, script, |unit| unit.hook("install"));
    assert_eq!(
        (run.exit_code, run.signal, run.succeeded()),
        (Some(3), None, false)
    );
    assert!(unit.local_app_data(&database).is_empty());
    assert!(!unit.local_unit_data(&database).contains_key("mode"));
    assert!(unit.opened_ports().is_empty() && unit.kept_state().is_empty());
    assert_eq!(
        (unit.status(), unit.workload_version()),
        (("blocked", "no disk"), "2")
    );
    assert_eq!(
        run.commands(),
        "relation-set -r 1 --app user=ada\nrelation-set -r 1 mode=rw\nopen-port 80\nstate-set a=1\n\
         status-set blocked no disk\napplication-version-set 2\njuju-log trying\n"
    );

    let retry = dispatch(
        &mut unit,
        "echo '{\"user\": \"ada\"}' | relation-set -r 1 --app --file -; nonsense",
        |unit| unit.hook("install"),
    );
    assert_eq!(retry.exit_code, Some(127));
    assert_eq!(
        (
            retry.calls.len(),
            retry.calls[0].stdin,
            retry.calls[0].exit_code
        ),
        (1, 16, 0)
    );
    assert_eq!(
        (unit.calls().unwrap().len(), unit.log().unwrap().len()),
        (8, 1)
    );
}

#[test]
fn a_dispatch_can_be_killed_half_way() {
    let mut unit = unit();
    write(&unit, "state-set a=1; echo ready > ready; exec sleep 600");
    let ready = unit.charm_dir().join("ready");
    let mut running = unit.start_hook("install").unwrap();
    while !ready.exists() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let id = running.id();
    running.kill().unwrap();
    let run = running.wait().unwrap();
    assert_eq!(
        (run.exit_code, run.signal, run.succeeded()),
        (None, Some(9), false)
    );
    assert!(unit.kept_state().is_empty());

    std::fs::remove_file(&ready).unwrap();
    drop(unit.start_hook("install").unwrap());
    let run = dispatch(
        &mut unit,
        &format!("kill -0 {id} 2>/dev/null || echo gone"),
        |unit| unit.hook("start"),
    );
    assert_eq!(run.stdout, "gone\n");
}

#[test]
fn what_a_charm_leaves_running_does_not_hold_the_dispatch() {
    let mut unit = unit();
    let run = dispatch(&mut unit, "sleep 30 & echo $!", |unit| unit.hook("start"));
    assert!(run.duration.as_secs() < 20, "{:?}", run.duration);
    let left = run.stdout.trim().to_owned();
    assert!(Command::new("kill").arg(left).status().unwrap().success());
}

#[test]
fn a_new_pod_is_as_packed_and_a_dropped_unit_is_gone() {
    let mut unit = unit();
    write(&unit, "true");
    assert!(unit.hook("start").unwrap().succeeded());
    unit.replace_pod().unwrap();
    let files: Vec<_> = std::fs::read_dir(unit.charm_dir())
        .unwrap()
        .map(|file| file.unwrap().file_name())
        .collect();
    assert_eq!(files, ["dispatch"]);
    let charm_dir = unit.charm_dir().to_owned();
    drop(unit);
    assert!(!charm_dir.ancestors().nth(2).unwrap().exists());
}

#[test]
fn what_cannot_work_is_said_at_once() {
    for name in ["blog", "blog/", "/0", "blog/x", ""] {
        let error = Unit::new(name, "/bin/sh").unwrap_err().to_string();
        let expected = "is no unit name: give an application, a slash and a number, such as blog/0";
        assert_eq!(error, format!("{name:?} {expected}"));
    }
    let error = Unit::new("blog/0", "/nowhere/charm")
        .unwrap_err()
        .to_string();
    assert_eq!(
        error,
        "cannot find /nowhere/charm: No such file or directory (os error 2)"
    );
    let mut unit = Unit::new("blog/0", "/etc/passwd").unwrap();
    let error = unit.hook("start").unwrap_err().to_string();
    assert!(
        error.contains("Permission denied")
            && error.ends_with("an executable file with a full path"),
        "{error}"
    );
}

#[test]
fn only_the_name_of_a_tool_makes_a_program_that_tool() {
    let mut unit = Unit::with_tools("blog/0", "/bin/pwd", env!("CARGO_BIN_EXE_stand-in")).unwrap();
    let run = unit.hook("start").unwrap();
    assert_eq!(run.stdout, format!("{}\n", unit.charm_dir().display()));
    let elsewhere = tempfile::tempdir().unwrap();
    std::fs::write(elsewhere.path().join("hook.sh"), "exit 42").unwrap();
    let mut other = Command::new(env!("CARGO_BIN_EXE_stand-in"));
    let output = other
        .arg0("relation-gets")
        .env_clear()
        .current_dir(elsewhere.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(42), "the charm in shell has run");
}
