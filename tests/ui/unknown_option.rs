charm_tracing::traced! {
    #[span(err, name = "x")]
    fn main() {}
}
