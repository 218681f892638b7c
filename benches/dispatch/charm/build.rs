//! The charm's events, as any charm has them made.

fn main() {
    charm_tracing::build::charm("charmcraft.yaml").generate();
}
