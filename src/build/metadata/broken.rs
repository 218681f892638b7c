//! What is wrong with a file that is no YAML, in words for its author: those of the parser speak
//! of tokens and limits.

use crate::build::finding::Position;

/// A fault of a file as a whole.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub place: Option<Position>,
    pub message: String,
    pub help: &'static str,
}

/// Explains what the parser said about `text`.
pub(crate) fn explain(text: &str, said: &str, place: Option<Position>) -> Fault {
    let (place, message, help) = if said.contains("more than one document") {
        (
            second_document(text),
            "a second YAML document starts here, and charmcraft reads one".to_owned(),
            "delete this line and what follows it",
        )
    } else if said.contains(MERGED) {
        (
            place,
            "the key `<<` stands for the entries of a mapping, and this is none".to_owned(),
            "write an alias of a mapping, or a list of them",
        )
    } else if let Some(letter) = said.contains("control characters").then(|| forbidden(text)) {
        (
            letter,
            "a character stands here that YAML does not allow, and that is not to be seen"
                .to_owned(),
            "delete it; in double quotes it can be written as `\\u` and four digits",
        )
    } else if said.contains("recursion limit") {
        (
            place,
            "the nesting goes deeper here than the 128 levels that are read".to_owned(),
            "no charm needs that; look for a bracket or an indentation too many",
        )
    } else if said.contains(REPEATED) {
        (
            None,
            "the aliases of this file repeat each other beyond any use".to_owned(),
            "write the values out",
        )
    } else if let Some(tab) = place.and_then(|place| tab_before(text, place)) {
        (
            Some(tab),
            "a tab stands here, and YAML indents with spaces only".to_owned(),
            "write spaces instead",
        )
    } else {
        let message = format!("this is not valid YAML: {said}");
        let help = "fix the YAML first; the rest of the file could not be read";
        (place, message, help)
    };
    Fault {
        place,
        message,
        help,
    }
}

/// What a merge key takes, as the reader of one names it.
pub(crate) const MERGED: &str = "a mapping to merge, or a list of mappings";

/// What the YAML crate says of too many aliases, and the reader of what they come to.
pub(crate) const REPEATED: &str = "repetition limit";

/// The first character that YAML does not allow.
fn forbidden(text: &str) -> Option<Position> {
    let allowed = ['\t', '\n', '\r', '\u{85}'];
    let none = ['\u{fffe}', '\u{ffff}'];
    let mut letters = text.chars();
    let before =
        letters.position(|c| (c.is_control() && !allowed.contains(&c)) || none.contains(&c));
    before.map(|before| Position::after(text.chars().take(before)))
}

/// The first tab among the blanks that a line starts with.
fn tab_before(text: &str, place: Position) -> Option<Position> {
    let line = text.lines().nth(place.line.saturating_sub(1))?;
    let blanks = line.chars().take_while(|c| c.is_whitespace());
    let column = blanks.take(place.column).position(|c| c == '\t')? + 1;
    let line = place.line;
    Some(Position { line, column })
}

/// The `---` that comes after something was said.
fn second_document(text: &str) -> Option<Position> {
    let mut inside = false;
    for (index, line) in text.lines().enumerate() {
        let marker = line == "---" || line.starts_with("--- ");
        if marker && inside {
            let line = index + 1;
            return Some(Position { line, column: 1 });
        }
        let blank = line.trim().is_empty() || line.starts_with(['#', '%']);
        inside |= marker || !blank;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_document_is_found() {
        for (text, line) in [
            ("a: 1\n---\nb: 1\n", Some(2)),
            ("# x\n---\na: 1\n--- # y\nb: 1\n", Some(4)),
            ("---\n---\n", Some(2)),
            ("---\na: |\n  ---\n", None),
        ] {
            let place = second_document(text);
            assert_eq!(place.map(|place| place.line), line, "{text:?}");
        }
    }
}
