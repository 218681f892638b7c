//! The content of a span, from its opening until it is encoded.
//!
//! Smaller than the SDK's `SpanData`, which is made of it only where one is needed: what is the same
//! for every call of a function stays with its `Site`, and what a call does not have is apart.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::SystemTime;

use opentelemetry::trace::{
    Event, Link, SpanContext, SpanId, SpanKind, Status, TraceFlags, TraceId, TraceState,
};
use opentelemetry::{InstrumentationScope, KeyValue};
use opentelemetry_sdk::trace::{SpanData, SpanEvents, SpanLimits, SpanLinks};

use super::cut;
use super::packed::Packed;
#[cfg(test)]
use super::packed::PackedValue;
use super::site::Site;
use super::time::{nanoseconds, time};

/// A span, open or finished.
#[derive(Clone, Debug)]
pub(crate) struct SpanRecord {
    pub(crate) trace_id: TraceId,
    pub(crate) id: SpanId,
    pub(crate) parent: SpanId,
    /// Where it was opened by `traced!`.
    pub(crate) site: Option<&'static Site>,
    /// The attributes that its author gave the call; the site's attributes follow, and then the others.
    pub(crate) packed: Packed,
    /// Nanoseconds since 1970.
    pub(crate) start: u64,
    pub(crate) end: u64,
    attributes: Vec<KeyValue>,
    flags: TraceFlags,
    /// Whether it says more than it did when it was opened, apart from its end.
    pub(crate) changed: bool,
    more: Option<Box<More>>,
}

/// What a call of a traced function does not have, as long as nothing happens to it.
#[derive(Clone, Debug)]
pub(super) struct More {
    /// `None` if it is that of the site.
    pub(super) name: Option<Cow<'static, str>>,
    pub(super) kind: SpanKind,
    /// `None` if it is this crate's own.
    pub(super) scope: Option<Arc<InstrumentationScope>>,
    pub(super) events: Vec<Event>,
    pub(super) links: Vec<Link>,
    pub(super) state: TraceState,
    pub(super) parent_is_remote: bool,
    pub(super) status: Status,
    pub(super) dropped_attributes: u32,
    pub(super) dropped_events: u32,
    pub(super) dropped_links: u32,
}

/// What a span is to be.
#[derive(Debug)]
pub(crate) struct SpanSpec {
    pub(super) site: Option<&'static Site>,
    /// `None` for now.
    pub(super) start: Option<SystemTime>,
    pub(super) packed: Packed,
    pub(super) attributes: Vec<KeyValue>,
    pub(super) more: Option<Box<More>>,
}

impl Default for More {
    fn default() -> Self {
        Self {
            name: None,
            kind: SpanKind::Internal,
            scope: None,
            events: Vec::new(),
            links: Vec::new(),
            state: TraceState::NONE,
            parent_is_remote: false,
            status: Status::Unset,
            dropped_attributes: 0,
            dropped_events: 0,
            dropped_links: 0,
        }
    }
}

impl SpanSpec {
    pub(super) fn name(&self) -> &str {
        name_of(self.site, self.more.as_deref())
    }

    pub(super) fn kind(&self) -> &SpanKind {
        self.more
            .as_ref()
            .map_or(&SpanKind::Internal, |more| &more.kind)
    }

    pub(super) fn attributes(&self) -> Vec<KeyValue> {
        let packed = self.packed.unpack();
        packed.chain(self.attributes.iter().cloned()).collect()
    }

    pub(super) fn links(&self) -> &[Link] {
        self.more.as_ref().map_or(&[], |more| &more.links)
    }
}

impl SpanRecord {
    /// Of a span that begins, below `parent`.
    pub(super) fn begin(
        ids: &SpanContext,
        parent: &SpanContext,
        spec: SpanSpec,
        limits: &SpanLimits,
    ) -> Self {
        let start = nanoseconds(spec.start.unwrap_or_else(SystemTime::now));
        let mut record = Self {
            trace_id: ids.trace_id(),
            id: ids.span_id(),
            parent: parent.span_id(),
            site: spec.site,
            start,
            end: start,
            packed: spec.packed,
            attributes: spec.attributes,
            flags: ids.trace_flags(),
            changed: false,
            more: spec.more,
        };
        if record.recorded_attributes() > limits.max_attributes_per_span as usize {
            record.keep_attributes(limits.max_attributes_per_span as usize);
        }
        if let Some(more) = &mut record.more {
            more.keep(limits);
        }
        if *ids.trace_state() != TraceState::NONE {
            record.more().state = ids.trace_state().clone();
        }
        if parent.is_remote() {
            record.more().parent_is_remote = true;
        }
        record
    }

    /// Of a call, but for its parent and times.
    pub(super) fn of_call(
        site: &'static Site,
        trace_id: TraceId,
        id: SpanId,
        packed: Packed,
    ) -> Self {
        Self {
            trace_id,
            id,
            parent: SpanId::INVALID,
            site: Some(site),
            start: 0,
            end: 0,
            packed,
            attributes: Vec::new(),
            flags: TraceFlags::SAMPLED,
            changed: false,
            more: None,
        }
    }

    #[cfg(test)]
    pub(crate) fn for_test(id: [u8; 8], parent: [u8; 8], start: u64) -> Self {
        static SITE: Site = Site::new("", 0);
        let id = SpanId::from_bytes(id);
        let packed = Packed::of([("port", PackedValue::I64(80))]);
        let mut record = Self::of_call(&SITE, TraceId::INVALID, id, packed);
        record.parent = SpanId::from_bytes(parent);
        record.start = start;
        record
    }

