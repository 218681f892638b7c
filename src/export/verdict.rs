//! What an answer means for the record that was sent: a pure function with a table.
//!
//! Source: the OTLP specification's section on failures. 429, 502, 503 and 504 may be repeated and
//! nothing else of 4xx and 5xx; but 401, 403, 404 and 405 speak of the receiver and not of the record,
//! so the record waits for a better one. A redirect is not followed: clients that do turn a POST into
//! a GET and take its 200 for a delivery.

use std::time::{Duration, SystemTime};

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceResponse;
use prost::Message;
use serde_json::Value;

/// A wait that is longer is taken for a mistake: a receiver that is right again should not have to
/// stay without traces for a day.
const LONGEST_WAIT: Duration = Duration::from_secs(60 * 60);

/// What becomes of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It arrived: forget it.
    Sent(Taken),
    /// It stays and is sent again in a later dispatch.
    Later(Later),
    /// It will never be taken as it is: the status of the answer, and what it means.
    Never { status: u16, cause: String },
}

/// What a receiver says of a record that it took.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Taken {
    /// Spans of it that the receiver threw away; they must not be sent again.
    pub(crate) rejected_spans: u64,
    /// Why, or a warning where none were.
    pub(crate) message: String,
}

/// Why a record has to wait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Later {
    pub(crate) cause: String,
    /// How long the receiver asks to be left alone.
    pub(crate) retry_after: Option<Duration>,
}

/// What is read of an HTTP answer.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Answer<'a> {
    pub(crate) status: u16,
    pub(crate) retry_after: Option<&'a str>,
    pub(crate) content_type: Option<&'a str>,
    pub(crate) body: &'a [u8],
}

impl Verdict {
    pub(crate) fn later(cause: impl Into<String>) -> Self {
        Self::Later(Later {
            cause: cause.into(),
            retry_after: None,
        })
    }

    /// The verdict on an answer that came at `now`.
    pub(crate) fn of(answer: &Answer<'_>, now: SystemTime) -> Self {
        let status = answer.status;
        let cause = match status {
            200..=299 => return Self::Sent(Taken::read(answer)),
            300..=399 => {
                format!("the receiver answers {status}, a redirect, which is not followed")
            }
            401 | 403 | 404 | 405 => {
                format!("the receiver answers {status}: it does not take traces from this unit")
            }
            429 | 502 | 503 | 504 => format!("the receiver answers {status}"),
            // 101, which nobody asked for, and numbers that HTTP has no meaning for.
            ..=199 | 600.. => {
                format!("the receiver answers {status}, which is no answer to traces")
            }
            _ => {
                let cause = format!("the receiver answers {status}: it refuses the record itself");
                return Self::Never { status, cause };
            }
        };
        let retry_after = answer.retry_after.and_then(|text| wait(text, now));
        Self::Later(Later { cause, retry_after })
    }
}

impl Taken {
    /// Reads `partial_success`. A body that cannot be read takes nothing from the status: the record
    /// has arrived.
    fn read(answer: &Answer<'_>) -> Self {
        let is_json = answer.content_type.is_some_and(|kind| {
            let kind = kind.split(';').next().unwrap_or_default().trim();
            kind.eq_ignore_ascii_case("application/json")
        });
        let read = if is_json {
            partial_success_in_json(answer.body)
        } else {
            ExportTraceServiceResponse::decode(answer.body)
                .ok()
                .and_then(|response| response.partial_success)
                .map(|partial| (partial.rejected_spans, partial.error_message))
        };
        let (rejected, message) = read.unwrap_or_default();
        Self {
            rejected_spans: u64::try_from(rejected).unwrap_or_default(),
            message,
        }
    }
}

/// Some receivers answer in JSON whatever they were sent; its 64-bit numbers are strings.
fn partial_success_in_json(body: &[u8]) -> Option<(i64, String)> {
    let response: Value = serde_json::from_slice(body).ok()?;
    let partial = response.get("partialSuccess")?;
    let rejected = match partial.get("rejectedSpans") {
        Some(Value::String(number)) => number.parse().unwrap_or_default(),
        Some(number) => number.as_i64().unwrap_or_default(),
        None => 0,
    };
    let message = partial.get("errorMessage").and_then(Value::as_str);
    Some((rejected, message.unwrap_or_default().to_owned()))
}

