//! TCP within the time that is left: each address of a name is tried, and each read and write has the deadline of
//! the whole.

use std::fmt;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use ureq::Error;
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, Either, NextTimeout, Transport,
};

use super::clock::{Clock, Phase};
use super::room::{Length, Room};

/// The least that is spent on an address while others wait: round trips across a continent fit.
const LEAST_TURN: Duration = Duration::from_millis(250);

/// How long an answer is waited for when the time for the request is over: it is there or not.
const LAST_LOOK: Duration = Duration::from_millis(1);

/// Opens a connection, or takes the one that a proxy has opened.
#[derive(Debug)]
pub(super) struct Tcp {
    pub(super) clock: Clock,
    pub(super) length: Length,
}

impl<In: Transport> Connector<In> for Tcp {
    type Out = Either<In, Connection>;

    fn connect(
        &self,
        details: &ConnectionDetails<'_>,
        chained: Option<In>,
    ) -> Result<Option<Self::Out>, Error> {
        if let Some(tunnel) = chained {
            return Ok(Some(Either::A(tunnel)));
        }
        let addresses: Vec<SocketAddr> = details.addrs.iter().copied().collect();
        let stream = self.first_of(&addresses)?;
        stream.set_nodelay(true)?;
        Ok(Some(Either::B(Connection {
            stream,
            clock: self.clock.clone(),
            room: Room::new(&self.length),
            broken: None,
        })))
    }
}

impl Tcp {
    /// The first address that answers. One that does not must leave time for those after it.
    fn first_of(&self, addresses: &[SocketAddr]) -> io::Result<TcpStream> {
        let mut failure = ErrorKind::AddrNotAvailable.into();
        for (index, address) in addresses.iter().enumerate() {
            let left = self.clock.left_for(Phase::Connection)?;
            let turns = u32::try_from(addresses.len() - index).unwrap_or(u32::MAX);
            let turn = (left / turns).max(LEAST_TURN).min(left);
            match TcpStream::connect_timeout(address, turn) {
                Ok(stream) => return Ok(stream),
                Err(error) => failure = error,
            }
        }
        Err(failure)
    }
}

/// An open connection.
pub(super) struct Connection {
    stream: TcpStream,
    clock: Clock,
    room: Room,
    /// Why nothing can be written any more.
    broken: Option<ErrorKind>,
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Connection")
    }
}

impl Transport for Connection {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.room.buffers()
    }

    /// A receiver that has seen enough answers and closes, often before it has the whole request. Its
    /// answer says more than the broken pipe, so the rest is dropped here and the answer read.
    fn transmit_output(&mut self, amount: usize, _timeout: NextTimeout) -> Result<(), Error> {
        if self.broken.is_some() {
            return Ok(());
        }
        let output = self.room.buffers().output();
        let output = output.get(..amount).unwrap_or_default();
        match write_all(&mut self.stream, &self.clock, output) {
            Err(error) if may_have_answered(error.kind()) => {
                self.broken = Some(error.kind());
                self.clock.cut_short();
                Ok(())
            }
            written => {
                self.room.written(amount);
                Ok(written?)
            }
        }
    }

    fn await_input(&mut self, _timeout: NextTimeout) -> Result<bool, Error> {
        let left = match self.broken {
            // What went wrong was the request: a last look without result is not reported as a slow answer.
            Some(_) => self
                .clock
                .left_for_bytes(Phase::Request)
                .unwrap_or(LAST_LOOK),
            None => self.clock.left_for_bytes(Phase::Answer)?,
        };
        let input = self.room.for_more();
        let read = read(&mut self.stream, &self.clock, input, left);
        let amount = match (read, self.broken) {
            (Ok(0) | Err(_), Some(broken)) => return Err(io::Error::from(broken).into()),
            (read, _) => read?,
        };
        self.room.buffers().input_appended(amount);
        Ok(amount > 0)
    }

    fn is_open(&mut self) -> bool {
        self.broken.is_none() && is_silent(&self.stream)
    }
}

fn write_all(stream: &mut TcpStream, clock: &Clock, mut output: &[u8]) -> io::Result<()> {
    while !output.is_empty() {
        stream.set_write_timeout(Some(clock.left_for_bytes(Phase::Request)?))?;
        match stream.write(output) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(written) => output = output.get(written..).unwrap_or_default(),
            Err(error) => passes(&error)?,
        }
    }
    Ok(())
}

fn read(
    stream: &mut TcpStream,
    clock: &Clock,
    input: &mut [u8],
    mut left: Duration,
) -> io::Result<usize> {
    loop {
        stream.set_read_timeout(Some(left))?;
        match stream.read(input) {
            Ok(amount) => return Ok(amount),
            Err(error) => passes(&error)?,
        }
        left = clock.left_for_bytes(Phase::Answer)?;
    }
}

/// A signal is no answer; a socket whose time is up says `WouldBlock`.
fn passes(error: &io::Error) -> io::Result<()> {
    match error.kind() {
        ErrorKind::Interrupted => Ok(()),
        ErrorKind::WouldBlock => Err(ErrorKind::TimedOut.into()),
        _ => Err(match error.raw_os_error() {
            Some(code) => io::Error::from_raw_os_error(code),
            None => error.kind().into(),
        }),
    }
}

fn may_have_answered(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::BrokenPipe | ErrorKind::ConnectionReset | ErrorKind::TimedOut
    )
}

/// Between two requests a connection that can be used again has nothing to say and is not closed.
fn is_silent(stream: &TcpStream) -> bool {
    let probe = || {
        stream.set_nonblocking(true)?;
        let peeked = stream.peek(&mut [0]);
        stream.set_nonblocking(false)?;
        peeked
    };
    matches!(probe(), Err(error) if error.kind() == ErrorKind::WouldBlock)
}
