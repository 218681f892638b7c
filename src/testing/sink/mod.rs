//! An OTLP/HTTP receiver on the loopback interface that keeps everything it gets. It checks method,
//! path and content type as a real one does, so that a wrong URL fails in a test; and it can
//! misbehave in the ways that cost an exporter its time.

mod answer;
mod connection;
mod http;
mod ledger;

use std::io;
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::JoinHandle;

use opentelemetry_proto::tonic::trace::v1::ResourceSpans;
use rustls::ServerConfig;

use ledger::{Ledger, locked};

pub use answer::{Answer, Received, Undecoded};

/// A receiver for traces over OTLP/HTTP on `127.0.0.1`, at a port of its own. It stops when the
/// value is dropped.
///
/// ```
/// use charm_tracing::testing::{Answer, Sink};
///
/// # fn main() -> std::io::Result<()> {
/// let sink = Sink::http()?;
/// assert!(sink.endpoint().starts_with("http://127.0.0.1:"));
/// sink.answer_with(Answer::Status(503, vec![("retry-after".into(), "30".into())]));
/// assert_eq!(sink.tree(), ""); // nothing came yet
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Sink {
    address: SocketAddr,
    scheme: &'static str,
    ledger: Arc<Ledger>,
    /// Ends with the threads of all connections it accepted.
    acceptor: Option<JoinHandle<Vec<JoinHandle<()>>>>,
}

impl Sink {
    /// Starts a receiver without TLS. An example is on [`Sink`].
    ///
    /// # Errors
    /// The system gives no port or no thread.
    pub fn http() -> io::Result<Self> {
        Self::listen("http", None)
    }

    /// Starts a receiver with TLS. The certificate in the configuration has to be for `127.0.0.1`,
    /// or for `localhost` where the test writes the URL with [`port`](Self::port). An example is on
    /// [`Sink`].
    ///
    /// # Errors
    /// As for [`http`](Self::http).
    pub fn https(configuration: Arc<ServerConfig>) -> io::Result<Self> {
        Self::listen("https", Some(configuration))
    }

    /// The base URL, such as `http://127.0.0.1:43211`; traces go to `/v1/traces` below it.
    #[must_use]
    pub fn endpoint(&self) -> String {
        format!("{}://{}", self.scheme, self.address)
    }

    /// The port it listens on.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// What it says to every request from now on; [`Answer::Ok`] to begin with.
    pub fn answer_with(&self, answer: Answer) {
        *locked(&self.ledger.standing) = answer;
    }

    /// What it says to the next request only. Called several times, to as many requests in that
    /// order.
    pub fn answer_once(&self, answer: Answer) {
        locked(&self.ledger.once).push_back(answer);
    }

    /// Every complete request so far, in the order in which they were complete, with any
    /// answer. A request is here before its answer leaves.
    #[must_use]
    pub fn requests(&self) -> Vec<Received> {
        locked(&self.ledger.received).clone()
    }

    /// The traces of all requests that could be decoded.
    #[must_use]
    pub fn traces(&self) -> Vec<ResourceSpans> {
        let received = locked(&self.ledger.received);
        received
            .iter()
            .filter_map(|request| request.traces.as_ref().ok())
            .flat_map(|it| it.resource_spans.clone())
            .collect()
    }

    /// The spans of all requests that could be decoded, as [`tree`](crate::testing::tree) prints
    /// them.
    #[must_use]
    pub fn tree(&self) -> String {
        crate::testing::tree(&self.traces())
    }

    /// How many connections were accepted.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.ledger.connections.load(Ordering::SeqCst)
    }

    /// What ended connections before a request was complete: failed TLS handshakes, broken HTTP.
    #[must_use]
    pub fn failures(&self) -> Vec<String> {
        locked(&self.ledger.failures).clone()
    }

    /// Forgets requests and failures, to look at what comes next.
    pub fn clear(&self) {
        locked(&self.ledger.received).clear();
        locked(&self.ledger.failures).clear();
    }

    fn listen(scheme: &'static str, tls: Option<Arc<ServerConfig>>) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let ledger = Arc::new(Ledger::default());
        let shared = Arc::clone(&ledger);
        let acceptor =
            std::thread::Builder::new().spawn(move || accept(&listener, tls.as_ref(), &shared))?;
        Ok(Self {
            address,
            scheme,
            ledger,
            acceptor: Some(acceptor),
        })
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.ledger.stopped.store(true, Ordering::SeqCst);
        // The acceptor waits for a connection, so it gets one; when that fails it has ended
        // already.
        let _ = TcpStream::connect(self.address);
        let threads = self.acceptor.take().map(JoinHandle::join);
        for stream in locked(&self.ledger.open).values() {
            let _ = stream.shutdown(Shutdown::Both);
        }
        for thread in threads.into_iter().flatten().flatten() {
            let _ = thread.join();
        }
    }
}

/// Gives every connection a thread, until the sink is dropped.
fn accept(
    listener: &TcpListener,
    tls: Option<&Arc<ServerConfig>>,
    ledger: &Arc<Ledger>,
) -> Vec<JoinHandle<()>> {
    let mut threads = Vec::new();
    for stream in listener.incoming() {
        if ledger.stopped.load(Ordering::SeqCst) {
            break;
        }
        let Ok(stream) = stream else { continue };
        let number = ledger.connections.fetch_add(1, Ordering::SeqCst);
        let Ok(handle) = stream.try_clone() else {
            continue;
        };
        locked(&ledger.open).insert(number, handle);
        let (tls, shared) = (tls.cloned(), Arc::clone(ledger));
        let thread = std::thread::Builder::new().spawn(move || {
            connection::serve(stream, tls, &shared);
            locked(&shared.open).remove(&number);
        });
        threads.extend(thread);
    }
    threads
}
