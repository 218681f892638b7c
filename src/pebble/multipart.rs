//! Files travel as `multipart/form-data`, written and read as a stream: a file is never in memory whole
//! because of its transport.
//!
//! Source of the format: RFC 2046 section 5.1, and what Pebble's API documentation says of
//! `/v1/files`: a part `request` before the pushed file, a part `response` after the pulled one.

use std::io::{self, Read, Write};
use std::time::Instant;

use super::error::Problem;
use super::request::broken;

/// The parts of an answer, one after the other.
pub(super) struct Parts<R> {
    source: R,
    /// Read and not yet handed on.
    held: Vec<u8>,
    /// What stands between two parts, with the line break before it.
    delimiter: Vec<u8>,
    started: Instant,
}

/// What the head of a part says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) name: String,
}

impl<R: Read> Parts<R> {
    pub(super) fn of(source: R, boundary: &str) -> Self {
        Self {
            source,
            // The first delimiter has no line before it.
            held: b"\r\n".to_vec(),
            delimiter: format!("\r\n--{boundary}").into_bytes(),
            started: Instant::now(),
        }
    }

    /// The next part, `None` after the last. What was not copied of the part before has to be copied
    /// first, into a sink if nobody wants it.
    pub(super) fn next(&mut self) -> Result<Option<Part>, Problem> {
        // The head of a part is three short lines.
        const MOST: usize = 16 * 1024;
        while self.held.len() < 2 {
            self.more()?;
        }
        if self.held.starts_with(b"--") {
            return Ok(None);
        }
        let end = loop {
            if let Some(end) = find(&self.held, b"\r\n\r\n") {
                break end;
            }
            if self.held.len() > MOST {
                return Err(Problem::Answer("a part has no end of its head".to_owned()));
            }
            self.more()?;
        };
        let head: Vec<u8> = self.held.drain(..end + 4).collect();
        let head = String::from_utf8_lossy(&head);
        let disposition = head.lines().find(|line| {
            line.to_ascii_lowercase()
                .starts_with("content-disposition:")
        });
        let name = disposition.and_then(|line| {
            let (_, rest) = line.split_once("; name=\"")?;
            Some(rest.split_once('"')?.0.to_owned())
        });
        match name {
            Some(name) => Ok(Some(Part { name })),
            None => Err(Problem::Answer("a part has no name".to_owned())),
        }
    }

    /// Copies the rest of the part, and passes its delimiter.
    pub(super) fn copy(&mut self, into: &mut dyn Write) -> Result<u64, Problem> {
        let mut copied = 0;
        loop {
            let found = find(&self.held, &self.delimiter);
            // The delimiter may have begun in what is held: that much stays.
            let ready =
                found.unwrap_or_else(|| (self.held.len() + 1).saturating_sub(self.delimiter.len()));
            let ready: Vec<u8> = self.held.drain(..ready).collect();
            into.write_all(&ready).map_err(Problem::Local)?;
            copied += ready.len() as u64;
            if found.is_some() {
                self.held.drain(..self.delimiter.len());
                return Ok(copied);
            }
            self.more()?;
        }
    }

    fn more(&mut self) -> Result<(), Problem> {
        let mut block = [0; 16 * 1024];
        let amount = self
            .source
            .read(&mut block)
            .map_err(|error| broken(ureq::Error::from(error), self.started))?;
        if amount == 0 {
            return Err(Problem::Answer(
                "it ends in the middle of a part".to_owned(),
            ));
        }
        self.held.extend(block.get(..amount).unwrap_or_default());
        Ok(())
    }
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|part| part == wanted)
}

/// The boundary that a content type names.
pub(super) fn boundary(content_type: &str) -> Option<&str> {
    let (kind, rest) = content_type.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let value = rest
        .split(';')
        .find_map(|option| option.trim().strip_prefix("boundary="))?;
    let value = value.trim_matches('"');
    (!value.is_empty()).then_some(value)
}

/// What stands before and after the pushed file. The boundary has the 32 characters Pebble asks for.
pub(super) fn around(boundary: &str, request: &str, path: &str) -> (String, String) {
    let path = path.replace('\\', "\\\\").replace('"', "\\\"");
    let before = format!(
        "--{boundary}\r\n\
         Content-Type: application/json\r\n\
         Content-Disposition: form-data; name=\"request\"\r\n\r\n\
         {request}\r\n\
         --{boundary}\r\n\
         Content-Type: application/octet-stream\r\n\
         Content-Disposition: form-data; name=\"files\"; filename=\"{path}\"\r\n\r\n"
    );
    (before, format!("\r\n--{boundary}--\r\n"))
}

/// The caller's file, whose own failures must not be taken for the connection's.
pub(super) struct Source<R> {
    pub(super) file: R,
    pub(super) failure: Option<io::Error>,
}

impl<R: Read> Read for Source<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.file.read(into) {
                // A signal is not the end of a file, nor a failure.
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.failure = Some(io::Error::new(error.kind(), error.to_string()));
                    return Err(error);
                }
                Ok(amount) => return Ok(amount),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One byte at a time, so that every delimiter is cut everywhere.
    struct Dripping<'a>(&'a [u8]);

    impl Read for Dripping<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let amount = self.0.len().min(into.len()).min(1);
            self.0.read(&mut into[..amount])
        }
    }

    fn parts(text: &[u8]) -> Result<Vec<(String, Vec<u8>)>, Problem> {
        let mut parts = Parts::of(Dripping(text), "B");
        parts.copy(&mut io::sink())?;
        let mut all = Vec::new();
        while let Some(part) = parts.next()? {
            let mut body = Vec::new();
            parts.copy(&mut body)?;
            all.push((part.name, body));
        }
        Ok(all)
    }

    #[test]
    fn bodies_come_back_byte_for_byte() {
        for body in [
            &b""[..],
            b"\r\n",
            b"--B",
            b"\r\n--A\r\n--",
            b"\0\xff\r\n\r\n--",
        ] {
            let mut text =
                b"--B\r\nContent-Disposition: form-data; name=\"files\"\r\n\r\n".to_vec();
            text.extend(body);
            text.extend(b"\r\n--B\r\ncontent-disposition: form-data; name=\"response\"\r\n\r\n{}");
            text.extend(b"\r\n--B--\r\n");
            let expected = [
                ("files".to_owned(), body.to_vec()),
                ("response".to_owned(), b"{}".to_vec()),
            ];
            assert_eq!(parts(&text).unwrap(), expected);
            // Cut short anywhere, it is never taken for whole.
            for end in 0..text.len() - "--\r\n".len() {
                assert!(parts(&text[..end]).is_err(), "{end}");
            }
        }
    }

    #[test]
    fn boundaries() {
        for (content_type, expected) in [
            ("multipart/form-data; boundary=abc", Some("abc")),
            (
                "Multipart/Form-Data; charset=x; boundary=\"a-b\"",
                Some("a-b"),
            ),
            ("multipart/form-data", None),
            ("multipart/form-data; boundary=\"\"", None),
            ("application/json; boundary=abc", None),
        ] {
            assert_eq!(boundary(content_type), expected, "{content_type}");
        }
    }
}
