//! Finished spans become OTLP bytes: opentelemetry-otlp does it, and believes to be sending them.
//!
//! Its `HttpClient` here keeps the body of the request and answers 200. So the
//! disk stands where the network stood, and the exporter never sleeps, retries or loses anything.
//! Protocol and endpoint are set in code, and compression is undone, so that no `OTEL_EXPORTER_OTLP_*` changes
//! what is kept.

use std::fmt;
use std::future::Future;
use std::io::Read;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use flate2::read::GzDecoder;
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{Protocol, RetryPolicy, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::trace::SpanExporter as _;

use super::{Finished, cut};

/// Why spans could not become a record.
#[derive(Debug)]
pub(crate) struct EncodeError(String);

impl EncodeError {
    pub(super) fn new(why: impl fmt::Display) -> Self {
        Self(why.to_string())
    }
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot keep the spans of this dispatch: {}", self.0)
    }
}

impl std::error::Error for EncodeError {}

/// Encodes the spans as one `ExportTraceServiceRequest`; no bytes when there is no span, which is what a
/// sampler that says no leaves. Long texts are cut.
pub(crate) fn encode(mut finished: Finished) -> Result<Vec<u8>, EncodeError> {
    let mut ahead = std::mem::take(&mut finished.ahead);
    let rest = if finished.spans.is_empty() {
        Vec::new()
    } else {
        finished = ahead.without_what_was_said(finished);
        ahead.encoder.encode(finished)?
    };
    ahead.with(rest)
}

/// The exporter, which takes as long to set up as some spans to encode, once it was needed.
#[derive(Debug, Default)]
pub(super) struct Encoder(Option<(SpanExporter, Disk)>);

impl Encoder {
    // `.ci/guards` counts it by its name.
    #[inline(never)]
    pub(super) fn encode(&mut self, mut finished: Finished) -> Result<Vec<u8>, EncodeError> {
        cut::values(&mut finished);
        let (mut exporter, disk) = match self.0.take() {
            Some(known) => known,
            None => set_up()?,
        };
        exporter.set_resource(&finished.resource);
        let result = ready(pin!(exporter.export(finished.spans)));
        let never = || EncodeError::new("the exporter waits for something");
        result.ok_or_else(never)?.map_err(EncodeError::new)?;
        let kept = std::mem::take(&mut *disk.0.lock().unwrap_or_else(PoisonError::into_inner));
        // One that has failed, or panicked, is not asked again.
        self.0 = Some((exporter, disk));
        Ok(kept)
    }
}

fn set_up() -> Result<(SpanExporter, Disk), EncodeError> {
    let disk = Disk::default();
    let exporter = SpanExporter::builder()
        .with_http()
        .with_http_client(disk.clone())
        .with_protocol(Protocol::HttpBinary)
        // Never connected to: the client below does not look at it.
        .with_endpoint("http://localhost/v1/traces")
        .with_retry_policy(RetryPolicy::disabled())
        // What it thinks it sends goes nowhere as it is; how much of it is kept is decided behind.
        .with_max_request_body_size(usize::MAX)
        .build()
        .map_err(EncodeError::new)?;
    Ok((exporter, disk))
}

/// Nothing in the exporter can be pending, since its client answers at once: one poll suffices.
fn ready<F: Future>(future: Pin<&mut F>) -> Option<F::Output> {
    match future.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    }
}

type Answer<'a> = Pin<Box<dyn Future<Output = Result<Response<Bytes>, HttpError>> + Send + 'a>>;

#[derive(Clone, Debug, Default)]
struct Disk(Arc<Mutex<Vec<u8>>>);

impl HttpClient for Disk {
    fn send_bytes<'life, 'future>(&'life self, request: Request<Bytes>) -> Answer<'future>
    where
        'life: 'future,
        Self: 'future,
    {
        let kept = plain(request).map(|body| {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = body;
        });
        Box::pin(async move {
            kept?;
            Ok(Response::new(Bytes::new()))
        })
    }
}

/// The body as it was before opentelemetry-otlp compressed it, which it does where a charm has turned on
/// its features for that and a variable asks for it. Records are uncompressed, since they are merged.
fn plain(request: Request<Bytes>) -> Result<Vec<u8>, String> {
    let (head, body) = request.into_parts();
    let encoding = head.headers.get("content-encoding");
    match encoding.map(|value| value.to_str().unwrap_or_default()) {
        None => Ok(body.into()),
        Some("gzip") => {
            let mut plain = Vec::new();
            let read = GzDecoder::new(body.as_ref()).read_to_end(&mut plain);
            read.map_err(|error| error.to_string())?;
            Ok(plain)
        }
        Some(encoding) => Err(format!("they come in {encoding:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::read::GzEncoder;

    #[test]
    fn what_the_exporter_compressed_is_stored_as_it_was() {
        let mut zipped = Vec::new();
        GzEncoder::new(b"spans".as_slice(), Compression::new(1))
            .read_to_end(&mut zipped)
            .unwrap();
        for (encoding, body, stored) in [
            (None, b"spans".to_vec(), Some("spans")),
            (Some("gzip"), zipped, Some("spans")),
            (Some("gzip"), b"spans".to_vec(), None),
            (Some("zstd"), b"spans".to_vec(), None),
        ] {
            let mut request = Request::new(Bytes::from(body));
            if let Some(encoding) = encoding {
                let encoding = encoding.parse().unwrap();
                request.headers_mut().insert("content-encoding", encoding);
            }
            let plain = plain(request).ok();
            assert_eq!(plain.as_deref(), stored.map(str::as_bytes), "{encoding:?}");
        }
    }
}
