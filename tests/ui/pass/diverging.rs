//! Blocks that never come to a value, wherever they stand, and no warning.
#![deny(warnings)]

fn returns(early: bool) -> u8 {
    if early {
        charm_tracing::traced!("early", {
            return 1;
        });
    }
    charm_tracing::traced!("late", { return 2 })
}

fn otherwise(value: Option<u8>) -> u8 {
    let Some(value) = value else { charm_tracing::traced!("none", { return 3 }) };
    value
}

fn nothing() {
    charm_tracing::traced!("nothing", { return; });
}

fn breaks() -> u8 {
    loop {
        charm_tracing::traced!("break", { break 4 });
    }
}

fn exits(code: Option<i32>) -> u8 {
    match code {
        None => 5,
        Some(6) => charm_tracing::traced!("panic", { panic!("six") }),
        Some(code) => charm_tracing::traced!("exit", { std::process::exit(code) }),
    }
}

fn main() {
    assert_eq!([returns(true), returns(false), otherwise(None), breaks(), exits(None)], [1, 2, 3, 4, 5]);
    nothing();
}
