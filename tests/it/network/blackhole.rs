//! Packets that go nowhere: a listener whose queue is full, and a network that drops everything.

use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::process::Command;
use std::time::Duration;

use super::{Sender, hasty_unit_for};

#[test]
fn a_full_queue_of_connections_takes_the_budget_and_no_more() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let _waiting = fill(address);
    falls_silent(|| hasty_unit_for(&format!("http://{address}")));
}

/// Connects until nobody answers any more, which on loopback is at once.
fn fill(address: SocketAddr) -> Vec<TcpStream> {
    let mut waiting = Vec::new();
    while let Ok(stream) = TcpStream::connect_timeout(&address, Duration::from_millis(300)) {
        waiting.push(stream);
        assert!(waiting.len() < 1_000, "the queue has no end");
    }
    waiting
}

#[test]
fn a_network_that_drops_packets_takes_only_the_budget() {
    let address = "10.99.7.7:4318";
    let unit = || {
        let unit = hasty_unit_for(&format!("http://{address}"));
        // Around the charm, a network of its own with an interface that sends nothing.
        let dispatch = unit.unit.charm_dir().join("dispatch");
        let real = unit.unit.charm_dir().join("real-dispatch");
        fs::rename(&dispatch, &real).unwrap();
        let script = format!(
            "#!/bin/sh\nPATH=/usr/sbin:/usr/bin:/sbin:/bin:$PATH\nexec {ISOLATED} exec ./real-dispatch'\n"
        );
        fs::write(&dispatch, script).unwrap();
        fs::set_permissions(&dispatch, fs::Permissions::from_mode(0o755)).unwrap();
        unit
    };
    if !can_isolate() {
        return;
    }
    falls_silent(unit);
}

/// A shell line in a network namespace, up to what is run there.
const ISOLATED: &str = "unshare -n sh -c 'ip link add hole type dummy && \
     ip address add 10.99.7.1/24 dev hole && ip link set hole up &&";

/// Whether this user may have a network namespace, and the programs for it are there.
fn can_isolate() -> bool {
    let line = format!("PATH=/usr/sbin:/usr/bin:/sbin:/bin:$PATH; {ISOLATED} true'");
    let tried = Command::new("sh").args(["-c", &line]).output();
    tried.is_ok_and(|output| output.status.success())
}

/// Runs dispatches of fresh units until one was not disturbed, and looks at what the first came to.
fn falls_silent(unit: impl Fn() -> Sender) {
    let mut spent = Vec::new();
    for _ in 0..5 {
        let mut unit = unit();
        unit.update_status();
        assert_eq!(unit.kept(), 1);
        spent.push(unit.spent());
        // The budget, and what it may be passed by.
        if unit.spent() <= 1_000 + 50 {
            assert!(unit.spent() >= 990, "{spent:?}: it did not fall silent");
            unit.update_status();
            assert_eq!(unit.kept(), 2, "it is left alone");
            return;
        }
    }
    panic!("{spent:?}");
}
