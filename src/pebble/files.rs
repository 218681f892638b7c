//! Files in the workload's container.
//!
//! Endpoint `/v1/files`: Pebble's API documentation; the form of a push and of a pull also as
//! `ops.pebble.Client` sends and reads them.

use std::io::{self, Read, Write};

use opentelemetry_sdk::trace::{IdGenerator, RandomIdGenerator};
use serde_json::{Map, Value, json};
use ureq::SendBody;
use ureq::http::Request;

use super::client::Client;
use super::error::{Error, Problem};
use super::multipart::{Parts, Source, around, boundary};
use super::read::AnswerObject;
use super::request::{Envelope, Operation, url};

/// What a new file or directory is like. Pebble's defaults: mode 644 for files and 755 for directories,
/// owned by the user Pebble runs as, and the parent has to exist.
///
/// ```
/// let options = charm_tracing::pebble::FileOptions::default()
///     .permissions(0o600)
///     .user("blog")
///     .make_parents();
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileOptions {
    fields: Map<String, Value>,
    parents: bool,
}

impl FileOptions {
    /// The mode's lowest nine bits.
    pub fn permissions(self, mode: u32) -> Self {
        self.with("permissions", format!("{mode:03o}"))
    }

    /// The owner's name. The group is then the owner's own unless it is set.
    pub fn user(self, name: &str) -> Self {
        self.with("user", name)
    }

    /// The owner's number.
    pub fn user_id(self, id: u32) -> Self {
        self.with("user-id", id)
    }

    /// The group's name; needs an owner.
    pub fn group(self, name: &str) -> Self {
        self.with("group", name)
    }

    /// The group's number; needs an owner.
    pub fn group_id(self, id: u32) -> Self {
        self.with("group-id", id)
    }

    /// Makes missing parents too; a directory that exists already is then no error.
    pub fn make_parents(mut self) -> Self {
        self.parents = true;
        self
    }

    fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.fields.insert(key.to_owned(), value.into());
        self
    }

    /// As an item of a request, under the name this request has for parents.
    fn item(&self, path: &str, parents: &str) -> Value {
        let mut item = self.fields.clone();
        item.insert("path".to_owned(), path.into());
        if self.parents {
            item.insert(parents.to_owned(), true.into());
        }
        Value::Object(item)
    }
}

/// A file or directory in the container.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FileInfo {
    /// The whole path.
    pub path: String,
    /// Its last part.
    pub name: String,
    /// `file`, `directory`, `symlink`, `socket`, `named-pipe`, `device` or `unknown`.
    pub kind: String,
    /// Bytes, of a regular file.
    pub size: Option<u64>,
    /// The mode's lowest nine bits.
    pub permissions: u32,
    /// RFC 3339.
    pub last_modified: String,
    /// The owner's number and name.
    pub user: (Option<u64>, Option<String>),
    /// The group's number and name.
    pub group: (Option<u64>, Option<String>),
}

