//! `relation-ids`, `relation-list`, `relation-get`, `relation-set`.
//!
//! Data goes in through standard input and never onto a command line, where every process on the
//! machine could read it.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::event::RelationId;
use crate::juju::{Call, Error, Juju};

/// A databag: text to text.
pub type Databag = BTreeMap<String, String>;

impl Juju {
    /// `relation-ids`: the relations of an endpoint, in Juju's order. A relation that is being broken
    /// is not among them. The endpoint is a variant of the generated `Endpoint`, which cannot be
    /// misspelt, or a name.
    pub fn relation_ids(&self, endpoint: impl AsRef<str>) -> Result<Vec<RelationId>, Error> {
        let endpoint = endpoint.as_ref();
        let answer = Call::new("relation-ids")
            .plain(endpoint)
            .attribute("juju.relation.endpoint", endpoint.to_owned())
            .json()?;
        let ids = strings("relation-ids", answer)?;
        Ok(ids.iter().filter_map(|id| RelationId::parse(id)).collect())
    }

    /// `relation-list`: the remote units of a relation.
    pub fn relation_list(&self, relation: &RelationId) -> Result<Vec<String>, Error> {
        strings("relation-list", of("relation-list", relation).json()?)
    }

    /// `relation-list --app`: the remote application of a relation.
    pub fn relation_list_app(&self, relation: &RelationId) -> Result<Option<String>, Error> {
        match of("relation-list", relation).plain("--app").json()? {
            Value::String(application) if !application.is_empty() => Ok(Some(application)),
            Value::String(_) | Value::Null => Ok(None),
            _ => Err(Error::answer("relation-list --app", "expected a string")),
        }
    }

    /// `relation-get - <unit>`: a unit's databag.
    pub fn relation_get(&self, relation: &RelationId, unit: &str) -> Result<Databag, Error> {
        databag(of("relation-get", relation).plain("-").plain(unit).json()?)
    }

    /// `relation-get --app - <application>`: an application's databag. Units that do not lead may not
    /// read their own application's.
    pub fn relation_get_app(
        &self,
        relation: &RelationId,
        application: &str,
    ) -> Result<Databag, Error> {
        databag(
            of("relation-get", relation)
                .plain("--app")
                .plain("-")
                .plain(application)
                .json()?,
        )
    }

    /// `relation-set`: writes to this unit's databag. An empty value removes the key. Juju commits it when
    /// the hook exits with 0.
    pub fn relation_set(&self, relation: &RelationId, data: &[(&str, &str)]) -> Result<(), Error> {
        set(of("relation-set", relation), data)
    }

    /// `relation-set --app`: writes to this application's databag, as the leader.
    pub fn relation_set_app(
        &self,
        relation: &RelationId,
        data: &[(&str, &str)],
    ) -> Result<(), Error> {
        set(of("relation-set", relation).plain("--app"), data)
    }
}

fn of<'a>(tool: &'static str, relation: &'a RelationId) -> Call<'a> {
    Call::new(tool)
        .plain("-r")
        .plain(relation.as_str())
        .attribute("juju.relation.id", relation.as_str().to_owned())
        .attribute("juju.relation.endpoint", relation.endpoint().to_owned())
}

fn set(call: Call<'_>, data: &[(&str, &str)]) -> Result<(), Error> {
    let keys: Vec<&str> = data.iter().map(|(key, _)| *key).collect();
    let data: BTreeMap<_, _> = data.iter().copied().collect();
    let input =
        serde_json::to_string(&data).map_err(|error| Error::answer("relation-set", error))?;
    call.plain("--file")
        .plain("-")
        .attribute("juju.relation.keys", keys.join(","))
        .input(input)
        .run()
        .map(drop)
}

fn databag(answer: Value) -> Result<Databag, Error> {
    match answer {
        Value::Null => Ok(Databag::new()),
        Value::Object(data) => Ok(data
            .into_iter()
            .filter_map(|(key, value)| match value {
                Value::String(value) => Some((key, value)),
                _ => None,
            })
            .collect()),
        _ => Err(Error::answer("relation-get", "expected an object")),
    }
}

fn strings(call: &str, answer: Value) -> Result<Vec<String>, Error> {
    let problem = || Error::answer(call, "expected a list of strings");
    match answer {
        Value::Null => Ok(Vec::new()),
        Value::Array(items) => items
            .into_iter()
            .map(|item| item.as_str().map(str::to_owned).ok_or_else(problem))
            .collect(),
        _ => Err(problem()),
    }
}
