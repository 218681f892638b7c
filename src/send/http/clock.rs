//! The one limit on everything that a dispatch does on the network, and what it is doing.
//!
//! ureq's own limits are off: some of them start again with each read, and none of them covers a name
//! with several addresses or a handshake in drips. Every wait asks this clock for its limit.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// What is being waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    Name,
    Connection,
    Handshake,
    Request,
    Answer,
}

/// When everything has to be over; shared by what may wait.
#[derive(Clone, Debug)]
pub(super) struct Clock(Arc<Mutex<ClockState>>);

#[derive(Debug)]
struct ClockState {
    until: Instant,
    phase: Phase,
    /// The receiver stopped reading before it had the whole request.
    cut_short: bool,
}

impl Clock {
    pub(super) fn new(until: Instant) -> Self {
        Self(Arc::new(Mutex::new(ClockState {
            until,
            phase: Phase::Name,
            cut_short: false,
        })))
    }

    /// Begins a request that has to be over at this time.
    pub(super) fn begin(&self, until: Instant) {
        *self.state() = ClockState {
            until,
            phase: Phase::Name,
            cut_short: false,
        };
    }

    /// What is left, from now on for this.
    ///
    /// # Errors
    ///
    /// `TimedOut` when nothing is.
    pub(super) fn left_for(&self, phase: Phase) -> io::Result<Duration> {
        let mut state = self.state();
        state.phase = phase;
        let left = state.until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        Ok(left)
    }

    /// What is left for a read or a write. While a connection is being set up they belong to that.
    pub(super) fn left_for_bytes(&self, phase: Phase) -> io::Result<Duration> {
        match self.phase() {
            setting_up @ (Phase::Connection | Phase::Handshake) => self.left_for(setting_up),
            _ => self.left_for(phase),
        }
    }

    pub(super) fn phase(&self) -> Phase {
        self.state().phase
    }

    pub(super) fn cut_short(&self) {
        self.state().cut_short = true;
    }

    pub(super) fn was_cut_short(&self) -> bool {
        self.state().cut_short
    }

    fn state(&self) -> MutexGuard<'_, ClockState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
