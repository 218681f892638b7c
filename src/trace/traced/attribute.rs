//! What may be recorded as it is: text, booleans and numbers. Everything else is recorded by its
//! `Display` or its `Debug`, which the author asks for with `%` or `?`.

use std::borrow::Cow;
use std::fmt::{self, Debug, Display};

use crate::trace::time::signed;
use crate::trace::{Packed, PackedValue, text_of};

/// An attribute with a borrowed value.
type NamedValue<'a> = (&'static str, PackedValue<'a>);

/// The attributes that have a value.
#[inline]
pub fn attributes<const N: usize>(all: [NamedValue<'_>; N]) -> Packed {
    Packed::of(all)
}

/// An attribute with a value of its own type; nothing for a `None`.
pub fn attribute<'a>(key: &'static str, value: &'a (impl Attribute + ?Sized)) -> NamedValue<'a> {
    (key, value.value())
}

/// An attribute with the text that `{}` prints.
pub fn displayed(key: &'static str, value: &(impl Display + ?Sized)) -> NamedValue<'static> {
    (key, PackedValue::Made(printed(format_args!("{value}"))))
}

/// An attribute with the text that `{:?}` prints.
pub fn debugged(key: &'static str, value: &(impl Debug + ?Sized)) -> NamedValue<'static> {
    (key, PackedValue::Made(printed(format_args!("{value:?}"))))
}

fn printed(value: fmt::Arguments<'_>) -> String {
    text_of(value).unwrap_or_else(|| "a value that cannot be printed".to_owned())
}

/// A value that can be recorded without a format.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be recorded as it is",
    label = "not text, a boolean or a number",
    note = "record its `Display` with `key = %value`, or its `Debug` with `key = ?value`"
)]
pub trait Attribute {
    /// What of it is recorded.
    fn value(&self) -> PackedValue<'_>;
}

macro_rules! recorded {
    ($($kind:ty: $value:ident => $as:ident($attribute:expr);)*) => {$(
        impl Attribute for $kind {
            fn value(&self) -> PackedValue<'_> {
                let $value = self;
                PackedValue::$as($attribute)
            }
        }
    )*};
}

recorded! {
    bool: value => Bool(*value);
    f32: value => F64(f64::from(*value));
    f64: value => F64(*value);
    i8: value => I64(i64::from(*value));
    i16: value => I64(i64::from(*value));
    i32: value => I64(i64::from(*value));
    i64: value => I64(*value);
    u8: value => I64(i64::from(*value));
    u16: value => I64(i64::from(*value));
    u32: value => I64(i64::from(*value));
    // OTLP's integers are signed 64 bits: what does not fit is recorded as the largest.
    u64: value => I64(signed(*value));
    usize: value => I64(signed(*value));
    isize: value => I64(signed(*value));
    char: value => Made(value.to_string());
    str: value => Text(value);
    String: value => Text(value);
    Cow<'_, str>: value => Text(value);
}

impl<T: Attribute + ?Sized> Attribute for &T {
    fn value(&self) -> PackedValue<'_> {
        (**self).value()
    }
}

impl<T: Attribute + ?Sized> Attribute for &mut T {
    fn value(&self) -> PackedValue<'_> {
        (**self).value()
    }
}

impl<T: Attribute + ?Sized> Attribute for Box<T> {
    fn value(&self) -> PackedValue<'_> {
        (**self).value()
    }
}

/// Absent when it is `None`.
impl<T: Attribute> Attribute for Option<T> {
    fn value(&self) -> PackedValue<'_> {
        self.as_ref().map_or(PackedValue::Nothing, Attribute::value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Unprintable;

    impl Display for Unprintable {
        fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
            panic!("no text")
        }
    }

    impl Debug for Unprintable {
        fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
            Err(fmt::Error)
        }
    }

    #[test]
    fn a_value_that_cannot_be_printed_is_recorded_as_such() {
        for (_, value) in [
            displayed("key", &Unprintable),
            debugged("key", &Unprintable),
        ] {
            let PackedValue::Made(text) = value else {
                panic!("another kind of value");
            };
            assert_eq!(text, "a value that cannot be printed");
        }
    }
    use opentelemetry::KeyValue;

    #[test]
    fn what_is_absent_is_not_recorded() {
        let absent: Option<&str> = None;
        let list = attributes([
            attribute("port", &80_u16),
            attribute("absent", &absent),
            attribute("large", &u64::MAX),
            displayed("shown", &'x'),
            debugged("debug", &"y"),
        ]);
        assert_eq!(
            list.unpack().collect::<Vec<_>>(),
            [
                KeyValue::new("port", 80_i64),
                KeyValue::new("large", i64::MAX),
                KeyValue::new("shown", "x"),
                KeyValue::new("debug", "\"y\""),
            ]
        );
    }
}
