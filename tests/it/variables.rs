//! Where the environment sends traces: Juju 4's variables and OpenTelemetry's, a dispatch for each.

use charm_tracing::testing::{Answer, Sink, Unit};

use crate::{awkward, blog, log, relate_tracing, tls};

/// One dispatch with these variables; its log.
fn dispatch(unit: &mut Unit, variables: &[(&str, &str)]) -> String {
    for (name, value) in variables {
        unit.set_env(name, value);
    }
    let run = unit.hook("update-status").unwrap();
    assert_eq!(
        (run.exit_code, run.stdout.as_str(), run.stderr.as_str()),
        (Some(0), "", "")
    );
    log(&run)
}

const JUJU: &str = "JUJU_CHARM_TRACE_CONFIG_HTTP";
const GENERAL: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
const TRACES: &str = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";

#[test]
fn each_place_comes_before_the_next() {
    let sink = Sink::http().unwrap();
    let at = |path: &str| format!("{}/{path}", sink.endpoint());
    let (author, juju, general, traces) = (at("author"), at("juju"), at("otel"), at("exact"));
    let all = [
        ("CHOSEN_ENDPOINT", author.as_str()),
        (JUJU, &juju),
        (TRACES, &traces),
        (GENERAL, &general),
    ];
    sink.answer_with(Answer::Status(200, Vec::new()));
    for (skipped, expected) in [
        (0, Some("/author/v1/traces")),
        (1, Some("/juju/v1/traces")),
        (2, Some("/exact")),
        (3, Some("/otel/v1/traces")),
        (4, None),
    ] {
        for empty in [false, true] {
            sink.clear();
            let mut unit = awkward();
            if empty {
                // An empty variable is an unset one; the author's setting is no variable.
                for (name, _) in all[..skipped].iter().skip(1) {
                    unit.set_env(name, "");
                }
            }
            assert_eq!(dispatch(&mut unit, &all[skipped..]), "");
            let paths: Vec<_> = sink
                .requests()
                .into_iter()
                .map(|request| request.path)
                .collect();
            assert_eq!(paths, expected.into_iter().collect::<Vec<_>>());
        }
    }
}

#[test]
fn the_relation_comes_before_the_variables() {
    let (related, other) = (Sink::http().unwrap(), Sink::http().unwrap());
    let mut unit = blog();
    let endpoint = other.endpoint();
    dispatch(&mut unit, &[(JUJU, &endpoint)]);
    assert_eq!(other.requests().len(), 1, "nothing is related");
    other.clear();
    relate_tracing(&mut unit, &related.endpoint());
    related.clear();
    dispatch(
        &mut unit,
        &[(JUJU, &endpoint), (GENERAL, &endpoint), (TRACES, &endpoint)],
    );
    assert_eq!((related.requests().len(), other.requests().len()), (1, 0));
}

#[test]
fn receivers_that_speak_grpc_only_are_refused_in_one_line() {
    let sink = Sink::http().unwrap();
    let endpoint = sink.endpoint();
    for (variables, told) in [
        (
            vec![("JUJU_CHARM_TRACE_CONFIG_GRPC", "tempo:4317")],
            "offers its charms a receiver for gRPC only",
        ),
        (
            vec![
                (GENERAL, endpoint.as_str()),
                ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
            ],
            "OTEL_EXPORTER_OTLP_PROTOCOL asks for grpc",
        ),
        (
            vec![
                (TRACES, endpoint.as_str()),
                ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
                ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "grpc"),
            ],
            "OTEL_EXPORTER_OTLP_PROTOCOL asks for grpc",
        ),
    ] {
        let mut unit = awkward();
        let log = dispatch(&mut unit, &variables);
        assert!(log.contains(told), "{variables:?}: {log}");
        assert_eq!(log.lines().count(), 1);
        assert_eq!(
            (sink.requests().len(), unit.buffered().unwrap().len()),
            (0, 1)
        );
    }
    // Where http is offered too, gRPC does not matter; nor does the protocol of another's endpoint.
    for variables in [
        vec![
            (JUJU, endpoint.as_str()),
            ("JUJU_CHARM_TRACE_CONFIG_GRPC", "tempo:4317"),
        ],
        vec![
            (JUJU, endpoint.as_str()),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
        ],
        vec![
            (GENERAL, endpoint.as_str()),
            ("JUJU_CHARM_TRACE_CONFIG_GRPC", "tempo:4317"),
        ],
        vec![
            (GENERAL, endpoint.as_str()),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json"),
        ],
    ] {
        sink.clear();
        assert_eq!(dispatch(&mut awkward(), &variables), "", "{variables:?}");
        assert_eq!(sink.requests().len(), 1, "{variables:?}");
    }
}

#[test]
fn exporters_that_are_not_otlp_send_nothing() {
    let sink = Sink::http().unwrap();
    let endpoint = sink.endpoint();
    for (exporter, expected) in [
        ("none", 0),
        ("console", 0),
        ("otlp", 1),
        ("console, otlp", 1),
        ("", 1),
    ] {
        for place in [GENERAL, "CHOSEN_ENDPOINT"] {
            sink.clear();
            let mut unit = awkward();
            let variables = [
                (place, endpoint.as_str()),
                ("OTEL_TRACES_EXPORTER", exporter),
            ];
            assert_eq!(dispatch(&mut unit, &variables), "");
            let kept = unit.buffered().unwrap().len();
            assert_eq!(
                (sink.requests().len(), kept),
                (expected, 1 - expected),
                "{exporter:?}"
            );
        }
    }
}

