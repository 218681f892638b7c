//! `storage-list`, `storage-get` and `storage-add`.

use std::path::PathBuf;

use crate::juju::tools::answer::{strings, text};
use crate::juju::{Call, Error, Juju};

/// Where Juju has put a storage of this unit.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StorageInstance {
    /// `filesystem` or `block`.
    pub kind: String,
    /// The mount point or the device.
    pub location: PathBuf,
}

impl Juju {
    /// `storage-list`: the ids (`content/0`) of the attached storages with this name, or of all with
    /// `None`, in Juju's order.
    pub fn storage_list<'n>(&self, name: impl Into<Option<&'n str>>) -> Result<Vec<String>, Error> {
        let mut call = Call::new("storage-list");
        if let Some(name) = name.into() {
            call = call
                .plain(name)
                .attribute("juju.storage.name", name.to_owned());
        }
        strings("storage-list", call.json()?)
    }

    /// `storage-get`: what and where a storage is. One that is not provisioned yet is an error, for which
    /// [`Error::is_not_found`] holds.
    pub fn storage_get(&self, id: &str) -> Result<StorageInstance, Error> {
        let call = Call::new("storage-get")
            .plain("-s")
            .plain(id)
            .attribute("juju.storage.id", id.to_owned());
        let identity = call.identity();
        let answer = call.json()?;
        match (text(&answer, "kind"), text(&answer, "location")) {
            (Some(kind), Some(location)) => Ok(StorageInstance {
                kind,
                location: location.into(),
            }),
            _ => Err(Error::answer(identity, "expected `kind` and `location`")),
        }
    }

    /// `storage-add`: asks for more instances of a storage that the metadata allows several of. Juju
    /// attaches them after the hook, each with a hook of its own. Machines only.
    pub fn storage_add(&self, name: &str, count: u32) -> Result<(), Error> {
        Call::new("storage-add")
            .plain(format!("{name}={count}"))
            .attribute("juju.storage.name", name.to_owned())
            .attribute("juju.storage.count", i64::from(count))
            .run()
            .map(drop)
    }
}

/// The mount point of the first attached storage with this name; `None` where there is none, or it is
/// a block device.
pub(crate) fn storage_location(juju: &Juju, name: &str) -> Result<Option<PathBuf>, Error> {
    let Some(id) = juju.storage_list(name)?.into_iter().next() else {
        return Ok(None);
    };
    let storage = juju.storage_get(&id)?;
    Ok(Some(storage.location).filter(|_| storage.kind == "filesystem"))
}
