//! The two endpoints the runtime serves by itself: where traces go, and whom to trust there.
//! They are found by interface, as charms name them differently.

use crate::build::metadata::charm::CharmFile;

/// The names of the endpoints, where the charm has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Served<'m> {
    pub tracing: Option<&'m str>,
    pub certificates: Option<&'m str>,
}

impl<'m> Served<'m> {
    /// Picks one endpoint for each purpose. A charm with several keeps the others as ordinary
    /// relations: they are there for its workload.
    pub(crate) fn of(charm: &'m CharmFile) -> Self {
        Self {
            // Both names are those of Canonical's charms: `charm-tracing` where a charm traces
            // itself and its workload apart, `tracing` where it has one for both.
            tracing: pick(charm, "tracing", &["charm-tracing", "tracing"]),
            certificates: pick(charm, "certificate_transfer", &["receive-ca-cert"]),
        }
    }

    /// The names, for the arm of the dispatch table that skips them.
    pub(crate) fn names(self) -> impl Iterator<Item = &'m str> {
        self.tracing.into_iter().chain(self.certificates)
    }
}

/// The endpoint that requires `interface`: a preferred name, or else the first declared.
fn pick<'m>(charm: &'m CharmFile, interface: &str, preferred: &[&str]) -> Option<&'m str> {
    let of_interface = |name: Option<&str>| {
        charm.requires.iter().find(|endpoint| {
            let named = name.is_none_or(|name| endpoint.name == name);
            named && endpoint.is.interface.as_deref() == Some(interface)
        })
    };
    let by_name = preferred.iter().find_map(|name| of_interface(Some(name)));
    by_name
        .or_else(|| of_interface(None))
        .map(|endpoint| endpoint.name.as_str())
}
