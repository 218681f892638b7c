//! `key = value, other = %display, debug = ?value, name`: what the author wants recorded.
//!
//! One reader serves `fields(..)` of a function and the arguments of a block, whose last argument is
//! the block itself.

/// `@list [done] fields` is a list of attributes; `@block name [done] fields, { .. }` a traced block.
#[doc(hidden)]
#[macro_export]
macro_rules! __traced_fields {
    (@list [$($done:tt)*]) => { $crate::__traced::attributes([$($done)*]) };
    // What is expected of the block is known before it is read, as without the macro: a block that ends
    // in `Ok(())` has the error type of the function it closes.
    (@block $name:literal [$($done:tt)*] { $($body:tt)* } $(,)?) => {{
        let __returns = $crate::__traced::Returns::new();
        if false {
            __returns.never()
        } else {
            let __span = $crate::__traced_site!().enter_block($name, || {
                $crate::__traced::attributes([$($done)*])
            });
            // A block may end in `return`, and `same` is then not reached.
            #[allow(unreachable_code)]
            let __value = __returns.same({ $($body)* });
            __span.finish(|| $crate::__traced_failure!(__value));
            __value
        }
    }};
    (@block $name:literal [$($done:tt)*] async move { $($body:tt)* } $(,)?) => {
        $crate::__traced_fields!(@async $name [$($done)*] { async move { $($body)* } })
    };
    (@block $name:literal [$($done:tt)*] async { $($body:tt)* } $(,)?) => {
        $crate::__traced_fields!(@async $name [$($done)*] { async { $($body)* } })
    };
    (@async $name:literal [$($done:tt)*] $future:tt) => {{
        let __span = $crate::__traced_site!().follow(
            ::core::option::Option::Some($name),
            || $crate::__traced::attributes([$($done)*]),
        );
        let __future = $future;
        async move {
            let __body = ::core::pin::pin!(__future);
            let __value = __span.run(__body).await;
            __span.finish(|| $crate::__traced_failure!(__value));
            __value
        }
    }};

    (@$to:ident $($name:literal)? [$($done:tt)*] $key:ident $(. $part:ident)* = % $value:expr $(, $($rest:tt)*)?) => {
        $crate::__traced_fields!(@$to $($name)? [$($done)* $crate::__traced::displayed(
            $crate::__traced_key!($key $(. $part)*), &$value,
        ),] $($($rest)*)?)
    };
    (@$to:ident $($name:literal)? [$($done:tt)*] $key:ident $(. $part:ident)* = ? $value:expr $(, $($rest:tt)*)?) => {
        $crate::__traced_fields!(@$to $($name)? [$($done)* $crate::__traced::debugged(
            $crate::__traced_key!($key $(. $part)*), &$value,
        ),] $($($rest)*)?)
    };
    (@$to:ident $($name:literal)? [$($done:tt)*] $key:ident $(. $part:ident)* = $value:expr $(, $($rest:tt)*)?) => {
        $crate::__traced_fields!(@$to $($name)? [$($done)* $crate::__traced::attribute(
            $crate::__traced_key!($key $(. $part)*), &$value,
        ),] $($($rest)*)?)
    };
    (@$to:ident $($name:literal)? [$($done:tt)*] % $key:ident $(, $($rest:tt)*)?) => {
        $crate::__traced_fields!(@$to $($name)? [$($done)* $crate::__traced::displayed(
            ::core::stringify!($key), &$key,
        ),] $($($rest)*)?)
    };
    (@$to:ident $($name:literal)? [$($done:tt)*] ? $key:ident $(, $($rest:tt)*)?) => {
        $crate::__traced_fields!(@$to $($name)? [$($done)* $crate::__traced::debugged(
            ::core::stringify!($key), &$key,
        ),] $($($rest)*)?)
    };
    (@$to:ident $($name:literal)? [$($done:tt)*] $key:ident $(, $($rest:tt)*)?) => {
        $crate::__traced_fields!(@$to $($name)? [$($done)* $crate::__traced::attribute(
            ::core::stringify!($key), &$key,
        ),] $($($rest)*)?)
    };

    (@list [$($done:tt)*] $($wrong:tt)*) => {{
        ::core::compile_error!(
            "a recorded field is `key = value`, `key = %display`, `key = ?debug` or the name of a variable"
        );
        $crate::__traced_unexpected! { $($wrong)* }
    }};
    (@block $name:literal [$($done:tt)*] $($wrong:tt)*) => {{
        ::core::compile_error!(
            "a traced block is `traced!(\"name\", key = value, { .. })`, with the block as the last argument"
        );
        $crate::__traced_unexpected! { $($wrong)* }
    }};
}

/// `theme.name` as one key.
#[doc(hidden)]
#[macro_export]
macro_rules! __traced_key {
    ($first:ident $(. $part:ident)*) => {
        ::core::concat!(::core::stringify!($first) $(, ".", ::core::stringify!($part))*)
    };
}
