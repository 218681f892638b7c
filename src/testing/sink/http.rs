//! HTTP/1.1 requests out of a stream of bytes: keep-alive, bodies with a length or in chunks. What
//! is wrong ends the connection, as the client under test has to get it right.

use std::io::{self, Read, Write};

use crate::testing::sink::answer::Received;

/// Eight times the largest head that the receivers in use accept by default (8 KiB).
const MAX_HEAD: usize = 64 * 1024;
/// More than any exporter sends: the whole of a default trace buffer is 10 MiB.
const MAX_BODY: usize = 64 * 1024 * 1024;

/// The requests of one connection.
pub(super) struct Requests<S> {
    stream: S,
    /// What was read and is not used yet.
    bytes: Vec<u8>,
}

struct RequestHead {
    method: String,
    path: String,
    headers: Vec<(String, String)>,
}

impl<S: Read + Write> Requests<S> {
    pub(super) fn of(stream: S) -> Self {
        Self {
            stream,
            bytes: Vec::new(),
        }
    }

    pub(super) fn stream(&mut self) -> &mut S {
        &mut self.stream
    }

    /// The next request; `None` when the client closed the connection between two.
    pub(super) fn next(&mut self) -> io::Result<Option<Received>> {
        let Some(RequestHead {
            method,
            path,
            headers,
        }) = self.head()?
        else {
            return Ok(None);
        };
        let header = |name: &str| {
            headers
                .iter()
                .find(|(known, _)| known == name)
                .map(|(_, value)| value.as_str())
        };
        if header("expect").is_some_and(|expected| expected.eq_ignore_ascii_case("100-continue")) {
            self.stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
            self.stream.flush()?;
        }
        let body = match (header("transfer-encoding"), header("content-length")) {
            (Some(coding), _) if coding.eq_ignore_ascii_case("chunked") => self.chunks()?,
            (Some(coding), _) => {
                return Err(broken(format!("unknown transfer-encoding {coding:?}")));
            }
            (None, Some(length)) => {
                let length = length
                    .parse::<usize>()
                    .ok()
                    .filter(|length| *length <= MAX_BODY);
                let length = length
                    .ok_or_else(|| broken("a content-length that is no number or too large"))?;
                self.take(length)?
            }
            (None, None) => Vec::new(),
        };
        Ok(Some(Received::new(method, path, headers, body)))
    }

    fn head(&mut self) -> io::Result<Option<RequestHead>> {
        loop {
            if let Some((head, length)) = parse(&self.bytes)? {
                self.bytes.drain(..length);
                return Ok(Some(head));
            }
            if self.bytes.len() > MAX_HEAD {
                return Err(broken("a head of more than 64 KiB"));
            }
            let was_empty = self.bytes.is_empty();
            match self.fill() {
                Err(error) if was_empty && error.kind() == io::ErrorKind::UnexpectedEof => {
                    return Ok(None);
                }
                filled => filled?,
            }
        }
    }

    fn chunks(&mut self) -> io::Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let (line, size) = match httparse::parse_chunk_size(&self.bytes) {
                Ok(httparse::Status::Complete((line, size))) => {
                    (line, usize::try_from(size).unwrap_or(usize::MAX))
                }
                Ok(httparse::Status::Partial) => {
                    self.fill()?;
                    continue;
                }
                Err(_) => return Err(broken("a chunk without a size")),
            };
            self.bytes.drain(..line);
            if size > MAX_BODY - body.len() {
                return Err(broken("a body of more than 64 MiB"));
            }
            body.extend(self.take(size)?);
            if self.take(2)? != b"\r\n" {
                return Err(broken(
                    "a chunk that does not end where it says, or trailers",
                ));
            }
            if size == 0 {
                return Ok(body);
            }
        }
    }

    fn take(&mut self, length: usize) -> io::Result<Vec<u8>> {
        while self.bytes.len() < length {
            self.fill()?;
        }
        Ok(self.bytes.drain(..length).collect())
    }

    fn fill(&mut self) -> io::Result<()> {
        let mut more = [0; 16 * 1024];
        let read = self.stream.read(&mut more)?;
        let more = more.get(..read).filter(|more| !more.is_empty());
        self.bytes.extend(more.ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }
}

/// The head at the front of the bytes and its length; `None` while it is not complete.
fn parse(bytes: &[u8]) -> io::Result<Option<(RequestHead, usize)>> {
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut request = httparse::Request::new(&mut headers);
    let length = match request
        .parse(bytes)
        .map_err(|error| broken(format!("no HTTP request: {error}")))?
    {
        httparse::Status::Partial => return Ok(None),
        httparse::Status::Complete(length) => length,
    };
    let header = |header: &httparse::Header<'_>| {
        (
            header.name.to_ascii_lowercase(),
            String::from_utf8_lossy(header.value).into_owned(),
        )
    };
    let head = RequestHead {
        method: request.method.unwrap_or_default().to_owned(),
        path: request.path.unwrap_or_default().to_owned(),
        headers: request.headers.iter().map(header).collect(),
    };
    Ok(Some((head, length)))
}

fn broken(what: impl Into<String>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_of_both_kinds_follow_each_other() {
        let text = "POST /v1/traces HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc\
                    POST /x HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n2\r\nde\r\n1;q\r\nf\r\n0\r\n\r\n\
                    GET / HTTP/1.1\r\n\r\n";
        for step in [1, 7, 1000] {
            let mut requests = Requests::of(Slowly {
                text: text.as_bytes(),
                step,
            });
            let mut seen = Vec::new();
            while let Some(request) = requests.next().unwrap() {
                seen.push(format!(
                    "{} {} {}",
                    request.method,
                    request.path,
                    String::from_utf8_lossy(&request.body)
                ));
            }
            assert_eq!(seen, ["POST /v1/traces abc", "POST /x def", "GET / "]);
        }
    }

    #[test]
    fn broken_requests_are_refused() {
        for (text, failure) in [
            ("nonsense\r\n\r\n", "no HTTP request: invalid token"),
            ("GET / HTTP/1.1\r\nhost", "unexpected end of file"),
            (
                "POST / HTTP/1.1\r\ncontent-length: -1\r\n\r\n",
                "a content-length that is no number or too large",
            ),
            (
                "POST / HTTP/1.1\r\ncontent-length: 5\r\n\r\nabc",
                "unexpected end of file",
            ),
            (
                "POST / HTTP/1.1\r\ntransfer-encoding: gzip\r\n\r\n",
                "unknown transfer-encoding \"gzip\"",
            ),
            (
                "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\nx\r\n",
                "a chunk without a size",
            ),
            (
                "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n1\r\nabc",
                "a chunk that does not end where it says, or trailers",
            ),
        ] {
            let error = Requests::of(Slowly {
                text: text.as_bytes(),
                step: 9,
            })
            .next()
            .unwrap_err();
            assert_eq!(error.to_string(), failure, "{text}");
        }
    }

    /// Gives a few bytes at a time, as a network may.
    struct Slowly<'a> {
        text: &'a [u8],
        step: usize,
    }

    impl Read for Slowly<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let step = self.step.min(into.len());
            let read = self.text.take(step as u64).read(into)?;
            self.text = &self.text[read..];
            Ok(read)
        }
    }

    impl Write for Slowly<'_> {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
}
