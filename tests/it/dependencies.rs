//! What a charm's binary brings in, as cargo resolves it.

use std::collections::BTreeSet;
use std::process::Command;

/// More crates than this in a charm's binary is a decision to write down, not an accident.
const MOST_CRATES: usize = 55;

/// Names of the crates in the tree, this one left out.
fn crates(edges: &str, features: &str) -> BTreeSet<String> {
    let output = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--locked",
            "--offline",
            "--prefix",
            "none",
            "--no-default-features",
        ])
        .args(["-e", edges, "-F", features])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(|line| line.split(' ').take(2).collect::<Vec<_>>().join(" "))
        .filter(|package| !package.starts_with(env!("CARGO_PKG_NAME")))
        .collect()
}

fn names(crates: &BTreeSet<String>) -> BTreeSet<&str> {
    crates
        .iter()
        .map(|package| package.split(' ').next().unwrap())
        .collect()
}

#[test]
fn the_readme_has_the_number_of_run_time_crates() {
    let crates = crates("normal,no-proc-macro", "runtime");
    assert!(crates.len() <= MOST_CRATES, "{crates:#?}");
    let readme = include_str!("../../README.md");
    let told = format!("{} run-time crates", crates.len());
    assert!(readme.contains(&told), "the README should say \"{told}\"");
}

#[test]
fn no_async_and_no_build_crates_at_run_time() {
    // Procedural macros run in the compiler; what they need is not in the binary.
    let crates = crates("normal,no-proc-macro", "runtime");
    for banned in [
        "tokio",
        "hyper",
        "reqwest",
        "openssl",
        "openssl-sys",
        "aws-lc-rs",
        "syn",
        "quote",
        "prettyplease",
        "serde_yaml",
        "yaml_serde",
        "clap",
    ] {
        assert!(!names(&crates).contains(banned), "{banned}");
    }
}

#[test]
fn no_network_client_in_a_build_script() {
    let crates = crates("normal", "build");
    for banned in ["ureq", "rustls", "ring", "opentelemetry", "tokio", "clap"] {
        assert!(!names(&crates).contains(banned), "{banned}");
    }
}
