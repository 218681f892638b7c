//! Generates the charm's events from the metadata that the Python charm has too.

fn main() {
    charm_tracing::build::charm("charmcraft.yaml").generate();
}
