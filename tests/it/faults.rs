//! A buffer that cannot be used, and a dispatch that does not fit: the hook goes on as it would have,
//! the log says so once, and what the bytes allow is kept.

mod hooks;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use charm_tracing::__buffer::{Buffer, Limits, Reader};
use charm_tracing::testing::{Run, Sink, Unit, attribute, spans, tree};

use crate::{awkward, log};

/// A unit and what its author chose, which holds for all its dispatches.
struct Chosen {
    unit: Unit,
    settings: BTreeMap<&'static str, String>,
}

impl Chosen {
    fn nothing() -> Self {
        let settings = BTreeMap::new();
        let unit = awkward();
        Chosen { unit, settings }
    }

    fn choose(&mut self, setting: &'static str, value: impl Into<String>) {
        self.settings.insert(setting, value.into());
    }

    /// The hook that writes to both outputs, which must come out as they are.
    fn hook(&mut self) -> Run {
        for (setting, value) in &self.settings {
            self.unit.set_env(format!("CHOSEN_{setting}"), value);
        }
        let run = self.unit.hook("config-changed").unwrap();
        assert_eq!(run.exit_code, Some(0), "{run:?}");
        assert_eq!(run.stdout, "on standard output\n");
        assert_eq!(run.stderr, "on standard error\n");
        run
    }
}

/// A unit whose author chose this buffer, and a receiver.
fn unit_with(buffer: &Path) -> (Chosen, Sink) {
    let mut unit = Chosen::nothing();
    let sink = Sink::http().unwrap();
    unit.choose("BUFFER_PATH", buffer.to_str().unwrap());
    unit.choose("ENDPOINT", sink.endpoint());
    (unit, sink)
}

#[test]
fn an_unusable_buffer_is_logged_once_and_traces_leave() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name);
    fs::create_dir(path("directory")).unwrap();
    symlink(path("elsewhere"), path("link")).unwrap();
    fs::write(path("file"), "x").unwrap();
    for (buffer, told) in [
        (path("directory"), "it is a directory, not a regular file"),
        (path("link"), "it is a symbolic link, not a regular file"),
        (path("file/below"), "Not a directory"),
        (
            PathBuf::from("/proc/charm-tracing"),
            "cannot create the trace buffer",
        ),
    ] {
        let (mut unit, sink) = unit_with(&buffer);
        let first = unit.hook();
        assert_eq!(first.log.len(), 1, "{}", log(&first));
        assert!(log(&first).starts_with("WARNING charm-tracing: "));
        assert!(log(&first).contains(told), "{}", log(&first));
        assert_eq!(log(&unit.hook()), "", "told once: {buffer:?}");
        assert_eq!(sink.requests().len(), 2, "{buffer:?}");
        assert!(!path("elsewhere").exists());
    }
}

#[test]
fn unstored_traces_are_sent_once_now_or_from_the_journal() {
    let directory = tempfile::tempdir().unwrap();
    let buffer = directory.path().join("buffer");
    let (mut unit, sink) = unit_with(&buffer);
    fs::create_dir(&buffer).unwrap();
    unit.hook();
    assert_eq!(sink.requests().len(), 1, "from memory");
    unit.choose("ENDPOINT", "http://127.0.0.1:1");
    unit.hook();
    fs::remove_dir(&buffer).unwrap();
    unit.choose("ENDPOINT", sink.endpoint());
    unit.hook();
    let roots: Vec<Vec<u8>> = spans(&sink.traces())
        .filter(|span| span.parent_span_id.is_empty())
        .map(|root| root.trace_id.clone())
        .collect();
    let different: BTreeSet<&Vec<u8>> = roots.iter().collect();
    assert_eq!((roots.len(), different.len()), (3, 3));
    assert_eq!(Reader::new(&buffer).entries().unwrap().len(), 0);
}

