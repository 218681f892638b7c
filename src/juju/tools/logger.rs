//! The `log` crate's macros as a way to `juju-log`.

use log::{Level, LevelFilter, Log, Metadata, Record, SetLoggerError};
use opentelemetry::trace::TraceContextExt;

use crate::juju::{Juju, LogLevel};

/// A logger for the `log` crate whose lines go to `juju-log`; the whole target is in the line.
///
/// [`Settings::log_level`](crate::Settings::log_level) installs one for the charm. A process has one
/// logger, so a charm that brings another has that one; this one can then be part of it.
///
/// Each line is a process (`juju-log`), which takes some milliseconds: `Info` is a good level, `Trace`
/// with a chatty library is not. Lines are taken while the charm's handler runs and not after it.
///
/// ```no_run
/// # fn set_up(juju: &charm_tracing::Juju) -> Result<(), Box<dyn std::error::Error>> {
/// charm_tracing::juju::JujuLogger::new(juju, charm_tracing::log::LevelFilter::Info).install()?;
/// charm_tracing::log::info!("the workload has {} workers", 4);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct JujuLogger {
    juju: Juju,
    level: LevelFilter,
}

impl JujuLogger {
    /// A logger for lines of this level and above.
    pub fn new(juju: &Juju, level: LevelFilter) -> Self {
        Self {
            juju: juju.clone(),
            level,
        }
    }

    /// Makes it the logger of this process; with the level `Off` it does nothing.
    ///
    /// # Errors
    ///
    /// When the process has one.
    pub fn install(self) -> Result<(), SetLoggerError> {
        let level = self.level;
        if level == LevelFilter::Off {
            return Ok(());
        }
        log::set_boxed_logger(Box::new(self))?;
        log::set_max_level(level);
        Ok(())
    }

    /// The line as the log shows it. An ERROR line names its trace, where lines go to
    /// spans as well.
    fn line(&self, record: &Record<'_>) -> String {
        let line = format!("{}: {}", record.target(), record.args());
        if record.level() > Level::Error || !self.juju.shared().log_events {
            return line;
        }
        let context = opentelemetry::Context::current();
        let span = context.span();
        let span = span.span_context();
        if span.is_valid() {
            format!("{line} (trace {})", span.trace_id())
        } else {
            line
        }
    }
}

impl Log for JujuLogger {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.level() <= self.level && !self.juju.shared().over
    }

    fn log(&self, record: &Record<'_>) {
        if self.enabled(record.metadata()) {
            let level = match record.level() {
                Level::Error => LogLevel::Error,
                Level::Warn => LogLevel::Warning,
                Level::Info => LogLevel::Info,
                Level::Debug => LogLevel::Debug,
                Level::Trace => LogLevel::Trace,
            };
            // A log line that cannot be written must not end a hook.
            let _ = self.juju.juju_log(level, &self.line(record));
        }
    }

    fn flush(&self) {}
}
