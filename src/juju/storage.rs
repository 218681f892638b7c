//! `storage-list` and `storage-get`: where Juju has put a storage of this unit.

use std::path::PathBuf;

use serde_json::Value;

use crate::juju::{Call, Error};

/// The mount point of the first attached storage with this name; `None` where there is none, or it is
/// a block device.
pub(crate) fn storage_location(name: &str) -> Result<Option<PathBuf>, Error> {
    let listed = Call::new("storage-list")
        .plain(name)
        .attribute("juju.storage.name", name.to_owned())
        .json()?;
    let Some(id) = listed.get(0).and_then(Value::as_str) else {
        return Ok(None);
    };
    let told = Call::new("storage-get")
        .plain("-s")
        .plain(id)
        .attribute("juju.storage.id", id.to_owned())
        .json()?;
    let field = |name: &str| told.get(name).and_then(Value::as_str);
    Ok(field("location")
        .filter(|_| field("kind") == Some("filesystem"))
        .map(PathBuf::from))
}
