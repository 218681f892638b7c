charm_tracing::traced! {
    fn longest(first: &str, second: &str) -> &str {
        first
    }

    fn dangling<'a>() -> &'a str {
        let text = String::new();
        &text
    }
}

fn main() {}
