fn main() {
    charm_tracing::build::charm("charmcraft.yaml").generate();
}
