//! Names that a macro must not trip over, and no import.
#![deny(warnings)]

mod core {}
mod std {}
mod alloc {}

#[allow(dead_code, non_camel_case_types, non_snake_case, unused_macros)]
mod hostile {
    struct Result;
    struct Option;
    struct Vec;
    struct String;
    struct Box;
    trait FnOnce {}
    trait Future {}
    trait Display {}
    type u32 = ();
    type str = ();
    fn Ok() {}
    fn Some() {}
    fn None() {}
    fn drop() {}
    macro_rules! vec { ($($t:tt)*) => { compile_error!("vec") }; }
    macro_rules! concat { ($($t:tt)*) => { compile_error!("concat") }; }
    macro_rules! stringify { ($($t:tt)*) => { compile_error!("stringify") }; }
    macro_rules! file { ($($t:tt)*) => { compile_error!("file") }; }
    macro_rules! line { ($($t:tt)*) => { compile_error!("line") }; }

    pub struct Charm;

    charm_tracing::traced! {
        pub fn plain(n: u8) -> u8 { n }
        pub fn nothing() {}
        pub async fn later(n: u8) -> u8 { n }
        #[span(name = "n", fields(n, m = n + 1, shown = %n, debug = ?n))]
        pub fn recorded(n: u8) -> u8 { n }
        pub fn failing() -> ::core::result::Result<u8, u8> { ::core::result::Result::Err(1) }
        impl Charm {
            pub fn method<T: ::core::marker::Copy>(&self, t: T) -> T { t }
        }
    }

    pub fn block(__span: u8) -> u8 {
        let __value = 1;
        charm_tracing::traced!("block", n = __span, { __span + __value })
    }
}

fn main() {
    hostile::plain(1);
    hostile::nothing();
    hostile::recorded(1);
    hostile::block(1);
    let _ = hostile::failing();
    hostile::Charm.method(1);
    let _ = hostile::later(1);
}
