//! Every form of `traced!`, as the span tree it makes; the charm is `tests/stand-in/forms.rs`.

use charm_tracing::testing::{Unit, tree_with};

/// Runs this hook of the charm: what it printed, and its trace from the event's children on.
fn run(hook: &str, keys: &[&str]) -> (String, String) {
    let mut unit = Unit::new("forms/0", env!("CARGO_BIN_EXE_stand-in")).unwrap();
    let run = unit.hook(hook).unwrap();
    assert_eq!(run.stderr, "");
    let tree = tree_with(&unit.buffered().unwrap(), keys);
    // Root, event and the event's own span event come first, and indent the rest by eight.
    let below = tree
        .lines()
        .skip(3)
        .map(|line| format!("{}\n", line.get(8..).unwrap()));
    (run.stdout, below.collect())
}

#[test]
fn functions_of_every_shape_behave_as_their_untraced_twins() {
    let (printed, tree) = run("install", &[]);
    let (count, _) = printed.split_once(' ').unwrap();
    assert!(count.parse::<usize>().unwrap() >= 60, "{printed}");
    assert!(tree.contains("function call: nested_impl"), "{tree}");
}

#[test]
fn every_form_has_its_span() {
    let keys = [
        "n",
        "pages",
        "site.name",
        "shown",
        "debug",
        "port",
        "sum",
        "page",
        "name",
        "absent",
        "charm.block.left_early",
        "exception.type",
    ];
    assert_eq!(
        run("start", &keys).1,
        "\
function call: free
function call: generic
method call: Page::new
method call: Page::map
method call: Page::untold
    inside
method call: Page::render
function call: later
    function call: free
method call: Page::save  error: an error occurred when formatting an argument
    - exception [exception.type=core::fmt::Error]
block [debug=Page(2) pages=2 shown=2 site.name=blog]
short [name=x page=Page(2) port=80 sum=2]
left early [n=0]
left early [charm.block.left_early=true n=1]
async block [n=1]
    function call: free
cancelled [charm.block.left_early=true]
"
    );
}

#[test]
fn a_span_says_where_its_function_stands() {
    let (_, tree) = run("start", &["code.function.name", "code.file.path"]);
    let file = "code.file.path=tests/stand-in/forms.rs";
    let path = "stand_in::forms";
    for (line, function) in [
        ("function call: free", format!("{path}::free")),
        ("method call: Page::new", format!("{path}::Page<_>::new")),
        (
            "method call: Page::render",
            format!("\"<{path}::Page<_> as {path}::Render>::render\""),
        ),
        ("    inside", format!("{path}::Page<_>::untold")),
        ("block", format!("{path}::every_form")),
    ] {
        let line = format!("{line} [{file} code.function.name={function}]\n");
        assert!(tree.contains(&line), "{line}\n{tree}");
    }
}

#[test]
fn options_name_skip_and_record() {
    let keys = ["port", "owner", "attempt", "list", "password"];
    assert_eq!(
        run("config-changed", &keys).1,
        "\
login
open the port [attempt=2 owner=root port=80]
method call: Server::listed [list=[1]]
"
    );
}

#[test]
fn no_argument_is_recorded_that_is_not_named() {
    let mut unit = Unit::new("forms/0", env!("CARGO_BIN_EXE_stand-in")).unwrap();
    unit.hook("config-changed").unwrap();
    let recorded = format!("{:?}", unit.buffered().unwrap());
    assert!(recorded.contains("login"));
    assert!(!recorded.contains("planted secret"), "{recorded}");
}

#[test]
fn spans_by_hand_and_in_threads_nest_with_ours() {
    let (printed, tree) = run("stop", &["n", "key"]);
    assert_eq!(printed, "true\ntrue\nSome(false)\n");
    assert_eq!(
        tree,
        "\
ours
    by hand
    theirs
        ours again [key=value]
            - noticed [n=1]
    worker
        function call: free
    detached
"
    );
}

#[test]
fn children_run_in_spans_and_get_traceparent() {
    let keys = ["purpose", "process.exit.code", "process.executable.name"];
    let (printed, tree) = run("leader-elected", &keys);
    // The child saw four parts, and this trace's id among them.
    assert_eq!(printed, "4 true\nSome(3)\nSome(4)\ntrue\n");
    assert_eq!(
        tree,
        "\
sh [process.executable.name=sh process.exit.code=0 purpose=ask]
sh [process.executable.name=sh process.exit.code=3]  error: exit status: 3
sh [process.executable.name=sh process.exit.code=4]  error: exit status: 4
no-such-program [process.executable.name=no-such-program]  error: No such file or directory (os error 2)
    - exception
"
    );
}

#[test]
fn custom_events_nest_where_they_are_emitted() {
    assert_eq!(
        run("upgrade-charm", &[]).1,
        "\
event: inner_failed  error: no ingress
    - inner_failed
    - exception
event: ingress_ready
    - ingress_ready
    function call: free
    event: site_ready
        - site_ready
        function call: free
"
    );
}

#[test]
fn a_wrapped_error_that_leaves_a_block_is_recorded_once() {
    let keys = ["exception.type", "charm.block.left_early"];
    assert_eq!(
        run("update-status", &keys).1,
        "\
function call: chained  error: the site is broken
    function call: wrapped  error: the site is broken
        left by a question mark [charm.block.left_early=true]
            function call: inner  error: an error occurred when formatting an argument
                - exception [exception.type=core::fmt::Error]
"
    );
}

#[test]
fn an_error_records_its_causes() {
    let keys = ["exception.message", "exception.stacktrace"];
    assert_eq!(
        run("remove", &keys).1,
        "\
block  error: the site is broken
    - exception [exception.message=\"the site is broken\" exception.stacktrace=\"the site is broken\\\\ncaused by: an error occurred when formatting an argument\"]
"
    );
}

#[test]
fn tracing_is_off_while_the_guard_lives() {
    let (printed, tree) = run("leader-settings-changed", &[]);
    assert_eq!(printed, "true false true\n");
    assert_eq!(tree, "function call: free\n");
}

#[test]
fn a_span_follows_its_future_from_thread_to_thread() {
    let (printed, tree) = run("pre-series-upgrade", &[]);
    assert_eq!(printed, "3 polls, 2 moves\n");
    assert_eq!(
        tree,
        "\
task
    function call: travels
        function call: step
        inner
            function call: step
        function call: step
"
    );
}

#[test]
fn two_threads_turn_tracing_off_each_for_itself() {
    let (printed, tree) = run("post-series-upgrade", &[]);
    assert_eq!(printed, "first [false, true]\nsecond [true, false, true]\n");
    assert_eq!(tree, "function call: step\nfunction call: step\n");
}

#[test]
fn where_nothing_is_recorded_no_error_is_printed() {
    #[derive(PartialEq)]
    struct Loud;
    impl std::fmt::Display for Loud {
        fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            panic!("printed")
        }
    }
    charm_tracing::traced! {
        fn fails() -> Result<(), Loud> { Err(Loud) }
    }
    assert!(fails() == Err(Loud));
    let block = charm_tracing::traced!("fails", { Err::<(), _>(Loud) });
    assert!(block == Err(Loud));
}
