//! What has to work: every way in which a receiver's certificate and the CAs at hand fit.

use charm_tracing::testing::{Sink, json};
use rcgen::IsCa;

use super::{
    Authority, HERE, Server, assert_delivered, dispatch, intermediate, marked_as_ca, params, root,
    unit_for,
};
use crate::{blog, log, offer, relate_tracing};

#[test]
fn a_root_by_address_and_by_name() {
    let ca = root("a root");
    let sink = Server::signed_by(&ca).serve(&[]);
    let by_name = format!("https://localhost:{}", sink.port());
    for endpoint in [sink.endpoint(), by_name] {
        let mut unit = unit_for(&endpoint, &ca.pem());
        dispatch(&mut unit);
        assert_eq!(unit.buffered().unwrap().len(), 0, "{endpoint}");
    }
    assert_eq!(sink.requests().len(), 2);
}

#[test]
fn roots_and_intermediates_wherever_they_are() {
    let top = root("a root");
    let middle = intermediate("an intermediate", &top);
    let low = intermediate("a lower one", &middle);
    let server = Server::signed_by(&low);
    let (middle_pem, low_pem) = (middle.pem(), low.pem());
    for (what, sent, known) in [
        ("all sent", vec![low.der(), middle.der()], top.pem()),
        (
            "all known",
            vec![],
            [top.pem(), middle_pem.clone(), low_pem.clone()].concat(),
        ),
        (
            "each a half",
            vec![low.der()],
            [top.pem(), middle_pem.clone()].concat(),
        ),
        (
            "sent in the wrong order",
            vec![middle.der(), low.der()],
            top.pem(),
        ),
        ("only an intermediate is known", vec![low.der()], middle_pem),
        ("only the last is known", vec![], low_pem.clone()),
        (
            "only the last is known, all sent",
            vec![low.der(), middle.der(), top.der()],
            low_pem,
        ),
    ] {
        let sink = server.serve(&sent);
        assert_delivered(what, &mut unit_for(&sink.endpoint(), &known), &sink);
    }
}

#[test]
fn certificates_that_are_their_own_ca() {
    let as_ca = marked_as_ca(params("a charm's own", HERE));
    let mut no_ca = params("a charm's own", HERE);
    no_ca.is_ca = IsCa::ExplicitNoCa;
    for (what, params) in [
        ("self-signed", params("a charm's own", HERE)),
        ("self-signed, marked as a CA", as_ca.clone()),
        ("self-signed, marked as no CA", no_ca),
    ] {
        let server = Server::self_signed(&params);
        let sink = server.serve(&[]);
        let known = server.certificate.pem();
        assert_delivered(what, &mut unit_for(&sink.endpoint(), &known), &sink);
    }
}

#[test]
fn a_server_marked_as_a_ca_that_a_known_one_signed() {
    let top = root("a root");
    let middle = intermediate("an intermediate", &top);
    let as_ca = marked_as_ca(params("server", HERE));
    let below_root = Server::of(&as_ca, &top);
    let below_middle = Server::of(&as_ca, &middle);
    for (what, server, sent, known) in [
        ("by the root", &below_root, vec![], top.pem()),
        (
            "by the root, which it sends",
            &below_root,
            vec![top.der()],
            top.pem(),
        ),
        (
            "by an intermediate that is known",
            &below_middle,
            vec![],
            middle.pem(),
        ),
        (
            "by an intermediate that it sends",
            &below_middle,
            vec![middle.der()],
            top.pem(),
        ),
        (
            "itself known and not its CA",
            &below_root,
            vec![],
            below_root.certificate.pem(),
        ),
    ] {
        let sink = server.serve(&sent);
        assert_delivered(what, &mut unit_for(&sink.endpoint(), &known), &sink);
    }
}

#[test]
fn a_certificate_that_is_known_itself_though_its_ca_is_not() {
    let server = Server::signed_by(&root("a root nobody knows"));
    let sink = server.serve(&[]);
    let known = server.certificate.pem();
    assert_delivered("pinned", &mut unit_for(&sink.endpoint(), &known), &sink);
}

#[test]
fn a_ca_that_is_not_marked_as_one() {
    let key = rcgen::KeyPair::generate().unwrap();
    let ca = Authority::self_signed(params("a careless CA", &[]), key).unwrap();
    let sink = Server::signed_by(&ca).serve(&[]);
    assert_delivered(
        "unmarked",
        &mut unit_for(&sink.endpoint(), &ca.pem()),
        &sink,
    );
}

#[test]
fn every_way_of_quoting_a_bundle() {
    let (ca, other) = (root("a root"), root("another root"));
    let sink = Server::signed_by(&ca).serve(&[]);
    let (pem, key) = (
        ca.pem(),
        rcgen::KeyPair::generate().unwrap().serialize_pem(),
    );
    for (what, bundle) in [
        ("among others", [other.pem(), pem.clone()].concat()),
        (
            "with junk",
            format!("# the CA\n{}\nissuer=x\n{key}{pem}\n-- end", other.pem()),
        ),
        (
            "with a broken one",
            format!("-----BEGIN CERTIFICATE-----\nMII\n{pem}"),
        ),
        ("Windows lines", pem.replace('\n', "\r\n")),
        ("as a string of JSON", json!(pem).to_string()),
        ("as a list of JSON", json!([other.pem(), pem]).to_string()),
        (
            "line ends as two characters",
            pem.trim().replace('\n', "\\n"),
        ),
        ("on one line", pem.replace('\n', " ")),
        ("indented", pem.replace('\n', "\n        ")),
        ("twice", [pem.clone(), pem.clone()].concat()),
    ] {
        sink.clear();
        assert_delivered(what, &mut unit_for(&sink.endpoint(), &bundle), &sink);
    }
}

