//! A receiver that does not take everything.

use charm_tracing::testing::{Answer, Sink, attribute, spans};

use super::drain::put;
use super::{Fault, Server, log, twice, unit_for};

#[test]
fn records_that_are_too_large_together_arrive_one_by_one() {
    for status in [400, 413] {
        let server = Server::start();
        let mut unit = unit_for(&server.endpoint());
        for dispatch in 0..10 {
            put(&unit.unit, dispatch, 10, 1_000);
        }
        let most = 30_000;
        server.fails(Fault::TooLarge { status, most });
        assert_eq!(log(&unit.update_status()), "", "{status}");
        let taken = server.taken();
        assert_eq!(
            (taken.len(), twice(&taken), unit.kept()),
            (102, 0, 0),
            "{status}"
        );
        // One together, which is refused, and one each.
        assert_eq!((server.connections(), server.requests()), (1, 12));
    }
}

#[test]
fn a_record_that_is_too_large_alone_arrives_in_parts() {
    // A body that is refused with 400 has to be large to be taken for too large.
    for (status, length, most) in [(413, 100, 3_000), (400, 3_000, 140_000)] {
        let server = Server::start();
        let mut unit = unit_for(&server.endpoint());
        put(&unit.unit, 1, 200, length);
        server.fails(Fault::TooLarge { status, most });
        assert_eq!(log(&unit.update_status()), "", "{status}");
        let taken = server.taken();
        assert_eq!(
            (taken.len(), twice(&taken), unit.kept()),
            (202, 0, 0),
            "{status}"
        );
    }
}

#[test]
fn a_span_that_is_too_large_is_dropped_and_its_fellows_arrive() {
    let server = Server::start();
    let mut unit = unit_for(&server.endpoint());
    put(&unit.unit, 1, 4, 2_000);
    put(&unit.unit, 2, 4, 100);
    server.fails(Fault::TooLarge {
        status: 413,
        most: 1_500,
    });
    let told = log(&unit.update_status());
    assert!(
        told.contains("WARNING charm-tracing: 4 dispatches were refused"),
        "{told}"
    );
    assert_eq!((server.taken().len(), unit.kept()), (4 + 2, 0));
}

#[test]
fn refused_records_are_dropped_counted_and_logged_once() {
    let sink = Sink::http().unwrap();
    let mut unit = unit_for(&sink.endpoint());
    sink.answer_with(Answer::Status(500, Vec::new()));
    let told = log(&unit.update_status());
    let receiver = format!("{}/v1/traces", sink.endpoint());
    assert_eq!(
        told,
        format!(
            "WARNING charm-tracing: 1 dispatches were refused by the receiver and dropped: {receiver}: \
             the receiver answers 500: it refuses the record itself\n"
        )
    );
    assert_eq!(log(&unit.update_status()), "");
    sink.answer_with(Answer::Ok);
    sink.clear();
    assert_eq!(log(&unit.update_status()), "");
    assert_eq!(
        of_last_root(&sink, "charm.tracing.dropped_dispatches").as_deref(),
        Some("2")
    );
    sink.answer_with(Answer::Status(500, Vec::new()));
    assert_eq!(log(&unit.update_status()), told, "it is a change again");
}

#[test]
fn rejected_spans_are_in_the_log_and_on_the_next_root() {
    let sink = Sink::http().unwrap();
    let mut unit = unit_for(&sink.endpoint());
    sink.answer_once(Answer::Partial {
        rejected: 1,
        message: "too old".to_owned(),
    });
    assert_eq!(
        log(&unit.update_status()),
        format!(
            "WARNING charm-tracing: 1 spans were rejected by the receiver and dropped: \
             {}/v1/traces: too old\n",
            sink.endpoint()
        )
    );
    assert_eq!(unit.kept(), 0, "it was taken");
    unit.update_status();
    let key = "charm.tracing.rejected_spans";
    assert_eq!(of_last_root(&sink, key).as_deref(), Some("1"));
    unit.update_status();
    assert_eq!(of_last_root(&sink, key), None, "it was told");
}

fn of_last_root(sink: &Sink, key: &str) -> Option<String> {
    let traces = sink.traces();
    let root = spans(&traces)
        .filter(|span| span.parent_span_id.is_empty())
        .last();
    attribute(root.unwrap(), key)
}

#[test]
fn a_count_of_rejected_spans_that_overflows_sends_once() {
    let sink = Sink::http().unwrap();
    let mut unit = unit_for(&sink.endpoint());
    for dispatch in 0..3 {
        put(&unit.unit, dispatch, 10, 100);
    }
    // So that each record has an answer of its own.
    sink.answer_once(Answer::Status(400, Vec::new()));
    sink.answer_with(Answer::Partial {
        rejected: i64::MAX,
        message: "too old".to_owned(),
    });
    unit.update_status();
    assert_eq!((unit.kept(), sink.requests().len()), (0, 5));
    unit.update_status();
    assert_eq!((unit.kept(), sink.requests().len()), (0, 6));
}

#[test]
fn whatever_a_receiver_says_is_one_line_of_moderate_length() {
    let sink = Sink::http().unwrap();
    let mut unit = unit_for(&sink.endpoint());
    sink.answer_with(Answer::Partial {
        rejected: 1,
        message: "too old\nunit-other-0: ERROR all is lost\n".repeat(1_000),
    });
    let told = log(&unit.update_status());
    assert!(told.contains("1 spans were rejected"), "{told}");
    assert_eq!((told.lines().count(), told.len() < 2_000), (1, true));
}

#[test]
fn whatever_a_relation_says_is_one_line_of_moderate_length() {
    let mut unit = crate::blog();
    let relation = unit.relate("charm-tracing", "tempo");
    let url = format!("http://tempo:port/{}", "x".repeat(1 << 20));
    crate::offer(&mut unit, &relation, &url);
    let run = unit.relation_hook(&relation, "changed", None).unwrap();
    let told = log(&run);
    assert!(
        told.contains("the endpoint http://tempo:port/xxx"),
        "{told}"
    );
    assert_eq!((told.lines().count(), told.len() < 2_000), (1, true));
}
