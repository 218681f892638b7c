//! Compares whole dispatches: the crate's charm beside the same charm without tracing, beside the floors,
//! and beside the Python libraries where they were set up. `../run` builds everything and starts it.

mod compare;
mod ours;
mod peers;
mod receivers;
mod sink;
mod unit;

use std::env;
use std::error::Error;
use std::path::PathBuf;

use compare::compare;
use receivers::Receivers;
use unit::Bench;

fn main() -> Result<(), Box<dyn Error>> {
    let options = Options::read(env::args().skip(1))?;
    let bench = Bench::new(&options.programs, &options.tools, &options.scratch)?;
    let receivers = Receivers::start(&bench.scratch)?;
    let mut rows = ours::rows(&bench, &receivers)?;
    if let Some(peers) = &options.peers {
        rows.extend(peers::rows(&bench, &receivers, peers)?);
    }
    if !options.only.is_empty() {
        // A row stays with the one it is over.
        let bases: Vec<&str> = rows
            .iter()
            .filter(|row| options.wants(&row.name))
            .filter_map(|row| row.base)
            .collect();
        rows.retain(|row| options.wants(&row.name) || bases.contains(&row.name.as_str()));
    }
    compare(
        &bench,
        &receivers,
        &rows,
        options.rounds,
        options.slow_rounds,
    )?;
    Ok(())
}

/// What `../run` passes on.
struct Options {
    programs: PathBuf,
    tools: PathBuf,
    scratch: PathBuf,
    rounds: usize,
    slow_rounds: usize,
    only: Vec<String>,
    peers: Option<PathBuf>,
}

impl Options {
    fn read(mut arguments: impl Iterator<Item = String>) -> Result<Self, Box<dyn Error>> {
        let mut path = || {
            arguments
                .next()
                .map(PathBuf::from)
                .ok_or("missing: PROGRAMS TOOLS SCRATCH")
        };
        let mut options = Self {
            programs: path()?,
            tools: path()?,
            scratch: path()?,
            // Odd, so that the median is one of them.
            rounds: 21,
            slow_rounds: 3,
            only: Vec::new(),
            peers: None,
        };
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
            match argument.as_str() {
                "--rounds" => options.rounds = value()?.parse()?,
                "--slow-rounds" => options.slow_rounds = value()?.parse()?,
                "--only" => options.only.push(value()?),
                "--peers-in" => options.peers = Some(value()?.into()),
                _ => return Err(format!("{argument} is no option").into()),
            }
        }
        Ok(options)
    }

    fn wants(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|part| name.contains(part.as_str()))
    }
}
