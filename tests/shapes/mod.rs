//! Functions of every shape, each written once and compiled twice: as it is, and inside `traced!`.
//! What a call returns, what it changes and in which order it drops is compared between the two.

#![allow(
    clippy::all,
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    unused_mut,
    unused_braces,
    unused_imports,
    unreachable_pub,
    dead_code,
    reason = "odd shapes are the point"
)]

mod free;
mod generic;
mod kinds;
mod methods;

use std::cell::RefCell;

thread_local! {
    static LOG: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Writes its name into the log when it is dropped.
pub(crate) struct Noted(pub(crate) &'static str);

impl Drop for Noted {
    fn drop(&mut self) {
        note(self.0);
    }
}

pub(crate) fn note(line: &str) {
    LOG.with_borrow_mut(|log| log.push(line.to_owned()));
}

pub(crate) fn taken() -> Vec<String> {
    LOG.take()
}

/// The same items in two modules.
macro_rules! twins {
    ($($items:tt)*) => {
        mod plain {
            #[allow(unused_imports)]
            use super::*;
            $($items)*
        }
        mod spans {
            #[allow(unused_imports)]
            use super::*;
            charm_tracing::traced! { $($items)* }
        }
    };
}
pub(crate) use twins;

/// Runs a block against both modules and compares what it returns and the order it drops in.
macro_rules! same {
    ($count:ident; $($call:expr;)*) => {$(
        let plain = { #[allow(unused_imports)] use plain::*; let value = $call; (value, $crate::shapes::taken()) };
        let spans = { #[allow(unused_imports)] use spans::*; let value = $call; (value, $crate::shapes::taken()) };
        assert_eq!(plain, spans, "{}", stringify!($call));
        $count += 1;
    )*};
}
pub(crate) use same;

/// Calls all of them, and says how many there are.
pub(crate) fn compare_all() -> usize {
    free::compare() + generic::compare() + kinds::compare() + methods::compare()
}

/// Runs a future that is always ready, or asks to be polled again.
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = std::pin::pin!(future);
    let mut task = std::task::Context::from_waker(std::task::Waker::noop());
    loop {
        if let std::task::Poll::Ready(value) = future.as_mut().poll(&mut task) {
            return value;
        }
    }
}

/// Is not ready the first time it is asked.
pub(crate) async fn once_later() {
    let mut asked = false;
    std::future::poll_fn(move |_| {
        if std::mem::replace(&mut asked, true) {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await
}
