//! `juju-log`, the one tool that opens no span: a log line is not work.

use crate::juju::{Call, Error, Juju};

/// How urgent a line is, in Juju's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogLevel {
    /// `TRACE`
    Trace,
    /// `DEBUG`
    Debug,
    /// `INFO`
    Info,
    /// `WARNING`
    Warning,
    /// `ERROR`
    Error,
}

impl LogLevel {
    fn name(self) -> &'static str {
        match self {
            Self::Trace => "TRACE",
            Self::Debug => "DEBUG",
            Self::Info => "INFO",
            Self::Warning => "WARNING",
            Self::Error => "ERROR",
        }
    }
}

impl Juju {
    /// `juju-log`: writes a line into the unit's log.
    ///
    /// One argument cannot be longer than 128 KiB on Linux; a longer message is cut there.
    pub fn juju_log(&self, level: LogLevel, message: &str) -> Result<(), Error> {
        // 131072 is MAX_ARG_STRLEN, the terminating zero included.
        let mut end = message.len().min(131_071);
        while !message.is_char_boundary(end) {
            end -= 1;
        }
        let message = message.get(..end).unwrap_or(message);
        Call::new("juju-log")
            .plain("--log-level")
            .plain(level.name())
            .plain("--")
            .value(message)
            .start()
            .map(drop)
    }
}
