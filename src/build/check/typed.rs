//! Parameters and options: a type that exists, a default that is of it.

use crate::build::field::FieldKind;
use crate::build::finding::{Finding, Findings, Key, Spot};
use crate::build::metadata::parameter::{ConfigOption, Object, Param, Schema};
use crate::build::metadata::section::{Named, Section};
use crate::build::metadata::value::Value;
use crate::build::name;

/// Checks what an action takes, objects within it included.
pub(crate) fn params(object: &Object, findings: &Findings) {
    for Named { name, key, is } in &object.fields {
        speakable(key, name, "the parameter", findings);
        fits(key, &FieldKind::of_param(is), &is.default, findings);
        nested(is, findings);
    }
    within(&object.additional, findings);
}

fn nested(param: &Param, findings: &Findings) {
    for key in &param.forbidden {
        let name = key.path.last().map_or("", String::as_str);
        findings.key(
            key,
            format!("Juju forbids `{name}` in the schema of an action"),
            "delete it, and write out the schema it stands for",
        );
    }
    params(&param.object, findings);
    within(&param.items, findings);
}

fn within(schema: &Schema, findings: &Findings) {
    if let Schema::Of(param) = schema {
        nested(param, findings);
    }
}

pub(crate) fn options(options: &Section<ConfigOption>, findings: &Findings) {
    for Named { name, key, is } in options {
        speakable(key, name, "the option", findings);
        match FieldKind::of_option(is) {
            Some(kind) => fits(key, &kind, &is.default, findings),
            None => findings.value(
                &key.child("type"),
                format!(
                    "`{}` is no type of option",
                    is.kind.as_deref().unwrap_or_default().escape_debug()
                ),
                "write `string`, `int`, `float`, `boolean` or `secret`",
            ),
        }
    }
}

fn speakable(key: &Key, name: &str, what: &str, findings: &Findings) {
    if !name::is_speakable(name) {
        findings.key(
            key,
            format!(
                "`{}` gives no Rust name: it has no ASCII letter and no digit",
                name.escape_debug()
            ),
            format!("rename {what} so that it has one"),
        );
    }
}

fn fits(key: &Key, kind: &FieldKind<'_>, default: &Value, findings: &Findings) {
    if kind.fallback(default).is_err() {
        let finding = Finding::new(
            Spot::Value(key.child("default")),
            format!(
                "the default is {}, which its type does not allow",
                default.describe()
            ),
            format!("write {}, or change the type", kind.expected()),
        );
        findings.push(finding.absent(key.child("type")));
    }
}
