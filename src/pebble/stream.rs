//! The streams of a command: websockets that never block, each advanced by one message at a time.
//!
//! Endpoint `/v1/tasks/{id}/websocket/{name}`: Pebble's API documentation; the `end` message that
//! closes a stream as `ops.pebble` sends and reads it.

use std::io;
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use serde_json::Value;
use tungstenite::handshake::HandshakeError;
use tungstenite::{Error as SocketError, Message, WebSocket};

use super::client::Client;
use super::client::LONGEST;
use super::error::{Problem, Refusal};
use super::request::escaped;

/// What both sides send when a stream is over.
const END: &str = r#"{"command":"end"}"#;

impl Client {
    /// Opens a stream of a task: `control`, `stdio` or `stderr`.
    pub(super) fn stream(&self, task: &str, name: &str) -> Result<Stream, Problem> {
        let started = Instant::now();
        let stream = UnixStream::connect(&self.socket).map_err(Problem::Connect)?;
        let limit = Some(self.timeout.max(Duration::from_millis(1)).min(LONGEST));
        stream.set_read_timeout(limit).map_err(broken)?;
        stream.set_write_timeout(limit).map_err(broken)?;
        let url = format!("ws://localhost/v1/tasks/{}/websocket/{name}", escaped(task));
        let socket = match tungstenite::client(url, stream) {
            Ok((socket, _)) => socket,
            Err(HandshakeError::Interrupted(_)) => return Err(Problem::Timeout(started.elapsed())),
            Err(HandshakeError::Failure(SocketError::Http(answer))) => {
                return Err(Problem::Refused(Refusal {
                    status: answer.status().as_u16(),
                    kind: String::new(),
                    message: format!("the stream {name} does not open"),
                    may_quote: false,
                }));
            }
            Err(HandshakeError::Failure(error)) => return Err(broken(error)),
        };
        socket.get_ref().set_nonblocking(true).map_err(broken)?;
        Ok(Stream {
            socket,
            received: Vec::new(),
            ended: false,
        })
    }
}

/// An output of the command, as far as it has come.
pub(super) struct Stream {
    pub(super) socket: WebSocket<UnixStream>,
    pub(super) received: Vec<u8>,
    pub(super) ended: bool,
}

impl Stream {
    /// Takes one message if there is one; whether there was.
    pub(super) fn advance(&mut self) -> Result<bool, Problem> {
        if self.ended {
            return Ok(false);
        }
        match self.socket.read() {
            Ok(Message::Binary(bytes)) => self.received.extend_from_slice(&bytes),
            Ok(Message::Text(text)) => {
                let message: Value = serde_json::from_str(&text).unwrap_or_default();
                // Other commands may come with later versions.
                self.ended = message.get("command").and_then(Value::as_str) == Some("end");
            }
            Ok(_) => {}
            Err(error) if is_waiting(&error) => return Ok(false),
            Err(error) => return Err(broken(error)),
        }
        Ok(true)
    }
}

/// The command's input, as far as it has gone.
pub(super) struct Input<'a> {
    left: &'a [u8],
    /// Something is in the socket's own buffer.
    unsent: bool,
    ended: bool,
}

impl<'a> Input<'a> {
    pub(super) fn of(bytes: &'a [u8]) -> Self {
        Self {
            left: bytes,
            unsent: false,
            ended: false,
        }
    }

    /// Sends a piece if the socket takes it; whether it did.
    pub(super) fn advance(&mut self, socket: &mut WebSocket<UnixStream>) -> Result<bool, Problem> {
        // One piece at a time stays far below the socket's own buffer of 128 KiB.
        const PIECE: usize = 16 * 1024;
        if self.ended && !self.unsent {
            return Ok(false);
        }
        if !self.unsent {
            let (piece, rest) = self.left.split_at(self.left.len().min(PIECE));
            self.ended = piece.is_empty();
            let message = if self.ended {
                Message::text(END)
            } else {
                Message::binary(piece.to_vec())
            };
            self.left = rest;
            self.unsent = true;
            match socket.write(message) {
                Err(error) if !is_waiting(&error) => return self.refused(error),
                _ => {}
            }
        }
        match socket.flush() {
            Ok(()) => self.unsent = false,
            Err(error) if is_waiting(&error) => return Ok(false),
            Err(error) => return self.refused(error),
        }
        Ok(true)
    }

    /// A command need not read all of its input: a stream closed by the other side is no failure.
    fn refused(&mut self, error: SocketError) -> Result<bool, Problem> {
        let closed = match &error {
            SocketError::ConnectionClosed
            | SocketError::AlreadyClosed
            | SocketError::Protocol(_) => true,
            SocketError::Io(error) => error.kind() == io::ErrorKind::BrokenPipe,
            _ => false,
        };
        (self.ended, self.unsent) = (true, false);
        if closed { Ok(true) } else { Err(broken(error)) }
    }
}

fn is_waiting(error: &SocketError) -> bool {
    matches!(error, SocketError::Io(error) if matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted
    ))
}

fn broken(error: impl std::error::Error + Send + Sync + 'static) -> Problem {
    Problem::Broken(Box::new(error))
}
