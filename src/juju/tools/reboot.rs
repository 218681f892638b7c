//! `juju-reboot`: machines only.

use crate::juju::{Call, Error, Juju};

impl Juju {
    /// `juju-reboot`: the machine reboots once this hook has exited with 0.
    pub fn juju_reboot(&self) -> Result<(), Error> {
        Call::new("juju-reboot").run().map(drop)
    }

    /// `juju-reboot --now`: Juju ends this process and reboots the machine; after that the same hook
    /// runs again from its start, so it has to notice that the reboot is done. This method does not
    /// return, unless with an error or while the agent makes up its mind.
    pub fn juju_reboot_now(&self) -> Result<(), Error> {
        Call::new("juju-reboot").plain("--now").run().map(drop)
    }
}
