//! The requirer's side of the `certificate_transfer` interface: which CAs to trust.
//!
//! Both versions are read from the same relation and merged: version 1 is a JSON list in the
//! provider's application databag; version 0 is `ca`, `certificate` and `chain` in each provider unit's,
//! as PEM or as PEM quoted as a JSON string, since libraries in use write either.

use std::collections::BTreeSet;

use crate::event::RelationId;
use crate::juju::{Databag, Error, Juju};

/// The certificates of all relations of an endpoint, sorted and without doubles.
pub(crate) fn certificates(
    juju: &Juju,
    relations: &[RelationId],
) -> Result<BTreeSet<String>, Error> {
    let mut found = BTreeSet::new();
    for relation in relations {
        if let Some(provider) = juju.relation_list_app(relation)? {
            collect(
                &juju.relation_get_app(relation, &provider)?,
                &["certificates"],
                &mut found,
            );
        }
        for unit in juju.relation_list(relation)? {
            collect(
                &juju.relation_get(relation, &unit)?,
                &["ca", "certificate", "chain"],
                &mut found,
            );
        }
    }
    Ok(found)
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
