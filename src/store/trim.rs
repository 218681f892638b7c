//! A dispatch in fewer spans, made from its encoded form: encoding takes the spans, and to keep a copy of
//! all of them for the rare dispatch that does not fit would cost every other one.

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;
use opentelemetry_proto::tonic::trace::v1::{Span, SpanFlags};
use prost::Message;

use crate::trace::time::signed;

/// The attribute of a root that says how many spans of its dispatch are missing.
const MISSING: &str = "charm.tracing.missing_spans";

/// An encoded dispatch, taken apart.
pub(super) struct Whole {
    request: ExportTraceServiceRequest,
    /// Of each span in the request's order, how many are more important.
    ranks: Vec<usize>,
}

impl Whole {
    /// `None` where the bytes are no request.
    pub(super) fn read(payload: &[u8]) -> Option<Self> {
        let request = ExportTraceServiceRequest::decode(payload).ok()?;
        let ranks = ranks(&spans(&request).collect::<Vec<_>>());
        Some(Self { request, ranks })
    }

    /// How many spans there are.
    pub(super) fn spans(&self) -> usize {
        self.ranks.len()
    }

    /// The most important spans in their old order, encoded; the root says how many are missing.
    pub(super) fn first(&self, count: usize) -> Vec<u8> {
        self.request_of(count).encode_to_vec()
    }

    /// The most important spans whose encoding takes no more than `room` bytes, and the root in any case.
    /// Returns how many they are.
    pub(super) fn as_many_as_fit(&self, room: usize) -> usize {
        let (mut most, mut too_many) = (1, self.spans() + 1);
        while most + 1 < too_many {
            let middle = usize::midpoint(most, too_many);
            if self.request_of(middle).encoded_len() <= room {
                most = middle;
            } else {
                too_many = middle;
            }
        }
        most
    }

    fn request_of(&self, count: usize) -> ExportTraceServiceRequest {
        let mut request = self.request.clone();
        let mut ranks = self.ranks.iter();
        for of in &mut request.resource_spans {
            for of in &mut of.scope_spans {
                of.spans
                    .retain(|_| ranks.next().is_some_and(|rank| *rank < count));
            }
            of.scope_spans.retain(|of| !of.spans.is_empty());
        }
        let missing = self.spans().saturating_sub(count);
        if missing > 0 {
            add_missing(&mut request, missing);
        }
        request
    }
}

fn spans(request: &ExportTraceServiceRequest) -> impl Iterator<Item = &Span> {
    let scopes = request.resource_spans.iter().flat_map(|of| &of.scope_spans);
    scopes.flat_map(|of| &of.spans)
}

/// The root comes first, then what failed, then the others as they started.
fn ranks(spans: &[&Span]) -> Vec<usize> {
    let mut ranked: Vec<(usize, &&Span)> = spans.iter().enumerate().collect();
    ranked.sort_by_key(|(_, span)| {
        let failed = span
            .status
            .as_ref()
            .is_some_and(|status| status.code() == StatusCode::Error);
        (!is_root(span), !failed, span.start_time_unix_nano)
    });
    let mut ranks = vec![0; ranked.len()];
    for (rank, (index, _)) in ranked.into_iter().enumerate() {
        if let Some(place) = ranks.get_mut(index) {
            *place = rank;
        }
    }
    ranks
}

/// Adds to the number of spans that the root says are missing.
fn add_missing(request: &mut ExportTraceServiceRequest, missing: usize) {
    let scopes = request
        .resource_spans
        .iter_mut()
        .flat_map(|of| &mut of.scope_spans);
    let roots = scopes
        .flat_map(|of| &mut of.spans)
        .filter(|span| is_root(span));
    // Other crates may have opened spans without a parent; the dispatch's own ends after all.
    let Some(root) = roots.max_by_key(|root| root.end_time_unix_nano) else {
        return;
    };
    let mut missing = signed(missing);
    root.attributes.retain(|attribute| {
        let value = attribute
            .value
            .as_ref()
            .and_then(|value| value.value.as_ref());
        match value {
            Some(Value::IntValue(before)) if attribute.key == MISSING => {
                missing = missing.saturating_add(*before);
                false
            }
            _ => true,
        }
    });
    let value = Some(AnyValue {
        value: Some(Value::IntValue(missing)),
    });
    root.attributes.push(KeyValue {
        key: MISSING.to_owned(),
        value,
        ..KeyValue::default()
    });
}

/// The root has no parent, or one in the Juju agent.
fn is_root(span: &Span) -> bool {
    span.parent_span_id.is_empty() || span.flags & SpanFlags::ContextIsRemoteMask as u32 != 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Status};

    /// Five spans in two scopes, in the order they ended; the fourth failed, the last is the root.
    fn payload() -> Vec<u8> {
        let span = |id: u8, start: u64, parent: &[u8]| Span {
            span_id: vec![id; 8],
            parent_span_id: parent.to_vec(),
            start_time_unix_nano: start,
            end_time_unix_nano: 100 + u64::from(id),
            ..Span::default()
        };
        let mut spans = vec![
            span(1, 20, &[5; 8]),
            span(2, 30, &[5; 8]),
            span(4, 50, &[5; 8]),
        ];
        spans[2].status = Some(Status {
            code: StatusCode::Error.into(),
            ..Status::default()
        });
        spans.push(span(5, 10, &[]));
        let scope = |spans| ScopeSpans {
            spans,
            ..ScopeSpans::default()
        };
        let request = ExportTraceServiceRequest {
            resource_spans: vec![ResourceSpans {
                scope_spans: vec![scope(vec![span(3, 40, &[5; 8])]), scope(spans)],
                ..ResourceSpans::default()
            }],
        };
        request.encode_to_vec()
    }

    fn ids(payload: &[u8]) -> Vec<u8> {
        let request = ExportTraceServiceRequest::decode(payload).unwrap();
        spans(&request).map(|span| span.span_id[0]).collect()
    }

    #[test]
    fn the_root_stays_then_what_failed_then_what_began_first() {
        let whole = Whole::read(&payload()).unwrap();
        for (count, kept) in [
            (1, &[5][..]),
            (2, &[4, 5]),
            (3, &[1, 4, 5]),
            (4, &[1, 2, 4, 5]),
            (5, &[3, 1, 2, 4, 5]),
        ] {
            assert_eq!(ids(&whole.first(count)), kept);
        }
        assert_eq!(whole.first(5), payload());
    }

    #[test]
    fn as_many_as_fit_and_the_root_counts_the_others() {
        let whole = Whole::read(&payload()).unwrap();
        let three = whole.first(3);
        assert_eq!(whole.as_many_as_fit(three.len()), 3);
        assert_eq!(whole.as_many_as_fit(three.len() - 1), 2);
        assert_eq!(whole.as_many_as_fit(0), 1);

        // What is taken in parts twice has lost the sum.
        let again = Whole::read(&three).unwrap().first(1);
        let request = ExportTraceServiceRequest::decode(again.as_slice()).unwrap();
        let root = spans(&request).next().unwrap();
        let attributes: Vec<_> = root
            .attributes
            .iter()
            .map(|attribute| {
                (
                    attribute.key.as_str(),
                    attribute.value.clone().unwrap().value,
                )
            })
            .collect();
        assert_eq!(attributes, [(MISSING, Some(Value::IntValue(4)))]);
    }
}