impl Client {
    /// Writes a file: all of `content`, replacing what was there at once. Its directory has to exist
    /// unless the options make it.
    ///
    /// ```no_run
    /// # fn f(client: &charm_tracing::pebble::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// use charm_tracing::pebble::FileOptions;
    ///
    /// client.push("/etc/blog.conf", "port = 8080\n".as_bytes(), &FileOptions::default())?;
    /// client.push("/srv/logo.png", std::fs::File::open("logo.png")?, &FileOptions::default())?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn push(&self, path: &str, content: impl Read, options: &FileOptions) -> Result<(), Error> {
        let operation = Operation::named("pebble push").about("path", path);
        self.traced(operation, |_| {
            if path.contains(char::is_control) {
                let problem = "a path with a control character in it cannot be sent";
                return Err(Problem::Argument(problem.to_owned()));
            }
            // 32 hexadecimal digits nobody can know beforehand: no file contains them.
            let boundary = RandomIdGenerator::default().new_trace_id().to_string();
            let item = options.item(path, "make-dirs");
            let metadata = json!({ "action": "write", "files": [item] }).to_string();
            let (before, after) = around(&boundary, &metadata, path);
            let mut source = Source {
                file: content,
                failure: None,
            };
            let mut body = before.as_bytes().chain(&mut source).chain(after.as_bytes());
            let form = format!("multipart/form-data; boundary=\"{boundary}\"");
            let request = Request::post(url("/v1/files", &[]))
                .header("accept", "application/json")
                .header("content-type", form);
            let sent = self.send(
                request,
                SendBody::from_reader(&mut body),
                self.transfer_timeout,
            );
            if let Some(failure) = source.failure {
                return Err(Problem::Local(failure));
            }
            path_result(&Envelope::read(sent?)?.result, path)
        })
    }

    /// Reads a file into memory.
    pub fn pull(&self, path: &str) -> Result<Vec<u8>, Error> {
        let mut content = Vec::new();
        self.pull_to(path, &mut content)?;
        Ok(content)
    }

    /// Reads a file into a writer; how many bytes it has. After an error the writer has some of them.
    pub fn pull_to(&self, path: &str, into: &mut dyn Write) -> Result<u64, Error> {
        let operation = Operation::named("pebble pull").about("path", path);
        self.traced(operation, |_| {
            let query = [("action", "read"), ("path", path)];
            let request =
                Request::get(url("/v1/files", &query)).header("accept", "multipart/form-data");
            let mut response = self.send(request, SendBody::none(), self.transfer_timeout)?;
            let kind = response.headers().get("content-type");
            let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
            let Some(boundary) = boundary(kind).map(str::to_owned) else {
                Envelope::read(response)?;
                return Err(Problem::Answer("it is not multipart/form-data".to_owned()));
            };
            receive(response.body_mut().as_reader(), &boundary, path, into)
        })
    }

    /// What is in a directory, by a pattern like `*.txt` if one is given; or the one file that the path
    /// names.
    pub fn list_files(&self, path: &str, pattern: Option<&str>) -> Result<Vec<FileInfo>, Error> {
        let operation = Operation::named("pebble list_files").about("path", path);
        let mut query = vec![("action", "list"), ("path", path)];
        query.extend(pattern.map(|pattern| ("pattern", pattern)));
        self.traced(operation, |_| self.get("/v1/files", &query)?.list(file))
    }

    /// What the path itself is, a directory included; `None` where there is nothing.
    pub fn stat(&self, path: &str) -> Result<Option<FileInfo>, Error> {
        let operation = Operation::named("pebble list_files")
            .about("path", path)
            .attribute("itself", true);
        let query = [("action", "list"), ("path", path), ("itself", "true")];
        self.traced(operation, |_| match self.get("/v1/files", &query) {
            Err(problem) if problem.is_not_found() => Ok(None),
            answer => Ok(answer?.list(file)?.into_iter().next()),
        })
    }

    /// Makes a directory.
    pub fn make_dir(&self, path: &str, options: &FileOptions) -> Result<(), Error> {
        let operation = Operation::named("pebble make_dir").about("path", path);
        self.traced(operation, |_| {
            let item = options.item(path, "make-parents");
            let body = json!({ "action": "make-dirs", "dirs": [item] });
            path_result(&self.post("/v1/files", &body)?.result, path)
        })
    }

    /// Removes a file or an empty directory; with `recursive` everything below it too, and nothing being
    /// there is then no error.
    pub fn remove_path(&self, path: &str, recursive: bool) -> Result<(), Error> {
        let operation = Operation::named("pebble remove_path")
            .about("path", path)
            .attribute("recursive", recursive);
        self.traced(operation, |_| {
            let item = json!({ "path": path, "recursive": recursive });
            let body = json!({ "action": "remove", "paths": [item] });
            path_result(&self.post("/v1/files", &body)?.result, path)
        })
    }
}

/// Takes the answer to a pull apart: the file first, then how it went.
fn receive(
    answer: impl Read,
    boundary: &str,
    path: &str,
    into: &mut dyn Write,
) -> Result<u64, Problem> {
    let mut parts = Parts::of(answer, boundary);
    parts.copy(&mut io::sink())?;
    let mut received = None;
    let mut answer = Vec::new();
    while let Some(part) = parts.next()? {
        match part.name.as_str() {
            "files" if received.is_none() => received = Some(parts.copy(into)?),
            "response" => drop(parts.copy(&mut answer)?),
            other => {
                let problem = format!("a part {other:?} has no place in it");
                return Err(Problem::Answer(problem));
            }
        }
    }
    path_result(&Envelope::of(200, &answer)?.result, path)?;
    received.ok_or_else(|| Problem::Answer("there is no file in it".to_owned()))
}

/// How it went for one path: the request as a whole succeeds whether its files did or not.
fn path_result(result: &Value, path: &str) -> Result<(), Problem> {
    let items = result.as_array().map(Vec::as_slice).unwrap_or_default();
    let own = items
        .iter()
        .find(|item| item.get("path").and_then(Value::as_str) == Some(path));
    let item = own.ok_or_else(|| Problem::Answer("it says nothing of the path".to_owned()))?;
    match item.get("error").filter(|error| !error.is_null()) {
        None => Ok(()),
        Some(error) => {
            let fields = AnswerObject::of("an error", error)?;
            Err(Problem::Path {
                kind: fields.optional_text("kind").unwrap_or_default(),
                message: fields.optional_text("message").unwrap_or_default(),
            })
        }
    }
}

fn file(value: &Value) -> Result<FileInfo, Problem> {
    let fields = AnswerObject::of("a file", value)?;
    let permissions = fields.text("permissions")?;
    Ok(FileInfo {
        path: fields.text("path")?,
        name: fields.text("name")?,
        kind: fields.text("type")?,
        size: fields.number("size"),
        permissions: u32::from_str_radix(&permissions, 8)
            .map_err(|_| Problem::Answer(format!("permissions {permissions:?} are not octal")))?,
        last_modified: fields.optional_text("last-modified").unwrap_or_default(),
        user: (fields.number("user-id"), fields.optional_text("user")),
        group: (fields.number("group-id"), fields.optional_text("group")),
    })
}
