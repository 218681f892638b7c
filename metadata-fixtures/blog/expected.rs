// Written by charm-tracing 0.1.0 from charmcraft.yaml; changes made here are lost.

#[allow(unused_imports)]
use ::charm_tracing::__v0_1_0 as __charm_tracing;

/// Everything Juju can tell the charm `blog`.
///
/// A small blog with comments, backed by PostgreSQL.
#[derive(Clone, Debug)]
#[allow(dead_code, unreachable_pub, clippy::all, clippy::pedantic)]
pub enum Event {
    /// A hook that every charm gets.
    Lifecycle(__charm_tracing::Lifecycle),
    /// Endpoint `database`: requires `postgresql_client`, limit 1.
    ///
    /// Where posts and comments are kept.
    DatabaseRelation(__charm_tracing::RelationEvent),
    /// Endpoint `ingress`: requires `ingress`, limit 1.
    IngressRelation(__charm_tracing::RelationEvent),
    /// Storage `content`: filesystem at `/var/lib/blog`.
    ///
    /// Pictures and attachments that authors upload.
    ContentStorage(__charm_tracing::StorageEvent),
    /// Container `blog`.
    BlogPebble(__charm_tracing::WorkloadEvent),
    /// Action `create-user`.
    ///
    /// Create an author, and print a link to set the password.
    CreateUserAction(__charm_tracing::Action<CreateUser>),
    /// Action `export-posts`.
    ///
    /// Write all posts to a file and print its path.
    ExportPostsAction(__charm_tracing::Action<ExportPosts>),
    /// Action `rotate-signing-key`.
    ///
    /// Replace the key that sessions are signed with. Everybody has to log in again.
    RotateSigningKeyAction(__charm_tracing::Action<RotateSigningKey>),
    /// A secret changed, expired, or is to be rotated or removed.
    Secret(__charm_tracing::SecretEvent),
    /// A hook or action this binary does not know, by its `JUJU_DISPATCH_PATH`.
    Unknown(::std::string::String),
}

#[allow(dead_code, unreachable_pub, clippy::all, clippy::pedantic)]
impl __charm_tracing::Charm for Event {
    const NAME: &'static str = "blog";
    const TRACING_ENDPOINT: ::core::option::Option<&'static str> = ::core::option::Option::Some(
        "charm-tracing",
    );
    const CERTIFICATES_ENDPOINT: ::core::option::Option<&'static str> = ::core::option::Option::Some(
        "receive-ca-cert",
    );
    const BUFFER_PLACE: __charm_tracing::BufferPlace = BUFFER_PLACE;

    /// Reads the event of a dispatch; `None` for the endpoints the runtime serves itself.
    fn read(dispatch: &__charm_tracing::Dispatch<'_>) -> ::core::option::Option<Self> {
        ::core::option::Option::Some(
            match dispatch.hook() {
                __charm_tracing::Hook::Lifecycle(hook) => Self::Lifecycle(hook),
                __charm_tracing::Hook::Relation("database", change) => {
                    Self::DatabaseRelation(dispatch.relation(change))
                }
                __charm_tracing::Hook::Relation("ingress", change) => {
                    Self::IngressRelation(dispatch.relation(change))
                }
                __charm_tracing::Hook::Storage("content", change) => {
                    Self::ContentStorage(dispatch.storage(change))
                }
                __charm_tracing::Hook::Workload("blog", change) => {
                    Self::BlogPebble(dispatch.workload(change))
                }
                __charm_tracing::Hook::Action("create-user") => {
                    Self::CreateUserAction(dispatch.action())
                }
                __charm_tracing::Hook::Action("export-posts") => {
                    Self::ExportPostsAction(dispatch.action())
                }
                __charm_tracing::Hook::Action("rotate-signing-key") => {
                    Self::RotateSigningKeyAction(dispatch.action())
                }
                __charm_tracing::Hook::Secret(change) => {
                    Self::Secret(dispatch.secret(change))
                }
                __charm_tracing::Hook::Relation(
                    "charm-tracing" | "receive-ca-cert",
                    _,
                ) => {
                    return ::core::option::Option::None;
                }
                _ => Self::Unknown(dispatch.path().into()),
            },
        )
    }
}

