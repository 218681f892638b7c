//! The records of the unit's buffer, decoded: the test's view of a unit that has no backend.

use std::io;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::trace::v1::ResourceSpans;
use prost::Message;

use crate::store::buffer::Reader;
use crate::testing::error::Error;
use crate::testing::unit::Unit;

impl Unit {
    /// The traces that wait in the charm's directory, oldest first; none when there is no buffer. Nothing
    /// there is changed by looking.
    ///
    /// # Errors
    /// The buffer cannot be read, or a record in it is no OTLP.
    pub fn buffered(&self) -> Result<Vec<ResourceSpans>, Error> {
        // The name that the runtime gives the file where a charm does not choose another.
        let file = self.charm_dir().join(".charm-tracing.buffer");
        let unreadable = |error: Box<dyn std::error::Error + Send + Sync>| {
            Error::file("read the traces in", &file)(io::Error::other(error))
        };
        let reader = Reader::new(&file);
        let mut waiting = Vec::new();
        for entry in reader.entries().map_err(|error| unreadable(error.into()))? {
            let payload = reader
                .payload(&entry)
                .map_err(|error| unreadable(error.into()))?;
            let request = ExportTraceServiceRequest::decode(payload.as_slice());
            waiting.extend(
                request
                    .map_err(|error| unreadable(error.into()))?
                    .resource_spans,
            );
        }
        Ok(waiting)
    }
}
