//! `traced!`: a function or a block becomes a span.
//!
//! A declarative macro costs users no dependency and no build time. The function's body moves into
//! a closure, so that `?` and `return` end the body and its span sees what they return.

/// Makes functions, methods and blocks spans of the dispatch's trace.
///
/// # Functions
///
/// ```
/// use charm_tracing::traced;
///
/// traced! {
///     /// Installs the workload.
///     pub fn install(package: &str) -> Result<(), std::io::Error> {
///         std::fs::write(std::env::temp_dir().join(package), "installed")
///     }
/// }
///
/// struct Blog { port: u16 }
///
/// impl Blog {
///     traced! {
///         fn configure(&mut self, port: u16) -> u16 {
///             self.port = port;
///             self.port
///         }
///     }
/// }
/// # install("blog").unwrap();
/// # assert_eq!(Blog { port: 1 }.configure(80), 80);
/// ```
///
/// The spans are `function call: install` and `method call: Blog::configure`, with
/// `code.function.name`, `code.file.path` and `code.line.number`. Arguments are never recorded.
/// Where a function returns an `Err`, or panics, its span has status ERROR and an `exception`
/// event; an error that passes several spans has its event on the first one it leaves.
///
/// One or many functions may stand in one block; the line recorded is the block's. Functions with
/// generics of their own, and `const`, `async`, `unsafe` or `extern` ones, are not taken yet:
/// wrap their body in the form below.
///
/// # Blocks
///
/// ```
/// use charm_tracing::traced;
///
/// fn render(pages: usize) -> Result<usize, std::num::ParseIntError> {
///     traced!("render", pages = pages, theme.name = "plain", {
///         let words: usize = "12".parse()?;
///         Ok(words * pages)
///     })
/// }
/// assert_eq!(render(2), Ok(24));
/// ```
///
/// Its value is the block's; `?`, `return` and `break` mean what they mean around it. Attributes
/// are what the author names, and are not evaluated outside a dispatch.
///
/// Outside a dispatch, and with tracing off, all of this is a plain call.
#[macro_export]
macro_rules! traced {
    ($name:literal, $($first:ident $(. $rest:ident)* = $value:expr,)* { $($body:tt)* }) => {{
        fn __here() {}
        let __span = $crate::__traced::Site {
            path: ::core::any::type_name_of_val(&__here),
            file: ::core::file!(),
            line: ::core::line!(),
        }
        .enter_block($name, || {
            ::std::vec![$($crate::__traced::attribute(
                ::core::concat!(::core::stringify!($first) $(, ".", ::core::stringify!($rest))*),
                $value,
            )),*]
        });
        let __value = { $($body)* };
        #[allow(unused_imports)]
        use $crate::__traced::{NotAResult as _, ViaAny as _, ViaDebug as _, ViaDisplay as _};
        let __failure = (&&&&$crate::__traced::Probe(&__value)).failure();
        __span.finish(__failure);
        __value
    }};
    ($(
        $(#[$attribute:meta])*
        $visibility:vis fn $name:ident ( $($arguments:tt)* ) $(-> $output:ty)? { $($body:tt)* }
    )+) => {$(
        $(#[$attribute])*
        $visibility fn $name ( $($arguments)* ) $(-> $output)? {
            fn __here() {}
            let __returns = $crate::__traced::Returns::new();
            if false {
                return __returns.never();
            }
            let __span = $crate::__traced::Site {
                path: ::core::any::type_name_of_val(&__here),
                file: ::core::file!(),
                line: ::core::line!(),
            }
            .enter();
            let __value = __returns.call(move || { $($body)* });
            #[allow(unused_imports)]
            use $crate::__traced::{NotAResult as _, ViaAny as _, ViaDebug as _, ViaDisplay as _};
            let __failure = (&&&&$crate::__traced::Probe(&__value)).failure();
            __span.finish(__failure);
            __value
        }
    )+};
    ($($other:tt)*) => {
        ::core::compile_error!(
            "traced! takes plain functions, `traced! { fn name(..) { .. } }`, or a named block, \
             `traced!(\"name\", key = value, { .. })`"
        );
    };
}

pub mod support {
    //! What the macro's expansion names. Nothing here is for hand-written code.

    use opentelemetry::{KeyValue, Value};

    pub use crate::span::{
        Failure, NotAResult, Probe, Returns, Site, Span, ViaAny, ViaDebug, ViaDisplay,
    };

    /// One attribute of a block.
    pub fn attribute(key: &'static str, value: impl IntoAttribute) -> KeyValue {
        KeyValue::new(key, value.into_attribute())
    }

    /// A value that can be recorded: text, booleans and numbers.
    pub trait IntoAttribute {
        /// As OpenTelemetry has it.
        fn into_attribute(self) -> Value;
    }

    macro_rules! attributes {
        ($($kind:ty: $value:ident => $attribute:expr;)*) => {$(
            impl IntoAttribute for $kind {
                fn into_attribute(self) -> Value {
                    let $value = self;
                    $attribute.into()
                }
            }
        )*};
    }

    attributes! {
        bool: value => value;
        f32: value => f64::from(value);
        f64: value => value;
        i8: value => i64::from(value);
        i16: value => i64::from(value);
        i32: value => i64::from(value);
        i64: value => value;
        u8: value => i64::from(value);
        u16: value => i64::from(value);
        u32: value => i64::from(value);
        // OTLP's integers are signed 64 bits: what does not fit is recorded as the largest.
        u64: value => i64::try_from(value).unwrap_or(i64::MAX);
        usize: value => i64::try_from(value).unwrap_or(i64::MAX);
        isize: value => i64::try_from(value).unwrap_or(i64::MAX);
        String: value => value;
        &String: value => value.clone();
        &str: value => value.to_owned();
    }
}
