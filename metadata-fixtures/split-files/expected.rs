// Written by charm-tracing 0.1.0 from charmcraft.yaml, metadata.yaml, actions.yaml and config.yaml; changes made here are lost.

#[allow(unused_imports)]
use ::charm_tracing::__v0_1_0 as __charm_tracing;

/// All events that Juju can send to the charm `split-files`.
///
/// The three files Juju reads.
#[derive(Clone, Debug)]
pub enum Event {
    /// A hook that every charm gets.
    Lifecycle(__charm_tracing::Lifecycle),
    /// Endpoint `db`: requires `mysql_client`.
    DbRelation(__charm_tracing::RelationEvent),
    /// Storage `data`: filesystem.
    DataStorage(__charm_tracing::StorageEvent),
    /// Action `backup`.
    ///
    /// Back everything up.
    BackupAction(__charm_tracing::Action<Backup>),
    /// A secret changed, expired, or is to be rotated or removed.
    Secret(__charm_tracing::SecretEvent),
    /// A hook or action this binary does not know, by its `JUJU_DISPATCH_PATH`.
    Unknown(::std::string::String),
}

impl __charm_tracing::Charm for Event {
    const NAME: &'static str = "split-files";
    const TRACING_ENDPOINT: ::core::option::Option<&'static str> = ::core::option::Option::Some(
        "tracing",
    );
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
                __charm_tracing::Hook::Storage("data", change) => {
                    Self::DataStorage(dispatch.storage(change))
                }
                __charm_tracing::Hook::Action("backup") => {
                    Self::BackupAction(dispatch.action())
                }
                __charm_tracing::Hook::Secret(change) => {
                    Self::Secret(dispatch.secret(change))
                }
                __charm_tracing::Hook::Relation("tracing", _) => {
                    return ::core::option::Option::None;
                }
                _ => Self::Unknown(dispatch.path().into()),
            },
        )
    }
}

/// Where traces are stored until they are sent.
///
/// The storage `data` outlives upgrades and restarts of the unit.
pub const BUFFER_LOCATION: __charm_tracing::BufferLocation = __charm_tracing::BufferLocation::StorageByName {
    name: "data",
};

/// The endpoints that the charm declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Endpoint {
    /// Endpoint `tracing`: requires `tracing`, limit 1.
    Tracing,
    /// Endpoint `db`: requires `mysql_client`.
    Db,
}

impl Endpoint {
    /// All of them, in the order of the metadata.
    pub const ALL: [Self; 2] = [Self::Tracing, Self::Db];

    /// The name as the metadata writes it, which is the one hook tools take.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tracing => "tracing",
            Self::Db => "db",
        }
    }
    /// What the metadata says of it.
    pub const fn declared(self) -> __charm_tracing::declared::Endpoint {
        use __charm_tracing::declared::Endpoint as Declared;
        match self {
            Self::Tracing => Declared::requires("tracing", "tracing").limited_to(1),
            Self::Db => Declared::requires("db", "mysql_client"),
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
    /// Storage `data`: filesystem.
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
                    location: ::core::option::Option::None,
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

/// The configuration of the charm `split-files`.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// Minutes between backups.
    ///
    /// Default: `60`.
    pub interval: i64,
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
            interval: options.or("interval", 60)?,
        })
    }
}

/// Parameters of the action `backup`.
#[derive(Clone, Debug, PartialEq)]
pub struct Backup {
    /// The parameter `target`.
    pub target: ::std::string::String,
}

impl __charm_tracing::Params for Backup {
    const ACTION: &'static str = "backup";

    fn read(
        params: &__charm_tracing::Fields,
    ) -> ::core::result::Result<Self, __charm_tracing::Error> {
        ::core::result::Result::Ok(Self {
            target: params.required("target")?,
        })
    }
}
