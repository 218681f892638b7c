//! Functions that are `extern`, `const` or `async`, and the order in which they drop.

use super::{Noted, block_on, note, once_later, same, twins};

twins! {
    pub extern "C" fn foreign(n: u8) -> u8 { n + 2 }
    pub const fn compiled(n: u8) -> u8 { n + 4 }
    pub async fn later(n: u8) -> u8 { once_later().await; n + 5 }
    pub async fn later_nothing() { once_later().await; note("polled"); }
    pub async fn later_failing(text: &str) -> Result<u8, std::num::ParseIntError> { once_later().await; let n: u8 = text.parse()?; Ok(n) }
    pub async fn later_generic<T: Send>(value: T) -> T where T: Clone { once_later().await; value.clone() }
    pub async fn later_borrowing<'a>(list: &'a mut Vec<u8>) -> &'a mut u8 { once_later().await; list.push(1); &mut list[0] }
    pub fn by_the_end(a: Noted, b: Noted) -> u8 { let _c = Noted("local"); note(b.0); note(a.0); 1 }
    pub fn moved(a: Noted, b: Noted) -> Noted { drop(a); note("between"); b }
    pub fn moved_maybe(a: Noted, keep: bool) -> Option<Noted> { if keep { Some(a) } else { None } }
    pub fn moved_in_part(pair: (Noted, Noted)) -> Noted { pair.1 }
    pub fn dropped_nothing(a: Noted, _b: Noted) { note("body"); let _ = &a; }
}

pub(super) fn compare() -> usize {
    let mut count = 0;
    same! { count;
        foreign(1);
        { const N: u8 = compiled(1); N };
        block_on(later(1));
        block_on(later_nothing());
        (block_on(later_failing("1")), block_on(later_failing("x")));
        block_on(later_generic("x"));
        { let mut list = vec![]; *block_on(later_borrowing(&mut list)) = 4; list };
        by_the_end(Noted("a"), Noted("b"));
        moved(Noted("a"), Noted("b")).0;
        (moved_maybe(Noted("a"), true).is_some(), moved_maybe(Noted("b"), false).is_some());
        moved_in_part((Noted("a"), Noted("b"))).0;
        dropped_nothing(Noted("a"), Noted("b"));
    }
    fn is_send<T: Send>(_: T) {}
    is_send(spans::later(1));
    is_send(spans::later_generic(std::sync::mpsc::channel::<u8>().0));
    count
}