    /// Whether nothing is to be said of it, in this trace, but a site, moments and attributes.
    pub(crate) fn is_a_call(&self, trace_id: Option<TraceId>) -> bool {
        self.site.is_some()
            && self.more.is_none()
            && Some(self.trace_id) == trace_id
            && self.flags == TraceFlags::SAMPLED
    }

    /// Adds an attribute, or gives the one of this key another value.
    pub(super) fn add_attribute(&mut self, attribute: KeyValue, limits: &SpanLimits) {
        self.changed = true;
        let key = &attribute.key;
        if self.packed.unpack().any(|known| known.key == *key) {
            let mut all: Vec<KeyValue> = std::mem::take(&mut self.packed).unpack().collect();
            all.append(&mut self.attributes);
            self.attributes = all;
        }
        if let Some(known) = self.attributes.iter_mut().find(|known| known.key == *key) {
            known.value = attribute.value;
            return;
        }
        if self.recorded_attributes() < limits.max_attributes_per_span as usize {
            self.attributes.push(attribute);
        } else {
            self.more().dropped_attributes += 1;
        }
    }

    pub(super) fn add_event(&mut self, event: Event, limits: &SpanLimits) {
        self.changed = true;
        self.more().add_event(event, limits);
    }

    pub(super) fn add_link(&mut self, link: Link, limits: &SpanLimits) {
        self.changed = true;
        self.more().add_link(link, limits);
    }

    /// `Ok` outranks an error, and an error outranks nothing, as OpenTelemetry has it. An error passes
    /// many spans, and each has its text: a long one is cut.
    pub(super) fn set_status(&mut self, mut status: Status) {
        self.changed = true;
        if let Status::Error { description } = &mut status {
            let kept = cut::kept(description);
            if kept.len() < description.len() {
                *description = kept.to_owned().into();
            }
        }
        let held = &mut self.more().status;
        if status > *held {
            *held = status;
        }
    }

    pub(super) fn rename(&mut self, name: Cow<'static, str>) {
        self.changed = true;
        self.more().name = Some(name);
    }

    /// As the SDK has it.
    pub(crate) fn into_data(self) -> SpanData {
        let count = self.recorded_attributes();
        let more = self.more.map(|more| *more).unwrap_or_default();
        let mut attributes = self.attributes;
        if let Some(site) = self.site {
            let mut all = Vec::with_capacity(count);
            all.extend(self.packed.unpack());
            all.extend(site.attributes());
            all.append(&mut attributes);
            attributes = all;
        }
        let mut events = SpanEvents::default();
        events.events = more.events;
        events.dropped_count = more.dropped_events;
        let mut links = SpanLinks::default();
        links.links = more.links;
        links.dropped_count = more.dropped_links;
        SpanData {
            span_context: SpanContext::new(self.trace_id, self.id, self.flags, false, more.state),
            parent_span_id: self.parent,
            parent_span_is_remote: more.parent_is_remote,
            span_kind: more.kind,
            name: more.name.unwrap_or_else(|| name_of(self.site, None).into()),
            start_time: time(self.start),
            end_time: time(self.end),
            attributes,
            dropped_attributes_count: more.dropped_attributes,
            events,
            links,
            status: more.status,
            instrumentation_scope: more.scope.map_or_else(scope, Arc::unwrap_or_clone),
        }
    }

    /// How many attributes it has, in all forms.
    fn recorded_attributes(&self) -> usize {
        let of_site = if self.site.is_some() {
            Site::ATTRIBUTES
        } else {
            0
        };
        self.packed.count() as usize + of_site + self.attributes.len()
    }

    /// Keeps the first attributes, as OpenTelemetry has them.
    fn keep_attributes(&mut self, most: usize) {
        if let Some(site) = self.site.take() {
            self.attributes = std::mem::take(&mut self.packed).unpack().collect();
            self.attributes.extend(site.attributes());
            self.more().name = Some(name_of(Some(site), None).into());
        }
        self.more().dropped_attributes = shorten(&mut self.attributes, most);
    }

    fn more(&mut self) -> &mut More {
        self.more.get_or_insert_default()
    }
}

impl More {
    fn add_event(&mut self, mut event: Event, limits: &SpanLimits) {
        if self.events.len() < limits.max_events_per_span as usize {
            let most = limits.max_attributes_per_event as usize;
            event.dropped_attributes_count = shorten(&mut event.attributes, most);
            self.events.push(event);
        } else {
            self.dropped_events += 1;
        }
    }

    fn add_link(&mut self, mut link: Link, limits: &SpanLimits) {
        if self.links.len() < limits.max_links_per_span as usize {
            let most = limits.max_attributes_per_link as usize;
            link.dropped_attributes_count = shorten(&mut link.attributes, most);
            self.links.push(link);
        } else {
            self.dropped_links += 1;
        }
    }

    /// Keeps of what it was opened with what the limits allow.
    fn keep(&mut self, limits: &SpanLimits) {
        for event in std::mem::take(&mut self.events) {
            self.add_event(event, limits);
        }
        for link in std::mem::take(&mut self.links) {
            self.add_link(link, limits);
        }
    }
}

/// The scope of this crate's own spans.
pub(crate) fn scope() -> InstrumentationScope {
    InstrumentationScope::builder(env!("CARGO_PKG_NAME"))
        .with_version(env!("CARGO_PKG_VERSION"))
        .build()
}

fn name_of<'a>(site: Option<&'static Site>, more: Option<&'a More>) -> &'a str {
    let given = more.and_then(|more| more.name.as_deref());
    given.unwrap_or_else(|| site.and_then(Site::known).map_or("", |known| &known.name))
}

/// Cuts a list; returns how many it lost.
fn shorten<T>(list: &mut Vec<T>, most: usize) -> u32 {
    let beyond = list.len().saturating_sub(most);
    list.truncate(most);
    u32::try_from(beyond).unwrap_or(u32::MAX)
}
