//! The codegen half: a charm's metadata becomes its `Event`, `Config` and action types.
//! It runs in the charm's `build.rs`, knows nothing of the runtime, and is compiled a second time
//! into this crate's own build script; so its files name each other from `crate::build` only.

mod check;
mod expand;
mod field;
mod files;
mod metadata;
mod name;
mod output;
mod problem;
mod served;
mod storage;

use std::env;
use std::path::{Path, PathBuf};

pub use crate::build::problem::Problems;

use crate::build::files::{FileKind, Files};
use crate::build::metadata::Metadata;
use crate::build::problem::{Finding, Findings, Spot};

/// Names the metadata of the charm to generate code for, from its `build.rs`.
///
/// `path` is a charmcraft.yaml, a metadata.yaml, or the folder of either, as seen from the folder
/// of Cargo.toml (the variable `CARGO_MANIFEST_DIR`; without it, from the current folder). The
/// actions.yaml and config.yaml beside it are read too, and so is a metadata.yaml, which then has
/// the last word on everything but actions and options.
///
/// ```no_run
/// charm_tracing::build::charm("charmcraft.yaml").generate();
/// ```
pub fn charm(path: impl AsRef<Path>) -> Codegen {
    let base = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default();
    Codegen {
        path: Path::new(&base).join(path),
        name: "charm".to_owned(),
    }
}

/// What to generate, from [`charm`].
#[derive(Clone, Debug)]
#[must_use = "nothing is generated before `generate` or `expand` is called"]
pub struct Codegen {
    path: PathBuf,
    name: String,
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

    /// Writes the code to `$OUT_DIR`, if it has changed, and tells Cargo which files it is made
    /// from. If there is a problem, in the metadata or in writing, all of it is told as errors of
    /// the build, and the build script ends with status 1.
    ///
    /// ```no_run
    /// charm_tracing::build::charm("charmcraft.yaml").generate();
    /// ```
    pub fn generate(&self) {
        let findings = Findings::default();
        let files = Files::read(&self.path, &findings);
        output::watch(files.paths());
        let written = expand(&files, findings)
            .map_err(|problems| problems.to_string())
            .and_then(|text| output::write(&self.name, &text).map_err(|error| error.to_string()));
        if let Err(report) = written {
            output::refuse(&report);
            std::process::exit(1);
        }
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
    /// Everything in the metadata that keeps code from being made of it, all at once.
    pub fn expand(&self) -> Result<String, Problems> {
        let findings = Findings::default();
        let files = Files::read(&self.path, &findings);
        expand(&files, findings)
    }
}

/// The whole way: read, check, expand.
fn expand(files: &Files, findings: Findings) -> Result<String, Problems> {
    let metadata = Metadata::read(files, &findings);
    let mut problems = findings.into_vec();
    if !problems.iter().any(Finding::is_fatal) {
        let findings = Findings::default();
        check::check(files, &metadata, &findings);
        let mut checked = findings.into_vec();
        // A value of the wrong shape was left out, and that it is missing says nothing new.
        checked.retain(|finding| !problems.iter().any(|cause| finding.contains(cause)));
        problems.extend(checked);
    }
    if problems.is_empty() {
        match expand::expand(&metadata, &files.names()) {
            Ok(text) => return Ok(text),
            Err(error) => problems.push(Finding::new(
                Spot::File(FileKind::Charmcraft),
                format!("the generated code is not valid Rust: {error}"),
                "this is a fault of charm-tracing; please report it with your metadata",
            )),
        }
    }
    Err(Problems::locate(&problems, files))
}
