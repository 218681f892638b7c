// What a build-dependency of another version than the dependency writes at the top of its file.
#[allow(unused_imports)]
use ::charm_tracing::__v0_0_9 as __charm_tracing;

fn main() {}
