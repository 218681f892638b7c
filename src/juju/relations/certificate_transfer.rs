//! The requirer's side of the `certificate_transfer` interface: which CAs to trust.
//!
//! Both versions are read from the same relation and merged: version 1 is a JSON list in the
//! provider's application databag; version 0 is `ca`, `certificate` and `chain` in each provider unit's,
//! as PEM or as PEM quoted as a JSON string, since libraries in use write either. A provider writes
//! version 1 only to a requirer that has published `version`, so the leader publishes it where it is missing.

use std::collections::BTreeSet;

use crate::juju::declared::{Endpoint, Role};
use crate::juju::event::{RelationChange, RelationEvent, RelationId};
use crate::juju::relations::TracingError;
use crate::juju::relations::tracing::check;
use crate::juju::{Databag, Error, Juju};

/// What the interface's version 1 has the requirer write.
const VERSION: (&str, &str) = ("version", "1");

/// Receives CA certificates from another charm.
///
/// The endpoint that the charm's own traces need is served by this crate; this is for another one.
///
/// ```no_run
/// use charm_tracing::juju::declared::Endpoint;
/// use charm_tracing::{Juju, relations::{CertificateTransferRequirer, TracingError}};
///
/// /// `endpoint` is the generated `Endpoint::ReceiveCaCert.declared()`.
/// fn bundle(juju: &Juju, endpoint: &Endpoint) -> Result<String, TracingError> {
///     let certificates = CertificateTransferRequirer::new(juju, endpoint)?.certificates()?;
///     Ok(certificates.into_iter().collect::<Vec<_>>().join("\n"))
/// }
/// ```
#[derive(Clone, Debug)]
pub struct CertificateTransferRequirer {
    juju: Juju,
    endpoint: String,
}

/// What a hook of the relation came to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CertificateSet {
    /// The provider gives these now.
    Updated {
        /// Which relation.
        relation: RelationId,
        /// PEM, one certificate or chain each, sorted and without doubles.
        certificates: BTreeSet<String>,
    },
    /// The relation is gone, and what it brought with it.
    Removed {
        /// Which relation.
        relation: RelationId,
    },
}

impl CertificateTransferRequirer {
    /// Takes an endpoint of the metadata, and publishes to the providers that version 1 is understood, if this
    /// unit leads and it is not published yet.
    ///
    /// # Errors
    ///
    /// When the endpoint has another interface than `certificate_transfer` or is not under `requires`, or
    /// a hook tool fails. A relation that goes away meanwhile is no error.
    pub fn new(juju: &Juju, endpoint: &Endpoint) -> Result<Self, TracingError> {
        check(endpoint, "certificate_transfer", Role::Requires)?;
        let requirer = Self::serving(juju, endpoint.name);
        requirer.publish_version()?;
        Ok(requirer)
    }

    /// For the endpoint that this crate serves itself, which the build has checked.
    pub(crate) fn serving(juju: &Juju, endpoint: &str) -> Self {
        Self {
            juju: juju.clone(),
            endpoint: endpoint.to_owned(),
        }
    }

    /// The leader writes `version` where it is missing.
    pub(crate) fn publish_version(&self) -> Result<(), Error> {
        let relations = self.juju.relation_ids(&self.endpoint)?;
        if relations.is_empty() || !self.juju.is_leader()? {
            return Ok(());
        }
        let own = self.juju.application()?;
        for relation in &relations {
            let published = self.juju.relation_get_app(relation, &own);
            let result = published.and_then(|published| {
                if published.get(VERSION.0).map(String::as_str) == Some(VERSION.1) {
                    return Ok(());
                }
                self.juju.relation_set_app(relation, &[VERSION])
            });
            match result {
                Err(error) if error.is_relation_not_found() => {}
                result => result?,
            }
        }
        Ok(())
    }

    /// The certificates of all relations, sorted and without doubles.
    pub fn certificates(&self) -> Result<BTreeSet<String>, Error> {
        let mut found = BTreeSet::new();
        for relation in self.juju.relation_ids(&self.endpoint)? {
            found.append(&mut self.certificates_on(&relation)?);
        }
        Ok(found)
    }

    /// The certificates of one relation.
    pub fn certificates_on(&self, relation: &RelationId) -> Result<BTreeSet<String>, Error> {
        let mut found = BTreeSet::new();
        if let Some(provider) = self.juju.relation_list_app(relation)? {
            let databag = self.juju.relation_get_app(relation, &provider)?;
            collect(&databag, &["certificates"], &mut found);
        }
        for unit in self.juju.relation_list(relation)? {
            let databag = self.juju.relation_get(relation, &unit)?;
            collect(&databag, &["ca", "certificate", "chain"], &mut found);
        }
        Ok(found)
    }

    /// What a hook means for this endpoint; `None` for hooks of other endpoints and for those that change
    /// nothing.
    pub fn change(&self, event: &RelationEvent) -> Result<Option<CertificateSet>, Error> {
        let relation = event.id.clone();
        let Some(relation) = relation.filter(|relation| relation.endpoint() == self.endpoint)
        else {
            return Ok(None);
        };
        match event.change {
            RelationChange::Changed => {
                let certificates = self.certificates_on(&relation)?;
                Ok(Some(CertificateSet::Updated {
                    relation,
                    certificates,
                }))
            }
            RelationChange::Broken => Ok(Some(CertificateSet::Removed { relation })),
            _ => Ok(None),
        }
    }
}

fn collect(databag: &Databag, keys: &[&str], found: &mut BTreeSet<String>) {
    for value in keys.iter().filter_map(|key| databag.get(*key)) {
        let listed: Option<Vec<String>> = serde_json::from_str(value).ok();
        let quoted = || serde_json::from_str(value).ok().map(|pem| vec![pem]);
        let pems = listed
            .or_else(quoted)
            .unwrap_or_else(|| vec![value.clone()]);
        found.extend(
            pems.iter()
                .map(|pem| pem.trim().to_owned())
                .filter(|pem| pem.starts_with("-----BEGIN")),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_versions_and_both_quotings() {
        let pem = |name: &str| {
            format!("-----BEGIN CERTIFICATE-----\n{name}\n-----END CERTIFICATE-----\n")
        };
        let keys = ["ca", "certificate", "chain", "certificates"];
        let mut found = BTreeSet::new();
        for (key, value) in [
            (
                "certificates",
                serde_json::to_string(&[pem("a"), pem("b")]).unwrap(),
            ),
            ("ca", pem("b")),
            ("certificate", serde_json::to_string(&pem("c")).unwrap()),
            ("chain", "garbage".to_owned()),
        ] {
            collect(&Databag::from([(key.to_owned(), value)]), &keys, &mut found);
        }
        let names: Vec<&str> = found.iter().filter_map(|pem| pem.lines().nth(1)).collect();
        assert_eq!(names, ["a", "b", "c"]);
    }
}
