//! The Pebble client against a server of ours that speaks the documented API on a unix socket: the
//! real Pebble is a Go program. What the client sends is checked by the server, what it makes of the
//! answers is checked here, and its spans come from the dispatch of a charm.

mod commands;
mod daemon;
mod exec;
mod files;
mod server;
mod spans;
mod transfers;

use std::os::unix::net::UnixListener;
use std::time::{Duration, Instant};

use charm_tracing::pebble::{
    ChangeId, ChangeState, Client, Error, Identity, Layer, LayerCheck, LayerService, Service,
};

use server::Server;

/// A client whose server has one service `web`, not running, and one check `up`.
fn with_web() -> (Server, Client) {
    let server = Server::start();
    let client = Client::at(server.socket()).timeout(Duration::from_secs(5));
    let web = LayerService::new("/bin/web").startup_enabled();
    let layer = Layer::new()
        .service("web", web)
        .check("up", LayerCheck::tcp(80));
    client.add_layer("charm", &layer).unwrap();
    (server, client)
}

/// The error's text with the socket's path, which differs from run to run, masked.
fn text(server: &Server, error: &Error) -> String {
    error
        .to_string()
        .replace(server.socket().to_str().unwrap(), "$SOCKET")
}

fn words(service: &Service) -> (&str, &str, &str, bool) {
    (
        &service.name,
        &service.startup,
        &service.current,
        service.is_running(),
    )
}

#[test]
fn services_start_stop_and_follow_the_plan() {
    let (server, client) = with_web();
    let services = client.services(&[]).unwrap();
    let services: Vec<_> = services.iter().map(words).collect();
    assert_eq!(services, [("web", "enabled", "inactive", false)]);
    let running = || client.services(&["web"]).unwrap()[0].is_running();
    client.replan_services().unwrap();
    assert!(running());
    client.send_signal("SIGHUP", &["web"]).unwrap();
    client.stop_services(&["web"]).unwrap();
    assert!(!running());
    client.start_services(&["web"]).unwrap();
    client.restart_services(&["web"]).unwrap();
    let id = client.autostart_services().unwrap();
    assert!(running());
    assert_eq!(client.services(&["no-such"]).unwrap(), []);
    let change = client
        .change(&ChangeId::from(id.to_string().as_str()))
        .unwrap();
    assert_eq!((change.kind.as_str(), change.ready), ("autostart", true));
    assert_eq!(client.abort_change(&id).unwrap().id, id);
    assert_eq!(
        client.changes(ChangeState::All, Some("web")).unwrap().len(),
        5
    );
    let requests = server.daemon.state().requests.clone();
    assert_eq!(
        requests.last().unwrap(),
        "GET /v1/changes select=all for=web"
    );
    assert!(requests.contains(&"GET /v1/services names=web".to_owned()));
    // One wait for each of the five operations.
    let waits = requests
        .iter()
        .filter(|request| request.contains("/wait "))
        .count();
    assert_eq!(waits, 5);
}

#[test]
fn a_failed_service_is_an_error_without_its_output() {
    let (server, client) = with_web();
    server.daemon.state().broken = Some("web".to_owned());
    let error = client.start_services(&["web"]).unwrap_err();
    assert_eq!(
        text(&server, &error),
        "pebble start_services web ($SOCKET): change 1 failed: cannot perform the following tasks:\n\
         - Start service \"web\" (exited quickly with code 1)"
    );
    let change = error.change().unwrap();
    assert_eq!(change.status, "Error");
    assert!(change.tasks[0].log[0].contains("printed-by-service"));
    let error = client.start_services(&["nobody"]).unwrap_err();
    assert_eq!(
        text(&server, &error),
        "pebble start_services nobody ($SOCKET): refused with status 400: service \"nobody\" does not exist"
    );
    assert_eq!((error.status(), error.is_not_found()), (Some(400), false));
}

#[test]
fn a_slow_change_is_an_error_unless_not_waited_for() {
    let (server, client) = with_web();
    server.daemon.state().slow = true;
    let client = client.timeout(Duration::from_millis(200));
    let hurried = client.clone().change_timeout(Duration::from_millis(500));
    let before = Instant::now();
    let error = hurried.start_services(&["web"]).unwrap_err();
    assert!(before.elapsed() >= Duration::from_millis(490));
    assert_eq!(
        text(&server, &error),
        "pebble start_services web ($SOCKET): change 1 is still going on after 500ms; wait longer for it, or abort it"
    );
    // Several requests, none as long as a silent server is borne.
    let requests = server.daemon.state().requests.clone();
    let waits = requests.iter().filter(|request| request.contains("/wait "));
    assert!(waits.count() >= 3);
    let id = client
        .change_timeout(Duration::ZERO)
        .start_services(&["web"])
        .unwrap();
    assert!(!hurried.change(&id).unwrap().ready);
}

