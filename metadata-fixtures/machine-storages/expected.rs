// Written by charm-tracing 0.1.0 from charmcraft.yaml; changes made here are lost.

#[allow(unused_imports)]
use ::charm_tracing::__v0_1_0 as __charm_tracing;

/// All events that Juju can send to the charm `machine-storages`.
///
/// A charm for machines with every count of storage.
#[derive(Clone, Debug)]
pub enum Event {
    /// A hook that every charm gets.
    Lifecycle(__charm_tracing::Lifecycle),
    /// Storage `many`: filesystem at `/srv/many`.
    ManyStorage(__charm_tracing::StorageEvent),
    /// Storage `few`: filesystem.
    FewStorage(__charm_tracing::StorageEvent),
    /// Storage `maybe`: filesystem at `/srv/maybe`.
    MaybeStorage(__charm_tracing::StorageEvent),
    /// Storage `raw`: block.
    RawStorage(__charm_tracing::StorageEvent),
    /// A secret changed, expired, or is to be rotated or removed.
    Secret(__charm_tracing::SecretEvent),
    /// A hook or action this binary does not know, by its `JUJU_DISPATCH_PATH`.
    Unknown(::std::string::String),
}

impl __charm_tracing::Charm for Event {
    const NAME: &'static str = "machine-storages";

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
                __charm_tracing::Hook::Storage("many", change) => {
                    Self::ManyStorage(dispatch.storage(change))
                }
                __charm_tracing::Hook::Storage("few", change) => {
                    Self::FewStorage(dispatch.storage(change))
                }
                __charm_tracing::Hook::Storage("maybe", change) => {
                    Self::MaybeStorage(dispatch.storage(change))
                }
                __charm_tracing::Hook::Storage("raw", change) => {
                    Self::RawStorage(dispatch.storage(change))
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
/// The storage `many` outlives upgrades and restarts of the unit.
pub const BUFFER_LOCATION: __charm_tracing::BufferLocation = __charm_tracing::BufferLocation::StorageByName {
    name: "many",
};

/// The storages that the charm declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Storage {
    /// Storage `many`: filesystem at `/srv/many`.
    Many,
    /// Storage `few`: filesystem.
    Few,
    /// Storage `maybe`: filesystem at `/srv/maybe`.
    Maybe,
    /// Storage `raw`: block.
    Raw,
}

impl Storage {
    /// All of them, in the order of the metadata.
    pub const ALL: [Self; 4] = [Self::Many, Self::Few, Self::Maybe, Self::Raw];

    /// The name as the metadata writes it, which is the one hook tools take.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Many => "many",
            Self::Few => "few",
            Self::Maybe => "maybe",
            Self::Raw => "raw",
        }
    }
    /// What the metadata says of it.
    pub const fn declared(self) -> __charm_tracing::declared::Storage {
        use __charm_tracing::declared::Storage as Declared;
        match self {
            Self::Many => {
                Declared {
                    name: "many",
                    kind: __charm_tracing::declared::StorageKind::Filesystem,
                    location: ::core::option::Option::Some("/srv/many"),
                    least: 1,
                    most: ::core::option::Option::None,
                }
            }
            Self::Few => {
                Declared {
                    name: "few",
                    kind: __charm_tracing::declared::StorageKind::Filesystem,
                    location: ::core::option::Option::None,
                    least: 2,
                    most: ::core::option::Option::Some(2),
                }
            }
            Self::Maybe => {
                Declared {
                    name: "maybe",
                    kind: __charm_tracing::declared::StorageKind::Filesystem,
                    location: ::core::option::Option::Some("/srv/maybe"),
                    least: 0,
                    most: ::core::option::Option::Some(1),
                }
            }
            Self::Raw => {
                Declared {
                    name: "raw",
                    kind: __charm_tracing::declared::StorageKind::Block,
                    location: ::core::option::Option::None,
                    least: 0,
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
