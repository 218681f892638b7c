//! Spans are encoded while a hook tool runs: this process waits then, and what is done in that time is
//! not added to the hook's.
//!
//! The first time says what the spans are about, and no other time does again. At the end of the dispatch
//! the lists of spans of all times are put together as they are.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SpanData;
use prost::encoding::{WireType, decode_key, decode_varint, encode_key, encode_varint};
use prost::{DecodeError, Message};

use super::encode::{EncodeError, Encoder};
use super::failure::quietly;

/// The fewest spans worth it: a request of their own takes as long as some five spans.
pub(super) const FEWEST: usize = 16;

/// The most spans at once: about 1 ms, less than the shortest hook tool takes.
pub(super) const MOST: usize = 400;

/// The first spans of a dispatch, encoded.
#[derive(Debug, Default)]
pub(crate) struct EarlyEncoding {
    /// How many spans.
    pub(super) spans: usize,
    /// A request for each time.
    payloads: Vec<Vec<u8>>,
    /// What has made them, and makes the rest.
    encoder: Encoder,
    problem: Option<EncodeError>,
}

/// The spans of one dispatch in the order they ended, and their resource.
#[derive(Debug)]
pub(crate) struct Finished {
    /// Those that ended first, if they are encoded already.
    pub(super) early: EarlyEncoding,
    pub(crate) spans: Vec<SpanData>,
    pub(crate) resource: Arc<Resource>,
}

impl EarlyEncoding {
    /// Takes in what is encoded here and now.
    pub(super) fn add(&mut self, spans: Vec<SpanData>, resource: Arc<Resource>) {
        self.spans += spans.len();
        let resource = self.once(resource);
        // A defect here must not become the hook's.
        let encoded = AssertUnwindSafe(|| self.encoder.encode(spans, resource));
        let encoded = quietly(|| catch_unwind(encoded));
        match encoded.unwrap_or_else(|_| Err(EncodeError::new("the exporter panicked"))) {
            Ok(payload) => self.payloads.push(payload),
            Err(error) => self.problem = Some(error),
        }
    }

    /// The resource, or an empty one where an earlier request has it already.
    fn once(&self, resource: Arc<Resource>) -> Arc<Resource> {
        if self.payloads.is_empty() {
            resource
        } else {
            Arc::new(Resource::builder_empty().build())
        }
    }

    /// One request of these spans and of the rest.
    fn with(mut self, rest: Vec<u8>) -> Result<Vec<u8>, EncodeError> {
        if let Some(problem) = self.problem {
            return Err(problem);
        }
        if self.payloads.is_empty() {
            return Ok(rest);
        }
        if !rest.is_empty() {
            self.payloads.push(rest);
        }
        match joined(&self.payloads) {
            Some(joined) => Ok(joined),
            None => by_their_trees(&self.payloads).map_err(EncodeError::new),
        }
    }
}

impl Finished {
    /// Spans of which none is encoded yet.
    pub(crate) fn new(spans: Vec<SpanData>, resource: Arc<Resource>) -> Self {
        Self {
            early: EarlyEncoding::default(),
            spans,
            resource,
        }
    }

    /// How many spans there are.
    pub(crate) fn count(&self) -> usize {
        self.early.spans + self.spans.len()
    }

    /// The trace that the dispatch's own spans belong to; zeros where there is none.
    pub(crate) fn trace_id(&self) -> [u8; 16] {
        // The root is last.
        self.spans
            .last()
            .map(|root| root.span_context.trace_id().to_bytes())
            .unwrap_or_default()
    }
}

/// Encodes the spans as one `ExportTraceServiceRequest`; no bytes when there is no span, as after a
/// sampler that drops all. Long texts are cut.
pub(crate) fn encode(finished: Finished) -> Result<Vec<u8>, EncodeError> {
    let Finished {
        mut early,
        spans,
        resource,
    } = finished;
    let rest = if spans.is_empty() {
        Vec::new()
    } else {
        let resource = early.once(resource);
        early.encoder.encode(spans, resource)?
    };
    early.with(rest)
}

/// Requests as one about the resource of the first; `None` where one is not about a single resource, named
/// first, and nothing else.
fn joined(requests: &[Vec<u8>]) -> Option<Vec<u8>> {
    let mut parts = Vec::with_capacity(requests.len() + 1);
    for request in requests {
        let about = about_one_resource(request)?;
        let (_, lists) = first_field(about)?;
        if parts.is_empty() {
            parts.push(about.get(..about.len() - lists.len())?);
        }
        parts.push(lists);
    }
    let length = parts.iter().map(|part| part.len()).sum::<usize>();
    // The key of field 1 is one byte, and no varint has more than ten.
    let mut joined = Vec::with_capacity(length + 11);
    encode_key(1, WireType::LengthDelimited, &mut joined);
    encode_varint(length as u64, &mut joined);
    for part in parts {
        joined.extend_from_slice(part);
    }
    Some(joined)
}

/// What a request says of its only resource.
fn about_one_resource(request: &[u8]) -> Option<&[u8]> {
    first_field(request).and_then(|(about, others)| others.is_empty().then_some(about))
}

/// The message that is field 1 and stands first, and what comes after it.
fn first_field(mut bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (1, WireType::LengthDelimited) = decode_key(&mut bytes).ok()? else {
        return None;
    };
    let length = usize::try_from(decode_varint(&mut bytes).ok()?).ok()?;
    bytes.split_at_checked(length)
}