/// Where traces wait until they are sent.
///
/// The storage `content` outlives upgrades and restarts of the unit; its workload sees the
/// buffer as one file beside its own.
#[allow(dead_code, unreachable_pub, clippy::all, clippy::pedantic)]
pub const BUFFER_PLACE: __charm_tracing::BufferPlace = __charm_tracing::BufferPlace::Storage {
    name: "content",
    directory: "/var/lib/blog",
};

/// The configuration of the charm `blog`.
#[derive(Clone, Debug)]
#[allow(dead_code, unreachable_pub, clippy::all, clippy::pedantic)]
pub struct Config {
    /// What stands at the top of every page.
    ///
    /// Default: `"A blog"`.
    pub title: ::std::string::String,
    /// The port the blog listens on.
    ///
    /// Default: `8080`.
    pub port: i64,
    /// Whether readers may comment on posts.
    ///
    /// Default: `true`.
    pub comments: bool,
    /// The part of the memory to keep rendered pages in, from 0 to 1.
    ///
    /// Default: `0.5`.
    pub cache_ratio: f64,
    /// A secret with the key `password`, for the first author.
    pub admin_password: ::core::option::Option<__charm_tracing::SecretId>,
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
            title: options.or("title", "A blog")?,
            port: options.or("port", 8080)?,
            comments: options.or("comments", true)?,
            cache_ratio: options.or("cache-ratio", 0.5)?,
            admin_password: options.optional("admin-password")?,
        })
    }
}

/// Parameters of the action `create-user`.
#[derive(Clone, Debug)]
#[allow(dead_code, unreachable_pub, clippy::all, clippy::pedantic)]
pub struct CreateUser {
    /// The name to log in with.
    pub name: ::std::string::String,
    /// Whether the author may change the settings of the blog.
    ///
    /// Default: `false`.
    pub admin: bool,
    /// How much the author may upload, in MiB; without it, as much as fits.
    pub quota_mib: ::core::option::Option<i64>,
}

#[allow(dead_code, unreachable_pub, clippy::all, clippy::pedantic)]
impl __charm_tracing::Params for CreateUser {
    const ACTION: &'static str = "create-user";

    fn read(
        params: &__charm_tracing::Fields,
    ) -> ::core::result::Result<Self, __charm_tracing::Error> {
        ::core::result::Result::Ok(Self {
            name: params.required("name")?,
            admin: params.or("admin", false)?,
            quota_mib: params.optional("quota-mib")?,
        })
    }
}

/// Parameters of the action `export-posts`.
#[derive(Clone, Debug)]
#[allow(dead_code, unreachable_pub, clippy::all, clippy::pedantic)]
pub struct ExportPosts {
    /// The format of the file.
    ///
    /// One of `"json"`, `"csv"`, `"markdown"`.
    /// Default: `"json"`.
    pub format: ::std::string::String,
    /// The first day to export, such as 2025-01-31; without it, all days.
    pub since: ::core::option::Option<::std::string::String>,
}

#[allow(dead_code, unreachable_pub, clippy::all, clippy::pedantic)]
impl __charm_tracing::Params for ExportPosts {
    const ACTION: &'static str = "export-posts";

    fn read(
        params: &__charm_tracing::Fields,
    ) -> ::core::result::Result<Self, __charm_tracing::Error> {
        ::core::result::Result::Ok(Self {
            format: params.or("format", "json")?,
            since: params.optional("since")?,
        })
    }
}

/// Parameters of the action `rotate-signing-key`.
#[derive(Clone, Debug)]
#[allow(dead_code, unreachable_pub, clippy::all, clippy::pedantic)]
pub struct RotateSigningKey {
    /// The length of the new key.
    ///
    /// Default: `32`.
    pub bytes: i64,
}

#[allow(dead_code, unreachable_pub, clippy::all, clippy::pedantic)]
impl __charm_tracing::Params for RotateSigningKey {
    const ACTION: &'static str = "rotate-signing-key";

    fn read(
        params: &__charm_tracing::Fields,
    ) -> ::core::result::Result<Self, __charm_tracing::Error> {
        ::core::result::Result::Ok(Self {
            bytes: params.or("bytes", 32)?,
        })
    }
}
