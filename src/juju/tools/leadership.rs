//! `is-leader`, and `leader-get` and `leader-set`, which Juju 4 no longer has.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::juju::{Call, Error, Juju, keys, map};

impl Juju {
    /// `is-leader`: whether this unit leads its application. Juju guarantees it for 30 seconds, so it
    /// is asked each time.
    pub fn is_leader(&self) -> Result<bool, Error> {
        match Call::new("is-leader").json()? {
            Value::Bool(leads) => Ok(leads),
            _ => Err(Error::answer("is-leader", "expected true or false")),
        }
    }

    /// `leader-get`: what the leader has written for its followers. Juju up to 3.6 only; a peer
    /// relation's application databag is what replaces it.
    pub fn leader_get(&self) -> Result<BTreeMap<String, String>, Error> {
        map("leader-get", Call::new("leader-get").json()?)
    }

    /// `leader-set`: writes for the followers, as the leader; an empty value removes the key. Juju up to
    /// 3.6 only. Its values are arguments, the tool reads no file: nothing secret belongs there.
    pub fn leader_set(&self, settings: &[(&str, &str)]) -> Result<(), Error> {
        let mut call =
            Call::new("leader-set").attribute("juju.leader.settings.keys", keys(settings));
        for (key, value) in settings {
            call = call.value(format!("{key}={value}")).hiding([*value]);
        }
        call.run().map(drop)
    }
}
