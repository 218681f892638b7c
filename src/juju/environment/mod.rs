//! The environment of a dispatch: Juju's variables, read once into plain fields.
//!
//! This is the only file that reads environment variables. Juju sets many of them to the empty
//! string when they do not apply, so an empty value counts as absent everywhere.

mod exporter;

pub use exporter::ExporterVariables;

use std::path::{Path, PathBuf};

/// The environment of one dispatch, as Juju's `docs/reference/hook.md` lists it.
///
/// A field is `None` when its variable is missing or empty. Values that are not UTF-8 are
/// taken with the replacement character: a name that Juju does not allow must not end a hook.
///
/// ```
/// use charm_tracing::juju::Environment;
///
/// let environment = Environment::from_pairs([
///     ("JUJU_DISPATCH_PATH", "hooks/db-relation-changed"),
///     ("JUJU_UNIT_NAME", "blog/0"),
/// ]);
/// assert_eq!(environment.application(), Some("blog"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Environment {
    /// `JUJU_DISPATCH_PATH`: `hooks/config-changed` or `actions/rotate-key`. Where Juju did not
    /// set it (before 2.8), the last two parts of the program's own path.
    pub dispatch_path: Option<String>,
    /// `JUJU_UNIT_NAME`: `blog/0`.
    pub unit_name: Option<String>,
    /// `JUJU_MODEL_NAME`: `staging`.
    pub model_name: Option<String>,
    /// `JUJU_MODEL_UUID`.
    pub model_uuid: Option<String>,
    /// `JUJU_CHARM_DIR`: `/var/lib/juju/agents/unit-blog-0/charm`.
    pub charm_dir: Option<PathBuf>,
    /// `JUJU_CONTEXT_ID`: `blog/0-config-changed-<32 hex digits>`, unique to this dispatch.
    pub context_id: Option<String>,
    /// `JUJU_VERSION`: the agent's version, `3.6.4`.
    pub juju_version: Option<String>,
    /// `JUJU_MACHINE_ID`: `4`; absent on Kubernetes.
    pub machine_id: Option<String>,
    /// `JUJU_PRINCIPAL_UNIT`: set for subordinates only.
    pub principal_unit: Option<String>,
    /// `JUJU_AVAILABILITY_ZONE`: machines only.
    pub availability_zone: Option<String>,
    /// `JUJU_RELATION`: the endpoint, `database`.
    pub relation: Option<String>,
    /// `JUJU_RELATION_ID`: `database:7`.
    pub relation_id: Option<String>,
    /// `JUJU_REMOTE_APP`: `postgresql`.
    pub remote_app: Option<String>,
    /// `JUJU_REMOTE_UNIT`: `postgresql/0`.
    pub remote_unit: Option<String>,
    /// `JUJU_DEPARTING_UNIT`: on relation-departed; may be the local unit.
    pub departing_unit: Option<String>,
    /// `JUJU_STORAGE_ID`: `content/0`.
    pub storage_id: Option<String>,
    /// `JUJU_STORAGE_KIND`: `filesystem` or `block`.
    pub storage_kind: Option<String>,
    /// `JUJU_STORAGE_LOCATION`: the mount point or the device.
    pub storage_location: Option<PathBuf>,
    /// `JUJU_WORKLOAD_NAME`: the container of a Pebble event.
    pub workload_name: Option<String>,
    /// `JUJU_NOTICE_ID`: of a custom notice.
    pub notice_id: Option<String>,
    /// `JUJU_NOTICE_TYPE`: `custom`.
    pub notice_type: Option<String>,
    /// `JUJU_NOTICE_KEY`: `example.com/backup-done`.
    pub notice_key: Option<String>,
    /// `JUJU_PEBBLE_CHECK_NAME`: of a failed or recovered check.
    pub check_name: Option<String>,
    /// `JUJU_SECRET_ID`: `secret:<id>`.
    pub secret_id: Option<String>,
    /// `JUJU_SECRET_LABEL`.
    pub secret_label: Option<String>,
    /// `JUJU_SECRET_REVISION`: on secret-remove and secret-expired only.
    pub secret_revision: Option<String>,
    /// `JUJU_ACTION_NAME`: `rotate-key`.
    pub action_name: Option<String>,
    /// `JUJU_ACTION_UUID`: the operator sees it as the task's id.
    pub action_uuid: Option<String>,
    /// `JUJU_TRACE_ID`: the trace of the agent that started this dispatch; Juju 4, where it is traced.
    pub trace_id: Option<String>,
    /// `JUJU_SPAN_ID`: the agent's span.
    pub span_id: Option<String>,
    /// `JUJU_TRACE_FLAGS`: a decimal number whose lowest bit says that the agent's trace is kept.
    pub trace_flags: Option<String>,
    /// `TRACEPARENT`: the same in the form of W3C's Trace Context.
    pub traceparent: Option<String>,
    /// `CHARM_TRACING_ENABLED`: anything but `1` turns tracing off, as in the Python library.
    pub charm_tracing_enabled: Option<String>,
    /// `OTEL_SDK_DISABLED`: `true` in any case turns tracing off, as OpenTelemetry says.
    pub otel_sdk_disabled: Option<String>,
    /// Whether `OTEL_TRACES_SAMPLER`, `OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT`, `OTEL_SPAN_EVENT_COUNT_LIMIT` or
    /// `OTEL_SPAN_LINK_COUNT_LIMIT` says which spans are recorded and how much of them; OpenTelemetry's SDK
    /// reads these, and `OTEL_TRACES_SAMPLER_ARG`, itself.
    pub configures_sdk: bool,
    /// Where traces go and how, as far as the environment says.
    pub exporter: ExporterVariables,
}

