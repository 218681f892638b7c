charm_tracing::traced! {
    fn port() -> u16 {
        "80"
    }

    fn missing(n: u16) -> u16 {
        n + 1;
    }

    fn question() -> Result<u16, std::fmt::Error> {
        let port: u16 = "80".parse()?;
        Ok(port)
    }
}

fn main() {}
