//! `secret-get`, `secret-add`, `secret-set` and what else Juju does with secrets.
//!
//! Content never stands on a command line, which every process of the machine can read: Juju's
//! `key#file=path` form takes it from files that only this user can open and that are gone when the tool
//! has read them. Spans record ids and labels.

mod content;
mod settings;

pub use content::SecretContent;
pub use settings::{Rotation, SecretOwner, SecretSettings};

use serde_json::Value;

use crate::juju::event::RelationId;
use crate::juju::tools::answer::{map, strings, text};
use crate::juju::tools::secret::content::Files;
use crate::juju::{Call, Error, Juju, SecretId};

/// Which secret to read, and which revision of it.
///
/// ```no_run
/// # use charm_tracing::{Error, Juju, SecretId, juju::SecretQuery};
/// # fn read(juju: &Juju, id: &SecretId) -> Result<(), Error> {
/// let tracked = juju.secret_get(id)?;
/// let newest = juju.secret_get(SecretQuery::label("tls").refresh())?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SecretQuery {
    id: Option<SecretId>,
    label: Option<String>,
    revision: Option<&'static str>,
}

impl SecretQuery {
    /// The secret with this id, in the revision that this unit has read before, or else the newest.
    pub fn id(id: &SecretId) -> Self {
        Self {
            id: Some(id.clone()),
            ..Self::default()
        }
    }

    /// The secret to which this charm has given a label.
    pub fn label(label: impl Into<String>) -> Self {
        Self {
            label: Some(label.into()),
            ..Self::default()
        }
    }

    /// Gives the secret a label of this charm's own, by which it can be read from then on.
    pub fn labelled(self, label: impl Into<String>) -> Self {
        Self {
            label: Some(label.into()),
            ..self
        }
    }

    /// Reads the newest revision, and goes on with that one.
    pub fn refresh(self) -> Self {
        Self {
            revision: Some("--refresh"),
            ..self
        }
    }

    /// Reads the newest revision this once.
    pub fn peek(self) -> Self {
        Self {
            revision: Some("--peek"),
            ..self
        }
    }

    fn call(&self, tool: &'static str) -> Call {
        let mut call = Call::new(tool);
        if let Some(id) = &self.id {
            call = of(call, id);
        }
        if let Some(label) = &self.label {
            call = call.plain("--label").plain(label.as_str());
            call = call.attribute("juju.secret.label", label.clone());
        }
        match self.revision {
            Some(flag) => call.plain(flag),
            None => call,
        }
    }
}

impl From<&SecretId> for SecretQuery {
    fn from(id: &SecretId) -> Self {
        Self::id(id)
    }
}

/// What Juju reports to the owner of a secret; never its content.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SecretInfo {
    /// Its identity.
    pub id: SecretId,
    /// The newest revision, counted from 1.
    pub revision: u64,
    /// The owner's label.
    pub label: Option<String>,
    /// What the owner wrote about it.
    pub description: Option<String>,
    /// `never`, `hourly`, `daily`, `weekly`, `monthly`, `quarterly` or `yearly`.
    pub rotation: Option<String>,
    /// When it is due next, in RFC 3339.
    pub rotates: Option<String>,
    /// When its newest revision expires, in RFC 3339.
    pub expiry: Option<String>,
}

impl Juju {
    /// `secret-get`: the content of a secret. A [`SecretId`] reads the revision that this unit follows;
    /// see [`SecretQuery`] for the others. It is asked each time, and never kept in memory here.
    pub fn secret_get(&self, secret: impl Into<SecretQuery>) -> Result<SecretContent, Error> {
        let answer = secret.into().call("secret-get").json()?;
        Ok(map("secret-get", answer)?.into_iter().collect())
    }

