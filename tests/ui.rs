//! What the compiler says of wrong uses of `traced!`, word for word, and hostile code that it takes.

#![allow(
    clippy::unwrap_used,
    reason = "a test that panics has failed, as it should"
)]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

#[test]
fn wrong_uses_say_what_is_expected() {
    let many = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bodies_of_sixty_lines.rs");
    fs::write(&many, bodies_of_sixty_lines()).unwrap();
    let cases = trybuild::TestCases::new();
    cases.pass(&many);
    cases.pass("tests/ui/pass/*.rs");
    cases.compile_fail("tests/ui/*.rs");
}

/// Two hundred plain methods in one `traced!` and twenty heavily generic ones in another, each with
/// a body of sixty lines: both fit the recursion limit that every crate has.
fn bodies_of_sixty_lines() -> String {
    let lines = "        let n = n.checked_add(1).map_or(0, |n| n % 1000);\n".repeat(60);
    let mut source = "struct Site;\ncharm_tracing::traced! {\n    impl Site {\n".to_owned();
    for index in 0..200 {
        let _ = write!(
            source,
            "    fn m{index}(&self, n: u32) -> u32 {{\n{lines}        n\n    }}\n"
        );
    }
    source.push_str("    }\n}\ncharm_tracing::traced! {\n");
    for index in 0..20 {
        let _ = write!(
            source,
            "    /// About this one.
    fn g{index}<'a, 'b: 'a, T: ToString + Clone + 'a, E, F, const N: usize>(
        items: &'a [T; N], other: &'b str, n: u32, check: F,
    ) -> Result<Vec<String>, E>
    where
        F: Fn(&'a T) -> Result<(), E>,
        E: From<std::fmt::Error> + std::fmt::Debug,
    {{
{lines}        items.iter().try_for_each(check)?;
        Ok(vec![other.to_owned(), n.to_string()])
    }}
"
        );
    }
    source.push_str("}\nfn main() {\n");
    for index in 0..200 {
        let _ = writeln!(
            source,
            "    assert_eq!(Site.m{index}({index}), {index} + 60);"
        );
    }
    for index in 0..20 {
        let _ = writeln!(
            source,
            "    assert_eq!(g{index}(&[1], \"x\", {index}, |_| Ok::<(), std::fmt::Error>(())).unwrap().len(), 2);"
        );
    }
    source.push_str("}\n");
    source
}
