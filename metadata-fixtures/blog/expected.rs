// Written by charm-tracing 0.1.0 from charmcraft.yaml; changes made here are lost.

#[allow(unused_imports)]
use ::charm_tracing::__v0_1_0 as __charm_tracing;

/// All events that Juju can send to the charm `blog`.
///
/// A small blog with comments, backed by PostgreSQL.
#[derive(Clone, Debug)]
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

impl __charm_tracing::Charm for Event {
    const NAME: &'static str = "blog";
    const TRACING_ENDPOINT: ::core::option::Option<&'static str> = ::core::option::Option::Some(
        "charm-tracing",
    );
    const CERTIFICATES_ENDPOINT: ::core::option::Option<&'static str> = ::core::option::Option::Some(
        "receive-ca-cert",
    );
    const BUFFER_LOCATION: __charm_tracing::BufferLocation = BUFFER_LOCATION;

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

/// Where traces are stored until they are sent.
///
/// The storage `content` outlives upgrades and restarts of the unit; its workload sees the
/// buffer as one file beside its own.
pub const BUFFER_LOCATION: __charm_tracing::BufferLocation = __charm_tracing::BufferLocation::Storage {
    name: "content",
    directory: "/var/lib/blog",
};

/// The endpoints that the charm declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Endpoint {
    /// Endpoint `database`: requires `postgresql_client`, limit 1.
    ///
    /// Where posts and comments are kept.
    Database,
    /// Endpoint `ingress`: requires `ingress`, limit 1.
    Ingress,
    /// Endpoint `charm-tracing`: requires `tracing`, limit 1.
    CharmTracing,
    /// Endpoint `receive-ca-cert`: requires `certificate_transfer`, limit 1.
    ReceiveCaCert,
}

impl Endpoint {
    /// All of them, in the order of the metadata.
    pub const ALL: [Self; 4] = [
        Self::Database,
        Self::Ingress,
        Self::CharmTracing,
        Self::ReceiveCaCert,
    ];

    /// The name as the metadata writes it, which is the one hook tools take.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Database => "database",
            Self::Ingress => "ingress",
            Self::CharmTracing => "charm-tracing",
            Self::ReceiveCaCert => "receive-ca-cert",
        }
    }
    /// What the metadata says of it.
    pub const fn declared(self) -> __charm_tracing::declared::Endpoint {
        use __charm_tracing::declared::Endpoint as Declared;
        match self {
            Self::Database => {
                Declared::requires("database", "postgresql_client").limited_to(1)
            }
            Self::Ingress => Declared::requires("ingress", "ingress").limited_to(1),
            Self::CharmTracing => {
                Declared::requires("charm-tracing", "tracing").limited_to(1).optional()
            }
            Self::ReceiveCaCert => {
                Declared::requires("receive-ca-cert", "certificate_transfer")
                    .limited_to(1)
                    .optional()
            }
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
    /// Container `blog`.
    Blog,
}

impl Container {
    /// All of them, in the order of the metadata.
    pub const ALL: [Self; 1] = [Self::Blog];

    /// The name as the metadata writes it, which is the one hook tools take.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Blog => "blog",
        }
    }
    /// What the metadata says of it.
    pub const fn declared(self) -> __charm_tracing::declared::Container {
        use __charm_tracing::declared::Container as Declared;
        match self {
            Self::Blog => {
                Declared {
                    name: "blog",
                    resource: ::core::option::Option::Some("blog-image"),
                    mounts: &[
                        __charm_tracing::declared::Mount {
                            storage: "content",
                            location: "/srv/blog",
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
    /// Storage `content`: filesystem at `/var/lib/blog`.
    ///
    /// Pictures and attachments that authors upload.
    Content,
}

impl Storage {
    /// All of them, in the order of the metadata.
    pub const ALL: [Self; 1] = [Self::Content];

    /// The name as the metadata writes it, which is the one hook tools take.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Content => "content",
        }
    }
    /// What the metadata says of it.
    pub const fn declared(self) -> __charm_tracing::declared::Storage {
        use __charm_tracing::declared::Storage as Declared;
        match self {
            Self::Content => {
                Declared {
                    name: "content",
                    kind: __charm_tracing::declared::StorageKind::Filesystem,
                    location: ::core::option::Option::Some("/var/lib/blog"),
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
    /// Resource `blog-image`.
    ///
    /// The image the blog runs from.
    BlogImage,
}

impl Resource {
    /// All of them, in the order of the metadata.
    pub const ALL: [Self; 1] = [Self::BlogImage];

    /// The name as the metadata writes it, which is the one hook tools take.
    pub const fn name(self) -> &'static str {
        match self {
            Self::BlogImage => "blog-image",
        }
    }
    /// What the metadata says of it.
    pub const fn declared(self) -> __charm_tracing::declared::Resource {
        use __charm_tracing::declared::Resource as Declared;
        match self {
            Self::BlogImage => {
                Declared {
                    name: "blog-image",
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

/// The configuration of the charm `blog`.
#[derive(Clone, Debug, PartialEq)]
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
            title: options.or("title", "A blog")?,
            port: options.or("port", 8080)?,
            comments: options.or("comments", true)?,
            cache_ratio: options.or("cache-ratio", 0.5)?,
            admin_password: options.optional("admin-password")?,
        })
    }
}

/// Parameters of the action `create-user`.
#[derive(Clone, Debug, PartialEq)]
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
#[derive(Clone, Debug, PartialEq)]
pub struct ExportPosts {
    /// The format of the file.
    ///
    /// Default: `"json"`.
    pub format: ExportPostsFormat,
    /// The first day to export, such as 2025-01-31; without it, all days.
    pub since: ::core::option::Option<::std::string::String>,
}

impl __charm_tracing::Params for ExportPosts {
    const ACTION: &'static str = "export-posts";

    fn read(
        params: &__charm_tracing::Fields,
    ) -> ::core::result::Result<Self, __charm_tracing::Error> {
        ::core::result::Result::Ok(Self {
            format: params.or("format", ExportPostsFormat::Json)?,
            since: params.optional("since")?,
        })
    }
}

/// One of the texts that a parameter may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ExportPostsFormat {
    /// `"json"`.
    Json,
    /// `"csv"`.
    Csv,
    /// `"markdown"`.
    Markdown,
}

impl ExportPostsFormat {
    /// The text as the operator gives it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Markdown => "markdown",
        }
    }
}

impl ::core::fmt::Display for ExportPostsFormat {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.pad(self.as_str())
    }
}

impl __charm_tracing::FromValue for ExportPostsFormat {
    fn from_value(
        value: &__charm_tracing::Field<'_>,
    ) -> ::core::result::Result<Self, __charm_tracing::Error> {
        match value.text() {
            ::core::option::Option::Some("json") => {
                ::core::result::Result::Ok(Self::Json)
            }
            ::core::option::Option::Some("csv") => ::core::result::Result::Ok(Self::Csv),
            ::core::option::Option::Some("markdown") => {
                ::core::result::Result::Ok(Self::Markdown)
            }
            _ => ::core::result::Result::Err(value.refuse("one of json, csv, markdown")),
        }
    }
}

/// Parameters of the action `rotate-signing-key`.
#[derive(Clone, Debug, PartialEq)]
pub struct RotateSigningKey {
    /// The length of the new key.
    ///
    /// Default: `32`.
    pub bytes: i64,
}

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
