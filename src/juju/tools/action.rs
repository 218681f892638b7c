//! `action-get`, `action-set`, `action-fail`, `action-log`, and the payload of an action's event.

use std::marker::PhantomData;

use crate::juju::environment::Environment;
use crate::juju::tools::answer::keys;
use crate::juju::{Call, Error, Fields, Juju};

/// Parameters of one action, generated from the metadata.
pub trait Params: Sized {
    /// The action's name in the metadata.
    const ACTION: &'static str;

    /// Reads the parameters from what Juju passed on.
    fn read(params: &Fields) -> Result<Self, Error>;
}

/// An operator ran an action.
///
/// ```no_run
/// # use charm_tracing::{Action, Error, Juju, juju::{Fields, Params}};
/// # struct RotateKey { bytes: i64 }
/// # impl Params for RotateKey {
/// #     const ACTION: &'static str = "rotate-key";
/// #     fn read(params: &Fields) -> Result<Self, Error> { Ok(Self { bytes: params.or("bytes", 32)? }) }
/// # }
/// fn rotate(juju: &Juju, action: &Action<RotateKey>) -> Result<(), Error> {
///     let params = action.params()?;
///     juju.action_set(&[("size", &params.bytes.to_string())])
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Action<P> {
    juju: Juju,
    uuid: Option<String>,
    params: PhantomData<fn() -> P>,
}

impl<P: Params> Action<P> {
    pub(crate) fn read(juju: &Juju, environment: &Environment) -> Self {
        Self {
            juju: juju.clone(),
            uuid: environment.action_uuid.clone(),
            params: PhantomData,
        }
    }

    /// The action's name in the metadata.
    pub fn name(&self) -> &'static str {
        P::ACTION
    }

    /// Juju's id of this run, as the operator sees it.
    pub fn uuid(&self) -> Option<&str> {
        self.uuid.as_deref()
    }

    /// Asks Juju for the parameters (`action-get`), defaults applied.
    ///
    /// # Errors
    ///
    /// When the tool fails, or a parameter is missing or of another type than declared; the error
    /// names the parameter.
    pub fn params(&self) -> Result<P, Error> {
        P::read(&self.juju.action_get()?)
    }
}

impl Juju {
    /// `action-get`: all parameters of the action, defaults included. [`Action::params`] is the typed
    /// form. Asked once per dispatch.
    pub fn action_get(&self) -> Result<Fields, Error> {
        Fields::of("action-get", self.once(Call::new("action-get"))?)
    }

    /// `action-set`: adds to the results that the operator sees. Keys follow Juju's rule: lower case,
    /// digits and dashes, dots for nesting. The tool takes results as arguments and in no other way, so
    /// each has at most 128 KiB, and nothing secret belongs there: hand out a secret's id.
    pub fn action_set(&self, results: &[(&str, &str)]) -> Result<(), Error> {
        let mut call = Call::new("action-set").attribute("juju.action.result.keys", keys(results));
        for (key, value) in results {
            call = call.value(format!("{key}={value}")).hiding([*value]);
        }
        call.run().map(drop)
    }

    /// `action-fail`: the action has failed, with a message for the operator. The trace's root is
    /// marked failed; the process still exits with 0 when the handler returns `Ok`, which is what
    /// makes Juju show this message.
    pub fn action_fail(&self, message: &str) -> Result<(), Error> {
        say("action-fail", message)?;
        self.shared().action_failure = Some(message.to_owned());
        Ok(())
    }

    /// `action-log`: a line of progress that the operator sees while the action runs.
    pub fn action_log(&self, message: &str) -> Result<(), Error> {
        say("action-log", message)
    }
}

fn say(tool: &'static str, message: &str) -> Result<(), Error> {
    let call = Call::new(tool).plain("--").value(message);
    call.run().map(drop)
}
