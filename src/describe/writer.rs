//! Text in columns, as Go's `text/tabwriter` sets it for kubectl: at least two spaces between the cells that tabs end.

use std::borrow::Cow;
use std::fmt::{Display, Write};

/// The spaces between two columns.
const PADDING: usize = 2;

/// Lines with tabs, which become columns at the end.
#[derive(Default)]
pub(super) struct Writer(String);

impl Writer {
    /// Appends a line, indented by two spaces for each level.
    pub fn line(&mut self, level: usize, text: impl Display) {
        self.put(level, text);
        self.0.push('\n');
    }

    /// Appends the line `name:` with a value in the next column.
    pub fn field(&mut self, level: usize, name: &str, value: impl Display) {
        self.line(level, format_args!("{name}:\t{value}"));
    }

    /// Appends text without ending the line, escaped as kubectl does it (`WriteEscaped`).
    pub fn put(&mut self, level: usize, text: impl Display) {
        (0..level).for_each(|_| self.0.push_str("  "));
        self.0.push_str(&escaped(&text.to_string()));
    }

    /// The lines in columns.
    pub fn finish(self) -> String {
        align(&self.0)
    }
}

/// A text without what could drive a terminal.
pub(super) fn escaped(text: &str) -> Cow<'_, str> {
    if text.contains(['\x1b', '\r']) { text.replace('\x1b', "^[").replace('\r', "\\r").into() } else { text.into() }
}

/// A column reaches over the adjacent lines that have a cell in it; the last cell of a line belongs to no column.
pub(super) fn align(text: &str) -> String {
    let lines: Vec<Vec<&str>> = text.split('\n').map(|line| line.split('\t').collect()).collect();
    let mut widths: Vec<Vec<usize>> = lines.iter().map(|cells| vec![0; cells.len() - 1]).collect();
    let columns = lines.iter().map(Vec::len).max().unwrap_or_default();
    for column in 0..columns {
        let mut at = 0;
        while at < lines.len() {
            let block = lines[at..].iter().take_while(|cells| column + 1 < cells.len());
            let (count, width) = block.fold((0, 0), |(count, width), cells| (count + 1, width.max(cells[column].chars().count())));
            widths[at..at + count].iter_mut().for_each(|of_line| of_line[column] = width + PADDING);
            at += count.max(1);
        }
    }
    let mut aligned = String::with_capacity(text.len() * 2);
    for (index, (cells, widths)) in lines.iter().zip(&widths).enumerate() {
        if index > 0 {
            aligned.push('\n');
        }
        for (cell, width) in cells.iter().zip(widths) {
            write!(aligned, "{cell:width$}").unwrap_or_default();
        }
        aligned.push_str(cells.last().unwrap_or(&""));
    }
    aligned
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns() {
        for (text, expected) in [
            ("a:\tb\nlonger:\tc\n", "a:       b\nlonger:  c\n"),
            ("a:\tb\nwithout\nlonger:\tc\n", "a:  b\nwithout\nlonger:  c\n"),
            ("é:\tb\tc\nlonger:\tdd\te\n", "é:       b   c\nlonger:  dd  e\n"),
            ("a:\n\tb\n", "a:\n  b\n"),
            ("", ""),
        ] {
            assert_eq!(align(text), expected);
        }
    }

    #[test]
    fn terminals_are_not_driven() {
        let mut writer = Writer::default();
        writer.field(1, "a", "\x1b[2J\r");
        assert_eq!(writer.finish(), "  a:  ^[[2J\\r\n");
    }
}
