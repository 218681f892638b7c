//! What the receiver has got and what it answers next, shared by its threads.

use std::collections::{HashMap, VecDeque};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::testing::sink::answer::{Answer, Received};

/// What the threads of a sink share.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    pub(super) received: Mutex<Vec<Received>>,
    pub(super) failures: Mutex<Vec<String>>,
    pub(super) standing: Mutex<Answer>,
    pub(super) once: Mutex<VecDeque<Answer>>,
    /// Second handles of the open connections, through which dropping the sink ends their threads.
    pub(super) open: Mutex<HashMap<usize, TcpStream>>,
    pub(super) connections: AtomicUsize,
    pub(super) stopped: AtomicBool,
}

impl Ledger {
    pub(super) fn receive(&self, request: Received) {
        locked(&self.received).push(request);
    }

    pub(super) fn fail(&self, failure: String) {
        if !self.stopped.load(Ordering::SeqCst) {
            locked(&self.failures).push(failure);
        }
    }

    pub(super) fn next_answer(&self) -> Answer {
        let once = locked(&self.once).pop_front();
        once.unwrap_or_else(|| locked(&self.standing).clone())
    }
}

/// A thread that panicked left nothing half done here: each of these is changed in one step.
pub(super) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
