//! URLs of receivers in every form that charms hand over, proxies, and ways of saying no.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use charm_tracing::testing::{Answer, Sink, Unit};

use crate::{awkward, log, tls};

/// A unit whose author named this receiver.
fn unit_for(endpoint: &str) -> Unit {
    let mut unit = awkward();
    unit.set_env("CHOSEN_ENDPOINT", endpoint);
    // Enough for a machine with other things to do; nothing here is about time.
    unit.set_env("CHOSEN_NETWORK_BUDGET_MS", "20000");
    unit
}

#[test]
fn paths_are_joined_once() {
    let sink = Sink::http().unwrap();
    // Whatever the path is, which the sink itself would judge.
    sink.answer_with(Answer::Status(200, Vec::new()));
    for (path, expected) in [
        ("", "/v1/traces"),
        ("/", "/v1/traces"),
        (
            "/proxy/charm-tracing/otlp_http/",
            "/proxy/charm-tracing/otlp_http/v1/traces",
        ),
        (
            "/insert/opentelemetry/v1/traces",
            "/insert/opentelemetry/v1/traces",
        ),
        ("/v1/traces/", "/v1/traces"),
        ("?tenant=1", "/v1/traces?tenant=1"),
    ] {
        // A name with two addresses, the first of which nothing listens on where it is IPv6's.
        for host in ["127.0.0.1", "localhost", "LocalHost"] {
            sink.clear();
            let mut unit = unit_for(&format!("http://{host}:{}{path}", sink.port()));
            let run = unit.hook("update-status").unwrap();
            assert_eq!(log(&run), "", "{host} {path:?}");
            assert_eq!(sink.requests()[0].path, expected);
        }
    }
}

#[test]
fn an_address_of_version_six() {
    let Ok(listener) = TcpListener::bind("[::1]:0") else {
        // A machine without it.
        return;
    };
    let port = listener.local_addr().unwrap().port();
    let mut unit = unit_for(&format!("http://[::1]:{port}"));
    let answering = thread::spawn(move || answer_one(&listener));
    assert_eq!(log(&unit.hook("update-status").unwrap()), "");
    let head = answering.join().unwrap();
    assert!(head.starts_with("POST /v1/traces HTTP/1.1\r\n"), "{head}");
    assert!(head.contains(&format!("host: [::1]:{port}\r\n")), "{head}");
    assert_eq!(unit.buffered().unwrap().len(), 0);
}

/// Takes one request and answers 200; returns its head.
fn answer_one(listener: &TcpListener) -> String {
    let (stream, _) = listener.accept().unwrap();
    let mut reader = BufReader::new(&stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        reader.read_line(&mut head).unwrap();
    }
    let head = head
        .to_ascii_lowercase()
        .replacen("post", "POST", 1)
        .replacen("http", "HTTP", 1);
    let length = head.split("content-length: ").nth(1).unwrap();
    let length = length.split("\r\n").next().unwrap().parse().unwrap();
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    (&stream)
        .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
        .unwrap();
    head
}

#[test]
fn user_and_password_are_sent_and_never_printed() {
    let sink = Sink::http().unwrap();
    let endpoint = format!("http://me:se%63ret@127.0.0.1:{}/in?key=secret", sink.port());
    unit_for(&endpoint).hook("update-status").unwrap();
    // "me:secret" in base64.
    let authorization = sink.requests()[0]
        .header("authorization")
        .map(str::to_owned);
    assert_eq!(authorization.as_deref(), Some("Basic bWU6c2VjcmV0"));

    sink.answer_with(Answer::Status(503, Vec::new()));
    let run = unit_for(&endpoint).hook("update-status").unwrap();
    let told = format!("http://127.0.0.1:{}/in/v1/traces", sink.port());
    assert!(log(&run).contains(&told), "{}", log(&run));
    assert!(!log(&run).contains("secret") && !log(&run).contains("se%63ret"));
}

#[test]
fn what_is_no_url_of_otlp_over_http_is_refused_in_one_line() {
    for (endpoint, told) in [
        ("tempo:4317", "the endpoint tempo:4317 is not"),
        ("me:secret@tempo:4318", "the endpoint tempo:4318 is not"),
        (
            "grpc://me:secret@tempo:4317",
            "the endpoint grpc://tempo:4317 is not",
        ),
        ("unix:///run/secret?secret", "the endpoint unix:///run/"),
        // Passwords that are not percent-encoded, as they have to be.
        ("http://me:se/cret@tempo", "the endpoint http://... is not"),
        ("http://me:se#cret@tempo", "the endpoint http://... is not"),
        ("http:/me:secret@tempo", "the endpoint ... is not"),
        ("http://", "the endpoint http:// is not"),
        ("http://tempo:port", "the endpoint http://tempo:port is not"),
        ("http://[::1", "the endpoint http://[::1 is not"),
    ] {
        let mut unit = unit_for(endpoint);
        let run = unit.hook("update-status").unwrap();
        assert_eq!(run.log.len(), 1, "{endpoint}");
        assert!(log(&run).contains(told), "{}", log(&run));
        assert!(!log(&run).contains("me:"), "{}", log(&run));
        assert!(
            log(&run).contains("an http:// or https:// URL"),
            "{}",
            log(&run)
        );
        assert_eq!(unit.buffered().unwrap().len(), 1, "{endpoint}");
    }
}

