//! One operation is one span; inside it go one or more requests, whose answers share one envelope:
//! `{"type", "status-code", "status", "result", "change"}`.
//!
//! Source of the envelope: Pebble's API documentation (canonical/pebble, docs/specs/openapi.yaml).

use std::time::{Duration, Instant};

use opentelemetry::trace::SpanKind;
use opentelemetry::{Array, KeyValue, StringValue, Value as Attribute};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, PercentEncode, utf8_percent_encode};
use serde_json::Value;
use ureq::http::{Request, Response};
use ureq::{Body, SendBody};

use super::client::{Client, LONGEST};
use super::error::{Error, Problem, Refusal};
use super::read::AnswerObject;
use crate::trace::{Failure, Span, SpanOptions};

/// What an operation is called and what a span may record of it.
#[derive(Debug)]
pub(super) struct Operation {
    name: &'static str,
    subject: String,
    attributes: Vec<KeyValue>,
    part_of: Option<String>,
}

impl Operation {
    /// The span's name, as the Python library calls it: `pebble get_services`.
    pub(super) fn named(name: &'static str) -> Self {
        Self {
            name,
            subject: String::new(),
            attributes: Vec::new(),
            part_of: None,
        }
    }

    /// An operation inside another: its errors are the other's, so that one failure has one text on
    /// both spans.
    pub(super) fn part_of(mut self, words: String) -> Self {
        self.part_of = Some(words);
        self
    }

    /// The operation and its subject, as errors name it.
    pub(super) fn words(&self) -> String {
        match &self.part_of {
            Some(words) => words.clone(),
            None => format!("{}{}", self.name, self.subject),
        }
    }

    /// An attribute that errors repeat as well: a path, a name.
    pub(super) fn about(mut self, key: &'static str, value: &str) -> Self {
        self.subject.push(' ');
        self.subject.push_str(value);
        self.attribute(key, value.to_owned())
    }

    /// Several names that errors repeat as well.
    pub(super) fn about_all(mut self, key: &'static str, names: &[&str]) -> Self {
        for name in names {
            self.subject.push(' ');
            self.subject.push_str(name);
        }
        let names = names
            .iter()
            .map(|name| StringValue::from((*name).to_owned()));
        self.attribute(key, Attribute::Array(Array::String(names.collect())))
    }

    /// An attribute of the span alone.
    pub(super) fn attribute(mut self, key: &'static str, value: impl Into<Attribute>) -> Self {
        self.attributes.push(KeyValue::new(key, value));
        self
    }
}

impl Client {
    /// Does the work inside the operation's span, and names the operation when it fails.
    pub(super) fn traced<T>(
        &self,
        operation: Operation,
        work: impl FnOnce(&Span) -> Result<T, Problem>,
    ) -> Result<T, Error> {
        let words = operation.words();
        let Operation {
            name,
            mut attributes,
            ..
        } = operation;
        let socket = self.socket.display().to_string();
        let span = Span::enter(name, || {
            attributes.push(KeyValue::new("pebble.socket_path", socket));
            SpanOptions {
                kind: Some(SpanKind::Client),
                attributes,
                ..SpanOptions::default()
            }
        });
        work(&span).map_err(|problem| {
            let error = Error {
                operation: words,
                socket: self.socket.clone(),
                problem,
            };
            span.fail(&Failure::of::<Error>(&error));
            error
        })
    }

    /// Gets something as JSON.
    pub(super) fn get(&self, path: &str, query: &[(&str, &str)]) -> Result<Envelope, Problem> {
        let request = Request::get(url(path, query)).header("accept", "application/json");
        Envelope::read(self.send(request, SendBody::none(), self.timeout)?)
    }

    /// Posts JSON.
    pub(super) fn post(&self, path: &str, body: &Value) -> Result<Envelope, Problem> {
        let text = body.to_string();
        let request = Request::post(url(path, &[]))
            .header("accept", "application/json")
            .header("content-type", "application/json")
            .header("content-length", text.len());
        let body = SendBody::from_owned_reader(std::io::Cursor::new(text));
        Envelope::read(self.send(request, body, self.timeout)?)
    }

    /// Sends a request and waits for the head of its answer. `limit` bounds the whole exchange, the
    /// reading of the answer's body included.
    pub(super) fn send(
        &self,
        request: ureq::http::request::Builder,
        body: SendBody<'_>,
        limit: Duration,
    ) -> Result<Response<Body>, Problem> {
        let request = request
            .body(body)
            .map_err(|error| Problem::Argument(format!("cannot be asked for: {error}")))?;
        // A limit of zero would be no limit to ureq.
        let limit = limit.max(Duration::from_millis(1)).min(LONGEST);
        let request = self
            .agent
            .configure_request(request)
            .timeout_global(Some(limit))
            .build();
        let started = Instant::now();
        self.agent
            .run(request)
            .map_err(|error| broken(error, started))
    }
}

