//! The resource of every span of a dispatch: the unit, its model, its charm.
//!
//! The attributes are the union of what the Python libraries write and what the observability stack
//! labels and samples by. `service.name` ends in `-charm` because its collector keeps all of those.

use opentelemetry::KeyValue;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::resource::EnvResourceDetector;

use crate::juju::charm::Charm;
use crate::juju::environment::Environment;
use crate::settings::Settings;

/// The resource of all spans of this unit.
pub(crate) fn describe<C: Charm>(settings: &Settings, environment: &Environment) -> Resource {
    let application = environment.application().unwrap_or("unknown");
    let service = settings
        .service_name
        .clone()
        .unwrap_or_else(|| format!("{application}-charm"));
    let known = [
        ("service.namespace", environment.model_uuid.as_deref()),
        ("service.namespace.name", environment.model_name.as_deref()),
        ("service.instance.id", environment.unit_number()),
        ("juju_model", environment.model_name.as_deref()),
        ("juju_model_uuid", environment.model_uuid.as_deref()),
        ("juju_application", environment.application()),
        ("juju_unit", environment.unit_name.as_deref()),
        ("juju_charm", Some(C::NAME)),
        ("charm", Some(C::NAME)),
        ("charm_type", Some(std::any::type_name::<C>())),
        ("telemetry.sdk.name", Some(env!("CARGO_PKG_NAME"))),
        ("telemetry.sdk.language", Some("rust")),
        ("telemetry.sdk.version", Some(env!("CARGO_PKG_VERSION"))),
    ];
    let attributes = known
        .into_iter()
        .filter_map(|(key, value)| Some(KeyValue::new(key, value?.to_owned())))
        .chain([KeyValue::new("service.name", service)]);
    // What `OTEL_RESOURCE_ATTRIBUTES` says, and none of the SDK's own words, which are all said above:
    // it would read the program's path for each.
    Resource::builder_empty()
        .with_detector(Box::new(EnvResourceDetector::new()))
        .with_attributes(attributes)
        .build()
}

/// The attributes of the root span: which dispatch this was, and of which process.
pub(crate) fn root_attributes(environment: &Environment) -> Vec<KeyValue> {
    let program = std::env::current_exe().ok();
    let program = program
        .as_deref()
        .and_then(|path| path.file_name()?.to_str());
    let known = [
        ("juju.dispatch_path", environment.dispatch_path.as_deref()),
        ("juju.context_id", environment.context_id.as_deref()),
        ("juju.version", environment.juju_version.as_deref()),
        ("juju.machine_id", environment.machine_id.as_deref()),
        ("juju.principal_unit", environment.principal_unit.as_deref()),
        (
            "cloud.availability_zone",
            environment.availability_zone.as_deref(),
        ),
        ("juju.relation.id", environment.relation_id.as_deref()),
        ("juju.relation.endpoint", environment.relation.as_deref()),
        ("juju.remote_app", environment.remote_app.as_deref()),
        ("juju.remote_unit", environment.remote_unit.as_deref()),
        ("juju.departing_unit", environment.departing_unit.as_deref()),
        ("juju.container", environment.workload_name.as_deref()),
        ("juju.notice.id", environment.notice_id.as_deref()),
        ("juju.notice.type", environment.notice_type.as_deref()),
        ("juju.notice.key", environment.notice_key.as_deref()),
        ("juju.check.name", environment.check_name.as_deref()),
        ("juju.storage.id", environment.storage_id.as_deref()),
        ("juju.storage.kind", environment.storage_kind.as_deref()),
        ("juju.secret.id", environment.secret_id.as_deref()),
        ("juju.secret.label", environment.secret_label.as_deref()),
        (
            "juju.secret.revision",
            environment.secret_revision.as_deref(),
        ),
        ("juju.action.name", environment.action_name.as_deref()),
        ("juju.action.uuid", environment.action_uuid.as_deref()),
        ("process.executable.name", program),
    ];
    known
        .into_iter()
        .filter_map(|(key, value)| Some(KeyValue::new(key, value?.to_owned())))
        .chain([KeyValue::new("process.pid", i64::from(std::process::id()))])
        .collect()
}
