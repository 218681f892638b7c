//! Commands: output, input, exit codes and limits, with real processes at the other end.

use std::time::{Duration, Instant};

use charm_tracing::pebble::{Client, Exec};

use super::server::Server;
use super::text;

fn start() -> (Server, Client) {
    let server = Server::start();
    let client = Client::at(server.socket());
    (server, client)
}

fn shell(script: &str) -> Exec {
    Exec::new("/bin/sh").args(["-c", script])
}

#[test]
fn both_outputs_arrive_apart_or_together() {
    let (server, client) = start();
    let script = shell("pwd; echo $NAME; echo wrong >&2")
        .environment("NAME", "value")
        .working_dir("/usr");
    let output = client.exec(&script).unwrap();
    assert_eq!(output.stdout, b"/usr\nvalue\n");
    assert_eq!(
        (output.stderr.as_slice(), output.exit_code),
        (&b"wrong\n"[..], 0)
    );
    let output = client
        .exec(&shell("echo a").user("blog").combine_stderr())
        .unwrap();
    assert_eq!(output.stdout, b"a\n");
    let requests = server.daemon.state().requests.clone();
    let streams: Vec<_> = requests
        .iter()
        .filter_map(|request| request.split_once("/websocket/"))
        .map(|(_, name)| name)
        .collect();
    assert_eq!(streams, ["control", "stdio", "stderr", "control", "stdio"]);
}

#[test]
fn more_input_than_any_buffer_holds_comes_back_as_output() {
    let (_server, client) = start();
    let input: Vec<u8> = (0..2_000_000_u32).map(|n| (n % 253) as u8).collect();
    let output = client
        .exec(&Exec::new("/bin/cat").stdin(input.clone()))
        .unwrap();
    assert!(output.stdout == input, "{} bytes", output.stdout.len());
    // A command that does not read what it is given.
    let output = client.exec(&shell("echo done").stdin(input)).unwrap();
    assert_eq!(output.stdout, b"done\n");
}

#[test]
fn an_exit_code_is_an_error_that_has_the_output() {
    let (server, client) = start();
    let error = client
        .exec(&shell("echo out; echo err >&2; exit 3"))
        .unwrap_err();
    assert_eq!(
        text(&server, &error),
        "pebble exec /bin/sh ($SOCKET): exit code 3"
    );
    let output = error.output().unwrap();
    assert_eq!(
        (output.stdout.as_slice(), output.stderr.as_slice()),
        (&b"out\n"[..], &b"err\n"[..])
    );
    let error = client
        .exec(&Exec::new("/no/such").args(["planted"]))
        .unwrap_err();
    assert_eq!(
        text(&server, &error),
        "pebble exec /no/such ($SOCKET): refused with status 400: cannot find executable \"/no/such\""
    );
}

#[test]
fn a_command_that_hangs_is_ended_at_its_limit() {
    let (server, client) = start();
    let before = Instant::now();
    let hung = Exec::new("/bin/sleep")
        .args(["60"])
        .timeout(Duration::from_millis(200));
    let error = client.exec(&hung).unwrap_err();
    assert!(before.elapsed() < Duration::from_secs(5));
    assert_eq!(
        text(&server, &error),
        "pebble exec /bin/sleep ($SOCKET): change 1 failed: cannot perform the following tasks:\n\
         - Execute command \"/bin/sleep\" (timed out)"
    );
}
