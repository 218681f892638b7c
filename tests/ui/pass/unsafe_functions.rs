//! What a package that forbids `unsafe` cannot test in itself.
#![deny(warnings)]

charm_tracing::traced! {
    unsafe fn dangerous(n: &mut u8) -> &mut u8 { *n += 1; n }
    unsafe fn dangerous_nothing() {}
    unsafe extern "C" fn foreign(n: u8) -> u8 { n + 1 }
    async unsafe fn later(n: u8) -> u8 { n }
    const unsafe fn constant(n: u8) -> u8 { n }
    #[allow(missing_abi)]
    extern fn without_abi(n: u8) -> u8 { n }

    struct Site;
    unsafe trait Promise { unsafe fn keep<T>(&self, t: T) -> T; }
    unsafe impl Promise for Site { unsafe fn keep<T>(&self, t: T) -> T { t } }
    unsafe extern "C" { fn abs(n: i32) -> i32; }
    extern crate charm_tracing as _;
}

fn main() {
    let mut n = 1;
    unsafe {
        assert_eq!(*dangerous(&mut n), 2);
        dangerous_nothing();
        assert_eq!(foreign(1), 2);
        assert_eq!(constant(1), 1);
        assert_eq!(Site.keep(1), 1);
        assert_eq!(abs(-1), 1);
        let _ = later(1);
    }
    assert_eq!(without_abi(1), 1);
}
