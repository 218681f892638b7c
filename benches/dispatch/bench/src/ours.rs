//! The rows of this crate's charm, and the floors that they are held to.

use std::fs;
use std::io::{Error, Result};
use std::path::{Path, PathBuf};

use crate::compare::Row;
use crate::receivers::Receivers;
use crate::unit::{Bench, Program, restore};

/// The charm without tracing.
const PLAIN: &str = "no tracing";
/// The same where 9 MB were copied just before, which leaves little in the processor's caches.
const PLAIN_LARGE: &str = "no tracing, 9 MB copied";
/// A program that does nothing.
const NOTHING: &str = "floor: nothing";
const BUFFER: &str = ".charm-tracing.buffer";
const STATE: &str = ".charm-tracing.state";
/// The buffer's limit, and that of the Python library.
const DISPATCHES: usize = 100;
/// As many as make 0.6 MB, which is what a hundred of the Python library make.
const SOME: usize = 54;
/// Of one dispatch in a large buffer, in bytes: a hundred of them stay below 10 MiB.
const LARGE: usize = 92_000;

/// All rows, and the folders they start from.
pub fn rows(bench: &Bench, to: &Receivers) -> Result<Vec<Row>> {
    let charm = Program::new([bench.program("traced")]);
    let folders = Folders::make(bench, &charm, to)?;
    let traced = |name: &str, state: &Path, buffer: &Path| -> Result<Row> {
        let template = folders.joined(bench, name, state, buffer)?;
        let is_large = buffer == folders.large;
        let base = if is_large { PLAIN_LARGE } else { PLAIN };
        Ok(Row::new(name, Some(base), charm.clone()).from(template))
    };
    let (none, http, https) = (&folders.none, &folders.http, &folders.https);
    let at = |url: &str| folders.sending_to(bench, &to.http(), url);
    let off = charm.clone().with("CHARM_TRACING_ENABLED", "0");
    let beside = folders.joined(bench, PLAIN_LARGE, none, &folders.large)?;
    let mut rows = vec![
        Row::new(PLAIN, None, Program::new([bench.program("plain")])),
        Row::new(PLAIN_LARGE, None, Program::new([bench.program("plain")])).from(beside),
        Row::new("tracing off", Some(PLAIN), off),
        traced("no endpoint, buffer empty", none, http)?,
        traced("no endpoint, 100 dispatches, 1 MB", none, &folders.small)?,
        traced("no endpoint, 100 dispatches, 9 MB", none, &folders.large)?,
        traced("http", http, http)?,
        traced("https", https, http)?,
        traced("refused", &at(&to.refused())?, http)?,
        traced("refused again", &at(&to.refused())?, http)?.again(),
        traced("silent", &at(&to.silent())?, http)?.slow(),
        traced("silent again", &at(&to.silent())?, http)?
            .again()
            .slow(),
        traced(
            "silent, 100 dispatches, 9 MB",
            &at(&to.silent())?,
            &folders.large,
        )?
        .slow(),
        traced("drips", &at(&to.drips())?, http)?.slow(),
        traced("answers 500", &at(&to.broken())?, http)?.slow(),
        traced("flush of 0.6 MB", http, &folders.some)?,
        traced("flush of 1 MB", http, &folders.small)?,
        traced("flush of 9 MB", http, &folders.large)?,
    ];
    rows.extend(floors(bench, to, &folders));
    Ok(rows)
}

fn floors(bench: &Bench, to: &Receivers, folders: &Folders) -> Vec<Row> {
    let floor = |step: &[&str]| {
        let arguments = step.iter().copied().map(str::to_owned);
        Program::new([bench.program("floor")].into_iter().chain(arguments))
    };
    let linked = |arguments: &[String]| {
        let program = [bench.program("floor-ureq")];
        Program::new(program.into_iter().chain(arguments.iter().cloned()))
    };
    let over_nothing = |name: &str, program: Program| Row::new(name, Some(NOTHING), program);
    let authority = to.http_authority();
    let flush = |folder: &Path| {
        let file = folder.join(BUFFER).display().to_string();
        floor(&["flush", &file, &authority])
    };
    let trusted = to.authority_file().display().to_string();
    let http = format!("{}/v1/traces", to.http());
    let https = format!("{}/v1/traces", to.https());
    vec![
        Row::new(NOTHING, None, floor(&[])),
        over_nothing("floor: one hook tool", floor(&["tool"])),
        over_nothing("floor: append and sync", floor(&["append", "appended"])),
        over_nothing("floor: one POST", floor(&["post", &authority])),
        over_nothing("floor: one http POST, ureq and rustls", linked(&[http])),
        over_nothing("floor: one https POST", linked(&[https, trusted])),
        over_nothing("floor: 0.6 MB in one POST", flush(&folders.some)),
        over_nothing("floor: 9 MB in POSTs of 1 MiB", flush(&folders.large)),
    ]
}

