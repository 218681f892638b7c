//! The same charm without tracing, and without this crate: what everything else is measured over.

#[path = "../../charm/src/work.rs"]
mod work;

use std::process::{Command, ExitCode, Stdio};

use serde_json::Value;

fn main() -> ExitCode {
    match dispatch() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("plain: {error}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::var("JUJU_DISPATCH_PATH")?;
    if path != "hooks/update-status" {
        return Ok(());
    }
    let mut total = 0_u32;
    let answer = hook_tool(
        "relation-get",
        &[
            "--format=json",
            "-r",
            "database:1",
            "--app",
            "-",
            "postgresql",
        ],
    )?;
    let answer: Value = serde_json::from_slice(&answer)?;
    total += u32::from(answer.get("endpoints").is_some());
    for number in 0..work::calls() {
        total = total.wrapping_add(work::work(number));
    }
    std::hint::black_box(total);
    hook_tool("status-set", &["active", ""])?;
    Ok(())
}

fn hook_tool(name: &str, arguments: &[&str]) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    let output = Command::new(name)
        .args(arguments)
        .stdin(Stdio::null())
        .output()?;
    if !output.status.success() {
        return Err(format!("{name}: {}", output.status).into());
    }
    Ok(output.stdout)
}
