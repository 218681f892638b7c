// Written by charm-tracing 0.1.0 from charmcraft.yaml; changes made here are lost.

#[allow(unused_imports)]
use ::charm_tracing::__v0_1_0 as __charm_tracing;

/// All events that Juju can send to the charm `everything`.
///
/// Every section of the format once.
#[derive(Clone, Debug)]
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
    /// Endpoint `cluster`: peers over `everything_peers`; never broken.
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

impl __charm_tracing::Charm for Event {
    const NAME: &'static str = "everything";
    const TRACING_ENDPOINT: ::core::option::Option<&'static str> = ::core::option::Option::Some(
        "charm-tracing",
    );
    const CERTIFICATES_ENDPOINT: ::core::option::Option<&'static str> = ::core::option::Option::Some(
        "receive-ca-cert",
    );
    const BUFFER_LOCATION: __charm_tracing::BufferLocation = BUFFER_LOCATION;

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

/// Where traces are stored until they are sent.
///
/// The storage `traces` outlives upgrades and restarts of the unit, and no workload container
/// mounts it.
pub const BUFFER_LOCATION: __charm_tracing::BufferLocation = __charm_tracing::BufferLocation::Storage {
    name: "traces",
    directory: "/var/lib/traces",
};

/// The endpoints that the charm declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Endpoint {
    /// Endpoint `database`: requires `postgresql_client`, limit 2.
    Database,
    /// Endpoint `principal`: requires `juju-info`, container scope.
    Principal,
    /// Endpoint `charm-tracing`: requires `tracing`, limit 1.
    CharmTracing,
    /// Endpoint `workload-tracing`: requires `tracing`, limit 1.
    WorkloadTracing,
    /// Endpoint `receive-ca-cert`: requires `certificate_transfer`.
    ReceiveCaCert,
    /// Endpoint `logs`: requires `loki_push_api`.
    Logs,
    /// Endpoint `metrics`: provides `prometheus_scrape`.
    Metrics,
    /// Endpoint `website`: provides `http`.
    Website,
    /// Endpoint `cluster`: peers over `everything_peers`; never broken.
    Cluster,
}

impl Endpoint {
    /// All of them, in the order of the metadata.
    pub const ALL: [Self; 9] = [
        Self::Database,
        Self::Principal,
        Self::CharmTracing,
        Self::WorkloadTracing,
        Self::ReceiveCaCert,
        Self::Logs,
        Self::Metrics,
        Self::Website,
        Self::Cluster,
    ];

    /// The name as the metadata writes it, which is the one hook tools take.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Database => "database",
            Self::Principal => "principal",
            Self::CharmTracing => "charm-tracing",
            Self::WorkloadTracing => "workload-tracing",
            Self::ReceiveCaCert => "receive-ca-cert",
            Self::Logs => "logs",
            Self::Metrics => "metrics",
            Self::Website => "website",
            Self::Cluster => "cluster",
        }
    }
    /// What the metadata says of it.
    pub const fn declared(self) -> __charm_tracing::declared::Endpoint {
        use __charm_tracing::declared::Endpoint as Declared;
        match self {
            Self::Database => {
                Declared::requires("database", "postgresql_client").limited_to(2)
            }
            Self::Principal => {
                Declared::requires("principal", "juju-info").of_container_scope()
            }
            Self::CharmTracing => {
                Declared::requires("charm-tracing", "tracing").limited_to(1)
            }
            Self::WorkloadTracing => {
                Declared::requires("workload-tracing", "tracing").limited_to(1)
            }
            Self::ReceiveCaCert => {
                Declared::requires("receive-ca-cert", "certificate_transfer")
            }
            Self::Logs => Declared::requires("logs", "loki_push_api"),
            Self::Metrics => Declared::provides("metrics", "prometheus_scrape"),
            Self::Website => Declared::provides("website", "http").optional(),
            Self::Cluster => Declared::peers("cluster", "everything_peers"),
        }
    }
}

impl ::core::convert::AsRef<str> for Endpoint {
    fn as_ref(&self) -> &str {
        self.name()
    }
}

/// The workload containers that the charm declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Container {
    /// Container `web`.
    Web,
    /// Container `sidecar`.
    Sidecar,
}

impl Container {
    /// All of them, in the order of the metadata.
    pub const ALL: [Self; 2] = [Self::Web, Self::Sidecar];

    /// The name as the metadata writes it, which is the one hook tools take.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Sidecar => "sidecar",
        }
    }
    /// What the metadata says of it.
    pub const fn declared(self) -> __charm_tracing::declared::Container {
        use __charm_tracing::declared::Container as Declared;
        match self {
            Self::Web => {
                Declared {
                    name: "web",
                    resource: ::core::option::Option::Some("web-image"),
                    mounts: &[
                        __charm_tracing::declared::Mount {
                            storage: "pages",
                            location: "/srv/pages/",
                        },
                        __charm_tracing::declared::Mount {
                            storage: "pages",
                            location: "/srv/copy",
                        },
                    ],
                }
            }
            Self::Sidecar => {
                Declared {
                    name: "sidecar",
                    resource: ::core::option::Option::None,
                    mounts: &[],
                }
            }
        }
    }
}

