//! A receiver that only counts: nothing is decoded or kept, so that its work does not show in the time of
//! those who wait for it.

use std::io::{BufRead, BufReader, Read, Result, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// How a receiver behaves.
#[derive(Clone)]
pub enum Manner {
    Answers(u16),
    Encrypts(Arc<ServerConfig>),
    /// Takes the request and says nothing.
    Silent,
    /// A byte of the answer each half second.
    Drips,
}

/// A receiver on the loopback interface. It runs until the process ends.
pub struct Sink {
    address: SocketAddr,
    counted: Arc<Counted>,
}

#[derive(Default)]
struct Counted {
    requests: AtomicUsize,
    bytes: AtomicU64,
}

/// What arrived, in requests that were complete.
#[derive(Clone, Copy, Default)]
pub struct Taken {
    pub requests: usize,
    /// Of their bodies.
    pub bytes: u64,
}

impl Sink {
    pub fn start(manner: Manner) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let counted = Arc::new(Counted::default());
        let counting = Arc::clone(&counted);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (manner, counted) = (manner.clone(), Arc::clone(&counting));
                // A client that goes away is its own affair.
                thread::spawn(move || serve(stream, &manner, &counted).ok());
            }
        });
        Ok(Self { address, counted })
    }

    /// `127.0.0.1:PORT`.
    pub fn authority(&self) -> String {
        self.address.to_string()
    }

    /// What arrived since the last time this was asked.
    pub fn take(&self) -> Taken {
        Taken {
            requests: self.counted.requests.swap(0, Ordering::SeqCst),
            bytes: self.counted.bytes.swap(0, Ordering::SeqCst),
        }
    }
}

/// A port that refuses: nobody listens where somebody did.
pub fn refusing() -> Result<String> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok(listener.local_addr()?.to_string())
}

fn serve(stream: TcpStream, manner: &Manner, counted: &Counted) -> Result<()> {
    stream.set_nodelay(true)?;
    match manner {
        Manner::Encrypts(config) => {
            let session =
                ServerConnection::new(Arc::clone(config)).map_err(std::io::Error::other)?;
            answer(StreamOwned::new(session, stream), manner, counted)
        }
        _ => answer(stream, manner, counted),
    }
}

fn answer(stream: impl Read + Write, manner: &Manner, counted: &Counted) -> Result<()> {
    let mut stream = BufReader::with_capacity(64 * 1024, stream);
    while let Some(length) = read_head(&mut stream)? {
        std::io::copy(&mut (&mut stream).take(length), &mut std::io::sink())?;
        counted.requests.fetch_add(1, Ordering::SeqCst);
        counted.bytes.fetch_add(length, Ordering::SeqCst);
        let status = match manner {
            Manner::Answers(status) => *status,
            _ => 200,
        };
        let answer = format!("HTTP/1.1 {status} Status\r\ncontent-length: 0\r\n\r\n");
        match manner {
            Manner::Silent => loop {
                thread::park();
            },
            Manner::Drips => {
                for byte in answer.as_bytes() {
                    stream.get_mut().write_all(&[*byte])?;
                    thread::sleep(Duration::from_millis(500));
                }
            }
            _ => stream.get_mut().write_all(answer.as_bytes())?,
        }
        stream.get_mut().flush()?;
    }
    Ok(())
}

/// Reads to the end of the head and tells the length of the body; `None` at the end of the stream.
fn read_head(stream: &mut impl BufRead) -> Result<Option<u64>> {
    let mut length = None;
    let mut line = String::new();
    loop {
        line.clear();
        if stream.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        if line.trim().is_empty() {
            let unknown = || std::io::Error::other("a request without content-length");
            return length.ok_or_else(unknown).map(Some);
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().ok();
        }
    }
}
