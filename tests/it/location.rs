//! Where the buffer is while storage comes and goes, on real dispatches.

use std::path::Path;

use charm_tracing::testing::{Run, tree};
use tempfile::TempDir;

use crate::{blog, blog_with_sink, waiting_at};

const NAME: &str = ".charm-tracing.buffer";

#[test]
fn the_buffer_follows_its_storage_and_goes_back() {
    let (mut unit, storage) = (blog(), TempDir::new().unwrap());
    let there = storage.path().join(NAME);
    for hook in ["update-status", "update-status"] {
        quiet(&unit.hook(hook).unwrap());
    }
    assert_eq!(roots(&unit.buffered().unwrap()).len(), 2);

    let id = unit.attach_storage("content", storage.path()).unwrap();
    quiet(&unit.storage_hook(&id, "attached").unwrap());
    assert!(!unit.charm_dir().join(NAME).exists());
    quiet(&unit.hook("update-status").unwrap());
    assert_eq!(
        roots(&waiting_at(&there)),
        [
            "blog/0: update-status event",
            "blog/0: update-status event",
            "blog/0: content-storage-attached event",
            "blog/0: update-status event"
        ]
    );

    quiet(&unit.storage_hook(&id, "detaching").unwrap());
    assert_eq!(names(storage.path()), Vec::<String>::new());
    quiet(&unit.hook("stop").unwrap());
    assert_eq!(roots(&unit.buffered().unwrap()).len(), 6);
}

#[test]
fn a_new_pod_finds_the_buffer_on_its_storage() {
    let (mut unit, storage) = (blog(), TempDir::new().unwrap());
    let id = unit.attach_storage("content", storage.path()).unwrap();
    quiet(&unit.storage_hook(&id, "attached").unwrap());
    unit.replace_pod().unwrap();
    // Juju does not tell of storage again. This one's trace waits where it began, for one dispatch.
    let asked = unit.hook("start").unwrap().commands();
    let (list, get) = (
        "storage-list --format=json content\n",
        "storage-get --format=json -s content/0\n",
    );
    assert!(asked.contains(list) && asked.contains(get), "{asked}");
    let settled = unit.hook("update-status").unwrap();
    assert!(!settled.commands().contains("storage-"));
    assert_eq!(
        roots(&waiting_at(&storage.path().join(NAME))),
        [
            "blog/0: content-storage-attached event",
            "blog/0: start event",
            "blog/0: update-status event"
        ]
    );
}

#[test]
fn a_storage_that_is_gone_is_not_made_again_and_costs_no_hook() {
    let (mut unit, storage) = (blog(), TempDir::new().unwrap());
    let path = storage.path().to_owned();
    let id = unit.attach_storage("content", &path).unwrap();
    quiet(&unit.storage_hook(&id, "attached").unwrap());
    drop(storage);
    quiet(&unit.hook("update-status").unwrap());
    assert!(!path.exists());
    assert_eq!(
        roots(&unit.buffered().unwrap()),
        ["blog/0: update-status event"]
    );
}

#[test]
fn what_is_known_of_the_receiver_moves_with_the_buffer() {
    let (mut unit, sink) = blog_with_sink();
    let storage = TempDir::new().unwrap();
    let id = unit.attach_storage("content", storage.path()).unwrap();
    for kind in ["attached", "detaching"] {
        let run = unit.storage_hook(&id, kind).unwrap();
        assert_eq!(run.commands(), "", "{kind}: the relation is asked again");
    }
    assert_eq!(sink.requests().len(), 2);
}

#[test]
fn a_dispatch_killed_before_the_storage_is_recovered() {
    let (mut unit, storage) = (blog(), TempDir::new().unwrap());
    let journal = unit.charm_dir().join(format!("{NAME}.journal.0"));
    let mut running = unit.start_hook("install").unwrap();
    while std::fs::metadata(&journal).map_or(0, |found| found.len()) == 0 {
        std::thread::yield_now();
    }
    running.kill().unwrap();
    assert_eq!(running.wait().unwrap().signal, Some(9));
    // A child of it that has not begun its own program yet holds the lock for a moment.
    let left = std::fs::File::open(&journal).unwrap();
    left.lock().unwrap();
    drop(left);
    let id = unit.attach_storage("content", storage.path()).unwrap();
    quiet(&unit.storage_hook(&id, "attached").unwrap());
    assert_eq!(
        roots(&waiting_at(&storage.path().join(NAME))),
        [
            "blog/0: install event  error: the process ended before the dispatch did",
            "blog/0: content-storage-attached event"
        ]
    );
    assert!(!journal.exists());
}

fn quiet(run: &Run) {
    assert_eq!(
        (run.exit_code, run.stdout.as_str(), run.stderr.as_str()),
        (Some(0), "", "")
    );
}

fn roots(traces: &[charm_tracing::testing::ResourceSpans]) -> Vec<String> {
    let text = tree(traces);
    let roots = text.lines().filter(|line| !line.starts_with(' '));
    roots.map(str::to_owned).collect()
}

fn names(directory: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(directory).unwrap();
    entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}
