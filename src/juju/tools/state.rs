//! `state-get`, `state-set` and `state-delete`: a few small values that Juju keeps for this unit.
//!
//! Values go in through standard input, as for relations.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::juju::{Call, Error, Juju, keys, map, settings};

impl Juju {
    /// `state-get`: everything this unit has had Juju keep.
    pub fn state_get(&self) -> Result<BTreeMap<String, String>, Error> {
        map("state-get", Call::new("state-get").json()?)
    }

    /// `state-get <key>`: one value, if it is there.
    pub fn state_get_key(&self, key: &str) -> Result<Option<String>, Error> {
        let call = Call::new("state-get")
            .plain(key)
            .attribute("juju.state.keys", key.to_owned());
        match call.json()? {
            Value::String(value) => Ok(Some(value)),
            Value::Null => Ok(None),
            _ => Err(Error::answer("state-get", "expected a string")),
        }
    }

    /// `state-set`: has Juju keep these, beside what it keeps already, once the hook exits with 0. The
    /// controller holds them: a pointer or a counter, not a file.
    pub fn state_set(&self, values: &[(&str, &str)]) -> Result<(), Error> {
        let input = settings("state-set", values)?;
        Call::new("state-set")
            .plain("--file")
            .plain("-")
            .attribute("juju.state.keys", keys(values))
            .hiding(values.iter().map(|(_, value)| *value))
            .input(input)
            .run()
            .map(drop)
    }

    /// `state-delete`: Juju keeps this one no longer. A key that is not there is no error.
    pub fn state_delete(&self, key: &str) -> Result<(), Error> {
        Call::new("state-delete")
            .plain(key)
            .attribute("juju.state.keys", key.to_owned())
            .run()
            .map(drop)
    }
}
