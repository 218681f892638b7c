// Written by charm-tracing 0.1.0 from charmcraft.yaml; changes made here are lost.

#[allow(unused_imports)]
use ::charm_tracing::__v0_1_0 as __charm_tracing;

/// All events that Juju can send to the charm `site`.
///
/// A web site.
#[derive(Clone, Debug)]
pub enum Event {
    /// A hook that every charm gets.
    Lifecycle(__charm_tracing::Lifecycle),
    /// Endpoint `database`: requires `postgresql_client`, limit 1.
    DatabaseRelation(__charm_tracing::RelationEvent),
    /// Action `rotate-key`.
    ///
    /// Replace the signing key.
    RotateKeyAction(__charm_tracing::Action<RotateKey>),
    /// A secret changed, expired, or is to be rotated or removed.
    Secret(__charm_tracing::SecretEvent),
    /// A hook or action this binary does not know, by its `JUJU_DISPATCH_PATH`.
    Unknown(::std::string::String),
}

impl __charm_tracing::Charm for Event {
    const NAME: &'static str = "site";
    const TRACING_ENDPOINT: ::core::option::Option<&'static str> = ::core::option::Option::Some(
        "charm-tracing",
    );
    const CERTIFICATES_ENDPOINT: ::core::option::Option<&'static str> = ::core::option::Option::None;
    const BUFFER_LOCATION: __charm_tracing::BufferLocation = BUFFER_LOCATION;

    /// Reads the event of a dispatch; `None` for the endpoints the runtime serves itself.
    fn read(dispatch: &__charm_tracing::Dispatch<'_>) -> ::core::option::Option<Self> {
        ::core::option::Option::Some(
            match dispatch.hook() {
                __charm_tracing::Hook::Lifecycle(hook) => Self::Lifecycle(hook),
                __charm_tracing::Hook::Relation("database", change) => {
                    Self::DatabaseRelation(dispatch.relation(change))
                }
                __charm_tracing::Hook::Action("rotate-key") => {
                    Self::RotateKeyAction(dispatch.action())
                }
                __charm_tracing::Hook::Secret(change) => {
                    Self::Secret(dispatch.secret(change))
                }
                __charm_tracing::Hook::Relation("charm-tracing", _) => {
                    return ::core::option::Option::None;
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
    /// Endpoint `charm-tracing`: requires `tracing`, limit 1.
    CharmTracing,
    /// Endpoint `database`: requires `postgresql_client`, limit 1.
    Database,
}

impl Endpoint {
    /// All of them, in the order of the metadata.
    pub const ALL: [Self; 2] = [Self::CharmTracing, Self::Database];

    /// The name as the metadata writes it, which is the one hook tools take.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CharmTracing => "charm-tracing",
            Self::Database => "database",
        }
    }
    /// What the metadata says of it.
    pub const fn declared(self) -> __charm_tracing::declared::Endpoint {
        use __charm_tracing::declared::Endpoint as Declared;
        match self {
            Self::CharmTracing => {
                Declared::requires("charm-tracing", "tracing").limited_to(1).optional()
            }
            Self::Database => {
                Declared::requires("database", "postgresql_client").limited_to(1)
            }
        }
    }
}

impl ::core::convert::AsRef<str> for Endpoint {
    fn as_ref(&self) -> &str {
        self.name()
    }
}

/// The configuration of the charm `site`.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// Port to listen on.
    ///
    /// Default: `8080`.
    pub port: i64,
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
            port: options.or("port", 8080)?,
        })
    }
}

/// Parameters of the action `rotate-key`.
#[derive(Clone, Debug, PartialEq)]
pub struct RotateKey {
    /// The parameter `bytes`.
    ///
    /// Default: `32`.
    pub bytes: i64,
}

impl __charm_tracing::Params for RotateKey {
    const ACTION: &'static str = "rotate-key";

    fn read(
        params: &__charm_tracing::Fields,
    ) -> ::core::result::Result<Self, __charm_tracing::Error> {
        ::core::result::Result::Ok(Self {
            bytes: params.or("bytes", 32)?,
        })
    }
}
