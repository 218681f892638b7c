//! A dispatch in fewer spans, made from its encoded form: encoding takes the spans, and to keep a copy of
//! all of them for the rare dispatch that does not fit would cost every other one.

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;
use opentelemetry_proto::tonic::trace::v1::{Span, SpanFlags};
use prost::Message;

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
            tell_missing(&mut request, missing);
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
    let mut ranks: Vec<(usize, usize)> = ranked
        .into_iter()
        .enumerate()
        .map(|(rank, (index, _))| (index, rank))
        .collect();
    ranks.sort_unstable();
    ranks.into_iter().map(|(_, rank)| rank).collect()
}

/// Adds to the number of spans that the root says are missing.
fn tell_missing(request: &mut ExportTraceServiceRequest, missing: usize) {
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
    let mut missing = i64::try_from(missing).unwrap_or(i64::MAX);
    root.attributes.retain(|told| {
        let value = told.value.as_ref().and_then(|value| value.value.as_ref());
        match value {
            Some(Value::IntValue(before)) if told.key == MISSING => {
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
