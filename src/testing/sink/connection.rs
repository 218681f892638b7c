//! One connection of the sink, from TLS to its end.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::testing::sink::answer::{Answer, response};
use crate::testing::sink::http::Requests;
use crate::testing::sink::ledger::Ledger;

/// Answers requests until the client or the sink ends the connection.
pub(super) fn serve(stream: TcpStream, tls: Option<Arc<ServerConfig>>, ledger: &Ledger) {
    // Answers are small, and a delayed acknowledgement would cost each of them 40 ms.
    let _ = stream.set_nodelay(true);
    let handle = stream.try_clone();
    let outcome = match tls {
        None => converse(stream, ledger),
        Some(configuration) => handshake(stream, configuration).and_then(|mut stream| {
            let outcome = converse(&mut stream, ledger);
            stream.conn.send_close_notify();
            let _ = stream.flush();
            outcome
        }),
    };
    if let Err(failure) = outcome {
        ledger.fail(failure.to_string());
    }
    // The ledger holds a second handle to the socket, which would keep it open.
    if let Ok(handle) = handle {
        let _ = handle.shutdown(Shutdown::Both);
    }
}

fn handshake(
    mut stream: TcpStream,
    configuration: Arc<ServerConfig>,
) -> io::Result<StreamOwned<ServerConnection, TcpStream>> {
    let named = |error: io::Error| io::Error::new(error.kind(), format!("TLS handshake: {error}"));
    let mut connection = ServerConnection::new(configuration).map_err(io::Error::other)?;
    while connection.is_handshaking() {
        connection.complete_io(&mut stream).map_err(named)?;
    }
    Ok(StreamOwned::new(connection, stream))
}

fn converse(stream: impl Read + Write, ledger: &Ledger) -> io::Result<()> {
    let mut requests = Requests::of(stream);
    while let Some(request) = requests.next()? {
        let answer = ledger.next_answer();
        let response = response(&answer, &request);
        ledger.receive(request);
        match (answer, response) {
            (Answer::Drip(pause), Some(bytes)) => drip(requests.stream(), &bytes, pause)?,
            (_, Some(bytes)) => requests.stream().write_all(&bytes)?,
            (Answer::Hang, None) => return outlast(requests.stream()),
            (_, None) => return Ok(()),
        }
        requests.stream().flush()?;
    }
    Ok(())
}

fn drip(stream: &mut impl Write, bytes: &[u8], pause: Duration) -> io::Result<()> {
    for byte in bytes {
        stream.write_all(std::slice::from_ref(byte))?;
        stream.flush()?;
        std::thread::sleep(pause);
    }
    Ok(())
}

/// Waits until the other side gives up, or the sink is dropped.
fn outlast(stream: &mut impl Read) -> io::Result<()> {
    let mut rest = [0; 1024];
    while stream.read(&mut rest)? > 0 {}
    Ok(())
}