#[test]
fn a_file_that_is_no_buffer_is_set_aside_with_one_warning() {
    let directory = tempfile::tempdir().unwrap();
    let buffer = directory.path().join("buffer");
    fs::write(&buffer, "notes of the operator").unwrap();
    let (mut unit, sink) = unit_with(&buffer);
    let first = unit.hook();
    let aside = directory.path().join("buffer.set-aside");
    assert_eq!(
        log(&first),
        format!(
            "WARNING charm-tracing: a file stood in place of the trace buffer and was no buffer \
             that this release can read; it was renamed to {}\n",
            aside.display()
        )
    );
    assert_eq!(fs::read_to_string(aside).unwrap(), "notes of the operator");
    assert_eq!(log(&unit.hook()), "");
    assert_eq!(sink.requests().len(), 2);
}

#[test]
fn damage_costs_one_record_and_is_counted() {
    let directory = tempfile::tempdir().unwrap();
    let buffer = directory.path().join("buffer");
    let (mut unit, sink) = unit_with(&buffer);
    unit.choose("ENDPOINT", "http://127.0.0.1:1");
    for _ in 0..3 {
        unit.hook();
    }
    let mut bytes = fs::read(&buffer).unwrap();
    // In the first record's payload: head of the file, head of the frame, summary.
    bytes[32 + 28 + 38 + 5] ^= 0x40;
    fs::write(&buffer, bytes).unwrap();
    unit.choose("ENDPOINT", sink.endpoint());
    unit.hook();
    assert_eq!(sink.traces().len(), 3);
    unit.hook();
    let told = attribute_of_last_root(&sink, "charm.tracing.dropped_reasons");
    assert_eq!(told.as_deref(), Some("[damaged: 1 (5 spans)]"));
    unit.hook();
    let told = attribute_of_last_root(&sink, "charm.tracing.dropped_dispatches");
    assert_eq!(told, None, "it was told");
}

#[test]
fn dropped_traces_are_reported_by_the_next_root() {
    let mut unit = Chosen::nothing();
    let sink = Sink::http().unwrap();
    unit.choose("BUFFER_MAX_EVENTS", "2");
    for _ in 0..4 {
        unit.hook();
    }
    unit.choose("ENDPOINT", sink.endpoint());
    unit.hook();
    let dropped: Vec<Option<String>> = sink
        .traces()
        .iter()
        .flat_map(|trace| {
            let trace = std::slice::from_ref(trace);
            let roots = spans(trace).filter(|span| span.parent_span_id.is_empty());
            roots
                .map(|root| attribute(root, "charm.tracing.dropped_dispatches"))
                .collect::<Vec<_>>()
        })
        .collect();
    // Of five, three were dropped: two before the fourth, which told the first of them, and the
    // third for the fifth, which tells the second and what the third was about to tell.
    let told: u64 = dropped
        .iter()
        .flatten()
        .map(|count| count.parse::<u64>().unwrap())
        .sum();
    let file = unit.unit.charm_dir().join(".charm-tracing.buffer");
    let untold = Reader::new(file).dropped().unwrap().total().dispatches;
    assert_eq!((dropped.len(), told + untold), (2, 3), "{dropped:?}");
}

#[test]
fn a_large_dispatch_keeps_root_failures_and_what_fits() {
    let mut unit = Chosen::nothing();
    let run = unit.unit.hook("leader-elected").unwrap();
    assert_eq!(run.exit_code, Some(0));
    let told = log(&run);
    assert!(told.starts_with("WARNING charm-tracing: "), "{told}");
    assert!(
        told.ends_with(
            ".charm-tracing.buffer.journal.0 is at its limit; a killed dispatch can leave less of a \
             trace or none, and hooks go on\n"
        ),
        "{told}"
    );
    let buffered = unit.unit.buffered().unwrap();
    let text = tree(&buffered);
    let large = text.lines().filter(|line| line.contains("large")).count();
    // 10 MiB hold 102 spans of 100 KiB.
    assert!((95..=102).contains(&large), "{large}");
    assert!(
        text.contains("function call: inner  error: the disk is full"),
        "{text}"
    );
    let root = spans(&buffered)
        .find(|span| span.parent_span_id.is_empty())
        .unwrap();
    let missing = attribute(root, "charm.tracing.missing_spans").unwrap();
    assert_eq!(missing, (120 - large).to_string());
    let file = unit.unit.charm_dir().join(".charm-tracing.buffer");
    assert!(fs::metadata(file).unwrap().len() <= 10 << 20);
}

