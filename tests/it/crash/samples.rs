//! Journals written by earlier releases are told by this one.
//!
//! `tests/samples/journal-v1` holds a journal as version 1 of the format was first released, of a
//! dispatch of `tests/stand-in/mortal.rs`. It is never written again.

use std::fs;

use charm_tracing::testing::tree;

use super::left_over;
use crate::mortal;

#[test]
fn a_journal_of_version_1_is_told() {
    let mut unit = mortal();
    unit.hook("install").unwrap();
    let journal = unit.charm_dir().join(&left_over(&unit)[0]);
    let ours = fs::read(&journal).unwrap();
    let sample = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/samples/journal-v1/install"
    );
    let sample = fs::read(sample).unwrap();
    assert_eq!((ours[8], sample[8]), (2, 1));
    assert!(ours.len() < sample.len());
    fs::write(&journal, sample).unwrap();
    assert_eq!(unit.hook("update-status").unwrap().log, []);
    assert_eq!(
        tree(&unit.buffered().unwrap()),
        "\
mortal/0: install event  error: the process ended before the dispatch did
    event: install  error: still open when the process ended
        - install
        function call: exits  error: still open when the process ended
            finished work
            is-leader
            unfinished work  error: still open when the process ended
                function call: leaves  error: still open when the process ended
mortal/0: update-status event
    event: update_status
        - update_status
"
    );
    assert_eq!(left_over(&unit), Vec::<String>::new());
}
