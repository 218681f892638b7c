// Written by charm-tracing 0.1.0 from charmcraft.yaml; changes made here are lost.

#[allow(unused_imports)]
use ::charm_tracing::__v0_1_0 as __charm_tracing;

/// Everything Juju can tell the charm `everything`.
///
/// Every section of the format once.
#[derive(Clone, Debug)]
#[allow(dead_code, unreachable_pub, clippy::all, clippy::pedantic)]
pub enum Event {
    /// A hook that every charm gets.
    Lifecycle(__charm_tracing::Lifecycle),
    /// Endpoint `database`: requires `postgresql_client`, limit 2.
    DatabaseRelation(__charm_tracing::RelationEvent),
    /// Endpoint `principal`: requires `juju-info`, container scope.
    PrincipalRelation(__charm_tracing::RelationEvent),
    /// Endpoint `workload-tracing`: requires `tracing`, limit 1.
    WorkloadTracingRelation(__charm_tracing::RelationEvent),
    /// Endpoint `logs`: requires `loki_push_api`.
    LogsRelation(__charm_tracing::RelationEvent),
    /// Endpoint `metrics`: provides `prometheus_scrape`.
    MetricsRelation(__charm_tracing::RelationEvent),
    /// Endpoint `website`: provides `http`.
    WebsiteRelation(__charm_tracing::RelationEvent),
    /// Endpoint `cluster`: peers over `everything_peers`.
    ClusterRelation(__charm_tracing::RelationEvent),
    /// Storage `pages`: filesystem at `/var/lib/pages`.
    ///
    /// What the web server shows.
    PagesStorage(__charm_tracing::StorageEvent),
    /// Storage `traces`: filesystem at `/var/lib/traces/`.
    TracesStorage(__charm_tracing::StorageEvent),
    /// Storage `keys`: filesystem at `/var/lib/keys`.
    KeysStorage(__charm_tracing::StorageEvent),
    /// Storage `scratch`: filesystem.
    ScratchStorage(__charm_tracing::StorageEvent),
    /// Storage `archive`: filesystem.
    ArchiveStorage(__charm_tracing::StorageEvent),
    /// Storage `logs`: filesystem.
    LogsStorage(__charm_tracing::StorageEvent),
    /// Storage `disks`: block.
    DisksStorage(__charm_tracing::StorageEvent),
    /// Container `web`.
    WebPebble(__charm_tracing::WorkloadEvent),
    /// Container `sidecar`.
    SidecarPebble(__charm_tracing::WorkloadEvent),
    /// Action `pause`.
    PauseAction(__charm_tracing::Action<Pause>),
    /// Action `resume`.
    ///
    /// Texts are written for people, not for rustdoc:
    ///
    /// - a list with `code`, a \[link\], a \<tag\> and C:\\paths
    ///
    /// - see <https://example.com/docs>.
    ///
    /// \`\`` not a program `\`\` A line that is longer than the hundred columns of the generated
    /// file, and so has to be broken somewhere.
    ResumeAction(__charm_tracing::Action<Resume>),
    /// Action `tune`.
    ///
    /// Every type a parameter can have.
    TuneAction(__charm_tracing::Action<Tune>),
    /// A secret changed, expired, or is to be rotated or removed.
    Secret(__charm_tracing::SecretEvent),
    /// A hook or action this binary does not know, by its `JUJU_DISPATCH_PATH`.
    Unknown(::std::string::String),
}

