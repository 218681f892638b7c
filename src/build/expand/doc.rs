//! Texts of the metadata as doc comments. They were written for Charmhub, not for rustdoc: what
//! rustdoc would take for a link, a tag or a program to test is made plain text again.

use proc_macro2::TokenStream;
use quote::quote;

/// Doc attributes, one for each line: our own lines first, then a text of the metadata.
pub(crate) fn doc(own: &[String], text: Option<&str>) -> TokenStream {
    let mut lines = own.to_vec();
    for paragraph in paragraphs(text.unwrap_or_default()) {
        lines.push(String::new());
        lines.extend(wrapped(&paragraph));
    }
    let lines = lines.iter().map(|line| {
        if line.is_empty() {
            String::new()
        } else {
            format!(" {line}")
        }
    });
    quote!(#(#[doc = #lines])*)
}

/// Doc attributes of a field: the text of the metadata is its first line, or `otherwise` where
/// there is none; ours come after.
pub(crate) fn field_doc(text: Option<&str>, otherwise: &str, own: &[String]) -> TokenStream {
    let mut lines: Vec<String> = Vec::new();
    for paragraph in paragraphs(text.unwrap_or_default()) {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        lines.extend(wrapped(&paragraph));
    }
    if lines.is_empty() {
        lines.push(otherwise.to_owned());
    }
    if !own.is_empty() {
        lines.push(String::new());
    }
    lines.extend_from_slice(own);
    doc(&lines, None)
}

/// A name or text as code in a doc comment, with any content.
pub(crate) fn code(text: &str) -> String {
    let text: String = text
        .chars()
        .map(|c| if is_unsafe(c) || c == '`' { ' ' } else { c })
        .collect();
    format!("`{}`", text.trim())
}

/// One of our own sentences as lines.
pub(crate) fn sentence(text: &str) -> Vec<String> {
    let words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
    wrapped(&words)
}

/// Paragraphs as lists of words: what blank lines part, and each item of a list on its own.
fn paragraphs(text: &str) -> Vec<Vec<String>> {
    let mut paragraphs = vec![String::new()];
    for line in text.lines().map(str::trim) {
        if line.is_empty() || line.starts_with(['-', '*', '+', '#']) {
            paragraphs.push(String::new());
        }
        if let Some(paragraph) = paragraphs.last_mut() {
            paragraph.push(' ');
            // A heading would stand in the table of contents of the charm's own documentation.
            if line.starts_with('#') {
                paragraph.push('\\');
            }
            paragraph.push_str(line);
        }
    }
    let words = |paragraph: String| -> Vec<String> {
        let plain = plain(&paragraph);
        plain.split_whitespace().map(str::to_owned).collect()
    };
    let paragraphs = paragraphs.into_iter().map(words);
    paragraphs.filter(|words| !words.is_empty()).collect()
}

/// A paragraph without meaning to rustdoc, but for code in single backticks and addresses.
fn plain(paragraph: &str) -> String {
    let mut plain = String::new();
    let mut rest = paragraph;
    while let Some((text, after)) = rest.split_once('`') {
        plain.push_str(&escaped(text));
        rest = match after.split_once('`') {
            Some((code, after)) if !code.trim().is_empty() => {
                plain.push('`');
                plain.extend(code.chars().filter(|c| !is_unsafe(*c)));
                plain.push('`');
                after
            }
            _ => {
                plain.push_str("\\`");
                after
            }
        };
    }
    plain + &escaped(rest)
}

/// Words with a backslash before each letter that rustdoc would take for markup. Addresses become
/// links, since rustdoc warns of bare ones.
fn escaped(text: &str) -> String {
    let start = ["https://", "http://"]
        .iter()
        .filter_map(|scheme| text.find(scheme))
        .min();
    let Some((before, from)) = start.and_then(|start| text.split_at_checked(start)) else {
        return without_markup(text);
    };
    let stop = |c: char| c.is_whitespace() || is_unsafe(c) || "\"'<>()[]{}|\\^".contains(c);
    let end = from.find(stop).unwrap_or(from.len());
    let address = from.get(..end).unwrap_or(from);
    let address = address.trim_end_matches(['.', ',', ';', ':', '!', '?']);
    let after = from.get(address.len()..).unwrap_or_default();
    format!("{}<{address}>{}", without_markup(before), escaped(after))
}

fn without_markup(text: &str) -> String {
    let mut plain = String::new();
    for c in text.chars().filter(|c| !is_unsafe(*c)) {
        if matches!(c, '[' | ']' | '<' | '>' | '\\' | '~') {
            plain.push('\\');
        }
        plain.push(c);
    }
    plain
}

/// Control characters, and those that make a text read in another order than it stands: rustc
/// refuses these in comments.
fn is_unsafe(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Lines of at most [`WIDTH`] characters, unless one word is longer.
fn wrapped(words: &[String]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in words {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= WIDTH => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.clone()),
        }
    }
    lines
}

/// rustfmt's 100 columns, less the `    /// ` before the text.
pub(crate) const WIDTH: usize = 92;

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        paragraphs(text).iter().flat_map(|p| wrapped(p)).collect()
    }

    #[test]
    fn a_text_never_becomes_markup() {
        for (text, doc) in [
            ("a [link] <b>", &[r"a \[link\] \<b\>"] as &[&str]),
            ("set `a_b` to `[1]`", &["set `a_b` to `[1]`"]),
            ("an open ` tick", &[r"an open \` tick"]),
            ("```\nrm -rf /\n```", &[r"\`\`` rm -rf / `\`\`"]),
            ("~~~\nrm", &[r"\~\~\~ rm"]),
            ("    indented\r\n    twice", &["indented twice"]),
            ("a\u{202e}b\u{7}c", &["abc"]),
            ("one\n- two\n- three", &["one", "- two", "- three"]),
            (
                "see https://example.com/a_b.",
                &["see <https://example.com/a_b>."],
            ),
            (
                "\"http://a:1\" (http://b), http://",
                &["\"<http://a:1>\" (<http://b>), <http://>"],
            ),
        ] {
            assert_eq!(lines(text), doc, "{text:?}");
        }
    }

    #[test]
    fn long_lines_are_wrapped() {
        let text = "word ".repeat(60);
        assert!(lines(&text).iter().all(|line| line.len() <= WIDTH));
        assert_eq!(lines(&text).join(" "), text.trim());
    }
}
