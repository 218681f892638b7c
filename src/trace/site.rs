//! The place in the source a traced function stands at, and the span's name that follows from it.
//!
//! A declarative macro sees tokens, not types; but the name of a function inside the traced one,
//! as the compiler prints it, contains the path of both, the type of the `impl` included.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use opentelemetry::KeyValue;

/// Where a traced function stands: one for each, made by the macro.
#[derive(Debug)]
pub struct Site {
    file: &'static str,
    line: u32,
    known: OnceLock<Known>,
}

/// The facts of a site that has been entered.
#[derive(Debug)]
pub(crate) struct Known {
    /// Its number among those of this process, in the order in which they were first entered.
    pub(crate) number: u32,
    /// The name of its spans.
    pub(crate) name: String,
    /// The function's path.
    pub(crate) function: &'static str,
    pub(crate) file: &'static str,
    pub(crate) line: u32,
}

impl Site {
    /// How many attributes say where it is.
    pub(super) const ATTRIBUTES: usize = 3;

    /// Of `file!()` and `line!()`.
    pub const fn new(file: &'static str, line: u32) -> Self {
        Self {
            file,
            line,
            known: OnceLock::new(),
        }
    }

    /// `None` before a span has been opened here.
    pub(crate) fn known(&'static self) -> Option<&'static Known> {
        self.known.get()
    }

    /// Its facts, from the path that the first call brings and the name its author gives.
    pub(super) fn enter(&self, path: &'static str, name: Option<&str>) -> &Known {
        self.known.get_or_init(|| self.know(path, name))
    }

    /// The attributes that say where it is.
    pub(super) fn attributes(&'static self) -> [KeyValue; Self::ATTRIBUTES] {
        let function = self.known().map(|known| known.function).unwrap_or_default();
        [
            KeyValue::new("code.function.name", function),
            KeyValue::new("code.file.path", self.file),
            KeyValue::new("code.line.number", i64::from(self.line)),
        ]
    }

    fn know(&self, path: &'static str, name: Option<&str>) -> Known {
        static ENTERED: AtomicU32 = AtomicU32::new(0);
        let function = function_of(path);
        Known {
            number: ENTERED.fetch_add(1, Ordering::Relaxed),
            name: name.map_or_else(|| Name(function).to_string(), str::to_owned),
            function,
            file: self.file,
            line: self.line,
        }
    }
}

/// The path without what the macro added inside the function: its own marker, and the closures that a
/// body or a block lies in.
fn function_of(path: &'static str) -> &'static str {
    let mut function = path.strip_suffix("::__here").unwrap_or(path);
    while let Some(outer) = function.strip_suffix("::{{closure}}") {
        function = outer;
    }
    function
}

struct Name(&'static str);

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (owner, name) = split_path(self.0);
        match owner.map(type_of).filter(|owner| is_type(owner)) {
            Some(owner) => write!(f, "method call: {owner}::{name}"),
            None => write!(f, "function call: {name}"),
        }
    }
}

/// Splits at the last `::` that is not inside angle brackets.
fn split_path(path: &str) -> (Option<&str>, &str) {
    let mut depth = 0_i32;
    let bytes = path.as_bytes();
    for (index, byte) in bytes.iter().enumerate().rev() {
        match byte {
            // That of `fn() -> u8` closes nothing.
            b'>' if index > 0 && bytes.get(index - 1) == Some(&b'-') => {}
            b'>' => depth += 1,
            b'<' => depth -= 1,
            b':' if depth == 0 => {
                let owner = path.get(..index.saturating_sub(1));
                return (owner, path.get(index + 1..).unwrap_or(path));
            }
            _ => {}
        }
    }
    (None, path)
}

/// The bare type of an owner: `Blog` of `my_charm::Blog<T>`, of `<my_charm::Blog as Trait>` and of
/// `my_charm::<impl other::Blog>`.
fn type_of(owner: &str) -> &str {
    let owner = match split_path(owner).1.strip_prefix('<') {
        Some(inner) => {
            let inner = inner.strip_suffix('>').unwrap_or(inner);
            let inner = inner.strip_prefix("impl ").unwrap_or(inner);
            // In `<A as B>` the type is A; in `<impl B for A>` it is A too.
            let inner = inner.split(" as ").next().unwrap_or(inner);
            inner.rsplit(" for ").next().unwrap_or(inner)
        }
        None => owner,
    };
    let owner = split_path(owner).1;
    owner.split('<').next().unwrap_or(owner)
}

/// Types begin with a capital and modules do not; the compiler warns about other names.
fn is_type(owner: &str) -> bool {
    owner.chars().next().is_some_and(char::is_uppercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for (path, name) in [
            ("charm::install", "function call: install"),
            ("charm::Blog::configure", "method call: Blog::configure"),
            (
                "charm::web::Blog<T>::configure",
                "method call: Blog::configure",
            ),
            (
                "<charm::Blog as charm::Site<a::B>>::open",
                "method call: Blog::open",
            ),
            (
                "charm::a::<impl charm::Blog>::open",
                "method call: Blog::open",
            ),
            (
                "charm::a::<impl charm::Site for charm::b::Blog<u8>>::open",
                "method call: Blog::open",
            ),
            (
                "charm::Blog<fn(&str) -> u8>::open",
                "method call: Blog::open",
            ),
            (
                "<charm::Blog<fn() -> u8> as charm::Site>::open",
                "method call: Blog::open",
            ),
            ("main", "function call: main"),
        ] {
            assert_eq!(Name(path).to_string(), name, "{path}");
        }
    }
}
