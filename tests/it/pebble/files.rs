//! The files of the stand-in for Pebble are those of this machine: tests name paths in folders of
//! their own.

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use charm_tracing::testing::{Value, json};

use super::server::{Answer, Request};

const BOUNDARY: &str = "between-the-parts-of-the-stand-in-for-pebble";

pub(super) fn answer(request: &Request) -> Answer {
    if request.method == "GET" {
        let path = request.query("path").unwrap();
        return match request.query("action") {
            Some("read") => read(request, path),
            Some("list") => list(request, Path::new(path)),
            other => Answer::no(400, "", &format!("invalid action {other:?}")),
        };
    }
    if request
        .header("content-type")
        .starts_with("multipart/form-data")
    {
        return write(request);
    }
    let body = request.json();
    let (list, each): (_, fn(&Value) -> io::Result<()>) = match body["action"].as_str() {
        Some("make-dirs") => (&body["dirs"], make_dir),
        Some("remove") => (&body["paths"], remove),
        other => return Answer::no(400, "", &format!("invalid action {other:?}")),
    };
    let results = list.as_array().unwrap().iter();
    Answer::sync(
        &results
            .map(|item| result(item["path"].as_str().unwrap(), each(item)))
            .collect(),
    )
}

fn result(path: &str, outcome: io::Result<()>) -> Value {
    match outcome {
        Ok(()) => json!({ "path": path }),
        Err(error) => {
            let (_, kind) = status(&error);
            json!({ "path": path, "error": { "kind": kind, "message": format!("open {path}: {error}") } })
        }
    }
}

fn status(error: &io::Error) -> (u16, &'static str) {
    match error.kind() {
        io::ErrorKind::NotFound => (404, "not-found"),
        io::ErrorKind::PermissionDenied => (403, "permission-denied"),
        _ => (400, "generic-file-error"),
    }
}

fn read(request: &Request, path: &str) -> Answer {
    if request.header("accept") != "multipart/form-data" {
        return Answer::no(400, "", "must accept multipart/form-data");
    }
    let mut body = Vec::new();
    let outcome = fs::read(path).map(|content| {
        body.extend(format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"files\"; filename=\"{path}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n").bytes());
        body.extend(content);
        body.extend(b"\r\n");
    });
    let metadata = json!({ "type": "sync", "status-code": 200, "status": "OK", "result": [result(path, outcome)] });
    body.extend(
        format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"response\"\r\n\
         Content-Type: application/json\r\n\r\n{metadata}\n\r\n--{BOUNDARY}--\r\n"
        )
        .bytes(),
    );
    Answer(
        200,
        format!("multipart/form-data; boundary={BOUNDARY}"),
        body,
    )
}

fn write(request: &Request) -> Answer {
    let (_, boundary) = request
        .header("content-type")
        .split_once("boundary=")
        .unwrap();
    let boundary = boundary.trim_matches('"');
    if boundary.len() < 32 {
        return Answer::no(400, "", &format!("invalid boundary {boundary:?}"));
    }
    let (metadata, rest) = part(&request.body, boundary, "request");
    let metadata: Value = String::from_utf8(metadata).unwrap().parse().unwrap();
    assert_eq!(metadata["action"], "write");
    let item = &metadata["files"][0];
    let path = item["path"].as_str().unwrap();
    let quoted = path.replace('\\', "\\\\").replace('"', "\\\"");
    let (content, rest) = part(&rest, boundary, &format!("files\"; filename=\"{quoted}"));
    assert_eq!(rest, format!("\r\n--{boundary}--\r\n").into_bytes());
    let outcome = (|| {
        if item["make-dirs"] == true {
            fs::create_dir_all(Path::new(path).parent().unwrap())?;
        }
        fs::write(path, content)?;
        permit(path, item, 0o644)
    })();
    Answer::sync(&json!([result(path, outcome)]))
}

/// The body of the next part, which has to have this name, and what follows it.
fn part(text: &[u8], boundary: &str, name: &str) -> (Vec<u8>, Vec<u8>) {
    let text = text.strip_prefix(b"\r\n").unwrap_or(text);
    let text = text
        .strip_prefix(format!("--{boundary}\r\n").as_bytes())
        .unwrap();
    let find = |text: &[u8], wanted: &[u8]| {
        text.windows(wanted.len())
            .position(|part| part == wanted)
            .unwrap()
    };
    let end = find(text, b"\r\n\r\n");
    let head = std::str::from_utf8(&text[..end]).unwrap();
    let disposition = format!("Content-Disposition: form-data; name=\"{name}\"");
    assert!(head.lines().any(|line| line == disposition), "{head}");
    let body = &text[end + 4..];
    let (body, rest) = body.split_at(find(body, format!("\r\n--{boundary}").as_bytes()));
    (body.to_vec(), rest.to_vec())
}

fn permit(path: &str, item: &Value, usual: u32) -> io::Result<()> {
    let mode = item["permissions"]
        .as_str()
        .map_or(usual, |mode| u32::from_str_radix(mode, 8).unwrap());
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

fn make_dir(item: &Value) -> io::Result<()> {
    let path = item["path"].as_str().unwrap();
    if item["make-parents"] == true {
        fs::create_dir_all(path)?;
    } else {
        fs::create_dir(path)?;
    }
    permit(path, item, 0o755)
}

fn remove(item: &Value) -> io::Result<()> {
    let path = Path::new(item["path"].as_str().unwrap());
    match (item["recursive"] == true, path.is_dir()) {
        (true, true) => fs::remove_dir_all(path),
        (true, false) if !path.exists() => Ok(()),
        (false, true) => fs::remove_dir(path),
        _ => fs::remove_file(path),
    }
}

fn list(request: &Request, path: &Path) -> Answer {
    let described = |path: &Path| {
        let about = fs::metadata(path)?;
        let kind = if about.is_dir() { "directory" } else { "file" };
        let mut item = json!({
            "path": path, "name": path.file_name().unwrap().to_str(), "type": kind,
            "permissions": format!("{:03o}", about.permissions().mode() & 0o777),
            "last-modified": "2026-01-01T00:00:00Z", "user-id": 0, "user": "root", "group-id": 0, "group": "root",
        });
        if about.is_file() {
            item["size"] = about.len().into();
        }
        io::Result::Ok(item)
    };
    let items = if path.is_dir() && request.query("itself") != Some("true") {
        fs::read_dir(path).and_then(|entries| {
            let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
            paths.sort();
            // Of Go's patterns the tests use `*` and an ending alone.
            let ending = request
                .query("pattern")
                .map_or("", |pattern| pattern.strip_prefix('*').unwrap());
            let paths = paths
                .iter()
                .filter(|path| path.to_str().unwrap().ends_with(ending));
            paths
                .map(|path| described(path))
                .collect::<io::Result<Vec<_>>>()
        })
    } else {
        described(path).map(|item| vec![item])
    };
    match items {
        Ok(items) => Answer::sync(&json!(items)),
        Err(error) => {
            let (code, kind) = status(&error);
            Answer::no(code, kind, &format!("stat {}: {error}", path.display()))
        }
    }
}
