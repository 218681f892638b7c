//! `secret-get`: a unit goes on reading the revision it read first until it asks for a newer one.

use serde_json::Value;

use crate::testing::agent::Agent;
use crate::testing::record::Json;
use crate::testing::tools::answer::{ToolAnswer, ToolRefusal};
use crate::testing::tools::arguments::Arguments;

pub(super) fn get(agent: &mut Agent, arguments: &Arguments) -> ToolAnswer {
    let words = arguments.at_most(2)?;
    let (peek, refresh) = (arguments.is_set("peek")?, arguments.is_set("refresh")?);
    if peek && refresh {
        return Err(ToolRefusal::usage(
            "specify one of --peek or --refresh but not both",
        ));
    }
    let secrets = &mut agent.state.queued.secrets;
    let label = arguments.value("label");
    let (name, secret) = match (words.first(), label) {
        (Some(id), _) => (
            id.as_str(),
            secrets.get_mut(id.strip_prefix("secret:").unwrap_or(id)),
        ),
        (None, Some(label)) => (
            label,
            secrets.values_mut().find(|secret| secret.label == label),
        ),
        (None, None) => return Err(ToolRefusal::usage("require either a secret URI or label")),
    };
    let secret = secret.ok_or_else(|| ToolRefusal::denied(format!("secret {name:?} not found")))?;
    if let (Some(_), Some(label)) = (words.first(), label) {
        label.clone_into(&mut secret.label);
    }
    let latest = secret.revisions.len();
    if refresh || (secret.tracked == 0 && !peek) {
        secret.tracked = latest;
    }
    let revision = if peek { latest } else { secret.tracked };
    let content = revision
        .checked_sub(1)
        .and_then(|index| secret.revisions.get(index));
    let content =
        content.ok_or_else(|| ToolRefusal::denied(format!("secret {name:?} has no revision")))?;
    match words.get(1) {
        None => Ok(Some(content.to_json())),
        Some(key) => {
            let value = content.get(key).cloned().map(Value::String);
            value
                .map(Some)
                .ok_or_else(|| ToolRefusal::denied(format!("secret key value {key:?} not found")))
        }
    }
}
