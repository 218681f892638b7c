//! Commands of the stand-in for Pebble: real processes, their streams on real websockets.

use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use charm_tracing::testing::{Value, json};
use tungstenite::{Message, WebSocket};

use super::daemon::Daemon;
use super::server::Replayed;

type Socket = WebSocket<Replayed>;

/// A command that waits for its streams.
pub(super) struct Started {
    body: Value,
    sockets: Vec<(String, Socket)>,
}

impl Started {
    pub(super) fn of(body: &Value) -> Self {
        Self {
            body: body.clone(),
            sockets: Vec::new(),
        }
    }
}

/// Takes a stream in; the last one of a command starts it. `rest` is `<task>/websocket/<name>`.
pub(super) fn connect(daemon: &Arc<Daemon>, rest: &str, stream: Replayed) {
    let [task, "websocket", name] = rest.split('/').collect::<Vec<_>>()[..] else {
        panic!("{rest}");
    };
    let socket = tungstenite::accept(stream).unwrap();
    let ready = {
        let mut state = daemon.state();
        let started = state.started.get_mut(task).unwrap();
        started.sockets.push((name.to_owned(), socket));
        let wanted = if started.body["split-stderr"] == true {
            3
        } else {
            2
        };
        (started.sockets.len() == wanted).then(|| state.started.remove(task).unwrap())
    };
    if let Some(started) = ready {
        run(daemon, task, started);
    }
}

fn run(daemon: &Daemon, task: &str, started: Started) {
    let body = &started.body;
    let words: Vec<&str> = body["command"]
        .as_array()
        .unwrap()
        .iter()
        .map(|word| word.as_str().unwrap())
        .collect();
    let mut command = Command::new(words[0]);
    command
        .args(&words[1..])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    for (name, value) in body["environment"].as_object().unwrap() {
        command.env(name, value.as_str().unwrap());
    }
    if let Some(folder) = body["working-dir"].as_str() {
        command.current_dir(folder);
    }
    let mut child = command.spawn().unwrap();
    let mut input = child.stdin.take();
    let (mut output, mut errors) = (child.stdout.take(), child.stderr.take());
    let mut threads = Vec::new();
    let mut control = None;
    for (name, socket) in started.sockets {
        match name.as_str() {
            "control" => control = Some(socket),
            "stderr" => {
                let errors = errors.take().unwrap();
                threads.push(thread::spawn(move || send(errors, socket)));
            }
            _ => {
                // Both directions on one stream: a second handle reads.
                let handle = socket.get_ref().stream.try_clone().unwrap();
                let mut reading =
                    WebSocket::from_raw_socket(handle, tungstenite::protocol::Role::Server, None);
                let mut input = input.take().unwrap();
                thread::spawn(move || {
                    while let Ok(message) = reading.read() {
                        match message {
                            Message::Binary(bytes) if input.write_all(&bytes).is_ok() => {}
                            _ => return,
                        }
                    }
                });
                let output = output.take().unwrap();
                threads.push(thread::spawn(move || send(output, socket)));
            }
        }
    }
    let limit = body["timeout"]
        .as_str()
        .unwrap()
        .strip_suffix("ms")
        .unwrap()
        .parse()
        .unwrap();
    let code = end(&mut child, Duration::from_millis(limit));
    for thread in threads {
        thread.join().unwrap();
    }
    drop(control);
    let late = code.is_none().then(|| {
        let name = json!(words[0]);
        format!("cannot perform the following tasks:\n- Execute command {name} (timed out)")
    });
    // What a shell gives for a process that was killed.
    daemon.finish(task, code.unwrap_or(137), late.as_deref());
}

/// The exit code; `None` when it had to be killed at its limit.
fn end(child: &mut Child, limit: Duration) -> Option<i64> {
    let started = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status.code().map(i64::from);
        }
        if started.elapsed() > limit {
            child.kill().unwrap();
            child.wait().unwrap();
            return None;
        }
        thread::sleep(Duration::from_millis(1));
    }
}

fn send(mut output: impl Read, mut socket: Socket) {
    let mut block = [0; 16 * 1024];
    loop {
        match output.read(&mut block).unwrap() {
            0 => break,
            amount => socket
                .send(Message::binary(block[..amount].to_vec()))
                .unwrap(),
        }
    }
    let _ = socket.send(Message::text(json!({ "command": "end" }).to_string()));
}
