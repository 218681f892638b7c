//! What a charm declares in its metadata, as the generated enums state it: `Endpoint::Database`
//! is a name that compiles only if it is declared, and these are the facts behind the name.

/// An endpoint, from `provides`, `requires` or `peers`.
///
/// ```
/// use charm_tracing::juju::declared::Endpoint;
///
/// // What the generated `Endpoint::Database.declared()` gives.
/// let database = Endpoint::requires("database", "postgresql_client").limited_to(1);
/// assert_eq!(database.limit, Some(1));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Endpoint {
    /// As the metadata writes it.
    pub name: &'static str,
    /// The interface that both sides of a relation speak.
    pub interface: &'static str,
    /// Which side this is.
    pub role: Role,
    /// How many relations the endpoint takes; `None` for any number.
    pub limit: Option<u64>,
    /// Which units see each other.
    pub scope: Scope,
    /// Whether the charm works without it.
    pub optional: bool,
}

impl Endpoint {
    /// One that requires an interface: global scope, no limit, not optional.
    pub const fn requires(name: &'static str, interface: &'static str) -> Self {
        Self::of(name, interface, Role::Requires)
    }

    /// One that provides an interface: global scope, no limit, not optional.
    pub const fn provides(name: &'static str, interface: &'static str) -> Self {
        Self::of(name, interface, Role::Provides)
    }

    /// One between the units of an application: global scope, no limit, not optional.
    pub const fn peers(name: &'static str, interface: &'static str) -> Self {
        Self::of(name, interface, Role::Peers)
    }

    /// The same, taking at most this many relations.
    pub const fn limited_to(mut self, relations: u64) -> Self {
        self.limit = Some(relations);
        self
    }

    /// The same, between a subordinate and its principal.
    pub const fn of_container_scope(mut self) -> Self {
        self.scope = Scope::Container;
        self
    }

    /// The same, for a charm that works without it.
    pub const fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    const fn of(name: &'static str, interface: &'static str, role: Role) -> Self {
        Self {
            name,
            interface,
            role,
            limit: None,
            scope: Scope::Global,
            optional: false,
        }
    }
}

/// The side of a relation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Role {
    /// Declared under `provides`.
    Provides,
    /// Declared under `requires`.
    Requires,
    /// Declared under `peers`: such a relation never sends `-relation-broken`.
    Peers,
}

/// Which units of a relation see each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Scope {
    /// All of them.
    Global,
    /// A subordinate and its principal on the same machine.
    Container,
}

/// A workload container. See [`Endpoint`] for how to come by one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Container {
    /// As the metadata writes it.
    pub name: &'static str,
    /// The resource its image comes from, where it says one.
    pub resource: Option<&'static str>,
    /// The storages it sees.
    pub mounts: &'static [Mount],
}

/// A storage as a container sees it; the charm itself sees it at [`Storage::location`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Mount {
    /// The storage's name.
    pub storage: &'static str,
    /// The path in the workload container.
    pub location: &'static str,
}

/// A storage. See [`Endpoint`] for how to come by one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Storage {
    /// As the metadata writes it.
    pub name: &'static str,
    /// What Juju provides.
    pub kind: StorageKind,
    /// The path for the charm, where it says one; for several instances, the folder they lie in.
    pub location: Option<&'static str>,
    /// The least number of instances; 0 for a storage that may be absent.
    pub least: u64,
    /// The greatest number of instances; `None` for any.
    pub most: Option<u64>,
}

/// What a storage is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StorageKind {
    /// A mounted directory.
    Filesystem,
    /// A device.
    Block,
}

/// A resource. See [`Endpoint`] for how to come by one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Resource {
    /// As the metadata writes it, and as `resource-get` takes it.
    pub name: &'static str,
    /// `file` or `oci-image`.
    pub kind: &'static str,
    /// What a `file` is called on the unit.
    pub filename: Option<&'static str>,
}

/// A device. See [`Endpoint`] for how to come by one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Device {
    /// As the metadata writes it.
    pub name: &'static str,
    /// Its kind, such as `nvidia.com/gpu`.
    pub kind: &'static str,
    /// The least number of them, where it says one.
    pub least: Option<u64>,
    /// The greatest number of them, where it says one.
    pub most: Option<u64>,
}
