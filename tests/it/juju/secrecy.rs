//! No value reaches a trace: not from an argument, from input, from an answer, or from what a tool says
//! when it fails.

use charm_tracing::testing::{Sink, json};

use crate::{exercise, toolbox};

/// Planted as every value there is.
const PLANTED: &str = "pl4nted-s3cret";

#[test]
fn planted_secrets_are_in_no_exported_byte() {
    let sink = Sink::http().unwrap();
    let mut unit = toolbox();
    unit.set_leader(true);
    let database = unit.relate("database", "postgresql");
    unit.set_remote_app_data(&database, &[("password", PLANTED)])
        .unwrap();
    unit.set_remote_unit_data(&database, "postgresql/0", &[("password", PLANTED)])
        .unwrap();
    unit.set_config("title", json!(PLANTED));
    unit.set_network(
        "website",
        json!({ "bind-addresses": [], "ingress-addresses": [PLANTED] }),
    );
    unit.set_resource("image", format!("/{PLANTED}"));
    unit.set_cloud(json!({
        "type": PLANTED, "name": PLANTED,
        "credential": { "auth-type": "access-key", "attrs": { "access-key": PLANTED } },
    }));
    let secret = unit.add_secret("shared", &[("password", PLANTED)]);
    for leads in [true, false] {
        unit.set_leader(leads);
        unit.set_env("SECRET", secret.as_str());
        unit.set_env("PLANTED", PLANTED);
        unit.set_env("CHOSEN_ENDPOINT", sink.endpoint());
        let parameters = json!({ "bytes": 32, "password": PLANTED });
        let run = exercise(&mut unit, "everything", |unit| {
            unit.action("everything", parameters)
        });
        assert_eq!(run.exit_code, Some(0), "{}", run.stderr);
        assert!(run.stdout.contains(PLANTED), "the charm itself reads it");
        let errors: Vec<&str> = run
            .stdout
            .lines()
            .filter(|line| line.starts_with('!'))
            .collect();
        assert!(
            errors.len() > 5 && !errors.concat().contains(PLANTED),
            "{errors:#?}"
        );
    }
    let requests = sink.requests();
    assert_eq!(requests.len(), 2);
    let mut spans = 0;
    for request in &requests {
        let traces = format!("{:?}", request.traces.as_ref().unwrap());
        spans += traces.matches("span_id").count();
        assert!(traces.contains("juju.secret.label"), "labels are told");
        assert!(traces.contains("postgresql/0") || traces.contains("database:1"));
        assert!(!traces.contains(PLANTED), "{}", around(&traces));
    }
    assert!(spans > 100, "{spans} spans");
    let kept = std::fs::read(unit.charm_dir().join(".charm-tracing.buffer")).unwrap();
    assert!(
        !kept
            .windows(PLANTED.len())
            .any(|window| window == PLANTED.as_bytes())
    );
}

#[test]
fn what_is_planted_would_be_found() {
    // The test above greps text for text: here the same text is in a trace, since the author named it.
    let sink = Sink::http().unwrap();
    let mut unit = toolbox();
    unit.set_env("MESSAGE", PLANTED);
    unit.set_env("LOG_EVENTS", "1");
    unit.set_env("CHOSEN_ENDPOINT", sink.endpoint());
    exercise(&mut unit, "log", |unit| unit.hook("start"));
    let requests = sink.requests();
    assert!(format!("{:?}", requests[0].traces.as_ref().unwrap()).contains(PLANTED));
}

fn around(text: &str) -> &str {
    let at = text.find(PLANTED).unwrap_or_default();
    let start = at.saturating_sub(400);
    text.get(start..(at + 100).min(text.len())).unwrap_or(text)
}
