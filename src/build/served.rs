//! The two endpoints that the runtime serves itself: the receiver of traces, and the CAs to trust.
//! They are found by interface, as charms name them differently.

use crate::build::metadata::charm::CharmFile;

/// The names of the endpoints, where the charm has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Served<'m> {
    pub tracing: Option<&'m str>,
    pub certificates: Option<&'m str>,
}

/// What an endpoint is served for, and how it is recognised.
#[derive(Debug)]
pub(crate) struct Purpose {
    pub interface: &'static str,
    /// The names to prefer where there are several, the surest first.
    pub names: &'static [&'static str],
    /// Whether a second relation would be of no use.
    pub is_single: bool,
}

/// Both names are those of Canonical's charms: `charm-tracing` where a charm traces itself and its
/// workload apart, `tracing` where it has one for both.
pub(crate) const TRACING: Purpose = Purpose {
    interface: "tracing",
    names: &["charm-tracing", "tracing"],
    is_single: true,
};

/// Certificates of several authorities add up, so any number of relations makes sense.
pub(crate) const CERTIFICATES: Purpose = Purpose {
    interface: "certificate_transfer",
    names: &["receive-ca-cert"],
    is_single: false,
};

impl<'m> Served<'m> {
    /// Picks one endpoint for each purpose. A charm with several keeps the others as ordinary
    /// relations: they are there for its workload.
    pub(crate) fn of(charm: &'m CharmFile) -> Self {
        Self {
            tracing: TRACING.pick(charm),
            certificates: CERTIFICATES.pick(charm),
        }
    }

    /// The names, for the arm of the dispatch table that skips them.
    pub(crate) fn names(self) -> impl Iterator<Item = &'m str> {
        self.tracing.into_iter().chain(self.certificates)
    }
}

impl Purpose {
    /// The endpoint that requires the interface: a preferred name, or else the first declared.
    pub(crate) fn pick<'m>(&self, charm: &'m CharmFile) -> Option<&'m str> {
        let of_interface = |name: Option<&str>| {
            charm.requires.iter().find(|endpoint| {
                let named = name.is_none_or(|name| endpoint.name == name);
                named && endpoint.is.interface.as_deref() == Some(self.interface)
            })
        };
        let by_name = self.names.iter().find_map(|name| of_interface(Some(name)));
        let by_end = || {
            charm.requires.iter().find(|endpoint| {
                let interface = endpoint.is.interface.as_deref();
                interface == Some(self.interface) && self.is_own(&endpoint.name)
            })
        };
        by_name
            .or_else(by_end)
            .or_else(|| of_interface(None))
            .map(|endpoint| endpoint.name.as_str())
    }

    /// Whether a name says the purpose, if only with its end: a charm that provides tracing calls
    /// its own endpoint `self-charm-tracing`.
    pub(crate) fn is_own(&self, name: &str) -> bool {
        self.names.contains(&name) || name.ends_with(self.own_name())
    }

    /// The name to advise.
    pub(crate) fn own_name(&self) -> &'static str {
        self.names.first().copied().unwrap_or_default()
    }
}
