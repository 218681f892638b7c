//! `charm-trace` as a program: what it prints, where, and with which status.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use charm_tracing::testing::{Value, json};
use charm_tracing::{build, juju::Hook};
use tempfile::TempDir;

const CHARM: &str = "\
name: site
summary: A site.
requires:
  db:
    interface: postgresql_client
  charm-tracing: {interface: tracing, limit: 1}
storage:
  pages: {type: filesystem, location: /srv/pages}
containers:
  web: {}
actions:
  2fa: {}
";

/// A charm of these files, in a folder that goes with the value.
fn charm(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

/// Runs the program in this folder: its status, standard output and standard error.
fn run(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = command(folder, arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let Output { stdout, stderr, .. } = output;
    (output.status.code(), text(stdout), text(stderr))
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_charm-trace"));
    command.args(arguments).current_dir(folder);
    command
}

/// What the program prints where nothing is wrong.
fn printed(folder: &Path, arguments: &[&str]) -> String {
    let (status, stdout, stderr) = run(folder, arguments);
    assert_eq!((status, stderr.as_str()), (Some(0), ""));
    stdout
}

fn fixture(name: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    root.join("metadata-fixtures").join(name)
}

#[test]
fn events_as_json_are_this_text() {
    let charm = charm(&[("charmcraft.yaml", CHARM)]);
    let expected = r#"[
  {"path":"hooks/install","variant":"Lifecycle","kind":"lifecycle","of":null,"removed_in":null},
  {"path":"hooks/start","variant":"Lifecycle","kind":"lifecycle","of":null,"removed_in":null},
  {"path":"hooks/config-changed","variant":"Lifecycle","kind":"lifecycle","of":null,"removed_in":null},
  {"path":"hooks/upgrade-charm","variant":"Lifecycle","kind":"lifecycle","of":null,"removed_in":null},
  {"path":"hooks/update-status","variant":"Lifecycle","kind":"lifecycle","of":null,"removed_in":null},
  {"path":"hooks/leader-elected","variant":"Lifecycle","kind":"lifecycle","of":null,"removed_in":null},
  {"path":"hooks/leader-settings-changed","variant":"Lifecycle","kind":"lifecycle","of":null,"removed_in":null},
  {"path":"hooks/stop","variant":"Lifecycle","kind":"lifecycle","of":null,"removed_in":null},
  {"path":"hooks/remove","variant":"Lifecycle","kind":"lifecycle","of":null,"removed_in":null},
  {"path":"hooks/collect-metrics","variant":"Lifecycle","kind":"lifecycle","of":null,"removed_in":"4.0"},
  {"path":"hooks/meter-status-changed","variant":"Lifecycle","kind":"lifecycle","of":null,"removed_in":"4.0"},
  {"path":"hooks/pre-series-upgrade","variant":"Lifecycle","kind":"lifecycle","of":null,"removed_in":"4.0"},
  {"path":"hooks/post-series-upgrade","variant":"Lifecycle","kind":"lifecycle","of":null,"removed_in":"4.0"},
  {"path":"hooks/db-relation-created","variant":"DbRelation","kind":"relation","of":"db","removed_in":null},
  {"path":"hooks/db-relation-joined","variant":"DbRelation","kind":"relation","of":"db","removed_in":null},
  {"path":"hooks/db-relation-changed","variant":"DbRelation","kind":"relation","of":"db","removed_in":null},
  {"path":"hooks/db-relation-departed","variant":"DbRelation","kind":"relation","of":"db","removed_in":null},
  {"path":"hooks/db-relation-broken","variant":"DbRelation","kind":"relation","of":"db","removed_in":null},
  {"path":"hooks/charm-tracing-relation-created","variant":null,"kind":"relation","of":"charm-tracing","removed_in":null},
  {"path":"hooks/charm-tracing-relation-joined","variant":null,"kind":"relation","of":"charm-tracing","removed_in":null},
  {"path":"hooks/charm-tracing-relation-changed","variant":null,"kind":"relation","of":"charm-tracing","removed_in":null},
  {"path":"hooks/charm-tracing-relation-departed","variant":null,"kind":"relation","of":"charm-tracing","removed_in":null},
  {"path":"hooks/charm-tracing-relation-broken","variant":null,"kind":"relation","of":"charm-tracing","removed_in":null},
  {"path":"hooks/pages-storage-attached","variant":"PagesStorage","kind":"storage","of":"pages","removed_in":null},
  {"path":"hooks/pages-storage-detaching","variant":"PagesStorage","kind":"storage","of":"pages","removed_in":null},
  {"path":"hooks/web-pebble-ready","variant":"WebPebble","kind":"container","of":"web","removed_in":null},
  {"path":"hooks/web-pebble-custom-notice","variant":"WebPebble","kind":"container","of":"web","removed_in":null},
  {"path":"hooks/web-pebble-check-failed","variant":"WebPebble","kind":"container","of":"web","removed_in":null},
  {"path":"hooks/web-pebble-check-recovered","variant":"WebPebble","kind":"container","of":"web","removed_in":null},
  {"path":"actions/2fa","variant":"_2faAction","kind":"action","of":"2fa","removed_in":null},
  {"path":"hooks/secret-changed","variant":"Secret","kind":"secret","of":null,"removed_in":null},
  {"path":"hooks/secret-rotate","variant":"Secret","kind":"secret","of":null,"removed_in":null},
  {"path":"hooks/secret-remove","variant":"Secret","kind":"secret","of":null,"removed_in":null},
  {"path":"hooks/secret-expired","variant":"Secret","kind":"secret","of":null,"removed_in":null}
]
"#;
    assert_eq!(printed(charm.path(), &["events", "--json"]), expected);
}

#[test]
fn events_as_a_table_show_what_has_no_variant() {
    let charm = charm(&[("charmcraft.yaml", CHARM)]);
    let table = printed(charm.path(), &["events"]);
    for line in [
        "hooks/install                          Lifecycle",
        "hooks/pre-series-upgrade               Lifecycle, not sent since Juju 4.0",
        "hooks/charm-tracing-relation-departed  (served by the crate)",
        "actions/2fa                            _2faAction",
    ] {
        assert!(table.lines().any(|other| other == line), "{line}\n{table}");
    }
}

#[test]
fn the_runtime_reads_every_listed_path_as_what_it_is_listed_for() {
    for name in ["everything", "awkward-names", "blog", "minimal"] {
        let events = build::charm(fixture(name)).events().unwrap();
        let distinct: BTreeSet<&str> = events.iter().map(|event| event.path.as_str()).collect();
        assert_eq!(distinct.len(), events.len());
        for event in &events {
            let (kind, of) = match Hook::parse(&event.path) {
                Hook::Lifecycle(_) => ("lifecycle", None),
                Hook::Relation(of, _) => ("relation", Some(of)),
                Hook::Storage(of, _) => ("storage", Some(of)),
                Hook::Workload(of, _) => ("container", Some(of)),
                Hook::Secret(_) => ("secret", None),
                Hook::Action(of) => ("action", Some(of)),
                _ => ("other", None),
            };
            let listed = (event.kind.to_string(), event.of.as_deref());
            assert_eq!(listed, (kind.to_owned(), of), "{}", event.path);
        }
    }
}

#[test]
fn expand_prints_the_generated_file() {
    let folder = fixture("blog");
    let expected = fs::read_to_string(folder.join("expected.rs")).unwrap();
    assert_eq!(printed(&folder, &["expand"]), expected);
    let above = folder.parent().unwrap();
    assert_eq!(printed(above, &["expand", "blog"]), expected);
    // As cargo would run it: the folder is still the caller's.
    let mut command = command(above, &["expand", "blog/charmcraft.yaml"]);
    let output = command.env("CARGO_MANIFEST_DIR", "/nowhere").output();
    assert_eq!(output.unwrap().stdout, expected.as_bytes());
}

#[test]
fn the_buffer_path_with_its_reason() {
    let known = charm(&[("charmcraft.yaml", CHARM)]);
    assert_eq!(
        printed(known.path(), &["buffer-path", "--json"]),
        "{\"storage\":\"pages\",\"path\":\"/srv/pages\",\"reason\":\"The storage `pages` outlives \
         upgrades and restarts of the unit, and no workload container mounts it.\"}\n"
    );
    assert_eq!(
        printed(known.path(), &["buffer-path"]),
        "/srv/pages, the storage `pages`\nThe storage `pages` outlives upgrades and restarts of \
         the unit, and no workload container mounts it.\n"
    );
    let bare = charm(&[("metadata.yaml", "name: bare\nsummary: Bare.\n")]);
    assert_eq!(
        printed(bare.path(), &["buffer-path", "--json"]),
        "{\"storage\":null,\"path\":null,\"reason\":\"The charm declares no storage; the charm \
         directory lasts as long as the machine.\"}\n"
    );
    let unknown = charm(&[(
        "metadata.yaml",
        "name: m\nsummary: M.\nstorage:\n  \"d\": {type: filesystem}\n",
    )]);
    let choice = printed(unknown.path(), &["buffer-path", "--json"]);
    let choice: Value = serde_json::from_str(&choice).unwrap();
    assert_eq!(
        (&choice["storage"], &choice["path"]),
        (&json!("d"), &Value::Null)
    );
}

#[test]
fn bad_metadata_is_status_2_and_the_report_on_standard_error() {
    let folder = fixture("rejected/no-name");
    let report = build::charm(&folder).expand().unwrap_err().to_string() + "\n";
    for arguments in [
        &["events", "--json"] as &[&str],
        &["events"],
        &["expand"],
        &["buffer-path", "--json"],
    ] {
        let expected = (Some(2), String::new(), report.clone());
        assert_eq!(run(&folder, arguments), expected, "{arguments:?}");
    }
    let (status, stdout, stderr) = run(&folder, &["events", "no-such-folder"]);
    assert_eq!((status, stdout.as_str()), (Some(2), ""));
    assert!(stderr.contains("no-such-folder"), "{stderr}");
}

#[test]
fn wrong_usage_is_status_1_and_says_what_there_is() {
    let folder = fixture("blog");
    for (arguments, message) in [
        (&[] as &[&str], "buffer-path"),
        (&["evnts"], "a similar subcommand exists: 'events'"),
        (
            &["events", "--yaml"],
            "Usage: charm-trace events [OPTIONS] [DIR]",
        ),
        (
            &["expand", "--json"],
            "error: unexpected argument '--json' found",
        ),
        (
            &["expand", "one", "two"],
            "error: unexpected argument 'two' found",
        ),
        (
            &["completions", "tcl"],
            "[possible values: bash, elvish, fish, powershell, zsh]",
        ),
    ] {
        let (status, stdout, stderr) = run(&folder, arguments);
        assert_eq!((status, stdout.as_str()), (Some(1), ""), "{arguments:?}");
        assert!(stderr.contains(message), "{arguments:?}: {stderr}");
    }
}

#[test]
fn help_names_commands_keys_and_exit_status() {
    let folder = fixture("blog");
    let help = printed(&folder, &["--help"]);
    assert_eq!(printed(&folder, &["-h"]), help);
    for line in [
        "  expand       Prints the code that the charm's build script generates",
        "  0  the result is printed",
        "  1  the command is wrong, or a file cannot be read, or the result cannot be written",
        "  2  the metadata has problems, which are reported on standard error",
    ] {
        assert!(help.lines().any(|other| other == line), "{line}\n{help}");
    }
    let events = printed(&folder, &["events", "--help"]);
    for words in [
        "charm-trace events [OPTIONS] [DIR]",
        "path, variant, kind, of and removed_in",
        "`--` ends the options",
    ] {
        assert!(events.contains(words), "{words}\n{events}");
    }
    let version = concat!("charm-trace ", env!("CARGO_PKG_VERSION"), "\n");
    assert_eq!(printed(&folder, &["--version"]), version);
}

#[test]
fn a_shell_completes_what_the_program_takes() {
    let folder = TempDir::new().unwrap();
    let script = printed(folder.path(), &["completions", "bash"]);
    fs::write(folder.path().join("script"), script).unwrap();
    for (line, expected) in [
        ("charm-trace buf", "buffer-path"),
        ("charm-trace events --js", "--json"),
        ("charm-trace buffer-path --js", "--json"),
        ("charm-trace completions fi", "fish"),
    ] {
        let words: Vec<&str> = line.split(' ').collect();
        let [.., before, last] = words.as_slice() else {
            panic!("{line}");
        };
        let asked = format!(
            "source ./script; COMP_WORDS=({line}); COMP_CWORD={}; \
             _charm__trace charm-trace {last} {before}; echo \"${{COMPREPLY[@]}}\"",
            words.len() - 1
        );
        let mut bash = Command::new("bash");
        bash.args(["--norc", "-c", &asked])
            .current_dir(folder.path());
        let output = bash.output().unwrap();
        let completed = String::from_utf8(output.stdout).unwrap();
        assert_eq!(completed.trim(), expected, "{line}");
    }
}

#[test]
fn the_man_pages_name_the_program_and_each_other() {
    let folder = fixture("blog");
    let page = printed(&folder, &["man"]);
    for words in [".TH charm-trace 1", r"charm\-trace\-buffer\-path(1)"] {
        assert!(page.contains(words), "{words}\n{page}");
    }
    let page = printed(&folder, &["man", "buffer-path"]);
    assert!(page.contains(".TH charm-trace-buffer-path 1"), "{page}");
}

#[test]
fn a_reader_that_leaves_early_is_no_error() {
    let mut command = command(&fixture("everything"), &["expand"]);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr), (Some(0), Vec::new()));
}

#[test]
fn a_full_disk_is_an_error() {
    let full = fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let mut command = command(&fixture("blog"), &["expand"]);
    let output = command.stdout(full).output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert!(
        stderr.starts_with("charm-trace: cannot write to standard output: "),
        "{stderr}"
    );
}
