//! Received spans put back into trees, for everything that prints them. Order is by start time and
//! never by id, since ids differ from run to run; nothing is left out, also no span
//! without its parent.

use std::collections::{BTreeMap, HashMap};

use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value};
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, Span, status::StatusCode};

/// The attributes of a resource as text, for comparing: `service.name`, `juju_unit`, `charm`.
///
/// ```
/// use charm_tracing::testing::{ResourceSpans, resource};
///
/// assert!(resource(&ResourceSpans::default()).is_empty());
/// ```
#[must_use]
pub fn resource(received: &ResourceSpans) -> BTreeMap<String, String> {
    let attributes = received
        .resource
        .iter()
        .flat_map(|resource| &resource.attributes);
    attributes
        .map(|pair| (pair.key.clone(), text(pair.value.as_ref())))
        .collect()
}

/// One attribute of a span as text; `None` when the span does not have it.
///
/// ```
/// use charm_tracing::testing::{Span, attribute};
///
/// assert_eq!(attribute(&Span::default(), "juju.dispatch_path"), None);
/// ```
#[must_use]
pub fn attribute(span: &Span, key: &str) -> Option<String> {
    value_of(&span.attributes, key)
}

/// All spans in the order in which they came, of all resources and scopes.
///
/// ```
/// assert_eq!(charm_tracing::testing::spans(&[]).count(), 0);
/// ```
pub fn spans(received: &[ResourceSpans]) -> impl Iterator<Item = &Span> {
    received
        .iter()
        .flat_map(|resource| &resource.scope_spans)
        .flat_map(|scope| &scope.spans)
}

/// A span at its place in the tree.
#[derive(Debug)]
pub(super) struct Line<'a> {
    pub(super) depth: usize,
    pub(super) span: &'a Span,
    /// More than 1 when the same span came again.
    pub(super) times: usize,
}

/// Spans in the order in which they are printed: by start time, children under their parents.
#[derive(Debug, Default)]
pub(super) struct Forest<'a> {
    /// From the spans without a parent down.
    pub(super) rooted: Vec<Line<'a>>,
    /// From the spans down whose parent did not come.
    pub(super) orphaned: Vec<Line<'a>>,
    /// Spans that are their own ancestors, which only a broken exporter sends.
    pub(super) circular: Vec<Line<'a>>,
}

type SpanKey<'a> = (&'a [u8], &'a [u8]);

impl<'a> Forest<'a> {
    pub(super) fn grow(spans: impl Iterator<Item = &'a Span>) -> Self {
        let unique = unique(spans);
        let known: HashMap<SpanKey<'_>, usize> = unique
            .iter()
            .enumerate()
            .map(|(index, (span, _))| (key(span), index))
            .collect();
        let mut children: HashMap<SpanKey<'_>, Vec<usize>> = HashMap::new();
        for (index, (span, _)) in unique.iter().enumerate() {
            children.entry(parent(span)).or_default().push(index);
        }
        let mut walk = SpanWalk {
            unique: &unique,
            children,
            seen: vec![false; unique.len()],
        };
        let mut forest = Self::default();
        for (index, (span, _)) in unique.iter().enumerate() {
            if is_root(span) {
                walk.down(index, &mut forest.rooted);
            } else if !known.contains_key(&parent(span)) {
                walk.down(index, &mut forest.orphaned);
            }
        }
        for index in 0..unique.len() {
            walk.down(index, &mut forest.circular);
        }
        forest
    }

    /// All lines, those with a root first.
    pub(super) fn lines(&self) -> impl Iterator<Item = &Line<'a>> {
        self.rooted
            .iter()
            .chain(&self.orphaned)
            .chain(&self.circular)
    }
}

struct SpanWalk<'w, 'a> {
    unique: &'w [(&'a Span, usize)],
    children: HashMap<SpanKey<'a>, Vec<usize>>,
    seen: Vec<bool>,
}

impl<'a> SpanWalk<'_, 'a> {
    /// Adds a span and all below it. With a stack of its own: the depth of a trace is the sender's
    /// to choose.
    fn down(&mut self, from: usize, lines: &mut Vec<Line<'a>>) {
        let mut stack = vec![(from, 0)];
        while let Some((index, depth)) = stack.pop() {
            let (Some(&(span, times)), Some(seen)) =
                (self.unique.get(index), self.seen.get_mut(index))
            else {
                continue;
            };
            if std::mem::replace(seen, true) {
                continue;
            }
            lines.push(Line { depth, span, times });
            let below = self.children.get(&key(span)).into_iter().flatten();
            stack.extend(below.rev().map(|&child| (child, depth + 1)));
        }
    }
}

/// The spans by start time, those that came more than once counted.
fn unique<'a>(spans: impl Iterator<Item = &'a Span>) -> Vec<(&'a Span, usize)> {
    let mut unique: Vec<(&Span, usize)> = Vec::new();
    let mut known: HashMap<SpanKey<'_>, usize> = HashMap::new();
    for span in spans {
        let index = *known.entry(key(span)).or_insert(unique.len());
        match unique.get_mut(index) {
            Some((_, times)) => *times += 1,
            None => unique.push((span, 1)),
        }
    }
    unique.sort_by_key(|(span, _)| span.start_time_unix_nano);
    unique
}

fn key(span: &Span) -> SpanKey<'_> {
    (&span.trace_id, &span.span_id)
}

fn parent(span: &Span) -> SpanKey<'_> {
    (&span.trace_id, &span.parent_span_id)
}

/// OTLP says a root has no parent id; some senders write one of zeros.
fn is_root(span: &Span) -> bool {
    span.parent_span_id.iter().all(|byte| *byte == 0)
}

/// The message of a failed span, empty when it failed without one; `None` when it did not fail.
pub(super) fn failure(span: &Span) -> Option<&str> {
    let failed = span
        .status
        .as_ref()
        .filter(|status| status.code == StatusCode::Error as i32);
    failed.map(|status| status.message.as_str())
}

pub(super) fn value_of(attributes: &[KeyValue], key: &str) -> Option<String> {
    attributes
        .iter()
        .find(|pair| pair.key == key)
        .map(|pair| text(pair.value.as_ref()))
}

/// Text from outside as a part of one line: line breaks and what a terminal would obey are spelled
/// out.
pub(super) fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() {
            line.extend(character.escape_default());
        } else {
            line.push(character);
        }
    }
    line
}

fn text(value: Option<&AnyValue>) -> String {
    use any_value::Value;
    let list =
        |parts: Vec<String>, open: char, close: char| format!("{open}{}{close}", parts.join(", "));
    match value.and_then(|value| value.value.as_ref()) {
        None => String::new(),
        Some(Value::StringValue(text)) => text.clone(),
        Some(Value::BoolValue(truth)) => truth.to_string(),
        Some(Value::IntValue(number)) => number.to_string(),
        Some(Value::DoubleValue(number)) => number.to_string(),
        Some(Value::ArrayValue(array)) => list(
            array.values.iter().map(|value| text(Some(value))).collect(),
            '[',
            ']',
        ),
        Some(Value::KvlistValue(map)) => {
            let pair = |pair: &KeyValue| format!("{}={}", pair.key, text(pair.value.as_ref()));
            list(map.values.iter().map(pair).collect(), '{', '}')
        }
        Some(Value::BytesValue(bytes)) => {
            let digits = bytes.iter().map(|byte| format!("{byte:02x}"));
            digits.collect::<Vec<String>>().concat()
        }
        Some(other) => format!("{other:?}"),
    }
}
