//! Any text as PEM: each certificate is found once, and found again where it is written as PEM has it.

#![no_main]

use std::collections::HashSet;
use std::fmt::Write;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use charm_tracing::__fuzzed;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &str| {
    let found = __fuzzed::certificates(input);
    let distinct: HashSet<&Vec<u8>> = found.iter().collect();
    assert_eq!(distinct.len(), found.len(), "one twice");
    let mut text = String::new();
    for certificate in &found {
        let encoded = STANDARD.encode(certificate);
        let _ = write!(
            text,
            "-----BEGIN CERTIFICATE-----\n{encoded}\n-----END CERTIFICATE-----\n"
        );
    }
    assert_eq!(__fuzzed::certificates(&text), found);
});
