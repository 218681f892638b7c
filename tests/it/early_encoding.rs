//! Dispatches that have done much by the time they run a hook tool: what is encoded meanwhile is in the
//! trace like the rest of it.

use std::collections::BTreeSet;

use charm_tracing::testing::{ResourceSpans, Span, Unit, attribute, spans};

/// The charm that has done much by the time it runs a hook tool.
fn busy() -> Unit {
    Unit::new("busy/0", env!("CARGO_BIN_EXE_stand-in")).unwrap()
}

/// What the only dispatch of a unit, this event, leaves in its buffer.
fn left_by(unit: &mut Unit, event: &str, exit_code: i32) -> Vec<ResourceSpans> {
    let run = unit.hook(event).unwrap();
    assert_eq!((run.exit_code, run.stdout.as_str()), (Some(exit_code), ""));
    unit.buffered().unwrap()
}

fn named<'t>(traces: &'t [ResourceSpans], name: &str) -> Vec<&'t Span> {
    spans(traces).filter(|span| span.name == name).collect()
}

fn ids(traces: &[ResourceSpans]) -> BTreeSet<&[u8]> {
    spans(traces).map(|span| span.span_id.as_slice()).collect()
}

/// How many lists of spans of this crate the records have: one for each time that it encoded some.
fn parts(traces: &[ResourceSpans]) -> usize {
    let scopes = traces.iter().flat_map(|of| &of.scope_spans);
    let own = scopes.filter(|of| {
        let scope = of.scope.as_ref();
        scope.is_some_and(|scope| scope.name == "charm-tracing")
    });
    own.count()
}

#[test]
fn what_ended_before_a_hook_tool_is_encoded_while_that_runs() {
    let traces = left_by(&mut busy(), "install", 0);
    assert_eq!((traces.len(), parts(&traces)), (1, 4));
    // Root, event, the function, and three rounds of forty steps and a span of another library.
    assert_eq!(spans(&traces).count(), 3 + 3 * 41);
    assert_eq!(ids(&traces).len(), 3 + 3 * 41);
    let function = named(&traces, "function call: rounds")[0];
    let steps = named(&traces, "function call: step");
    let numbers = steps
        .iter()
        .map(|step| attribute(step, "number").unwrap().parse::<usize>().unwrap());
    assert!(numbers.eq((0..3).flat_map(|_| 0..40)));
    for step in steps {
        assert_eq!(step.parent_span_id, function.span_id);
        let length = attribute(step, "text").unwrap().len();
        assert!(matches!(length, 5 | 2048), "{length}");
    }
}

#[test]
fn a_few_spans_are_not_worth_it() {
    let traces = left_by(&mut busy(), "config-changed", 0);
    assert_eq!((spans(&traces).count(), parts(&traces)), (3 + 3 * 4, 1));
    let mut nobody = busy();
    nobody.set_env("OTEL_TRACES_SAMPLER", "always_off");
    assert_eq!(left_by(&mut nobody, "install", 0).len(), 0);
}

#[test]
fn many_spans_are_encoded_a_part_at_a_time_and_counted_as_ever() {
    let traces = left_by(&mut busy(), "start", 0);
    // 12,006 of which 5,000 are kept, the earliest.
    assert_eq!(spans(&traces).count(), 5_000);
    let root = spans(&traces).find(|span| span.parent_span_id.is_empty());
    let missing = attribute(root.unwrap(), "charm.tracing.missing_spans");
    assert_eq!(missing.as_deref(), Some("7006"));
    assert_eq!(named(&traces, "function call: step").len(), 5_000 - 4);
    assert_eq!(parts(&traces), 4);
}

#[test]
fn the_root_is_encoded_last_with_what_was_dropped() {
    let mut unit = busy();
    let mut left_by = |event, exit_code| {
        unit.set_env("CHOSEN_BUFFER_MAX_EVENTS", "1");
        left_by(&mut unit, event, exit_code)
    };
    left_by("install", 0);
    left_by("install", 0);
    // The ERROR line of a failed hook is a hook tool, too, and the root has ended by then.
    let traces = left_by("remove", 1);
    let root = named(&traces, "busy/0: remove event")[0];
    let told = attribute(root, "charm.tracing.dropped_spans");
    assert_eq!(told.as_deref(), Some("126"));
    assert_eq!((spans(&traces).count(), parts(&traces)), (43, 1));
}

#[test]
fn no_thread_takes_spans_away_from_the_end_of_a_dispatch() {
    for _ in 0..10 {
        let traces = left_by(&mut busy(), "stop", 0);
        assert_eq!(ids(&traces).len(), spans(&traces).count());
        let whole: Vec<&Span> = named(&traces, "function call: rounds");
        let below = |parent: &Span| {
            let below = spans(&traces).filter(|span| span.parent_span_id == parent.span_id);
            below.count()
        };
        let of_forty = whole.iter().filter(|span| below(span) == 3 * 41).count();
        assert_eq!(of_forty, 3, "{} spans", spans(&traces).count());
    }
}
