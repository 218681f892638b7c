// Written by charm-tracing 0.1.0 from charmcraft.yaml; changes made here are lost.

#[allow(unused_imports)]
use ::charm_tracing::__v0_1_0 as __charm_tracing;

/// All events that Juju can send to the charm `tracing-unlimited`.
///
/// A tracing endpoint that takes two backends.
#[derive(Clone, Debug)]
pub enum Event {
    /// A hook that every charm gets.
    Lifecycle(__charm_tracing::Lifecycle),
    /// Endpoint `certs-b`: requires `certificate_transfer`.
    CertsBRelation(__charm_tracing::RelationEvent),
    /// A secret changed, expired, or is to be rotated or removed.
    Secret(__charm_tracing::SecretEvent),
    /// A hook or action this binary does not know, by its `JUJU_DISPATCH_PATH`.
    Unknown(::std::string::String),
}

impl __charm_tracing::Charm for Event {
    const NAME: &'static str = "tracing-unlimited";
    const TRACING_ENDPOINT: ::core::option::Option<&'static str> = ::core::option::Option::Some(
        "tracing",
    );
    const CERTIFICATES_ENDPOINT: ::core::option::Option<&'static str> = ::core::option::Option::Some(
        "certs-a",
    );
    const BUFFER_LOCATION: __charm_tracing::BufferLocation = BUFFER_LOCATION;

    /// Reads the event of a dispatch; `None` for the endpoints the runtime serves itself.
    fn read(dispatch: &__charm_tracing::Dispatch<'_>) -> ::core::option::Option<Self> {
        ::core::option::Option::Some(
            match dispatch.hook() {
                __charm_tracing::Hook::Lifecycle(hook) => Self::Lifecycle(hook),
                __charm_tracing::Hook::Relation("certs-b", change) => {
                    Self::CertsBRelation(dispatch.relation(change))
                }
                __charm_tracing::Hook::Secret(change) => {
                    Self::Secret(dispatch.secret(change))
                }
                __charm_tracing::Hook::Relation("tracing" | "certs-a", _) => {
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
    /// Endpoint `tracing`: requires `tracing`, limit 2.
    Tracing,
    /// Endpoint `certs-a`: requires `certificate_transfer`.
    CertsA,
    /// Endpoint `certs-b`: requires `certificate_transfer`.
    CertsB,
}

impl Endpoint {
    /// All of them, in the order of the metadata.
    pub const ALL: [Self; 3] = [Self::Tracing, Self::CertsA, Self::CertsB];

    /// The name as the metadata writes it, which is the one hook tools take.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tracing => "tracing",
            Self::CertsA => "certs-a",
            Self::CertsB => "certs-b",
        }
    }
    /// What the metadata says of it.
    pub const fn declared(self) -> __charm_tracing::declared::Endpoint {
        use __charm_tracing::declared::Endpoint as Declared;
        match self {
            Self::Tracing => Declared::requires("tracing", "tracing").limited_to(2),
            Self::CertsA => Declared::requires("certs-a", "certificate_transfer"),
            Self::CertsB => Declared::requires("certs-b", "certificate_transfer"),
        }
    }
}

impl ::core::convert::AsRef<str> for Endpoint {
    fn as_ref(&self) -> &str {
        self.name()
    }
}