    /// `secret-info-get`: what Juju reports of a secret that this charm owns.
    pub fn secret_info_get(&self, secret: impl Into<SecretQuery>) -> Result<SecretInfo, Error> {
        let query = SecretQuery {
            revision: None,
            ..secret.into()
        };
        let answer = query.call("secret-info-get").json()?;
        let first = answer.as_object().and_then(|secrets| secrets.iter().next());
        let found = first.and_then(|(id, info)| {
            Some(SecretInfo {
                id: SecretId::parse(id)?,
                revision: info.get("revision").and_then(Value::as_u64)?,
                label: text(info, "label"),
                description: text(info, "description"),
                rotation: text(info, "rotation"),
                rotates: text(info, "rotates"),
                expiry: text(info, "expiry"),
            })
        });
        found.ok_or_else(|| Error::answer("secret-info-get", "expected a secret with a revision"))
    }

    /// `secret-ids`: the secrets that this unit or its application owns.
    pub fn secret_ids(&self) -> Result<Vec<SecretId>, Error> {
        let ids = strings("secret-ids", Call::new("secret-ids").json()?)?;
        Ok(ids.iter().filter_map(|id| SecretId::parse(id)).collect())
    }

    /// `secret-add`: makes a secret. Keys have at least three characters: lower case, digits, dashes.
    pub fn secret_add(
        &self,
        content: &SecretContent,
        settings: &SecretSettings,
    ) -> Result<SecretId, Error> {
        let files = Files::write("secret-add", content)?;
        let call = files.pass(settings.pass(Call::new("secret-add")), content);
        let answer = call.run()?;
        let id = String::from_utf8_lossy(&answer);
        SecretId::parse(id.trim())
            .ok_or_else(|| Error::answer("secret-add", "expected the id of a secret"))
    }

    /// `secret-set`: a new revision of a secret that this charm owns, new settings for it, or both.
    pub fn secret_set(
        &self,
        id: &SecretId,
        content: Option<&SecretContent>,
        settings: &SecretSettings,
    ) -> Result<(), Error> {
        let nothing = SecretContent::default();
        let content = content.unwrap_or(&nothing);
        let files = Files::write("secret-set", content)?;
        let call = of(settings.pass(Call::new("secret-set")), id);
        files.pass(call, content).run().map(drop)
    }

    /// `secret-grant`: the other side of a relation may read the secret: all its units, or one.
    pub fn secret_grant(
        &self,
        id: &SecretId,
        relation: &RelationId,
        unit: Option<&str>,
    ) -> Result<(), Error> {
        shared("secret-grant", id, relation, unit)
    }

    /// `secret-revoke`: the opposite of [`secret_grant`](Self::secret_grant).
    pub fn secret_revoke(
        &self,
        id: &SecretId,
        relation: &RelationId,
        unit: Option<&str>,
    ) -> Result<(), Error> {
        shared("secret-revoke", id, relation, unit)
    }

    /// `secret-remove`: removes one revision, or the secret.
    pub fn secret_remove(&self, id: &SecretId, revision: Option<u64>) -> Result<(), Error> {
        let mut call = of(Call::new("secret-remove"), id);
        if let Some(revision) = revision {
            call = call
                .attribute("juju.secret.revision", revision.to_string())
                .plain("--revision")
                .plain(revision.to_string());
        }
        call.run().map(drop)
    }
}

fn of(call: Call, id: &SecretId) -> Call {
    call.plain(id.as_str())
        .attribute("juju.secret.id", id.as_str().to_owned())
}

fn shared(
    tool: &'static str,
    id: &SecretId,
    relation: &RelationId,
    unit: Option<&str>,
) -> Result<(), Error> {
    let mut call = of(Call::new(tool), id)
        .plain("--relation")
        .plain(relation.as_str())
        .attribute("juju.relation.id", relation.as_str().to_owned());
    if let Some(unit) = unit {
        call = call
            .plain("--unit")
            .plain(unit)
            .attribute("juju.unit", unit.to_owned());
    }
    call.run().map(drop)
}
