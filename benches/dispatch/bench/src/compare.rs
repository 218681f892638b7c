//! The comparison itself: all rows in turn, in an order that rotates, so that whatever the machine does
//! meanwhile hits all alike; a difference is the median of the differences within a round.

use std::fs;
use std::io::Result;
use std::path::PathBuf;

use crate::unit::{Bench, Figures, Program, restore};

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

    fn folder(&self) -> String {
        format!(
            "row-{}",
            self.name.replace([' ', ',', '/', ':', '[', ']'], "-")
        )
    }

    fn run(&self, bench: &Bench) -> Result<Figures> {
        let folder = bench.folder(&self.folder())?;
        if let Some(template) = &self.template {
            restore(&folder, template)?;
        }
        if self.again {
            bench.dispatch(&folder, self.hook, &self.program)?;
        }
        bench.dispatch(&folder, self.hook, &self.program)
    }

    /// How often a dispatch of this row starts a hook tool.
    fn hook_tools(&self, bench: &Bench) -> Result<usize> {
        let called = bench.scratch.join("called");
        let folder = bench.folder(&self.folder())?;
        if let Some(template) = &self.template {
            restore(&folder, template)?;
        }
        if self.again {
            bench.dispatch(&folder, self.hook, &self.program)?;
        }
        let _ = fs::remove_file(&called);
        let counted = self.program.clone();
        let counted = counted.with("BENCH_CALLED", called.display().to_string());
        bench.dispatch(&folder, self.hook, &counted)?;
        let calls = fs::read_to_string(&called).unwrap_or_default();
        Ok(calls.lines().count())
    }
}

/// Runs all rows so many times and prints the table.
pub fn compare(bench: &Bench, rows: &[Row], rounds: usize, slow_rounds: usize) -> Result<()> {
    let mut tools = Vec::new();
    // Warms the caches as well.
    for row in rows {
        tools.push(row.hook_tools(bench)?);
    }
    let mut measured: Vec<Vec<Option<Figures>>> = vec![Vec::new(); rows.len()];
    for round in 0..rounds {
        for place in 0..rows.len() {
            let index = (place + round) % rows.len();
            let (Some(row), Some(figures)) = (rows.get(index), measured.get_mut(index)) else {
                continue;
            };
            let skipped = row.slow && round >= slow_rounds;
            figures.push(if skipped { None } else { Some(row.run(bench)?) });
        }
    }
    println!(
        "| row | runs | wall ms | over base | CPU ms | over base | MiB | over base | hook tools |\n\
         |---|--:|--:|--:|--:|--:|--:|--:|--:|"
    );
    for ((row, figures), tools) in rows.iter().zip(&measured).zip(&tools) {
        let base = row
            .base
            .and_then(|base| rows.iter().position(|row| row.name == base));
        let base = base.and_then(|base| measured.get(base));
        let column = |of: fn(&Figures) -> f64| {
            let all = figures.iter().flatten().map(of).collect();
            let pairs = base.map(|base| figures.iter().zip(base));
            let more = pairs.map(|pairs| {
                let pairs =
                    pairs.filter_map(|(own, base)| Some(of(own.as_ref()?) - of(base.as_ref()?)));
                format!("{:+.2}", median(pairs.collect()))
            });
            format!("{:.2} | {}", median(all), more.unwrap_or_default())
        };
        println!(
            "| {} | {} | {} | {} | {} | {tools} |",
            row.name,
            figures.iter().flatten().count(),
            column(|it| it.wall),
            column(|it| it.processor),
            column(|it| it.memory),
        );
    }
    Ok(())
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
