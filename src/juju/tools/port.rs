//! `open-port`, `close-port` and `opened-ports`.

use std::fmt;

use crate::juju::tools::answer::strings;
use crate::juju::{Call, Error, Juju};

/// A port or a range of ports, as Juju writes it: `8080/tcp`, `9000-9010/udp`, `icmp`.
///
/// ```
/// use charm_tracing::Port;
///
/// assert_eq!(Port::from(8080).to_string(), "8080/tcp");
/// assert_eq!(Port::udp(53).to_string(), "53/udp");
/// assert_eq!(Port::tcp(9000).to(9010).to_string(), "9000-9010/tcp");
/// assert_eq!(Port::parse("icmp"), Some(Port::icmp()));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Port {
    /// The protocol.
    pub transport: Transport,
    /// The first port; 0 for ICMP, which has none.
    pub from: u16,
    /// The last port of the range, or the same as the first.
    pub to: u16,
}

/// What a port speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Transport {
    /// `tcp`
    Tcp,
    /// `udp`
    Udp,
    /// `icmp`, which has no ports.
    Icmp,
}

impl Port {
    /// One TCP port.
    pub fn tcp(port: u16) -> Self {
        Self {
            transport: Transport::Tcp,
            from: port,
            to: port,
        }
    }

    /// One UDP port.
    pub fn udp(port: u16) -> Self {
        Self {
            transport: Transport::Udp,
            ..Self::tcp(port)
        }
    }

    /// ICMP, for an application that answers pings.
    pub fn icmp() -> Self {
        Self {
            transport: Transport::Icmp,
            ..Self::tcp(0)
        }
    }

    /// All ports from this one to `last`.
    pub fn to(self, last: u16) -> Self {
        Self { to: last, ..self }
    }

    /// Takes Juju's spelling; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        if text == "icmp" {
            return Some(Self::icmp());
        }
        let (range, transport) = text.split_once('/')?;
        let (from, to) = range.split_once('-').unwrap_or((range, range));
        let transport = match transport {
            "tcp" => Transport::Tcp,
            "udp" => Transport::Udp,
            _ => return None,
        };
        Some(Self {
            transport,
            from: from.parse().ok()?,
            to: to.parse().ok()?,
        })
    }
}

impl From<u16> for Port {
    fn from(port: u16) -> Self {
        Self::tcp(port)
    }
}

impl fmt::Display for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let transport = match self.transport {
            Transport::Icmp => return f.write_str("icmp"),
            Transport::Tcp => "tcp",
            Transport::Udp => "udp",
        };
        if self.from == self.to {
            write!(f, "{}/{transport}", self.from)
        } else {
            write!(f, "{}-{}/{transport}", self.from, self.to)
        }
    }
}

impl Juju {
    /// `open-port`: a port the application serves on; a plain number is TCP. Juju opens it when the hook
    /// exits with 0.
    pub fn open_port(&self, port: impl Into<Port>) -> Result<(), Error> {
        change("open-port", port.into(), &[])
    }

    /// `open-port --endpoints`: the same, for some endpoints of the charm only.
    pub fn open_port_for(&self, port: impl Into<Port>, endpoints: &[&str]) -> Result<(), Error> {
        change("open-port", port.into(), endpoints)
    }

    /// `close-port`: the opposite of [`open_port`](Self::open_port).
    pub fn close_port(&self, port: impl Into<Port>) -> Result<(), Error> {
        change("close-port", port.into(), &[])
    }

    /// `close-port --endpoints`: the opposite of [`open_port_for`](Self::open_port_for).
    pub fn close_port_for(&self, port: impl Into<Port>, endpoints: &[&str]) -> Result<(), Error> {
        change("close-port", port.into(), endpoints)
    }

    /// `opened-ports`: the ports that this unit has opened.
    pub fn opened_ports(&self) -> Result<Vec<Port>, Error> {
        let tool = "opened-ports";
        let listed = strings(tool, Call::new(tool).json()?)?;
        // What it says instead is an answer, and no error repeats one.
        let problem = || Error::answer(tool, "expected ports such as 80/tcp, 80-90/udp or icmp");
        let port = |text: &String| Port::parse(text).ok_or_else(problem);
        listed.iter().map(port).collect()
    }
}

fn change(tool: &'static str, port: Port, endpoints: &[&str]) -> Result<(), Error> {
    let port = port.to_string();
    let mut call = Call::new(tool).attribute("juju.port", port.clone());
    if !endpoints.is_empty() {
        let endpoints = endpoints.join(",");
        call = call
            .attribute("juju.endpoints", endpoints.clone())
            .plain("--endpoints")
            .plain(endpoints);
    }
    call.plain(port).run().map(drop)
}