impl ::core::convert::AsRef<str> for Container {
    fn as_ref(&self) -> &str {
        self.name()
    }
}

/// The storages that the charm declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Storage {
    /// Storage `pages`: filesystem at `/var/lib/pages`.
    ///
    /// What the web server shows.
    Pages,
    /// Storage `traces`: filesystem at `/var/lib/traces/`.
    Traces,
    /// Storage `keys`: filesystem at `/var/lib/keys`.
    Keys,
    /// Storage `scratch`: filesystem.
    Scratch,
    /// Storage `archive`: filesystem.
    Archive,
    /// Storage `logs`: filesystem.
    Logs,
    /// Storage `disks`: block.
    Disks,
}

impl Storage {
    /// All of them, in the order of the metadata.
    pub const ALL: [Self; 7] = [
        Self::Pages,
        Self::Traces,
        Self::Keys,
        Self::Scratch,
        Self::Archive,
        Self::Logs,
        Self::Disks,
    ];

    /// The name as the metadata writes it, which is the one hook tools take.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pages => "pages",
            Self::Traces => "traces",
            Self::Keys => "keys",
            Self::Scratch => "scratch",
            Self::Archive => "archive",
            Self::Logs => "logs",
            Self::Disks => "disks",
        }
    }
    /// What the metadata says of it.
    pub const fn declared(self) -> __charm_tracing::declared::Storage {
        use __charm_tracing::declared::Storage as Declared;
        match self {
            Self::Pages => {
                Declared {
                    name: "pages",
                    kind: __charm_tracing::declared::StorageKind::Filesystem,
                    location: ::core::option::Option::Some("/var/lib/pages"),
                    least: 1,
                    most: ::core::option::Option::Some(1),
                }
            }
            Self::Traces => {
                Declared {
                    name: "traces",
                    kind: __charm_tracing::declared::StorageKind::Filesystem,
                    location: ::core::option::Option::Some("/var/lib/traces/"),
                    least: 1,
                    most: ::core::option::Option::Some(1),
                }
            }
            Self::Keys => {
                Declared {
                    name: "keys",
                    kind: __charm_tracing::declared::StorageKind::Filesystem,
                    location: ::core::option::Option::Some("/var/lib/keys"),
                    least: 1,
                    most: ::core::option::Option::Some(1),
                }
            }
            Self::Scratch => {
                Declared {
                    name: "scratch",
                    kind: __charm_tracing::declared::StorageKind::Filesystem,
                    location: ::core::option::Option::None,
                    least: 1,
                    most: ::core::option::Option::Some(1),
                }
            }
            Self::Archive => {
                Declared {
                    name: "archive",
                    kind: __charm_tracing::declared::StorageKind::Filesystem,
                    location: ::core::option::Option::None,
                    least: 1,
                    most: ::core::option::Option::Some(1),
                }
            }
            Self::Logs => {
                Declared {
                    name: "logs",
                    kind: __charm_tracing::declared::StorageKind::Filesystem,
                    location: ::core::option::Option::None,
                    least: 0,
                    most: ::core::option::Option::Some(3),
                }
            }
            Self::Disks => {
                Declared {
                    name: "disks",
                    kind: __charm_tracing::declared::StorageKind::Block,
                    location: ::core::option::Option::None,
                    least: 1,
                    most: ::core::option::Option::None,
                }
            }
        }
    }
}

impl ::core::convert::AsRef<str> for Storage {
    fn as_ref(&self) -> &str {
        self.name()
    }
}

/// The resources that the charm declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Resource {
    /// Resource `web-image`.
    ///
    /// The web server.
    WebImage,
    /// Resource `licence`.
    ///
    /// A licence.
    Licence,
}

impl Resource {
    /// All of them, in the order of the metadata.
    pub const ALL: [Self; 2] = [Self::WebImage, Self::Licence];

    /// The name as the metadata writes it, which is the one hook tools take.
    pub const fn name(self) -> &'static str {
        match self {
            Self::WebImage => "web-image",
            Self::Licence => "licence",
        }
    }
    /// What the metadata says of it.
    pub const fn declared(self) -> __charm_tracing::declared::Resource {
        use __charm_tracing::declared::Resource as Declared;
        match self {
            Self::WebImage => {
                Declared {
                    name: "web-image",
                    kind: "oci-image",
                    filename: ::core::option::Option::None,
                }
            }
            Self::Licence => {
                Declared {
                    name: "licence",
                    kind: "file",
                    filename: ::core::option::Option::Some("licence.txt"),
                }
            }
        }
    }
}

