//! What is cut before it is encoded: Tempo keeps 2,048 bytes of a value and cuts the rest itself, so
//! more bytes would use space in the buffer for nothing.

use std::sync::Arc;

use opentelemetry::{Array, KeyValue, StringValue, Value};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SpanData;

/// The longest text of an attribute, in bytes.
const LONGEST_VALUE: usize = 2048;

/// Cuts the attributes of spans, events and links.
pub(super) fn values_of_spans(spans: &mut [SpanData]) {
    for span in spans {
        attributes(&mut span.attributes);
        for event in &mut span.events.events {
            attributes(&mut event.attributes);
        }
        for link in &mut span.links.links {
            attributes(&mut link.attributes);
        }
    }
}

/// Cuts the attributes of the resource.
pub(super) fn values_of_resource(resource: Arc<Resource>) -> Arc<Resource> {
    if !resource.iter().any(|(_, value)| is_long(value)) {
        return resource;
    }
    let known = resource.iter();
    let mut known: Vec<KeyValue> = known
        .map(|(key, value)| KeyValue::new(key.clone(), value.clone()))
        .collect();
    attributes(&mut known);
    Arc::new(Resource::builder_empty().with_attributes(known).build())
}

fn attributes(attributes: &mut [KeyValue]) {
    for attribute in attributes.iter_mut().filter(|it| is_long(&it.value)) {
        match &mut attribute.value {
            Value::String(text) => cut(text),
            Value::Array(Array::String(texts)) => texts.iter_mut().for_each(cut),
            _ => {}
        }
    }
}

fn is_long(value: &Value) -> bool {
    match value {
        Value::String(text) => text.as_str().len() > LONGEST_VALUE,
        Value::Array(Array::String(texts)) => {
            texts.iter().any(|text| text.as_str().len() > LONGEST_VALUE)
        }
        _ => false,
    }
}

/// What is kept of a text: cut between two characters, never inside one.
pub(super) fn kept(whole: &str) -> &str {
    let mut end = whole.len().min(LONGEST_VALUE);
    while !whole.is_char_boundary(end) {
        end -= 1;
    }
    whole.get(..end).unwrap_or_default()
}

fn cut(text: &mut StringValue) {
    let whole = text.as_str();
    let kept = kept(whole);
    if kept.len() < whole.len() {
        *text = StringValue::from(kept.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut_of(text: &str) -> String {
        let mut text = StringValue::from(text.to_owned());
        cut(&mut text);
        text.into()
    }

    #[test]
    fn texts_are_cut_between_characters() {
        let full = "x".repeat(LONGEST_VALUE);
        assert_eq!(cut_of(&full), full);
        assert_eq!(cut_of(&format!("{full}y")), full);
        assert_eq!(cut_of(""), "");
        // One, two, three and four bytes a character, none of which may be split.
        for (character, kept) in [("\u{e9}", 2048), ("\u{20ac}", 2046), ("\u{1f980}", 2048)] {
            assert_eq!(cut_of(&character.repeat(2000)).len(), kept, "{character}");
        }
        let shifted = format!("x{}", "\u{1f980}".repeat(600));
        assert_eq!(cut_of(&shifted).len(), 2045);
    }

    #[test]
    fn lists_of_texts_are_cut_and_numbers_are_left() {
        let texts = vec![StringValue::from("x".repeat(3000)), StringValue::from("y")];
        let mut list = [
            KeyValue::new("texts", Value::Array(Array::String(texts))),
            KeyValue::new("number", 7),
        ];
        attributes(&mut list);
        let Value::Array(Array::String(texts)) = &list[0].value else {
            panic!("{list:?}");
        };
        let lengths: Vec<usize> = texts.iter().map(|text| text.as_str().len()).collect();
        assert_eq!(lengths, [2048, 1]);
        assert_eq!(list[1].value, Value::I64(7));
    }
}
