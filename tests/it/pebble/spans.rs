//! What a trace says of a workload: the operation, the socket and names; nothing that was sent, read or
//! printed.

use charm_tracing::testing::{Run, Sink, Unit, tree_with};

use super::server::Server;

struct Stage {
    server: Server,
    sink: Sink,
    unit: Unit,
    folder: tempfile::TempDir,
}

impl Stage {
    fn set() -> Self {
        let (server, sink) = (Server::start(), Sink::http().unwrap());
        let folder = tempfile::tempdir().unwrap();
        let unit = Unit::new("workload/0", env!("CARGO_BIN_EXE_stand-in")).unwrap();
        Self {
            server,
            sink,
            unit,
            folder,
        }
    }

    fn hook(&mut self, name: &str) -> Run {
        self.sink.clear();
        self.unit.set_env("CHOSEN_SOCKET", self.server.socket());
        self.unit.set_env("CHOSEN_FOLDER", self.folder.path());
        self.unit.set_env("CHOSEN_ENDPOINT", self.sink.endpoint());
        self.unit.hook(name).unwrap()
    }

    fn tree(&self, attributes: &[&str]) -> String {
        tree_with(&self.sink.traces(), attributes)
            .replace(self.server.socket().to_str().unwrap(), "$SOCKET")
            .replace(self.folder.path().to_str().unwrap(), "$FOLDER")
    }

    /// Nothing planted is in what was sent, nor in what Juju logs.
    fn nothing_leaks(&self, run: &Run) {
        let sent = self.sink.traces();
        let told = format!("{sent:?}{:?}{}{}", run.log, run.stdout, run.stderr);
        assert!(told.contains("pebble "), "nothing was recorded");
        assert!(!told.contains("planted"), "{told}");
    }
}

#[test]
fn each_operation_is_a_span_with_names_and_no_values() {
    let mut stage = Stage::set();
    let run = stage.hook("install");
    assert!(run.succeeded(), "{run:?}");
    let attributes = [
        "pebble.socket_path",
        "path",
        "label",
        "combine",
        "services",
        "names",
        "signal",
        "level",
        "type",
        "key",
        "executable",
        "process.exit.code",
        "change_id",
    ];
    assert_eq!(
        stage.tree(&attributes),
        "\
workload/0: install event [process.exit.code=0]
    event: install
        - install
        pebble get_system_info [pebble.socket_path=$SOCKET]
        pebble push [path=$FOLDER/site.conf pebble.socket_path=$SOCKET]
        pebble pull [path=$FOLDER/site.conf pebble.socket_path=$SOCKET]
        pebble list_files [path=$FOLDER pebble.socket_path=$SOCKET]
        pebble make_dir [path=$FOLDER/data pebble.socket_path=$SOCKET]
        pebble remove_path [path=$FOLDER/site.conf pebble.socket_path=$SOCKET]
        pebble add_layer [combine=true label=charm pebble.socket_path=$SOCKET]
        pebble replan_services [pebble.socket_path=$SOCKET services=[]]
            pebble wait_change [change_id=1 pebble.socket_path=$SOCKET]
        pebble get_services [names=[web] pebble.socket_path=$SOCKET]
        pebble send_signal [pebble.socket_path=$SOCKET services=[web] signal=SIGHUP]
        pebble get_checks [level=ready names=[up] pebble.socket_path=$SOCKET]
        pebble notify [key=example.com/done pebble.socket_path=$SOCKET type=custom]
        pebble exec [executable=/bin/sh pebble.socket_path=$SOCKET process.exit.code=0]
        pebble get_plan [pebble.socket_path=$SOCKET]
"
    );
    let traces = stage.sink.traces();
    let spans = charm_tracing::testing::spans(&traces);
    for span in spans.filter(|span| span.name.starts_with("pebble ")) {
        // OTLP's number for CLIENT.
        assert_eq!(span.kind, 3, "{}", span.name);
    }
    stage.nothing_leaks(&run);
}

#[test]
fn failures_are_recorded_once_without_contents() {
    let mut stage = Stage::set();
    assert!(stage.hook("install").succeeded());
    stage.server.daemon.state().broken = Some("web".to_owned());
    for (hook, event, expected) in [
        (
            "start",
            "start",
            "pebble start_services web ($SOCKET): change 3 failed: cannot perform the following tasks:\\n\
             - Start service \"web\" (exited quickly with code 1)",
        ),
        (
            "config-changed",
            "config_changed",
            "pebble add_layer charm ($SOCKET): refused with status 400; the reason may quote what was sent, \
             so it is not repeated here",
        ),
        ("stop", "stop", "pebble exec /bin/sh ($SOCKET): exit code 3"),
    ] {
        let run = stage.hook(hook);
        assert_eq!(run.exit_code, Some(1));
        let below = match hook {
            "start" => format!(
                "        pebble start_services  error: {expected}\n            pebble wait_change  error: {expected}\n                - exception\n"
            ),
            "stop" => format!("        pebble exec  error: {expected}\n            - exception\n"),
            _ => format!("        pebble add_layer  error: {expected}\n            - exception\n"),
        };
        assert_eq!(
            stage.tree(&[]),
            format!(
                "workload/0: {hook} event  error: {expected}\n    event: {event}  error: {expected}\n        - {event}\n{below}"
            )
        );
        stage.nothing_leaks(&run);
    }
}
