//! Files: byte for byte both ways, with the attributes that were asked for, and errors per path.

use std::io::{self, Read};
use std::os::unix::fs::PermissionsExt;

use charm_tracing::pebble::{Client, FileOptions};

use super::server::Server;
use super::text;

fn start() -> (Server, Client, tempfile::TempDir) {
    let server = Server::start();
    let client = Client::at(server.socket());
    (server, client, tempfile::tempdir().unwrap())
}

#[test]
fn what_is_pushed_is_pulled() {
    let (_server, client, folder) = start();
    let options = FileOptions::default().permissions(0o640).make_parents();
    // Longer than every buffer on the way, with bytes that are no text and look like delimiters.
    let long: Vec<u8> = (0..300_000_u32)
        .flat_map(|n| [(n % 251) as u8, b'\r', b'\n', b'-'])
        .collect();
    for (name, content) in [
        ("empty", &b""[..]),
        ("a line break", b"\r\n"),
        (
            "delimiter",
            b"\r\n--between-the-parts-of-the-stand-in-for-pebbl\r\n--\r\n\r\n",
        ),
        ("long \"and\" \\quoted %41&x=?", &long),
    ] {
        let path = folder.path().join("new").join(name);
        let path = path.to_str().unwrap();
        client.push(path, content, &options).unwrap();
        assert!(std::fs::read(path).unwrap() == content, "{name}");
        assert!(client.pull(path).unwrap() == content, "{name}");
        let about = client.stat(path).unwrap().unwrap();
        assert_eq!((about.name.as_str(), about.kind.as_str()), (name, "file"));
        assert_eq!(
            (about.size, about.permissions),
            (Some(content.len() as u64), 0o640)
        );
    }
}

#[test]
fn folders_are_made_listed_and_removed() {
    let (_server, client, folder) = start();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let private = FileOptions::default().permissions(0o700);
    client.make_dir(&at("a"), &private).unwrap();
    client
        .make_dir(&at("b/c"), &FileOptions::default().make_parents())
        .unwrap();
    let mode = std::fs::metadata(at("a")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
    client
        .push(&at("a/1.txt"), &b"one"[..], &FileOptions::default())
        .unwrap();
    client
        .push(&at("a/2.bin"), &b"two"[..], &FileOptions::default())
        .unwrap();
    let names = |pattern| {
        let files = client.list_files(&at("a"), pattern).unwrap();
        files.into_iter().map(|file| file.name).collect::<Vec<_>>()
    };
    assert_eq!(names(None), ["1.txt", "2.bin"]);
    assert_eq!(names(Some("*.txt")), ["1.txt"]);
    assert_eq!(client.stat(&at("a")).unwrap().unwrap().kind, "directory");
    assert!(client.remove_path(&at("a"), false).is_err());
    client.remove_path(&at("a"), true).unwrap();
    client.remove_path(&at("a"), true).unwrap();
    assert_eq!(client.stat(&at("a")).unwrap(), None);
}

#[test]
fn errors_name_the_path_and_the_reason() {
    let (server, client, folder) = start();
    let missing = folder.path().join("no").join("file");
    let missing = missing.to_str().unwrap();
    let error = client.pull(missing).unwrap_err();
    assert!(error.is_not_found());
    assert_eq!(
        text(&server, &error),
        format!(
            "pebble pull {missing} ($SOCKET): open {missing}: No such file or directory (os error 2) (not-found)"
        )
    );
    for error in [
        client
            .push(missing, &b"x"[..], &FileOptions::default())
            .unwrap_err(),
        client
            .make_dir(missing, &FileOptions::default())
            .unwrap_err(),
        client.remove_path(missing, false).unwrap_err(),
        client.list_files(missing, None).unwrap_err(),
    ] {
        assert!(
            error.is_not_found() && error.kind() == Some("not-found"),
            "{error}"
        );
    }
    let error = client
        .push("/a\r\nb", &b"x"[..], &FileOptions::default())
        .unwrap_err();
    assert!(error.to_string().contains("a control character"), "{error}");
}

#[test]
fn a_local_file_that_fails_is_not_pebbles_fault() {
    struct Torn;
    impl Read for Torn {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("the disk is torn"))
        }
    }
    let (_server, client, folder) = start();
    let path = folder.path().join("file");
    let error = client
        .push(path.to_str().unwrap(), Torn, &FileOptions::default())
        .unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with("the local end of the file failed: the disk is torn"),
        "{error}"
    );
    assert!(!path.exists());
}
