//! The buffer beside an SQLite table that does the same work: a record of 50 spans stored into an
//! empty and into a full buffer, and a full one opened and emptied.
//!
//! Arguments: the directory to write into, how many records a full buffer holds (100), and how many
//! bytes each of them has (10,900).
//!
//! Each dispatch is a process, so every round opens the file anew. Both delete the oldest records to
//! keep the limit, and both end each record by itself, as a delivery does. Rounds alternate.

use std::path::Path;
use std::sync::OnceLock;
use std::time::{Duration, Instant, SystemTime};

use charm_tracing::__buffer::{Buffer, Limits, Priority, Record};
use rusqlite::{Connection, params};

/// 50 spans with two attributes each, encoded: 218 bytes a span.
const FIFTY_SPANS: usize = 10_900;

/// How many such records a full buffer holds: the default limit of dispatches, or what fits into 10 MiB.
static HELD: OnceLock<u64> = OnceLock::new();

static RECORD: OnceLock<usize> = OnceLock::new();

fn held() -> u64 {
    *HELD.get_or_init(|| argument(2).unwrap_or(100))
}

fn record_bytes() -> usize {
    *RECORD.get_or_init(|| argument(3).unwrap_or(FIFTY_SPANS))
}

fn argument<T: std::str::FromStr>(number: usize) -> Option<T> {
    std::env::args().nth(number)?.parse().ok()
}

fn main() {
    let directory = match std::env::args().nth(1) {
        Some(parent) => tempfile::tempdir_in(parent),
        None => tempfile::tempdir(),
    };
    let directory = directory.expect("a directory to write into");
    println!("| what | buffer | SQLite | ratio |");
    println!("|---|--:|--:|--:|");
    for sync in [false, true] {
        for full in [false, true] {
            let name = format!("{}-{}", sync, full);
            let ours = directory.path().join(format!("{name}.buffer"));
            let theirs = directory.path().join(format!("{name}.db"));
            let how_often = if sync { 101 } else { 301 };
            if full {
                fill(&ours, &theirs);
            }
            let (a, b) = medians(how_often, |number| {
                if !full {
                    let _ = std::fs::remove_file(&ours);
                    let _ = std::fs::remove_file(&theirs);
                    // Both exist and are empty when the dispatch begins.
                    drop(open(&ours));
                    drop(connect(&theirs, sync));
                }
                let first = time(|| push(&ours, number, sync));
                let second = time(|| insert(&theirs, number, sync));
                (first, second)
            });
            let place = if full { "full" } else { "empty" };
            let durable = if sync { "synced" } else { "not synced" };
            row(&format!("store one dispatch, {place}, {durable}"), a, b);
            if full && !sync {
                let (a, b) = medians(101, |_| {
                    (
                        time(|| drop(open(&ours).entries())),
                        time(|| drop(list(&connect(&theirs, false)))),
                    )
                });
                row("open a full one and list it", a, b);
            }
        }
    }
    let ours = directory.path().join("drained.buffer");
    let theirs = directory.path().join("drained.db");
    let (a, b) = medians(15, |_| {
        fill(&ours, &theirs);
        (time(|| drain(&ours)), time(|| drain_table(&theirs)))
    });
    row(
        "read and delete everything in a full one, record by record, not synced",
        a,
        b,
    );
    let bytes = |path: &Path| std::fs::metadata(path).map_or(0, |metadata| metadata.len());
    println!(
        "| bytes of the file then | {} | {} | |",
        bytes(&ours),
        bytes(&theirs)
    );
}

fn row(what: &str, ours: Duration, theirs: Duration) {
    let micros = |time: Duration| time.as_secs_f64() * 1e6;
    let ratio = theirs.as_secs_f64() / ours.as_secs_f64();
    println!(
        "| {what} | {:.0} us | {:.0} us | {ratio:.1} |",
        micros(ours),
        micros(theirs)
    );
}

