//! Every hook tool in one small program, linked under their names: a real one costs more, so calls are
//! counted beside milliseconds.
//!
//! `BENCH_URL`: where the tracing relation sends traces; without it there is no such relation.
//! `BENCH_CA`: a file with the databag of the certificate relation; without it there is none.
//! `BENCH_CALLED`: a file that gets a line for each call.

use std::env;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;

fn main() -> std::io::Result<()> {
    let mut arguments = env::args();
    let program = arguments.next().unwrap_or_default();
    let tool = Path::new(&program).file_name().unwrap_or_default();
    let tool = tool.to_string_lossy().into_owned();
    let arguments: Vec<String> = arguments.collect();
    if let Some(file) = env::var_os("BENCH_CALLED") {
        let mut calls = OpenOptions::new().append(true).create(true).open(file)?;
        // Quoted, since what is logged may have lines of its own.
        calls.write_all(format!("{tool} {arguments:?}\n").as_bytes())?;
    }
    println!("{}", answer(&tool, &arguments)?);
    Ok(())
}

fn answer(tool: &str, arguments: &[String]) -> std::io::Result<String> {
    let given = |argument: &str| arguments.iter().any(|given| given == argument);
    let url = env::var("BENCH_URL").ok().filter(|url| !url.is_empty());
    let authority = env::var("BENCH_CA").ok().filter(|file| !file.is_empty());
    let text = match tool {
        "relation-ids" if given("database") => r#"["database:1"]"#.to_owned(),
        "relation-ids" if given("charm-tracing") && url.is_some() => {
            r#"["charm-tracing:2"]"#.to_owned()
        }
        "relation-ids" if given("receive-ca-cert") && authority.is_some() => {
            r#"["receive-ca-cert:3"]"#.to_owned()
        }
        "relation-ids" | "storage-list" | "secret-ids" => "[]".to_owned(),
        "relation-list" => {
            let remote = match () {
                () if given("charm-tracing:2") => "tempo",
                () if given("receive-ca-cert:3") => "authority",
                () => "postgresql",
            };
            if given("--app") {
                format!("{remote:?}")
            } else {
                format!(r#"["{remote}/0"]"#)
            }
        }
        "relation-get" => match (url, authority) {
            (Some(url), _) if given("charm-tracing:2") && given("tempo") => {
                let protocol = r#"{\"name\": \"otlp_http\", \"type\": \"http\"}"#;
                format!(r#"{{"receivers": "[{{\"protocol\": {protocol}, \"url\": \"{url}\"}}]"}}"#)
            }
            (_, Some(file)) if given("receive-ca-cert:3") && given("authority") => {
                fs::read_to_string(file)?
            }
            _ if given("database:1") && given("postgresql") => {
                r#"{"endpoints": "10.0.0.7:5432"}"#.to_owned()
            }
            _ => "{}".to_owned(),
        },
        "is-leader" => "true".to_owned(),
        "status-get" => r#"{"message": "", "status": "active", "status-data": {}}"#.to_owned(),
        "config-get" | "state-get" | "goal-state" | "network-get" => "{}".to_owned(),
        _ => String::new(),
    };
    Ok(text)
}
