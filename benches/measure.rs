//! How a case is timed: short batches of all cases in turn, so that a busy machine disturbs each of
//! them alike, and the median of the batches, beside the least.
//!
//! With `SPAN_CASE` and `SPAN_CALLS` in its environment a program makes that many calls of one case
//! instead, for `benches/instructions`, which counts what the processor does.

use std::hint::black_box;
use std::time::Instant;

/// Batches of each case. Odd, so that the median is one of them.
const ROUNDS: usize = 31;
/// Calls in a batch: few enough that finished spans of all batches fit into memory and journal.
const CALLS: u32 = 1_000;

/// Something to call many times.
pub struct Case {
    pub name: &'static str,
    /// Makes this many calls.
    pub batch: fn(u32),
}

/// The yardstick: what any span needs at least, its start and its end.
pub fn two_clock_reads(calls: u32) {
    for _ in 0..calls {
        black_box((Instant::now(), Instant::now()));
    }
}

/// Prints a table of all cases: nanoseconds a call, and how often the first case fits into it.
pub fn print_table(cases: &[Case]) {
    if let Ok(wanted) = std::env::var("SPAN_CASE") {
        only(cases, &wanted);
        return;
    }
    let mut times = vec![Vec::with_capacity(ROUNDS); cases.len()];
    for _ in 0..ROUNDS {
        for (case, times) in cases.iter().zip(&mut times) {
            let start = Instant::now();
            (case.batch)(CALLS);
            times.push(start.elapsed().as_secs_f64() * 1e9 / f64::from(CALLS));
        }
    }
    let mut yardstick = None;
    println!("| case | median ns | least ns | x |\n|---|--:|--:|--:|");
    for (case, times) in cases.iter().zip(&mut times) {
        times.sort_by(f64::total_cmp);
        let (least, median) = (times[0], times[ROUNDS / 2]);
        let unit = *yardstick.get_or_insert(median);
        println!(
            "| {} | {median:.1} | {least:.1} | {:.2} |",
            case.name,
            median / unit
        );
    }
}

/// Makes as many calls of one case as the environment says; lists the cases for the name `list`.
fn only(cases: &[Case], wanted: &str) {
    let calls = std::env::var("SPAN_CALLS").ok();
    let calls = calls.and_then(|calls| calls.parse().ok()).unwrap_or(CALLS);
    for case in cases {
        if wanted == "list" {
            println!("{}", case.name);
        } else if wanted == case.name {
            (case.batch)(calls);
            // What a dispatch does at its end with all its spans is no part of a call.
            std::process::exit(0);
        }
    }
}
