//! A charm that uses every form of `traced!`, on the `minimal` fixture.

#![allow(
    clippy::print_stdout,
    clippy::unused_async,
    clippy::needless_pass_by_value,
    clippy::unnecessary_wraps,
    reason = "forms are tested, not style"
)]

use std::fmt;
use std::process::ExitCode;
use std::thread;

use charm_tracing::opentelemetry::trace::{Span, Tracer};
use charm_tracing::opentelemetry::{KeyValue, global};
use charm_tracing::trace::command::Command;
use charm_tracing::{Juju, Lifecycle, traced};

use crate::shapes::{self, block_on, once_later};
use crate::threads;

charm_tracing::include_charm!("minimal");

pub(crate) fn dispatch() -> ExitCode {
    charm_tracing::run(on_event)
}

fn on_event(event: Event, _juju: &Juju) -> Result<(), String> {
    match event {
        Event::Lifecycle(Lifecycle::Install) => println!("{} shapes", shapes::compare_all()),
        Event::Lifecycle(Lifecycle::Start) => every_form(),
        Event::Lifecycle(Lifecycle::ConfigChanged) => options(),
        Event::Lifecycle(Lifecycle::Stop) => elsewhere(),
        Event::Lifecycle(Lifecycle::LeaderElected) => children(),
        Event::Lifecycle(Lifecycle::UpgradeCharm) => return custom(),
        Event::Lifecycle(Lifecycle::UpdateStatus) => return chained().map_err(|e| e.to_string()),
        Event::Lifecycle(Lifecycle::Remove) => {
            let _ = traced!("block", { Err::<(), _>(Broken(fmt::Error)) });
        }
        Event::Lifecycle(Lifecycle::PreSeriesUpgrade) => threads::a_future_moves(),
        Event::Lifecycle(Lifecycle::PostSeriesUpgrade) => threads::off_on_two_at_once(),
        _ => switched_off(),
    }
    Ok(())
}

#[derive(Debug, Clone)]
struct Page<T>(T);

trait Render {
    fn render(&self) -> String;
}

traced! {
    const PAGES: u16 = 2;

    fn free() {}

    fn generic<T: Clone>(value: &T) -> T { value.clone() }

    async fn later() -> u16 { once_later().await; free(); PAGES }

    impl<T: fmt::Debug> Page<T> {
        fn new(value: T) -> Self { Self(value) }

        fn map<U, F>(self, map: F) -> Page<U> where F: FnOnce(T) -> U { Page(map(self.0)) }

        fn untold(&self) -> usize { traced!("inside", { format!("{self:?}").len() }) }

        async fn save(&self) -> Result<(), fmt::Error> { once_later().await; Err(fmt::Error) }
    }

    impl<T: fmt::Debug> Render for Page<T> {
        fn render(&self) -> String { format!("{:?}", self.0) }
    }

    mod deeper {
        pub(super) fn passed_through() {}
    }
}

fn every_form() {
    free();
    generic(&1);
    let page = Page::new(1).map(|page| page + 1);
    page.untold();
    page.render();
    deeper::passed_through();
    block_on(later());
    let _ = block_on(page.save());
    let sum = traced!("block", pages = PAGES, site.name = "blog", shown = %page.0, debug = ?page, {
        let one = 1;
        one + 1
    });
    let port = 80_u16;
    let name = Some("x");
    let absent: Option<bool> = None;
    traced!("short", port, %sum, ?page, name, absent, {});
    for n in 0..2 {
        traced!("left early", n, {
            if n == 1 {
                break;
            }
        });
    }
    block_on(traced!("async block", n = 1, async {
        once_later().await;
        free();
    }));
    drop(traced!("cancelled", async { once_later().await }));
}

struct Server {
    port: u16,
    password: String,
}