/// The wait of a `Retry-After`, in seconds or until a date; `None` for what is neither.
fn wait(text: &str, now: SystemTime) -> Option<Duration> {
    let text = text.trim();
    let wait = if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // More digits than a number holds is more than the longest wait too.
        text.parse().map_or(LONGEST_WAIT, Duration::from_secs)
    } else {
        let date = httpdate::parse_http_date(text).ok()?;
        date.duration_since(now).unwrap_or_default()
    };
    Some(wait.min(LONGEST_WAIT))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(status: u16) -> Verdict {
        let answer = Answer {
            status,
            ..Answer::default()
        };
        Verdict::of(&answer, SystemTime::UNIX_EPOCH)
    }

    #[test]
    fn every_status() {
        let name = |status| match verdict(status) {
            Verdict::Sent(_) => "sent",
            Verdict::Later(_) => "later",
            Verdict::Never { .. } => "never",
        };
        let later = [401, 403, 404, 405, 429, 502, 503, 504];
        for status in 100..1000 {
            let expected = match status {
                200..=299 => "sent",
                100..=199 | 300..=399 | 600.. => "later",
                _ if later.contains(&status) => "later",
                _ => "never",
            };
            assert_eq!(name(status), expected, "{status}");
        }
    }

    #[test]
    fn waits_in_seconds_and_until_a_date_and_never_for_more_than_an_hour() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777 - 30);
        for (text, seconds) in [
            ("3", Some(3)),
            (" 120 ", Some(120)),
            ("0", Some(0)),
            ("86400", Some(3600)),
            ("99999999999999999999999", Some(3600)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(30)),
            ("Sunday, 06-Nov-94 08:49:37 GMT", Some(30)),
            ("Sun Nov  6 08:49:37 1994", Some(30)),
            ("Mon, 07 Nov 1994 08:49:37 GMT", Some(3600)),
            ("Sat, 05 Nov 1994 08:49:37 GMT", Some(0)),
            ("-3", None),
            ("1.5", None),
            ("soon", None),
            ("", None),
        ] {
            for (status, told) in [(429, seconds), (503, seconds), (302, seconds)] {
                let answer = Answer {
                    status,
                    retry_after: Some(text),
                    ..Answer::default()
                };
                let Verdict::Later(later) = Verdict::of(&answer, now) else {
                    panic!("{status} is later");
                };
                let told = told.map(Duration::from_secs);
                assert_eq!(later.retry_after, told, "{status} {text:?}");
            }
        }
    }

    #[test]
    fn what_a_receiver_says_of_a_record_it_took() {
        let partial = b"\x0a\x0b\x08\x02\x12\x07too old";
        let json = br#"{"partialSuccess":{"rejectedSpans":"2","errorMessage":"too old"}}"#;
        let number = br#"{"partialSuccess":{"rejectedSpans":2,"errorMessage":"too old"}}"#;
        let protobuf = Some("application/x-protobuf");
        let is_json = Some("application/json; charset=utf-8");
        for (content_type, body, rejected, message) in [
            (protobuf, b"\x0a\x00".as_slice(), 0, ""),
            (protobuf, b"", 0, ""),
            (None, partial, 2, "too old"),
            (protobuf, partial, 2, "too old"),
            (protobuf, b"<html>", 0, ""),
            (is_json, json, 2, "too old"),
            (is_json, number, 2, "too old"),
            (is_json, b"{}", 0, ""),
            (is_json, b"{", 0, ""),
            // Minus one, which no receiver means.
            (
                protobuf,
                b"\x0a\x0b\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
                0,
                "",
            ),
        ] {
            let answer = Answer {
                status: 200,
                content_type,
                body,
                ..Answer::default()
            };
            let taken = Taken {
                rejected_spans: rejected,
                message: message.to_owned(),
            };
            let verdict = Verdict::of(&answer, SystemTime::UNIX_EPOCH);
            assert_eq!(verdict, Verdict::Sent(taken), "{body:?}");
        }
    }
}
