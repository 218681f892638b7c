charm_tracing::traced! {
    fn port() -> u16 {
        let port: u16 = "80";
        port
    }

    fn configure() {
        let _: u8 = port();
    }

    fn generic<T: Copy>(value: T) -> T {
        value.missing();
        value
    }
}

fn main() {
    configure();
    generic(1);
    charm_tracing::traced!("block", {
        let _: bool = 1;
    });
}
