//! What came in and what goes back, as values.

use std::fmt;
use std::io::Read;
use std::time::Duration;

use flate2::read::GzDecoder;
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTracePartialSuccess, ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use prost::Message;

/// What a [`Sink`](crate::testing::Sink) says to a request; [`Sink`](crate::testing::Sink) has an
/// example.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub enum Answer {
    /// What a healthy receiver says: 200 with an empty `partial_success`; 404, 405, 415 or 400
    /// where path, method, content type or body are wrong.
    #[default]
    Ok,
    /// 200, with some spans rejected.
    Partial {
        /// How many spans.
        rejected: i64,
        /// The reason in the answer.
        message: String,
    },
    /// This status with these headers and no body, to any request.
    Status(u16, Vec<(String, String)>),
    /// As `Ok`, a byte at a time with this pause after each.
    Drip(Duration),
    /// Nothing, and the connection stays open.
    Hang,
    /// Nothing, and the connection is closed.
    Close,
}

/// One complete request to a [`Sink`](crate::testing::Sink), from
/// [`requests`](crate::testing::Sink::requests).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Received {
    /// The method, such as `POST`.
    pub method: String,
    /// The path with its query, such as `/v1/traces`.
    pub path: String,
    /// The headers in their order, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body as it came, chunks joined.
    pub body: Vec<u8>,
    /// The body decoded.
    pub traces: Result<ExportTraceServiceRequest, Undecoded>,
}

impl Received {
    pub(super) fn new(
        method: String,
        path: String,
        headers: Vec<(String, String)>,
        body: Vec<u8>,
    ) -> Self {
        let encoding = headers.iter().find(|(name, _)| name == "content-encoding");
        let traces = match encoding.map(|(_, encoding)| encoding.as_str()) {
            None | Some("identity") => {
                ExportTraceServiceRequest::decode(body.as_slice()).map_err(Undecoded::Protobuf)
            }
            Some("gzip") => {
                let mut plain = Vec::new();
                match GzDecoder::new(body.as_slice()).read_to_end(&mut plain) {
                    Ok(_) => ExportTraceServiceRequest::decode(plain.as_slice())
                        .map_err(Undecoded::Protobuf),
                    Err(_) => Err(Undecoded::Encoding("gzip, which it is not".to_owned())),
                }
            }
            Some(encoding) => Err(Undecoded::Encoding(encoding.to_owned())),
        };
        Self {
            method,
            path,
            headers,
            body,
            traces,
        }
    }

    /// A header's value, by its name in any case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let header = self
            .headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name));
        header.map(|(_, value)| value.as_str())
    }

    /// How many spans came in it; 0 when it could not be decoded.
    #[must_use]
    pub fn span_count(&self) -> usize {
        let traces = self.traces.iter();
        traces
            .map(|traces| crate::testing::spans(&traces.resource_spans).count())
            .sum()
    }

    /// The status a healthy receiver gives. Path prefixes are fine: Tempo stands behind an ingress
    /// that adds one.
    fn verdict(&self) -> u16 {
        if !self.path.ends_with("/v1/traces") {
            404
        } else if self.method != "POST" {
            405
        } else if self.header("content-type") != Some("application/x-protobuf") {
            415
        } else if self.traces.is_err() {
            400
        } else {
            200
        }
    }
}

/// Why the body of a request is no traces. In [`Received::traces`].
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Undecoded {
    /// The `content-encoding` is not one the sink reads.
    Encoding(String),
    /// The bytes are no OTLP export request.
    Protobuf(prost::DecodeError),
}

impl fmt::Display for Undecoded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Encoding(encoding) => {
                write!(
                    f,
                    "cannot decode a request with content-encoding {encoding:?}: send it in gzip or without one"
                )
            }
            Self::Protobuf(error) => write!(
                f,
                "cannot decode a request as ExportTraceServiceRequest: {error}"
            ),
        }
    }
}

impl std::error::Error for Undecoded {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Encoding(_) => None,
            Self::Protobuf(error) => Some(error),
        }
    }
}

/// The bytes that go back for a request; `None` where nothing does.
pub(super) fn response(answer: &Answer, request: &Received) -> Option<Vec<u8>> {
    match answer {
        Answer::Ok | Answer::Drip(_) => match request.verdict() {
            200 => Some(success(ExportTracePartialSuccess::default())),
            status => Some(head(status, &[], 0)),
        },
        Answer::Partial { rejected, message } => Some(success(ExportTracePartialSuccess {
            rejected_spans: *rejected,
            error_message: message.clone(),
        })),
        Answer::Status(status, headers) => Some(head(*status, headers, 0)),
        Answer::Hang | Answer::Close => None,
    }
}

fn success(partial: ExportTracePartialSuccess) -> Vec<u8> {
    let body = ExportTraceServiceResponse {
        partial_success: Some(partial),
    }
    .encode_to_vec();
    let content_type = [(
        "content-type".to_owned(),
        "application/x-protobuf".to_owned(),
    )];
    let mut response = head(200, &content_type, body.len());
    response.extend(body);
    response
}

fn head(status: u16, headers: &[(String, String)], length: usize) -> Vec<u8> {
    let mut lines = vec![format!("HTTP/1.1 {status} status")];
    // These have no body by definition, and a client may take a length for an error.
    if !matches!(status, 100..200 | 204 | 304) {
        lines.push(format!("content-length: {length}"));
    }
    lines.extend(
        headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}")),
    );
    format!("{}\r\n\r\n", lines.join("\r\n")).into_bytes()
}