#[test]
fn both_versions_of_tls_alone() {
    let ca = root("a root");
    let server = Server::signed_by(&ca);
    for (what, version) in [
        ("TLS 1.2", &rustls::version::TLS12),
        ("TLS 1.3", &rustls::version::TLS13),
    ] {
        let sink = server.serve_versions(&[], &[version]);
        assert_delivered(what, &mut unit_for(&sink.endpoint(), &ca.pem()), &sink);
    }
    // The way through this crate's own verifier has a signature to check in either version too.
    let as_ca = marked_as_ca(params("server", HERE));
    let server = Server::of(&as_ca, &ca);
    for version in [&rustls::version::TLS12, &rustls::version::TLS13] {
        let sink = server.serve_versions(&[], &[version]);
        assert_delivered(
            "marked as a CA",
            &mut unit_for(&sink.endpoint(), &ca.pem()),
            &sink,
        );
    }
}

#[test]
fn cryptography_that_others_chose_for_the_process_is_not_used() {
    let ca = root("a root");
    let sink = Server::signed_by(&ca).serve(&[]);
    let mut unit = unit_for(&sink.endpoint(), &ca.pem());
    unit.set_env("CHOSEN_PROVIDER", "useless");
    assert_delivered("another provider", &mut unit, &sink);
}

#[test]
fn one_handshake_for_all_requests_of_a_dispatch() {
    let ca = root("a root");
    let sink = Server::signed_by(&ca).serve(&[]);
    let mut unit = unit_for(&sink.endpoint(), &ca.pem());
    unit.remove_env("CHOSEN_ENDPOINT");
    dispatch(&mut unit);
    let later = |unit: &mut charm_tracing::testing::Unit| {
        unit.set_env("CHOSEN_ENDPOINT", sink.endpoint());
        unit.set_env("CHOSEN_SERVER_CERT", unit.charm_dir().join("ca.pem"));
        unit.set_env("CHOSEN_NETWORK_BUDGET_MS", "20000");
        dispatch(unit)
    };
    later(&mut unit);
    assert_eq!(unit.buffered().unwrap().len(), 0);
    assert_eq!(sink.connections(), 1);
}

#[test]
fn system_cas_and_their_variables_count_when_asked_for() {
    let ca = root("a root of the system");
    let sink = Server::signed_by(&ca).serve(&[]);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bundle.pem");
    std::fs::write(&file, ca.pem()).unwrap();
    for (variable, value) in [
        ("SSL_CERT_FILE", file.as_path()),
        ("SSL_CERT_DIR", folder.path()),
    ] {
        sink.clear();
        let mut unit = crate::awkward();
        unit.set_env("CHOSEN_ENDPOINT", sink.endpoint());
        unit.set_env("CHOSEN_NETWORK_BUDGET_MS", "20000");
        unit.set_env("CHOSEN_SYSTEM_ROOTS", "1");
        unit.set_env(variable, value);
        assert_delivered(variable, &mut unit, &sink);

        sink.clear();
        let mut unit = crate::awkward();
        unit.set_env("CHOSEN_ENDPOINT", sink.endpoint());
        unit.set_env(variable, value);
        let told = "is https and no CA certificate is known";
        super::assert_kept("not asked for", &mut unit, &sink, told);
    }
}

#[test]
fn variables_of_system_cas_do_not_change_a_private_ca() {
    let ca = root("a private root");
    let sink = Server::signed_by(&ca).serve(&[]);
    let mut unit = unit_for(&sink.endpoint(), &ca.pem());
    for variable in [
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
        "REQUESTS_CA_BUNDLE",
        "CURL_CA_BUNDLE",
    ] {
        unit.set_env(variable, "/nowhere");
    }
    assert_delivered("a private CA", &mut unit, &sink);
}

#[test]
fn a_receiver_that_changes_to_https_and_back_gets_all() {
    let ca = root("a root");
    let secure = Server::signed_by(&ca).serve(&[]);
    let plain = Sink::http().unwrap();
    let mut unit = blog();
    unit.hook("install").unwrap();
    let relation = relate_tracing(&mut unit, &plain.endpoint());
    assert_eq!(unit.buffered().unwrap().len(), 0);
    plain.clear();

    // https before its CA: nothing goes anywhere, least of all in the clear.
    offer(&mut unit, &relation, &secure.endpoint());
    let changed = unit.relation_hook(&relation, "changed", None).unwrap();
    assert!(
        log(&changed).contains("no CA certificate is known"),
        "{}",
        log(&changed)
    );
    unit.hook("update-status").unwrap();
    assert_eq!((plain.requests().len(), secure.requests().len()), (0, 0));
    assert_eq!(unit.buffered().unwrap().len(), 2);

    let certificates = unit.relate("receive-ca-cert", "ca");
    let list = json!([ca.pem()]).to_string();
    unit.set_remote_app_data(&certificates, &[("certificates", &list), ("version", "1")])
        .unwrap();
    unit.relation_hook(&certificates, "changed", None).unwrap();
    assert_eq!(unit.buffered().unwrap().len(), 0);
    assert_eq!(plain.requests().len(), 0);

    secure.clear();
    offer(&mut unit, &relation, &plain.endpoint());
    unit.relation_hook(&relation, "changed", None).unwrap();
    assert_eq!(plain.requests().len(), 1);
    assert_eq!(
        (secure.requests().len(), unit.buffered().unwrap().len()),
        (0, 0)
    );
}