/// What an error of ureq means here. A connection is either not made, too slow, or lost.
pub(super) fn broken(error: ureq::Error, started: Instant) -> Problem {
    use std::io::ErrorKind::{ConnectionRefused, NotFound, PermissionDenied};
    match error {
        ureq::Error::Timeout(_) => Problem::Timeout(started.elapsed()),
        ureq::Error::Io(error)
            if matches!(
                error.kind(),
                NotFound | ConnectionRefused | PermissionDenied
            ) =>
        {
            Problem::Connect(error)
        }
        other => Problem::Broken(Box::new(other)),
    }
}

/// The part of an answer that differs from endpoint to endpoint.
#[derive(Debug)]
pub(super) struct Envelope {
    pub(super) result: Value,
    pub(super) change: Option<String>,
}

impl Envelope {
    /// Reads the envelope; one that says no is a problem.
    pub(super) fn read(mut response: Response<Body>) -> Result<Self, Problem> {
        // The largest answers are plans and lists of files; 16 MiB is a hundred thousand files.
        const MOST: u64 = 16 * 1024 * 1024;
        let started = Instant::now();
        let status = response.status().as_u16();
        let text = response
            .body_mut()
            .with_config()
            .limit(MOST)
            .read_to_vec()
            .map_err(|error| broken(error, started))?;
        Self::of(status, &text)
    }

    pub(super) fn of(status: u16, text: &[u8]) -> Result<Self, Problem> {
        let parsed: Result<Value, _> = serde_json::from_slice(text);
        if !(200..300).contains(&status) {
            let envelope = parsed.unwrap_or_default();
            let said = |key: &str| {
                let text = envelope.get("result").and_then(|result| result.get(key));
                text.and_then(Value::as_str).unwrap_or_default().to_owned()
            };
            return Err(Problem::Refused(Refusal {
                status,
                kind: said("kind"),
                message: said("message"),
                may_quote: false,
            }));
        }
        let envelope = parsed.map_err(|error| Problem::Answer(error.to_string()))?;
        let fields = AnswerObject::of("the answer", &envelope)?;
        Ok(Self {
            change: fields.optional_text("change"),
            result: envelope.get("result").cloned().unwrap_or_default(),
        })
    }

    /// The result as a list; Pebble writes `null` for an empty one here and there.
    pub(super) fn list<T>(
        &self,
        each: impl Fn(&Value) -> Result<T, Problem>,
    ) -> Result<Vec<T>, Problem> {
        match &self.result {
            Value::Null => Ok(Vec::new()),
            Value::Array(items) => items.iter().map(each).collect(),
            _ => Err(Problem::Answer("\"result\" is not a list".to_owned())),
        }
    }
}

/// The URL of an endpoint. Its host is never resolved.
pub(super) fn url(path: &str, query: &[(&str, &str)]) -> String {
    let mut url = format!("http://localhost{path}");
    for (place, (key, value)) in query.iter().enumerate() {
        url.push(if place == 0 { '?' } else { '&' });
        url.extend(escaped(key));
        url.push('=');
        url.extend(escaped(value));
    }
    url
}

/// What stands for itself in a segment of a path and in a value of a query (RFC 3986, "unreserved").
static UNRESERVED: AsciiSet = NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// A text as one segment of a path or one value of a query.
pub(super) fn escaped(text: &str) -> PercentEncode<'_> {
    utf8_percent_encode(text, &UNRESERVED)
}

/// A span of time as Go's `time.ParseDuration`, which Pebble uses, reads it.
pub(super) fn go_duration(duration: Duration) -> String {
    format!("{}ms", duration.min(LONGEST).as_millis())
}

/// The moment after this time from now.
pub(super) fn deadline(limit: Duration) -> Instant {
    Instant::now() + limit.min(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_leave_its_place_in_the_url() {
        assert_eq!(
            url(
                "/v1/files",
                &[("action", "read"), ("path", "/a b/\u{e9}?x=1&y#")]
            ),
            "http://localhost/v1/files?action=read&path=%2Fa%20b%2F%C3%A9%3Fx%3D1%26y%23"
        );
        assert_eq!(escaped("4/../5").to_string(), "4%2F..%2F5");
    }

    #[test]
    fn a_refusal_is_reported_with_its_kind() {
        let text = br#"{"type":"error","result":{"message":"no such service","kind":"x"}}"#;
        let Err(Problem::Refused(refusal)) = Envelope::of(404, text) else {
            panic!("taken for a yes");
        };
        assert_eq!(
            refusal.to_string(),
            "refused with status 404: no such service"
        );
        assert_eq!(refusal.kind, "x");
        let Err(Problem::Refused(refusal)) = Envelope::of(502, b"<html>") else {
            panic!("taken for a yes");
        };
        assert_eq!(refusal.to_string(), "refused with status 502: ");
    }

    #[test]
    fn another_shape_than_the_envelope_is_an_error() {
        for text in ["", "[]", "{"] {
            assert!(
                matches!(Envelope::of(200, text.as_bytes()), Err(Problem::Answer(_))),
                "{text}"
            );
        }
    }
}
