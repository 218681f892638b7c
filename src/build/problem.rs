//! Problems are collected and reported together, each with position, source line and suggested fix:
//! a charm author repairs a file once, not once for each mistake in it.
//! Positions are looked up only when there is something to report, since finding one reads the file again.

use std::fmt;

use crate::build::files::CharmFiles;
use crate::build::finding::{FileKind, Finding, Position, Spot};
use crate::build::metadata;

/// Everything in a charm's metadata that keeps its code from being generated.
///
/// `Display` gives the whole report: for each problem a line `file:line:column: what is wrong`,
/// the line of the file with a mark under the place, and a line `help: what to write instead`.
/// See [`Codegen::expand`](crate::build::Codegen::expand) for an example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problems {
    reports: Vec<String>,
}

impl Problems {
    /// Gives each finding its place in the files.
    pub(crate) fn locate(findings: &[Finding], files: &CharmFiles) -> Self {
        let mut placed: Vec<(Option<Position>, &Finding)> = findings
            .iter()
            .map(|finding| (place_of(&finding.spot, files), finding))
            .collect();
        // File by file and line by line, as an author goes through them.
        placed.sort_by_key(|(place, finding)| (finding.spot.file(), *place));
        let reports = placed
            .into_iter()
            .map(|(place, finding)| report(finding, place, files))
            .collect();
        Self { reports }
    }

    /// Whether there is nothing to report.
    pub(crate) fn is_empty(&self) -> bool {
        self.reports.is_empty()
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reports.join("\n\n"))
    }
}

impl std::error::Error for Problems {}

fn place_of(spot: &Spot, files: &CharmFiles) -> Option<Position> {
    match spot {
        Spot::File(_) => None,
        Spot::Position(_, place) => *place,
        Spot::Key(key, occurrence) => metadata::position(files, key, Some(*occurrence)),
        Spot::Value(key) => metadata::position(files, key, None),
    }
}

fn report(finding: &Finding, place: Option<Position>, files: &CharmFiles) -> String {
    let mut report = snippet(finding.spot.file(), place, &finding.message, files);
    if let Some((spot, label)) = &finding.related {
        report.push('\n');
        report.push_str(&snippet(spot.file(), place_of(spot, files), label, files));
    }
    report.push_str("\nhelp: ");
    report.push_str(&finding.help);
    report
}

/// `file:line:column: message`, and below it the line with a mark, as far as the place is known.
fn snippet(kind: FileKind, place: Option<Position>, message: &str, files: &CharmFiles) -> String {
    let name = files.name(kind);
    let Some(Position { line, column }) = place else {
        return format!("{name}: {message}");
    };
    let text = files.text(kind).lines().nth(line.saturating_sub(1));
    let head = format!("{name}:{line}:{column}: {message}");
    let Some(text) = text.filter(|text| !text.trim().is_empty()) else {
        return head;
    };
    let number = line.to_string();
    let margin = " ".repeat(number.len());
    // A tab moves the mark as far as it moves the text above it.
    let indent: String = text
        .chars()
        .take(column.saturating_sub(1))
        .map(|c| if c == '\t' { '\t' } else { ' ' })
        .collect();
    format!("{head}\n{number} | {text}\n{margin} | {indent}^")
}
