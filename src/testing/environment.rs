//! The variables Juju 4 sets for every hook and action, and no others: a charm that needs
//! `HOME` or a variable of the developer's shell has to fail in its tests.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::hash::{BuildHasher, Hasher, RandomState};

use crate::testing::folder::Folder;

/// The model that every simulated unit is in.
pub(super) const MODEL_UUID: &str = "5e1f8a76-2f0b-4c37-9a0e-6d1d5c0f7b11";

/// The environment of one dispatch, without what the kind of event adds. `path` is `hooks/<name>`
/// or `actions/<name>`.
pub(super) fn common(
    folder: &Folder,
    unit: &str,
    kubernetes: bool,
    path: &str,
) -> BTreeMap<OsString, OsString> {
    let (kind, name) = path.split_once('/').unwrap_or(("hooks", path));
    let mut search_path = folder.tools.as_os_str().to_owned();
    search_path.push(":/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/snap/bin");
    let text = |text: &str| OsString::from(text);
    let mut variables = vec![
        ("JUJU_DISPATCH_PATH", text(path)),
        (
            "JUJU_HOOK_NAME",
            text(if kind == "actions" { "" } else { name }),
        ),
        ("JUJU_UNIT_NAME", text(unit)),
        ("JUJU_MODEL_NAME", text("simulated")),
        ("JUJU_MODEL_UUID", text(MODEL_UUID)),
        ("JUJU_CHARM_DIR", folder.charm.clone().into()),
        ("CHARM_DIR", folder.charm.clone().into()),
        (
            "JUJU_CONTEXT_ID",
            text(&format!("{}-{name}-{}", unit, random_hex())),
        ),
        ("JUJU_AGENT_SOCKET_ADDRESS", folder.socket().into()),
        ("JUJU_AGENT_SOCKET_NETWORK", text("unix")),
        (
            "JUJU_API_ADDRESSES",
            text("10.1.0.253:17070 10.1.0.254:17070"),
        ),
        ("JUJU_PRINCIPAL_UNIT", text("")),
        ("JUJU_VERSION", text("4.0.1")),
        ("JUJU_CHARM_HTTP_PROXY", text("")),
        ("JUJU_CHARM_HTTPS_PROXY", text("")),
        ("JUJU_CHARM_FTP_PROXY", text("")),
        ("JUJU_CHARM_NO_PROXY", text("")),
        ("PATH", search_path),
        ("LANG", text("C.UTF-8")),
        ("TERM", text("tmux-256color")),
        ("DEBIAN_FRONTEND", text("noninteractive")),
        ("APT_LISTCHANGES_FRONTEND", text("none")),
    ];
    if kubernetes {
        variables.extend([
            ("JUJU_MACHINE_ID", text("")),
            ("CLOUD_API_VERSION", text("1.31.0")),
            ("KUBERNETES_SERVICE_HOST", text("10.152.183.1")),
            ("KUBERNETES_SERVICE_PORT", text("443")),
            ("KUBERNETES_PORT", text("tcp://10.152.183.1:443")),
        ]);
    } else {
        variables.extend([
            ("JUJU_MACHINE_ID", text("0")),
            ("JUJU_AVAILABILITY_ZONE", text("zone1")),
            ("CLOUD_API_VERSION", text("")),
        ]);
    }
    variables
        .into_iter()
        .map(|(name, value)| (name.into(), value))
        .collect()
}

/// 32 digits that no other dispatch has: the standard library seeds each hasher from the system's
/// randomness.
pub(super) fn random_hex() -> String {
    let half = || RandomState::new().build_hasher().finish();
    format!("{:016x}{:016x}", half(), half())
}
