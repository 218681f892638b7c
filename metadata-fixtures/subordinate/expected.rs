// Written by charm-tracing 0.1.0 from charmcraft.yaml; changes made here are lost.

#[allow(unused_imports)]
use ::charm_tracing::__v0_1_0 as __charm_tracing;

/// All events that Juju can send to the charm `subordinate`.
///
/// Lives beside another charm.
#[derive(Clone, Debug)]
pub enum Event {
    /// A hook that every charm gets.
    Lifecycle(__charm_tracing::Lifecycle),
    /// Endpoint `juju-info`: requires `juju-info`, container scope.
    JujuInfoRelation(__charm_tracing::RelationEvent),
    /// A secret changed, expired, or is to be rotated or removed.
    Secret(__charm_tracing::SecretEvent),
    /// A hook or action this binary does not know, by its `JUJU_DISPATCH_PATH`.
    Unknown(::std::string::String),
}

impl __charm_tracing::Charm for Event {
    const NAME: &'static str = "subordinate";

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
                __charm_tracing::Hook::Relation("juju-info", change) => {
                    Self::JujuInfoRelation(dispatch.relation(change))
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
    /// Endpoint `juju-info`: requires `juju-info`, container scope.
    JujuInfo,
}

impl Endpoint {
    /// All of them, in the order of the metadata.
    pub const ALL: [Self; 1] = [Self::JujuInfo];

    /// The name as the metadata writes it, which is the one hook tools take.
    pub const fn name(self) -> &'static str {
        match self {
            Self::JujuInfo => "juju-info",
        }
    }
    /// What the metadata says of it.
    pub const fn declared(self) -> __charm_tracing::declared::Endpoint {
        use __charm_tracing::declared::Endpoint as Declared;
        match self {
            Self::JujuInfo => {
                Declared::requires("juju-info", "juju-info").of_container_scope()
            }
        }
    }
}

impl ::core::convert::AsRef<str> for Endpoint {
    fn as_ref(&self) -> &str {
        self.name()
    }
}
