// Written by charm-tracing 0.1.0 from charmcraft.yaml; changes made here are lost.

#[allow(unused_imports)]
use ::charm_tracing::__v0_1_0 as __charm_tracing;

/// All events that Juju can send to the charm `foreign-texts`.
///
/// “Typographic” quotes — and Größe, 日本語, */ and reversed
#[derive(Clone, Debug)]
pub enum Event {
    /// A hook that every charm gets.
    Lifecycle(__charm_tracing::Lifecycle),
    /// Endpoint `db`: requires `pgsql`.
    ///
    /// Grüße — “quoted”, */ /* // \`\`\` and \\
    DbRelation(__charm_tracing::RelationEvent),
    /// Action `say`.
    ///
    /// \\# A heading that is none | a | table | \<script\>alert(1)\</script\>
    /// \[link\](<http://example.com>) \~\~\~ code that is none
    SayAction(__charm_tracing::Action<Say>),
    /// A secret changed, expired, or is to be rotated or removed.
    Secret(__charm_tracing::SecretEvent),
    /// A hook or action this binary does not know, by its `JUJU_DISPATCH_PATH`.
    Unknown(::std::string::String),
}

impl __charm_tracing::Charm for Event {
    const NAME: &'static str = "foreign-texts";

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
                __charm_tracing::Hook::Relation("db", change) => {
                    Self::DbRelation(dispatch.relation(change))
                }
                __charm_tracing::Hook::Action("say") => {
                    Self::SayAction(dispatch.action())
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
/// The charm declares no storage; the charm directory lasts as long as the machine.
pub const BUFFER_LOCATION: __charm_tracing::BufferLocation = __charm_tracing::BufferLocation::CharmDirectory;

/// The endpoints that the charm declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Endpoint {
    /// Endpoint `db`: requires `pgsql`.
    ///
    /// Grüße — “quoted”, */ /* // \`\`\` and \\
    Db,
}

impl Endpoint {
    /// All of them, in the order of the metadata.
    pub const ALL: [Self; 1] = [Self::Db];

    /// The name as the metadata writes it, which is the one hook tools take.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Db => "db",
        }
    }
    /// What the metadata says of it.
    pub const fn declared(self) -> __charm_tracing::declared::Endpoint {
        use __charm_tracing::declared::Endpoint as Declared;
        match self {
            Self::Db => Declared::requires("db", "pgsql"),
        }
    }
}

impl ::core::convert::AsRef<str> for Endpoint {
    fn as_ref(&self) -> &str {
        self.name()
    }
}

/// The configuration of the charm `foreign-texts`.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// 日本語and a tab
    pub gr_e: ::core::option::Option<i64>,
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
            gr_e: options.optional("größe")?,
        })
    }
}

/// Parameters of the action `say`.
#[derive(Clone, Debug, PartialEq)]
pub struct Say {
    /// The parameter `greeting`.
    ///
    /// Default: `"\"Grüße\"\n{x}"`.
    pub greeting: ::std::string::String,
    /// The parameter `word`.
    ///
    /// One of `"Größe"`, `"日本"`.
    pub word: ::core::option::Option<::std::string::String>,
}

impl __charm_tracing::Params for Say {
    const ACTION: &'static str = "say";

    fn read(
        params: &__charm_tracing::Fields,
    ) -> ::core::result::Result<Self, __charm_tracing::Error> {
        ::core::result::Result::Ok(Self {
            greeting: params.or("greeting", "\"Grüße\"\n{x}")?,
            word: params.optional("word")?,
        })
    }
}
