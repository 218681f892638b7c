//! Who is not spoken to: nothing is sent, the trace is kept, and one line says what to look at.

use rcgen::{CertificateParams, date_time_ymd};

use super::{
    HERE, Server, assert_kept, ca_params, dispatch, intermediate, marked_as_ca, params, root,
    unit_for,
};
use crate::{awkward, log};

#[test]
fn a_stranger() {
    let (known, other) = (root("a root"), root("the other root"));
    let sink = Server::signed_by(&other).serve(&[]);
    let told = "its certificate is signed by none of the CAs known here (\"the other root\" signed it): \
                relate the charm's certificate endpoint to that CA, or give its certificate; traces wait";
    assert_kept(
        "a stranger",
        &mut unit_for(&sink.endpoint(), &known.pem()),
        &sink,
        told,
    );
}

#[test]
fn a_ca_that_was_made_anew() {
    let (before, now) = (root("a root"), root("a root"));
    let sink = Server::signed_by(&now).serve(&[]);
    let told = "its certificate has the name of a CA known here and another signature: the CA was made anew";
    assert_kept(
        "made anew",
        &mut unit_for(&sink.endpoint(), &before.pem()),
        &sink,
        told,
    );
}

#[test]
fn wrong_names() {
    let ca = root("a root");
    let elsewhere = ["tempo.cos.svc", "192.0.2.1"];
    let self_signed = Server::self_signed(&marked_as_ca(params("127.0.0.1", &elsewhere)));
    for (what, server, known, told) in [
        (
            "other names",
            Server::of(&params("server", &elsewhere), &ca),
            ca.pem(),
            "its certificate is for tempo.cos.svc, 192.0.2.1 and not for 127.0.0.1: check the URL",
        ),
        (
            "a common name alone",
            Server::of(&params("127.0.0.1", &[]), &ca),
            ca.pem(),
            "its certificate is for no name (a common name does not count) and not for 127.0.0.1",
        ),
        (
            "marked as a CA",
            Server::of(&marked_as_ca(params("127.0.0.1", &elsewhere)), &ca),
            ca.pem(),
            "and not for 127.0.0.1",
        ),
        (
            "itself known",
            Server {
                certificate: self_signed.certificate.clone(),
                key: self_signed.key,
            },
            self_signed.certificate.pem(),
            "and not for 127.0.0.1",
        ),
    ] {
        let sink = server.serve(&[]);
        assert_kept(what, &mut unit_for(&sink.endpoint(), &known), &sink, told);
    }
}

#[test]
fn wrong_dates() {
    let ca = root("a root");
    let with_dates = |mut params: CertificateParams, from, until| {
        params.not_before = date_time_ymd(from, 1, 1);
        params.not_after = date_time_ymd(until, 1, 1);
        params
    };
    let as_ca = marked_as_ca(params("server", HERE));
    let expired = "its certificate expired on Sat, 01 Jan 2000 00:00:00 GMT: renew it";
    for (what, params, told) in [
        (
            "expired",
            with_dates(params("server", HERE), 1999, 2000),
            expired,
        ),
        (
            "expired, marked as a CA",
            with_dates(as_ca, 1999, 2000),
            expired,
        ),
        (
            "not yet valid",
            with_dates(params("server", HERE), 3000, 3001),
            "its certificate is not valid before Wed, 01 Jan 3000 00:00:00 GMT: check the clocks",
        ),
    ] {
        let server = Server::of(&params, &ca);
        let sink = server.serve(&[]);
        assert_kept(
            what,
            &mut unit_for(&sink.endpoint(), &ca.pem()),
            &sink,
            told,
        );
        // Knowing the certificate itself does not make it younger.
        let own = server.certificate.pem();
        let both = format!("{}{own}", ca.pem());
        assert_kept(what, &mut unit_for(&sink.endpoint(), &both), &sink, told);
    }

    let key = rcgen::KeyPair::generate().unwrap();
    let old = with_dates(ca_params("an old root"), 1999, 2000);
    let old = super::Authority::self_signed(old, key).unwrap();
    let sink = Server::signed_by(&old).serve(&[]);
    let told = "the CA certificates cannot be used: the CA certificate expired on Sat, 01 Jan 2000";
    assert_kept(
        "an expired CA",
        &mut unit_for(&sink.endpoint(), &old.pem()),
        &sink,
        told,
    );
}

