//! Any answer of a receiver, as status, Retry-After, content type and body: only a 2xx ends a record as sent,
//! and no receiver is left alone for more than an hour.

#![no_main]

use std::time::{Duration, UNIX_EPOCH};

use charm_tracing::__fuzzed;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u16, Option<&str>, Option<&str>, &[u8])| {
    let (number, retry_after, content_type, body) = input;
    let status = 100 + number % 900;
    let now = UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    let (is_sent, wait) = __fuzzed::answer(status, [retry_after, content_type], body, now);
    assert_eq!(is_sent, (200..300).contains(&status), "{status}");
    assert!(wait <= Some(Duration::from_secs(60 * 60)), "{wait:?}");
    assert!(wait.is_none() || !is_sent);
});
