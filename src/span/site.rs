//! The place in the source a traced function stands at, and the span's name that follows from it.
//!
//! A declarative macro sees tokens, not types; but the name of a function inside the traced one,
//! as the compiler prints it, contains the path of both, the type of the `impl` included.

use std::borrow::Cow;

use opentelemetry::KeyValue;

use super::{Opening, Span};

/// Where a traced function stands.
#[derive(Clone, Copy, Debug)]
pub struct Site {
    /// `type_name_of_val` of a function inside it: `my_charm::Blog::configure::__here`.
    pub path: &'static str,
    /// `file!()`.
    pub file: &'static str,
    /// `line!()`.
    pub line: u32,
}

impl Site {
    /// Opens the span of a call: `method call: Blog::configure` or `function call: configure`, the
    /// names the Python library gives them.
    pub fn enter(self) -> Span {
        let function = self.path.strip_suffix("::__here").unwrap_or(self.path);
        Span::enter(Name(function), || Opening {
            attributes: self.attributes(function),
            ..Opening::default()
        })
    }

    /// Opens the span of a block under the name its author gave.
    pub fn enter_block(self, name: &'static str, named: impl FnOnce() -> Vec<KeyValue>) -> Span {
        let function = self.path.strip_suffix("::__here").unwrap_or(self.path);
        Span::enter(name, || {
            let mut attributes = self.attributes(function);
            attributes.extend(named());
            Opening {
                attributes,
                ..Opening::default()
            }
        })
    }

    fn attributes(self, function: &'static str) -> Vec<KeyValue> {
        vec![
            KeyValue::new("code.function.name", function),
            KeyValue::new("code.file.path", self.file),
            KeyValue::new("code.line.number", i64::from(self.line)),
        ]
    }
}

struct Name(&'static str);

impl From<Name> for Cow<'static, str> {
    fn from(Name(function): Name) -> Self {
        let (owner, name) = split_path(function);
        match owner.map(type_of).filter(|owner| is_type(owner)) {
            Some(owner) => Cow::Owned(format!("method call: {owner}::{name}")),
            None => Cow::Owned(format!("function call: {name}")),
        }
    }
}

/// Splits at the last `::` that is not inside angle brackets.
fn split_path(path: &str) -> (Option<&str>, &str) {
    let mut depth = 0_i32;
    let bytes = path.as_bytes();
    for (index, byte) in bytes.iter().enumerate().rev() {
        match byte {
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

/// Types begin with a capital and modules do not; the compiler warns whoever does otherwise.
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
            ("main", "function call: main"),
        ] {
            assert_eq!(Cow::from(Name(path)), name, "{path}");
        }
    }
}
