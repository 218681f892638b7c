// Written by charm-tracing 0.1.0 from charmcraft.yaml; changes made here are lost.

#[allow(unused_imports)]
use ::charm_tracing::__v0_1_0 as __charm_tracing;

/// All events that Juju can send to the charm `kinds-share-names`.
///
/// One name in every kind.
#[derive(Clone, Debug)]
pub enum Event {
    /// A hook that every charm gets.
    Lifecycle(__charm_tracing::Lifecycle),
    /// Endpoint `data`: requires `data`.
    DataRelation(__charm_tracing::RelationEvent),
    /// Storage `data`: filesystem at `/data`.
    DataStorage(__charm_tracing::StorageEvent),
    /// Container `data`.
    DataPebble(__charm_tracing::WorkloadEvent),
    /// Action `data`.
    DataAction(__charm_tracing::Action<Data>),
    /// Action `storage`.
    StorageAction(__charm_tracing::Action<StorageParams>),
    /// Action `endpoint`.
    EndpointAction(__charm_tracing::Action<EndpointParams>),
    /// A secret changed, expired, or is to be rotated or removed.
    Secret(__charm_tracing::SecretEvent),
    /// A hook or action this binary does not know, by its `JUJU_DISPATCH_PATH`.
    Unknown(::std::string::String),
}

impl __charm_tracing::Charm for Event {
    const NAME: &'static str = "kinds-share-names";

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
                __charm_tracing::Hook::Relation("data", change) => {
                    Self::DataRelation(dispatch.relation(change))
                }
                __charm_tracing::Hook::Storage("data", change) => {
                    Self::DataStorage(dispatch.storage(change))
                }
                __charm_tracing::Hook::Workload("data", change) => {
                    Self::DataPebble(dispatch.workload(change))
                }
                __charm_tracing::Hook::Action("data") => {
                    Self::DataAction(dispatch.action())
                }
                __charm_tracing::Hook::Action("storage") => {
                    Self::StorageAction(dispatch.action())
                }
                __charm_tracing::Hook::Action("endpoint") => {
                    Self::EndpointAction(dispatch.action())
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
/// The storage `data` outlives upgrades and restarts of the unit; its workload sees the buffer
/// as one file beside its own.
pub const BUFFER_LOCATION: __charm_tracing::BufferLocation = __charm_tracing::BufferLocation::Storage {
    name: "data",
    directory: "/data",
};

/// The endpoints that the charm declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Endpoint {
    /// Endpoint `data`: requires `data`.
    Data,
}

impl Endpoint {
    /// All of them, in the order of the metadata.
    pub const ALL: [Self; 1] = [Self::Data];

    /// The name as the metadata writes it, which is the one hook tools take.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Data => "data",
        }
    }
    /// What the metadata says of it.
    pub const fn declared(self) -> __charm_tracing::declared::Endpoint {
        use __charm_tracing::declared::Endpoint as Declared;
        match self {
            Self::Data => Declared::requires("data", "data"),
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
    /// Container `data`.
    Data,
}

impl Container {
    /// All of them, in the order of the metadata.
    pub const ALL: [Self; 1] = [Self::Data];

    /// The name as the metadata writes it, which is the one hook tools take.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Data => "data",
        }
    }
    /// What the metadata says of it.
    pub const fn declared(self) -> __charm_tracing::declared::Container {
        use __charm_tracing::declared::Container as Declared;
        match self {
            Self::Data => {
                Declared {
                    name: "data",
                    resource: ::core::option::Option::Some("data"),
                    mounts: &[
                        __charm_tracing::declared::Mount {
                            storage: "data",
                            location: "/data",
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
    /// Storage `data`: filesystem at `/data`.
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
                    location: ::core::option::Option::Some("/data"),
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
    /// Resource `data`.
    ///
    /// The image.
    Data,
    /// Resource `data-file`.
    DataFile,
}

impl Resource {
    /// All of them, in the order of the metadata.
    pub const ALL: [Self; 2] = [Self::Data, Self::DataFile];

    /// The name as the metadata writes it, which is the one hook tools take.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Data => "data",
            Self::DataFile => "data-file",
        }
    }
    /// What the metadata says of it.
    pub const fn declared(self) -> __charm_tracing::declared::Resource {
        use __charm_tracing::declared::Resource as Declared;
        match self {
            Self::Data => {
                Declared {
                    name: "data",
                    kind: "oci-image",
                    filename: ::core::option::Option::None,
                }
            }
            Self::DataFile => {
                Declared {
                    name: "data-file",
                    kind: "file",
                    filename: ::core::option::Option::Some("data.bin"),
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
    /// Device `data`.
    Data,
}

impl Device {
    /// All of them, in the order of the metadata.
    pub const ALL: [Self; 1] = [Self::Data];

    /// The name as the metadata writes it, which is the one hook tools take.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Data => "data",
        }
    }
    /// What the metadata says of it.
    pub const fn declared(self) -> __charm_tracing::declared::Device {
        use __charm_tracing::declared::Device as Declared;
        match self {
            Self::Data => {
                Declared {
                    name: "data",
                    kind: "gpu",
                    least: ::core::option::Option::Some(1),
                    most: ::core::option::Option::None,
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
    /// Extra binding `data`.
    Data,
    /// Extra binding `Ring of Power`.
    RingOfPower,
}

impl Binding {
    /// All of them, in the order of the metadata.
    pub const ALL: [Self; 2] = [Self::Data, Self::RingOfPower];

    /// The name as the metadata writes it, which is the one hook tools take.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Data => "data",
            Self::RingOfPower => "Ring of Power",
        }
    }
}

impl ::core::convert::AsRef<str> for Binding {
    fn as_ref(&self) -> &str {
        self.name()
    }
}

/// The configuration of the charm `kinds-share-names`.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// The option `data`.
    pub data: ::core::option::Option<::std::string::String>,
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
            data: options.optional("data")?,
        })
    }
}

/// Parameters of the action `data`.
#[derive(Clone, Debug, PartialEq)]
pub struct Data {}

impl __charm_tracing::Params for Data {
    const ACTION: &'static str = "data";

    fn read(
        _: &__charm_tracing::Fields,
    ) -> ::core::result::Result<Self, __charm_tracing::Error> {
        ::core::result::Result::Ok(Self {})
    }
}

/// Parameters of the action `storage`.
#[derive(Clone, Debug, PartialEq)]
pub struct StorageParams {}

impl __charm_tracing::Params for StorageParams {
    const ACTION: &'static str = "storage";

    fn read(
        _: &__charm_tracing::Fields,
    ) -> ::core::result::Result<Self, __charm_tracing::Error> {
        ::core::result::Result::Ok(Self {})
    }
}

/// Parameters of the action `endpoint`.
#[derive(Clone, Debug, PartialEq)]
pub struct EndpointParams {}

impl __charm_tracing::Params for EndpointParams {
    const ACTION: &'static str = "endpoint";

    fn read(
        _: &__charm_tracing::Fields,
    ) -> ::core::result::Result<Self, __charm_tracing::Error> {
        ::core::result::Result::Ok(Self {})
    }
}
