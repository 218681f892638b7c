//! `juju-log`, the only tool without a span.

use opentelemetry::KeyValue;

use crate::juju::error::LONGEST_ARGUMENT;
use crate::juju::{Call, Error, Juju};
use crate::trace;

/// How urgent a line is, in Juju's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
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
    /// One argument cannot be longer than 128 KiB on Linux; a longer message becomes several lines.
    /// With [`Settings::log_events`](crate::Settings::log_events) it is also an event of the span it is
    /// written in.
    pub fn juju_log(&self, level: LogLevel, message: &str) -> Result<(), Error> {
        if self.shared().log_events {
            let attributes = vec![
                KeyValue::new("log.severity", level.name()),
                KeyValue::new("log.message", message.to_owned()),
            ];
            trace::note("log", attributes);
        }
        // No argument holds a zero byte, and a line is not lost for one.
        let message = message.replace('\0', "\u{fffd}");
        pieces(&message).into_iter().try_for_each(|piece| {
            Call::new("juju-log")
                .plain("--log-level")
                .plain(level.name())
                .plain("--")
                .value(piece)
                .start()
                .map(drop)
        })
    }
}

/// The message in parts that Linux passes on, cut between characters; at least one part.
fn pieces(message: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = message;
    loop {
        let mut end = rest.len().min(LONGEST_ARGUMENT);
        while !rest.is_char_boundary(end) {
            end -= 1;
        }
        let (piece, after) = rest.split_at(end);
        pieces.push(piece);
        if after.is_empty() {
            return pieces;
        }
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_messages_are_cut_between_characters() {
        assert_eq!(pieces(""), [""]);
        assert_eq!(pieces("short"), ["short"]);
        // Two bytes each, so that a limit that is odd falls into a character.
        let long = "\u{e9}".repeat(LONGEST_ARGUMENT);
        let parts = pieces(&long);
        assert_eq!(parts.concat(), long);
        assert_eq!(parts.first().map(|part| part.len()), Some(131_070));
        assert_eq!(parts.len(), 3);
    }
}
