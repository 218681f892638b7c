//! Methods: whole `impl` blocks, traits and their implementations.

use super::{Noted, block_on, note, once_later, same, twins};

use std::fmt::{self, Debug, Display};
use std::ops::{Add, Index};
use std::pin::Pin;
use std::rc::Rc;

twins! {
    #[derive(Debug, Clone, Default, PartialEq)]
    pub struct Site { pub name: String, pub pages: Vec<u8> }

    impl Site {
        pub const PAGES: usize = 2;
        const DEFAULTS: Self = Self { name: String::new(), pages: Vec::new() };
        pub fn new(name: &str) -> Self { Self { name: name.to_owned(), pages: vec![1, 2] } }
        pub fn consumed(self) -> String { self.name }
        pub fn consumed_mutable(mut self) -> Self { self.pages.push(3); self }
        pub fn shared(&self) -> usize { self.pages.len() }
        pub fn unique(&mut self) -> &mut Self { self.pages.clear(); self }
        pub fn lifetime<'a>(&'a self, _other: &str) -> &'a str { &self.name }
        pub fn field(&self) -> &String { &self.name }
        pub fn field_mutable(&mut self) -> &mut Vec<u8> { &mut self.pages }
        pub fn boxed(self: Box<Self>) -> String { self.name }
        pub fn counted(self: Rc<Self>) -> usize { Rc::strong_count(&self) }
        pub fn pinned(self: Pin<&mut Self>) -> usize { self.get_mut().pages.len() }
        pub fn typed(self: &Self) -> usize { self.pages.len() }
        pub fn generic<T: Into<u8>>(&mut self, page: T) -> &u8 { self.pages.push(page.into()); self.pages.last().unwrap() }
        pub fn chained(self, more: u8) -> Result<Self, String> { self.limited(more)?.limited(more + 1) }
        fn limited(mut self, page: u8) -> Result<Self, String> { if page > 5 { return Err(format!("page {page}")); } self.pages.push(page); Ok(self) }
        pub async fn later(&mut self, page: u8) -> usize { once_later().await; self.pages.push(page); self.pages.len() }
        pub const fn constant(&self) -> usize { Self::PAGES }
        pub fn iterated(&self) -> impl Iterator<Item = u8> + '_ { self.pages.iter().map(|page| page + 1) }
        pub fn matching(&self) -> Option<&u8> { let page = self.pages.first()?; Some(page) }
        pub fn defaults() -> Self { Self::DEFAULTS }
    }

    pub struct Held<'a, T: ?Sized, const N: usize = 2> { value: &'a T, more: [u8; N] }

    impl<'a, T: ?Sized + Display, const N: usize> Held<'a, T, N> where T: 'a {
        pub fn hold(value: &'a T) -> Self { Self { value, more: [0; N] } }
        pub fn text(&self) -> String { format!("{}{}", self.value, self.more.len()) }
        pub fn inner(&self) -> &'a T { self.value }
        pub fn mapped<U, F: FnOnce(&'a T) -> U>(self, map: F) -> U { map(self.value) }
    }

    impl Held<'static, str, { 1 + 2 }> { pub fn three(&self) -> usize { self.more.len() } }

    pub trait Renders {
        type Output;
        const KIND: &'static str;
        fn render(&self) -> Self::Output;
        fn twice(&self) -> (Self::Output, Self::Output) { (self.render(), self.render()) }
        fn each<T, F: Fn(&Self) -> T>(&self, f: F) -> T where Self: Sized;
    }

    impl Renders for Site {
        type Output = String;
        const KIND: &'static str = "site";
        fn render(&self) -> Self::Output { format!("<{}>", self.name) }
        fn each<T, F: Fn(&Self) -> T>(&self, f: F) -> T where Self: Sized { f(self) }
    }

    impl<T: Debug> Renders for [T] {
        type Output = String;
        const KIND: &'static str = "slice";
        fn render(&self) -> String { format!("{self:?}") }
        fn each<U, F: Fn(&Self) -> U>(&self, _: F) -> U where Self: Sized { unreachable!() }
    }

    impl Add<u8> for Site { type Output = Self; fn add(mut self, page: u8) -> Self { self.pages.push(page); self } }
    impl Index<usize> for Site { type Output = u8; fn index(&self, at: usize) -> &u8 { &self.pages[at] } }
    impl Display for Site { fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(&self.name)?; f.write_str("!") } }
    impl From<&str> for Site { fn from(name: &str) -> Self { Self::new(name) } }
    impl Iterator for Site { type Item = u8; fn next(&mut self) -> Option<u8> { self.pages.pop() } }

    pub struct Loud(pub Noted);
    impl Drop for Loud { fn drop(&mut self) { note("loud"); } }
    impl Loud { pub fn quiet(self) -> u8 { note("quiet"); 1 } pub fn split(self, other: Noted) -> u8 { let _first = other; note("split"); 2 } }
}

pub(super) fn compare() -> usize {
    let mut count = 0;
    same! { count;
        Site::new("a").name; Site::new("a").consumed(); Site::new("a").consumed_mutable().pages;
        Site::new("a").shared(); Site::new("a").unique().pages.len();
        Site::new("a").lifetime("b").to_owned(); Site::new("a").field().clone();
        { let mut site = Site::new("a"); site.field_mutable().push(9); site.pages };
        Box::new(Site::new("a")).boxed(); Rc::new(Site::new("a")).counted();
        Pin::new(&mut Site::new("a")).pinned(); Site::new("a").typed();
        *Site::new("a").generic(3_u8);
        (Site::new("a").chained(1).map(|site| site.pages), Site::new("a").chained(5).map(|site| site.pages));
        { let mut site = Site::new("a"); (block_on(site.later(1)), site.pages) };
        Site::new("a").constant(); Site::new("a").iterated().collect::<Vec<_>>();
        Site::new("a").matching().copied(); Site::defaults().pages;
        Held::<str, 2>::hold("x").text(); Held::<str, 2>::hold("x").inner().to_owned();
        Held::<str, 2>::hold("x").mapped(str::len); Held::<str, 3>::hold("x").three();
        Site::new("a").render(); Site::new("a").twice(); Site::new("a").each(|site| site.pages.len());
        [1, 2][..].render(); (Site::new("a") + 4).pages; Site::new("a")[1]; Site::new("a").to_string();
        Site::from("b").name; Site::new("a").collect::<Vec<_>>();
        Loud(Noted("inner")).quiet(); Loud(Noted("inner")).split(Noted("other"));
    }
    count
}
