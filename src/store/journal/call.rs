//! Traced calls as bytes: nearly all spans are calls and are small. The site of a function is written once,
//! and each of its calls names it by number.
//!
//! They are what a hot loop writes, so their bytes are put together by hand, not by the codec.

use std::time::SystemTime;

use bincode::de::{BorrowDecode, BorrowDecoder};
use bincode::error::DecodeError;
use opentelemetry::trace::SpanId;
use opentelemetry::{InstrumentationScope, KeyValue};

use super::span_codec as codec;
use crate::trace::time::time;
use crate::trace::{Known, SpanRecord, put_text};

const SITE: u8 = 1;
const OPENED: u8 = 2;
const CLOSED: u8 = 3;

/// An entry of a frame of calls.
#[derive(Debug, PartialEq)]
pub(super) enum JournalCall {
    /// The place that later entries name by this number.
    Site(u32, CallPlace),
    /// A call of the function at a site.
    Opened {
        site: u32,
        id: SpanId,
        parent: SpanId,
        start: SystemTime,
        attributes: Vec<KeyValue>,
    },
    /// The end of a span, whose start can be in any kind of frame.
    Closed { id: SpanId, end: SystemTime },
}

/// Where calls come from.
#[derive(Debug, PartialEq)]
pub(super) struct CallPlace {
    /// The name of the spans.
    pub(super) name: String,
    pub(super) function: String,
    pub(super) file: String,
    pub(super) line: u32,
    /// Name and version of the scope.
    pub(super) scope: (String, String),
}

/// Appends the entry of a site.
pub(super) fn put_site(site: &Known, scope: &InstrumentationScope, bytes: &mut Vec<u8>) {
    bytes.push(SITE);
    bytes.extend(site.number.to_le_bytes());
    put_text(&site.name, bytes);
    put_text(site.function, bytes);
    put_text(site.file, bytes);
    bytes.extend(site.line.to_le_bytes());
    put_text(scope.name(), bytes);
    put_text(scope.version().unwrap_or_default(), bytes);
}

/// Appends the entry of a call that begins.
pub(super) fn put_opened(site: u32, span: &SpanRecord, bytes: &mut Vec<u8>) {
    let count = u64::from(span.packed.count());
    let parts: [&[u8]; 7] = [
        &[OPENED],
        &site.to_le_bytes(),
        &span.id.to_bytes(),
        &span.parent.to_bytes(),
        &span.start.to_le_bytes(),
        &count.to_le_bytes(),
        span.packed.bytes(),
    ];
    for part in parts {
        bytes.extend_from_slice(part);
    }
}

/// Appends the entry of a span that ends as it was opened.
pub(super) fn put_closed(id: SpanId, end: u64, bytes: &mut Vec<u8>) {
    bytes.push(CLOSED);
    bytes.extend_from_slice(&id.to_bytes());
    bytes.extend_from_slice(&end.to_le_bytes());
}

/// Reads the entries of a frame; `None` when they are not what this release knows.
pub(super) fn read(mut body: &[u8]) -> Option<Vec<JournalCall>> {
    let mut calls = Vec::new();
    while !body.is_empty() {
        let (call, length) = crate::store::codec::borrow::<JournalCall>(body)?;
        body = body.get(length..)?;
        calls.push(call);
    }
    Some(calls)
}

impl<'de, C> BorrowDecode<'de, C> for JournalCall {
    fn borrow_decode<D: BorrowDecoder<'de, Context = C>>(
        from: &mut D,
    ) -> Result<Self, DecodeError> {
        Ok(match u8::borrow_decode(from)? {
            SITE => Self::Site(
                u32::borrow_decode(from)?,
                CallPlace {
                    name: codec::take_text(from)?,
                    function: codec::take_text(from)?,
                    file: codec::take_text(from)?,
                    line: u32::borrow_decode(from)?,
                    scope: (codec::take_text(from)?, codec::take_text(from)?),
                },
            ),
            OPENED => Self::Opened {
                site: u32::borrow_decode(from)?,
                id: SpanId::from_bytes(BorrowDecode::borrow_decode(from)?),
                parent: SpanId::from_bytes(BorrowDecode::borrow_decode(from)?),
                start: time(u64::borrow_decode(from)?),
                attributes: codec::take_attributes(from)?,
            },
            CLOSED => Self::Closed {
                id: SpanId::from_bytes(BorrowDecode::borrow_decode(from)?),
                end: time(u64::borrow_decode(from)?),
            },
            _ => return Err(DecodeError::Other("an entry that is not known")),
        })
    }
}
