//! A charm's program is linked with the functions that a dispatch runs beside each other: a build script
//! is run as Cargo runs it, and a real compiler and real linkers do what it says.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use charm_tracing::build;
use tempfile::TempDir;

#[test]
#[ignore = "the build script that the tests run"]
fn build_script() {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("metadata-fixtures/site");
    let charm = build::charm(fixture);
    if env::var("ORDERED").is_ok() {
        charm.order_functions().generate();
    } else {
        charm.generate();
    }
}

/// What a build script tells Cargo of the linker, and the folder of its files.
fn told(variables: &[(&str, &str)]) -> (Vec<String>, TempDir) {
    let out = TempDir::new().unwrap();
    let output = Command::new(env::current_exe().unwrap())
        .args(["--exact", "order::build_script", "--ignored", "--nocapture"])
        .env_remove("ORDERED")
        .env("OUT_DIR", out.path())
        .env("CARGO_PKG_NAME", "a-charm")
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    assert!(out.path().join("charm.rs").is_file());
    let text = String::from_utf8(output.stdout).unwrap();
    // The test runner writes before the first line of its own.
    let arguments = text.lines().filter_map(|line| {
        let (_, argument) = line.split_once("cargo::rustc-link-arg")?;
        Some(argument.to_owned())
    });
    (arguments.collect(), out)
}

#[test]
fn only_an_optimised_program_for_linux_that_wants_it_is_ordered() {
    let optimised = [("CARGO_CFG_TARGET_OS", "linux"), ("OPT_LEVEL", "s")];
    let ordered = |variables: &[(&'static str, &'static str)]| {
        told(&[&[("ORDERED", "1")], variables].concat())
    };
    let (arguments, out) = ordered(&optimised);
    let script = out.path().join("charm.ld");
    assert_eq!(arguments, [format!("-bins=-T{}", script.display())]);
    let own = "( .text._ZN7a_charm* .text._RNvC*_7a_charm* ";
    assert!(fs::read_to_string(script).unwrap().contains(own));
    for (arguments, out) in [
        told(&optimised),
        ordered(&[("CARGO_CFG_TARGET_OS", "linux"), ("OPT_LEVEL", "0")]),
        ordered(&[("CARGO_CFG_TARGET_OS", "macos"), ("OPT_LEVEL", "3")]),
    ] {
        assert_eq!(arguments, [""; 0]);
        assert!(!out.path().join("charm.ld").exists());
    }
}

#[test]
fn linkers_put_what_is_listed_first() {
    let variables = [("CARGO_CFG_TARGET_OS", "linux"), ("OPT_LEVEL", "s")];
    let (_, out) = told(&[&[("ORDERED", "1")], &variables[..]].concat());
    let script = out.path().join("charm.ld");
    let listed = listed(&fs::read_to_string(&script).unwrap());
    for linker in linkers() {
        let plain = program(out.path(), &listed, &linker);
        assert!(!is_first(&plain), "{linker:?}");
        let argument = format!("-Clink-arg=-T{}", script.display());
        let ordered = program(out.path(), &listed, &[&linker[..], &[argument]].concat());
        assert!(is_first(&ordered), "{linker:?}");
    }
}

/// The path of a function of this crate that is in the list.
fn listed(script: &str) -> Vec<String> {
    let names = script.split_whitespace();
    let own = names.filter_map(|name| name.strip_prefix(".text._ZN")?.strip_suffix("17h*"));
    let mut paths = own.filter_map(|name| {
        let (mut rest, mut path) = (name, Vec::new());
        while let Some(digits) = rest.find(|letter: char| !letter.is_ascii_digit()) {
            let (length, after) = rest.split_at(digits);
            let (part, after) = after.split_at_checked(length.parse().ok()?)?;
            path.push(part.to_owned());
            rest = after;
        }
        // A type's name would have to be a type's.
        let is_plain = path.iter().all(|part| part.chars().all(is_small));
        (path.len() > 2 && is_plain).then_some(path)
    });
    let found = paths.find(|path| path[0] == "charm_tracing");
    found.expect("a function of this crate")
}

fn is_small(letter: char) -> bool {
    letter.is_ascii_lowercase() || letter == '_'
}

/// What rustc uses by default, and GNU ld where it is there beside that.
fn linkers() -> Vec<Vec<String>> {
    let has_bfd = Command::new("ld.bfd").arg("--version").output().is_ok();
    let bfd = has_bfd.then(|| vec!["-Clink-arg=-fuse-ld=bfd".to_owned()]);
    [vec![]].into_iter().chain(bfd).collect()
}

/// Compiles a program of three functions, the second with this path.
fn program(folder: &Path, listed: &[String], arguments: &[String]) -> PathBuf {
    let (name, modules) = listed.split_last().unwrap();
    let (name, modules) = (name.as_str(), &modules[1..]);
    let opening: String = modules
        .iter()
        .map(|it| format!("pub mod {it} {{ "))
        .collect();
    let closing = "}".repeat(modules.len());
    let path = listed[1..].join("::");
    let source = format!(
        "#[inline(never)] pub fn one(a: u64) -> u64 {{ a.rotate_left(3) ^ 1 }}\n\
         {opening}#[inline(never)] pub fn {name}(a: u64) -> u64 {{ a.rotate_left(5) ^ 2 }}{closing}\n\
         #[inline(never)] pub fn two(a: u64) -> u64 {{ a.rotate_left(7) ^ 3 }}\n\
         fn main() {{\n\
             let all: [fn(u64) -> u64; 3] = [one, {path}, two];\n\
             let [one, listed, two] = std::hint::black_box(all).map(|it| it as usize);\n\
             println!(\"{{}}\", listed < one && listed < two);\n\
         }}\n"
    );
    let (file, program) = (folder.join("main.rs"), folder.join("program"));
    fs::write(&file, source).unwrap();
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc)
        .args(["--crate-name", listed[0].as_str(), "--edition", "2024"])
        .args(["-Copt-level=s", "-Ccodegen-units=1"])
        .args(arguments)
        .args([&file, Path::new("-o"), &program])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    program
}

fn is_first(program: &Path) -> bool {
    let output = Command::new(program).output().unwrap();
    match output.stdout.as_slice() {
        b"true\n" => true,
        b"false\n" => false,
        _ => panic!("{output:?}"),
    }
}
