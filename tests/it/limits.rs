//! The variables of OpenTelemetry's SDK that say what of a span is kept, and whether.

use charm_tracing::testing::{Span, Unit, spans};

use crate::mortal;

/// The spans of one dispatch of `tests/stand-in/forms.rs` with these variables.
fn dispatched(variables: &[(&str, &str)]) -> (String, Vec<Span>) {
    let mut unit = Unit::new("forms/0", env!("CARGO_BIN_EXE_stand-in")).unwrap();
    for (name, value) in variables {
        unit.set_env(name, value);
    }
    let run = unit.hook("install").unwrap();
    assert_eq!((run.exit_code, run.stderr.as_str()), (Some(0), ""));
    assert!(run.log.is_empty(), "{:?}", run.log);
    let traces = unit.buffered().unwrap();
    (run.stdout, spans(&traces).cloned().collect())
}

#[test]
fn a_sampler_decides_for_the_whole_dispatch() {
    let (printed, all) = dispatched(&[]);
    assert!(all.len() > 10, "{}", all.len());
    for (sampler, argument, count) in [
        ("always_on", "", all.len()),
        ("always_off", "", 0),
        ("traceidratio", "0", 0),
        ("traceidratio", "1", all.len()),
        ("parentbased_always_on", "", all.len()),
        ("parentbased_always_off", "", 0),
        ("parentbased_traceidratio", "1.0", all.len()),
    ] {
        let sampler = ("OTEL_TRACES_SAMPLER", sampler);
        let (same, kept) = dispatched(&[sampler, ("OTEL_TRACES_SAMPLER_ARG", argument)]);
        assert_eq!(kept.len(), count, "{sampler:?}");
        assert_eq!(same, printed);
    }
}

#[test]
fn limits_count_what_they_leave_out() {
    let (_, all) = dispatched(&[]);
    let (_, kept) = dispatched(&[
        ("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "2"),
        ("OTEL_SPAN_EVENT_COUNT_LIMIT", "0"),
        ("OTEL_SPAN_LINK_COUNT_LIMIT", "0"),
    ]);
    assert_eq!(kept.len(), all.len());
    let mut left_out = 0;
    for (all, kept) in all.iter().zip(&kept) {
        assert_eq!(kept.name, all.name);
        assert_eq!(kept.attributes.len(), all.attributes.len().min(2));
        let before: Vec<_> = all
            .attributes
            .iter()
            .take(2)
            .map(|pair| &pair.key)
            .collect();
        let keys: Vec<_> = kept.attributes.iter().map(|pair| &pair.key).collect();
        assert_eq!(keys, before);
        let told = [
            kept.dropped_attributes_count as usize + kept.attributes.len(),
            kept.dropped_events_count as usize,
            kept.dropped_links_count as usize,
        ];
        let known = [all.attributes.len(), all.events.len(), all.links.len()];
        assert_eq!(told, known, "{}", all.name);
        left_out += kept.dropped_attributes_count;
    }
    assert!(left_out > 10, "{left_out}");
}

#[test]
fn each_limit_counts_without_the_others() {
    let left_out = |variable: Option<&str>| {
        let mut unit = mortal();
        if let Some(variable) = variable {
            unit.set_env(variable, "0");
        }
        // Its span has everything that a span can have.
        unit.hook("stop").unwrap();
        let traces = unit.buffered().unwrap();
        let detailed = spans(&traces).find(|span| span.name == "detailed").unwrap();
        [
            detailed.dropped_attributes_count,
            detailed.dropped_events_count,
            detailed.dropped_links_count,
        ]
    };
    assert_eq!(left_out(None), [0, 0, 0]);
    assert_eq!(left_out(Some("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT")), [8, 0, 0]);
    assert_eq!(left_out(Some("OTEL_SPAN_EVENT_COUNT_LIMIT")), [0, 1, 0]);
    assert_eq!(left_out(Some("OTEL_SPAN_LINK_COUNT_LIMIT")), [0, 0, 1]);
}