fn medians(
    rounds: u64,
    mut round: impl FnMut(u64) -> (Duration, Duration),
) -> (Duration, Duration) {
    let (mut ours, mut theirs): (Vec<_>, Vec<_>) = (0..rounds).map(&mut round).unzip();
    ours.sort_unstable();
    theirs.sort_unstable();
    (ours[ours.len() / 2], theirs[theirs.len() / 2])
}

fn time(work: impl FnOnce()) -> Duration {
    let begun = Instant::now();
    work();
    begun.elapsed()
}

fn payload(number: u64) -> Vec<u8> {
    let mut state = number.wrapping_add(1);
    let next = |_| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 56) as u8
    };
    (0..record_bytes()).map(next).collect()
}

fn fill(ours: &Path, theirs: &Path) {
    for number in 0..held() + 10 {
        push(ours, number, false);
        insert(theirs, number, false);
    }
}

fn open(path: &Path) -> Buffer {
    let limits = Limits {
        dispatches: held() as usize,
        bytes: 1 << 30,
        ..Limits::default()
    };
    Buffer::open(path, limits).expect("the buffer opens")
}

fn push(path: &Path, number: u64, sync: bool) {
    let mut buffer = open(path);
    let payload = payload(number);
    let record = Record {
        priority: Priority::Ordinary,
        spans: 50,
        created: SystemTime::now(),
        trace_id: u128::from(number).to_le_bytes(),
        payload: &payload,
    };
    buffer.push(&record).expect("the record is stored");
    if sync {
        buffer.sync().expect("the disk takes it");
    }
}

fn drain(path: &Path) {
    let mut buffer = open(path);
    for entry in buffer.entries().expect("the buffer is read") {
        std::hint::black_box(buffer.payload(&entry).expect("the record is whole"));
        buffer.remove(&[entry]).expect("the record goes");
    }
}

fn connect(path: &Path, sync: bool) -> Connection {
    let database = Connection::open(path).expect("the database opens");
    let synchronous = if sync { "FULL" } else { "OFF" };
    let schema = format!(
        "PRAGMA synchronous = {synchronous};
         CREATE TABLE IF NOT EXISTS records
             (id INTEGER PRIMARY KEY, priority INTEGER, trace BLOB, size INTEGER, payload BLOB);
         CREATE INDEX IF NOT EXISTS by_importance ON records (priority, id);"
    );
    database.execute_batch(&schema).expect("the table is made");
    database
}

fn insert(path: &Path, number: u64, sync: bool) {
    let mut database = connect(path, sync);
    let payload = payload(number);
    let change = database.transaction().expect("a transaction begins");
    let sum: i64 = change
        .query_row("SELECT coalesce(sum(size), 0) FROM records", [], |row| {
            row.get(0)
        })
        .expect("sizes add up");
    let mut over = sum + payload.len() as i64 - held() as i64 * record_bytes() as i64;
    while over > 0 {
        let (id, size): (i64, i64) = change
            .query_row(
                "SELECT id, size FROM records ORDER BY priority, id LIMIT 1",
                [],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .expect("there is an oldest");
        change
            .execute("DELETE FROM records WHERE id = ?", [id])
            .expect("it goes");
        over -= size;
    }
    let trace = u128::from(number).to_le_bytes();
    change
        .execute(
            "INSERT INTO records (priority, trace, size, payload) VALUES (1, ?, ?, ?)",
            params![&trace[..], payload.len() as i64, payload],
        )
        .expect("the record is stored");
    change.commit().expect("the transaction ends");
}

fn list(database: &Connection) -> Vec<i64> {
    let mut ids = database
        .prepare("SELECT id FROM records ORDER BY priority DESC, id")
        .expect("the query is right");
    let ids = ids
        .query_map([], |row| row.get(0))
        .expect("the table is read");
    ids.map(|id| id.expect("an id")).collect()
}

fn drain_table(path: &Path) {
    let database = connect(path, false);
    for id in list(&database) {
        let payload: Vec<u8> = database
            .query_row("SELECT payload FROM records WHERE id = ?", [id], |row| {
                row.get(0)
            })
            .expect("the record is there");
        std::hint::black_box(payload);
        database
            .execute("DELETE FROM records WHERE id = ?", [id])
            .expect("it goes");
    }
}
