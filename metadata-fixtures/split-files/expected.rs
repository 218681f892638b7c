// Written by charm-tracing 0.1.0 from charmcraft.yaml, metadata.yaml, actions.yaml and config.yaml; changes made here are lost.

#[allow(unused_imports)]
use ::charm_tracing::__v0_1_0 as __charm_tracing;

/// Everything Juju can tell the charm `split-files`.
///
/// The three files Juju reads.
#[derive(Clone, Debug)]
#[allow(dead_code, unreachable_pub, clippy::all, clippy::pedantic)]
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

#[allow(dead_code, unreachable_pub, clippy::all, clippy::pedantic)]
impl __charm_tracing::Charm for Event {
    const NAME: &'static str = "split-files";
    const TRACING_ENDPOINT: ::core::option::Option<&'static str> = ::core::option::Option::Some(
        "tracing",
    );
    const CERTIFICATES_ENDPOINT: ::core::option::Option<&'static str> = ::core::option::Option::None;
    const BUFFER_PLACE: __charm_tracing::BufferPlace = BUFFER_PLACE;

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

/// Where traces wait until they are sent.
///
/// The storage `data` outlives upgrades and restarts of the unit.
#[allow(dead_code, unreachable_pub, clippy::all, clippy::pedantic)]
pub const BUFFER_PLACE: __charm_tracing::BufferPlace = __charm_tracing::BufferPlace::StorageByName {
    name: "data",
};

/// The configuration of the charm `split-files`.
#[derive(Clone, Debug)]
#[allow(dead_code, unreachable_pub, clippy::all, clippy::pedantic)]
pub struct Config {
    /// Minutes between backups.
    ///
    /// Default: `60`.
    pub interval: i64,
}

#[allow(dead_code, unreachable_pub, clippy::all, clippy::pedantic)]
impl Config {
    /// Asks Juju for the configuration, with one call of `config-get`.
    ///
    /// # Errors
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
#[derive(Clone, Debug)]
#[allow(dead_code, unreachable_pub, clippy::all, clippy::pedantic)]
pub struct Backup {
    pub target: ::std::string::String,
}

#[allow(dead_code, unreachable_pub, clippy::all, clippy::pedantic)]
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
