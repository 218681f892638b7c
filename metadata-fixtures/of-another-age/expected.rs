// Written by charm-tracing 0.1.0 from metadata.yaml; changes made here are lost.

#[allow(unused_imports)]
use ::charm_tracing::__v0_1_0 as __charm_tracing;

/// All events that Juju can send to the charm `of-another-age`.
///
/// A charm without charmcraft.
#[derive(Clone, Debug)]
pub enum Event {
    /// A hook that every charm gets.
    Lifecycle(__charm_tracing::Lifecycle),
    /// Endpoint `website`: provides `http`.
    WebsiteRelation(__charm_tracing::RelationEvent),
    /// Endpoint `ring`: peers over `gossip`; never broken.
    RingRelation(__charm_tracing::RelationEvent),
    /// Storage `data`: filesystem at `/srv/data`.
    DataStorage(__charm_tracing::StorageEvent),
    /// A secret changed, expired, or is to be rotated or removed.
    Secret(__charm_tracing::SecretEvent),
    /// A hook or action this binary does not know, by its `JUJU_DISPATCH_PATH`.
    Unknown(::std::string::String),
}

impl __charm_tracing::Charm for Event {
    const NAME: &'static str = "of-another-age";

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
                __charm_tracing::Hook::Relation("website", change) => {
                    Self::WebsiteRelation(dispatch.relation(change))
                }
                __charm_tracing::Hook::Relation("ring", change) => {
                    Self::RingRelation(dispatch.relation(change))
                }
                __charm_tracing::Hook::Storage("data", change) => {
                    Self::DataStorage(dispatch.storage(change))
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
/// The storage `data` outlives upgrades and restarts of the unit.
pub const BUFFER_LOCATION: __charm_tracing::BufferLocation = __charm_tracing::BufferLocation::Storage {
    name: "data",
    directory: "/srv/data",
};

/// The endpoints that the charm declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Endpoint {
    /// Endpoint `website`: provides `http`.
    Website,
    /// Endpoint `ring`: peers over `gossip`; never broken.
    Ring,
}

impl Endpoint {
    /// All of them, in the order of the metadata.
    pub const ALL: [Self; 2] = [Self::Website, Self::Ring];

    /// The name as the metadata writes it, which is the one hook tools take.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Website => "website",
            Self::Ring => "ring",
        }
    }
    /// What the metadata says of it.
    pub const fn declared(self) -> __charm_tracing::declared::Endpoint {
        use __charm_tracing::declared::Endpoint as Declared;
        match self {
            Self::Website => Declared::provides("website", "http"),
            Self::Ring => Declared::peers("ring", "gossip"),
        }
    }
}

impl ::core::convert::AsRef<str> for Endpoint {
    fn as_ref(&self) -> &str {
        self.name()
    }
}

/// The storages that the charm declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Storage {
    /// Storage `data`: filesystem at `/srv/data`.
    Data,
}

impl Storage {
    /// All of them, in the order of the metadata.
    pub const ALL: [Self; 1] = [Self::Data];

    /// The name as the metadata writes it, which is the one hook tools take.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Data => "data",
        }
    }
    /// What the metadata says of it.
    pub const fn declared(self) -> __charm_tracing::declared::Storage {
        use __charm_tracing::declared::Storage as Declared;
        match self {
            Self::Data => {
                Declared {
                    name: "data",
                    kind: __charm_tracing::declared::StorageKind::Filesystem,
                    location: ::core::option::Option::Some("/srv/data"),
                    least: 1,
                    most: ::core::option::Option::Some(1),
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
