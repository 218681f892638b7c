fn main() {}

charm_tracing::traced! {
    let port = 80;
}
