//! Identities: who else may use this Pebble. Only the local kind, which is a user id; a charm
//! should not set a password here.
//!
//! Endpoint `/v1/identities`: Pebble's API documentation (Juju 3.6.4 and newer).

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::client::Client;
use super::error::{Error, Problem};
use super::read::AnswerObject;
use super::request::Operation;

/// Somebody who may use this Pebble.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Identity {
    /// `admin`, `read`, `metrics` or `untrusted`.
    pub access: String,
    /// The user on the container's socket; `None` for identities of another kind.
    pub user_id: Option<u64>,
}

impl Identity {
    /// A user of the socket.
    pub fn local(access: &str, user_id: u64) -> Self {
        Self {
            access: access.to_owned(),
            user_id: Some(user_id),
        }
    }
}

impl Client {
    /// All identities, by name.
    pub fn identities(&self) -> Result<BTreeMap<String, Identity>, Error> {
        self.traced(Operation::named("pebble get_identities"), |_| {
            let answer = self.get("/v1/identities", &[])?;
            let Value::Object(named) = &answer.result else {
                return Err(Problem::Answer("\"result\" is not an object".to_owned()));
            };
            let pairs = named.iter().map(|(name, value)| {
                let fields = AnswerObject::of("an identity", value)?;
                let local = fields.value("local").and_then(|local| local.get("user-id"));
                let identity = Identity {
                    access: fields.text("access")?,
                    user_id: local.and_then(Value::as_u64),
                };
                Ok((name.clone(), identity))
            });
            pairs.collect()
        })
    }

    /// Adds this local identity, or replaces the one of its name.
    pub fn replace_identity(&self, name: &str, identity: &Identity) -> Result<(), Error> {
        let local = json!({ "user-id": identity.user_id });
        let value = json!({ "access": identity.access, "local": local });
        let operation = Operation::named("pebble replace_identities");
        self.identity_action(operation, "replace", name, value)
    }

    /// Removes an identity; one that is not there is an error.
    pub fn remove_identity(&self, name: &str) -> Result<(), Error> {
        let operation = Operation::named("pebble remove_identities");
        self.identity_action(operation, "remove", name, Value::Null)
    }

    fn identity_action(
        &self,
        operation: Operation,
        action: &str,
        name: &str,
        value: Value,
    ) -> Result<(), Error> {
        self.traced(operation, |_| {
            let named = Value::Object(Map::from_iter([(name.to_owned(), value)]));
            let body = json!({ "action": action, "identities": named });
            self.post("/v1/identities", &body).map(drop)
        })
    }
}
