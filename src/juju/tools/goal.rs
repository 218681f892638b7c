//! `goal-state`: what the model is meant to become.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::juju::{Call, Error, Juju, text};

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
