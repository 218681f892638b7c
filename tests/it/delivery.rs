//! What leaves the unit, where to, and what stays when it cannot.

use std::time::Duration;

use charm_tracing::testing::{Answer, ResourceSpans, Sink, Unit, json, resource};

use crate::{awkward, blog, blog_with_sink, let_the_wait_pass, log, relate_tracing, tls};

#[test]
fn each_dispatch_is_one_request_and_deleted_after_2xx() {
    let (mut unit, sink) = blog_with_sink();
    for hook in ["config-changed", "update-status"] {
        unit.hook(hook).unwrap();
    }
    let requests = sink.requests();
    assert_eq!(requests.len(), 2);
    for request in &requests {
        assert_eq!(
            (request.method.as_str(), request.path.as_str()),
            ("POST", "/v1/traces")
        );
        assert_eq!(
            request.header("content-type"),
            Some("application/x-protobuf")
        );
        assert!(
            request
                .header("user-agent")
                .unwrap()
                .starts_with("charm-tracing/")
        );
        assert!(request.traces.is_ok());
    }
    assert_eq!(unit.buffered().unwrap().len(), 0);
    assert_eq!(sink.failures(), Vec::<String>::new());
}

#[test]
fn unsent_traces_wait_and_leave_by_importance() {
    let (mut unit, sink) = blog_with_sink();
    sink.answer_with(Answer::Status(503, vec![]));
    let first = unit.hook("update-status").unwrap();
    assert_eq!(first.log.len(), 1, "{:?}", first.log);
    assert!(
        first.log[0]
            .to_string()
            .starts_with("WARNING charm-tracing: http://127.0.0.1:"),
        "{}",
        first.log[0]
    );
    assert!(
        first.log[0].message.contains("the receiver answers 503"),
        "{}",
        first.log[0]
    );
    assert_eq!(unit.hook("config-changed").unwrap().log, []);
    let failed = unit.action("create-user", json!({})).unwrap();
    assert_eq!(failed.exit_code, Some(1));
    assert_eq!(unit.buffered().unwrap().len(), 3);

    sink.answer_with(Answer::Ok);
    sink.clear();
    let_the_wait_pass(&unit);
    let recovered = unit.hook("update-status").unwrap();
    assert_eq!(
        log(&recovered),
        format!(
            "INFO charm-tracing: {}/v1/traces takes traces again: 4 dispatches caught up\n",
            sink.endpoint()
        )
    );
    assert_eq!(sink.requests().len(), 1);
    let order: Vec<String> = sink.traces().iter().map(root_of).collect();
    assert_eq!(
        order,
        [
            "blog/0: create-user event",
            "blog/0: config-changed event",
            "blog/0: update-status event",
            "blog/0: update-status event",
        ]
    );
    assert_eq!(unit.buffered().unwrap().len(), 0);
}

#[test]
fn a_receiver_that_is_not_there_costs_no_trace() {
    let mut unit = blog();
    unit.hook("install").unwrap();
    // A port that was free a moment ago.
    let gone = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    relate_tracing(&mut unit, &format!("http://{gone}"));
    assert_eq!(unit.hook("update-status").unwrap().exit_code, Some(0));
    assert_eq!(unit.buffered().unwrap().len(), 4);
}

#[test]
fn a_redirect_is_not_a_delivery_and_is_not_followed() {
    let (mut unit, sink) = blog_with_sink();
    let elsewhere = Sink::http().unwrap();
    for status in [301, 302, 303, 307, 308] {
        sink.answer_with(Answer::Status(
            status,
            vec![("location".into(), elsewhere.endpoint())],
        ));
        assert_eq!(unit.hook("update-status").unwrap().exit_code, Some(0));
        let_the_wait_pass(&unit);
    }
    assert_eq!(sink.requests().len(), 5);
    assert_eq!(unit.buffered().unwrap().len(), 5);
    assert_eq!(elsewhere.requests().len(), 0);
}

