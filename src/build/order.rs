//! The order of functions in the charm's program: those that a dispatch runs stand beside each other. A
//! process that lives for milliseconds pays for every part of its file that it touches, and a linker
//! puts functions down as crates were compiled, the few that run among all others.
//!
//! The list is recorded by benches/dispatch/order. Its names are patterns as GNU ld and LLVM's lld take
//! them in a linker script, without what differs between two builds of the same source.

use std::env;
use std::fmt::Write;
use std::path::Path;

/// One pattern a line, groups parted by empty lines, a `#` before the name of each.
const LIST: &str = include_str!("order.txt");

/// Whether there is anything to order: a program for Linux, optimised. Without optimisation nobody counts
/// pages, and every function of every crate would be held against the list.
pub(crate) fn applies() -> bool {
    let is = |name: &str, wanted: fn(&str) -> bool| env::var(name).is_ok_and(|it| wanted(&it));
    is("CARGO_CFG_TARGET_OS", |os| os == "linux") && is("OPT_LEVEL", |level| level != "0")
}

/// The argument that has a linker use a script; the C compilers by which most linkers are run pass it on.
pub(crate) fn argument(script: &Path) -> String {
    format!("-T{}", script.display())
}

/// The linker script for the package of this name. It adds to the linker's own: `INSERT` says so, and where.
pub(crate) fn script(package: &str) -> String {
    let own = own(&package.replace('-', "_"));
    let mut text = String::from("SECTIONS\n{\n  .text :\n  {\n");
    for (index, group) in LIST.split("\n\n").enumerate() {
        text.push_str("    *(\n");
        for name in group.lines().filter(|line| !line.starts_with('#')) {
            // Where rustc puts a function, and one that is marked as cold.
            let _ = writeln!(text, "      .text.{name} .text.unlikely.{name}");
        }
        text.push_str("    )\n");
        // With the first group, which every dispatch runs, go the charm's own functions and the C library's
        // for the start of a program.
        if index == 0 {
            let _ = writeln!(text, "    *( {own} .text.main )");
            text.push_str("    *crt1.o(.text) *crtbegin*.o(.text)\n");
        }
    }
    // All programs have it, since it is the C library's.
    text.push_str("  }\n}\nINSERT AFTER .init;\n");
    text
}

/// The functions of a crate, in both ways in which rustc writes their names.
fn own(name: &str) -> String {
    let name = format!("{}{name}", name.len());
    ["_ZN", "_RNvC*_", "_RNvNtC*_", "_RNvNtNtC*_"]
        .map(|way| format!(".text.{way}{name}*"))
        .join(" ")
}
