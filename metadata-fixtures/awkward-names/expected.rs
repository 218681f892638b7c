// Written by charm-tracing 0.1.0 from charmcraft.yaml; changes made here are lost.

#[allow(unused_imports)]
use ::charm_tracing::__v0_1_0 as __charm_tracing;

/// All events that Juju can send to the charm `awkward-names`.
///
/// Names that are no Rust names.
#[derive(Clone, Debug)]
pub enum Event {
    /// A hook that every charm gets.
    Lifecycle(__charm_tracing::Lifecycle),
    /// Endpoint `web`: requires `http`.
    WebRelation(__charm_tracing::RelationEvent),
    /// Endpoint `self`: requires `loop`.
    SelfRelation(__charm_tracing::RelationEvent),
    /// Endpoint `fiveg_n3`: requires `fiveg`.
    FivegN3Relation(__charm_tracing::RelationEvent),
    /// Endpoint `match`: requires `first_come`.
    MatchRelation(__charm_tracing::RelationEvent),
    /// Endpoint `Upper-Case`: requires `loud`.
    UpperCaseRelation(__charm_tracing::RelationEvent),
    /// Endpoint `type`: peers over `kind`; never broken.
    TypeRelation(__charm_tracing::RelationEvent),
    /// Storage `web`: filesystem.
    WebStorage(__charm_tracing::StorageEvent),
    /// Container `web`.
    WebPebble(__charm_tracing::WorkloadEvent),
    /// Container `2fa`.
    _2faPebble(__charm_tracing::WorkloadEvent),
    /// Action `start`.
    StartAction(__charm_tracing::Action<Start>),
    /// Action `config`.
    ConfigAction(__charm_tracing::Action<ConfigParams>),
    /// Action `event`.
    EventAction(__charm_tracing::Action<EventParams>),
    /// Action `self`.
    SelfAction(__charm_tracing::Action<SelfParams>),
    /// Action `2fa`.
    _2faAction(__charm_tracing::Action<_2fa>),
    /// Action `a--b`.
    ABAction(__charm_tracing::Action<AB>),
    /// Action `status`.
    StatusAction(__charm_tracing::Action<StatusParams>),
    /// Action `option`.
    OptionAction(__charm_tracing::Action<OptionParams>),
    /// Action `string`.
    StringAction(__charm_tracing::Action<StringParams>),
    /// Action `match`.
    MatchAction(__charm_tracing::Action<Match>),
    /// A secret changed, expired, or is to be rotated or removed.
    Secret(__charm_tracing::SecretEvent),
    /// A hook or action this binary does not know, by its `JUJU_DISPATCH_PATH`.
    Unknown(::std::string::String),
}

impl __charm_tracing::Charm for Event {
    const NAME: &'static str = "awkward-names";

    /// The charm requires no endpoint with the interface `tracing`; its traces go where its
    /// settings or Juju say.
    const TRACING_ENDPOINT: ::core::option::Option<&'static str> = ::core::option::Option::None;
    const CERTIFICATES_ENDPOINT: ::core::option::Option<&'static str> = ::core::option::Option::None;
    const BUFFER_LOCATION: __charm_tracing::BufferLocation = BUFFER_LOCATION;

