//! Plain functions, and the items among them that pass through.

use super::{Noted, note, same, twins};

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::{Debug, Display};

twins! {
    /// Documentation.
    ///
    /// Of several lines.
    pub fn documented() -> u8 { 1 }
    #[inline]
    #[must_use]
    pub(crate) fn attributed() -> u8 { 2 }
    #[cfg(any())]
    fn absent() -> Missing { unknown }
    pub(in super::super) fn seen_from_there() -> u8 { 3 }
    pub fn nothing() {}
    pub fn explicit_unit() -> () {}
    pub fn early(stop: bool) -> u8 { if stop { return 4; } 5 }
    pub fn early_nothing(stop: bool) { if stop { note("early"); return; } note("late"); }
    pub fn question(text: &str) -> Result<u8, std::num::ParseIntError> { let n = text.parse::<u8>()?; Ok(n + 1) }
    pub fn converting(text: &str) -> Result<u8, Box<dyn std::error::Error>> { Ok(text.parse::<u8>()?) }
    pub fn option(list: &[u8]) -> Option<u8> { let first = list.first()?; Some(*first) }
    pub fn recursive(n: u32) -> u32 { if n < 2 { 1 } else { n * recursive(n - 1) } }
    pub fn tuple((a, b): (u8, u8)) -> u8 { a + b }
    pub fn ignored(_: Noted, _unused: Noted) -> u8 { note("body"); 6 }
    pub fn structure(Pair { left, right }: Pair) -> u8 { left + right }
    pub fn slice([first, .., last]: [u8; 4]) -> u8 { first + last }
    pub fn mutable(mut list: Vec<u8>) -> Vec<u8> { list.push(7); list }
    pub fn by_reference(list: &mut Vec<u8>) { list.push(8) }
    pub fn at(list @ [first, ..]: [u8; 2]) -> (u8, usize) { (first, list.len()) }
    pub fn referenced(&(a, b): &(u8, u8)) -> u8 { a * b }
    pub fn elided(text: &str) -> &str { &text[1..] }
    pub fn elided_mutable(list: &mut Vec<u8>) -> &mut u8 { list.push(9); list.last_mut().unwrap() }
    pub fn named<'a>(first: &'a str, _second: &str) -> &'a str { first.trim() }
    pub fn two_lifetimes<'a, 'b: 'a>(first: &'a str, second: &'b str) -> &'a str { if first.is_empty() { second } else { first } }
    pub fn two_mutable<'a>(map: &'a mut BTreeMap<u8, String>, key: u8) -> &'a mut String { map.entry(key).or_default() }
    pub fn cow(text: &str) -> Cow<'_, str> { if text.is_empty() { "empty".into() } else { text.into() } }
    pub fn broken_out(n: u8) -> u8 { let found = loop { if n > 1 { break n; } return 0; }; found }
    pub fn labelled(n: u8) -> u8 { 'out: { if n == 0 { break 'out 1; } 2 } }
    pub fn inner_items(n: u8) -> u8 { const ONE: u8 = 1; static TWO: u8 = 2; fn add(n: u8) -> u8 { n + ONE + TWO } macro_rules! three { () => { 3 } } add(n) + three!() }
    pub fn shadowed(n: u8) -> u8 { let __span = n; let __value = __span + 1; let __returns = __value; __returns }
    pub fn closures(list: &[u8]) -> Vec<u8> { let mut seen = Vec::new(); list.iter().for_each(|x| seen.push(*x)); seen }
    pub fn matched(text: Option<&str>) -> Result<usize, String> { match text { Some(t) if t.len() > 2 => Ok(t.len()), Some(_) => Err("short".into()), None => { Err("none")? } } }
    pub fn let_else(text: Option<u8>) -> u8 { let Some(n) = text else { return 0 }; n }
    pub fn raw(r#type: u8) -> u8 { r#type }
    pub fn callee(call: fn(&str) -> &str, text: &str) -> &str { call(text) }
    pub fn object<'a>(value: &'a (dyn Display + 'a)) -> &'a (dyn Display + 'a) { value }
    // Among functions, untouched.
    pub const LIMIT: u8 = { 11 };
    pub static NAME: &str = "name";
    pub type Alias = Vec<u8>;
    #[derive(Debug, PartialEq)]
    pub struct Made { pub n: u8 }
    pub enum Kind { One, Two }
    pub mod deeper { pub fn untraced() -> u8 { 12 } }
    use std::fmt::Write as _;
    macro_rules! made { () => { 1 } }
    pub fn with_items() -> (u8, Made, Alias) { (LIMIT + deeper::untraced() + made!(), Made { n: 1 }, Alias::new()) }
    pub trait Speaks { const LOUD: bool = false; type Word; fn word(&self) -> Self::Word; fn many<T: Clone>(&self, t: T) -> Vec<T>; fn default(&self) -> u8 { 13 } }
}

pub(crate) struct Pair {
    left: u8,
    right: u8,
}

fn failed<T: Debug, E: Display>(result: Result<T, E>) -> String {
    match result {
        Ok(value) => format!("{value:?}"),
        Err(error) => error.to_string(),
    }
}

pub(super) fn compare() -> usize {
    let mut count = 0;
    same! { count;
        documented();
        attributed();
        seen_from_there();
        nothing();
        explicit_unit();
        (early(true), early(false));
        { early_nothing(true); early_nothing(false) };
        (question("1"), question("x"));
        (failed(converting("1")), failed(converting("x")));
        (option(&[1]), option(&[]));
        recursive(5);
        tuple((1, 2));
        ignored(Noted("a"), Noted("b"));
        structure(Pair { left: 1, right: 2 });
        slice([1, 2, 3, 4]);
        mutable(vec![1]);
        { let mut list = vec![1]; by_reference(&mut list); list };
        at([1, 2]);
        referenced(&(2, 3));
        elided("text").to_owned();
        { let mut list = vec![1]; *elided_mutable(&mut list) += 1; list };
        named(" a ", "b").to_owned();
        two_lifetimes("", "b").to_owned();
        { let mut map = BTreeMap::new(); two_mutable(&mut map, 1).push('x'); map };
        (cow("").into_owned(), cow("x").into_owned());
        (broken_out(1), broken_out(2));
        (labelled(0), labelled(1));
        inner_items(1);
        shadowed(1);
        closures(&[1, 2]);
        (matched(Some("abc")), matched(Some("a")), matched(None));
        (let_else(None), let_else(Some(1)));
        raw(1);
        callee(|text| &text[1..], "ab").to_owned();
        object(&1).to_string();
        { let (a, b, c) = with_items(); (a, b.n, c) };
    }
    count
}
