//! What a test sets in the simulated Juju's model beyond the unit, and what the charm asked of it.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use crate::testing::error::Error;
use crate::testing::ids::SecretId;
use crate::testing::unit::Unit;

/// The model around the unit; an example is on [`Unit`].
impl Unit {
    /// What `network-get` answers for a binding, in its JSON form. Without it every binding has the
    /// unit's own address.
    pub fn set_network(&mut self, binding: &str, network: Value) {
        self.state
            .model
            .networks
            .insert(binding.to_owned(), network);
    }

    /// The file of a resource; without it `resource-get` finds none.
    pub fn set_resource(&mut self, name: &str, file: impl AsRef<Path>) {
        let path = file.as_ref().to_string_lossy().into_owned();
        self.state.model.resources.insert(name.to_owned(), path);
    }

    /// What `credential-get` answers, in its JSON form, as for a charm deployed with `--trust`. By
    /// default permission is denied.
    pub fn set_cloud(&mut self, cloud: Value) {
        self.state.model.cloud = cloud;
    }

    /// What `leader-set` has written.
    #[must_use]
    pub fn leader_settings(&self) -> &BTreeMap<String, String> {
        &self.state.queued.leader_settings
    }

    /// `now` or `after the hook`, if the charm has asked for a reboot.
    #[must_use]
    pub fn reboot(&self) -> Option<&str> {
        Some(self.state.reboot.as_str()).filter(|when| !when.is_empty())
    }

    /// What `storage-add` has asked for, as `name=count`.
    #[must_use]
    pub fn added_storage(&self) -> &[String] {
        &self.state.queued.more_storage
    }

    /// The secrets that the charm has made, oldest revision first: by label, each revision's content.
    #[must_use]
    pub fn own_secrets(&self) -> BTreeMap<&str, &[BTreeMap<String, String>]> {
        let secrets = self.state.queued.secrets.values();
        let own = secrets.filter(|secret| !secret.owner.is_empty());
        own.map(|secret| (secret.label.as_str(), secret.revisions.as_slice()))
            .collect()
    }

    /// Who may read a secret: relations (`database:1`) or units of them (`database:1 postgresql/0`).
    ///
    /// # Errors
    /// The unit has no such secret.
    pub fn secret_readers(&mut self, id: &SecretId) -> Result<Vec<String>, Error> {
        Ok(self.secret(id)?.grants.clone())
    }
}
