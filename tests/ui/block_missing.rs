fn main() {
    charm_tracing::traced!("configure", port = 80);
}
