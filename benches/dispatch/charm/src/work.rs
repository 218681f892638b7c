//! What the handler of both charms does beside its calls, so that they differ in tracing alone.

use std::hint::black_box;

/// Of the function that is called, from `BENCH_CALLS`; 50 where it is not set.
pub fn calls() -> u32 {
    std::env::var("BENCH_CALLS").map_or(50, |calls| calls.parse().unwrap_or(50))
}

#[inline(never)]
pub fn work(number: u32) -> u32 {
    black_box(number).wrapping_mul(2)
}
