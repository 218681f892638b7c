//! A charm's life on a simulated Juju, and the traces it gives.
//!
//! `cargo run --example quickstart` needs nothing installed: this one program is the charm's
//! `dispatch`, every hook tool, and the receiver. With `-- --endpoint http://HOST:4318` the traces go
//! to a real backend instead.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a demonstration prints"
)]

mod charm;
mod life;

use std::env;
use std::io::{IsTerminal, stdout};
use std::path::Path;
use std::process::ExitCode;

use charm_tracing::testing::{self, ResourceSpans, Sink, Unit, json};

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    if let Some(code) = testing::hook_tool() {
        return code;
    }
    let program = env::args_os().next().unwrap_or_default();
    if Path::new(&program)
        .file_name()
        .is_some_and(|name| name == "dispatch")
    {
        return charm::dispatch();
    }
    match endpoint_argument().and_then(|endpoint| demonstrate(endpoint.as_deref())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("quickstart: {error}");
            ExitCode::FAILURE
        }
    }
}

fn endpoint_argument() -> Result<Option<String>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .as_slice()
    {
        [] => Ok(None),
        ["--endpoint", url] => Ok(Some((*url).to_owned())),
        _ => Err("usage: quickstart [--endpoint http://HOST:4318]".into()),
    }
}

fn demonstrate(endpoint: Option<&str>) -> Result {
    let mut unit = Unit::new("blog/0", env::current_exe()?)?;
    unit.on_kubernetes(true);
    unit.set_config("title", json!("A blog in Rust"));
    unit.set_config("port", json!(8080));
    unit.set_config("comments", json!(true));
    unit.set_config("cache-ratio", json!(0.5));

    println!("A charm's life before any backend is related:\n");
    let mut dispatches = life::before_tracing(&mut unit)?;
    let buffered = unit.buffered()?;
    let (waiting, bytes) = (buffered.len(), life::buffer_size(&unit));
    println!(
        "\n{waiting} traces wait in the buffer, {bytes} bytes on disk. Then the tracing relation joins:\n"
    );

    let sink = Sink::http()?;
    let receiver = endpoint.map_or_else(|| sink.endpoint(), str::to_owned);
    dispatches += life::tracing_joins(&mut unit, &receiver)?;

    let traces = if endpoint.is_some() {
        buffered
    } else {
        sink.traces()
    };
    print_waterfall(&traces);
    print_totals(
        &unit,
        dispatches,
        &traces,
        &receiver,
        endpoint.is_none().then_some(&sink),
    )
}

fn print_waterfall(traces: &[ResourceSpans]) {
    // 100 columns fit the longest name of the demonstration with room for the bars.
    println!(
        "\n{}",
        testing::waterfall(traces, 100, stdout().is_terminal())
    );
}

fn print_totals(
    unit: &Unit,
    dispatches: usize,
    traces: &[ResourceSpans],
    receiver: &str,
    sink: Option<&Sink>,
) -> Result {
    let left = unit.buffered()?.len();
    let spans = testing::spans(traces).count();
    println!("dispatches  {dispatches}");
    println!("spans       {spans}");
    if let Some(sink) = sink {
        let requests = sink.requests();
        let bytes: usize = requests.iter().map(|request| request.body.len()).sum();
        println!(
            "sent        {} requests, {bytes} bytes, to {receiver}",
            requests.len()
        );
    } else {
        println!("sent        to {receiver}");
    }
    println!(
        "buffer      {}",
        if left == 0 {
            "empty".to_owned()
        } else {
            format!("{left} traces wait")
        }
    );
    if left == 0 {
        return Ok(());
    }
    let log: Vec<String> = unit.log()?.iter().map(ToString::to_string).collect();
    Err(format!(
        "not everything was sent; the unit's log says:\n{}",
        log.join("\n")
    )
    .into())
}