#[test]
fn servers_marked_as_a_ca_that_nobody_known_signed() {
    let (known, other) = (root("a root"), root("another root"));
    let as_ca = marked_as_ca(params("server", HERE));
    let told = "its certificate is that of a CA, and of none that is known here";
    let between = intermediate("an intermediate", &other);
    // Signed by a plain server of the known CA, which has no right to.
    let server = Server::signed_by(&known);
    let of_server = marked_as_ca(params("impostor", HERE));
    let issuer = rcgen::Issuer::new(params("server", HERE), server.key);
    let key = rcgen::KeyPair::generate().unwrap();
    let impostor = Server {
        certificate: of_server.signed_by(&key, &issuer).unwrap(),
        key,
    };
    for (what, server, sent) in [
        ("self-signed", Server::self_signed(&as_ca), vec![]),
        (
            "of another root",
            Server::of(&as_ca, &other),
            vec![other.der()],
        ),
        (
            "of an intermediate",
            Server::of(&as_ca, &between),
            vec![between.der(), other.der()],
        ),
        (
            "of a root with the same name",
            Server::of(&as_ca, &root("a root")),
            vec![],
        ),
        ("of no CA", impostor, vec![server.certificate.der()]),
    ] {
        let sink = server.serve(&sent);
        assert_kept(
            what,
            &mut unit_for(&sink.endpoint(), &known.pem()),
            &sink,
            told,
        );
    }
}

#[test]
fn bundles_without_a_certificate() {
    let ca = root("a root");
    let sink = Server::signed_by(&ca).serve(&[]);
    let told =
        "the CA certificates cannot be used: there is no certificate in them that can be read";
    for bundle in [
        "",
        "no PEM",
        "-----BEGIN CERTIFICATE-----\nMII=\n-----END CERTIFICATE-----\n",
    ] {
        assert_kept(bundle, &mut unit_for(&sink.endpoint(), bundle), &sink, told);
    }
}

#[test]
fn ports_that_do_not_speak_tls() {
    let ca = root("a root");
    let plain = charm_tracing::testing::Sink::http().unwrap();
    let endpoint = format!("https://127.0.0.1:{}", plain.port());
    let mut unit = unit_for(&endpoint, &ca.pem());
    // The sink takes the handshake for a request, and closes.
    let told = "it closes the connection in the TLS handshake: check whether that port speaks TLS";
    assert_kept("plain", &mut unit, &plain, told);
}

#[test]
fn untrusted_https_is_never_tried_in_plain_text() {
    let sink = Server::signed_by(&root("a root")).serve(&[]);
    let mut unit = awkward();
    unit.set_env("CHOSEN_ENDPOINT", sink.endpoint());
    let run = unit.hook("update-status").unwrap();
    assert!(
        log(&run).contains("is https and no CA certificate is known"),
        "{}",
        log(&run)
    );
    assert_eq!(sink.connections(), 0);
    assert_eq!(unit.buffered().unwrap().len(), 1);
}

