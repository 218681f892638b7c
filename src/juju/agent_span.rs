//! Who started this dispatch: the span of the Juju agent, where it is traced.
//!
//! Juju 4 has it in variables of its own, and newer agents in W3C's `TRACEPARENT` too; its own come
//! first, since `TRACEPARENT` may have been left by anybody who ran the charm by hand.

use opentelemetry::trace::{SpanContext, SpanId, TraceFlags, TraceId, TraceState};

use crate::juju::environment::Environment;

/// The agent's span; `None` where there is none, or what is said of it is not what it should be.
pub(crate) fn agent_span(environment: &Environment) -> Option<SpanContext> {
    of_juju(environment).or_else(|| of_traceparent(environment.traceparent.as_deref()?))
}

fn of_juju(environment: &Environment) -> Option<SpanContext> {
    let flags = environment.trace_flags.as_deref().unwrap_or("0");
    span(
        environment.trace_id.as_deref()?,
        environment.span_id.as_deref()?,
        flags.parse().ok()?,
    )
}

/// `<version>-<trace>-<span>-<flags>`, hexadecimal; a later version may have more parts, the first one
/// has not, and `ff` is none.
fn of_traceparent(text: &str) -> Option<SpanContext> {
    let mut parts = text.split('-');
    let (version, trace, parent, flags) =
        (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let known =
        version.len() == 2 && version != "ff" && !(version == "00" && parts.next().is_some());
    let flags = u8::from_str_radix(flags, 16).ok()?;
    span(trace, parent, flags).filter(|_| known)
}

fn span(trace: &str, parent: &str, flags: u8) -> Option<SpanContext> {
    let hexadecimal = |text: &str, digits: usize| {
        text.len() == digits && text.bytes().all(|byte| byte.is_ascii_hexdigit())
    };
    if !hexadecimal(trace, 32) || !hexadecimal(parent, 16) {
        return None;
    }
    let context = SpanContext::new(
        TraceId::from_hex(trace).ok()?,
        SpanId::from_hex(parent).ok()?,
        TraceFlags::new(flags),
        true,
        TraceState::default(),
    );
    context.is_valid().then_some(context)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
    const SPAN: &str = "00f067aa0ba902b7";

    #[test]
    fn the_agents_own_variables_come_first() {
        let other = format!("00-{}-{SPAN}-01", "a".repeat(32));
        let pairs = [
            ("JUJU_TRACE_ID", TRACE),
            ("JUJU_SPAN_ID", SPAN),
            ("JUJU_TRACE_FLAGS", "1"),
            ("TRACEPARENT", &other),
        ];
        let found = agent_span(&Environment::from_pairs(pairs)).unwrap();
        assert_eq!(found.trace_id().to_string(), TRACE);
        assert!(found.is_sampled() && found.is_remote());
        let found = agent_span(&Environment::from_pairs(pairs.iter().skip(1).copied())).unwrap();
        assert_eq!(found.trace_id().to_string(), "a".repeat(32));
    }

    #[test]
    fn what_is_not_well_formed_is_nobody() {
        for (traceparent, sampled) in [
            (format!("00-{TRACE}-{SPAN}-01"), Some(true)),
            (format!("00-{TRACE}-{SPAN}-00"), Some(false)),
            (format!("01-{TRACE}-{SPAN}-01-more"), Some(true)),
            (format!("00-{TRACE}-{SPAN}-01-more"), None),
            (format!("ff-{TRACE}-{SPAN}-01"), None),
            (format!("00-{}-{SPAN}-01", "0".repeat(32)), None),
            (format!("00-{TRACE}-{SPAN}"), None),
            (format!("00-+{}-{SPAN}-01", "a".repeat(31)), None),
            (String::new(), None),
        ] {
            let found = of_traceparent(&traceparent);
            assert_eq!(
                found.map(|span| span.is_sampled()),
                sampled,
                "{traceparent}"
            );
        }
        for flags in ["", "300", "yes"] {
            let found = agent_span(&Environment::from_pairs([
                ("JUJU_TRACE_ID", TRACE),
                ("JUJU_SPAN_ID", SPAN),
                ("JUJU_TRACE_FLAGS", flags),
            ]));
            assert_eq!(found.is_some(), flags.is_empty(), "{flags}");
        }
    }
}
