//! The content of a secret, and how it is given to Juju: in files that only this user can open.

use std::collections::BTreeMap;
use std::collections::btree_map;
use std::fmt;
use std::fs::{self, DirBuilder, OpenOptions};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::PathBuf;

use crate::juju::{Call, Error};

/// Keys and values of a secret. Printed for debugging, it shows its keys and no value.
///
/// ```
/// use charm_tracing::juju::SecretContent;
///
/// let content = SecretContent::from([("password", "hunter2")]);
/// assert_eq!(content.get("password"), Some("hunter2"));
/// assert_eq!(format!("{content:?}"), r#"SecretContent {"password"}"#);
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct SecretContent(BTreeMap<String, String>);

impl SecretContent {
    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }

    /// All pairs, sorted by key.
    pub fn iter(&self) -> btree_map::Iter<'_, String, String> {
        self.0.iter()
    }
}

impl<'c> IntoIterator for &'c SecretContent {
    type Item = (&'c String, &'c String);
    type IntoIter = btree_map::Iter<'c, String, String>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<K: Into<String>, V: Into<String>> FromIterator<(K, V)> for SecretContent {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        let pairs = pairs.into_iter();
        Self(pairs.map(|(k, v)| (k.into(), v.into())).collect())
    }
}

impl<K: Into<String>, V: Into<String>, const N: usize> From<[(K, V); N]> for SecretContent {
    fn from(pairs: [(K, V); N]) -> Self {
        pairs.into_iter().collect()
    }
}

impl fmt::Debug for SecretContent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretContent ")?;
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// The content as files, in a directory that goes when this does.
#[derive(Debug)]
pub(super) struct Files {
    directory: Option<PathBuf>,
}

impl Files {
    /// Writes a file for each key; none for no content.
    pub(super) fn write(tool: &'static str, content: &SecretContent) -> Result<Self, Error> {
        let mut files = Self { directory: None };
        if !content.0.is_empty() {
            files
                .fill(content)
                .map_err(|error| Error::file(tool, error))?;
        }
        Ok(files)
    }

    /// Adds `key#file=path` for each key.
    pub(super) fn pass(&self, mut call: Call, content: &SecretContent) -> Call {
        let Some(directory) = &self.directory else {
            return call;
        };
        for (number, key) in content.0.keys().enumerate() {
            let path = directory.join(number.to_string());
            call = call.value(format!("{key}#file={}", path.display()));
        }
        let keys: Vec<&str> = content.0.keys().map(String::as_str).collect();
        call.attribute("juju.secret.keys", keys.join(","))
            .hiding(content.0.values().map(String::as_str))
    }

    fn fill(&mut self, content: &SecretContent) -> io::Result<()> {
        // Nobody can prepare a directory whose name is not known beforehand, and one that exists is an
        // error: what is written goes where it should or nowhere.
        let number = RandomState::new().build_hasher().finish();
        let directory = std::env::temp_dir().join(format!("charm-tracing-secret-{number:016x}"));
        DirBuilder::new().mode(0o700).create(&directory)?;
        self.directory = Some(directory.clone());
        // Files are numbered: a key that Juju would refuse must not name a path before it does.
        for (number, value) in content.0.values().enumerate() {
            let mut file = OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(directory.join(number.to_string()))?;
            file.write_all(value.as_bytes())?;
        }
        Ok(())
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        if let Some(directory) = &self.directory {
            // What cannot be removed is still closed to everybody else.
            let _ = fs::remove_dir_all(directory);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn files_are_private_and_gone_afterwards() {
        let content = SecretContent::from([("../../evil", "a"), ("key", "b\n")]);
        let files = Files::write("secret-add", &content).unwrap();
        let directory = files.directory.clone().unwrap();
        let mode = |path: &PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&directory), 0o700);
        assert_eq!(mode(&directory.join("0")), 0o600);
        assert_eq!(fs::read_to_string(directory.join("1")).unwrap(), "b\n");
        drop(files);
        assert!(!directory.exists());
    }
}
