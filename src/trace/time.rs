//! Times and counts as OTLP and the files of this crate have them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Nanoseconds since 1970. They last until the year 2554 and saturate at both ends.
pub(crate) fn nanoseconds(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    let seconds = since.as_secs().saturating_mul(1_000_000_000);
    seconds.saturating_add(u64::from(since.subsec_nanos()))
}

/// The time that many nanoseconds after 1970.
pub(crate) fn time(nanoseconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_nanos(nanoseconds)
}

/// A count as an attribute has it: OpenTelemetry's integers have a sign.
pub(crate) fn signed(count: impl TryInto<i64>) -> i64 {
    count.try_into().unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_kept_to_the_nanosecond_and_never_overflow() {
        let moment = UNIX_EPOCH + Duration::new(1_790_000_000, 123_456_789);
        assert_eq!(time(nanoseconds(moment)), moment);
        assert_eq!(nanoseconds(UNIX_EPOCH - Duration::from_secs(1)), 0);
        assert_eq!(time(u64::MAX), UNIX_EPOCH + Duration::from_nanos(u64::MAX));
    }
}
