//! Which files make up a charm: the named one and those Juju and charmcraft read beside it.
//! The search starts at the folder of Cargo.toml and ends with the repository, so what is read
//! never depends on the folder the build happens to run in.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::build::finding::{FileKind, Finding, Findings, Position, Spot};

/// The files of one charm that exist, read.
#[derive(Debug)]
pub(crate) struct CharmFiles {
    /// What the author named; reported when nothing is there.
    asked: PathBuf,
    found: Vec<File>,
}

#[derive(Debug)]
struct File {
    kind: FileKind,
    path: PathBuf,
    text: String,
}

impl CharmFiles {
    /// Reads the file or folder `asked`, and the files that belong to it.
    pub(crate) fn read(asked: &Path, findings: &Findings) -> Self {
        let mut files = Self {
            asked: asked.to_owned(),
            found: Vec::new(),
        };
        let (folder, named) = if asked.is_dir() {
            (asked, None)
        } else {
            (asked.parent().unwrap_or(Path::new("")), asked.file_name())
        };
        let unified = named.filter(|name| *name != "metadata.yaml");
        let charmcraft = unified.map_or_else(|| folder.join("charmcraft.yaml"), |n| folder.join(n));
        for (kind, path) in [
            (FileKind::Charmcraft, charmcraft),
            (FileKind::Metadata, folder.join("metadata.yaml")),
            (FileKind::Actions, folder.join("actions.yaml")),
            (FileKind::Config, folder.join("config.yaml")),
        ] {
            files.add(kind, path, findings);
        }
        files
    }

    /// Adds one file; that it is missing is a problem only if the author named it.
    fn add(&mut self, kind: FileKind, path: PathBuf, findings: &Findings) {
        let required = path == self.asked;
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound && !required => return,
            Err(error) => {
                let message = format!("cannot read {}: {error}", path.display());
                self.found.push(File {
                    kind,
                    path,
                    text: String::new(),
                });
                findings.push(Finding::new(Spot::File(kind), message, ASK));
                return;
            }
        };
        let text = String::from_utf8(bytes).unwrap_or_else(|error| {
            let valid = error.utf8_error().valid_up_to();
            let bytes = error.into_bytes();
            let before = String::from_utf8_lossy(bytes.get(..valid).unwrap_or_default());
            findings.push(Finding::new(
                Spot::Position(kind, Some(Position::after(before.chars()))),
                "a byte here is not UTF-8",
                "save the file as UTF-8, which charmcraft asks for too",
            ));
            String::new()
        });
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        // YAML ends a line at each of these and reads one line feed; so do reports on the file.
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        self.found.push(File { kind, path, text });
    }

    /// Whether there is a file of this kind.
    pub(crate) fn has(&self, kind: FileKind) -> bool {
        self.find(kind).is_some()
    }

    /// The text of a file, empty if it is not there.
    pub(crate) fn text(&self, kind: FileKind) -> &str {
        self.find(kind).map_or("", |file| file.text.as_str())
    }

    /// The name a report calls the file by.
    pub(crate) fn name(&self, kind: FileKind) -> String {
        let path = self.find(kind).map_or(&self.asked, |file| &file.path);
        path.file_name().map_or_else(
            || path.display().to_string(),
            |name| name.to_string_lossy().into_owned(),
        )
    }

    /// The names of all files, in the order they were read.
    pub(crate) fn names(&self) -> Vec<String> {
        self.found.iter().map(|file| self.name(file.kind)).collect()
    }

    /// The paths that exist, for Cargo to watch.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &Path> {
        let paths = self.found.iter().map(|file| file.path.as_path());
        paths.filter(|path| path.exists())
    }

    /// The path the author named.
    pub(crate) fn asked(&self) -> &Path {
        &self.asked
    }

    fn find(&self, kind: FileKind) -> Option<&File> {
        self.found.iter().find(|file| file.kind == kind)
    }
}

/// The path an author means: as seen from `base`, or for a bare name from the nearest folder above
/// that holds a charm. A path with folders in it is never looked for elsewhere: where it is wrong,
/// another charm would be a surprise.
pub(crate) fn nearest(base: &Path, asked: &Path) -> PathBuf {
    let searched = ["charmcraft.yaml", "metadata.yaml", ".", ""];
    if !searched.iter().any(|name| asked.as_os_str() == *name) {
        return base.join(asked);
    }
    for folder in base.ancestors() {
        let files = ["charmcraft.yaml", "metadata.yaml"];
        if files.iter().any(|file| folder.join(file).is_file()) {
            return folder.join(asked);
        }
        // The top of a repository: what lies above belongs to somebody else.
        if folder.join(".git").exists() {
            break;
        }
    }
    base.join(asked)
}

pub(crate) const ASK: &str = "give `charm(..)` the path of the charm's charmcraft.yaml or metadata.yaml, \
                   or of their folder, as seen from the folder of Cargo.toml";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_charm_is_found_and_nothing_beyond_the_repository() {
        let top = tempfile::tempdir().unwrap();
        let repository = top.path().join("repository");
        let member = repository.join("charm/crates/member");
        fs::create_dir_all(&member).unwrap();
        fs::create_dir(repository.join(".git")).unwrap();
        fs::write(top.path().join("charmcraft.yaml"), "").unwrap();
        let asked = Path::new("charmcraft.yaml");
        assert_eq!(nearest(&member, asked), member.join(asked));
        let charm = repository.join("charm/charmcraft.yaml");
        fs::write(&charm, "").unwrap();
        assert_eq!(nearest(&member, asked), charm);
        assert_eq!(
            nearest(&member, Path::new("a/charmcraft.yaml")),
            member.join("a/charmcraft.yaml")
        );
        fs::write(member.join("charmcraft.yaml"), "").unwrap();
        assert_eq!(nearest(&member, asked), member.join(asked));
    }
}
