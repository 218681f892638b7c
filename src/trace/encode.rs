//! Encodes spans as OTLP by giving opentelemetry-otlp an HTTP client that keeps the body.
//!
//! The client answers 200, so the exporter never sleeps, retries or loses anything.
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
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{SpanData, SpanExporter as _};

use super::cut;

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

/// The exporter, which takes as long to set up as some spans to encode, once it was needed.
#[derive(Debug, Default)]
pub(super) struct Encoder(Option<(SpanExporter, KeptBody)>);

impl Encoder {
    // `.ci/guards` counts it by its name.
    #[inline(never)]
    pub(super) fn encode(
        &mut self,
        mut spans: Vec<SpanData>,
        resource: Arc<Resource>,
    ) -> Result<Vec<u8>, EncodeError> {
        cut::values_of_spans(&mut spans);
        let resource = cut::values_of_resource(resource);
        let (mut exporter, disk) = match self.0.take() {
            Some(known) => known,
            None => set_up()?,
        };
        exporter.set_resource(&resource);
        let result = ready(pin!(exporter.export(spans)));
        let never = || EncodeError::new("the exporter waits for something");
        result.ok_or_else(never)?.map_err(EncodeError::new)?;
        let kept = std::mem::take(&mut *disk.0.lock().unwrap_or_else(PoisonError::into_inner));
        // One that has failed, or panicked, is not asked again.
        self.0 = Some((exporter, disk));
        Ok(kept)
    }
}

fn set_up() -> Result<(SpanExporter, KeptBody), EncodeError> {
    let disk = KeptBody::default();
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

type ExporterAnswer<'a> =
    Pin<Box<dyn Future<Output = Result<Response<Bytes>, HttpError>> + Send + 'a>>;

#[derive(Clone, Debug, Default)]
struct KeptBody(Arc<Mutex<Vec<u8>>>);

impl HttpClient for KeptBody {
    fn send_bytes<'life, 'future>(&'life self, request: Request<Bytes>) -> ExporterAnswer<'future>
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
