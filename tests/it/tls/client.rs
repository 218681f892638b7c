//! Receivers that want to see a certificate of the unit.

use charm_tracing::testing::Unit;

use super::{Authority, Server, assert_delivered, assert_kept, params, root, unit_for};

const CERTIFICATE: &str = "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE";
const KEY: &str = "OTEL_EXPORTER_OTLP_CLIENT_KEY";

/// Writes a client's certificate and key into the charm directory.
fn show(unit: &mut Unit, authority: &Authority) {
    let client = Server::of(&params("blog/0", &["blog-0"]), authority);
    for (variable, name, pem) in [
        (CERTIFICATE, "client.pem", client.certificate.pem()),
        (KEY, "client.key", client.key.serialize_pem()),
    ] {
        let file = unit.charm_dir().join(name);
        std::fs::write(&file, pem).unwrap();
        unit.set_env(variable, file);
    }
}

#[test]
fn a_client_certificate_is_shown_when_asked_for() {
    let (servers, clients) = (root("of servers"), root("of clients"));
    let server = Server::signed_by(&servers);
    let asking = server.serve_clients_of(&clients);
    for (what, sink) in [("asks", &asking), ("does not ask", &server.serve(&[]))] {
        let mut unit = unit_for(&sink.endpoint(), &servers.pem());
        show(&mut unit, &clients);
        assert_delivered(what, &mut unit, sink);
    }
    asking.clear();
    let told = "it does not accept the client's certificate";
    let mut without = unit_for(&asking.endpoint(), &servers.pem());
    assert_kept("without", &mut without, &asking, told);
    let mut of_another = unit_for(&asking.endpoint(), &servers.pem());
    show(&mut of_another, &root("of strangers"));
    assert_kept("of another CA", &mut of_another, &asking, told);
}

#[test]
fn unusable_files_are_logged() {
    let ca = root("a root");
    let sink = Server::signed_by(&ca).serve(&[]);
    let (good, other) = (root("good"), root("other"));
    for (what, variable, content, told) in [
        (
            "no file",
            CERTIFICATE,
            None,
            "cannot read the client's certificate /nowhere: No such file",
        ),
        (
            "no key",
            KEY,
            None,
            "cannot read the client's key /nowhere: ",
        ),
        (
            "no certificate",
            CERTIFICATE,
            Some("PEM".to_owned()),
            "there is none in it",
        ),
        (
            "another key's certificate",
            CERTIFICATE,
            Some(other.pem()),
            "the client certificate and its key cannot be used",
        ),
    ] {
        let mut unit = unit_for(&sink.endpoint(), &ca.pem());
        show(&mut unit, &good);
        match content {
            Some(content) => {
                let file = unit.charm_dir().join("wrong.pem");
                std::fs::write(&file, content).unwrap();
                unit.set_env(variable, file);
            }
            None => unit.set_env(variable, "/nowhere"),
        }
        assert_kept(what, &mut unit, &sink, told);
    }
}
