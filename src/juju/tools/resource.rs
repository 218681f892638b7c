//! `resource-get`.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

use crate::juju::{Call, Error, Juju};

impl Juju {
    /// `resource-get`: the file of a resource that the metadata declares. The first call downloads it,
    /// which takes as long as it takes.
    pub fn resource_get(&self, name: impl AsRef<str>) -> Result<PathBuf, Error> {
        let name = name.as_ref();
        let answer = Call::new("resource-get")
            .plain(name)
            .attribute("juju.resource.name", name.to_owned())
            .run()?;
        // The path is printed bare: this tool has no JSON form.
        let path = answer.trim_ascii();
        if path.is_empty() {
            return Err(Error::answer("resource-get", "expected a path"));
        }
        Ok(OsStr::from_bytes(path).into())
    }
}
