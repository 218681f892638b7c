//! Which names Juju accepts for each kind. Its own parser checks few of them before they are used, so a
//! charm with a name it refuses packs and uploads well, and fails at the first `juju deploy`.

use crate::build::finding::{Findings, Key};
use crate::build::metadata::charm::{CharmFile, Container, Endpoint, Role, Storage};
use crate::build::metadata::parameter::Action;
use crate::build::metadata::section::Named;

/// Letters and digits in groups joined by one `-` or `_`, the first a letter.
pub(crate) fn endpoint(
    charm: &CharmFile,
    role: Role,
    endpoint: &Named<Endpoint>,
    findings: &Findings,
) {
    let Named { name, key, is } = endpoint;
    let letter = name.starts_with(|c: char| c.is_ascii_alphabetic());
    if !letter || !name.split(['-', '_']).all(is_group) {
        refuse(
            key,
            "an endpoint",
            "letters and digits, joined by single `-` or `_`, a letter first",
            findings,
        );
    }
    // A subordinate looks at its principal through juju-info, and Juju's own charms are `juju-`.
    let subordinate = role == Role::Requires && is.scope.as_deref() == Some("container");
    if is_reserved(name) && !subordinate && !is_juju_charm(charm) {
        findings.key(
            key,
            format!("Juju keeps the endpoint name `{name}` for itself"),
            "take a name that does not begin with `juju`",
        );
    }
}

/// As an endpoint, but in lower case, without `_`, and with a letter in each later group.
pub(crate) fn storage(storage: &Named<Storage>, findings: &Findings) {
    let name = &storage.name;
    let lower = !name.contains(|c: char| c.is_ascii_uppercase());
    let letter = name.starts_with(|c: char| c.is_ascii_alphabetic());
    let group = |group: &str| is_group(group) && group.contains(|c: char| c.is_ascii_alphabetic());
    if !lower || !letter || !name.split('-').all(group) {
        refuse(
            &storage.key,
            "a storage",
            "lower-case letters and digits, joined by single `-`, a letter in each part",
            findings,
        );
    }
}

/// A label of DNS, which is what Kubernetes takes.
pub(crate) fn container(container: &Named<Container>, findings: &Findings) {
    let Named { name, key, .. } = container;
    if !is_dashed(name) || name.len() > 63 {
        refuse(
            key,
            "a container",
            "at most 63 lower-case letters, digits and `-`, no `-` at the ends",
            findings,
        );
    }
    if matches!(name.as_str(), "charm" | "charm-init") {
        findings.key(
            key,
            format!("Juju runs a container `{name}` of its own in the same pod"),
            "take another name",
        );
    }
}

/// Lower-case letters and digits, `-` between them; a digit may come first.
pub(crate) fn action(charm: &CharmFile, action: &Named<Action>, findings: &Findings) {
    let Named { name, key, .. } = action;
    if !is_dashed(name) {
        refuse(
            key,
            "an action",
            "lower-case letters, digits and `-`, no `-` at the ends",
            findings,
        );
    }
    if is_reserved(name) && !is_juju_charm(charm) {
        findings.key(
            key,
            format!("Juju keeps the action name `{name}` for itself"),
            "take a name that does not begin with `juju`",
        );
    }
}

fn refuse(key: &Key, what: &str, rule: &str, findings: &Findings) {
    let name = key.path.last().map_or("", String::as_str);
    findings.key(
        key,
        format!("`{}` is no name for {what}", name.escape_debug()),
        format!("use {rule}"),
    );
}

fn is_group(group: &str) -> bool {
    !group.is_empty() && group.chars().all(|c| c.is_ascii_alphanumeric())
}

fn is_dashed(name: &str) -> bool {
    let letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    name.starts_with(letter)
        && name.ends_with(letter)
        && name.chars().all(|c| letter(c) || c == '-')
}

fn is_reserved(name: &str) -> bool {
    name == "juju" || name.starts_with("juju-")
}

fn is_juju_charm(charm: &CharmFile) -> bool {
    charm.name.as_deref().is_some_and(is_reserved)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::build::finding::FileKind;

    fn named<T: Default>(name: &str) -> Named<T> {
        Named {
            name: name.to_owned(),
            key: Key::new(FileKind::Charmcraft, &[name]),
            is: T::default(),
        }
    }

    fn refused(check: impl FnOnce(&Findings)) -> bool {
        let findings = Findings::default();
        check(&findings);
        !findings.into_vec().is_empty()
    }

    #[test]
    fn each_kind_has_the_grammar_juju_gives_it() {
        let charm = CharmFile::default();
        for (name, as_endpoint, as_storage, as_container, as_action) in [
            ("db", true, true, true, true),
            ("db-2", true, false, true, true),
            ("db-v2", true, true, true, true),
            ("a_b", true, false, false, false),
            ("a--b", false, false, true, true),
            ("2fa", false, false, true, true),
            ("DB", true, false, false, false),
            ("-db", false, false, false, false),
            ("db-", false, false, false, false),
            ("", false, false, false, false),
            ("juju-info", false, true, true, false),
            ("charm", true, true, false, true),
        ] {
            let requires = Role::Requires;
            let endpoint_refused = refused(|f| endpoint(&charm, requires, &named(name), f));
            assert_eq!(!endpoint_refused, as_endpoint, "endpoint {name:?}");
            assert_eq!(
                !refused(|f| storage(&named(name), f)),
                as_storage,
                "storage {name:?}"
            );
            let container_refused = refused(|f| container(&named(name), f));
            assert_eq!(!container_refused, as_container, "container {name:?}");
            let action_refused = refused(|f| action(&charm, &named(name), f));
            assert_eq!(!action_refused, as_action, "action {name:?}");
        }
    }
}
