//! `traced!`: a function or a block becomes a span.
//!
//! A declarative macro costs users no dependency and no build time. What it takes and what it cannot
//! do stands in `docs/traced.md`, which is its documentation.

mod attribute;
mod fields;
mod function;
mod items;
mod signature;

#[doc = include_str!("../../../docs/traced.md")]
#[macro_export]
macro_rules! traced {
    ($name:literal, $($rest:tt)*) => {
        $crate::__traced_fields!(@block $name [] $($rest)*)
    };
    ($name:literal) => {
        $crate::__traced_fields!(@block $name [])
    };
    ($($items:tt)*) => {
        $crate::__traced_items! { $($items)* }
    };
}

pub mod support {
    //! What the macro's expansion names. Nothing here is for hand-written code.

    pub use super::attribute::{Attribute, attribute, attributes, debugged, displayed};
    pub use crate::trace::{
        Block, CallSite, Failure, Following, Never, NotAResult, Packed, PackedValue, Probe,
        Returns, Site, Span, ViaAny, ViaDebug, ViaDisplay, ViaError, ViaErrorInside,
        ViaSendErrorInside,
    };
}
