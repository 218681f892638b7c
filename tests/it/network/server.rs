//! A receiver that fails in every way a network knows, one way at a time. It keeps the traces that it
//! said it took, and counts connections.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use charm_tracing::testing::spans;
use flate2::read::GzDecoder;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message;

/// What the server does with a connection.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// Nothing wrong.
    None,
    /// Closes with so many bytes of the request read, which resets the connection.
    Reset { read: usize },
    /// Reads the request, writes this, and closes.
    Says(&'static str),
    /// Reads the request, writes this, and keeps the connection open.
    SaysAndHangs(&'static str),
    /// Reads the request, writes this, and resets the connection.
    SaysAndResets(&'static str),
    /// Reads nothing and says nothing.
    Hangs,
    /// Reads nothing and writes this at once, then a byte of no meaning every 30 ms.
    Babbles(&'static [u8]),
    /// Reads the request and writes this a byte at a time, with a pause of 30 ms.
    Drips(&'static str),
    /// Reads the request and answers with a body that does not end.
    Floods,
    /// A redirect to this server.
    MovedTo(SocketAddr),
    /// This status, with no body.
    Status(u16),
    /// This status for a request whose body is longer than that; nothing wrong with others.
    TooLarge { status: u16, most: usize },
    /// Nothing wrong, after this long.
    Slow(Duration),
}

/// The answer of a healthy receiver.
const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n\n\0";

/// A server on loopback that is told what to do wrong.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    fault: Mutex<Fault>,
    connections: Mutex<usize>,
    requests: Mutex<usize>,
    /// Span ids of the requests whose answer said 2xx.
    taken: Mutex<Vec<Vec<u8>>>,
    /// Set when the test is over, which ends the threads that hang.
    over: AtomicBool,
}

impl Server {
    pub(crate) fn start() -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            fault: Mutex::new(Fault::None),
            connections: Mutex::new(0),
            requests: Mutex::new(0),
            taken: Mutex::new(Vec::new()),
            over: AtomicBool::new(false),
        });
        let of_thread = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (Ok(stream), shared) = (stream, Arc::clone(&of_thread)) else {
                    continue;
                };
                if shared.over.load(Ordering::SeqCst) {
                    break;
                }
                *shared.connections.lock().unwrap() += 1;
                // A client that gives up ends the conversation, which is not the server's matter.
                thread::spawn(move || drop(serve(stream, &shared)));
            }
        });
        Server { address, shared }
    }

    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn fails(&self, fault: Fault) {
        *self.shared.fault.lock().unwrap() = fault;
    }

    pub(crate) fn connections(&self) -> usize {
        *self.shared.connections.lock().unwrap()
    }

    /// How many requests it has read.
    pub(crate) fn requests(&self) -> usize {
        *self.shared.requests.lock().unwrap()
    }

    /// Span ids of everything that it said it took, each as often as it was taken.
    pub(crate) fn taken(&self) -> Vec<Vec<u8>> {
        self.shared.taken.lock().unwrap().clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::SeqCst);
        // The thread that accepts waits for a connection, so it gets one.
        drop(TcpStream::connect(self.address));
    }
}

/// Answers the requests of one connection.
fn serve(mut stream: TcpStream, shared: &Shared) -> io::Result<()> {
    loop {
        let fault = shared.fault.lock().unwrap().clone();
        match fault {
            Fault::Hangs => return shared.outlast(),
            Fault::Reset { read } => return reset(&mut stream, read),
            Fault::Babbles(words) => {
                stream.write_all(words)?;
                loop {
                    thread::sleep(Duration::from_millis(30));
                    stream.write_all(&[0])?;
                }
            }
            _ => {}
        }
        let resets = matches!(fault, Fault::SaysAndResets(_));
        let Some(body) = request(&mut stream, usize::from(resets))? else {
            return Ok(());
        };
        *shared.requests.lock().unwrap() += 1;
        match fault {
            Fault::Drips(text) => {
                for byte in text.as_bytes() {
                    stream.write_all(&[*byte])?;
                    thread::sleep(Duration::from_millis(30));
                }
                shared.note(text, &body);
                continue;
            }
            Fault::Slow(pause) => thread::sleep(pause),
            _ => {}
        }
        let answer = answer(&fault, body.len());
        shared.note(&answer, &body);
        stream.write_all(answer.as_bytes())?;
        match fault {
            Fault::Says(_) => return stream.shutdown(Shutdown::Both),
            Fault::SaysAndHangs(_) => return shared.outlast(),
            Fault::SaysAndResets(_) => return reset(&mut stream, 0),
            Fault::Floods => loop {
                stream.write_all(&[b'x'; 64 << 10])?;
            },
            _ => {}
        }
    }
}

/// What is written for a request whose body has this length.
fn answer(fault: &Fault, length: usize) -> String {
    let status = |status: u16| match status {
        // These have no body by definition.
        204 | 304 => format!("HTTP/1.1 {status} status\r\n\r\n"),
        _ => format!("HTTP/1.1 {status} status\r\ncontent-length: 0\r\n\r\n"),
    };
    match fault {
        Fault::Says(text) | Fault::SaysAndHangs(text) | Fault::SaysAndResets(text) => {
            (*text).to_owned()
        }
        Fault::Status(code) => status(*code),
        Fault::TooLarge { status: code, most } if length > *most => status(*code),
        Fault::MovedTo(address) => format!(
            "HTTP/1.1 301 Moved\r\nlocation: http://{address}/v1/traces\r\ncontent-length: 0\r\n\r\n"
        ),
        Fault::Floods => "HTTP/1.1 200 OK\r\ncontent-length: 1000000000\r\n\r\n".to_owned(),
        _ => OK.to_owned(),
    }
}

impl Shared {
    /// Keeps the connection open, without reading, until the test is over.
    fn outlast(&self) -> io::Result<()> {
        while !self.over.load(Ordering::SeqCst) {
            thread::sleep(Duration::from_millis(20));
        }
        Err(io::ErrorKind::Other.into())
    }

    /// Remembers what the client is about to read a 2xx for.
    fn note(&self, answer: &str, body: &[u8]) {
        // A head that is cut off or makes no sense is no answer.
        let complete = answer.contains("\r\n\r\n") && !answer.contains("length: -");
        if answer.contains("HTTP/1.1 2") && complete {
            let request = ExportTraceServiceRequest::decode(body).unwrap();
            let ids = spans(&request.resource_spans).map(|span| span.span_id.clone());
            self.taken.lock().unwrap().extend(ids);
        }
    }
}

/// Reads one request but for so many bytes of its end; `None` where the client closed between two.
fn request(stream: &mut TcpStream, leave: usize) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    let mut byte = [0];
    while !bytes.ends_with(b"\r\n\r\n") {
        if stream.read(&mut byte)? == 0 {
            return Ok(None);
        }
        bytes.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&bytes).to_lowercase();
    let length: Option<usize> = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
    let mut body = vec![0; length.unwrap_or_default().saturating_sub(leave)];
    stream.read_exact(&mut body)?;
    if leave == 0 && head.contains("\ncontent-encoding: gzip") {
        let mut plain = Vec::new();
        GzDecoder::new(body.as_slice()).read_to_end(&mut plain)?;
        body = plain;
    }
    Ok(Some(body))
}

/// Returns with bytes unread, so that closing the connection resets it.
fn reset(stream: &mut TcpStream, read: usize) -> io::Result<()> {
    let mut some = vec![0; read];
    stream.read_exact(&mut some)?;
    stream.peek(&mut [0]).map(drop)
}
