//! The rows of the Python libraries, each over the same charm without them.
//!
//! v0 asks for its endpoint in every dispatch, ops[tracing] has it in its buffer from the relation's own hook.

use std::fs;
use std::io::{Error, Result};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::compare::{Proof, Row, waiting};
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
    /// Dispatches that its buffer takes, where these are counted.
    most: usize,
    /// Requests of a hook that flushes, and the dispatches that it leaves.
    flush: (usize, usize),
    /// Dispatches in the buffer after the first that is refused.
    after_refused: usize,
    /// What its buffer holds at its limit, as `point.py` fills it.
    limit: &'static str,
}

const PEERS: [Peer; 2] = [
    Peer {
        name: "ops[tracing]",
        without: "ops 3.9.0: no tracing",
        environment: "ops",
        charm: "with_ops.py",
        plain: "plain",
        waiting: 12,
        most: usize::MAX,
        // Nine old ones and the new one's place.
        flush: (10, 3),
        after_refused: 1,
        limit: "40 MiB",
    },
    Peer {
        name: "charm_tracing v0",
        without: "ops 3.8.3: no tracing",
        environment: "v0",
        charm: "with_v0.py",
        plain: "plain-v0",
        waiting: 100,
        most: 100,
        // Its own dispatch, and then the whole buffer, which holds that too.
        flush: (101, 0),
        // It takes a refused connection for a success, and empties the buffer.
        after_refused: 0,
        limit: "9 MB",
    },
];

/// The rows of all libraries that were set up in this folder.
pub fn rows(bench: &Bench, to: &Receivers, folder: &Path) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for peer in PEERS {
        if folder.join(peer.environment).is_dir() {
            let set = Set {
                bench,
                to,
                folder,
                peer,
            };
            rows.extend(set.rows()?);
        }
    }
    Ok(rows)
}

/// The rows of one library.
struct Set<'a> {
    bench: &'a Bench,
    to: &'a Receivers,
    folder: &'a Path,
    peer: Peer,
}

/// What is in the buffer of a folder to start from.
#[derive(Clone, Copy)]
enum Buffer {
    Empty,
    Full,
    Limit,
}

