//! Traces as indented text that a test compares whole. Ids and times are left out, so the text is
//! the same in every run; what is left is what an author of a charm would draw by hand.

use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::trace::v1::ResourceSpans;

use crate::testing::spans::{Forest, Line, failure, one_line, spans, value_of};

/// Spans as an indented tree: names in the order of their start, four spaces for each level.
///
/// A failed span ends in `  error: ` and its status message, or in `  error` without one. Events of
/// a span stand below it as `- name`, before its children. Spans whose parent did not come follow
/// below `(parent not received)`; a span that came twice ends in `  received 2 times`.
///
/// ```text
/// blog/0: config-changed event  error: exit code 1
///     event: config_changed  error: no such option
///         - config_changed
///         config-get
/// ```
///
/// ```
/// assert_eq!(charm_tracing::testing::tree(&[]), "");
/// ```
#[must_use]
pub fn tree(received: &[ResourceSpans]) -> String {
    tree_with(received, &[])
}

/// As [`tree`], with those of the given attributes that a span or an event has: `relation-get
/// [juju.exit_code=0]`, sorted by key. A value that is empty or has a space in it stands in
/// quotation marks.
///
/// ```
/// assert_eq!(charm_tracing::testing::tree_with(&[], &["juju.dispatch_path"]), "");
/// ```
#[must_use]
pub fn tree_with(received: &[ResourceSpans], keys: &[&str]) -> String {
    let mut keys = keys.to_vec();
    keys.sort_unstable();
    let forest = Forest::grow(spans(received));
    let mut text = String::new();
    for (heading, lines) in [
        (None, &forest.rooted),
        (Some("(parent not received)\n"), &forest.orphaned),
        (Some("(parents form a circle)\n"), &forest.circular),
    ] {
        if let Some(heading) = heading.filter(|_| !lines.is_empty()) {
            text.push_str(heading);
        }
        for line in lines {
            write(
                &mut text,
                line,
                line.depth + usize::from(heading.is_some()),
                &keys,
            );
        }
    }
    text
}

fn write(text: &mut String, line: &Line<'_>, depth: usize, keys: &[&str]) {
    let indent = "    ".repeat(depth);
    let span = line.span;
    let times = match line.times {
        0 | 1 => String::new(),
        times => format!("  received {times} times"),
    };
    let failure = match failure(span) {
        None => String::new(),
        Some("") => "  error".to_owned(),
        Some(message) => format!("  error: {}", one_line(message)),
    };
    let attributes = chosen(&span.attributes, keys);
    text.extend([
        &indent,
        &one_line(&span.name),
        &attributes,
        &times,
        &failure,
        "\n",
    ]);
    for event in &span.events {
        let attributes = chosen(&event.attributes, keys);
        text.extend([&indent, "    - ", &one_line(&event.name), &attributes, "\n"]);
    }
}

/// ` [key=value ...]` for the keys that are there, and nothing when none is.
fn chosen(attributes: &[KeyValue], keys: &[&str]) -> String {
    let pairs = keys
        .iter()
        .filter_map(|key| value_of(attributes, key).map(|value| (key, value)));
    let pairs: Vec<String> = pairs
        .map(|(key, value)| format!("{key}={}", quoted(&value)))
        .collect();
    if pairs.is_empty() {
        String::new()
    } else {
        format!(" [{}]", pairs.join(" "))
    }
}

fn quoted(value: &str) -> String {
    let value = one_line(value);
    if value.is_empty() || value.contains(char::is_whitespace) {
        format!("{value:?}")
    } else {
        value
    }
}
