//! The codegen half: a charm's metadata becomes its `Event`, `Config` and action types.
//! It runs in the charm's `build.rs`, knows nothing of the runtime, and is compiled a second time
//! into this crate's own build script; so its files name each other from `crate::build` only.

mod check;
mod expand;
mod field;
mod files;
mod finding;
mod listing;
mod metadata;
mod name;
mod output;
mod problem;
mod served;
mod storage;
#[allow(
    clippy::duplicate_mod,
    reason = "both halves compile the vocabulary, and neither may import the other"
)]
#[path = "../juju/vocabulary.rs"]
mod vocabulary;

use std::env;
use std::path::{Path, PathBuf};

pub use crate::build::listing::{BufferChoice, EventKind, EventPath};
pub use crate::build::problem::Problems;

use crate::build::files::{CharmFiles, nearest};
use crate::build::finding::FileKind;
use crate::build::finding::{Finding, Findings, Spot};
use crate::build::metadata::Metadata;
use crate::build::storage::Wish;

/// Names the metadata of the charm to generate code for, from its `build.rs`.
///
/// `path` is a charmcraft.yaml, a metadata.yaml, or the folder of either, as seen from the folder
/// of Cargo.toml (the variable `CARGO_MANIFEST_DIR`; without it, from the current folder). The
/// actions.yaml and config.yaml beside it are read too, and so is a metadata.yaml, which then has
/// the last word on everything but actions and options.
///
/// A bare `charmcraft.yaml`, `metadata.yaml` or `.` that the folder of Cargo.toml does not have is
/// looked for in the folders above it, up to the top of the repository: the charm of a workspace's
/// member is often its workspace's. The nearest one counts.
///
/// Cargo runs the build script again when a file that was read changes. It cannot watch for one
/// that is not there yet: after adding an actions.yaml, say, touch build.rs once.
///
/// ```no_run
/// charm_tracing::build::charm("charmcraft.yaml").generate();
/// ```
pub fn charm(path: impl AsRef<Path>) -> Codegen {
    let base = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default();
    Codegen {
        path: nearest(Path::new(&base), path.as_ref()),
        name: "charm".to_owned(),
        buffer: Wish::Rule,
    }
}

/// What to generate, from [`charm`].
#[derive(Clone, Debug)]
#[must_use = "nothing is generated before `generate` or `expand` is called"]
pub struct Codegen {
    path: PathBuf,
    name: String,
    buffer: Wish,
}

impl Codegen {
    /// Names the generated file: `$OUT_DIR/<name>.rs`. By default `charm`, which is the file that
    /// `include_charm!` includes; another name is for a package of several charms.
    ///
    /// ```no_run
    /// charm_tracing::build::charm("charms/blog").name("blog").generate();
    /// ```
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Keeps traces that wait for a backend in this storage of the charm. By default the rule of
    /// this crate chooses one; the constant `BUFFER_LOCATION` in the generated file says which, and why.
    ///
    /// A storage that is not declared, no file system, shared, read-only, transient or smaller than
    /// 40 MiB is an error of the build.
    ///
    /// ```no_run
    /// charm_tracing::build::charm("charmcraft.yaml").buffer_storage("data").generate();
    /// ```
    pub fn buffer_storage(mut self, storage: impl Into<String>) -> Self {
        self.buffer = Wish::Storage(storage.into());
        self
    }

    /// Keeps traces that wait for a backend in this file, an absolute path as the charm sees it.
    /// It takes the place of [`buffer_storage`](Self::buffer_storage) if both are called, the last
    /// one counts. A path in a storage that is not fit for it is an error of the build.
    ///
    /// ```no_run
    /// charm_tracing::build::charm("charmcraft.yaml")
    ///     .buffer_path("/srv/traces/.charm-tracing.buffer")
    ///     .generate();
    /// ```
    pub fn buffer_path(mut self, file: impl Into<String>) -> Self {
        self.buffer = Wish::File(file.into());
        self
    }

    /// Writes the code to `$OUT_DIR`, if it has changed, and names to Cargo the files it is made
    /// from. If there is a problem, in the metadata or in writing, all of it is reported as errors of
    /// the build, and the build script ends with status 1. What works and is likely not meant is
    /// reported as warnings.
    ///
    /// ```no_run
    /// charm_tracing::build::charm("charmcraft.yaml").generate();
    /// ```
    pub fn generate(&self) {
        let findings = Findings::default();
        let files = CharmFiles::read(&self.path, &findings);
        output::watch(files.paths());
        let read = read(&files, &self.buffer, findings);
        if let Ok(metadata) = &read {
            output::warn(&advice(&files, metadata, &self.buffer).to_string());
        }
        self.write(read.and_then(|metadata| expand(&files, &metadata, &self.buffer)));
    }