impl Set<'_> {
    fn rows(&self) -> Result<Vec<Row>> {
        let (to, peer) = (self.to, &self.peer);
        let plain = self.python(peer.plain, "plain.py");
        // The first dispatch of a unit does more than the others.
        let before = self.fresh("before")?;
        self.bench.dispatch(&before, "update-status", &plain)?;
        let full = self.waiting()?;
        let empty = self.pointed("", &full, Buffer::Empty)?;
        let sent = (1..=1, 0..=0);
        // A library may try again, and keeps what nobody took.
        let kept = (1..=usize::MAX, 1..=1);
        let refused = (0..=0, peer.after_refused..=peer.after_refused);
        let sending = |name: &str, url: String, expected| -> Result<Row> {
            let template = self.pointed(&url, &full, Buffer::Empty)?;
            Ok(self.row(name, self.sending(&url), template, expected))
        };
        let (requests, left) = peer.flush;
        let drained = (requests..=requests, left..=left);
        let none = "no endpoint, buffer empty";
        let some = format!("no endpoint, {} dispatches", peer.waiting);
        let most = peer.most.min(peer.waiting + 1);
        let flush = format!("flush of {} dispatches", peer.waiting);
        let flushed = self.pointed(&to.http(), &full, Buffer::Full)?;
        let mut rows = vec![
            Row::new(peer.without, None, plain).from(before),
            self.row(none, self.traced(), empty, (0..=0, 1..=1)),
            self.row(&some, self.traced(), full.clone(), (0..=0, most..=most)),
            sending("http", to.http(), sent.clone())?,
            sending("https", to.https(), sent)?,
            sending("refused", to.refused(), refused)?,
            sending("silent", to.silent(), kept.clone())?.slow(),
            sending("answers 500", to.broken(), kept)?.slow(),
            self.row(&flush, self.sending(&to.http()), flushed, drained),
        ];
        rows.extend(self.at_limit(&full)?);
        Ok(rows)
    }

    /// The rows of a buffer that is full: for the new dispatch it drops one or two.
    fn at_limit(&self, full: &Path) -> Result<[Row; 2]> {
        let nowhere = self.pointed("", full, Buffer::Limit)?;
        let http = self.pointed(&self.to.http(), full, Buffer::Limit)?;
        let all = waiting(&self.asking(), &nowhere)?;
        let (limit, (requests, _)) = (self.peer.limit, self.peer.flush);
        let after = |sent: usize| {
            let most = all.saturating_sub(sent);
            most.saturating_sub(1)..=most
        };
        Ok([
            self.row(
                &format!("no endpoint, {limit}"),
                self.traced(),
                nowhere,
                (0..=0, after(0)),
            ),
            self.row(
                &format!("flush, {limit}"),
                self.sending(&self.to.http()),
                http,
                (requests..=requests, after(requests)),
            ),
        ])
    }

    fn row(
        &self,
        name: &str,
        program: Program,
        from: PathBuf,
        (requests, waiting): (RangeInclusive<usize>, RangeInclusive<usize>),
    ) -> Row {
        let name = format!("{}: {name}", self.peer.name);
        let proof = Proof {
            requests,
            waiting,
            command: self.asking(),
        };
        Row::new(&name, Some(self.peer.without), program)
            .from(from)
            .proven(proof)
    }

    fn python(&self, environment: &str, script: &str) -> Program {
        let python = self.folder.join(environment).join("bin/python");
        let script = self.folder.join(script);
        Program::new([python.display().to_string(), script.display().to_string()])
    }

    fn traced(&self) -> Program {
        let traced = self.python(self.peer.environment, self.peer.charm);
        let library = self.folder.join(self.peer.environment).join("charm-lib");
        if library.is_dir() {
            traced.with("PYTHONPATH", library.display().to_string())
        } else {
            traced
        }
    }

    /// The charm that is related to a receiver at this URL.
    fn sending(&self, url: &str) -> Program {
        let sending = self.traced().with("BENCH_URL", url);
        if !url.starts_with("https") {
            return sending;
        }
        sending
            .with("BENCH_CA", self.to.databag_file().display().to_string())
            .with("BENCH_CERT", self.to.authority_file().display().to_string())
    }

    /// The command that tells how many dispatches wait.
    fn asking(&self) -> Vec<String> {
        self.python(self.peer.environment, "waits.py").command
    }

    /// The folder of a unit that had no dispatch yet.
    fn fresh(&self, name: &str) -> Result<PathBuf> {
        let name = format!("made-{}-{name}", self.peer.environment);
        let fresh = self.bench.folder(&name)?;
        let metadata = "metadata.yaml";
        fs::copy(self.folder.join(metadata), fresh.join(metadata))?;
        Ok(fresh)
    }

    /// A folder in which so many dispatches wait.
    fn waiting(&self) -> Result<PathBuf> {
        let folder = self.fresh("waiting")?;
        for _ in 0..self.peer.waiting {
            self.bench
                .dispatch(&folder, "update-status", &self.traced())?;
        }
        let there = waiting(&self.asking(), &folder)?;
        if there == self.peer.waiting {
            Ok(folder)
        } else {
            Err(Error::other(format!(
                "{}: {there} dispatches wait, not {}",
                self.peer.name, self.peer.waiting
            )))
        }
    }

    /// A folder like another whose library sends to this URL.
    fn pointed(&self, url: &str, from: &Path, buffer: Buffer) -> Result<PathBuf> {
        let waits = match buffer {
            Buffer::Empty => "empty",
            Buffer::Full => "full",
            Buffer::Limit => "limit",
        };
        let name = url.replace(['/', ':'], "-");
        let name = format!("made-{}-{waits}-{name}", self.peer.environment);
        let pointed = self.bench.folder(&name)?;
        restore(&pointed, from)?;
        let authority = if url.starts_with("https") {
            self.to.authority_file().display().to_string()
        } else {
            String::new()
        };
        let mut command = self.python(self.peer.environment, "point.py").command;
        let arguments = command.split_off(1);
        let status = Command::new(command.concat())
            .args(arguments)
            .arg(&pointed)
            .args([url, &authority, waits])
            .status()?;
        if status.success() {
            Ok(pointed)
        } else {
            Err(Error::other(format!("point.py: {status}")))
        }
    }
}