    /// Reads the event of a dispatch; `None` for the endpoints the runtime serves itself.
    fn read(dispatch: &__charm_tracing::Dispatch<'_>) -> ::core::option::Option<Self> {
        ::core::option::Option::Some(
            match dispatch.hook() {
                __charm_tracing::Hook::Lifecycle(hook) => Self::Lifecycle(hook),
                __charm_tracing::Hook::Relation("web", change) => {
                    Self::WebRelation(dispatch.relation(change))
                }
                __charm_tracing::Hook::Relation("self", change) => {
                    Self::SelfRelation(dispatch.relation(change))
                }
                __charm_tracing::Hook::Relation("fiveg_n3", change) => {
                    Self::FivegN3Relation(dispatch.relation(change))
                }
                __charm_tracing::Hook::Relation("match", change) => {
                    Self::MatchRelation(dispatch.relation(change))
                }
                __charm_tracing::Hook::Relation("Upper-Case", change) => {
                    Self::UpperCaseRelation(dispatch.relation(change))
                }
                __charm_tracing::Hook::Relation("type", change) => {
                    Self::TypeRelation(dispatch.relation(change))
                }
                __charm_tracing::Hook::Storage("web", change) => {
                    Self::WebStorage(dispatch.storage(change))
                }
                __charm_tracing::Hook::Workload("web", change) => {
                    Self::WebPebble(dispatch.workload(change))
                }
                __charm_tracing::Hook::Workload("2fa", change) => {
                    Self::_2faPebble(dispatch.workload(change))
                }
                __charm_tracing::Hook::Action("start") => {
                    Self::StartAction(dispatch.action())
                }
                __charm_tracing::Hook::Action("config") => {
                    Self::ConfigAction(dispatch.action())
                }
                __charm_tracing::Hook::Action("event") => {
                    Self::EventAction(dispatch.action())
                }
                __charm_tracing::Hook::Action("self") => {
                    Self::SelfAction(dispatch.action())
                }
                __charm_tracing::Hook::Action("2fa") => {
                    Self::_2faAction(dispatch.action())
                }
                __charm_tracing::Hook::Action("a--b") => {
                    Self::ABAction(dispatch.action())
                }
                __charm_tracing::Hook::Action("status") => {
                    Self::StatusAction(dispatch.action())
                }
                __charm_tracing::Hook::Action("option") => {
                    Self::OptionAction(dispatch.action())
                }
                __charm_tracing::Hook::Action("string") => {
                    Self::StringAction(dispatch.action())
                }
                __charm_tracing::Hook::Action("match") => {
                    Self::MatchAction(dispatch.action())
                }
                __charm_tracing::Hook::Secret(change) => {
                    Self::Secret(dispatch.secret(change))
                }
                _ => Self::Unknown(dispatch.path().into()),
            },
        )
    }
}

/// Where traces are stored until they are sent.
///
/// The storage `web` outlives upgrades and restarts of the unit, and no workload container
/// mounts it.
pub const BUFFER_LOCATION: __charm_tracing::BufferLocation = __charm_tracing::BufferLocation::Storage {
    name: "web",
    directory: "/var/lib/juju/storage/web/0",
};

/// The endpoints that the charm declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Endpoint {
    /// Endpoint `web`: requires `http`.
    Web,
    /// Endpoint `self`: requires `loop`.
    Self_,
    /// Endpoint `fiveg_n3`: requires `fiveg`.
    FivegN3,
    /// Endpoint `match`: requires `first_come`.
    Match,
    /// Endpoint `Upper-Case`: requires `loud`.
    UpperCase,
    /// Endpoint `type`: peers over `kind`; never broken.
    Type,
}

impl Endpoint {
    /// All of them, in the order of the metadata.
    pub const ALL: [Self; 6] = [
        Self::Web,
        Self::Self_,
        Self::FivegN3,
        Self::Match,
        Self::UpperCase,
        Self::Type,
    ];