    fn write(&self, expanded: Result<String, Problems>) {
        let written = expanded
            .map_err(|problems| problems.to_string())
            .and_then(|text| {
                output::write(&format!("{}.rs", self.name), &text)
                    .map_err(|error| error.to_string())
            });
        if let Err(report) = written {
            output::refuse(&report);
            std::process::exit(1);
        }
    }

    /// As `generate`, without warnings: for the fixtures of this crate, which are odd on purpose.
    #[allow(dead_code, reason = "called from this crate's own build script")]
    pub(crate) fn generate_in_silence(&self) {
        self.write(self.expand());
    }

    /// Gives the text of the generated file, without writing anything.
    ///
    /// ```no_run
    /// match charm_tracing::build::charm("charmcraft.yaml").expand() {
    ///     Ok(code) => print!("{code}"),
    ///     Err(problems) => eprintln!("{problems}"),
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// Everything in the metadata that keeps code from being made of it, all at once.
    pub fn expand(&self) -> Result<String, Problems> {
        let findings = Findings::default();
        let files = CharmFiles::read(&self.path, &findings);
        let metadata = read(&files, &self.buffer, findings)?;
        expand(&files, &metadata, &self.buffer)
    }

    /// What [`generate`](Self::generate) reports as warnings: a tracing endpoint that is not served, a
    /// buffer that goes with the pod. `None` if there is nothing to report.
    ///
    /// ```no_run
    /// if let Ok(Some(warnings)) = charm_tracing::build::charm("charmcraft.yaml").warnings() {
    ///     eprintln!("{warnings}");
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`expand`](Self::expand).
    pub fn warnings(&self) -> Result<Option<Problems>, Problems> {
        let findings = Findings::default();
        let files = CharmFiles::read(&self.path, &findings);
        let metadata = read(&files, &self.buffer, findings)?;
        let advice = advice(&files, &metadata, &self.buffer);
        Ok(Some(advice).filter(|advice| !advice.is_empty()))
    }

    /// Lists every dispatch path that Juju can give this charm, in the order of the generated
    /// enum: the lifecycle, relations, storages, containers, actions, secrets.
    ///
    /// ```no_run
    /// let charm = charm_tracing::build::charm("charmcraft.yaml");
    /// for event in charm.events()? {
    ///     println!("{} is {:?}", event.path, event.variant);
    /// }
    /// # Ok::<(), charm_tracing::build::Problems>(())
    /// ```
    ///
    /// # Errors
    /// Those of [`expand`](Self::expand): what has no code has no events.
    pub fn events(&self) -> Result<Vec<EventPath>, Problems> {
        let findings = Findings::default();
        let files = CharmFiles::read(&self.path, &findings);
        Ok(listing::events(&read(&files, &self.buffer, findings)?))
    }

    /// Where the charm's traces are kept until they are sent, which is what the generated
    /// `BUFFER_LOCATION` says, and why.
    ///
    /// ```no_run
    /// let charm = charm_tracing::build::charm("charmcraft.yaml");
    /// println!("{}", charm.buffer_choice()?.reason);
    /// # Ok::<(), charm_tracing::build::Problems>(())
    /// ```
    ///
    /// # Errors
    /// Those of [`expand`](Self::expand).
    pub fn buffer_choice(&self) -> Result<BufferChoice, Problems> {
        let findings = Findings::default();
        let files = CharmFiles::read(&self.path, &findings);
        let metadata = read(&files, &self.buffer, findings)?;
        Ok(listing::buffer_choice(&metadata, &self.buffer))
    }
}

/// The first half of the way: read, check.
fn read(files: &CharmFiles, buffer: &Wish, findings: Findings) -> Result<Metadata, Problems> {
    let metadata = Metadata::read(files, &findings);
    let mut problems = findings.into_vec();
    let is_unread = problems.iter().any(|p| p.is_fatal_to(metadata.file));
    if !is_unread {
        let findings = Findings::default();
        check::check(files, &metadata, buffer, &findings);
        let mut checked = findings.into_vec();
        // A value of the wrong shape was left out, and that it is missing says nothing new.
        checked.retain(|finding| !problems.iter().any(|cause| finding.follows(cause)));
        problems.extend(checked);
    }
    if problems.is_empty() {
        Ok(metadata)
    } else {
        Err(Problems::locate(&problems, files))
    }
}

/// The second half.
fn expand(files: &CharmFiles, metadata: &Metadata, buffer: &Wish) -> Result<String, Problems> {
    let place = storage::decide(&metadata.charm, buffer);
    expand::expand(metadata, &files.names(), &place).map_err(|error| {
        let fault = Finding::new(
            Spot::File(FileKind::Charmcraft),
            format!("the generated code is not valid Rust: {error}"),
            "this is a fault of charm-tracing; please report it with your metadata",
        );
        Problems::locate(&[fault], files)
    })
}

fn advice(files: &CharmFiles, metadata: &Metadata, buffer: &Wish) -> Problems {
    let findings = Findings::default();
    check::advice::advise(metadata, buffer, &findings);
    Problems::locate(&findings.into_vec(), files)
}
