//! What the compiler says of wrong uses of `traced!`, word for word, and hostile code that it takes.

#[test]
fn wrong_uses_say_what_is_expected() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/ui/pass/*.rs");
    cases.compile_fail("tests/ui/*.rs");
}
