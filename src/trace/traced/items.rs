//! Takes the items of a `traced!` apart: functions go on to become spans, `impl` and `trait` blocks
//! are entered, everything else is passed through.
//!
//! Plain functions, any number of them, are one step of the recursion. With anything else among them
//! each item is a step, and a signature with generics takes a few more.

/// The items. Arms that begin with `@` are the macro's own way back into it.
#[doc(hidden)]
#[macro_export]
macro_rules! __traced_items {
    () => {};

    // A brace that `>` or a comma follows is the argument of a const generic, not a body.
    (@whole $to:tt [$($done:tt)*] { $($body:tt)* } > $($rest:tt)*) => {
        $crate::__traced_signature! { $to [$($done)* { $($body)* } >] $($rest)* }
    };
    (@whole $to:tt [$($done:tt)*] { $($body:tt)* } >> $($rest:tt)*) => {
        $crate::__traced_signature! { $to [$($done)* { $($body)* } >>] $($rest)* }
    };
    (@whole $to:tt [$($done:tt)*] { $($body:tt)* } , $($rest:tt)*) => {
        $crate::__traced_signature! { $to [$($done)* { $($body)* } ,] $($rest)* }
    };
    (@whole { impl [$($attribute:tt)*] ($($head:tt)*) } [$($done:tt)*] { $($members:tt)* } $($rest:tt)*) => {
        $($attribute)* $($head)* $($done)* { $crate::__traced_items! { $($members)* } }
        $crate::__traced_items! { $($rest)* }
    };
    (@whole { $kind:ident [$($attribute:tt)*] ($($head:tt)*) } [$($done:tt)*] { $($body:tt)* } $($rest:tt)*) => {
        $crate::__traced_function! { $kind ($($head)* $($done)*) { $($body)* } $($attribute)* }
        $crate::__traced_items! { $($rest)* }
    };
    // A function of a trait, with no body to trace.
    (@bare { $kind:ident [$($attribute:tt)*] ($($head:tt)*) } [$($done:tt)*] $($rest:tt)*) => {
        $($attribute)* $($head)* $($done)* ;
        $crate::__traced_items! { $($rest)* }
    };
    (@through $item:item $($rest:tt)*) => {
        $item
        $crate::__traced_items! { $($rest)* }
    };

    // One that never returns has nothing to look at. Among others `!` is taken for a type like any.
    (
        $(#[$($attribute:tt)*])*
        $visibility:vis fn $name:ident ( $($arguments:tt)* ) -> ! { $($body:tt)* }
        $($rest:tt)*
    ) => {
        $crate::__traced_function! {
            guard ($visibility fn $name ( $($arguments)* ) -> !) { $($body)* }
            $(#[$($attribute)*])*
        }
        $crate::__traced_items! { $($rest)* }
    };

    // Plain functions and nothing else.
    ($(
        $(#[$($attribute:tt)*])*
        $visibility:vis fn $name:ident ( $($arguments:tt)* ) $(-> $output:ty)? { $($body:tt)* }
    )+) => {$(
        $crate::__traced_function! {
            plain [$(-> $output)?] ($visibility fn $name ( $($arguments)* )) { $($body)* }
            $(#[$($attribute)*])*
        }
    )+};

    // Several at once, which saves recursion where plain functions stand among others.
    (
        $(#[$($attribute_a:tt)*])*
        $visibility_a:vis fn $name_a:ident ( $($arguments_a:tt)* ) $(-> $output_a:ty)? { $($body_a:tt)* }
        $(#[$($attribute_b:tt)*])*
        $visibility_b:vis fn $name_b:ident ( $($arguments_b:tt)* ) $(-> $output_b:ty)? { $($body_b:tt)* }
        $(#[$($attribute_c:tt)*])*
        $visibility_c:vis fn $name_c:ident ( $($arguments_c:tt)* ) $(-> $output_c:ty)? { $($body_c:tt)* }
        $(#[$($attribute_d:tt)*])*
        $visibility_d:vis fn $name_d:ident ( $($arguments_d:tt)* ) $(-> $output_d:ty)? { $($body_d:tt)* }
        $($rest:tt)*
    ) => {
        $crate::__traced_function! {
            plain [$(-> $output_a)?] ($visibility_a fn $name_a ( $($arguments_a)* )) { $($body_a)* }
            $(#[$($attribute_a)*])*
        }
        $crate::__traced_function! {
            plain [$(-> $output_b)?] ($visibility_b fn $name_b ( $($arguments_b)* )) { $($body_b)* }
            $(#[$($attribute_b)*])*
        }
        $crate::__traced_function! {
            plain [$(-> $output_c)?] ($visibility_c fn $name_c ( $($arguments_c)* )) { $($body_c)* }
            $(#[$($attribute_c)*])*
        }
        $crate::__traced_function! {
            plain [$(-> $output_d)?] ($visibility_d fn $name_d ( $($arguments_d)* )) { $($body_d)* }
            $(#[$($attribute_d)*])*
        }
        $crate::__traced_items! { $($rest)* }
    };

    // One function, with anything behind it.
    (
        $(#[$($attribute:tt)*])*
        $visibility:vis fn $name:ident ( $($arguments:tt)* ) $(-> $output:ty)? { $($body:tt)* }
        $($rest:tt)*
    ) => {
        $crate::__traced_function! {
            plain [$(-> $output)?] ($visibility fn $name ( $($arguments)* )) { $($body)* }
            $(#[$($attribute)*])*
        }
        $crate::__traced_items! { $($rest)* }
    };
    ($(#[$($attribute:tt)*])* $visibility:vis fn $($rest:tt)*) => {
        $crate::__traced_signature! {
            { value [$(#[$($attribute)*])*] ($visibility fn) } [] $($rest)*
        }
    };
    ($(#[$($attribute:tt)*])* $visibility:vis unsafe fn $($rest:tt)*) => {
        $crate::__traced_signature! {
            { value [$(#[$($attribute)*])*] ($visibility unsafe fn) } [] $($rest)*
        }
    };
    ($(#[$($attribute:tt)*])* $visibility:vis extern $abi:literal fn $($rest:tt)*) => {
        $crate::__traced_signature! {
            { value [$(#[$($attribute)*])*] ($visibility extern $abi fn) } [] $($rest)*
        }
    };
    ($(#[$($attribute:tt)*])* $visibility:vis unsafe extern $abi:literal fn $($rest:tt)*) => {
        $crate::__traced_signature! {
            { value [$(#[$($attribute)*])*] ($visibility unsafe extern $abi fn) } [] $($rest)*
        }
    };
    ($(#[$($attribute:tt)*])* $visibility:vis extern fn $($rest:tt)*) => {
        $crate::__traced_signature! {
            { value [$(#[$($attribute)*])*] ($visibility extern "C" fn) } [] $($rest)*
        }
    };
    ($(#[$($attribute:tt)*])* $visibility:vis async fn $($rest:tt)*) => {
        $crate::__traced_signature! {
            { future [$(#[$($attribute)*])*] ($visibility async fn) } [] $($rest)*
        }
    };
    ($(#[$($attribute:tt)*])* $visibility:vis async unsafe fn $($rest:tt)*) => {
        $crate::__traced_signature! {
            { future [$(#[$($attribute)*])*] ($visibility async unsafe fn) } [] $($rest)*
        }
    };
    // What runs in the compiler has no clock.
    ($(#[$($attribute:tt)*])* $visibility:vis const fn $($rest:tt)*) => {
        $crate::__traced_signature! {
            { untraced [$(#[$($attribute)*])*] ($visibility const fn) } [] $($rest)*
        }
    };
    ($(#[$($attribute:tt)*])* $visibility:vis const unsafe fn $($rest:tt)*) => {
        $crate::__traced_signature! {
            { untraced [$(#[$($attribute)*])*] ($visibility const unsafe fn) } [] $($rest)*
        }
    };

    // Blocks of functions.
    ($(#[$($attribute:tt)*])* impl $($rest:tt)*) => {
        $crate::__traced_signature! { { impl [$(#[$($attribute)*])*] (impl) } [] $($rest)* }
    };
    ($(#[$($attribute:tt)*])* unsafe impl $($rest:tt)*) => {
        $crate::__traced_signature! { { impl [$(#[$($attribute)*])*] (unsafe impl) } [] $($rest)* }
    };
    ($(#[$($attribute:tt)*])* $visibility:vis trait $($rest:tt)*) => {
        $crate::__traced_signature! {
            { impl [$(#[$($attribute)*])*] ($visibility trait) } [] $($rest)*
        }
    };
    ($(#[$($attribute:tt)*])* $visibility:vis unsafe trait $($rest:tt)*) => {
        $crate::__traced_signature! {
            { impl [$(#[$($attribute)*])*] ($visibility unsafe trait) } [] $($rest)*
        }
    };

    ($(#[$($attribute:tt)*])* $visibility:vis $word:ident $($rest:tt)*) => {
        $crate::__traced_other! {
            $word { $(#[$($attribute)*])* $visibility $word $($rest)* }
        }
    };
    ($($other:tt)*) => { $crate::__traced_misuse! { $($other)* } };
}

/// Items that are not functions pass through; words that begin no item are a mistake.
#[doc(hidden)]
#[macro_export]
macro_rules! __traced_other {
    (struct { $($all:tt)* }) => { $crate::__traced_items! { @through $($all)* } };
    (enum { $($all:tt)* }) => { $crate::__traced_items! { @through $($all)* } };
    (union { $($all:tt)* }) => { $crate::__traced_items! { @through $($all)* } };
    (type { $($all:tt)* }) => { $crate::__traced_items! { @through $($all)* } };
    (use { $($all:tt)* }) => { $crate::__traced_items! { @through $($all)* } };
    (mod { $($all:tt)* }) => { $crate::__traced_items! { @through $($all)* } };
    (const { $($all:tt)* }) => { $crate::__traced_items! { @through $($all)* } };
    (static { $($all:tt)* }) => { $crate::__traced_items! { @through $($all)* } };
    (extern { $($all:tt)* }) => { $crate::__traced_items! { @through $($all)* } };
    (unsafe { $($all:tt)* }) => { $crate::__traced_items! { @through $($all)* } };
    ($word:ident { $(#[$($attribute:tt)*])* $visibility:vis $path:ident $(:: $more:ident)* ! $($rest:tt)* }) => {
        $crate::__traced_items! {
            @through $(#[$($attribute)*])* $path $(:: $more)* ! $($rest)*
        }
    };
    ($word:ident { $($all:tt)* }) => { $crate::__traced_misuse! { $word } };
}

/// Says what `traced!` takes, and points at what it was given instead.
#[doc(hidden)]
#[macro_export]
macro_rules! __traced_misuse {
    ($($wrong:tt)*) => {
        ::core::compile_error! {
            "traced! takes items, `traced! { fn name(..) { .. } }` or `traced! { impl Type { .. } }`, \
             or a named block, `traced!(\"name\", key = value, { .. })`"
        }
        $crate::__traced_unexpected! { $($wrong)* }
    };
}

/// Matches nothing, so that the compiler points at the token it was called with.
#[doc(hidden)]
#[macro_export]
macro_rules! __traced_unexpected {
    () => {};
}
