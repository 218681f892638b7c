//! `credential-get`: the cloud that a trusted charm runs on, with its credentials.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

use crate::juju::tools::answer::{map, text, texts};
use crate::juju::{Call, Error, Juju};

/// The cloud of this model.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CloudSpec {
    /// `ec2`, `kubernetes`, `lxd` and others.
    pub kind: String,
    /// The cloud's name in Juju.
    pub name: String,
    /// The region.
    pub region: Option<String>,
    /// Where the cloud's API is.
    pub endpoint: Option<String>,
    /// Where its identity service is.
    pub identity_endpoint: Option<String>,
    /// Where its storage service is.
    pub storage_endpoint: Option<String>,
    /// What to authenticate with.
    pub credential: Option<CloudCredential>,
    /// The CAs of its endpoints, as PEM.
    pub ca_certificates: Vec<String>,
    /// Whether the operator set that Juju does not check them.
    pub skip_tls_verify: bool,
}

/// What to authenticate with at the cloud. Printed for debugging, it shows its keys and no value.
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CloudCredential {
    /// `access-key`, `certificate` and others.
    pub auth_type: String,
    /// The credential itself, under keys that depend on the kind.
    pub attributes: BTreeMap<String, String>,
}

impl fmt::Debug for CloudCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CloudCredential")
            .field("auth_type", &self.auth_type)
            .field("attributes", &self.attributes.keys())
            .finish()
    }
}

impl Juju {
    /// `credential-get`: for charms that were deployed with `--trust`; for others Juju denies permission.
    pub fn credential_get(&self) -> Result<CloudSpec, Error> {
        let tool = "credential-get";
        let answer = Call::new(tool).json()?;
        let (Some(kind), Some(name)) = (text(&answer, "type"), text(&answer, "name")) else {
            return Err(Error::answer(tool, "expected `type` and `name`"));
        };
        let credential = answer.get("credential").filter(|given| given.is_object());
        let credential = credential.map(|given| {
            Ok(CloudCredential {
                auth_type: text(given, "auth-type").unwrap_or_default(),
                attributes: map(tool, given.get("attrs").cloned().unwrap_or_default())?,
            })
        });
        Ok(CloudSpec {
            kind,
            name,
            region: text(&answer, "region"),
            endpoint: text(&answer, "endpoint"),
            identity_endpoint: text(&answer, "identity-endpoint"),
            storage_endpoint: text(&answer, "storage-endpoint"),
            credential: credential.transpose()?,
            ca_certificates: texts(&answer, "cacertificates"),
            skip_tls_verify: answer.get("skip-tls-verify").and_then(Value::as_bool) == Some(true),
        })
    }
}
