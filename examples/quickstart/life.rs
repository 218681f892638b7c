//! What happens to the unit: the events of a deployment, in the order Juju sends them.

use std::fs;
use std::net::TcpListener;

use charm_tracing::testing::{Run, Unit, json};

use super::Result;

/// Deployment, a database that is not up when it is related, an action; how many dispatches it was.
pub(crate) fn before_tracing(unit: &mut Unit) -> Result<usize> {
    let mut told = 0;
    let mut tell = |event: &str, run: Run| {
        told += 1;
        let end = match (run.exit_code, &run.failure) {
            (Some(0), None) => "ok".to_owned(),
            (Some(0), Some(message)) => format!("action failed: {message}"),
            (code, _) => format!("exit code {}", code.unwrap_or(-1)),
        };
        println!(
            "  {event:<34} {:>7.1} ms  {end}",
            run.duration.as_secs_f64() * 1000.0
        );
        for line in run.log {
            println!("      {line}");
        }
    };

    tell("install", unit.hook("install")?);
    unit.set_leader(true);
    tell("leader-elected", unit.hook("leader-elected")?);
    tell("config-changed", unit.hook("config-changed")?);
    tell("start", unit.hook("start")?);
    tell("blog-pebble-ready", unit.pebble_hook("blog", "ready")?);

    // A port that was free a moment ago: nothing listens there until the retry.
    let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let database = unit.relate("database", "postgresql");
    tell(
        "database-relation-created",
        unit.relation_hook(&database, "created", None)?,
    );
    unit.set_remote_app_data(&database, &[("endpoints", &address.to_string())])?;
    tell(
        "database-relation-changed",
        unit.relation_hook(&database, "changed", None)?,
    );
    let _postgresql = TcpListener::bind(address)?;
    tell(
        "database-relation-changed, retried",
        unit.relation_hook(&database, "changed", None)?,
    );

    tell(
        "create-user (action)",
        unit.action("create-user", json!({ "name": "ada", "admin": true }))?,
    );
    tell("update-status", unit.hook("update-status")?);
    Ok(told)
}

/// The tracing relation: the charm asks for OTLP over HTTP, the provider answers.
pub(crate) fn tracing_joins(unit: &mut Unit, receiver: &str) -> Result<usize> {
    let tracing = unit.relate("charm-tracing", "tempo");
    unit.relation_hook(&tracing, "created", None)?;
    let asked = unit.local_app_data(&tracing);
    println!(
        "  charm-tracing-relation-created: the charm asks for {}",
        asked.get("receivers").map_or("nothing", String::as_str)
    );
    let offer = json!([{ "protocol": { "name": "otlp_http", "type": "http" }, "url": receiver }]);
    unit.set_remote_app_data(&tracing, &[("receivers", &offer.to_string())])?;
    unit.relation_hook(&tracing, "changed", None)?;
    println!("  charm-tracing-relation-changed: the provider offers {receiver}");
    Ok(2)
}

/// The size of the buffer's file, in bytes.
pub(crate) fn buffer_size(unit: &Unit) -> u64 {
    fs::metadata(unit.charm_dir().join(".charm-tracing.buffer")).map_or(0, |file| file.len())
}
