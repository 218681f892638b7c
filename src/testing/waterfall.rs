//! Traces as a waterfall for a terminal: how long each span took, and which spans wait for others. ASCII in its
//! plain form, which fits any terminal and any test; block characters and colours in the other.

use std::collections::HashMap;

use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, Span};

use crate::testing::spans::{Forest, Line, failure, one_line, spans};

/// Draws each trace as lines of at most `width` characters (40 at least): name, duration, and a bar
/// on the time axis of its trace. Traces follow each other in the order of their start, with an
/// empty line between them.
///
/// A failed span has its status message on a line of its own. With `colour`, bars are block
/// characters and ANSI colours are used: for a terminal, not for a file.
///
/// ```text
/// blog/0: start event             12.3 ms  |==============================|
///     event: start                11.9 ms  |============================= |
///         service nginx start      8.0 ms  |       ##################     |
///         ERROR exit status 1
/// ```
///
/// ```
/// assert_eq!(charm_tracing::testing::waterfall(&[], 100, false), "");
/// ```
#[must_use]
pub fn waterfall(received: &[ResourceSpans], width: usize, colour: bool) -> String {
    let drawn = traces(received)
        .into_iter()
        .map(|trace| draw(trace, width.max(40), colour));
    drawn.collect::<Vec<String>>().join("\n")
}

/// The spans by trace, the traces in the order of their start.
fn traces(received: &[ResourceSpans]) -> Vec<Vec<&Span>> {
    let mut traces: Vec<Vec<&Span>> = Vec::new();
    let mut known: HashMap<&[u8], usize> = HashMap::new();
    for span in spans(received) {
        let index = *known.entry(&span.trace_id).or_insert(traces.len());
        match traces.get_mut(index) {
            Some(trace) => trace.push(span),
            None => traces.push(vec![span]),
        }
    }
    traces.sort_by_key(|trace| trace.iter().map(|span| span.start_time_unix_nano).min());
    traces
}

fn draw(trace: Vec<&Span>, width: usize, colour: bool) -> String {
    let forest = Forest::grow(trace.into_iter());
    let chart = Chart::measure(&forest, width, colour);
    let mut text = String::new();
    for (heading, lines) in [
        (None, &forest.rooted),
        (Some("(parent not received)\n"), &forest.orphaned),
        (Some("(parents form a circle)\n"), &forest.circular),
    ] {
        if let Some(heading) = heading.filter(|_| !lines.is_empty()) {
            text.push_str(heading);
        }
        for line in lines {
            text.push_str(&chart.line(line));
        }
    }
    text
}

/// `999.9 us`, `59.99 s` and what lies between take up to eight characters.
const DURATION_WIDTH: usize = 8;
/// One space before the duration, two spaces and a border before the bar, a border after it.
const RULES_WIDTH: usize = 5;

/// The columns and the time axis of one trace.
struct Chart {
    name_width: usize,
    bar_width: usize,
    width: usize,
    start: u64,
    /// Never 0, so that it can be divided by.
    length: u64,
    colour: bool,
}

impl Chart {
    /// Names get what they need, up to half of the width; the bars get the rest.
    fn measure(forest: &Forest<'_>, width: usize, colour: bool) -> Self {
        let longest = forest
            .lines()
            .map(|line| label(line).chars().count())
            .max()
            .unwrap_or(0);
        let name_width = longest.min(width / 2);
        let bar_width = width.saturating_sub(name_width + DURATION_WIDTH + RULES_WIDTH);
        let start = forest
            .lines()
            .map(|line| line.span.start_time_unix_nano)
            .min()
            .unwrap_or(0);
        let end = forest
            .lines()
            .map(|line| line.span.end_time_unix_nano)
            .max()
            .unwrap_or(0);
        Self {
            name_width,
            bar_width,
            width,
            start,
            length: end.saturating_sub(start).max(1),
            colour,
        }
    }