#[test]
fn a_too_small_limit_is_logged_once_and_raised() {
    let mut unit = Chosen::nothing();
    unit.choose("BUFFER_MAX_SIZE_MIB", "3");
    assert_eq!(
        log(&unit.hook()),
        "ERROR charm-tracing: buffer_max_size_mib is 3, which is less than 10; \
         so 10 MiB are used; set 10 or more\n"
    );
    assert_eq!(log(&unit.hook()), "");
    assert_eq!(unit.unit.buffered().unwrap().len(), 2);
}

#[test]
fn a_full_disk_keeps_what_fits_and_is_logged_once() {
    let Some(disk) = Disk::mount("size=64k") else {
        return;
    };
    let (mut unit, sink) = unit_with(&disk.path().join("buffer"));
    unit.choose("ENDPOINT", "http://127.0.0.1:1");
    let quiet = unit.hook();
    assert!(
        log(&quiet).contains("refuses the connection"),
        "{}",
        log(&quiet)
    );
    let reader = Reader::new(disk.path().join("buffer"));
    // 64 KiB hold some dozens of dispatches; what is dropped then is dropped for want of disk.
    let dropped = || reader.dropped().unwrap().total().dispatches;
    for _ in 0..90 {
        if dropped() > 0 {
            break;
        }
        assert_eq!(
            log(&unit.hook()),
            "",
            "the state is the same: nothing leaves"
        );
    }
    assert!(dropped() > 0, "{:?}", reader.usage());
    let before = reader.entries().unwrap().len();
    for _ in 0..3 {
        assert_eq!(log(&unit.hook()), "", "nor now");
    }
    // The file's own room is shared out: the newest are there, older ones went for them.
    let usage = reader.usage().unwrap();
    assert!(usage.dispatches + 3 > before, "{usage:?}");
    unit.choose("ENDPOINT", sink.endpoint());
    unit.hook();
    assert!(sink.traces().len() >= before - 3, "{}", sink.traces().len());
    assert_eq!(reader.entries().unwrap().len(), 0);
}

#[test]
fn a_read_only_disk_loses_nothing_that_is_sent_at_once() {
    let Some(disk) = Disk::mount("size=64k") else {
        return;
    };
    let path = disk.path().join("buffer");
    drop(Buffer::open(&path, Limits::default()).unwrap());
    disk.remount("ro");
    let (mut unit, sink) = unit_with(&path);
    let first = unit.hook();
    assert_eq!(first.log.len(), 1, "{}", log(&first));
    assert!(
        log(&first).contains("Read-only file system"),
        "{}",
        log(&first)
    );
    assert_eq!(log(&unit.hook()), "");
    assert_eq!(sink.requests().len(), 2);
    disk.remount("rw");
    assert_eq!(log(&unit.hook()).lines().count(), 1);
    assert_eq!(sink.requests().len(), 3);
}

fn attribute_of_last_root(sink: &Sink, key: &str) -> Option<String> {
    let traces = sink.traces();
    let root = spans(&traces)
        .filter(|span| span.parent_span_id.is_empty())
        .last();
    attribute(root.unwrap(), key)
}

/// A small file system of its own, where the user of the tests may mount one.
struct Disk(tempfile::TempDir);

impl Disk {
    fn mount(options: &str) -> Option<Disk> {
        let directory = tempfile::tempdir().unwrap();
        let mut mount = Command::new("mount");
        mount
            .args(["-t", "tmpfs", "-o", options, "tmpfs"])
            .arg(directory.path());
        let mounted = mount.output().is_ok_and(|output| output.status.success());
        mounted.then_some(Disk(directory))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn remount(&self, how: &str) {
        let mut mount = Command::new("mount");
        mount
            .args(["-o", &format!("remount,{how}")])
            .arg(self.path());
        assert!(mount.status().unwrap().success());
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.path()).status();
    }
}
