//! The comparison itself: all rows in turn, in an order that is another in each round, so that whatever the machine
//! does meanwhile hits all alike, and so does what ran just before: a row behind a Python program meets colder
//! caches. A difference is the median of the differences within a round.

use std::fs;
use std::io::{Error, Result};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::receivers::Receivers;
use crate::sink::Taken;
use crate::unit::{Bench, Figures, Program, restore};

/// How often memory is looked at.
const LOOKS: usize = 9;

/// One line of the table.
pub struct Row {
    pub name: String,
    /// The row that this one is over.
    pub base: Option<&'static str>,
    pub program: Program,
    pub hook: &'static str,
    /// The files before each run.
    pub template: Option<PathBuf>,
    /// A dispatch of this kind goes before each, and is not measured.
    pub again: bool,
    /// Takes its time by design: fewer rounds.
    pub slow: bool,
    /// Without which the row does not measure what its name says.
    pub proof: Option<Proof>,
}

/// What a dispatch must have done.
pub struct Proof {
    /// Requests that arrived.
    pub requests: RangeInclusive<usize>,
    /// Dispatches in the buffer afterwards.
    pub waiting: RangeInclusive<usize>,
    /// The command that tells how many these are, but for the folder.
    pub command: Vec<String>,
}

/// What is counted, and not timed.
struct Counts {
    hook_tools: usize,
    /// In MiB.
    memory: f64,
    taken: Taken,
    waiting: Option<usize>,
}

impl Row {
    pub fn new(name: &str, base: Option<&'static str>, program: Program) -> Self {
        Self {
            name: name.to_owned(),
            base,
            program,
            hook: "update-status",
            template: None,
            again: false,
            slow: false,
            proof: None,
        }
    }

    pub fn from(mut self, template: PathBuf) -> Self {
        self.template = Some(template);
        self
    }

    pub fn slow(mut self) -> Self {
        self.slow = true;
        self
    }

    pub fn again(mut self) -> Self {
        self.again = true;
        self
    }

    pub fn proven(mut self, proof: Proof) -> Self {
        self.proof = Some(proof);
        self
    }

    fn folder(&self) -> String {
        format!(
            "row-{}",
            self.name.replace([' ', ',', '/', ':', '[', ']'], "-")
        )
    }

    /// The folder of this row as a run finds it.
    fn prepared(&self, bench: &Bench) -> Result<PathBuf> {
        let folder = bench.folder(&self.folder())?;
        if let Some(template) = &self.template {
            restore(&folder, template)?;
        }
        if self.again {
            bench.dispatch(&folder, self.hook, &self.program)?;
        }
        Ok(folder)
    }

    fn run(&self, bench: &Bench) -> Result<Figures> {
        let folder = self.prepared(bench)?;
        bench.dispatch(&folder, self.hook, &self.program)
    }

    /// How often a dispatch of this row starts a hook tool, and how many requests arrive.
    fn count(&self, bench: &Bench, to: &Receivers) -> Result<Counts> {
        let called = bench.scratch.join("called");
        let folder = self.prepared(bench)?;
        let _ = fs::remove_file(&called);
        to.taken();
        let counted = self.program.clone();
        let counted = counted.with("BENCH_CALLED", called.display().to_string());
        bench.dispatch(&folder, self.hook, &counted)?;
        let calls = fs::read_to_string(&called).unwrap_or_default();
        let (hook_tools, taken) = (calls.lines().count(), to.taken());
        let proof = self.proof.as_ref();
        let waiting = proof.map(|proof| waiting(&proof.command, &folder));
        let waiting = waiting.transpose()?;
        if let (Some(proof), Some(waiting)) = (proof, waiting) {
            let requests = taken.requests;
            if !proof.requests.contains(&requests) || !proof.waiting.contains(&waiting) {
                return Err(Error::other(format!(
                    "{}: {requests} requests and {waiting} waiting, not {:?} and {:?}",
                    self.name, proof.requests, proof.waiting
                )));
            }
        }
        Ok(Counts {
            hook_tools,
            memory: self.memory(bench)?,
            taken,
            waiting,
        })
    }

