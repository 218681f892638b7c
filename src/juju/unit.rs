//! `is-leader`, `open-port`, `application-version-set`: the unit and its application.

use serde_json::Value;

use crate::juju::{Call, Error, Juju};

impl Juju {
    /// `is-leader`: whether this unit leads its application. Juju guarantees it for 30 seconds.
    pub fn is_leader(&self) -> Result<bool, Error> {
        match Call::new("is-leader").json()? {
            Value::Bool(leads) => Ok(leads),
            _ => Err(Error::answer("is-leader", "expected true or false")),
        }
    }

    /// `open-port`: a TCP port the application serves on.
    pub fn open_port(&self, port: u16) -> Result<(), Error> {
        let argument = format!("{port}/tcp");
        Call::new("open-port")
            .plain(&argument)
            .attribute("juju.port", argument.clone())
            .run()
            .map(drop)
    }

    /// `application-version-set`: the workload's version, as the operator sees it.
    pub fn application_version_set(&self, version: &str) -> Result<(), Error> {
        Call::new("application-version-set")
            .plain("--")
            .value(version)
            .run()
            .map(drop)
    }
}
