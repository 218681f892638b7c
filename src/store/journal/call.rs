//! Traced calls as bytes: nearly all spans are calls and are small. The site of a function is written once,
//! and each of its calls names it by number.

use std::time::SystemTime;

use bincode::de::{BorrowDecode, BorrowDecoder};
use bincode::enc::Encode;
use bincode::error::DecodeError;
use opentelemetry::trace::SpanId;
use opentelemetry::{InstrumentationScope, KeyValue};

use crate::trace::codec;
use crate::trace::time::time;
use crate::trace::{Known, SpanRecord};

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
    let texts = (site.name.as_str(), site.function, site.file);
    let version = scope.version().unwrap_or_default();
    put(
        (SITE, site.number, texts, site.line, scope.name(), version),
        bytes,
    );
}

/// Appends the entry of a call that begins.
pub(super) fn put_opened(site: u32, span: &SpanRecord, bytes: &mut Vec<u8>) {
    let (id, parent) = (span.id.to_bytes(), span.parent.to_bytes());
    let count = u64::from(span.packed.count());
    put((OPENED, site, id, parent, span.start, count), bytes);
    bytes.extend_from_slice(span.packed.bytes());
}

/// Appends the entry of a span that ends as it was opened.
pub(super) fn put_closed(id: SpanId, end: u64, bytes: &mut Vec<u8>) {
    put((CLOSED, id.to_bytes(), end), bytes);
}

fn put(entry: impl Encode, bytes: &mut Vec<u8>) {
    // The codec writes into memory and knows no failure.
    let _ = codec::append(entry, bytes);
}

/// Reads the entries of a frame; `None` when they are not what this release knows.
pub(super) fn read(mut body: &[u8]) -> Option<Vec<JournalCall>> {
    let mut calls = Vec::new();
    while !body.is_empty() {
        let (call, length) = codec::borrow::<JournalCall>(body)?;
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