    fn line(&self, line: &Line<'_>) -> String {
        let failure = failure(line.span);
        let name = shortened(&label(line), self.name_width);
        let gap = " ".repeat(self.name_width.saturating_sub(name.chars().count()));
        let name = self.paint(&name, if line.depth == 0 { BOLD } else { PLAIN });
        let duration = duration(
            line.span
                .end_time_unix_nano
                .saturating_sub(line.span.start_time_unix_nano),
        );
        let duration = format!("{duration:>DURATION_WIDTH$}");
        let bar = self.bar(line.span, failure.is_some());
        let mut text = format!("{name}{gap} {duration}  {bar}\n");
        if let Some(message) = failure {
            let indent = "    ".repeat(line.depth.min(self.name_width / 4));
            let message = format!("ERROR {}", one_line(message));
            let message = shortened(message.trim_end(), self.width.saturating_sub(indent.len()));
            text.extend([&indent, &self.paint(&message, RED), "\n"]);
        }
        text
    }

    /// A span too short for a cell still shows where it was.
    fn bar(&self, span: &Span, failed: bool) -> String {
        let from = self
            .cell(span.start_time_unix_nano)
            .min(self.bar_width.saturating_sub(1));
        let to = self
            .cell(span.end_time_unix_nano)
            .clamp(from, self.bar_width);
        let (full, thin, border) = match (self.colour, failed) {
            (true, _) => ('\u{2588}', '\u{258f}', '\u{2502}'),
            (false, false) => ('=', '-', '|'),
            (false, true) => ('#', '!', '|'),
        };
        let mark = if to > from {
            full.to_string().repeat(to - from)
        } else {
            thin.to_string()
        };
        let before = " ".repeat(from);
        let after = " ".repeat(self.bar_width.saturating_sub(from + mark.chars().count()));
        let mark = self.paint(&mark, if failed { RED } else { CYAN });
        let border = self.paint(&border.to_string(), DIM);
        format!("{border}{before}{mark}{after}{border}")
    }

    /// The cell in which a point in time lies, rounded to the nearest border between cells.
    fn cell(&self, time: u64) -> usize {
        let (length, width) = (u128::from(self.length), self.bar_width as u128);
        let cell = (u128::from(time.saturating_sub(self.start)) * width + length / 2) / length;
        usize::try_from(cell).unwrap_or(usize::MAX)
    }

    fn paint(&self, text: &str, style: &str) -> String {
        if self.colour && !style.is_empty() {
            format!("\u{1b}[{style}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }
}

// Parameters of the ANSI escape sequence for text attributes.
const PLAIN: &str = "";
const BOLD: &str = "1";
const DIM: &str = "2";
const RED: &str = "31";
const CYAN: &str = "36";

fn label(line: &Line<'_>) -> String {
    format!("{}{}", "    ".repeat(line.depth), one_line(&line.span.name))
}

/// What is cut off is marked by two dots.
fn shortened(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let kept: String = text.chars().take(width.saturating_sub(2)).collect();
    format!("{kept}..")
}

/// Three or four digits and a unit.
fn duration(nanoseconds: u64) -> String {
    let tenths = |unit: u64| {
        format!(
            "{}.{}",
            nanoseconds / unit,
            nanoseconds % unit / (unit / 10)
        )
    };
    match nanoseconds {
        0..1_000 => format!("{nanoseconds} ns"),
        1_000..1_000_000 => format!("{} us", tenths(1_000)),
        1_000_000..1_000_000_000 => format!("{} ms", tenths(1_000_000)),
        1_000_000_000..1_000_000_000_000 => format!("{} s", tenths(1_000_000_000)),
        _ => format!("{} s", nanoseconds / 1_000_000_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_well_and_fit_their_column() {
        for (nanoseconds, expected) in [
            (0, "0 ns"),
            (999, "999 ns"),
            (1_000, "1.0 us"),
            (999_999, "999.9 us"),
            (1_250_000, "1.2 ms"),
            (999_999_999, "999.9 ms"),
            (12_340_000_000, "12.3 s"),
            (999_999_999_999, "999.9 s"),
            (3_600_000_000_000, "3600 s"),
        ] {
            assert_eq!(duration(nanoseconds), expected);
            assert!(expected.len() <= DURATION_WIDTH);
        }
    }

    #[test]
    fn text_is_cut_by_characters() {
        assert_eq!(shortened("abcdef", 6), "abcdef");
        assert_eq!(shortened("abcdefg", 6), "abcd..");
        assert_eq!(shortened("\u{e9}\u{e9}\u{e9}\u{e9}", 3), "\u{e9}..");
    }
}
