//! Extensions of charmcraft, which write part of a charm when it is packed. They are refused and not
//! filled in: each is made for a program in another language, and what it adds changes with charmcraft.

use crate::build::finding::{Finding, Findings, Key, Spot};
use crate::build::metadata::Metadata;

/// Refuses each extension with what it hides.
pub(crate) fn check(metadata: &Metadata, findings: &Findings) {
    let Some((file, extensions)) = &metadata.extended else {
        return;
    };
    let section = Key::new(*file, &["extensions"]);
    let refuse = |key: &Key, message: String| {
        let finding = Finding::new(
            Spot::Value(key.clone()),
            message,
            "run `charmcraft expand-extensions`, put its output here and delete `extensions`",
        );
        findings.push(finding.absent(key.clone()));
    };
    if extensions.is_empty() {
        let message = "an extension adds what no file on disk shows, so its events would be missing \
                       from the generated code";
        refuse(&section, message.to_owned());
    }
    for (index, extension) in extensions.iter().enumerate() {
        let name = extension.as_deref().unwrap_or_default();
        refuse(&section.child(&index.to_string()), hidden(name));
    }
}

/// What an extension adds, by charmcraft's table of them.
fn hidden(name: &str) -> String {
    let container = match name {
        "flask-framework" => "`flask-app` (`app` from base 26.04 on)",
        "django-framework" => "`django-app` (`app` from base 26.04 on)",
        "go-framework" | "fastapi-framework" | "expressjs-framework" | "spring-boot-framework" => {
            "`app`"
        }
        _ => {
            return format!(
                "the extension `{}` adds what no file on disk shows, so its events would be \
                 missing from the generated code",
                name.escape_debug()
            );
        }
    };
    let actions = match name {
        "django-framework" => "actions `rotate-secret-key` and `create-superuser`",
        _ => "action `rotate-secret-key`",
    };
    format!(
        "the extension `{name}` adds the endpoints `logging`, `ingress`, `metrics-endpoint`, \
         `grafana-dashboard` and `secret-storage`, the container {container}, the {actions}, and \
         options; none of them stands in a file, so their events would be missing from the \
         generated code"
    )
}
