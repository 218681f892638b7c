//! Generates the charms in metadata-fixtures, for tests and examples, with the code a charm's own
//! build script runs: the module is compiled in here by path, since no package can be its own
//! build-dependency. The published package has no fixtures, and then nothing is generated.

#[cfg(feature = "build")]
#[path = "src/build/mod.rs"]
#[expect(
    dead_code,
    unreachable_pub,
    unused_imports,
    reason = "what is public in the library has fewer readers in this script"
)]
mod build;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    #[cfg(feature = "build")]
    fixtures::generate();
}

#[cfg(feature = "build")]
mod fixtures {
    use std::fs;
    use std::path::Path;

    use crate::build;

    /// Writes `$OUT_DIR/<folder>.rs` for each fixture.
    pub(crate) fn generate() {
        let root = Path::new("metadata-fixtures");
        let Ok(folders) = fs::read_dir(root) else {
            return;
        };
        println!("cargo::rerun-if-changed={}", root.display());
        for folder in folders.flatten() {
            let path = folder.path();
            let name = folder.file_name().to_string_lossy().into_owned();
            // What is rejected must not be generated: its reports are the matter of a test.
            if path.is_dir() && name != "rejected" {
                build::charm(path).name(name).generate_in_silence();
            }
        }
    }
}
