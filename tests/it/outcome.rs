//! How a hook ends, and what its trace says of it: the exit code and the output are the charm's own.

use std::net::TcpListener;

use charm_tracing::testing::{json, tree};

use crate::{awkward, blog_with_sink, log};

#[test]
fn a_failing_hook_fails_as_untraced_with_its_reason() {
    let (mut unit, sink) = blog_with_sink();
    let address = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let database = unit.relate("database", "postgresql");
    unit.set_remote_app_data(&database, &[("endpoints", &address.to_string())])
        .unwrap();
    let run = unit.relation_hook(&database, "changed", None).unwrap();
    let cause =
        format!("the database at {address} cannot be reached: Connection refused (os error 111)");
    assert_eq!(
        (run.exit_code, run.stdout.as_str(), run.stderr.as_str()),
        (Some(1), "", "")
    );
    assert_eq!(log(&run), format!("ERROR database:2: {cause}\n"));
    assert_eq!(
        sink.tree(),
        format!(
            "\
blog/0: database-relation-changed event  error: {cause}
    event: database_relation_changed  error: {cause}
        - database_relation_changed
        function call: connect  error: {cause}
            relation-get
            status-set
            function call: reach  error: {cause}
                connect  error: {cause}
                    - exception
"
        )
    );
    let _postgresql = TcpListener::bind(address).unwrap();
    assert_eq!(
        unit.relation_hook(&database, "changed", None)
            .unwrap()
            .exit_code,
        Some(0)
    );
}

#[test]
fn an_action_that_fails_is_an_error_in_its_trace() {
    let (mut unit, sink) = blog_with_sink();
    let run = unit
        .action("create-user", json!({ "name": "not a name" }))
        .unwrap();
    assert_eq!((run.exit_code, run.failure.is_some()), (Some(0), true));
    let tree = sink.tree();
    let root = tree.lines().next().unwrap();
    assert_eq!(
        root,
        "blog/0: create-user event  error: a user's name has to be letters and digits"
    );
    let run = unit
        .action("create-user", json!({ "admin": true }))
        .unwrap();
    assert_eq!(run.exit_code, Some(1));
    assert_eq!(
        log(&run),
        "ERROR action-get: `name` is required and was not given\n"
    );
}

#[test]
fn an_error_is_recorded_once_and_marked_where_it_passes() {
    let mut unit = awkward();
    assert_eq!(unit.hook("install").unwrap().exit_code, Some(1));
    assert_eq!(
        tree(&unit.buffered().unwrap()),
        "\
awkward/0: install event  error: the disk is full
    event: install  error: the disk is full
        - install
        function call: outer  error: the disk is full
            function call: inner  error: the disk is full
                - exception
"
    );
}

#[test]
fn an_error_that_is_handled_marks_only_the_span_it_left() {
    let mut unit = awkward();
    let run = unit.hook("config-changed").unwrap();
    assert_eq!(run.exit_code, Some(0));
    assert_eq!(
        (run.stdout.as_str(), run.stderr.as_str()),
        ("on standard output\n", "on standard error\n")
    );
    assert_eq!(
        tree(&unit.buffered().unwrap()),
        "\
awkward/0: config-changed event
    event: config_changed
        - config_changed
        function call: handled
            function call: inner  error: the disk is full
                - exception
            second try  error: the disk is gone
                - exception
"
    );
}

#[test]
fn a_panic_ends_the_hook_as_untraced_and_is_recorded() {
    let mut unit = awkward();
    let run = unit.hook("start").unwrap();
    assert_eq!((run.exit_code, run.stdout.as_str()), (Some(101), ""));
    assert!(
        run.stderr.contains("panicked at tests/stand-in/awkward.rs"),
        "{}",
        run.stderr
    );
    assert!(run.stderr.contains("no item 3"), "{}", run.stderr);
    let tree = tree(&unit.buffered().unwrap());
    let told = tree
        .lines()
        .next()
        .unwrap()
        .split_once("  error: ")
        .unwrap()
        .1;
    assert!(
        told.starts_with("no item 3 (at tests/stand-in/awkward.rs:"),
        "{told}"
    );
    assert_eq!(
        tree.replace(told, "P"),
        "\
awkward/0: start event  error: P
    event: start  error: P
        - start
        function call: panicking  error: P
            last item  error: P
                - exception
"
    );
}
