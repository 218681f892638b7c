//! A request that is too large for its receiver becomes two: the same resource and scopes, half of the
//! spans in each, every id as it was.

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans};
use prost::Message;

/// A request that is refused with 400 and is smaller than this is not refused for its size, in bytes:
/// a receiver that takes less takes hardly a dispatch.
const LEAST_TOO_LARGE: u64 = 128 << 10;

/// One half of a request.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Half {
    pub(super) spans: usize,
    pub(super) payload: Vec<u8>,
}

/// Whether a record that was refused with this status may be taken in parts. Tempo says 400, and not
/// 413, to a body that is too large.
pub(super) fn may_help(status: u16, bytes: u64) -> bool {
    status == 413 || (status == 400 && bytes >= LEAST_TOO_LARGE)
}

/// The first and the second half of the spans, in their order; `None` where there are no two spans, or
/// the bytes are no request.
pub(super) fn halves(payload: &[u8]) -> Option<[Half; 2]> {
    let mut first = ExportTraceServiceRequest::decode(payload).ok()?;
    let scopes = first.resource_spans.iter().flat_map(|of| &of.scope_spans);
    let spans: usize = scopes.map(|of| of.spans.len()).sum();
    if spans < 2 {
        return None;
    }
    let mut room = spans / 2;
    let second = ExportTraceServiceRequest {
        resource_spans: first
            .resource_spans
            .iter_mut()
            .filter_map(|of| rest(of, &mut room))
            .collect(),
    };
    first.resource_spans.retain(|of| !of.scope_spans.is_empty());
    let half = |request: &ExportTraceServiceRequest, spans| Half {
        spans,
        payload: request.encode_to_vec(),
    };
    Some([half(&first, spans / 2), half(&second, spans - spans / 2)])
}

/// Takes off what goes beyond the room, with a copy of its resource.
fn rest(spans: &mut ResourceSpans, room: &mut usize) -> Option<ResourceSpans> {
    let beyond: Vec<ScopeSpans> = spans
        .scope_spans
        .iter_mut()
        .filter_map(|of| {
            let kept = of.spans.len().min(*room);
            *room -= kept;
            let beyond = of.spans.split_off(kept);
            (!beyond.is_empty()).then(|| ScopeSpans {
                scope: of.scope.clone(),
                spans: beyond,
                schema_url: of.schema_url.clone(),
            })
        })
        .collect();
    spans.scope_spans.retain(|of| !of.spans.is_empty());
    (!beyond.is_empty()).then(|| ResourceSpans {
        resource: spans.resource.clone(),
        scope_spans: beyond,
        schema_url: spans.schema_url.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use opentelemetry_proto::tonic::common::v1::InstrumentationScope;
    use opentelemetry_proto::tonic::trace::v1::Span;

    /// Scopes with so many spans each, of one resource.
    fn request(scopes: &[u8]) -> ExportTraceServiceRequest {
        let scope = |(number, count): (usize, &u8)| ScopeSpans {
            scope: Some(InstrumentationScope {
                name: number.to_string(),
                ..InstrumentationScope::default()
            }),
            spans: (1..=*count)
                .map(|id| Span {
                    span_id: vec![id; 8],
                    name: format!("{number}.{id}"),
                    ..Span::default()
                })
                .collect(),
            schema_url: String::new(),
        };
        ExportTraceServiceRequest {
            resource_spans: vec![ResourceSpans {
                resource: None,
                scope_spans: scopes.iter().enumerate().map(scope).collect(),
                schema_url: "schema".to_owned(),
            }],
        }
    }

    fn names(payload: &[u8]) -> Vec<String> {
        let request = ExportTraceServiceRequest::decode(payload).unwrap();
        let scopes = request.resource_spans.into_iter();
        let spans = scopes.flat_map(|of| of.scope_spans).flat_map(|of| of.spans);
        spans.map(|span| span.name).collect()
    }

    #[test]
    fn each_span_is_in_one_half_and_nothing_is_empty() {
        for scopes in [&[2][..], &[1, 1], &[5], &[1, 4], &[4, 1, 2], &[3, 3]] {
            let whole = request(scopes).encode_to_vec();
            let [first, second] = halves(&whole).unwrap();
            let (one, two) = (names(&first.payload), names(&second.payload));
            assert_eq!((one.len(), two.len()), (first.spans, second.spans));
            assert!(two.len() - one.len() <= 1, "{scopes:?}");
            assert_eq!([one, two].concat(), names(&whole), "{scopes:?}");
            for half in [first, second] {
                let half = ExportTraceServiceRequest::decode(half.payload.as_slice()).unwrap();
                assert_eq!(half.resource_spans.len(), 1);
                assert_eq!(half.resource_spans[0].schema_url, "schema");
                let scopes = &half.resource_spans[0].scope_spans;
                assert!(
                    scopes
                        .iter()
                        .all(|of| !of.spans.is_empty() && of.scope.is_some())
                );
            }
        }
    }

    #[test]
    fn what_has_no_two_spans_stays_whole() {
        for payload in [request(&[1]).encode_to_vec(), Vec::new(), vec![0xff; 9]] {
            assert_eq!(halves(&payload), None);
        }
    }

    #[test]
    fn what_can_be_too_large() {
        for (status, bytes, helps) in [
            (413, 10, true),
            (400, 128 << 10, true),
            (400, 10, false),
            (500, 1 << 20, false),
        ] {
            assert_eq!(may_help(status, bytes), helps, "{status} {bytes}");
        }
    }
}