#[test]
fn headers_go_where_their_owner_sends_them_and_nowhere_else() {
    let sink = Sink::http().unwrap();
    let endpoint = sink.endpoint();
    for (place, name, expected) in [
        (GENERAL, "OTEL_EXPORTER_OTLP_HEADERS", Some("Bearer a b")),
        (
            TRACES,
            "OTEL_EXPORTER_OTLP_TRACES_HEADERS",
            Some("Bearer a b"),
        ),
        (
            "CHOSEN_ENDPOINT",
            "OTEL_EXPORTER_OTLP_HEADERS",
            Some("Bearer a b"),
        ),
        (JUJU, "OTEL_EXPORTER_OTLP_HEADERS", None),
    ] {
        sink.clear();
        let headers =
            "x-scope-orgid=charms,, =x,Content-Length=1,authorization=Bearer%20a%20b,b\u{e9}=1";
        let endpoint = format!("{endpoint}/v1/traces");
        let variables = [(place, endpoint.as_str()), (name, headers)];
        assert_eq!(dispatch(&mut awkward(), &variables), "", "{place}");
        let requests = sink.requests();
        assert_eq!(requests[0].header("authorization"), expected, "{place}");
        assert_eq!(
            requests[0].header("x-scope-orgid"),
            expected.map(|_| "charms")
        );
        assert!(requests[0].traces.is_ok());
    }
}

#[test]
fn a_timeout_shortens_requests_and_never_lengthens_them() {
    let sink = Sink::http().unwrap();
    sink.answer_with(Answer::Hang);
    let endpoint = sink.endpoint();
    for (timeout, budget, least, most) in [
        ("50", "20000", 50, 15_000),
        ("20000", "300", 300, 15_000),
        ("nonsense", "300", 300, 15_000),
        ("0", "300", 300, 15_000),
    ] {
        let mut unit = awkward();
        for (name, value) in [
            (GENERAL, endpoint.as_str()),
            ("OTEL_EXPORTER_OTLP_TIMEOUT", timeout),
            ("CHOSEN_NETWORK_BUDGET_MS", budget),
        ] {
            unit.set_env(name, value);
        }
        let run = unit.hook("update-status").unwrap();
        assert!(
            log(&run).contains("it did not answer in time"),
            "{}",
            log(&run)
        );
        let took = run.duration.as_millis();
        assert!(
            (least..most).contains(&took),
            "{timeout} {budget}: {took} ms"
        );
        assert_eq!(unit.buffered().unwrap().len(), 1);
    }
}

#[test]
fn a_ca_of_juju_and_one_of_the_variables() {
    let (pem, sink) = tls::receiver();
    let endpoint = sink.endpoint();
    let traces = format!("{endpoint}/v1/traces");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.pem");
    std::fs::write(&file, &pem).unwrap();
    let file = file.to_str().unwrap();
    let (juju_ca, otel_ca) = (
        "JUJU_CHARM_TRACE_CONFIG_CA_CERT",
        "OTEL_EXPORTER_OTLP_CERTIFICATE",
    );
    let otel_traces_ca = "OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE";
    for variables in [
        vec![(JUJU, endpoint.as_str()), (juju_ca, &pem)],
        vec![(JUJU, &endpoint), (juju_ca, &pem), (otel_ca, "/nowhere")],
        vec![(JUJU, &endpoint), (juju_ca, ""), (otel_ca, file)],
        vec![(GENERAL, &endpoint), (otel_ca, file)],
        vec![
            (TRACES, &traces),
            (otel_ca, "/nowhere"),
            (otel_traces_ca, file),
        ],
        vec![("CHOSEN_ENDPOINT", &endpoint), (otel_ca, file)],
        vec![
            ("CHOSEN_ENDPOINT", &endpoint),
            ("CHOSEN_SERVER_CERT", file),
            (otel_ca, "/nowhere"),
        ],
    ] {
        sink.clear();
        let mut unit = awkward();
        unit.set_env("CHOSEN_NETWORK_BUDGET_MS", "20000");
        assert_eq!(dispatch(&mut unit, &variables), "", "{variables:?}");
        assert_eq!(sink.requests().len(), 1, "{variables:?}");
    }
    for (variables, told) in [
        (
            vec![(JUJU, endpoint.as_str())],
            "is https and no CA certificate is known",
        ),
        (
            vec![(GENERAL, &endpoint), (juju_ca, &pem)],
            "is https and no CA certificate is known",
        ),
        (
            vec![(GENERAL, &endpoint), (otel_ca, "/nowhere")],
            "cannot read the CA file /nowhere",
        ),
    ] {
        sink.clear();
        let mut unit = awkward();
        let log = dispatch(&mut unit, &variables);
        assert!(log.contains(told), "{variables:?}: {log}");
        assert_eq!(
            (sink.requests().len(), unit.buffered().unwrap().len()),
            (0, 1)
        );
    }
}