#[allow(dead_code, unreachable_pub, clippy::all, clippy::pedantic)]
impl __charm_tracing::Charm for Event {
    const NAME: &'static str = "everything";
    const TRACING_ENDPOINT: ::core::option::Option<&'static str> = ::core::option::Option::Some(
        "charm-tracing",
    );
    const CERTIFICATES_ENDPOINT: ::core::option::Option<&'static str> = ::core::option::Option::Some(
        "receive-ca-cert",
    );
    const BUFFER_PLACE: __charm_tracing::BufferPlace = BUFFER_PLACE;

    /// Reads the event of a dispatch; `None` for the endpoints the runtime serves itself.
    fn read(dispatch: &__charm_tracing::Dispatch<'_>) -> ::core::option::Option<Self> {
        ::core::option::Option::Some(
            match dispatch.hook() {
                __charm_tracing::Hook::Lifecycle(hook) => Self::Lifecycle(hook),
                __charm_tracing::Hook::Relation("database", change) => {
                    Self::DatabaseRelation(dispatch.relation(change))
                }
                __charm_tracing::Hook::Relation("principal", change) => {
                    Self::PrincipalRelation(dispatch.relation(change))
                }
                __charm_tracing::Hook::Relation("workload-tracing", change) => {
                    Self::WorkloadTracingRelation(dispatch.relation(change))
                }
                __charm_tracing::Hook::Relation("logs", change) => {
                    Self::LogsRelation(dispatch.relation(change))
                }
                __charm_tracing::Hook::Relation("metrics", change) => {
                    Self::MetricsRelation(dispatch.relation(change))
                }
                __charm_tracing::Hook::Relation("website", change) => {
                    Self::WebsiteRelation(dispatch.relation(change))
                }
                __charm_tracing::Hook::Relation("cluster", change) => {
                    Self::ClusterRelation(dispatch.relation(change))
                }
                __charm_tracing::Hook::Storage("pages", change) => {
                    Self::PagesStorage(dispatch.storage(change))
                }
                __charm_tracing::Hook::Storage("traces", change) => {
                    Self::TracesStorage(dispatch.storage(change))
                }
                __charm_tracing::Hook::Storage("keys", change) => {
                    Self::KeysStorage(dispatch.storage(change))
                }
                __charm_tracing::Hook::Storage("scratch", change) => {
                    Self::ScratchStorage(dispatch.storage(change))
                }
                __charm_tracing::Hook::Storage("archive", change) => {
                    Self::ArchiveStorage(dispatch.storage(change))
                }
                __charm_tracing::Hook::Storage("logs", change) => {
                    Self::LogsStorage(dispatch.storage(change))
                }
                __charm_tracing::Hook::Storage("disks", change) => {
                    Self::DisksStorage(dispatch.storage(change))
                }
                __charm_tracing::Hook::Workload("web", change) => {
                    Self::WebPebble(dispatch.workload(change))
                }
                __charm_tracing::Hook::Workload("sidecar", change) => {
                    Self::SidecarPebble(dispatch.workload(change))
                }
                __charm_tracing::Hook::Action("pause") => {
                    Self::PauseAction(dispatch.action())
                }
                __charm_tracing::Hook::Action("resume") => {
                    Self::ResumeAction(dispatch.action())
                }
                __charm_tracing::Hook::Action("tune") => {
                    Self::TuneAction(dispatch.action())
                }
                __charm_tracing::Hook::Secret(change) => {
                    Self::Secret(dispatch.secret(change))
                }
                __charm_tracing::Hook::Relation(
                    "charm-tracing" | "receive-ca-cert",
                    _,
                ) => {
                    return ::core::option::Option::None;
                }
                _ => Self::Unknown(dispatch.path().into()),
            },
        )
    }
}

/// Where traces wait until they are sent.
///
/// The storage `traces` outlives upgrades and restarts of the unit, and no workload container
/// mounts it.
#[allow(dead_code, unreachable_pub, clippy::all, clippy::pedantic)]
pub const BUFFER_PLACE: __charm_tracing::BufferPlace = __charm_tracing::BufferPlace::Storage {
    name: "traces",
    directory: "/var/lib/traces",
};

