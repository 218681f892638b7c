//! The receiver, through a real HTTP client and real sockets.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

use charm_tracing::testing::{Answer, ResourceSpans, Sink, Span, Undecoded};
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use opentelemetry_proto::tonic::trace::v1::ScopeSpans;
use prost::Message;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use ureq::tls::{Certificate, RootCerts, TlsConfig};

#[test]
fn requests_are_kept_decoded_and_answered() {
    let sink = Sink::http().unwrap();
    let agent = agent(None);
    for name in ["install", "start"] {
        let mut response = post(&agent, &sink, "/v1/traces", &export(name)).unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "application/x-protobuf");
        let body = response.body_mut().read_to_vec().unwrap();
        let partial = ExportTraceServiceResponse::decode(body.as_slice())
            .unwrap()
            .partial_success
            .unwrap();
        assert_eq!(
            (partial.rejected_spans, partial.error_message.as_str()),
            (0, "")
        );
    }
    let requests = sink.requests();
    assert_eq!(requests.len(), 2);
    assert_eq!(
        (requests[0].method.as_str(), requests[0].path.as_str()),
        ("POST", "/v1/traces")
    );
    assert_eq!(
        requests[0].header("Content-Type"),
        Some("application/x-protobuf")
    );
    assert_eq!(
        (requests[0].body.as_slice(), requests[0].span_count()),
        (export("install").as_slice(), 1)
    );
    assert_eq!(sink.tree(), "install\nstart\n");
    assert_eq!(sink.connections(), 1, "the connection is kept");
    sink.clear();
    assert!(sink.requests().is_empty() && sink.traces().is_empty());
}

#[test]
fn what_a_receiver_refuses_is_refused() {
    let sink = Sink::http().unwrap();
    let agent = agent(None);
    let status =
        |path: &str, body: &[u8]| post(&agent, &sink, path, body).unwrap().status().as_u16();
    assert_eq!(status("/v1/trace", &export("a")), 404);
    assert_eq!(status("/model-tempo/v1/traces", &export("b")), 200);
    assert_eq!(status("/v1/traces", b"no protobuf"), 400);
    let url = format!("{}/v1/traces", sink.endpoint());
    assert_eq!(agent.get(&url).call().unwrap().status(), 405);
    let json = agent
        .post(&url)
        .header("content-type", "application/json")
        .send("{}");
    assert_eq!(json.unwrap().status(), 415);
    let zipped = agent
        .post(&url)
        .header("content-type", "application/x-protobuf")
        .header("content-encoding", "br");
    assert_eq!(zipped.send("x").unwrap().status(), 400);

    let requests = sink.requests();
    assert_eq!(requests.len(), 6);
    assert!(matches!(&requests[2].traces, Err(Undecoded::Protobuf(_))));
    assert!(matches!(&requests[5].traces, Err(Undecoded::Encoding(encoding)) if encoding == "br"));
    assert_eq!(requests[5].span_count(), 0);
}

#[test]
fn the_answer_can_be_chosen() {
    let sink = Sink::http().unwrap();
    let agent = agent(None);
    sink.answer_with(Answer::Status(
        503,
        vec![("retry-after".to_owned(), "30".to_owned())],
    ));
    sink.answer_once(Answer::Status(204, Vec::new()));
    sink.answer_once(Answer::Partial {
        rejected: 2,
        message: "too old".to_owned(),
    });

    assert_eq!(
        post(&agent, &sink, "/v1/traces", &export("a"))
            .unwrap()
            .status(),
        204
    );
    let body = post(&agent, &sink, "/v1/traces", &export("b"))
        .unwrap()
        .body_mut()
        .read_to_vec()
        .unwrap();
    let partial = ExportTraceServiceResponse::decode(body.as_slice())
        .unwrap()
        .partial_success
        .unwrap();
    assert_eq!(
        (partial.rejected_spans, partial.error_message.as_str()),
        (2, "too old")
    );
    for _ in 0..2 {
        let response = post(&agent, &sink, "/v1/traces", &export("c")).unwrap();
        assert_eq!(
            (
                response.status().as_u16(),
                &response.headers()["retry-after"] == "30"
            ),
            (503, true)
        );
    }
    sink.answer_with(Answer::Close);
    assert!(post(&agent, &sink, "/v1/traces", &export("d")).is_err());
    assert_eq!(sink.requests().len(), 5);
}

