//! Defaults of the metadata as Rust literals, and as a line of documentation.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use crate::build::expand::doc::{WIDTH, code};
use crate::build::field::Fallback;
use crate::build::metadata::value::Value;
use crate::build::name;

/// A default as an expression; `own` is the field's type if the charm declares it.
pub(crate) fn literal(fallback: &Fallback, own: &Ident) -> Option<TokenStream> {
    match fallback {
        Fallback::None | Fallback::Json(_) => None,
        Fallback::Text(text) => Some(quote!(#text)),
        Fallback::Integer(integer) => Some(integer_literal(*integer)),
        Fallback::Number(number) => Some(number_literal(*number)),
        Fallback::Boolean(boolean) => Some(quote!(#boolean)),
        Fallback::Choice(text) => {
            let variant = name::choice(text);
            Some(quote!(#own::#variant))
        }
    }
}

/// An integer, with a suffix only where it would not fit the `i32` that Rust assumes.
fn integer_literal(integer: i64) -> TokenStream {
    let amount = integer.unsigned_abs();
    let literal = match (i32::try_from(integer), i64::try_from(amount)) {
        (Ok(_), _) => Literal::u64_unsuffixed(amount),
        (Err(_), Ok(amount)) => Literal::i64_suffixed(amount),
        // The smallest integer has no positive counterpart to put a minus before.
        (Err(_), Err(_)) => return quote!(i64::MIN),
    };
    let sign = (integer < 0).then(|| quote!(-));
    quote!(#sign #literal)
}

fn number_literal(number: f64) -> TokenStream {
    let literal = Literal::f64_unsuffixed(number.abs());
    let sign = number.is_sign_negative().then(|| quote!(-));
    quote!(#sign #literal)
}

/// The line that states a default; nothing for a text that is empty or fills more than the line.
pub(crate) fn default_doc(fallback: &Fallback) -> Option<String> {
    let default = match fallback {
        Fallback::None => return None,
        Fallback::Text(text) | Fallback::Choice(text) => code(&format!("{text:?}")),
        Fallback::Integer(integer) => code(&integer.to_string()),
        Fallback::Number(number) => code(&format!("{number:?}")),
        Fallback::Boolean(boolean) => code(&boolean.to_string()),
        Fallback::Json(json) => code(json),
    };
    let is_empty = *fallback == Fallback::Text(String::new());
    let line = format!("Default: {default}.");
    (!is_empty && line.chars().count() <= WIDTH).then_some(line)
}

/// The line that lists the values of an `enum`, as far as they are plain.
pub(crate) fn choices_doc(choices: &[Value]) -> Option<String> {
    let plain = |choice: &Value| match choice {
        Value::Text(text) => Some(code(&format!("{text:?}"))),
        Value::Integer(integer) => Some(code(&integer.to_string())),
        Value::Number(number) => Some(code(&number.to_string())),
        Value::Boolean(boolean) => Some(code(&boolean.to_string())),
        Value::Null | Value::Huge | Value::List(_) | Value::Mapping(_) => None,
    };
    let choices: Vec<String> = choices.iter().filter_map(plain).collect();
    (!choices.is_empty()).then(|| format!("One of {}.", choices.join(", ")))
}
