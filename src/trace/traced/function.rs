//! One function becomes a span: its attributes and options are read, its body is wrapped.
//!
//! A body that returns something moves into a closure, so that `?` and `return` end it and the span
//! sees what comes out; the type it returns is never spelled, which is why nested `impl Trait` and
//! coercions work. One that returns nothing cannot fail and keeps its place, beside a guard.

/// `kind (head) { body } attributes`: takes `#[span(..)]` out of the attributes.
#[doc(hidden)]
#[macro_export]
macro_rules! __traced_function {
    (plain [] $($rest:tt)*) => { $crate::__traced_function! { guard $($rest)* } };
    (plain [-> $output:ty] ($($head:tt)*) $($rest:tt)*) => {
        $crate::__traced_function! { value ($($head)* -> $output) $($rest)* }
    };

    // Documentation, however long, is one step; so it is with the options right after it.
    ($kind:ident $head:tt $body:tt $(#[doc $($doc:tt)*])*) => {
        $crate::__traced_emit! { $kind [$(#[doc $($doc)*])*] [] [] $head $body }
    };
    (
        $kind:ident $head:tt $body:tt
        $(#[doc $($doc:tt)*])* #[span ($($option:tt)*)] $(#[$($attribute:tt)*])*
    ) => {
        $crate::__traced_options! {
            $kind [$(#[doc $($doc)*])* $(#[$($attribute)*])*] [] [] $head $body $($option)*
        }
    };
    ($kind:ident $head:tt $body:tt $($attribute:tt)*) => {
        $crate::__traced_function! { @ $kind [] $head $body $($attribute)* }
    };

    (@ $kind:ident [$($done:tt)*] $head:tt $body:tt) => {
        $crate::__traced_emit! { $kind [$($done)*] [] [] $head $body }
    };
    (
        @ $kind:ident [$($done:tt)*] $head:tt $body:tt
        #[span ($($option:tt)*)] $($attribute:tt)*
    ) => {
        $crate::__traced_options! {
            $kind [$($done)* $($attribute)*] [] [] $head $body $($option)*
        }
    };
    (@ $kind:ident [$($done:tt)*] $head:tt $body:tt #[span $($wrong:tt)*] $($attribute:tt)*) => {
        $crate::__traced_option_misuse! { span $($wrong)* }
    };
    (
        @ $kind:ident [$($done:tt)*] $head:tt $body:tt
        $(#[doc $($doc:tt)*])+
    ) => {
        $crate::__traced_emit! { $kind [$($done)* $(#[doc $($doc)*])+] [] [] $head $body }
    };
    (
        @ $kind:ident [$($done:tt)*] $head:tt $body:tt
        #[$($first:tt)*] $($attribute:tt)*
    ) => {
        $crate::__traced_function! {
            @ $kind [$($done)* #[$($first)*]] $head $body $($attribute)*
        }
    };
}

/// Reads `name = ".."`, `skip` and `fields(..)`, in any order.
#[doc(hidden)]
#[macro_export]
macro_rules! __traced_options {
    ($kind:ident $attributes:tt $name:tt $fields:tt $head:tt $body:tt) => {
        $crate::__traced_emit! { $kind $attributes $name $fields $head $body }
    };
    (
        $kind:ident $attributes:tt [] $fields:tt $head:tt $body:tt
        name = $name:literal $(, $($option:tt)*)?
    ) => {
        $crate::__traced_options! {
            $kind $attributes [$name] $fields $head $body $($($option)*)?
        }
    };
    (
        $kind:ident $attributes:tt $name:tt [] $head:tt $body:tt
        fields($($field:tt)*) $(, $($option:tt)*)?
    ) => {
        $crate::__traced_options! {
            $kind $attributes $name [$($field)*] $head $body $($($option)*)?
        }
    };
    (
        $kind:ident $attributes:tt $name:tt $fields:tt $head:tt $body:tt
        skip $(, $($option:tt)*)?
    ) => {
        $crate::__traced_options! {
            untraced $attributes $name $fields $head $body $($($option)*)?
        }
    };
    ($kind:ident $attributes:tt $name:tt $fields:tt $head:tt $body:tt $($wrong:tt)*) => {
        $crate::__traced_option_misuse! { $($wrong)* }
    };
}

/// Says what `#[span(..)]` takes, and points at what it was given instead.
#[doc(hidden)]
#[macro_export]
macro_rules! __traced_option_misuse {
    ($($wrong:tt)*) => {
        ::core::compile_error! {
            "#[span(..)] in traced! takes `name = \"..\"`, `skip` and `fields(key = value, ..)`, \
             each at most once"
        }
        $crate::__traced_unexpected! { $($wrong)* }
    };
}

/// Writes the function: `kind [attributes] [name] [fields] (head) { body }`.
#[doc(hidden)]
#[macro_export]
macro_rules! __traced_emit {
    (untraced [$($attribute:tt)*] $name:tt $fields:tt ($($head:tt)*) $body:tt) => {
        $($attribute)* $($head)* $body
    };
    (guard [$($attribute:tt)*] $name:tt $fields:tt ($($head:tt)*) $body:tt) => {
        $($attribute)* $($head)* {
            let __span = $crate::__traced_enter!(enter $name $fields);
            $body
        }
    };
    (value [$($attribute:tt)*] $name:tt $fields:tt ($($head:tt)*) $body:tt) => {
        $($attribute)* $($head)* {
            let __returns = $crate::__traced::Returns::new();
            if false {
                return __returns.never();
            }
            let __span = $crate::__traced_enter!(enter $name $fields);
            let __value = __returns.call(|| $body);
            __span.finish(|| $crate::__traced_failure!(__value));
            __value
        }
    };
    (future [$($attribute:tt)*] $name:tt $fields:tt ($($head:tt)*) $body:tt) => {
        $($attribute)* $($head)* {
            let __returns = $crate::__traced::Returns::new();
            if false {
                return __returns.never();
            }
            let __span = $crate::__traced_enter!(follow $name $fields);
            let __body = ::core::pin::pin!(__returns.future(async move $body));
            let __value = __span.run(__body).await;
            __span.finish(|| $crate::__traced_failure!(__value));
            __value
        }
    };
}

/// Opens a span at this place of the source.
#[doc(hidden)]
#[macro_export]
macro_rules! __traced_enter {
    ($how:ident [] []) => { $crate::__traced_site!().$how(::core::option::Option::None, $crate::__traced::Packed::new) };
    ($how:ident [$($name:literal)?] [$($field:tt)*]) => {
        $crate::__traced_site!().$how(
            $crate::__traced_name!($($name)?),
            || $crate::__traced_fields!(@list [] $($field)*),
        )
    };
}

/// A name, if there is one.
#[doc(hidden)]
#[macro_export]
macro_rules! __traced_name {
    () => {
        ::core::option::Option::None
    };
    ($name:literal) => {
        ::core::option::Option::Some($name)
    };
}

/// This place of the source. Its path is that of a function inside the one that is traced.
#[doc(hidden)]
#[macro_export]
macro_rules! __traced_site {
    () => {{
        fn __here() {}
        static __SITE: $crate::__traced::Site =
            $crate::__traced::Site::new(::core::file!(), ::core::line!());
        $crate::__traced::CallSite::new(&__SITE, ::core::any::type_name_of_val(&__here))
    }};
}

/// What a value says about failure; see `span/probe.rs`.
#[doc(hidden)]
#[macro_export]
macro_rules! __traced_failure {
    ($value:ident) => {{
        #[allow(unused_imports)]
        use $crate::__traced::{
            Never as _, NotAResult as _, ViaAny as _, ViaDebug as _, ViaDisplay as _,
            ViaError as _, ViaErrorInside as _, ViaSendErrorInside as _,
        };
        (&&&&&&&&$crate::__traced::Probe(&$value)).failure()
    }};
}
