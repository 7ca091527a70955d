//! Lines that belong to no document: almost `---`, and what git leaves of a merge.

use crate::text::TextRange;

use super::mistake;
use super::parser::{Parser, State};

impl Parser<'_> {
    /// Takes a line that was meant to be `---`: two dashes, or more than three, or long ones as word processors make them, or three that
    /// are indented. What follows is another document then.
    pub fn almost_separator(&mut self) -> bool {
        let first = self.skip_blanks(self.line);
        // A single dash is that of a list.
        if !matches!((self.byte(first), self.byte(first + 1)), (b'-', b'-' | 0xE2) | (0xE2, _)) {
            return false;
        }
        let line = &self.text[first..self.eol];
        let dashes = &line[..line.find(|char| !matches!(char, '-' | '–' | '—')).unwrap_or(line.len())];
        let rest = line[dashes.len()..].trim_start_matches([' ', '\t']);
        let glued = rest.len() + dashes.len() == line.len();
        let is_long = dashes == "—" || dashes.chars().count() > 1;
        if !is_long || !(rest.is_empty() || rest.starts_with('#') && !glued) || dashes == "---" && first == self.line {
            return false;
        }
        let column = (first - self.line) as i32;
        let is_value = self.stack.last().is_some_and(|top| top.awaits() && top.state != State::Root && column > top.indent);
        if is_value || self.is_only_line() {
            return false;
        }
        let line = TextRange::new(self.line, first + dashes.len());
        self.report(mistake::almost_separator(TextRange::new(first, first + dashes.len()), line, dashes));
        if !rest.is_empty() {
            self.comment(self.eol - rest.len());
        }
        true
    }

    /// Whether the document is nothing but this line.
    fn is_only_line(&self) -> bool {
        self.stack.last().is_none_or(|top| top.state == State::Root) && self.line_below(i32::MAX).is_none()
    }

    /// Takes a marker of git's for a conflict, and of the sides of the conflict all but the first. Moves to the last line of these.
    pub fn conflict_marker(&mut self) -> bool {
        let Some(marker) = self.conflict_byte() else { return false };
        let range = TextRange::new(self.line, self.trim(self.line, self.eol));
        match marker {
            b'<' => self.report(mistake::conflict(range)),
            _ if !self.in_conflict => self.report(mistake::left_of_conflict(range)),
            _ => {}
        }
        self.in_conflict |= marker == b'<';
        if self.in_conflict && marker != b'<' {
            while self.conflict_byte() != Some(b'>') && self.next_line() {}
            self.in_conflict = false;
        }
        self.pos = self.eol;
        true
    }

    fn conflict_byte(&self) -> Option<u8> {
        let line = &self.bytes[self.line..self.eol];
        let first = *line.first().filter(|byte| matches!(byte, b'<' | b'=' | b'>' | b'|'))?;
        let rest = line.strip_prefix(&[first; 7])?;
        let ends = if first == b'=' { rest.is_empty() } else { rest.first().is_none_or(|byte| *byte == b' ') };
        ends.then_some(first)
    }
}
