//! What may be recorded as it is: text, booleans and numbers. Everything else is recorded by its
//! `Display` or its `Debug`, which the author asks for with `%` or `?`.

use std::borrow::Cow;
use std::fmt::{Debug, Display};

use opentelemetry::{KeyValue, Value};

/// The attributes that have a value.
pub fn attributes<const N: usize>(all: [Option<KeyValue>; N]) -> Vec<KeyValue> {
    // Room for the three that say where the function stands.
    let mut present = Vec::with_capacity(N + 3);
    present.extend(all.into_iter().flatten());
    present
}

/// An attribute with a value of its own type; nothing for a `None`.
pub fn attribute(key: &'static str, value: &(impl Attribute + ?Sized)) -> Option<KeyValue> {
    value.value().map(|value| KeyValue::new(key, value))
}

/// An attribute with the text that `{}` prints.
pub fn displayed(key: &'static str, value: &(impl Display + ?Sized)) -> Option<KeyValue> {
    Some(KeyValue::new(key, value.to_string()))
}

/// An attribute with the text that `{:?}` prints.
pub fn debugged(key: &'static str, value: &(impl Debug + ?Sized)) -> Option<KeyValue> {
    Some(KeyValue::new(key, format!("{value:?}")))
}

/// A value that can be recorded without being told how.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be recorded as it is",
    label = "not text, a boolean or a number",
    note = "record its `Display` with `key = %value`, or its `Debug` with `key = ?value`"
)]
pub trait Attribute {
    /// As OpenTelemetry has it.
    fn value(&self) -> Option<Value>;
}

macro_rules! recorded {
    ($($kind:ty: $value:ident => $attribute:expr;)*) => {$(
        impl Attribute for $kind {
            fn value(&self) -> Option<Value> {
                let $value = self;
                Some($attribute.into())
            }
        }
    )*};
}

recorded! {
    bool: value => *value;
    f32: value => f64::from(*value);
    f64: value => *value;
    i8: value => i64::from(*value);
    i16: value => i64::from(*value);
    i32: value => i64::from(*value);
    i64: value => *value;
    u8: value => i64::from(*value);
    u16: value => i64::from(*value);
    u32: value => i64::from(*value);
    // OTLP's integers are signed 64 bits: what does not fit is recorded as the largest.
    u64: value => i64::try_from(*value).unwrap_or(i64::MAX);
    usize: value => i64::try_from(*value).unwrap_or(i64::MAX);
    isize: value => i64::try_from(*value).unwrap_or(i64::MAX);
    char: value => value.to_string();
    str: value => value.to_owned();
    String: value => value.clone();
    Cow<'_, str>: value => value.to_string();
}

impl<T: Attribute + ?Sized> Attribute for &T {
    fn value(&self) -> Option<Value> {
        (**self).value()
    }
}

impl<T: Attribute + ?Sized> Attribute for &mut T {
    fn value(&self) -> Option<Value> {
        (**self).value()
    }
}

impl<T: Attribute + ?Sized> Attribute for Box<T> {
    fn value(&self) -> Option<Value> {
        (**self).value()
    }
}

/// Absent when it is `None`.
impl<T: Attribute> Attribute for Option<T> {
    fn value(&self) -> Option<Value> {
        self.as_ref().and_then(Attribute::value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
            list,
            [
                KeyValue::new("port", 80_i64),
                KeyValue::new("large", i64::MAX),
                KeyValue::new("shown", "x"),
                KeyValue::new("debug", "\"y\""),
            ]
        );
    }
}