/// Folders of charms as dispatches left them.
struct Folders {
    /// Knows that there is no relation.
    none: PathBuf,
    /// Related, everything sent.
    http: PathBuf,
    https: PathBuf,
    /// The buffer with what goes in one request, at its limit of dispatches, and at that of bytes too.
    some: PathBuf,
    small: PathBuf,
    large: PathBuf,
}

impl Folders {
    fn make(bench: &Bench, charm: &Program, to: &Receivers) -> Result<Self> {
        let related = |name: &str, url: &str| {
            let folder = bench.folder(name)?;
            let charm = charm.clone().with("BENCH_URL", url);
            let authority = to.databag_file().display().to_string();
            let charm = charm.with("BENCH_CA", authority);
            bench.dispatch(&folder, "charm-tracing-relation-changed", &charm)?;
            bench.dispatch(&folder, "update-status", &charm)?;
            Ok::<_, Error>(folder)
        };
        let http = related("made-http", &to.http())?;
        let https = related("made-https", &to.https())?;
        if (to.taken_http(), to.taken_https()) != (2, 2) {
            return Err(Error::other("the charm did not send what it was to send"));
        }
        let waiting = |name: &str, calls: usize, dispatches: usize| {
            let folder = bench.folder(name)?;
            let charm = charm.clone().with("BENCH_CALLS", calls.to_string());
            for _ in 0..dispatches {
                bench.dispatch(&folder, "update-status", &charm)?;
            }
            let bytes = fs::metadata(folder.join(BUFFER))?.len();
            Ok::<_, Error>((folder, usize::try_from(bytes).map_err(Error::other)?))
        };
        let (none, _) = waiting("made-none", 50, 1)?;
        let (some, bytes) = waiting("made-some", 50, SOME)?;
        println!("# {SOME} dispatches of 50 calls: {bytes} bytes");
        // One more than fit: from then on each takes the place of another.
        let (small, bytes) = waiting("made-small", 50, DISPATCHES + 1)?;
        println!("# {DISPATCHES} dispatches of 50 calls: {bytes} bytes");
        // Enough of them that what the file grows by does not count.
        let (_, few) = waiting("made-few", 100, 40)?;
        let (_, more) = waiting("made-more", 300, 40)?;
        let calls = 40 * LARGE * 200 / (more - few);
        let (large, bytes) = waiting("made-large", calls, DISPATCHES + 1)?;
        println!("# {DISPATCHES} dispatches of {calls} calls: {bytes} bytes");
        Ok(Self {
            none,
            http,
            https,
            some,
            small,
            large,
        })
    }

    /// What one folder remembers beside the buffer of another.
    fn joined(&self, bench: &Bench, name: &str, state: &Path, buffer: &Path) -> Result<PathBuf> {
        let joined = bench.folder(&format!("from-{}", name.replace([' ', ','], "-")))?;
        restore(&joined, state)?;
        fs::copy(buffer.join(BUFFER), joined.join(BUFFER))?;
        Ok(joined)
    }

    /// As related to `from`, sending to `to`.
    fn sending_to(&self, bench: &Bench, from: &str, to: &str) -> Result<PathBuf> {
        let name = to.replace(['/', ':'], "-");
        let folder = self.joined(bench, &name, &self.http, &self.http)?;
        let state = fs::read_to_string(folder.join(STATE))?;
        if !state.contains(from) {
            return Err(Error::other(format!("{from} is not remembered: {state}")));
        }
        fs::write(folder.join(STATE), state.replace(from, to))?;
        Ok(folder)
    }
}
