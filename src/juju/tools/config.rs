//! `config-get`.

use crate::juju::{Call, Error, Fields, Juju};

impl Juju {
    /// `config-get`: all options that have a value, defaults included. The generated `Config::read`
    /// is the typed form. Asked once per dispatch.
    pub fn config_get(&self) -> Result<Fields, Error> {
        Fields::of("config-get", self.once(Call::new("config-get"))?)
    }
}
