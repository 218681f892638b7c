//! Spans as bytes: bincode's `config::legacy()`, written by hand, as `docs/journal-format.md` has it.
//!
//! The order here is the file format, so there is no derive that a reordered struct could change.
//! Text is borrowed while it is read: a length that lies meets the end of the file and never an
//! allocation of its size.

use std::str::FromStr;

use bincode::de::{BorrowDecode, BorrowDecoder};
use bincode::enc::{Encode, Encoder};
use bincode::error::{DecodeError, EncodeError};
use opentelemetry::trace::{
    Event, Link, SpanContext, SpanId, SpanKind, Status, TraceFlags, TraceId, TraceState,
};
use opentelemetry::{InstrumentationScope, KeyValue};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SpanData;

use crate::trace::codec::{put_attributes, put_count, take_attributes, take_list, take_text};
use crate::trace::time::{nanoseconds, time};

/// A span to encode.
pub(super) struct EncodedSpan<'a>(pub(super) &'a SpanData);

/// A decoded span.
pub(super) struct DecodedSpan(pub(super) SpanData);

/// A resource to encode.
pub(super) struct EncodedResource<'a>(pub(super) &'a Resource);

/// A decoded resource.
pub(super) struct DecodedResource(pub(super) Resource);

impl Encode for EncodedSpan<'_> {
    fn encode<E: Encoder>(&self, to: &mut E) -> Result<(), EncodeError> {
        let span = self.0;
        span.span_context.trace_id().to_bytes().encode(to)?;
        span.span_context.span_id().to_bytes().encode(to)?;
        span.parent_span_id.to_bytes().encode(to)?;
        span.span_context.trace_flags().to_u8().encode(to)?;
        u8::from(span.parent_span_is_remote).encode(to)?;
        kind_to_byte(&span.span_kind).encode(to)?;
        nanoseconds(span.start_time).encode(to)?;
        nanoseconds(span.end_time).encode(to)?;
        span.name.as_ref().encode(to)?;
        span.span_context.trace_state().header().encode(to)?;
        let (status, message) = match &span.status {
            Status::Unset => (0_u8, ""),
            Status::Ok => (1, ""),
            Status::Error { description } => (2, description.as_ref()),
        };
        status.encode(to)?;
        message.encode(to)?;
        put_attributes(&span.attributes, to)?;
        span.dropped_attributes_count.encode(to)?;
        put_count(span.events.events.len(), to)?;
        for event in &span.events.events {
            nanoseconds(event.timestamp).encode(to)?;
            event.name.as_ref().encode(to)?;
            put_attributes(&event.attributes, to)?;
            event.dropped_attributes_count.encode(to)?;
        }
        span.events.dropped_count.encode(to)?;
        put_count(span.links.links.len(), to)?;
        for link in &span.links.links {
            link.span_context.trace_id().to_bytes().encode(to)?;
            link.span_context.span_id().to_bytes().encode(to)?;
            link.span_context.trace_flags().to_u8().encode(to)?;
            u8::from(link.span_context.is_remote()).encode(to)?;
            link.span_context.trace_state().header().encode(to)?;
            put_attributes(&link.attributes, to)?;
            link.dropped_attributes_count.encode(to)?;
        }
        span.links.dropped_count.encode(to)?;
        let scope = &span.instrumentation_scope;
        scope.name().encode(to)?;
        scope.version().unwrap_or_default().encode(to)?;
        scope.schema_url().unwrap_or_default().encode(to)?;
        let attributes: Vec<KeyValue> = scope.attributes().cloned().collect();
        put_attributes(&attributes, to)
    }
}