impl Environment {
    /// Reads the variables of this process, and its own path where `JUJU_DISPATCH_PATH` is
    /// missing.
    pub fn from_process() -> Self {
        // By name: a list of all would be a copy of each, and most are not for this crate.
        let mut environment = Self::from_lookup(&|name| {
            let value = std::env::var_os(name).filter(|value| !value.is_empty())?;
            Some(
                value
                    .into_string()
                    .unwrap_or_else(|value| value.to_string_lossy().into_owned()),
            )
        });
        if environment.dispatch_path.is_none() {
            environment.dispatch_path = std::env::args_os()
                .next()
                .and_then(|program| dispatch_path_of(Path::new(&program)));
        }
        environment
    }

    /// Takes the variables from pairs instead of the process, for tests.
    pub fn from_pairs<K: AsRef<str>, V: Into<String>>(
        pairs: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        let pairs: Vec<(K, String)> = pairs
            .into_iter()
            .map(|(key, value)| (key, value.into()))
            .collect();
        Self::from_lookup(&|name| {
            let (_, value) = pairs.iter().find(|(key, _)| key.as_ref() == name)?;
            (!value.is_empty()).then(|| value.clone())
        })
    }

    /// The application's name: the unit's up to the slash, `blog` of `blog/0`.
    pub fn application(&self) -> Option<&str> {
        self.unit_name
            .as_deref()?
            .split('/')
            .next()
            .filter(|name| !name.is_empty())
    }

    /// The unit's number as text: `0` of `blog/0`.
    pub fn unit_number(&self) -> Option<&str> {
        let (_, number) = self.unit_name.as_deref()?.split_once('/')?;
        Some(number)
    }

