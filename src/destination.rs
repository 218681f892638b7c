//! Where traces go: what the author said, else what the relation says.
//!
//! The relation is asked only in dispatches that can change its answer; in between it is remembered
//! in a small file in the charm's directory, so that an ordinary dispatch starts no hook tool for tracing.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use serde_json::{Value, json};

use crate::charm::{Charm, Settings};
use crate::environment::Environment;
use crate::event::Lifecycle;
use crate::hook::Hook;
use crate::juju::{
    CertificateTransferRequirer, Juju, Protocol, TracingEndpointRequirer, TracingError,
};

/// A receiver: its URL without `/v1/traces`, and the CAs to trust for https.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Destination {
    pub(crate) url: String,
    pub(crate) certificates: Option<String>,
}

/// What one dispatch leaves for the next, beside its traces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Memory {
    /// Whether the relation has ever been asked.
    pub(crate) asked: bool,
    /// What it said.
    pub(crate) relation: Option<Destination>,
    /// Why nothing could be sent last time, once it has been told in the log.
    pub(crate) failing: Option<String>,
    /// What the log has been told about the author's settings.
    pub(crate) complaint: Option<String>,
}

impl Memory {
    /// Reads the file; whatever is wrong with it counts as nothing remembered.
    pub(crate) fn load(file: &Path) -> Self {
        let text = fs::read_to_string(file).unwrap_or_default();
        let saved: Value = serde_json::from_str(&text).unwrap_or_default();
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let relation = saved.get("destination").and_then(|destination| {
            let url = destination.get("url").and_then(text)?;
            Some(Destination {
                url,
                certificates: destination.get("certificates").and_then(text),
            })
        });
        Self {
            asked: saved
                .get("asked")
                .and_then(Value::as_bool)
                .unwrap_or_default(),
            relation,
            failing: saved.get("failing").and_then(text),
            complaint: saved.get("complaint").and_then(text),
        }
    }

    /// Replaces the file in one step: a reader sees the old one or the new one. On a full disk it is
    /// overwritten where it stands, so that what was told is not told by every dispatch.
    pub(crate) fn save(&self, file: &Path) -> io::Result<()> {
        let destination = self
            .relation
            .as_ref()
            .map(|relation| json!({ "url": relation.url, "certificates": relation.certificates }));
        let saved = json!({
            "asked": self.asked,
            "destination": destination,
            "failing": self.failing,
            "complaint": self.complaint,
        });
        let saved = saved.to_string();
        let new = file.with_extension("new");
        let replaced = write_new(&new, &saved).and_then(|()| fs::rename(&new, file));
        replaced.or_else(|_| {
            let _ = fs::remove_file(&new);
            let mut there = OpenOptions::new().write(true).open(file)?;
            there.write_all(saved.as_bytes())?;
            there.set_len(saved.len() as u64)
        })
    }
}

fn write_new(file: &Path, text: &str) -> io::Result<()> {
    let mut written = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(file)?;
    written.write_all(text.as_bytes())
}

/// Asks the relations again where this dispatch can change what they say.
///
/// An error of a hook tool leaves what is remembered: the relation may be on its way in or out, and
/// the hook that says so will come.
pub(crate) fn refresh<C: Charm>(juju: &Juju, environment: &Environment, memory: &mut Memory) {
    let Some(endpoint) = C::TRACING_ENDPOINT else {
        return;
    };
    if environment.is_restricted() || !changes_destination::<C>(environment, memory) {
        return;
    }
    if let Ok(found) = ask(juju, endpoint, C::CERTIFICATES_ENDPOINT) {
        memory.asked = true;
        memory.relation = found;
    }
}

fn changes_destination<C: Charm>(environment: &Environment, memory: &Memory) -> bool {
    let path = environment.dispatch_path.as_deref().unwrap_or_default();
    match Hook::parse(path) {
        Hook::Relation(endpoint, _) => {
            !memory.asked
                || [C::TRACING_ENDPOINT, C::CERTIFICATES_ENDPOINT].contains(&Some(endpoint))
        }
        // A pod that was replaced, a new revision with another endpoint, a leader that has to ask.
        Hook::Lifecycle(Lifecycle::Start | Lifecycle::UpgradeCharm | Lifecycle::LeaderElected) => {
            true
        }
        _ => !memory.asked,
    }
}

fn ask(
    juju: &Juju,
    endpoint: &str,
    certificates: Option<&str>,
) -> Result<Option<Destination>, TracingError> {
    let requirer = TracingEndpointRequirer::serving(juju, endpoint, &[Protocol::OtlpHttp]);
    requirer.ask_everywhere()?;
    let authorities = certificates.map(|name| CertificateTransferRequirer::serving(juju, name));
    if let Some(authorities) = &authorities {
        authorities.tell_version()?;
    }
    let mut url = None;
    for relation in requirer.relations()? {
        url = requirer
            .get_endpoint_on(&relation, Protocol::OtlpHttp)?
            .filter(|url| !url.is_empty());
        if url.is_some() {
            break;
        }
    }
    let Some(url) = url else { return Ok(None) };
    let certificates = match authorities {
        Some(authorities) if url.starts_with("https:") => {
            let found = authorities.certificates()?;
            (!found.is_empty()).then(|| found.into_iter().collect::<Vec<_>>().join("\n"))
        }
        _ => None,
    };
    Ok(Some(Destination { url, certificates }))
}

/// The receiver of this dispatch: the author's word before the relation's.
///
/// # Errors
///
/// When the author named a certificate file that cannot be read.
pub(crate) fn choose(settings: &Settings, memory: &Memory) -> Result<Option<Destination>, String> {
    let mut chosen = match &settings.endpoint {
        Some(url) => Some(Destination {
            url: url.clone(),
            certificates: None,
        }),
        None => memory.relation.clone(),
    };
    if let (Some(destination), Some(file)) = (&mut chosen, &settings.server_cert) {
        let read = fs::read_to_string(file);
        destination.certificates = Some(
            read.map_err(|error| format!("cannot read the CA file {}: {error}", file.display()))?,
        );
    }
    Ok(chosen)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remembered_as_saved_and_private() {
        use std::os::unix::fs::PermissionsExt;
        let directory =
            std::env::temp_dir().join(format!("charm-tracing-memory-{}", std::process::id()));
        fs::create_dir_all(&directory).unwrap();
        let file = directory.join(".charm-tracing.state");
        let memory = Memory {
            asked: true,
            relation: Some(Destination {
                url: "https://tempo:4318".into(),
                certificates: Some("PEM\n".into()),
            }),
            failing: Some("refused".into()),
            complaint: Some("too small".into()),
        };
        memory.save(&file).unwrap();
        assert_eq!(Memory::load(&file), memory);
        assert_eq!(
            fs::metadata(&file).unwrap().permissions().mode() & 0o777,
            0o600
        );
        for garbage in ["", "{", "[]", r#"{"asked": 3, "destination": {"url": 4}}"#] {
            fs::write(&file, garbage).unwrap();
            assert_eq!(Memory::load(&file), Memory::default(), "{garbage}");
        }
        fs::remove_dir_all(&directory).unwrap();
    }
}