    /// The most memory that it has in use, in MiB: where the kernel puts a program decides on some pages.
    fn memory(&self, bench: &Bench) -> Result<f64> {
        let peaks = (0..LOOKS).map(|_| {
            let folder = self.prepared(bench)?;
            bench.memory(&folder, self.hook, &self.program)
        });
        Ok(median(peaks.collect::<Result<_>>()?))
    }
}

/// The dispatches in the buffer of a folder, as a command tells them.
pub fn waiting(command: &[String], folder: &Path) -> Result<usize> {
    let mut words = command.iter();
    let program = words.next().ok_or_else(|| Error::other("no command"))?;
    let output = Command::new(program).args(words).arg(folder).output()?;
    let told = String::from_utf8_lossy(&output.stdout);
    let number = told.trim().parse();
    number.map_err(|_| Error::other(format!("{command:?}: {output:?}")))
}

/// Runs all rows so many times and prints the table.
pub fn compare(
    bench: &Bench,
    to: &Receivers,
    rows: &[Row],
    rounds: usize,
    slow_rounds: usize,
) -> Result<()> {
    let mut all_counts = Vec::new();
    // Warms the caches as well.
    for row in rows {
        let counts = row.count(bench, to)?;
        let Taken { requests, bytes } = &counts.taken;
        let waiting = counts.waiting.map(|waiting| format!(", {waiting} waiting"));
        if *requests > 0 || waiting.is_some() {
            let waiting = waiting.unwrap_or_default();
            println!(
                "# {}: {requests} requests, {bytes} bytes{waiting}",
                row.name
            );
        }
        all_counts.push(counts);
    }
    let mut measured: Vec<Vec<Option<Figures>>> = vec![Vec::new(); rows.len()];
    let steps = steps(rows.len());
    for round in 0..rounds {
        let step = steps.get(round % steps.len().max(1)).copied().unwrap_or(1);
        for place in 0..rows.len() {
            let index = (place * step + round) % rows.len();
            let (Some(row), Some(figures)) = (rows.get(index), measured.get_mut(index)) else {
                continue;
            };
            let skipped = row.slow && round >= slow_rounds;
            figures.push(if skipped { None } else { Some(row.run(bench)?) });
        }
    }
    print(rows, &measured, &all_counts);
    Ok(())
}

/// The steps by which so many rows can be gone through, each of them once.
fn steps(rows: usize) -> Vec<usize> {
    let is_apart = |step: &usize| {
        let (mut one, mut other) = (rows, *step);
        while other > 0 {
            (one, other) = (other, one % other);
        }
        one == 1
    };
    (1..rows.max(2)).filter(is_apart).collect()
}

fn print(rows: &[Row], measured: &[Vec<Option<Figures>>], counts: &[Counts]) {
    println!(
        "| row | runs | wall ms | over base | CPU ms | over base | MiB | over base | hook tools |\n\
         |---|--:|--:|--:|--:|--:|--:|--:|--:|"
    );
    for ((row, figures), counted) in rows.iter().zip(measured).zip(counts) {
        let base = row
            .base
            .and_then(|base| rows.iter().position(|row| row.name == base));
        let times = base.and_then(|base| measured.get(base));
        let column = |of: fn(&Figures) -> f64| {
            let all = figures.iter().flatten().map(of).collect();
            let pairs = times.map(|base| figures.iter().zip(base));
            let more = pairs.map(|pairs| {
                let pairs =
                    pairs.filter_map(|(own, base)| Some(of(own.as_ref()?) - of(base.as_ref()?)));
                format!("{:+.2}", median(pairs.collect()))
            });
            format!("{:.2} | {}", median(all), more.unwrap_or_default())
        };
        let more = base.and_then(|base| counts.get(base));
        let more = more.map(|base| format!("{:+.2}", counted.memory - base.memory));
        println!(
            "| {} | {} | {} | {} | {:.2} | {} | {} |",
            row.name,
            figures.iter().flatten().count(),
            column(|it| it.wall),
            column(|it| it.processor),
            counted.memory,
            more.unwrap_or_default(),
            counted.hook_tools,
        );
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
