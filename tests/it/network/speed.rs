//! What a receiver's speed makes of a delivery: the first request is small and goes as it is, and whether
//! the others are compressed is what it has told.

use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use charm_tracing::testing::spans;
use flate2::read::GzDecoder;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message;

use super::drain::put;
use super::{Sender, log, twice, unit_for};

/// Records of 31 KB, and 3 MiB of them.
const DISPATCHES: u64 = 99;
const SPANS: u64 = 30;

/// Bodies from this size on are compressed, where that pays.
const LARGE: usize = 64 << 10;

/// A busy machine makes the fastest receiver slow. It does not do so every time: with six other processes
/// on two processors one try of seven is fast.
const TRIES: usize = 200;

/// One request, as it came.
struct Came {
    encoding: Option<String>,
    body: Vec<u8>,
}

/// A receiver of one connection that does nothing but read and answer, with a pause after each 16 KiB, so
/// that how fast it is is known. Bodies are looked at later.
fn receiver(pause: Duration) -> (SocketAddr, Receiver<Came>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (came, coming) = mpsc::channel();
    thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        stream.set_nodelay(true).unwrap();
        let mut stream = BufReader::new(stream);
        // Ends with the connection, which is the unit's matter.
        while let Ok(request) = request(&mut stream, pause) {
            let ok = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
            let _ = stream.get_mut().write_all(ok);
            let _ = came.send(request);
        }
    });
    (address, coming)
}

fn request(stream: &mut BufReader<TcpStream>, pause: Duration) -> io::Result<Came> {
    let (mut length, mut encoding) = (0, None);
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let line = line.trim_end().to_lowercase();
        match line.split_once(": ") {
            Some(("content-length", value)) => length = value.parse().unwrap(),
            Some(("content-encoding", value)) => encoding = Some(value.to_owned()),
            _ if line.is_empty() => break,
            _ => {}
        }
    }
    let mut body = vec![0; length];
    for piece in body.chunks_mut(16 << 10) {
        stream.read_exact(piece)?;
        thread::sleep(pause);
    }
    Ok(Came { encoding, body })
}

fn full() -> (Sender, Vec<u8>) {
    let unit = unit_for("");
    for dispatch in 0..DISPATCHES {
        put(&unit.unit, dispatch, SPANS, 1_000);
    }
    let buffer = fs::read(unit.unit.charm_dir().join(".charm-tracing.buffer")).unwrap();
    assert!(buffer.len() > 3_000_000);
    (unit, buffer)
}

/// Sends what is in the buffer and a dispatch's own to such a receiver, where each span arrives once; returns
/// the encodings in the order in which the requests came.
fn encodings(unit: &mut Sender, pause: Duration) -> Vec<Option<String>> {
    let (address, coming) = receiver(pause);
    unit.set("CHOSEN_ENDPOINT", format!("http://{address}"));
    assert_eq!(log(&unit.update_status()), "");
    assert_eq!(unit.kept(), 0);
    let came: Vec<Came> = coming.iter().collect();
    let mut ids = Vec::new();
    for Came { encoding, body } in &came {
        let mut plain = body.clone();
        if encoding.is_some() {
            plain.clear();
            let mut packed = GzDecoder::new(body.as_slice());
            packed.read_to_end(&mut plain).unwrap();
            assert!(plain.len() >= LARGE, "{} bytes are compressed", plain.len());
        }
        let request = ExportTraceServiceRequest::decode(plain.as_slice()).unwrap();
        ids.extend(spans(&request.resource_spans).map(|span| span.span_id.clone()));
    }
    // A root and an event are this dispatch's own.
    let all = (DISPATCHES * SPANS) as usize + 2;
    assert_eq!((ids.len(), twice(&ids)), (all, 0));
    let first = &came[0];
    assert_eq!(first.encoding, None);
    // Two of the records fit.
    assert!((LARGE / 2..LARGE).contains(&first.body.len()));
    came.into_iter().map(|request| request.encoding).collect()
}

/// What it takes a bare socket to have an answer to the first request, at best.
fn bare() -> Duration {
    let (address, _coming) = receiver(Duration::ZERO);
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_nodelay(true).unwrap();
    let mut request = b"POST / HTTP/1.1\r\ncontent-length: 63000\r\n\r\n".to_vec();
    request.extend([0; 63_000]);
    let took = (0..TRIES).map(|_| {
        let begun = Instant::now();
        stream.write_all(&request).unwrap();
        assert!(stream.read(&mut [0; 99]).unwrap() > 0);
        begun.elapsed()
    });
    took.min().unwrap()
}

#[test]
fn to_a_fast_receiver_nothing_is_compressed() {
    // The unit has three times as long, and is built for debugging.
    let bare = bare();
    println!("63 KB in {bare:?}");
    if bare > Duration::from_micros(120) {
        return;
    }
    let (mut unit, buffer) = full();
    let mut seen = Vec::new();
    for _ in 0..TRIES {
        let path = unit.unit.charm_dir().join(".charm-tracing.buffer");
        fs::write(path, &buffer).unwrap();
        let encodings = encodings(&mut unit, Duration::ZERO);
        if encodings.iter().all(Option::is_none) {
            // 63 KB, sixteen times as much, and the rest.
            assert_eq!(encodings.len(), 3);
            println!("after {} tries", seen.len() + 1);
            return;
        }
        seen.push(encodings);
    }
    panic!("{seen:?}");
}

#[test]
fn to_a_slow_receiver_large_requests_are_compressed() {
    let (mut unit, _) = full();
    // The first takes 20 ms, and its compression had taken a quarter of one.
    let encodings = encodings(&mut unit, Duration::from_millis(5));
    assert_eq!(encodings[1].as_deref(), Some("gzip"));
}