#[test]
fn a_record_that_is_refused_does_not_hold_up_the_others() {
    let (mut unit, sink) = blog_with_sink();
    sink.answer_with(Answer::Status(503, vec![]));
    unit.hook("config-changed").unwrap();
    unit.hook("update-status").unwrap();
    sink.answer_with(Answer::Ok);
    sink.answer_once(Answer::Status(400, vec![]));
    sink.answer_once(Answer::Status(400, vec![]));
    sink.clear();
    let_the_wait_pass(&unit);
    let run = unit.hook("update-status").unwrap();
    // All three together, then each alone: the first one is what was wrong.
    let sizes: Vec<usize> = sink
        .requests()
        .iter()
        .map(|request| request.traces.as_ref().unwrap().resource_spans.len())
        .collect();
    assert_eq!(sizes, [3, 1, 1, 1]);
    assert_eq!(unit.buffered().unwrap().len(), 0);
    let told = log(&run);
    assert!(
        told.contains("1 dispatches were refused by the receiver and dropped"),
        "{told}"
    );
}

#[test]
fn a_receiver_that_never_answers_takes_the_budget_and_no_more() {
    let (mut unit, sink) = blog_with_sink();
    for answer in [Answer::Hang, Answer::Drip(Duration::from_millis(200))] {
        sink.answer_with(answer.clone());
        let run = unit.hook("update-status").unwrap();
        assert_eq!(run.exit_code, Some(0));
        // The default budget is 1 s; an answer in drips would take ten times as long, a hanging one
        // for ever. The rest is room for a busy machine.
        assert!(
            run.duration < Duration::from_secs(4),
            "{answer:?}: {:?}",
            run.duration
        );
        let_the_wait_pass(&unit);
    }
    assert_eq!(unit.buffered().unwrap().len(), 2);
}

#[test]
fn https_with_the_ca_of_the_certificate_relation() {
    let (ca, sink) = tls::receiver();
    let mut unit = blog();
    unit.hook("install").unwrap();
    relate_tracing(&mut unit, &sink.endpoint());
    // Without a CA everything waits, and the log says what is missing.
    assert_eq!(unit.buffered().unwrap().len(), 3);
    let told: Vec<_> = unit
        .log()
        .unwrap()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert!(
        told.iter()
            .any(|line| line.contains("no CA certificate is known")),
        "{told:?}"
    );

    let certificates = unit.relate("receive-ca-cert", "ca");
    unit.relation_hook(&certificates, "created", None).unwrap();
    let list = json!([ca]).to_string();
    unit.set_remote_app_data(&certificates, &[("certificates", &list), ("version", "1")])
        .unwrap();
    assert!(
        unit.relation_hook(&certificates, "changed", None)
            .unwrap()
            .succeeded()
    );
    assert_eq!(unit.buffered().unwrap().len(), 0);
    assert_eq!(sink.traces().len(), 5);
}

#[test]
fn a_certificate_of_another_ca_keeps_the_data_and_sends_nothing() {
    let (_, sink) = tls::receiver();
    let (other, _) = tls::receiver();
    let mut unit = blog();
    unit.hook("install").unwrap();
    relate_tracing(&mut unit, &sink.endpoint());
    trust(&mut unit, &other);
    assert_eq!(unit.hook("update-status").unwrap().exit_code, Some(0));
    assert_eq!(sink.requests().len(), 0);
    assert!(unit.buffered().unwrap().len() >= 4);
}

/// The other version of the interface: raw PEM in the provider's unit.
fn trust(unit: &mut Unit, ca: &str) {
    let relation = unit.relate("receive-ca-cert", "ca");
    unit.set_remote_unit_data(&relation, "ca/0", &[("ca", ca)])
        .unwrap();
    unit.relation_hook(&relation, "changed", Some("ca/0"))
        .unwrap();
}

#[test]
fn raw_pem_of_the_interface_before_is_trusted_too() {
    let (ca, sink) = tls::receiver();
    let mut unit = blog();
    relate_tracing(&mut unit, &sink.endpoint());
    trust(&mut unit, &ca);
    assert_eq!(unit.buffered().unwrap().len(), 0);
}

