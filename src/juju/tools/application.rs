//! `application-version-set`.

use crate::juju::{Call, Error, Juju};

impl Juju {
    /// `application-version-set`: the workload's version, as the operator sees it.
    pub fn application_version_set(&self, version: &str) -> Result<(), Error> {
        Call::new("application-version-set")
            .plain("--")
            .value(version)
            .run()
            .map(drop)
    }
}