impl<'de, C> BorrowDecode<'de, C> for DecodedSpan {
    fn borrow_decode<D: BorrowDecoder<'de, Context = C>>(
        from: &mut D,
    ) -> Result<Self, DecodeError> {
        let trace_id = TraceId::from_bytes(BorrowDecode::borrow_decode(from)?);
        let span_id = SpanId::from_bytes(BorrowDecode::borrow_decode(from)?);
        let parent_span_id = SpanId::from_bytes(BorrowDecode::borrow_decode(from)?);
        let flags = TraceFlags::new(u8::borrow_decode(from)?);
        let parent_span_is_remote = u8::borrow_decode(from)? != 0;
        let span_kind = kind_from_byte(u8::borrow_decode(from)?);
        let start_time = time(u64::borrow_decode(from)?);
        let end_time = time(u64::borrow_decode(from)?);
        let name = take_text(from)?;
        let state = take_state(from)?;
        let status = u8::borrow_decode(from)?;
        let message = take_text(from)?;
        let mut span = SpanData {
            span_context: SpanContext::new(trace_id, span_id, flags, false, state),
            parent_span_id,
            parent_span_is_remote,
            span_kind,
            name: name.into(),
            start_time,
            end_time,
            attributes: take_attributes(from)?,
            dropped_attributes_count: u32::borrow_decode(from)?,
            events: opentelemetry_sdk::trace::SpanEvents::default(),
            links: opentelemetry_sdk::trace::SpanLinks::default(),
            status: match status {
                1 => Status::Ok,
                2 => Status::error(message),
                _ => Status::Unset,
            },
            instrumentation_scope: InstrumentationScope::default(),
        };
        span.events.events = take_list(from, take_event)?;
        span.events.dropped_count = u32::borrow_decode(from)?;
        span.links.links = take_list(from, take_link)?;
        span.links.dropped_count = u32::borrow_decode(from)?;
        span.instrumentation_scope = take_scope(from)?;
        Ok(Self(span))
    }
}

impl Encode for EncodedResource<'_> {
    fn encode<E: Encoder>(&self, to: &mut E) -> Result<(), EncodeError> {
        let pairs = self.0.iter();
        let attributes: Vec<KeyValue> = pairs
            .map(|(key, value)| KeyValue::new(key.clone(), value.clone()))
            .collect();
        put_attributes(&attributes, to)?;
        self.0.schema_url().unwrap_or_default().encode(to)
    }
}

impl<'de, C> BorrowDecode<'de, C> for DecodedResource {
    fn borrow_decode<D: BorrowDecoder<'de, Context = C>>(
        from: &mut D,
    ) -> Result<Self, DecodeError> {
        let attributes = take_attributes(from)?;
        let schema = take_text(from)?;
        let builder = Resource::builder_empty();
        Ok(Self(match schema.as_str() {
            "" => builder.with_attributes(attributes).build(),
            schema => builder
                .with_schema_url(attributes, schema.to_owned())
                .build(),
        }))
    }
}

fn take_event<'de, D: BorrowDecoder<'de>>(from: &mut D) -> Result<Event, DecodeError> {
    let timestamp = time(u64::borrow_decode(from)?);
    let name = take_text(from)?;
    let attributes = take_attributes(from)?;
    Ok(Event::new(
        name,
        timestamp,
        attributes,
        u32::borrow_decode(from)?,
    ))
}

fn take_link<'de, D: BorrowDecoder<'de>>(from: &mut D) -> Result<Link, DecodeError> {
    let trace_id = TraceId::from_bytes(BorrowDecode::borrow_decode(from)?);
    let span_id = SpanId::from_bytes(BorrowDecode::borrow_decode(from)?);
    let flags = TraceFlags::new(u8::borrow_decode(from)?);
    let remote = u8::borrow_decode(from)? != 0;
    let state = take_state(from)?;
    let context = SpanContext::new(trace_id, span_id, flags, remote, state);
    let attributes = take_attributes(from)?;
    Ok(Link::new(context, attributes, u32::borrow_decode(from)?))
}

fn take_scope<'de, D: BorrowDecoder<'de>>(
    from: &mut D,
) -> Result<InstrumentationScope, DecodeError> {
    let mut scope = InstrumentationScope::builder(take_text(from)?);
    let version = take_text(from)?;
    if !version.is_empty() {
        scope = scope.with_version(version);
    }
    let schema = take_text(from)?;
    if !schema.is_empty() {
        scope = scope.with_schema_url(schema);
    }
    Ok(scope.with_attributes(take_attributes(from)?).build())
}

fn take_state<'de, D: BorrowDecoder<'de>>(from: &mut D) -> Result<TraceState, DecodeError> {
    let header = <&str>::borrow_decode(from)?;
    Ok(TraceState::from_str(header).unwrap_or_default())
}

fn kind_to_byte(kind: &SpanKind) -> u8 {
    match kind {
        SpanKind::Internal => 0,
        SpanKind::Server => 1,
        SpanKind::Client => 2,
        SpanKind::Producer => 3,
        SpanKind::Consumer => 4,
    }
}

fn kind_from_byte(byte: u8) -> SpanKind {
    match byte {
        1 => SpanKind::Server,
        2 => SpanKind::Client,
        3 => SpanKind::Producer,
        4 => SpanKind::Consumer,
        _ => SpanKind::Internal,
    }
}
