//! What holds for every tool: printed values, restricted hooks, long texts, tools that are not there.

use charm_tracing::testing::{json, spans, tree_with};

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
fn a_missing_tool_differs_from_a_refusal() {
    let mut unit = toolbox();
    unit.set_env("PATH", "/nowhere");
    let run = exercise(&mut unit, "goal", |unit| unit.hook("start"));
    assert_eq!(
        run.stdout,
        "! goal-state: no such hook tool on PATH; is this process started by Juju?\n"
    );
}

#[test]
fn a_handle_shows_no_answer_when_it_is_printed() {
    let mut unit = toolbox();
    unit.set_config("password", json!("hunter2!"));
    let run = exercise(&mut unit, "printed", |unit| unit.hook("start"));
    assert_eq!(run.stdout, "()\nJuju\n");
}

#[test]
fn a_traced_call_in_a_thread_local_destructor_is_plain() {
    let mut unit = toolbox();
    let run = exercise(&mut unit, "thread-local", |unit| unit.hook("start"));
    let told = (run.exit_code, run.stdout.as_str(), run.stderr.as_str());
    assert_eq!(told, (Some(0), "0\n", ""));
}

#[test]
fn a_long_error_takes_no_more_of_a_span_than_a_long_attribute() {
    let mut unit = toolbox();
    let name = "x".repeat(100_000);
    let run = exercise(&mut unit, &name, |unit| unit.hook("start"));
    assert_eq!(run.exit_code, Some(1));
    // The log has all of it.
    assert!(run.log.iter().any(|line| line.message.len() > 100_000));
    let traces = unit.buffered().unwrap();
    let longest = spans(&traces)
        .filter_map(|span| span.status.as_ref())
        .map(|status| status.message.len())
        .max();
    assert_eq!(longest, Some(2048));
}

#[test]
fn an_error_that_cannot_be_printed_stays_an_error() {
    let mut unit = toolbox();
    let run = exercise(&mut unit, "unprintable", |unit| unit.hook("start"));
    let told = (run.exit_code, run.stdout.as_str(), run.stderr.as_str());
    assert_eq!(told, (Some(0), "true\n", ""));
    let tree = tree_with(&unit.buffered().unwrap(), &[]);
    let line = "function call: fails_unprintably  error: an error that cannot be printed\n";
    assert!(tree.contains(line), "{tree}");
}

#[test]
fn an_attribute_that_is_set_again_has_its_last_value() {
    let mut unit = toolbox();
    exercise(&mut unit, "progress", |unit| unit.hook("start"));
    let traces = unit.buffered().unwrap();
    let done: Vec<String> = spans(&traces)
        .flat_map(|span| &span.attributes)
        .filter(|pair| pair.key == "done")
        .map(|pair| format!("{:?}", pair.value))
        .collect();
    assert_eq!(done.len(), 2, "{done:?}");
    assert!(
        done[0].contains("(7)") && done[1].contains("(199)"),
        "{done:?}"
    );
}

#[test]
fn a_line_with_a_zero_byte_reaches_the_log() {
    let mut unit = toolbox();
    let run = exercise(&mut unit, "log-zero", |unit| unit.hook("start"));
    assert_eq!(crate::log(&run), "WARNING a\u{fffd}b\n");
    assert_eq!(run.stdout, "()\n");
}

#[test]
fn an_action_fail_that_juju_refuses_is_no_failure_of_the_hook() {
    let mut unit = toolbox();
    let run = exercise(&mut unit, "no-action", |unit| unit.hook("start"));
    assert!(run.succeeded() && run.stdout.starts_with("! action-fail"));
    let tree = tree_with(&unit.buffered().unwrap(), &[]);
    assert!(tree.starts_with("toolbox/0: start event\n"), "{tree}");
}
