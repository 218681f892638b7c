//! `relation-ids`, `relation-list`, `relation-get`, `relation-set`, `relation-model-get`.
//!
//! Data goes in through standard input and never onto a command line, where every process on the
//! machine could read it.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::juju::event::RelationId;
use crate::juju::tools::answer::{keys, map, settings, strings, text};
use crate::juju::{Call, Error, Juju};

/// A databag: text to text.
pub type Databag = BTreeMap<String, String>;

impl Juju {
    /// `relation-ids`: the relations of an endpoint, in Juju's order. A relation that is being broken
    /// is not among them. The endpoint is a variant of the generated `Endpoint`, which cannot be
    /// misspelt, or a name.
    pub fn relation_ids(&self, endpoint: impl AsRef<str>) -> Result<Vec<RelationId>, Error> {
        let endpoint = endpoint.as_ref();
        let call = Call::new("relation-ids")
            .plain(endpoint)
            .attribute("juju.relation.endpoint", endpoint.to_owned());
        let answer = self.once(call)?;
        let ids = strings("relation-ids", answer)?;
        Ok(ids.iter().filter_map(|id| RelationId::parse(id)).collect())
    }

    /// `relation-list`: the remote units of a relation.
    pub fn relation_list(&self, relation: &RelationId) -> Result<Vec<String>, Error> {
        strings("relation-list", self.once(of("relation-list", relation))?)
    }

    /// `relation-list --app`: the remote application of a relation.
    pub fn relation_list_app(&self, relation: &RelationId) -> Result<Option<String>, Error> {
        match self.once(of("relation-list", relation).plain("--app"))? {
            Value::String(application) if !application.is_empty() => Ok(Some(application)),
            Value::String(_) | Value::Null => Ok(None),
            _ => Err(Error::answer("relation-list --app", "expected a string")),
        }
    }

    /// `relation-get - <unit>`: a unit's databag.
    pub fn relation_get(&self, relation: &RelationId, unit: &str) -> Result<Databag, Error> {
        let call = of("relation-get", relation).plain("-").plain(unit);
        map("relation-get", self.once(call)?)
    }

    /// `relation-get --app - <application>`: an application's databag. Units that do not lead may not
    /// read their own application's.
    pub fn relation_get_app(
        &self,
        relation: &RelationId,
        application: &str,
    ) -> Result<Databag, Error> {
        let call = of("relation-get", relation)
            .plain("--app")
            .plain("-")
            .plain(application);
        map("relation-get", self.once(call)?)
    }

    /// `relation-model-get`: the UUID of the model on the other side. Juju 3.6.2 and newer.
    pub fn relation_model_get(&self, relation: &RelationId) -> Result<String, Error> {
        let call = of("relation-model-get", relation);
        let uuid = text(&self.once(call)?, "uuid");
        uuid.ok_or_else(|| Error::answer("relation-model-get", "expected `uuid`"))
    }

    /// `relation-set`: writes to this unit's databag. An empty value removes the key. Juju commits it when
    /// the hook exits with 0.
    pub fn relation_set(&self, relation: &RelationId, data: &[(&str, &str)]) -> Result<(), Error> {
        self.write(of("relation-set", relation), relation, data)
    }

    /// `relation-set --app`: writes to this application's databag, as the leader.
    pub fn relation_set_app(
        &self,
        relation: &RelationId,
        data: &[(&str, &str)],
    ) -> Result<(), Error> {
        let call = of("relation-set", relation).plain("--app");
        self.write(call, relation, data)
    }

    fn write(&self, call: Call, relation: &RelationId, data: &[(&str, &str)]) -> Result<(), Error> {
        let input = settings("relation-set", data)?;
        // A databag of our own that was read before is another one now.
        self.forget(&format!("relation-get -r {relation} "));
        call.plain("--file")
            .plain("-")
            .attribute("juju.relation.keys", keys(data))
            .hiding(data.iter().map(|(_, value)| *value))
            .input(input)
            .run()
            .map(drop)
    }
}

fn of(tool: &'static str, relation: &RelationId) -> Call {
    Call::new(tool)
        .plain("-r")
        .plain(relation.as_str())
        .attribute("juju.relation.id", relation.as_str().to_owned())
        .attribute("juju.relation.endpoint", relation.endpoint().to_owned())
}