#[test]
fn the_authors_endpoint_and_ca_file_win_and_need_no_relation() {
    let (ca, sink) = tls::receiver();
    let mut unit = awkward();
    let file = unit.charm_dir().join("ca.pem");
    std::fs::write(&file, format!("the CA of the receiver\n{ca}")).unwrap();
    unit.set_env("CHOSEN_ENDPOINT", format!("{}/", sink.endpoint()));
    unit.set_env("CHOSEN_SERVER_CERT", &file);
    unit.set_env("CHOSEN_SERVICE_NAME", "another-name");
    assert_eq!(unit.hook("update-status").unwrap().exit_code, Some(0));
    let traces = sink.traces();
    assert_eq!(resource(&traces[0])["service.name"], "another-name");
    assert_eq!(unit.buffered().unwrap().len(), 0);
    assert_eq!(unit.calls().unwrap(), []);
}

#[test]
fn a_missing_ca_file_is_logged_and_keeps_the_traces() {
    let (_, sink) = tls::receiver();
    let mut unit = awkward();
    unit.set_env("CHOSEN_ENDPOINT", sink.endpoint());
    unit.set_env("CHOSEN_SERVER_CERT", "/nowhere/ca.pem");
    let run = unit.hook("update-status").unwrap();
    assert_eq!(run.exit_code, Some(0));
    assert!(
        log(&run).contains("cannot read the CA file /nowhere/ca.pem"),
        "{}",
        log(&run)
    );
    assert_eq!(unit.buffered().unwrap().len(), 1);
}

#[test]
fn an_invalid_endpoint_is_logged_once_and_keeps_traces() {
    let mut unit = awkward();
    for (told, endpoint) in [(1, "tempo:4317"), (0, "grpc://me:secret@tempo:4317")] {
        unit.set_env("CHOSEN_ENDPOINT", endpoint);
        let run = unit.hook("update-status").unwrap();
        assert_eq!(
            (run.exit_code, run.log.len()),
            (Some(0), told),
            "{endpoint}"
        );
        assert!(!log(&run).contains("secret"));
    }
    assert_eq!(unit.buffered().unwrap().len(), 2);
}

#[test]
fn the_authors_buffer_path_is_made_and_used() {
    let mut unit = awkward();
    let file = unit.charm_dir().join("deep/down/traces");
    unit.set_env("CHOSEN_BUFFER_PATH", &file);
    assert_eq!(unit.hook("update-status").unwrap().exit_code, Some(0));
    assert!(std::fs::metadata(file).unwrap().len() > 100);
    assert_eq!(unit.buffered().unwrap().len(), 0);
}

#[test]
fn with_no_buffer_a_trace_is_sent_at_once_or_not_at_all() {
    let sink = Sink::http().unwrap();
    let mut unit = awkward();
    for endpoint in [sink.endpoint(), "http://127.0.0.1:1".to_owned()] {
        unit.set_env("CHOSEN_BUFFER_MAX_EVENTS", "0");
        unit.set_env("CHOSEN_ENDPOINT", endpoint);
        assert_eq!(unit.hook("update-status").unwrap().exit_code, Some(0));
    }
    assert_eq!(sink.requests().len(), 1);
    let names: Vec<_> = std::fs::read_dir(unit.charm_dir())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(names, ["dispatch"]);
}

#[test]
fn the_oldest_routine_dispatches_make_room_for_new_ones() {
    let mut unit = awkward();
    for hook in ["update-status", "install", "stop", "update-status", "stop"] {
        unit.set_env("CHOSEN_BUFFER_MAX_EVENTS", "3");
        unit.hook(hook).unwrap();
    }
    let tree = charm_tracing::testing::tree(&unit.buffered().unwrap());
    let roots: Vec<_> = tree
        .lines()
        .filter(|line| line.starts_with("awkward/0"))
        .collect();
    assert_eq!(
        roots,
        [
            "awkward/0: install event  error: the disk is full",
            "awkward/0: stop event",
            "awkward/0: stop event"
        ]
    );
}

fn root_of(trace: &ResourceSpans) -> String {
    let tree = charm_tracing::testing::tree(std::slice::from_ref(trace));
    let root = tree.lines().next().unwrap();
    root.split("  error:").next().unwrap().to_owned()
}