/// The same for requests of any shape, which the exporter does not make today.
fn by_their_trees(requests: &[Vec<u8>]) -> Result<Vec<u8>, DecodeError> {
    let mut whole = ExportTraceServiceRequest::default();
    for request in requests {
        let request = ExportTraceServiceRequest::decode(request.as_slice())?;
        for mut about in request.resource_spans {
            match whole.resource_spans.first_mut() {
                Some(first) => first.scope_spans.append(&mut about.scope_spans),
                None => whole.resource_spans.push(about),
            }
        }
    }
    Ok(whole.encode_to_vec())
}

#[cfg(test)]
mod tests {
    use super::super::{SpanRecord, encode};
    use super::*;
    use opentelemetry_proto::tonic::common::v1::KeyValue;
    use opentelemetry_proto::tonic::resource::v1;
    use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span};

    /// What a resource has done: as many spans, in a scope.
    fn about(resource: &[&str], spans: usize) -> ResourceSpans {
        let attributes = resource.iter().map(|key| KeyValue {
            key: (*key).to_owned(),
            ..KeyValue::default()
        });
        ResourceSpans {
            resource: Some(v1::Resource {
                attributes: attributes.collect(),
                ..v1::Resource::default()
            }),
            scope_spans: vec![ScopeSpans {
                spans: vec![Span::default(); spans],
                ..ScopeSpans::default()
            }],
            ..ResourceSpans::default()
        }
    }

    fn request(resource_spans: Vec<ResourceSpans>) -> Vec<u8> {
        ExportTraceServiceRequest { resource_spans }.encode_to_vec()
    }

    #[test]
    fn lists_of_spans_are_put_together_under_the_first_resource() {
        // One byte for a length is enough, two are needed for one part, and for the whole only.
        for (first, second, third) in [(1, 2, 3), (3, 200, 1), (200, 3, 1), (20, 20, 20), (1, 0, 0)]
        {
            let parts = [
                about(&["unit", "model"], first),
                about(&[], second),
                about(&[], third),
            ];
            let lists = parts.iter().flat_map(|about| about.scope_spans.clone());
            let whole = ResourceSpans {
                scope_spans: lists.collect(),
                ..parts[0].clone()
            };
            let joined = joined(&parts.map(|about| request(vec![about])));
            let whole = request(vec![whole]);
            assert_eq!(joined, Some(whole), "{first}, {second}, {third}");
        }
    }

    #[test]
    fn what_the_exporter_makes_is_joined_without_a_tree() {
        let finished = |ids: &[u8]| {
            let spans = ids.iter().map(|id| {
                let record = SpanRecord::for_test([*id; 8], [9; 8], u64::from(*id));
                record.into_data()
            });
            let resource = Resource::builder_empty().with_service_name("a").build();
            Finished::new(spans.collect(), Arc::new(resource))
        };
        let mut early = EarlyEncoding::default();
        for ids in [[1, 2].as_slice(), &[3]] {
            let Finished {
                spans, resource, ..
            } = finished(ids);
            early.add(spans, resource);
        }
        let mut last = finished(&[4]);
        last.resource = early.once(last.resource);
        let rest = encode(last).unwrap();
        let parts = [&early.payloads[..], std::slice::from_ref(&rest)].concat();
        let joined = joined(&parts).unwrap();
        assert_eq!(by_their_trees(&parts), Ok(joined.clone()));
        let last = Finished {
            early,
            ..finished(&[4])
        };
        assert_eq!(last.count(), 4);
        assert_eq!(encode(last).unwrap(), joined);
        let request = ExportTraceServiceRequest::decode(joined.as_slice()).unwrap();
        let [about] = &request.resource_spans[..] else {
            panic!("{request:?}");
        };
        let resource = about.resource.as_ref().unwrap();
        assert_eq!(resource.attributes[0].key, "service.name");
        let spans = about.scope_spans.iter().flat_map(|list| &list.spans);
        let ids: Vec<u8> = spans.map(|span| span.span_id[0]).collect();
        assert_eq!(ids, [1, 2, 3, 4]);
    }

    #[test]
    fn other_shapes_are_joined_as_trees() {
        let [a, b] = [about(&["a"], 1), about(&["b"], 2)];
        let both = ResourceSpans {
            scope_spans: [a.scope_spans.clone(), b.scope_spans.clone()].concat(),
            ..a.clone()
        };
        let nameless = ResourceSpans {
            resource: None,
            ..b.clone()
        };
        for (first, second, whole) in [
            (vec![&a], vec![&b], vec![&both]),
            (vec![&a], vec![], vec![&a]),
            (vec![&a], vec![&nameless], vec![&both]),
            (vec![], vec![&b], vec![&b]),
            (vec![], vec![], vec![]),
        ] {
            let [first, second, whole] =
                [first, second, whole].map(|about| request(about.into_iter().cloned().collect()));
            let parts = [first, second];
            assert_eq!(by_their_trees(&parts).as_ref(), Ok(&whole));
            assert!(joined(&parts).is_none_or(|joined| joined == whole));
        }
    }

    #[test]
    fn nothing_is_read_past_its_end() {
        let whole = request(vec![about(&["a"], 30)]);
        for end in 0..whole.len() {
            let part = whole[..end].to_vec();
            assert_eq!(joined(&[part.clone(), whole.clone()]), None);
            assert_eq!(joined(&[whole.clone(), part]), None);
        }
    }
}
