//! What happens to spans when a future changes threads, and when two threads turn tracing off.

#![allow(clippy::print_stdout, reason = "what is printed is compared")]

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Barrier, mpsc};
use std::task::{Context, Poll, Waker};
use std::thread::{self, ThreadId};

use charm_tracing::{
    trace::{carry, charm_tracing_disabled, is_enabled},
    traced,
};

use crate::shapes::once_later;

type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

/// An executor of two threads that takes a task to the other one each time it is not ready. Gives
/// the threads that polled, in order.
fn run_on_two_threads(task: Task) -> Vec<ThreadId> {
    let (done, polled) = mpsc::channel();
    let (to_first, first) = mpsc::channel::<Task>();
    let (to_second, second) = mpsc::channel::<Task>();
    let worker =
        |tasks: mpsc::Receiver<Task>, other: mpsc::Sender<Task>, done: mpsc::Sender<ThreadId>| {
            move || {
                while let Ok(mut task) = tasks.recv() {
                    let poll = task.as_mut().poll(&mut Context::from_waker(Waker::noop()));
                    let told = done.send(thread::current().id());
                    if poll == Poll::Ready(()) || told.is_err() || other.send(task).is_err() {
                        // Without this sender the other thread comes to its end, too.
                        return;
                    }
                }
            }
        };
    let start = to_first.clone();
    thread::scope(|scope| {
        scope.spawn(worker(first, to_second, done.clone()));
        scope.spawn(worker(second, to_first, done));
        let _ = start.send(task);
        drop(start);
    });
    polled.iter().collect()
}

traced! {
    async fn travels() {
        step();
        once_later().await;
        traced!("inner", async { once_later().await; step(); }).await;
        step();
    }

    fn step() {}
}

pub(crate) fn a_future_moves() {
    let task = traced!("task", async { travels().await });
    let threads = run_on_two_threads(Box::pin(task));
    let moves = threads.iter().zip(threads.iter().skip(1));
    let moves = moves.filter(|(from, to)| from != to).count();
    println!("{} polls, {moves} moves", threads.len());
}

/// Each thread is off while the other is not, and while it is.
pub(crate) fn off_on_two_at_once() {
    let together = Arc::new(Barrier::new(2));
    let worker = |name: &'static str, waits: bool| {
        let together = Arc::clone(&together);
        carry(move || {
            let mut seen = Vec::new();
            if waits {
                // The other one is off by then.
                together.wait();
                seen.push(is_enabled());
                together.wait();
            }
            let off = charm_tracing_disabled();
            traced!("never", {});
            if !waits {
                together.wait();
                together.wait();
            }
            together.wait();
            seen.push(is_enabled());
            together.wait();
            drop(off);
            seen.push(is_enabled());
            step();
            format!("{name} {seen:?}")
        })
    };
    let (first, second) = (worker("first", false), worker("second", true));
    thread::scope(|scope| {
        let both = [scope.spawn(first), scope.spawn(second)];
        for thread in both {
            println!("{}", thread.join().unwrap_or_default());
        }
    });
}
