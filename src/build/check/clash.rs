//! Two names that become one in Rust: `db-2` and `db2` are distinct to Juju, and both `Db2`.
//! Never merged and never numbered, since either would change code that compiles today when
//! someone adds a name tomorrow.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::Ident;

use crate::build::field::{FieldKind, name_of_rest};
use crate::build::finding::{Finding, Findings, Key, Spot};
use crate::build::metadata::Metadata;
use crate::build::metadata::parameter::{Object, Param, Schema};
use crate::build::metadata::section::{Named, Section};
use crate::build::name;

/// Notes every pair of names that would meet.
pub(crate) fn check(metadata: &Metadata, findings: &Findings) {
    let charm = &metadata.charm;
    let mut endpoints = Claims::of("variant");
    let mut reported = BTreeSet::new();
    // One endpoint in two roles is reported elsewhere.
    for (_, endpoint) in charm.endpoints().filter(|(_, e)| reported.insert(&e.name)) {
        let name = &endpoint.name;
        endpoints.claim(
            &name::variant(name, "Relation"),
            name,
            &endpoint.key,
            findings,
        );
    }
    variants(&charm.storage, "Storage", findings);
    variants(&charm.containers, "Pebble", findings);
    // Actions whose variants meet have structs that meet, so one report says both.
    let mut types = Claims::of("type");
    for action in &metadata.actions {
        let name = &action.name;
        let own = name::params(name);
        types.claim(&own, name, &action.key, findings);
        params(&action.is.takes, &action.key, &own, &mut types, findings);
    }
    fields(&metadata.options, findings);
    bare(&charm.resources, findings);
    bare(&charm.devices, findings);
    bare(&charm.bindings, findings);
}

/// The fields of an object, and the types that only it uses.
fn params<'m>(
    object: &'m Object,
    key: &Key,
    own: &Ident,
    types: &mut Claims<'m>,
    findings: &Findings,
) {
    fields(&object.fields, findings);
    for Named { name, key, is } in &object.fields {
        param(is, (name, key), &name::nested(own, name), types, findings);
    }
    if let Schema::Of(is) = &object.additional {
        let own = name::nested(own, &name_of_rest(&object.fields));
        let name = "additionalProperties";
        param(is, (name, &key.child(name)), &own, types, findings);
    }
}

fn param<'m>(
    param: &'m Param,
    declared: (&'m str, &Key),
    own: &Ident,
    types: &mut Claims<'m>,
    findings: &Findings,
) {
    let mut kind = FieldKind::of_param(param);
    while let FieldKind::List(inner) | FieldKind::Map(inner) = kind {
        kind = *inner;
    }
    match kind {
        FieldKind::Choice(_) => types.claim(own, declared.0, declared.1, findings),
        FieldKind::Object(object) => {
            types.claim(own, declared.0, declared.1, findings);
            params(object, declared.1, own, types, findings);
        }
        _ => {}
    }
}

fn bare<T>(section: &Section<T>, findings: &Findings) {
    let mut claims = Claims::of("variant");
    for named in section {
        claims.claim(&name::bare(&named.name), &named.name, &named.key, findings);
    }
}

fn variants<T>(section: &Section<T>, suffix: &str, findings: &Findings) {
    let mut claims = Claims::of("variant");
    for named in section {
        let identifier = name::variant(&named.name, suffix);
        claims.claim(&identifier, &named.name, &named.key, findings);
    }
}

fn fields<T>(section: &Section<T>, findings: &Findings) {
    let mut claims = Claims::of("field");
    for named in section {
        claims.claim(&name::field(&named.name), &named.name, &named.key, findings);
    }
}

/// The identifiers of one name space, and who took each first.
struct Claims<'m> {
    what: &'static str,
    taken: BTreeMap<String, (&'m str, Key)>,
}

impl<'m> Claims<'m> {
    fn of(what: &'static str) -> Self {
        let taken = BTreeMap::new();
        Self { what, taken }
    }

    fn claim(&mut self, identifier: &Ident, name: &'m str, key: &Key, findings: &Findings) {
        let identifier = identifier.to_string();
        let Some((first, first_key)) = self.taken.get(&identifier) else {
            self.taken.insert(identifier, (name, key.clone()));
            return;
        };

        let finding = Finding::new(
            Spot::Key(key.clone(), 0),
            format!(
                "`{first}` and `{name}` would both be the {} `{identifier}`",
                self.what
            ),
            "rename one of the two",
        );
        let first_spot = Spot::Key(first_key.clone(), 0);
        findings.push(finding.related(first_spot, "the first one is here"));
    }
}
