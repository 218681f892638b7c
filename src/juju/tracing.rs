//! The requirer's side of the `tracing` interface, version 2: where traces go.
//!
//! Source: `interfaces/tracing/v2` of charm-relation-interfaces. All data is in application databags.
//! The leader asks with `receivers = ["otlp_http"]`; the provider answers in its own with
//! `receivers = [{"protocol": {"name", "type"}, "url"}]`. Anything else, the retired versions 0 and 1
//! included, means that the provider is not ready, and is not an error.

use serde_json::Value;

use crate::event::RelationId;
use crate::juju::{Error, Juju};

/// The one protocol this crate speaks, in the interface's words.
const PROTOCOL: &str = "otlp_http";

/// Asks the providers of an endpoint for OTLP over HTTP, as the leader and where it has not been asked.
pub(crate) fn request_otlp_http(
    juju: &Juju,
    relations: &[RelationId],
    application: &str,
) -> Result<(), Error> {
    if relations.is_empty() || !juju.is_leader()? {
        return Ok(());
    }
    for relation in relations {
        let own = juju.relation_get_app(relation, application)?;
        if !own
            .get("receivers")
            .is_some_and(|asked| asks_for_otlp_http(asked))
        {
            juju.relation_set_app(relation, &[("receivers", r#"["otlp_http"]"#)])?;
        }
    }
    Ok(())
}

/// The URL that a provider offers for OTLP over HTTP, without `/v1/traces`.
pub(crate) fn endpoint_url(juju: &Juju, relation: &RelationId) -> Result<Option<String>, Error> {
    let Some(provider) = juju.relation_list_app(relation)? else {
        return Ok(None);
    };
    let offered = juju.relation_get_app(relation, &provider)?;
    Ok(offered
        .get("receivers")
        .and_then(|receivers| url_in(receivers)))
}

fn asks_for_otlp_http(receivers: &str) -> bool {
    let asked: Option<Vec<Value>> = serde_json::from_str(receivers).ok();
    asked.is_some_and(|asked| asked.iter().any(|protocol| protocol == PROTOCOL))
}

fn url_in(receivers: &str) -> Option<String> {
    let receivers: Vec<Value> = serde_json::from_str(receivers).ok()?;
    receivers.iter().find_map(|receiver| {
        let name = receiver.get("protocol")?.get("name")?.as_str()?;
        let url = receiver.get("url")?.as_str()?;
        (name == PROTOCOL && !url.is_empty()).then(|| url.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offered_receivers() {
        let http =
            r#"{"protocol": {"name": "otlp_http", "type": "http"}, "url": "http://tempo:4318"}"#;
        let grpc = r#"{"protocol": {"name": "otlp_grpc", "type": "grpc"}, "url": "tempo:4317"}"#;
        for (receivers, url) in [
            (format!("[{grpc}, {http}]"), Some("http://tempo:4318")),
            (format!("[{grpc}]"), None),
            ("[]".to_owned(), None),
            // Version 1 of the interface.
            (
                r#"[{"protocol": "otlp_http", "port": 4318}]"#.to_owned(),
                None,
            ),
            ("not json".to_owned(), None),
            (r#"{"protocol": 1}"#.to_owned(), None),
        ] {
            assert_eq!(url_in(&receivers).as_deref(), url, "{receivers}");
        }
    }
}
