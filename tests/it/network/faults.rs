//! Every fault in one table.

use std::fmt::Write;
use std::net::TcpListener;
use std::time::Duration;

use charm_tracing::testing::Run;

use super::{Fault, Sender, Server, let_the_wait_pass, log, twice, unit_for};

/// What a dispatch may spend with the default budget, in milliseconds, and what that may be passed by.
const MOST_SPENT: u64 = 1_000 + 50;
/// A busy machine can stop a process for longer than that; it does not do so every time.
const MEASUREMENTS: usize = 20;

/// The head of a TLS record of 16 KiB, as a server's first one.
const HELLO: &[u8] = b"\x16\x03\x03\x40\x00\x02";

/// The answer of a healthy receiver.
const WELL: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n\n\0";

#[test]
fn every_fault_keeps_its_time_and_its_data() {
    let elsewhere = Server::start();
    let mut table = String::new();
    for (name, fault) in faults(&elsewhere) {
        let scheme = if name.starts_with("TLS") {
            "https"
        } else {
            "http"
        };
        writeln!(table, "{name:22} {}", row(scheme, &fault)).unwrap();
    }
    assert_eq!(table, TABLE);
    assert_eq!(elsewhere.connections(), 0, "a redirect was followed");
}

/// Each with a name for the table.
fn faults(elsewhere: &Server) -> Vec<(&'static str, Fault)> {
    vec![
        ("none", Fault::None),
        ("reset at once", Fault::Reset { read: 0 }),
        ("reset in the head", Fault::Reset { read: 9 }),
        ("reset in the body", Fault::Reset { read: 300 }),
        (
            "reset in the answer",
            Fault::SaysAndResets("HTTP/1.1 200 OK\r\ncont"),
        ),
        ("accepts and hangs", Fault::Hangs),
        ("reads and hangs", Fault::SaysAndHangs("")),
        (
            "hangs in the head",
            Fault::SaysAndHangs("HTTP/1.1 200 OK\r\n"),
        ),
        (
            "hangs in the body",
            Fault::SaysAndHangs("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n"),
        ),
        ("drips", Fault::Drips(WELL)),
        ("closes without a word", Fault::Says("")),
        (
            "closes in the head",
            Fault::Says("HTTP/1.1 200 OK\r\ncontent-le"),
        ),
        (
            "closes after the head",
            Fault::Says("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n"),
        ),
        ("body without an end", Fault::Floods),
        ("garbage", Fault::Says("SSH-2.0-OpenSSH_9.2\r\n\r\n")),
        ("no status", Fault::Says("HTTP/1.1 OK\r\n\r\n")),
        (
            "chunked nonsense",
            Fault::Says("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nZZ\r\nx"),
        ),
        (
            "a length that is none",
            Fault::Says("HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n"),
        ),
        (
            "continue and then 200",
            Fault::Says(
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
            ),
        ),
        ("60 KB of headers", Fault::Says(long_winded(60_000))),
        ("301 to another host", Fault::MovedTo(elsewhere.address)),
        ("503", Fault::Status(503)),
        ("400", Fault::Status(400)),
        ("TLS: says nothing", Fault::Hangs),
        ("TLS: drips", Fault::Babbles(HELLO)),
        ("TLS: reset at once", Fault::Reset { read: 0 }),
        ("TLS: reset later", Fault::Reset { read: 100 }),
        (
            "TLS: speaks HTTP",
            Fault::Babbles(b"HTTP/1.1 400 Bad Request\r\n\r\n"),
        ),
    ]
}

/// A good answer with a header of so many bytes.
fn long_winded(bytes: usize) -> &'static str {
    let header = "x".repeat(bytes);
    format!("HTTP/1.1 200 OK\r\nx-more: {header}\r\ncontent-length: 0\r\n\r\n").leak()
}

const TABLE: &str = "\
none                   exit 0 in time, kept 0; then 2 of 2 taken, 0 twice
reset at once          exit 0 in time, kept 1; after the wait 3 of 3 taken, 0 twice
reset in the head      exit 0 in time, kept 1; after the wait 3 of 3 taken, 0 twice
reset in the body      exit 0 in time, kept 1; after the wait 3 of 3 taken, 0 twice
reset in the answer    exit 0 in time, kept 1; after the wait 3 of 3 taken, 0 twice
accepts and hangs      exit 0 in time, kept 1; after the wait 3 of 3 taken, 0 twice
reads and hangs        exit 0 in time, kept 1; after the wait 3 of 3 taken, 0 twice
hangs in the head      exit 0 in time, kept 1; after the wait 3 of 3 taken, 0 twice
hangs in the body      exit 0 in time, kept 0; then 2 of 2 taken, 0 twice
drips                  exit 0 in time, kept 1; after the wait 3 of 3 taken, 0 twice
closes without a word  exit 0 in time, kept 1; after the wait 3 of 3 taken, 0 twice
closes in the head     exit 0 in time, kept 1; after the wait 3 of 3 taken, 0 twice
closes after the head  exit 0 in time, kept 0; then 2 of 2 taken, 0 twice
body without an end    exit 0 in time, kept 0; then 2 of 2 taken, 0 twice
garbage                exit 0 in time, kept 1; after the wait 3 of 3 taken, 0 twice
no status              exit 0 in time, kept 1; after the wait 3 of 3 taken, 0 twice
chunked nonsense       exit 0 in time, kept 0; then 2 of 2 taken, 0 twice
a length that is none  exit 0 in time, kept 1; after the wait 3 of 3 taken, 0 twice
continue and then 200  exit 0 in time, kept 0; then 2 of 2 taken, 0 twice
60 KB of headers       exit 0 in time, kept 0; then 2 of 2 taken, 0 twice
301 to another host    exit 0 in time, kept 1; after the wait 3 of 3 taken, 0 twice
503                    exit 0 in time, kept 1; after the wait 3 of 3 taken, 0 twice
400                    exit 0 in time, kept 0; then 1 of 2 taken, 0 twice
TLS: says nothing      exit 0 in time, kept 1; after the wait 3 of 3 taken, 0 twice
TLS: drips             exit 0 in time, kept 1; after the wait 3 of 3 taken, 0 twice
TLS: reset at once     exit 0 in time, kept 1; after the wait 3 of 3 taken, 0 twice
TLS: reset later       exit 0 in time, kept 1; after the wait 3 of 3 taken, 0 twice
TLS: speaks HTTP       exit 0 in time, kept 1; after the wait 3 of 3 taken, 0 twice
";

