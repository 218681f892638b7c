//! Journals written by earlier releases are told by this one.
//!
//! `tests/samples/journal-v1` holds a journal as version 1 of the format was first released, of a
//! dispatch of `tests/stand-in/mortal.rs`. It is never written again.

use std::fs;

use charm_tracing::testing::tree;

use super::deaths::LEFT_BY_AN_EXIT;
use super::left_over;
use crate::mortal;

#[test]
fn a_journal_of_version_1_is_recovered() {
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
    assert_eq!(tree(&unit.buffered().unwrap()), LEFT_BY_AN_EXIT);
    assert_eq!(left_over(&unit), Vec::<String>::new());
}