#[test]
fn what_is_no_file_is_not_waited_for() {
    let ca = root("a root");
    let sink = Server::signed_by(&ca).serve(&[]);
    for (variable, told) in [
        ("OTEL_EXPORTER_OTLP_CERTIFICATE", "cannot read the CA file"),
        (
            "SSL_CERT_FILE",
            "there is no certificate in them that can be read",
        ),
        (
            "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE",
            "cannot read the client's certificate",
        ),
    ] {
        let mut unit = awkward();
        unit.set_env("CHOSEN_ENDPOINT", sink.endpoint());
        if variable == "SSL_CERT_FILE" {
            unit.set_env("CHOSEN_SYSTEM_ROOTS", "1");
        }
        if variable.contains("CLIENT") {
            let file = unit.charm_dir().join("ca.pem");
            std::fs::write(&file, ca.pem()).unwrap();
            unit.set_env("CHOSEN_SERVER_CERT", file);
            unit.set_env("OTEL_EXPORTER_OTLP_CLIENT_KEY", "/dev/null");
        }
        let pipe = unit.charm_dir().join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        assert!(made.unwrap().success());
        unit.set_env(variable, &pipe);
        // Whoever opens a pipe waits for who writes to it. This one ends the wait, so that the test ends.
        let (over, ended) = std::sync::mpsc::channel::<()>();
        let writer = std::thread::spawn(move || {
            let late = ended
                .recv_timeout(std::time::Duration::from_secs(10))
                .is_err();
            late.then(|| std::fs::OpenOptions::new().write(true).open(pipe).unwrap());
            late
        });
        let run = dispatch(&mut unit);
        let _ = over.send(());
        assert!(!writer.join().unwrap(), "{variable}: the hook hangs");
        assert!(log(&run).contains(told), "{variable}: {}", log(&run));
    }
}

#[test]
fn servers_marked_as_a_ca_that_are_not_made_for_it() {
    use rcgen::{BasicConstraints, ExtendedKeyUsagePurpose, IsCa, KeyPair, KeyUsagePurpose};
    let ca = root("a root");
    let as_ca = || marked_as_ca(params("server", HERE));
    let told = "its certificate is that of a CA, and of none that is known here";
    let with = |mut params: CertificateParams, usages: &[_], purposes: &[_]| {
        params.key_usages = usages.to_vec();
        params.extended_key_usages = purposes.to_vec();
        params
    };
    let client = [ExtendedKeyUsagePurpose::ClientAuth];
    for (what, params) in [
        ("for clients", with(as_ca(), &[], &client)),
        ("for lists", with(as_ca(), &[KeyUsagePurpose::CrlSign], &[])),
    ] {
        let sink = Server::of(&params, &ca).serve(&[]);
        let mut unit = unit_for(&sink.endpoint(), &ca.pem());
        assert_kept(what, &mut unit, &sink, told);
    }
    let mut above_servers = ca_params("an intermediate");
    above_servers.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    let signature = [KeyUsagePurpose::DigitalSignature];
    for (what, params, is_deep) in [
        (
            "of one for clients",
            with(ca_params("between"), &[], &client),
            false,
        ),
        (
            "of one that may not sign",
            with(ca_params("between"), &signature, &[]),
            false,
        ),
        ("of one too many", above_servers, true),
    ] {
        let key = KeyPair::generate().unwrap();
        let between = super::Authority::signed_by(params, key, &ca).unwrap();
        let low = intermediate("a lower one", &between);
        let issuer = if is_deep { &low } else { &between };
        let sink = Server::of(&as_ca(), issuer).serve(&[low.der(), between.der()]);
        let mut unit = unit_for(&sink.endpoint(), &ca.pem());
        assert_kept(what, &mut unit, &sink, told);
    }
}

#[test]
fn a_crowd_of_certificates_is_not_gone_through() {
    use rcgen::{KeyPair, PKCS_ECDSA_P384_SHA384, SerialNumber};
    // All of one name and one key, so that each has signed each.
    let known = root("a root");
    let key = KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384).unwrap();
    let crowd: Vec<_> = (1..=8_u64)
        .map(|number| {
            let mut params = ca_params("a root");
            params.serial_number = Some(SerialNumber::from(number));
            params.self_signed(&key).unwrap()
        })
        .collect();
    let issuer = rcgen::Issuer::new(ca_params("a root"), &key);
    let own = KeyPair::generate().unwrap();
    let server = Server {
        certificate: marked_as_ca(params("server", HERE))
            .signed_by(&own, &issuer)
            .unwrap(),
        key: own,
    };
    let sent: Vec<_> = crowd.iter().map(rcgen::Certificate::der).collect();
    let sink = server.serve(&sent);
    let least = (0..5).map(|_| {
        let mut unit = unit_for(&sink.endpoint(), &known.pem());
        dispatch(&mut unit).duration
    });
    let least = least.min().unwrap();
    // Going through all of them takes 0.8 s.
    assert!(least.as_millis() < 400, "{least:?}");
}
