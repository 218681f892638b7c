//! Functions with generics, `where` clauses and `impl Trait`.

use super::{same, twins};

use std::fmt::{Debug, Display};

twins! {
    pub fn diverge(n: u8) -> ! { std::panic::resume_unwind(Box::new(n)) }
    pub fn generic<T: Display>(value: T) -> String { value.to_string() }
    pub fn bounds<T, U>(value: T, other: U) -> String where T: Display + Clone, U: Debug, { format!("{value}{other:?}") }
    pub fn constant<const N: usize>(list: [u8; N]) -> usize { list.len() + N }
    pub fn constant_argument(list: Sized<{ 1 + 1 }>) -> usize { list.len() }
    pub fn constant_result() -> Sized<{ 2 }> { Sized }
    pub fn constant_bound<T>(value: T) -> usize where T: Into<Sized<{ 1 + 2 }>>, { value.into().len() }
    pub fn higher<F>(call: F) -> u8 where F: for<'a> Fn(&'a [u8]) -> &'a u8 { *call(&[10, 11]) }
    pub fn static_lifetime() -> &'static str { "static" }
    pub fn taking_impl(values: impl IntoIterator<Item = u8>) -> u32 { values.into_iter().map(u32::from).sum() }
    pub fn giving_impl(n: u8) -> impl Iterator<Item = u8> { (0..n).map(move |x| x * n) }
    pub fn nested_impl(n: u8) -> Result<impl Iterator<Item = u8>, String> { if n == 0 { return Err("none".to_owned()); } Ok(0..n) }
    pub fn borrowing_impl<'a>(list: &'a [u8]) -> impl Iterator<Item = &'a u8> + 'a { list.iter().rev() }
    pub fn captured_impl(list: &[u8], by: u8) -> impl Iterator<Item = u8> + use<'_> { list.iter().map(move |x| x + by) }
    pub fn giving_closure(by: u8) -> impl Fn(u8) -> u8 { move |x| x + by }
    pub fn boxed(by: u8) -> Box<dyn Fn(u8) -> u8> { Box::new(move |x| x + by) }
    pub fn coerced(other: bool) -> Box<dyn Display> { if other { return Box::new(1); } Box::new("text") }
    pub fn pointer() -> fn(u8) -> u8 { |x| x + 1 }
    pub fn array() -> [u8; 3] { [1, 2, 3] }
    pub fn never_ends(n: u8) -> u8 { let code = std::panic::catch_unwind(|| diverge(n)); if code.is_err() { 1 } else { 0 } }
    pub fn in_order<'a, I: Iterator<Item = &'a str> + Clone, F, E>(items: I, mut check: F) -> Result<Vec<&'a str>, E> where F: FnMut(&'a str) -> Result<(), E>, E: From<String> + Debug { for item in items.clone() { check(item)?; } Ok(items.collect()) }
}

pub(crate) struct Sized<const N: usize>;

impl<const N: usize> Sized<N> {
    fn len(&self) -> usize {
        N
    }
}

pub(super) fn compare() -> usize {
    let mut count = 0;
    same! { count;
        generic(1);
        bounds("a", "b");
        constant([1, 2]);
        constant_argument(Sized);
        constant_result().len();
        constant_bound(Sized::<3>);
        higher(|list| &list[1]);
        static_lifetime();
        taking_impl([1, 2]);
        giving_impl(3).collect::<Vec<_>>();
        (nested_impl(2).map(Iterator::collect::<Vec<_>>), nested_impl(0).map(|_| ()));
        borrowing_impl(&[1, 2]).copied().collect::<Vec<u8>>();
        captured_impl(&[1, 2], 1).collect::<Vec<u8>>();
        giving_closure(1)(2);
        boxed(1)(2);
        (coerced(true).to_string(), coerced(false).to_string());
        pointer()(1);
        array();
        never_ends(1);
        (in_order(["a"].into_iter(), |_| Ok::<(), String>(())), in_order(["a"].into_iter(), |t| Err::<(), String>(t.into())));
    }
    count
}