#[test]
fn a_silent_and_a_slow_receiver_cost_the_client_its_time() {
    let sink = Sink::http().unwrap();
    let patience = Duration::from_millis(300);
    let hurried = agent(Some(patience));
    for answer in [Answer::Hang, Answer::Drip(Duration::from_millis(50))] {
        sink.answer_with(answer);
        let started = Instant::now();
        let outcome = post(&hurried, &sink, "/v1/traces", &export("a"));
        assert!(
            matches!(outcome, Err(ureq::Error::Timeout(_))),
            "{outcome:?}"
        );
        assert!(started.elapsed() >= patience);
    }
    assert_eq!(sink.requests().len(), 2);

    sink.answer_with(Answer::Drip(Duration::from_micros(200)));
    assert_eq!(
        post(&agent(None), &sink, "/v1/traces", &export("b"))
            .unwrap()
            .status(),
        200
    );
}

#[test]
fn dropping_the_sink_ends_every_connection() {
    let sink = Sink::http().unwrap();
    let mut idle = TcpStream::connect(("127.0.0.1", sink.port())).unwrap();
    sink.answer_with(Answer::Hang);
    let mut hanging = TcpStream::connect(("127.0.0.1", sink.port())).unwrap();
    hanging
        .write_all(b"POST /v1/traces HTTP/1.1\r\ncontent-length: 0\r\n\r\n")
        .unwrap();
    while sink.requests().is_empty() || sink.connections() < 2 {
        std::thread::sleep(Duration::from_millis(2));
    }
    let port = sink.port();
    drop(sink);
    let mut rest = Vec::new();
    assert_eq!(
        idle.read_to_end(&mut rest).unwrap() + hanging.read_to_end(&mut rest).unwrap_or(0),
        0
    );
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
}

#[test]
fn an_answer_that_is_no_http_is_logged() {
    let sink = Sink::http().unwrap();
    let mut stream = TcpStream::connect(("127.0.0.1", sink.port())).unwrap();
    stream.write_all(b"\x16\x03\x01 hello\r\n\r\n").unwrap();
    assert_eq!(stream.read_to_end(&mut Vec::new()).unwrap(), 0);
    assert_eq!(sink.failures(), ["no HTTP request: invalid token"]);
    assert!(sink.requests().is_empty());
}

#[test]
fn https_takes_clients_that_trust_it_and_counts_others() {
    let signed = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(signed.signing_key.serialize_der()));
    let server = rustls::ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![signed.cert.der().clone()], key)
        .unwrap();
    let sink = Sink::https(Arc::new(server)).unwrap();
    assert!(sink.endpoint().starts_with("https://127.0.0.1:"));

    let trusting = |certificates: Vec<Certificate<'static>>| {
        let tls = TlsConfig::builder()
            .root_certs(RootCerts::from(certificates.into_iter()))
            .unversioned_rustls_crypto_provider(Arc::clone(&provider));
        ureq::Agent::config_builder()
            .tls_config(tls.build())
            .proxy(None)
            .build()
            .new_agent()
    };
    let known = Certificate::from_der(signed.cert.der()).to_owned();
    let response = post(
        &trusting(vec![known]),
        &sink,
        "/v1/traces",
        &export("install"),
    )
    .unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(sink.tree(), "install\n");

    let stranger = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).unwrap();
    let other = Certificate::from_der(stranger.cert.der()).to_owned();
    assert!(
        post(
            &trusting(vec![other]),
            &sink,
            "/v1/traces",
            &export("start")
        )
        .is_err()
    );
    let deadline = Instant::now() + Duration::from_secs(10);
    while sink.failures().is_empty() && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(2));
    }
    let failures = sink.failures();
    assert!(
        matches!(failures.as_slice(), [one] if one.starts_with("TLS handshake: ")),
        "{failures:?}"
    );
    assert_eq!(sink.requests().len(), 1);
}

fn agent(patience: Option<Duration>) -> ureq::Agent {
    let configuration = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .proxy(None);
    configuration.timeout_global(patience).build().new_agent()
}

fn post(
    agent: &ureq::Agent,
    sink: &Sink,
    path: &str,
    body: &[u8],
) -> Result<ureq::http::Response<ureq::Body>, ureq::Error> {
    let url = format!("{}{path}", sink.endpoint());
    agent
        .post(&url)
        .header("content-type", "application/x-protobuf")
        .send(body)
}

/// One span of that name, as bytes.
fn export(name: &str) -> Vec<u8> {
    let span = Span {
        trace_id: vec![1; 16],
        span_id: name.bytes().cycle().take(8).collect(),
        name: name.into(),
        ..Span::default()
    };
    let scope = ScopeSpans {
        spans: vec![span],
        ..ScopeSpans::default()
    };
    let resource = ResourceSpans {
        scope_spans: vec![scope],
        ..ResourceSpans::default()
    };
    ExportTraceServiceRequest {
        resource_spans: vec![resource],
    }
    .encode_to_vec()
}
