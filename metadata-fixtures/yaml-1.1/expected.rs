// Written by charm-tracing 0.1.0 from charmcraft.yaml; changes made here are lost.

#[allow(unused_imports)]
use ::charm_tracing::__v0_1_0 as __charm_tracing;

/// All events that Juju can send to the charm `yaml-1.1`.
///
/// Written by a machine, read by YAML 1.1.
#[derive(Clone, Debug)]
pub enum Event {
    /// A hook that every charm gets.
    Lifecycle(__charm_tracing::Lifecycle),
    /// Endpoint `plain`: requires `http`, limit 2.
    PlainRelation(__charm_tracing::RelationEvent),
    /// Endpoint `closer`: requires `http`, limit 1.
    CloserRelation(__charm_tracing::RelationEvent),
    /// Endpoint `listed`: requires `first`, limit 3.
    ListedRelation(__charm_tracing::RelationEvent),
    /// Storage `data`: filesystem.
    DataStorage(__charm_tracing::StorageEvent),
    /// A secret changed, expired, or is to be rotated or removed.
    Secret(__charm_tracing::SecretEvent),
    /// A hook or action this binary does not know, by its `JUJU_DISPATCH_PATH`.
    Unknown(::std::string::String),
}

impl __charm_tracing::Charm for Event {
    const NAME: &'static str = "yaml-1.1";

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
                __charm_tracing::Hook::Relation("plain", change) => {
                    Self::PlainRelation(dispatch.relation(change))
                }
                __charm_tracing::Hook::Relation("closer", change) => {
                    Self::CloserRelation(dispatch.relation(change))
                }
                __charm_tracing::Hook::Relation("listed", change) => {
                    Self::ListedRelation(dispatch.relation(change))
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
pub const BUFFER_LOCATION: __charm_tracing::BufferLocation = __charm_tracing::BufferLocation::StorageByName {
    name: "data",
};

/// The endpoints that the charm declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Endpoint {
    /// Endpoint `plain`: requires `http`, limit 2.
    Plain,
    /// Endpoint `closer`: requires `http`, limit 1.
    Closer,
    /// Endpoint `listed`: requires `first`, limit 3.
    Listed,
}

impl Endpoint {
    /// All of them, in the order of the metadata.
    pub const ALL: [Self; 3] = [Self::Plain, Self::Closer, Self::Listed];

    /// The name as the metadata writes it, which is the one hook tools take.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Closer => "closer",
            Self::Listed => "listed",
        }
    }
    /// What the metadata says of it.
    pub const fn declared(self) -> __charm_tracing::declared::Endpoint {
        use __charm_tracing::declared::Endpoint as Declared;
        match self {
            Self::Plain => Declared::requires("plain", "http").limited_to(2).optional(),
            Self::Closer => Declared::requires("closer", "http").limited_to(1).optional(),
            Self::Listed => Declared::requires("listed", "first").limited_to(3),
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

/// The configuration of the charm `yaml-1.1`.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// The option `octal`.
    ///
    /// Default: `511`.
    pub octal: i64,
    /// The option `grouped`.
    ///
    /// Default: `1000`.
    pub grouped: i64,
    /// The option `tagged`.
    ///
    /// Default: `80`.
    pub tagged: i64,
    /// The option `on`.
    ///
    /// Default: `true`.
    pub on: bool,
    /// The option `off`.
    ///
    /// Default: `false`.
    pub off: bool,
    /// The option `quoted`.
    ///
    /// Default: `true`.
    pub quoted: bool,
    /// The option `tagged-flag`.
    ///
    /// Default: `true`.
    pub tagged_flag: bool,
    /// The option `folded`.
    ///
    /// Default: `"two lines"`.
    pub folded: ::std::string::String,
    /// The option `kept`.
    ///
    /// Default: `"two\nlines\n"`.
    pub kept: ::std::string::String,
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
            octal: options.or("octal", 511)?,
            grouped: options.or("grouped", 1000)?,
            tagged: options.or("tagged", 80)?,
            on: options.or("on", true)?,
            off: options.or("off", false)?,
            quoted: options.or("quoted", true)?,
            tagged_flag: options.or("tagged-flag", true)?,
            folded: options.or("folded", "two lines")?,
            kept: options.or("kept", "two\nlines\n")?,
        })
    }
}