#[test]
fn a_token_that_is_longer_than_most_requests_is_sent() {
    let sink = Sink::http().unwrap();
    let mut unit = unit_for(&sink.endpoint());
    let token = "t".repeat(20_000);
    unit.set_env("OTEL_EXPORTER_OTLP_HEADERS", format!("x-token={token}"));
    assert_eq!(log(&unit.hook("update-status").unwrap()), "");
    assert_eq!(sink.requests()[0].header("x-token"), Some(token.as_str()));
}

#[test]
fn a_name_that_does_not_exist() {
    // Reserved for this (RFC 2606), and looked up without a network: there is no answer or a no.
    let mut unit = unit_for("http://tempo.invalid:4318");
    unit.set_env("CHOSEN_NETWORK_BUDGET_MS", "1000");
    let run = unit.hook("update-status").unwrap();
    assert_eq!((run.exit_code, run.log.len()), (Some(0), 1));
    assert!(
        log(&run).contains("http://tempo.invalid:4318/v1/traces: its name "),
        "{}",
        log(&run)
    );
    assert_eq!(unit.buffered().unwrap().len(), 1);
}

#[test]
fn an_answer_before_the_request_is_over_counts() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    // Reads nothing but the head, says no and closes: the unit is still writing.
    let refusing = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.read_exact(&mut [0; 64]).unwrap();
        stream
            .write_all(b"HTTP/1.1 503 busy\r\nretry-after: 7\r\ncontent-length: 0\r\n\r\n")
            .unwrap();
    });
    let mut unit = unit_for(&endpoint);
    // Megabytes of spans, more than a socket takes unread, and not compressed below that.
    unit.set_env("OTEL_EXPORTER_OTLP_COMPRESSION", "none");
    let run = unit.hook("leader-elected").unwrap();
    refusing.join().unwrap();
    assert!(
        log(&run).contains("the receiver answers 503")
            || log(&run).contains("closed the connection"),
        "{}",
        log(&run)
    );
    assert_eq!(unit.buffered().unwrap().len(), 1);
}

/// An HTTP proxy that tells whom it was asked to connect to.
fn proxy() -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://me:pw@{}", listener.local_addr().unwrap());
    let (asked, asking) = channel();
    thread::spawn(move || {
        for client in listener.incoming() {
            let client = client.unwrap();
            let mut reader = BufReader::new(client.try_clone().unwrap());
            let mut head = String::new();
            while !head.ends_with("\r\n\r\n") && reader.read_line(&mut head).unwrap_or(0) > 0 {}
            let target = head.split(' ').nth(1).unwrap_or_default().to_owned();
            let _ = asked.send(head);
            let Ok(server) = TcpStream::connect(&target) else {
                continue;
            };
            (&client)
                .write_all(b"HTTP/1.1 200 connected\r\n\r\n")
                .unwrap();
            let (mut to_server, mut from_server) = (server.try_clone().unwrap(), server);
            let mut to_client = client.try_clone().unwrap();
            thread::spawn(move || std::io::copy(&mut reader, &mut to_server));
            thread::spawn(move || std::io::copy(&mut from_server, &mut to_client));
        }
    });
    (address, asking)
}

