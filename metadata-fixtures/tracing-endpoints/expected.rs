// Written by charm-tracing 0.1.0 from charmcraft.yaml; changes made here are lost.

#[allow(unused_imports)]
use ::charm_tracing::__v0_1_0 as __charm_tracing;

/// All events that Juju can send to the charm `tracing-endpoints`.
///
/// Every way to say where traces go and half mean it.
#[derive(Clone, Debug)]
pub enum Event {
    /// A hook that every charm gets.
    Lifecycle(__charm_tracing::Lifecycle),
    /// Endpoint `other-tracing`: requires `tracing`, limit 1.
    OtherTracingRelation(__charm_tracing::RelationEvent),
    /// Endpoint `receive-ca-cert`: requires `tls-certificates`.
    ReceiveCaCertRelation(__charm_tracing::RelationEvent),
    /// Endpoint `tracing`: provides `tracing`.
    TracingRelation(__charm_tracing::RelationEvent),
    /// A secret changed, expired, or is to be rotated or removed.
    Secret(__charm_tracing::SecretEvent),
    /// A hook or action this binary does not know, by its `JUJU_DISPATCH_PATH`.
    Unknown(::std::string::String),
}

impl __charm_tracing::Charm for Event {
    const NAME: &'static str = "tracing-endpoints";
    const TRACING_ENDPOINT: ::core::option::Option<&'static str> = ::core::option::Option::Some(
        "workload-tracing",
    );
    const CERTIFICATES_ENDPOINT: ::core::option::Option<&'static str> = ::core::option::Option::None;
    const BUFFER_LOCATION: __charm_tracing::BufferLocation = BUFFER_LOCATION;

    /// Reads the event of a dispatch; `None` for the endpoints the runtime serves itself.
    fn read(dispatch: &__charm_tracing::Dispatch<'_>) -> ::core::option::Option<Self> {
        ::core::option::Option::Some(
            match dispatch.hook() {
                __charm_tracing::Hook::Lifecycle(hook) => Self::Lifecycle(hook),
                __charm_tracing::Hook::Relation("other-tracing", change) => {
                    Self::OtherTracingRelation(dispatch.relation(change))
                }
                __charm_tracing::Hook::Relation("receive-ca-cert", change) => {
                    Self::ReceiveCaCertRelation(dispatch.relation(change))
                }
                __charm_tracing::Hook::Relation("tracing", change) => {
                    Self::TracingRelation(dispatch.relation(change))
                }
                __charm_tracing::Hook::Secret(change) => {
                    Self::Secret(dispatch.secret(change))
                }
                __charm_tracing::Hook::Relation("workload-tracing", _) => {
                    return ::core::option::Option::None;
                }
                _ => Self::Unknown(dispatch.path().into()),
            },
        )
    }
}

/// Where traces are stored until they are sent.
///
/// The charm declares no storage; the charm directory lasts as long as the machine.
pub const BUFFER_LOCATION: __charm_tracing::BufferLocation = __charm_tracing::BufferLocation::CharmDirectory;

/// The endpoints that the charm declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Endpoint {
    /// Endpoint `workload-tracing`: requires `tracing`.
    WorkloadTracing,
    /// Endpoint `other-tracing`: requires `tracing`, limit 1.
    OtherTracing,
    /// Endpoint `receive-ca-cert`: requires `tls-certificates`.
    ReceiveCaCert,
    /// Endpoint `tracing`: provides `tracing`.
    Tracing,
}

impl Endpoint {
    /// All of them, in the order of the metadata.
    pub const ALL: [Self; 4] = [
        Self::WorkloadTracing,
        Self::OtherTracing,
        Self::ReceiveCaCert,
        Self::Tracing,
    ];

    /// The name as the metadata writes it, which is the one hook tools take.
    pub const fn name(self) -> &'static str {
        match self {
            Self::WorkloadTracing => "workload-tracing",
            Self::OtherTracing => "other-tracing",
            Self::ReceiveCaCert => "receive-ca-cert",
            Self::Tracing => "tracing",
        }
    }
    /// What the metadata says of it.
    pub const fn declared(self) -> __charm_tracing::declared::Endpoint {
        use __charm_tracing::declared::Endpoint as Declared;
        match self {
            Self::WorkloadTracing => Declared::requires("workload-tracing", "tracing"),
            Self::OtherTracing => {
                Declared::requires("other-tracing", "tracing").limited_to(1)
            }
            Self::ReceiveCaCert => {
                Declared::requires("receive-ca-cert", "tls-certificates")
            }
            Self::Tracing => Declared::provides("tracing", "tracing"),
        }
    }
}

impl ::core::convert::AsRef<str> for Endpoint {
    fn as_ref(&self) -> &str {
        self.name()
    }
}
