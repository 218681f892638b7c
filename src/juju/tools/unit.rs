//! The tools about the unit as a whole: leadership, configuration, the workload's version, kept state, resources,
//! the goal state, and reboots.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

use serde_json::Value;

use super::super::error::Error;
use super::answer::{keys, map, settings, text};
use super::call::Call;
use super::fields::Fields;
use super::juju::Juju;

/// The units and relations that the operator has asked for, there already or not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct GoalState {
    /// This application's units, by name.
    pub units: BTreeMap<String, Goal>,
    /// By endpoint, the remote applications and units, by name.
    pub relations: BTreeMap<String, BTreeMap<String, Goal>>,
}

/// How far one of them is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Goal {
    /// Juju's word: `allocating`, `active`, `joined`, `dying` and others.
    pub status: String,
    /// Since when, as Juju writes it: `2020-02-14 14:11:10Z`.
    pub since: Option<String>,
}

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

    /// `config-get`: all options that have a value, defaults included. The generated `Config::read`
    /// is the typed form. Asked once per dispatch.
    pub fn config_get(&self) -> Result<Fields, Error> {
        Fields::of("config-get", self.once(Call::new("config-get"))?)
    }

    /// `application-version-set`: the workload's version, as the operator sees it.
    pub fn application_version_set(&self, version: &str) -> Result<(), Error> {
        Call::new("application-version-set")
            .plain("--")
            .value(version)
            .run()
            .map(drop)
    }

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

    /// `resource-get`: the file of a resource that the metadata declares. The first call downloads it,
    /// which takes as long as it takes.
    pub fn resource_get(&self, name: impl AsRef<str>) -> Result<PathBuf, Error> {
        let name = name.as_ref();
        let answer = Call::new("resource-get")
            .plain(name)
            .attribute("juju.resource.name", name.to_owned())
            .run()?;
        // The path is printed bare: this tool has no JSON form.
        let path = answer.trim_ascii();
        if path.is_empty() {
            return Err(Error::answer("resource-get", "expected a path"));
        }
        Ok(OsStr::from_bytes(path).into())
    }

    /// `goal-state`: a query to the controller, so it is asked once per dispatch.
    pub fn goal_state(&self) -> Result<GoalState, Error> {
        let answer = self.once(Call::new("goal-state"))?;
        if !answer.is_object() {
            return Err(Error::answer("goal-state", "expected an object"));
        }
        let relations = answer.get("relations").and_then(Value::as_object);
        let relations = relations.into_iter().flatten();
        Ok(GoalState {
            units: goals(answer.get("units")),
            relations: relations
                .map(|(endpoint, sides)| (endpoint.clone(), goals(Some(sides))))
                .collect(),
        })
    }

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

fn goals(object: Option<&Value>) -> BTreeMap<String, Goal> {
    let entries = object.and_then(Value::as_object).into_iter().flatten();
    let goal = |value: &Value| Goal {
        status: text(value, "status").unwrap_or_default(),
        since: text(value, "since"),
    };
    entries
        .map(|(name, value)| (name.clone(), goal(value)))
        .collect()
}
