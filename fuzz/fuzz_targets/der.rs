//! Any bytes as a certificate in DER: what is read of it lies within it, and a prefix has no signature.

#![no_main]

use charm_tracing::__fuzzed;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let _ = __fuzzed::common_name(input);
    let _ = __fuzzed::has_usages(input);
    let Some([message, algorithm, signature]) = __fuzzed::signed(input) else {
        return;
    };
    let parts = message.len() + algorithm.len() + signature.len();
    assert!(parts < input.len(), "{parts} of {}", input.len());
    for part in [message, algorithm, signature] {
        assert!(input.as_ptr_range().contains(&part.as_ptr()) || part.is_empty());
    }
    // Down to the end of the signature, nothing is left out.
    let end = signature.as_ptr_range().end as usize - input.as_ptr() as usize;
    assert!(__fuzzed::signed(&input[..end - 1]).is_none(), "without its last byte");
});