    /// The name as the metadata writes it, which is the one hook tools take.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Self_ => "self",
            Self::FivegN3 => "fiveg_n3",
            Self::Match => "match",
            Self::UpperCase => "Upper-Case",
            Self::Type => "type",
        }
    }
    /// What the metadata says of it.
    pub const fn declared(self) -> __charm_tracing::declared::Endpoint {
        use __charm_tracing::declared::Endpoint as Declared;
        match self {
            Self::Web => Declared::requires("web", "http"),
            Self::Self_ => Declared::requires("self", "loop"),
            Self::FivegN3 => Declared::requires("fiveg_n3", "fiveg"),
            Self::Match => Declared::requires("match", "first_come"),
            Self::UpperCase => Declared::requires("Upper-Case", "loud"),
            Self::Type => Declared::peers("type", "kind"),
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
    /// Container `2fa`.
    _2fa,
}

impl Container {
    /// All of them, in the order of the metadata.
    pub const ALL: [Self; 2] = [Self::Web, Self::_2fa];

    /// The name as the metadata writes it, which is the one hook tools take.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::_2fa => "2fa",
        }
    }
    /// What the metadata says of it.
    pub const fn declared(self) -> __charm_tracing::declared::Container {
        use __charm_tracing::declared::Container as Declared;
        match self {
            Self::Web => {
                Declared {
                    name: "web",
                    resource: ::core::option::Option::None,
                    mounts: &[],
                }
            }
            Self::_2fa => {
                Declared {
                    name: "2fa",
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
    /// Storage `web`: filesystem.
    Web,
}

impl Storage {
    /// All of them, in the order of the metadata.
    pub const ALL: [Self; 1] = [Self::Web];

    /// The name as the metadata writes it, which is the one hook tools take.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Web => "web",
        }
    }
    /// What the metadata says of it.
    pub const fn declared(self) -> __charm_tracing::declared::Storage {
        use __charm_tracing::declared::Storage as Declared;
        match self {
            Self::Web => {
                Declared {
                    name: "web",
                    kind: __charm_tracing::declared::StorageKind::Filesystem,
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

/// The configuration of the charm `awkward-names`.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// The option `options`.
    pub options: ::core::option::Option<::std::string::String>,
    /// The option `juju`.
    pub juju: ::core::option::Option<::std::string::String>,
    /// The option `clouds.yaml`.
    pub clouds_yaml: ::core::option::Option<::std::string::String>,
    /// The option `under_score`.
    pub under_score: ::core::option::Option<i64>,
    /// The option `async`.
    ///
    /// Default: `true`.
    pub r#async: bool,
    /// The option `1st`.
    pub _1st: ::core::option::Option<::std::string::String>,
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
            options: options.optional("options")?,
            juju: options.optional("juju")?,
            clouds_yaml: options.optional("clouds.yaml")?,
            under_score: options.optional("under_score")?,
            r#async: options.or("async", true)?,
            _1st: options.optional("1st")?,
        })
    }
}

/// Parameters of the action `start`.
#[derive(Clone, Debug, PartialEq)]
pub struct Start {}

impl __charm_tracing::Params for Start {
    const ACTION: &'static str = "start";

    fn read(
        _: &__charm_tracing::Fields,
    ) -> ::core::result::Result<Self, __charm_tracing::Error> {
        ::core::result::Result::Ok(Self {})
    }
}

/// Parameters of the action `config`.
#[derive(Clone, Debug, PartialEq)]
pub struct ConfigParams {}

impl __charm_tracing::Params for ConfigParams {
    const ACTION: &'static str = "config";

    fn read(
        _: &__charm_tracing::Fields,
    ) -> ::core::result::Result<Self, __charm_tracing::Error> {
        ::core::result::Result::Ok(Self {})
    }
}

/// Parameters of the action `event`.
#[derive(Clone, Debug, PartialEq)]
pub struct EventParams {
    /// The parameter `event`.
    pub event: ::core::option::Option<::std::string::String>,
}

impl __charm_tracing::Params for EventParams {
    const ACTION: &'static str = "event";

    fn read(
        params: &__charm_tracing::Fields,
    ) -> ::core::result::Result<Self, __charm_tracing::Error> {
        ::core::result::Result::Ok(Self {
            event: params.optional("event")?,
        })
    }
}

/// Parameters of the action `self`.
#[derive(Clone, Debug, PartialEq)]
pub struct SelfParams {}

impl __charm_tracing::Params for SelfParams {
    const ACTION: &'static str = "self";

    fn read(
        _: &__charm_tracing::Fields,
    ) -> ::core::result::Result<Self, __charm_tracing::Error> {
        ::core::result::Result::Ok(Self {})
    }
}

/// Parameters of the action `2fa`.
#[derive(Clone, Debug, PartialEq)]
pub struct _2fa {
    /// The parameter `2fa`.
    pub _2fa: ::core::option::Option<bool>,
}

impl __charm_tracing::Params for _2fa {
    const ACTION: &'static str = "2fa";

    fn read(
        params: &__charm_tracing::Fields,
    ) -> ::core::result::Result<Self, __charm_tracing::Error> {
        ::core::result::Result::Ok(Self {
            _2fa: params.optional("2fa")?,
        })
    }
}

/// Parameters of the action `a--b`.
#[derive(Clone, Debug, PartialEq)]
pub struct AB {}

impl __charm_tracing::Params for AB {
    const ACTION: &'static str = "a--b";

    fn read(
        _: &__charm_tracing::Fields,
    ) -> ::core::result::Result<Self, __charm_tracing::Error> {
        ::core::result::Result::Ok(Self {})
    }
}

/// Parameters of the action `status`.
#[derive(Clone, Debug, PartialEq)]
pub struct StatusParams {}

impl __charm_tracing::Params for StatusParams {
    const ACTION: &'static str = "status";

    fn read(
        _: &__charm_tracing::Fields,
    ) -> ::core::result::Result<Self, __charm_tracing::Error> {
        ::core::result::Result::Ok(Self {})
    }
}

/// Parameters of the action `option`.
#[derive(Clone, Debug, PartialEq)]
pub struct OptionParams {}

impl __charm_tracing::Params for OptionParams {
    const ACTION: &'static str = "option";

    fn read(
        _: &__charm_tracing::Fields,
    ) -> ::core::result::Result<Self, __charm_tracing::Error> {
        ::core::result::Result::Ok(Self {})
    }
}

/// Parameters of the action `string`.
#[derive(Clone, Debug, PartialEq)]
pub struct StringParams {}

impl __charm_tracing::Params for StringParams {
    const ACTION: &'static str = "string";

    fn read(
        _: &__charm_tracing::Fields,
    ) -> ::core::result::Result<Self, __charm_tracing::Error> {
        ::core::result::Result::Ok(Self {})
    }
}

/// Parameters of the action `match`.
#[derive(Clone, Debug, PartialEq)]
pub struct Match {
    /// The parameter `type`.
    ///
    /// Default: `"r#type"`.
    pub r#type: ::std::string::String,
    /// The parameter `self`.
    pub self_: ::std::string::String,
    /// The parameter `crate`.
    pub crate_: ::std::string::String,
    /// The parameter `super`.
    pub super_: ::core::option::Option<::std::string::String>,
    /// The parameter `Self-Made`.
    pub self_made: ::core::option::Option<bool>,
    /// The parameter `params`.
    pub params: ::core::option::Option<
        ::std::collections::BTreeMap<::std::string::String, __charm_tracing::Value>,
    >,
    /// The parameter `gen`.
    pub r#gen: ::core::option::Option<i64>,
    /// The parameter `rootPassword`.
    pub root_password: ::core::option::Option<::std::string::String>,
    /// The parameter `ns.key`.
    pub ns_key: ::core::option::Option<::std::string::String>,
}

impl __charm_tracing::Params for Match {
    const ACTION: &'static str = "match";

    fn read(
        params: &__charm_tracing::Fields,
    ) -> ::core::result::Result<Self, __charm_tracing::Error> {
        ::core::result::Result::Ok(Self {
            r#type: params.or("type", "r#type")?,
            self_: params.required("self")?,
            crate_: params.required("crate")?,
            super_: params.optional("super")?,
            self_made: params.optional("Self-Made")?,
            params: params.optional("params")?,
            r#gen: params.optional("gen")?,
            root_password: params.optional("rootPassword")?,
            ns_key: params.optional("ns.key")?,
        })
    }
}