traced! {
    impl Server {
        /// Documentation before the options.
        #[span(name = "open the port", fields(port = self.port, owner = %owner, attempt))]
        fn open(&self, owner: impl fmt::Display, attempt: u8) -> u16 { self.port + u16::from(attempt) }

        #[inline]
        #[span(skip)]
        fn skipped(&self) -> usize { self.password.len() }

        #[must_use]
        #[span(fields(?list))]
        #[allow(clippy::ptr_arg)]
        /// Documentation after them.
        fn listed<T: fmt::Debug>(&self, list: &Vec<T>) -> usize { list.len() }

        #[span(name = "login")]
        fn log_in(&mut self, password: &str) { password.clone_into(&mut self.password); }
    }
}

fn options() {
    let mut server = Server {
        port: 80,
        password: String::new(),
    };
    server.log_in("a planted secret");
    server.open("root", 2);
    server.skipped();
    let _ = server.listed(&vec![1]);
}

/// Spans by hand, in threads, and what can be said of the current one.
fn elsewhere() {
    traced!("ours", {
        let mut by_hand = charm_tracing::tracer().start("by hand");
        by_hand.end();
        global::tracer("another").in_span("theirs", |_| {
            traced!("ours again", {
                charm_tracing::trace::span_event("noticed", [KeyValue::new("n", 1)]);
                charm_tracing::set_attribute("key", "value");
            });
        });
        let id = charm_tracing::trace::get_current_span().map(|span| span.trace_id());
        println!("{}", id.is_some_and(|id| id.len() == 32));
        thread::scope(|scope| {
            scope.spawn(charm_tracing::trace::carry(|| {
                traced!("worker", {
                    free();
                });
            }));
        });
        let detached = thread::spawn(charm_tracing::trace::carry(|| traced!("detached", {})));
        println!("{}", detached.join().is_ok());
        let alone =
            thread::spawn(|| traced!("not carried", { charm_tracing::trace::is_enabled() }));
        println!("{:?}", alone.join().ok());
    });
}

fn children() {
    let told = Command::new("/bin/sh")
        .args(["-c", "echo $TRACEPARENT"])
        .recorded("purpose", "ask")
        .output();
    let told = told.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    let here = charm_tracing::trace::get_current_span().map(|span| span.trace_id());
    let parts: Vec<&str> = told.as_deref().unwrap_or("").trim().split('-').collect();
    let same = parts.get(1).copied() == here.as_deref();
    println!("{} {same}", parts.len());
    let failing = Command::new("/bin/sh").args(["-c", "exit 3"]).status();
    println!("{:?}", failing.ok().and_then(|status| status.code()));
    let child = Command::new("/bin/sh").args(["-c", "exit 4"]).spawn();
    let status = child.and_then(charm_tracing::trace::command::Child::wait);
    println!("{:?}", status.ok().and_then(|status| status.code()));
    println!("{}", Command::new("no-such-program").spawn().is_err());
}

fn custom() -> Result<(), String> {
    let _ = charm_tracing::trace::emit("inner_failed", || Err::<(), _>("no ingress"));
    charm_tracing::trace::emit("ingress_ready", || {
        free();
        charm_tracing::trace::emit("site_ready", || {
            free();
            Ok(())
        })
    })
}

#[derive(Debug)]
struct Broken(fmt::Error);

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the site is broken")
    }
}

impl std::error::Error for Broken {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

traced! {
    fn chained() -> Result<(), Box<dyn std::error::Error>> { wrapped()?; Ok(()) }

    fn wrapped() -> Result<(), Broken> {
        traced!("left by a question mark", { inner().map_err(Broken)?; });
        Ok(())
    }

    fn inner() -> Result<(), fmt::Error> { Err(fmt::Error) }
}

fn switched_off() {
    let before = charm_tracing::trace::is_enabled();
    let inside = {
        let _off = charm_tracing::trace::charm_tracing_disabled();
        free();
        charm_tracing::tracer().start("not recorded").end();
        global::tracer("another").start("not recorded").end();
        charm_tracing::trace::is_enabled() || charm_tracing::trace::get_current_span().is_some()
    };
    let _ = std::panic::catch_unwind(|| {
        let _off = charm_tracing::trace::charm_tracing_disabled();
        std::panic::resume_unwind(Box::new(()));
    });
    free();
    println!("{before} {inside} {}", charm_tracing::trace::is_enabled());
}
