//! The rows of the Python libraries, each over the same charm without them.
//!
//! v0 asks for its endpoint in every dispatch, ops[tracing] has it in its buffer from the relation's own hook.

use std::fs;
use std::io::{Error, Result};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::compare::Row;
use crate::receivers::Receivers;
use crate::unit::{Bench, Program, restore};

struct Peer {
    name: &'static str,
    without: &'static str,
    /// Its virtual environment and its charm.
    environment: &'static str,
    charm: &'static str,
    plain: &'static str,
    /// Dispatches in the buffer that is flushed: as many as one hook of it sends, or more.
    waiting: usize,
}

const PEERS: [Peer; 2] = [
    Peer {
        name: "ops[tracing]",
        without: "ops 3.9.0: no tracing",
        environment: "ops",
        charm: "with_ops.py",
        plain: "plain",
        waiting: 12,
    },
    Peer {
        name: "charm_tracing v0",
        without: "ops 3.8.3: no tracing",
        environment: "v0",
        charm: "with_v0.py",
        plain: "plain-v0",
        waiting: 100,
    },
];

/// The rows of all libraries that were set up in this folder.
pub fn rows(bench: &Bench, to: &Receivers, folder: &Path) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for peer in PEERS {
        if folder.join(peer.environment).is_dir() {
            rows.extend(rows_of(bench, to, folder, &peer)?);
        }
    }
    Ok(rows)
}

fn rows_of(bench: &Bench, to: &Receivers, folder: &Path, peer: &Peer) -> Result<Vec<Row>> {
    let python = |environment: &str, charm: &str| {
        let python = folder.join(environment).join("bin/python");
        let charm = folder.join(charm);
        Program::new([python.display().to_string(), charm.display().to_string()])
    };
    let library = folder.join("v0/charm-lib").display().to_string();
    let traced = python(peer.environment, peer.charm).with("PYTHONPATH", library);
    let at = |url: String| traced.clone().with("BENCH_URL", url);
    let https = at(to.https())
        .with("BENCH_CA", to.databag_file().display().to_string())
        .with("BENCH_CERT", to.authority_file().display().to_string());
    let fresh = bench.folder(&format!("made-{}-fresh", peer.environment))?;
    fs::copy(folder.join("metadata.yaml"), fresh.join("metadata.yaml"))?;
    let waiting = waiting(bench, folder, peer, &traced)?;
    let row = |name: &str, program, from: &Path| {
        let name = format!("{}: {name}", peer.name);
        Row::new(&name, Some(peer.without), program).from(from.to_owned())
    };
    let pointed = |url: &str, from: &Path, waits: &str| {
        let authority = if url.starts_with("https") {
            to.authority_file().display().to_string()
        } else {
            String::new()
        };
        point(bench, folder, peer, from, [url, &authority, waits])
    };
    let sending = |name: &str, url: String| -> Result<Row> {
        let template = pointed(&url, &waiting, "empty")?;
        Ok(row(name, at(url), &template))
    };
    let many = format!("no endpoint, {} dispatches", peer.waiting);
    let flush = format!("flush of {} dispatches", peer.waiting);
    let flushed = pointed(&to.http(), &waiting, "full")?;
    Ok(vec![
        Row::new(peer.without, None, python(peer.plain, "plain.py")).from(fresh.clone()),
        row("no endpoint, buffer empty", traced.clone(), &fresh),
        row(&many, traced.clone(), &waiting),
        sending("http", to.http())?,
        row("https", https, &pointed(&to.https(), &waiting, "empty")?),
        sending("refused", to.refused())?.slow(),
        sending("silent", to.silent())?.slow(),
        sending("answers 500", to.broken())?.slow(),
        row(&flush, at(to.http()), &flushed),
    ])
}

/// A folder like another whose library sends to this URL.
fn point(
    bench: &Bench,
    folder: &Path,
    peer: &Peer,
    from: &Path,
    [url, authority, waits]: [&str; 3],
) -> Result<PathBuf> {
    let name = url.replace(['/', ':'], "-");
    let pointed = bench.folder(&format!("made-{}-{waits}-{name}", peer.environment))?;
    restore(&pointed, from)?;
    if peer.environment == "v0" {
        // It asks in every dispatch; its buffer is one file.
        if waits == "empty" {
            let _ = fs::remove_file(pointed.join(".charm_tracing_buffer.raw"));
        }
        return Ok(pointed);
    }
    let python = folder.join(peer.environment).join("bin/python");
    let status = Command::new(python)
        .arg(folder.join("point.py"))
        .arg(&pointed)
        .args([url, authority, waits])
        .status()?;
    if status.success() {
        Ok(pointed)
    } else {
        Err(Error::other(format!("point.py: {status}")))
    }
}

/// A folder in which so many dispatches wait.
fn waiting(bench: &Bench, folder: &Path, peer: &Peer, traced: &Program) -> Result<PathBuf> {
    let waiting = bench.folder(&format!("made-{}-waiting", peer.environment))?;
    fs::copy(folder.join("metadata.yaml"), waiting.join("metadata.yaml"))?;
    for _ in 0..peer.waiting {
        bench.dispatch(&waiting, "update-status", traced)?;
    }
    Ok(waiting)
}
