// Written by charm-tracing 0.1.0 from charmcraft.yaml; changes made here are lost.

#[allow(unused_imports)]
use ::charm_tracing::__v0_1_0 as __charm_tracing;

/// Everything Juju can tell the charm `awkward-names`.
///
/// Names that are no Rust names.
#[derive(Clone, Debug)]
#[allow(dead_code, unreachable_pub, clippy::all, clippy::pedantic)]
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
    /// Endpoint `type`: peers over `kind`.
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

#[allow(dead_code, unreachable_pub, clippy::all, clippy::pedantic)]
impl __charm_tracing::Charm for Event {
    const NAME: &'static str = "awkward-names";
    const TRACING_ENDPOINT: ::core::option::Option<&'static str> = ::core::option::Option::None;
    const CERTIFICATES_ENDPOINT: ::core::option::Option<&'static str> = ::core::option::Option::None;
    const BUFFER_PLACE: __charm_tracing::BufferPlace = BUFFER_PLACE;

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

/// Where traces wait until they are sent.
///
/// The storage `web` outlives upgrades and restarts of the unit, and no workload container
/// mounts it.
#[allow(dead_code, unreachable_pub, clippy::all, clippy::pedantic)]
pub const BUFFER_PLACE: __charm_tracing::BufferPlace = __charm_tracing::BufferPlace::Storage {
    name: "web",
    directory: "/var/lib/juju/storage/web/0",
};

/// The configuration of the charm `awkward-names`.
#[derive(Clone, Debug)]
#[allow(dead_code, unreachable_pub, clippy::all, clippy::pedantic)]
pub struct Config {
    pub options: ::core::option::Option<::std::string::String>,
    pub juju: ::core::option::Option<::std::string::String>,
    pub clouds_yaml: ::core::option::Option<::std::string::String>,
    pub under_score: ::core::option::Option<i64>,
    /// Default: `true`.
    pub r#async: bool,
    pub _1st: ::core::option::Option<::std::string::String>,
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
#[derive(Clone, Debug)]
#[allow(dead_code, unreachable_pub, clippy::all, clippy::pedantic)]
pub struct Start {}

#[allow(dead_code, unreachable_pub, clippy::all, clippy::pedantic)]
impl __charm_tracing::Params for Start {
    const ACTION: &'static str = "start";

    fn read(
        _: &__charm_tracing::Fields,
    ) -> ::core::result::Result<Self, __charm_tracing::Error> {
        ::core::result::Result::Ok(Self {})
    }
}

/// Parameters of the action `config`.
#[derive(Clone, Debug)]
#[allow(dead_code, unreachable_pub, clippy::all, clippy::pedantic)]
pub struct ConfigParams {}

#[allow(dead_code, unreachable_pub, clippy::all, clippy::pedantic)]
impl __charm_tracing::Params for ConfigParams {
    const ACTION: &'static str = "config";

    fn read(
        _: &__charm_tracing::Fields,
    ) -> ::core::result::Result<Self, __charm_tracing::Error> {
        ::core::result::Result::Ok(Self {})
    }
}

/// Parameters of the action `event`.
#[derive(Clone, Debug)]
#[allow(dead_code, unreachable_pub, clippy::all, clippy::pedantic)]
pub struct EventParams {
    pub event: ::core::option::Option<::std::string::String>,
}

#[allow(dead_code, unreachable_pub, clippy::all, clippy::pedantic)]
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
#[derive(Clone, Debug)]
#[allow(dead_code, unreachable_pub, clippy::all, clippy::pedantic)]
pub struct SelfParams {}

#[allow(dead_code, unreachable_pub, clippy::all, clippy::pedantic)]
impl __charm_tracing::Params for SelfParams {
    const ACTION: &'static str = "self";

    fn read(
        _: &__charm_tracing::Fields,
    ) -> ::core::result::Result<Self, __charm_tracing::Error> {
        ::core::result::Result::Ok(Self {})
    }
}

/// Parameters of the action `2fa`.
#[derive(Clone, Debug)]
#[allow(dead_code, unreachable_pub, clippy::all, clippy::pedantic)]
pub struct _2fa {
    pub _2fa: ::core::option::Option<bool>,
}

#[allow(dead_code, unreachable_pub, clippy::all, clippy::pedantic)]
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
#[derive(Clone, Debug)]
#[allow(dead_code, unreachable_pub, clippy::all, clippy::pedantic)]
pub struct AB {}

#[allow(dead_code, unreachable_pub, clippy::all, clippy::pedantic)]
impl __charm_tracing::Params for AB {
    const ACTION: &'static str = "a--b";

    fn read(
        _: &__charm_tracing::Fields,
    ) -> ::core::result::Result<Self, __charm_tracing::Error> {
        ::core::result::Result::Ok(Self {})
    }
}

/// Parameters of the action `status`.
#[derive(Clone, Debug)]
#[allow(dead_code, unreachable_pub, clippy::all, clippy::pedantic)]
pub struct StatusParams {}

#[allow(dead_code, unreachable_pub, clippy::all, clippy::pedantic)]
impl __charm_tracing::Params for StatusParams {
    const ACTION: &'static str = "status";

    fn read(
        _: &__charm_tracing::Fields,
    ) -> ::core::result::Result<Self, __charm_tracing::Error> {
        ::core::result::Result::Ok(Self {})
    }
}

/// Parameters of the action `option`.
#[derive(Clone, Debug)]
#[allow(dead_code, unreachable_pub, clippy::all, clippy::pedantic)]
pub struct OptionParams {}

#[allow(dead_code, unreachable_pub, clippy::all, clippy::pedantic)]
impl __charm_tracing::Params for OptionParams {
    const ACTION: &'static str = "option";

    fn read(
        _: &__charm_tracing::Fields,
    ) -> ::core::result::Result<Self, __charm_tracing::Error> {
        ::core::result::Result::Ok(Self {})
    }
}

/// Parameters of the action `string`.
#[derive(Clone, Debug)]
#[allow(dead_code, unreachable_pub, clippy::all, clippy::pedantic)]
pub struct StringParams {}

#[allow(dead_code, unreachable_pub, clippy::all, clippy::pedantic)]
impl __charm_tracing::Params for StringParams {
    const ACTION: &'static str = "string";

    fn read(
        _: &__charm_tracing::Fields,
    ) -> ::core::result::Result<Self, __charm_tracing::Error> {
        ::core::result::Result::Ok(Self {})
    }
}

/// Parameters of the action `match`.
#[derive(Clone, Debug)]
#[allow(dead_code, unreachable_pub, clippy::all, clippy::pedantic)]
pub struct Match {
    /// Default: `"r#type"`.
    pub r#type: ::std::string::String,
    pub self_: ::std::string::String,
    pub crate_: ::std::string::String,
    pub super_: ::core::option::Option<::std::string::String>,
    pub self_made: ::core::option::Option<bool>,
    pub params: ::core::option::Option<__charm_tracing::Value>,
    pub r#gen: ::core::option::Option<i64>,
    pub root_password: ::core::option::Option<::std::string::String>,
    pub ns_key: ::core::option::Option<::std::string::String>,
}

#[allow(dead_code, unreachable_pub, clippy::all, clippy::pedantic)]
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