/// The configuration of the charm `everything`.
#[derive(Clone, Debug)]
#[allow(dead_code, unreachable_pub, clippy::all, clippy::pedantic)]
pub struct Config {
    /// No default.
    pub name: ::core::option::Option<::std::string::String>,
    pub greeting: ::std::string::String,
    /// Default: `511`.
    pub count: i64,
    /// Default: `-0.25`.
    pub ratio: f64,
    /// Default: `true`.
    pub switch: bool,
    pub later: ::core::option::Option<i64>,
    pub token: ::core::option::Option<__charm_tracing::SecretId>,
}

#[allow(dead_code, unreachable_pub, clippy::all, clippy::pedantic)]
impl Config {
    /// Asks Juju for the configuration, with one call of `config-get`.
    ///
    /// # Errors
    /// If `config-get` fails, or gives a value of another type than the charm declares.
    pub fn read(
        juju: &__charm_tracing::Juju,
    ) -> ::core::result::Result<Self, __charm_tracing::Error> {
        let options = juju.config_get()?;
        ::core::result::Result::Ok(Self {
            name: options.optional("name")?,
            greeting: options.or("greeting", "")?,
            count: options.or("count", 511)?,
            ratio: options.or("ratio", -0.25)?,
            switch: options.or("switch", true)?,
            later: options.optional("later")?,
            token: options.optional("token")?,
        })
    }
}

/// Parameters of the action `pause`.
#[derive(Clone, Debug)]
#[allow(dead_code, unreachable_pub, clippy::all, clippy::pedantic)]
pub struct Pause {}

#[allow(dead_code, unreachable_pub, clippy::all, clippy::pedantic)]
impl __charm_tracing::Params for Pause {
    const ACTION: &'static str = "pause";

    fn read(
        _: &__charm_tracing::Fields,
    ) -> ::core::result::Result<Self, __charm_tracing::Error> {
        ::core::result::Result::Ok(Self {})
    }
}

/// Parameters of the action `resume`.
///
/// Resume what was paused
#[derive(Clone, Debug)]
#[allow(dead_code, unreachable_pub, clippy::all, clippy::pedantic)]
pub struct Resume {}

#[allow(dead_code, unreachable_pub, clippy::all, clippy::pedantic)]
impl __charm_tracing::Params for Resume {
    const ACTION: &'static str = "resume";

    fn read(
        _: &__charm_tracing::Fields,
    ) -> ::core::result::Result<Self, __charm_tracing::Error> {
        ::core::result::Result::Ok(Self {})
    }
}

/// Parameters of the action `tune`.
#[derive(Clone, Debug)]
#[allow(dead_code, unreachable_pub, clippy::all, clippy::pedantic)]
pub struct Tune {
    pub text: ::std::string::String,
    /// Default: `"with \"quotes\" and a \\"`.
    pub text_default: ::std::string::String,
    /// Default: `-5`.
    pub count: i64,
    /// Default: `8589934592`.
    pub large: i64,
    /// Default: `1.0`.
    pub ratio: f64,
    /// Default: `false`.
    pub flag: bool,
    pub list: ::core::option::Option<__charm_tracing::Value>,
    pub tree: __charm_tracing::Value,
    pub either: ::core::option::Option<__charm_tracing::Value>,
    /// No type at all.
    pub untyped: ::core::option::Option<__charm_tracing::Value>,
}

#[allow(dead_code, unreachable_pub, clippy::all, clippy::pedantic)]
impl __charm_tracing::Params for Tune {
    const ACTION: &'static str = "tune";

    fn read(
        params: &__charm_tracing::Fields,
    ) -> ::core::result::Result<Self, __charm_tracing::Error> {
        ::core::result::Result::Ok(Self {
            text: params.required("text")?,
            text_default: params.or("text-default", "with \"quotes\" and a \\")?,
            count: params.or("count", -5)?,
            large: params.or("large", 8589934592i64)?,
            ratio: params.or("ratio", 1.0)?,
            flag: params.or("flag", false)?,
            list: params.optional("list")?,
            tree: params.required("tree")?,
            either: params.optional("either")?,
            untyped: params.optional("untyped")?,
        })
    }
}
