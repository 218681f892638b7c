//! What holds for every tool: printed values, restricted hooks, long texts, tools that are not there.

use charm_tracing::testing::json;

use crate::{exercise, toolbox};

#[test]
fn credentials_show_no_value_when_they_are_printed() {
    let mut unit = toolbox();
    let run = exercise(&mut unit, "credential", |unit| unit.hook("start"));
    assert_eq!(
        run.stdout,
        "! credential-get: exit code 1: ERROR cannot access cloud credentials: permission denied
None
"
    );
    unit.set_cloud(json!({
        "type": "ec2", "name": "aws", "region": "eu-west-1", "endpoint": "https://ec2.example",
        "credential": { "auth-type": "access-key", "attrs": { "access-key": "hunter2!", "secret-key": "hunter3!" } },
        "cacertificates": ["PEM"], "skip-tls-verify": true,
    }));
    let run = exercise(&mut unit, "credential", |unit| unit.hook("start"));
    assert_eq!(
        run.stdout,
        r#"CloudSpec { kind: "ec2", name: "aws", region: Some("eu-west-1"), endpoint: Some("https://ec2.example"), identity_endpoint: None, storage_endpoint: None, credential: Some(CloudCredential { auth_type: "access-key", attributes: ["access-key", "secret-key"] }), ca_certificates: ["PEM"], skip_tls_verify: true }
Some(8)
"#
    );
}

#[test]
fn reboot() {
    let mut unit = toolbox();
    let run = exercise(&mut unit, "reboot", |unit| unit.hook("start"));
    assert_eq!(run.commands(), "juju-reboot\njuju-reboot --now\n");
    assert_eq!(unit.reboot(), Some("now"));
}

#[test]
fn a_restricted_hook_says_so_for_every_tool_but_the_log() {
    let mut unit = toolbox();
    let run = exercise(&mut unit, "state", |unit| unit.hook("collect-metrics"));
    let told: Vec<&str> = run.stdout.lines().collect();
    assert_eq!(told.len(), 6);
    for line in told {
        assert!(
            line.ends_with("exit code 1: ERROR not implemented for restricted context"),
            "{line}"
        );
    }
    unit.set_env("MESSAGE", "still here");
    let run = exercise(&mut unit, "log", |unit| unit.hook("collect-metrics"));
    assert_eq!(crate::log(&run), "WARNING still here\n");
}

#[test]
fn a_long_line_to_the_log_becomes_several() {
    let mut unit = toolbox();
    // A variable is as limited as an argument, so the exercise doubles what it is given: 240000 bytes.
    let letters = "\u{e9}".repeat(60_000);
    unit.set_env("MESSAGE", &letters);
    let run = exercise(&mut unit, "log-long", |unit| unit.hook("start"));
    let lengths: Vec<usize> = run.log.iter().map(|line| line.message.len()).collect();
    assert_eq!(lengths, [131_070, 108_930]);
    let all: String = run.log.iter().map(|line| line.message.as_str()).collect();
    assert_eq!(all, letters.repeat(2));
    assert_eq!(run.stdout, "()\n");
}

#[test]
fn a_juju_without_the_tool_is_told_from_one_that_refuses() {
    let mut unit = toolbox();
    unit.set_env("PATH", "/nowhere");
    let run = exercise(&mut unit, "goal", |unit| unit.hook("start"));
    assert_eq!(
        run.stdout,
        "! goal-state: no such hook tool on PATH; is this process started by Juju?\n"
    );
}
