//! A site whose path is known: it opens the span of each call.

use super::future::Following;
use super::packed::Packed;
use super::record::SpanSpec;
use super::site::Site;
use super::span::{Block, Span};

/// A site whose path is known.
#[derive(Clone, Copy, Debug)]
pub struct CallSite {
    site: &'static Site,
    path: &'static str,
}

impl CallSite {
    /// With the `type_name_of_val` of a function inside the traced one: `my_charm::Blog::configure::__here`.
    pub const fn new(site: &'static Site, path: &'static str) -> Self {
        Self { site, path }
    }

    /// Opens the span of a call: `method call: Blog::configure` or `function call: configure`, the
    /// names the Python library gives them, unless its author gave one.
    #[inline]
    pub fn enter(self, name: Option<&'static str>, fields: impl FnOnce() -> Packed) -> Span {
        Span::enter_with(|| self.spec(name, fields()))
    }

    /// Opens the span of a block under the name its author gave.
    #[inline]
    pub fn enter_block(self, name: &'static str, fields: impl FnOnce() -> Packed) -> Block {
        Block::new(self.enter(Some(name), fields))
    }

    /// Opens the span of a future, which is not current anywhere until it is polled.
    pub fn follow(self, name: Option<&'static str>, fields: impl FnOnce() -> Packed) -> Following {
        Following::new(|| self.spec(name, fields()))
    }

    fn spec(self, name: Option<&'static str>, packed: Packed) -> SpanSpec {
        self.site.enter(self.path, name);
        SpanSpec {
            site: Some(self.site),
            start: None,
            packed,
            attributes: Vec::new(),
            more: None,
        }
    }
}
