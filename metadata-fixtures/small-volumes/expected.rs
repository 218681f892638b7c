// Written by charm-tracing 0.1.0 from charmcraft.yaml; changes made here are lost.

#[allow(unused_imports)]
use ::charm_tracing::__v0_1_0 as __charm_tracing;

/// All events that Juju can send to the charm `small-volumes`.
///
/// Volumes for keys, which a buffer would fill.
#[derive(Clone, Debug)]
pub enum Event {
    /// A hook that every charm gets.
    Lifecycle(__charm_tracing::Lifecycle),
    /// Storage `certs`: filesystem.
    CertsStorage(__charm_tracing::StorageEvent),
    /// Storage `keys`: filesystem at `/keys`.
    KeysStorage(__charm_tracing::StorageEvent),
    /// Container `vault`.
    VaultPebble(__charm_tracing::WorkloadEvent),
    /// A secret changed, expired, or is to be rotated or removed.
    Secret(__charm_tracing::SecretEvent),
    /// A hook or action this binary does not know, by its `JUJU_DISPATCH_PATH`.
    Unknown(::std::string::String),
}

impl __charm_tracing::Charm for Event {
    const NAME: &'static str = "small-volumes";

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
                __charm_tracing::Hook::Storage("certs", change) => {
                    Self::CertsStorage(dispatch.storage(change))
                }
                __charm_tracing::Hook::Storage("keys", change) => {
                    Self::KeysStorage(dispatch.storage(change))
                }
                __charm_tracing::Hook::Workload("vault", change) => {
                    Self::VaultPebble(dispatch.workload(change))
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
/// No storage is fit for it: `certs` may be too small, `keys` may be too small; what is
/// buffered in the charm directory is lost with the pod.
pub const BUFFER_LOCATION: __charm_tracing::BufferLocation = __charm_tracing::BufferLocation::CharmDirectory;

/// The workload containers that the charm declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Container {
    /// Container `vault`.
    Vault,
}

impl Container {
    /// All of them, in the order of the metadata.
    pub const ALL: [Self; 1] = [Self::Vault];

    /// The name as the metadata writes it, which is the one hook tools take.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Vault => "vault",
        }
    }
    /// What the metadata says of it.
    pub const fn declared(self) -> __charm_tracing::declared::Container {
        use __charm_tracing::declared::Container as Declared;
        match self {
            Self::Vault => {
                Declared {
                    name: "vault",
                    resource: ::core::option::Option::Some("vault-image"),
                    mounts: &[
                        __charm_tracing::declared::Mount {
                            storage: "certs",
                            location: "/certs/",
                        },
                    ],
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
    /// Storage `certs`: filesystem.
    Certs,
    /// Storage `keys`: filesystem at `/keys`.
    Keys,
}

impl Storage {
    /// All of them, in the order of the metadata.
    pub const ALL: [Self; 2] = [Self::Certs, Self::Keys];

    /// The name as the metadata writes it, which is the one hook tools take.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Certs => "certs",
            Self::Keys => "keys",
        }
    }
    /// What the metadata says of it.
    pub const fn declared(self) -> __charm_tracing::declared::Storage {
        use __charm_tracing::declared::Storage as Declared;
        match self {
            Self::Certs => {
                Declared {
                    name: "certs",
                    kind: __charm_tracing::declared::StorageKind::Filesystem,
                    location: ::core::option::Option::None,
                    least: 1,
                    most: ::core::option::Option::Some(1),
                }
            }
            Self::Keys => {
                Declared {
                    name: "keys",
                    kind: __charm_tracing::declared::StorageKind::Filesystem,
                    location: ::core::option::Option::Some("/keys"),
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

/// The resources that the charm declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Resource {
    /// Resource `vault-image`.
    VaultImage,
}

impl Resource {
    /// All of them, in the order of the metadata.
    pub const ALL: [Self; 1] = [Self::VaultImage];

    /// The name as the metadata writes it, which is the one hook tools take.
    pub const fn name(self) -> &'static str {
        match self {
            Self::VaultImage => "vault-image",
        }
    }
    /// What the metadata says of it.
    pub const fn declared(self) -> __charm_tracing::declared::Resource {
        use __charm_tracing::declared::Resource as Declared;
        match self {
            Self::VaultImage => {
                Declared {
                    name: "vault-image",
                    kind: "oci-image",
                    filename: ::core::option::Option::None,
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