impl ::core::convert::AsRef<str> for Resource {
    fn as_ref(&self) -> &str {
        self.name()
    }
}

/// The devices that the charm declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Device {
    /// Device `gpu`.
    ///
    /// A card.
    Gpu,
}

impl Device {
    /// All of them, in the order of the metadata.
    pub const ALL: [Self; 1] = [Self::Gpu];

    /// The name as the metadata writes it, which is the one hook tools take.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gpu => "gpu",
        }
    }
    /// What the metadata says of it.
    pub const fn declared(self) -> __charm_tracing::declared::Device {
        use __charm_tracing::declared::Device as Declared;
        match self {
            Self::Gpu => {
                Declared {
                    name: "gpu",
                    kind: "nvidia.com/gpu",
                    least: ::core::option::Option::Some(1),
                    most: ::core::option::Option::Some(2),
                }
            }
        }
    }
}

impl ::core::convert::AsRef<str> for Device {
    fn as_ref(&self) -> &str {
        self.name()
    }
}

/// The extra bindings that the charm declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Binding {
    /// Extra binding `public`.
    Public,
    /// Extra binding `Ring of Power`.
    RingOfPower,
}

impl Binding {
    /// All of them, in the order of the metadata.
    pub const ALL: [Self; 2] = [Self::Public, Self::RingOfPower];

    /// The name as the metadata writes it, which is the one hook tools take.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::RingOfPower => "Ring of Power",
        }
    }
}

impl ::core::convert::AsRef<str> for Binding {
    fn as_ref(&self) -> &str {
        self.name()
    }
}

/// The configuration of the charm `everything`.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// No default.
    pub name: ::core::option::Option<::std::string::String>,
    /// The option `greeting`.
    pub greeting: ::std::string::String,
    /// The option `count`.
    ///
    /// Default: `511`.
    pub count: i64,
    /// The option `ratio`.
    ///
    /// Default: `-0.25`.
    pub ratio: f64,
    /// The option `switch`.
    ///
    /// Default: `true`.
    pub switch: bool,
    /// The option `later`.
    pub later: ::core::option::Option<i64>,
    /// The option `token`.
    pub token: ::core::option::Option<__charm_tracing::SecretId>,
}

impl Config {
    /// Asks Juju for the configuration, with one call of `config-get`.
    ///
    /// # Errors
    ///
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
#[derive(Clone, Debug, PartialEq)]
pub struct Pause {}

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
#[derive(Clone, Debug, PartialEq)]
pub struct Resume {}

impl __charm_tracing::Params for Resume {
    const ACTION: &'static str = "resume";

    fn read(
        _: &__charm_tracing::Fields,
    ) -> ::core::result::Result<Self, __charm_tracing::Error> {
        ::core::result::Result::Ok(Self {})
    }
}

/// Parameters of the action `tune`.
#[derive(Clone, Debug, PartialEq)]
pub struct Tune {
    /// The parameter `text`.
    pub text: ::std::string::String,
    /// The parameter `text-default`.
    ///
    /// Default: `"with \"quotes\" and a \\"`.
    pub text_default: ::std::string::String,
    /// The parameter `count`.
    ///
    /// Default: `-5`.
    pub count: i64,
    /// The parameter `large`.
    ///
    /// Default: `8589934592`.
    pub large: i64,
    /// The parameter `ratio`.
    ///
    /// Default: `1.0`.
    pub ratio: f64,
    /// The parameter `flag`.
    ///
    /// Default: `false`.
    pub flag: bool,
    /// The parameter `list`.
    ///
    /// Default: `["a","b"]`.
    pub list: ::std::vec::Vec<::std::string::String>,
    /// The parameter `tree`.
    pub tree: TuneTree,
    /// The parameter `either`.
    pub either: ::core::option::Option<__charm_tracing::Value>,
    /// No type at all.
    pub untyped: ::core::option::Option<__charm_tracing::Value>,
}

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
            list: params.or_json("list", "[\"a\",\"b\"]")?,
            tree: params.required("tree")?,
            either: params.optional("either")?,
            untyped: params.optional("untyped")?,
        })
    }
}

/// An object among the parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct TuneTree {
    /// The parameter `leaf`.
    pub leaf: ::core::option::Option<::std::string::String>,
}

impl __charm_tracing::FromValue for TuneTree {
    fn from_value(
        value: &__charm_tracing::Field<'_>,
    ) -> ::core::result::Result<Self, __charm_tracing::Error> {
        let fields = value.object()?;
        ::core::result::Result::Ok(Self {
            leaf: fields.optional("leaf")?,
        })
    }
}
