fn main() {
    charm_tracing::traced!(port = 80, { 1 });
}
