//! The HTTP side of the stand-in for Pebble: requests on a unix socket in, answers out. It is strict
//! where Pebble is, so that a request it would refuse fails here as well.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Cursor, Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

use charm_tracing::testing::{Value, json};

use super::daemon::Daemon;
use super::exec;

/// A Pebble with a socket of its own, until it is dropped.
pub(super) struct Server {
    pub(super) daemon: Arc<Daemon>,
    socket: PathBuf,
    stop: Arc<AtomicBool>,
    listening: Option<JoinHandle<()>>,
    _folder: tempfile::TempDir,
}

impl Server {
    pub(super) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("pebble.socket");
        let listener = UnixListener::bind(&socket).unwrap();
        let daemon = Arc::new(Daemon::default());
        let stop = Arc::new(AtomicBool::new(false));
        let (serving, stopped) = (Arc::clone(&daemon), Arc::clone(&stop));
        let listening = thread::spawn(move || {
            for stream in listener.incoming() {
                if stopped.load(Ordering::SeqCst) {
                    return;
                }
                let (daemon, stream) = (Arc::clone(&serving), stream.unwrap());
                thread::spawn(move || serve(&daemon, stream));
            }
        });
        Self {
            daemon,
            socket,
            stop,
            listening: Some(listening),
            _folder: folder,
        }
    }

    pub(super) fn socket(&self) -> &Path {
        &self.socket
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        // Wakes the listener, which then sees that it should stop.
        let _ = UnixStream::connect(&self.socket);
        let _ = self.listening.take().unwrap().join();
    }
}

/// A request, taken apart.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) query: Vec<(String, String)>,
    headers: HashMap<String, String>,
    pub(super) body: Vec<u8>,
}

impl Request {
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    pub(super) fn query(&self, name: &str) -> Option<&str> {
        let pair = self.query.iter().find(|(key, _)| key == name);
        pair.map(|(_, value)| value.as_str())
    }

    pub(super) fn queries(&self, name: &str) -> Vec<&str> {
        let pairs = self.query.iter().filter(|(key, _)| key == name);
        pairs.map(|(_, value)| value.as_str()).collect()
    }

    /// The body as JSON, if it says that it is.
    pub(super) fn json(&self) -> Value {
        assert_eq!(self.header("content-type"), "application/json");
        String::from_utf8_lossy(&self.body).parse().unwrap()
    }
}

/// An answer: a status, a content type, a body.
pub(super) struct Answer(pub(super) u16, pub(super) String, pub(super) Vec<u8>);

impl Answer {
    pub(super) fn sync(result: &Value) -> Self {
        Self::envelope(
            200,
            &json!({ "type": "sync", "status-code": 200, "status": "OK", "result": result }),
        )
    }

    pub(super) fn accepted(change: &str, result: &Value) -> Self {
        let body = json!({
            "type": "async", "status-code": 202, "status": "Accepted", "change": change, "result": result,
        });
        Self::envelope(202, &body)
    }

    pub(super) fn no(status: u16, kind: &str, message: &str) -> Self {
        let mut result = json!({ "message": message });
        if !kind.is_empty() {
            result["kind"] = kind.into();
        }
        let body =
            json!({ "type": "error", "status-code": status, "status": "no", "result": result });
        Self::envelope(status, &body)
    }

    fn envelope(status: u16, body: &Value) -> Self {
        Self(
            status,
            "application/json".to_owned(),
            body.to_string().into_bytes(),
        )
    }
}

fn serve(daemon: &Arc<Daemon>, stream: UnixStream) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let Some((head, request)) = read(&mut reader) else {
        return;
    };
    daemon.note(&request);
    if let Some(rest) = request.path.strip_prefix("/v1/tasks/") {
        // The handshake is the websocket library's, which reads the head itself.
        let replayed = Replayed {
            head: Cursor::new(head),
            stream,
        };
        exec::connect(daemon, rest, replayed);
        return;
    }
    let Some(Answer(status, kind, body)) = daemon.answer(&request) else {
        // A Pebble that hangs: until the client gives up and closes.
        let _ = reader.read(&mut [0]);
        return;
    };
    let mut stream = stream;
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status} Status\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
    );
    let _ = stream.write_all(head.as_bytes());
    let _ = stream.write_all(&body);
}

fn read(reader: &mut BufReader<UnixStream>) -> Option<(Vec<u8>, Request)> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if reader.read_until(b'\n', &mut head).ok()? == 0 {
            return None;
        }
    }
    let text = String::from_utf8(head.clone()).unwrap();
    let mut lines = text.lines();
    let (method, rest) = lines.next()?.split_once(' ')?;
    let (target, _) = rest.split_once(' ')?;
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let headers: HashMap<_, _> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(key, value)| (key.to_lowercase(), value.to_owned()))
        .collect();
    let mut body = Vec::new();
    if let Some(length) = headers.get("content-length") {
        body.resize(length.parse().unwrap(), 0);
        reader.read_exact(&mut body).ok()?;
    } else if headers
        .get("transfer-encoding")
        .is_some_and(|kind| kind == "chunked")
    {
        chunks(reader, &mut body)?;
    }
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let request = Request {
        method: method.to_owned(),
        path: path.to_owned(),
        query: pairs
            .map(|(key, value)| (plain(key), plain(value)))
            .collect(),
        headers,
        body,
    };
    Some((head, request))
}

fn chunks(reader: &mut BufReader<UnixStream>, body: &mut Vec<u8>) -> Option<()> {
    loop {
        let mut size = String::new();
        reader.read_line(&mut size).ok()?;
        let size = usize::from_str_radix(size.trim(), 16).ok()?;
        let from = body.len();
        body.resize(from + size + 2, 0);
        reader.read_exact(&mut body[from..]).ok()?;
        assert!(body.ends_with(b"\r\n"));
        body.truncate(from + size);
        if size == 0 {
            return Some(());
        }
    }
}

/// Undoes percent encoding.
fn plain(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next().unwrap(), rest.next().unwrap()];
            let digits = std::str::from_utf8(&digits).unwrap();
            bytes.push(u8::from_str_radix(digits, 16).unwrap());
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).unwrap()
}

/// A stream whose first bytes have been read already.
pub(super) struct Replayed {
    head: Cursor<Vec<u8>>,
    pub(super) stream: UnixStream,
}

impl Read for Replayed {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        match self.head.read(into)? {
            0 => self.stream.read(into),
            amount => Ok(amount),
        }
    }
}

impl Write for Replayed {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.stream.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.stream.flush()
    }
}