#[test]
fn proxies_count_only_when_asked_for_and_not_for_exempt_hosts() {
    let (address, asked) = proxy();
    let sink = Sink::http().unwrap();
    for (variables, chosen, expected) in [
        (vec![("HTTP_PROXY", address.as_str())], false, false),
        (vec![("HTTP_PROXY", &address)], true, true),
        (
            vec![
                ("http_proxy", &address),
                ("HTTPS_PROXY", "http://127.0.0.1:1"),
            ],
            true,
            true,
        ),
        (vec![("JUJU_CHARM_HTTP_PROXY", &address)], true, true),
        (
            vec![
                ("HTTP_PROXY", &address),
                ("no_proxy", "10.0.0.0/8,127.0.0.0/8"),
            ],
            true,
            false,
        ),
        (
            vec![("HTTP_PROXY", &address), ("NO_PROXY", "tempo")],
            true,
            true,
        ),
    ] {
        sink.clear();
        let mut unit = unit_for(&sink.endpoint());
        for (name, value) in &variables {
            unit.set_env(name, value);
        }
        if chosen {
            unit.set_env("CHOSEN_PROXIES", "1");
        }
        let run = unit.hook("update-status").unwrap();
        assert_eq!(log(&run), "", "{variables:?}");
        assert_eq!(sink.requests().len(), 1, "{variables:?}");
        let head = asked.try_recv().ok();
        assert_eq!(head.is_some(), expected, "{variables:?}: {head:?}");
        if let Some(head) = head {
            let connect = format!("CONNECT 127.0.0.1:{} HTTP/1.1\r\n", sink.port());
            assert!(head.starts_with(&connect), "{head}");
            assert!(
                head.contains("Proxy-Authorization: Basic bWU6cHc="),
                "{head}"
            );
        }
    }
}

#[test]
fn tls_goes_through_a_proxy_to_the_receiver_itself() {
    let (address, asked) = proxy();
    let (ca, sink) = tls::receiver();
    let mut unit = unit_for(&sink.endpoint());
    let file = unit.charm_dir().join("ca.pem");
    std::fs::write(&file, ca).unwrap();
    unit.set_env("CHOSEN_SERVER_CERT", file);
    unit.set_env("CHOSEN_PROXIES", "1");
    unit.set_env("HTTPS_PROXY", &address);
    assert_eq!(log(&unit.hook("update-status").unwrap()), "");
    assert_eq!(sink.requests().len(), 1);
    assert!(asked.try_recv().unwrap().starts_with("CONNECT 127.0.0.1:"));
}

#[test]
fn proxies_that_do_not_work_keep_the_trace_and_their_password() {
    let sink = Sink::http().unwrap();
    for (proxy, told) in [
        ("http://me:secret@127.0.0.1:1", "it refuses the connection"),
        (
            "socks5://me:secret@127.0.0.1:1",
            "the proxy socks5://127.0.0.1:1 is not",
        ),
        ("::", "the proxy :: is not"),
    ] {
        let mut unit = unit_for(&sink.endpoint());
        unit.set_env("HTTP_PROXY", proxy);
        unit.set_env("CHOSEN_PROXIES", "1");
        let run = unit.hook("update-status").unwrap();
        assert!(log(&run).contains(told), "{}", log(&run));
        assert!(!log(&run).contains("secret"));
        assert_eq!(
            (sink.requests().len(), unit.buffered().unwrap().len()),
            (0, 1)
        );
    }
}

#[test]
fn large_bodies_are_compressed_and_come_out_whole() {
    let sink = Sink::http().unwrap();
    for (variable, event, encoding) in [
        ("", "leader-elected", Some("gzip")),
        ("", "update-status", None),
        ("gzip", "update-status", Some("gzip")),
        ("none", "leader-elected", None),
        ("nonsense", "update-status", None),
    ] {
        sink.clear();
        let mut unit = unit_for(&sink.endpoint());
        unit.set_env("OTEL_EXPORTER_OTLP_COMPRESSION", variable);
        unit.hook(event).unwrap();
        let requests = sink.requests();
        assert_eq!(
            requests[0].header("content-encoding"),
            encoding,
            "{variable:?} {event}"
        );
        assert!(
            requests[0].traces.is_ok(),
            "{:?}",
            requests[0].traces.as_ref().err()
        );
        let length = requests[0].header("content-length").unwrap();
        assert_eq!(length, requests[0].body.len().to_string());
        assert_eq!(unit.buffered().unwrap().len(), 0);
    }
}

#[test]
fn a_receiver_that_takes_no_gzip_gets_it_plain() {
    let sink = Sink::http().unwrap();
    sink.answer_once(Answer::Status(415, Vec::new()));
    let mut unit = unit_for(&sink.endpoint());
    // Its spans are more than a journal holds, and that is all there is to tell.
    let told = log(&unit.hook("leader-elected").unwrap());
    assert!(
        told.lines()
            .all(|line| line.contains("journal.0 is at its limit")),
        "{told}"
    );
    let encodings: Vec<_> = sink
        .requests()
        .iter()
        .map(|request| request.header("content-encoding").map(str::to_owned))
        .collect();
    assert_eq!(encodings, [Some("gzip".to_owned()), None]);
    let bodies: Vec<_> = sink
        .requests()
        .iter()
        .map(charm_tracing::testing::Received::span_count)
        .collect();
    assert_eq!(bodies[0], bodies[1]);
    assert_eq!(unit.buffered().unwrap().len(), 0);
}