/// Runs a dispatch into a fault, one while the receiver is left alone, and one when it is well again.
fn row(scheme: &str, fault: &Fault) -> String {
    let server = Server::start();
    let mut unit = unit_on(scheme, &server);
    server.fails(fault.clone());
    unit.set("CHOSEN_NETWORK_BUDGET_MS", budget(fault));
    let run = unit.update_status();
    let mut in_time = is_in_time(&unit, &run);
    let (kept, tried) = (unit.kept(), server.connections());
    let mut dispatches = 1;
    let failed = unit.has_failed();
    if failed {
        assert_eq!(log(&unit.update_status()), "", "{fault:?}: nothing is new");
        assert_eq!(server.connections(), tried, "{fault:?}: it is left alone");
        let_the_wait_pass(&unit.unit);
        dispatches += 1;
    }
    server.fails(Fault::None);
    // The server has no certificate; it is well where it speaks HTTP.
    unit.set("CHOSEN_ENDPOINT", server.endpoint());
    unit.set("CHOSEN_NETWORK_BUDGET_MS", 60_000);
    unit.update_status();
    dispatches += 1;
    assert_eq!(unit.kept(), 0, "{fault:?}");
    for _ in 0..MEASUREMENTS {
        in_time = in_time || measure(scheme, fault);
    }
    let taken = server.taken();
    // A dispatch of this hook is a root and an event.
    let (sent, twice) = (taken.len() / 2, twice(&taken));
    let time = if in_time { "in time" } else { "late" };
    let then = if failed { "after the wait" } else { "then" };
    format!("exit 0 {time}, kept {kept}; {then} {sent} of {dispatches} taken, {twice} twice")
}

/// Those that hang have the default budget; the others are over long before, and must not be mistaken
/// for those on a busy machine.
fn budget(fault: &Fault) -> u64 {
    match fault {
        Fault::Hangs | Fault::Babbles(_) | Fault::SaysAndHangs(_) | Fault::Drips(_) => 1_000,
        _ => 60_000,
    }
}

/// Whether a fresh unit spends no more than its budget on a fault.
fn measure(scheme: &str, fault: &Fault) -> bool {
    let server = Server::start();
    let mut unit = unit_on(scheme, &server);
    unit.set("CHOSEN_NETWORK_BUDGET_MS", 1_000);
    server.fails(fault.clone());
    let run = unit.update_status();
    is_in_time(&unit, &run)
}

/// A unit that sends there, with some CA where it has to have one.
fn unit_on(scheme: &str, server: &Server) -> Sender {
    let mut unit = unit_for(&format!("{scheme}://{}", server.address));
    let file = unit.unit.charm_dir().join("ca.pem");
    let own = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).unwrap();
    std::fs::write(&file, own.cert.pem()).unwrap();
    unit.set("CHOSEN_SERVER_CERT", file.display());
    unit
}

fn is_in_time(unit: &Sender, run: &Run) -> bool {
    let most = Duration::from_millis(MOST_SPENT);
    run.duration <= most || (unit.has_failed() && unit.spent() <= MOST_SPENT)
}

/// What a status means, for all of them.
#[test]
fn every_status() {
    let server = Server::start();
    let mut unit = unit_for(&server.endpoint());
    let mut meanings: Vec<(u16, &str)> = Vec::new();
    for status in 200..600 {
        server.fails(Fault::Status(status));
        let before = server.taken().len();
        unit.update_status();
        let taken = (server.taken().len() - before) / 2;
        let meaning = match (unit.kept(), taken, unit.has_failed()) {
            (0, 1, false) => "sent",
            (0, 0, false) => "dropped",
            (1, 0, true) => "kept",
            other => panic!("{status}: {other:?}"),
        };
        if meaning == "kept" {
            server.fails(Fault::None);
            let_the_wait_pass(&unit.unit);
            unit.update_status();
            assert_eq!(unit.kept(), 0, "{status}");
        }
        meanings.push((status, meaning));
    }
    let table: String = meanings
        .chunk_by(|one, next| one.1 == next.1)
        .map(|same| format!("{}-{} {}\n", same[0].0, same[same.len() - 1].0, same[0].1))
        .collect();
    assert_eq!(
        table,
        "\
200-299 sent
300-399 kept
400-400 dropped
401-401 kept
402-402 dropped
403-405 kept
406-428 dropped
429-429 kept
430-501 dropped
502-504 kept
505-599 dropped
"
    );
    assert_eq!(twice(&server.taken()), 0);
}

#[test]
fn a_port_that_nobody_listens_on() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let mut unit = unit_for(&format!("http://{address}"));
    let run = unit.update_status();
    assert!(
        log(&run).contains("refuses the connection"),
        "{}",
        log(&run)
    );
    assert!(unit.spent() < MOST_SPENT);
    assert_eq!(unit.kept(), 1);
}