#[test]
fn layers_add_up_to_the_plan_and_a_refused_one_is_not_quoted() {
    let (server, client) = with_web();
    let web = LayerService::new("/bin/web")
        .merged()
        .set("on-failure", "restart")
        .environment("PORT", "8080");
    let layer = Layer::new().service("web", web);
    let error = client.add_layer("charm", &layer).unwrap_err();
    assert_eq!(error.message(), Some("layer \"charm\" already exists"));
    client.combine_layer("charm", &layer).unwrap();
    assert_eq!(
        client.plan().unwrap(),
        r#"{"layers":{"charm":{"checks":{},"services":{"web":{"command":"/bin/web","environment":{"PORT":"8080"},"on-failure":"restart","override":"merge"}}}}}"#
    );
    let error = client
        .add_layer("bad", &Layer::from_yaml("password: planted"))
        .unwrap_err();
    assert_eq!(
        text(&server, &error),
        "pebble add_layer bad ($SOCKET): refused with status 400; the reason may quote what was sent, \
         so it is not repeated here"
    );
    assert_eq!(
        error.message(),
        Some("cannot parse layer \"bad\": unexpected \"password: planted\"")
    );
}

#[test]
fn checks_notices_warnings_and_identities() {
    let (_server, client) = with_web();
    let up = |client: &Client| client.checks(Some("ready"), &["up"]).unwrap()[0].is_up();
    assert!(up(&client));
    assert_eq!(client.stop_checks(&["up"]).unwrap(), ["up"]);
    assert_eq!(client.stop_checks(&["up"]).unwrap(), Vec::<String>::new());
    assert_eq!(client.checks(None, &[]).unwrap()[0].status, "inactive");
    assert_eq!(client.start_checks(&["up"]).unwrap(), ["up"]);

    let after = Some(Duration::from_secs(90));
    let id = client
        .notify("example.com/done", &[("file", "/1.tar")], after)
        .unwrap();
    let notice = client.notice(&id).unwrap();
    assert_eq!(notice.last_data["file"], "/1.tar");
    assert_eq!(
        client.notices(&["custom"], &["example.com/done"]).unwrap(),
        [notice]
    );
    assert_eq!(client.notices(&[], &["example.com/other"]).unwrap(), []);
    assert!(client.notice("../services").unwrap_err().is_not_found());

    let warning = client.warnings(false).unwrap().remove(0);
    assert_eq!(warning.message, "disk nearly full");
    assert_eq!(client.ack_warnings(&warning.last_added).unwrap(), 1);

    let bob = Identity::local("read", 1000);
    client.replace_identity("bob", &bob).unwrap();
    assert_eq!(client.identities().unwrap()["bob"], bob);
    client.remove_identity("bob").unwrap();
    assert!(client.remove_identity("bob").is_err());
    assert_eq!(client.system_info().unwrap().version, "v1.26.0");
}

#[test]
fn a_socket_nobody_listens_on_means_not_ready() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("pebble.socket");
    let client = Client::at(&socket);
    assert!(!client.can_connect().unwrap());
    let error = client.services(&[]).unwrap_err();
    assert!(error.is_not_ready());
    let expected = |why: &str| {
        format!(
            "pebble get_services ({}): nobody listens on the socket ({why}); \
             the container is not ready, wait for its pebble-ready event",
            socket.display()
        )
    };
    assert_eq!(
        error.to_string(),
        expected("No such file or directory (os error 2)")
    );
    // A socket that a Pebble left behind.
    drop(UnixListener::bind(&socket).unwrap());
    let error = client.services(&[]).unwrap_err();
    assert!(error.is_not_ready() && !client.can_connect().unwrap());
    assert_eq!(
        error.to_string(),
        expected("Connection refused (os error 111)")
    );
    let error = Client::for_container("blog").plan().unwrap_err();
    assert!(
        error
            .to_string()
            .contains("/charm/containers/blog/pebble.socket")
    );
}

#[test]
fn a_silent_pebble_costs_the_time_that_was_allowed_and_no_more() {
    let (server, client) = with_web();
    server.daemon.state().silent = Some("/v1/plan".to_owned());
    let before = Instant::now();
    let error = client
        .timeout(Duration::from_millis(300))
        .plan()
        .unwrap_err();
    let took = before.elapsed();
    assert!(
        took >= Duration::from_millis(290) && took < Duration::from_secs(3),
        "{took:?}"
    );
    assert!(!error.is_not_ready());
    assert!(error.to_string().contains("no answer within "), "{error}");
}

#[test]
fn a_limit_without_an_end_is_no_panic() {
    let (_server, client) = with_web();
    let client = client
        .timeout(Duration::MAX)
        .transfer_timeout(Duration::MAX)
        .change_timeout(Duration::MAX);
    let id = client.start_services(&["web"]).unwrap();
    assert!(client.wait_change(&id, Duration::MAX).unwrap().ready);
    let exec = charm_tracing::pebble::Exec::new("/bin/true").timeout(Duration::MAX);
    assert_eq!(client.exec(&exec).unwrap().exit_code, 0);
}

#[test]
fn a_file_whose_reading_is_interrupted_is_pushed() {
    struct Interrupted(bool);
    impl std::io::Read for Interrupted {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            if std::mem::replace(&mut self.0, true) {
                return Ok(0);
            }
            Err(std::io::ErrorKind::Interrupted.into())
        }
    }
    let server = Server::start();
    let client = Client::at(server.socket());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    let pushed = client.push(
        file.to_str().unwrap(),
        Interrupted(false),
        &charm_tracing::pebble::FileOptions::default(),
    );
    assert_eq!(pushed.map_err(|error| error.to_string()), Ok(()));
}
