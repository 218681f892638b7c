//! The `tracing` crate beside `traced!`, in one trace; the charm is `tests/stand-in/tracing_crate.rs`.

use charm_tracing::testing::{Unit, tree_with};

#[test]
fn spans_and_events_of_tracing_nest_with_ours_both_ways() {
    let mut unit = Unit::new("tracing-crate/0", env!("CARGO_BIN_EXE_stand-in")).unwrap();
    let run = unit.hook("install").unwrap();
    assert_eq!(run.stderr, "");
    let keys = ["level", "n", "pages", "shown"];
    let tree = tree_with(&unit.buffered().unwrap(), &keys);
    assert_eq!(
        tree,
        "\
tracing-crate/0: install event
    event: install
        - install
        - in the handler [level=INFO]
        function call: ours
            - on ours [level=INFO n=1]
            theirs [pages=1]
                - on theirs [level=WARN shown=1]
                function call: ours_again  error: on ours again
                    - on ours again [level=ERROR]
                    theirs again
                by hand
"
    );
}
