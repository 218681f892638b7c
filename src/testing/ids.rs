//! Names that only the simulated Juju gives out. Types of their own, so that a test cannot hand a
//! storage to a method that wants a relation.

use std::fmt;

macro_rules! id {
    ($( $(#[$about:meta])* $name:ident )*) => { $(
        $(#[$about])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub(super) String);

        impl $name {
            /// The id as it stands in the charm's environment.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )* };
}

id! {
    /// A relation of a [`Unit`](crate::testing::Unit): `database:1`. From
    /// [`relate`](crate::testing::Unit::relate).
    RelationId
    /// A storage instance: `content/0`. From
    /// [`attach_storage`](crate::testing::Unit::attach_storage).
    StorageId
    /// A secret's URI: `secret:` and twenty letters and digits. From
    /// [`add_secret`](crate::testing::Unit::add_secret).
    SecretId
}