    /// Whether `CHARM_TRACING_ENABLED` or `OTEL_SDK_DISABLED` turns tracing off.
    pub fn turns_tracing_off(&self) -> bool {
        self.charm_tracing_enabled
            .as_deref()
            .is_some_and(|value| value != "1")
            || self
                .otel_sdk_disabled
                .as_deref()
                .is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    fn from_lookup(text: &dyn Fn(&str) -> Option<String>) -> Self {
        Self {
            dispatch_path: text("JUJU_DISPATCH_PATH"),
            unit_name: text("JUJU_UNIT_NAME"),
            model_name: text("JUJU_MODEL_NAME"),
            model_uuid: text("JUJU_MODEL_UUID"),
            charm_dir: text("JUJU_CHARM_DIR").map(PathBuf::from),
            context_id: text("JUJU_CONTEXT_ID"),
            juju_version: text("JUJU_VERSION"),
            machine_id: text("JUJU_MACHINE_ID"),
            principal_unit: text("JUJU_PRINCIPAL_UNIT"),
            availability_zone: text("JUJU_AVAILABILITY_ZONE"),
            relation: text("JUJU_RELATION"),
            relation_id: text("JUJU_RELATION_ID"),
            remote_app: text("JUJU_REMOTE_APP"),
            remote_unit: text("JUJU_REMOTE_UNIT"),
            departing_unit: text("JUJU_DEPARTING_UNIT"),
            storage_id: text("JUJU_STORAGE_ID"),
            storage_kind: text("JUJU_STORAGE_KIND"),
            storage_location: text("JUJU_STORAGE_LOCATION").map(PathBuf::from),
            workload_name: text("JUJU_WORKLOAD_NAME"),
            notice_id: text("JUJU_NOTICE_ID"),
            notice_type: text("JUJU_NOTICE_TYPE"),
            notice_key: text("JUJU_NOTICE_KEY"),
            check_name: text("JUJU_PEBBLE_CHECK_NAME"),
            secret_id: text("JUJU_SECRET_ID"),
            secret_label: text("JUJU_SECRET_LABEL"),
            secret_revision: text("JUJU_SECRET_REVISION"),
            action_name: text("JUJU_ACTION_NAME"),
            action_uuid: text("JUJU_ACTION_UUID"),
            trace_id: text("JUJU_TRACE_ID"),
            span_id: text("JUJU_SPAN_ID"),
            trace_flags: text("JUJU_TRACE_FLAGS"),
            traceparent: text("TRACEPARENT"),
            charm_tracing_enabled: text("CHARM_TRACING_ENABLED"),
            otel_sdk_disabled: text("OTEL_SDK_DISABLED"),
            configures_sdk: OF_THE_SDK.into_iter().any(|name| text(name).is_some()),
            exporter: ExporterVariables::from_lookup(text),
        }
    }
}

/// What has to be there for the SDK to record other than it does by default.
const OF_THE_SDK: [&str; 4] = [
    "OTEL_TRACES_SAMPLER",
    "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT",
    "OTEL_SPAN_EVENT_COUNT_LIMIT",
    "OTEL_SPAN_LINK_COUNT_LIMIT",
];

/// Juju before 2.8 names the event by the program it starts: `.../charm/hooks/install`.
fn dispatch_path_of(program: &Path) -> Option<String> {
    let event = program.file_name()?.to_str()?;
    match program.parent()?.file_name()?.to_str()? {
        folder @ ("hooks" | "actions") => Some(format!("{folder}/{event}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_counts_as_absent() {
        let environment =
            Environment::from_pairs([("JUJU_MACHINE_ID", ""), ("JUJU_UNIT_NAME", "")]);
        assert_eq!(environment, Environment::default());
    }

    #[test]
    fn odd_unit_names_are_read_as_far_as_they_go() {
        for (unit, application, number) in [
            ("blog/0", Some("blog"), Some("0")),
            ("blog", Some("blog"), None),
            ("/", None, Some("")),
            ("a/b/c", Some("a"), Some("b/c")),
        ] {
            let environment = Environment::from_pairs([("JUJU_UNIT_NAME", unit)]);
            assert_eq!(environment.application(), application, "{unit}");
            assert_eq!(environment.unit_number(), number, "{unit}");
        }
    }

    #[test]
    fn old_agents_name_the_event_by_the_program() {
        for (program, path) in [
            ("/charm/hooks/install", Some("hooks/install")),
            ("actions/start", Some("actions/start")),
            ("./dispatch", None),
            ("/", None),
        ] {
            assert_eq!(
                dispatch_path_of(Path::new(program)).as_deref(),
                path,
                "{program}"
            );
        }
    }

    #[test]
    fn switches() {
        for (name, value, off) in [
            ("CHARM_TRACING_ENABLED", "1", false),
            ("CHARM_TRACING_ENABLED", "0", true),
            ("CHARM_TRACING_ENABLED", "", false),
            ("OTEL_SDK_DISABLED", "TRUE", true),
            ("OTEL_SDK_DISABLED", "1", false),
        ] {
            assert_eq!(
                Environment::from_pairs([(name, value)]).turns_tracing_off(),
                off,
                "{name}={value}"
            );
        }
    }
}
