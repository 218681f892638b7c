fn main() {
    let port = 80;
    charm_tracing::traced!("configure", 80, { port });
}
