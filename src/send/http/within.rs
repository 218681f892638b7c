//! Tests of the one limit: receivers that are slow in every way there is, asked by an exporter in this
//! process, so that no start of a program is in the figure.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use super::super::receiver::{ReceiverOptions, Verdict};
use super::Exporter;

const BUDGET: Duration = Duration::from_millis(200);
const SLACK: Duration = Duration::from_millis(50);
const PAUSE: Duration = Duration::from_millis(20);

/// A receiver that does this with each connection.
fn receiver(serve: impl Fn(TcpStream) + Send + Sync + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let serve = Arc::new(serve);
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let serve = Arc::clone(&serve);
            thread::spawn(move || serve(stream));
        }
    });
    port
}

/// Keeps a connection open until the other side gives up.
fn outlast(mut stream: &TcpStream) {
    while stream.read(&mut [0; 4096]).is_ok_and(|amount| amount > 0) {}
}

fn drip(mut stream: &TcpStream, bytes: impl IntoIterator<Item = u8>) {
    for byte in bytes {
        if stream.write_all(&[byte]).is_err() {
            return;
        }
        thread::sleep(PAUSE);
    }
}

fn read_head(mut stream: &TcpStream) {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && stream.read_exact(&mut byte).is_ok() {
        head.extend(byte);
    }
}

/// Sends within the budget and returns the cause of what is later. A busy machine is given five tries
/// at the time, and none at the verdict.
fn send(url: &str, length: usize, expected: &str) {
    let body = vec![b'x'; length];
    let options = ReceiverOptions {
        compression: super::Compression::Off,
        ..ReceiverOptions::default()
    };
    let certificate = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).unwrap();
    let pem = certificate.cert.pem();
    let mut took = Duration::MAX;
    for _ in 0..5 {
        let before = Instant::now();
        let exporter = Exporter::new(url, Some(&pem), &options, BUDGET).unwrap();
        let verdict = exporter.send(&mut body.as_slice(), length as u64);
        took = took.min(before.elapsed());
        match verdict {
            Verdict::Later(later) => assert_eq!(later.cause, expected, "{url}"),
            verdict => panic!("{url}: {verdict:?}"),
        }
        if took <= BUDGET + SLACK {
            return;
        }
    }
    panic!("{url} took {took:?}");
}

#[test]
fn no_answer() {
    let port = receiver(|stream| outlast(&stream));
    send(
        &format!("http://127.0.0.1:{port}"),
        1000,
        "it did not answer in time",
    );
}

#[test]
fn an_answer_in_drips() {
    let port = receiver(|stream| {
        read_head(&stream);
        let endless = (0..).flat_map(|index: u32| format!("x-{index}: y\r\n").into_bytes());
        drip(
            &stream,
            b"HTTP/1.1 200 OK\r\n".iter().copied().chain(endless),
        );
    });
    send(
        &format!("http://127.0.0.1:{port}"),
        1000,
        "it did not answer in time",
    );
}

#[test]
fn a_receiver_that_never_reads() {
    // More than the buffers of two sockets on loopback hold.
    let port = receiver(|_stream| thread::sleep(Duration::from_secs(60)));
    send(
        &format!("http://127.0.0.1:{port}"),
        32 * 1024 * 1024,
        "it did not take the request in time",
    );
}

#[test]
fn a_receiver_that_reads_in_drips() {
    let port = receiver(|mut stream| {
        while stream.read(&mut [0; 16]).is_ok_and(|amount| amount > 0) {
            thread::sleep(PAUSE);
        }
    });
    send(
        &format!("http://127.0.0.1:{port}"),
        32 * 1024 * 1024,
        "it did not take the request in time",
    );
}

#[test]
fn handshakes_without_an_end() {
    let silent = receiver(|stream| outlast(&stream));
    // The head of a record of 16 KiB, the most there is, and its bytes one by one.
    let dripping = receiver(|stream| drip(&stream, [22, 3, 3, 64, 0].into_iter().chain([2; 9000])));
    for port in [silent, dripping] {
        send(
            &format!("https://127.0.0.1:{port}"),
            1000,
            "the TLS handshake was not over in time",
        );
    }
}

#[test]
fn a_status_that_came_counts_though_its_body_never_ends() {
    let port = receiver(|stream| {
        read_head(&stream);
        let head = b"HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n";
        let _ = (&stream).write_all(head);
        drip(&stream, [0; 9999]);
    });
    let mut took = Duration::MAX;
    for _ in 0..5 {
        let before = Instant::now();
        let url = format!("http://127.0.0.1:{port}");
        let exporter = Exporter::new(&url, None, &ReceiverOptions::default(), BUDGET).unwrap();
        let verdict = exporter.send(&mut [0; 10].as_slice(), 10);
        assert!(matches!(verdict, Verdict::Sent(_)), "{verdict:?}");
        let verdict = exporter.send(&mut [0; 10].as_slice(), 10);
        assert_eq!(
            verdict,
            Verdict::later("the time for this dispatch is over")
        );
        took = took.min(before.elapsed());
    }
    assert!(took <= BUDGET + SLACK, "{took:?}");
}

#[test]
fn a_proxy_that_does_not_answer() {
    let port = receiver(|stream| outlast(&stream));
    let options = ReceiverOptions {
        proxy: Some(format!("http://127.0.0.1:{port}")),
        ..ReceiverOptions::default()
    };
    let mut took = Duration::MAX;
    for _ in 0..5 {
        let before = Instant::now();
        let exporter = Exporter::new("http://tempo.invalid", None, &options, BUDGET).unwrap();
        let verdict = exporter.send(&mut [0; 10].as_slice(), 10);
        assert_eq!(verdict, Verdict::later("it did not answer in time"));
        took = took.min(before.elapsed());
    }
    assert!(took <= BUDGET + SLACK, "{took:?}");
}

#[test]
fn a_body_that_ends_early() {
    let port = receiver(|stream| outlast(&stream));
    let url = format!("http://127.0.0.1:{port}");
    let exporter = Exporter::new(&url, None, &ReceiverOptions::default(), BUDGET).unwrap();
    let verdict = exporter.send(&mut [0; 10].as_slice(), 20);
    assert_eq!(verdict, Verdict::later("a record is shorter than it was"));
}
