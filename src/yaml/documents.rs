//! The documents of a part, and what is around them.

use crate::text::{TextRange, line_end};

use super::parser::{Frame, Given, Parser, State};
use super::tree::Document;
use super::{Kind, mistake};

impl Parser<'_> {
    pub fn documents(&mut self) {
        let mut first = true;
        loop {
            if !self.prologue(first) {
                return;
            }
            first = false;
        }
    }

    /// What is before a document, then the document. False at the end of the text.
    fn prologue(&mut self, first: bool) -> bool {
        let mut directives = false;
        loop {
            match self.marker() {
                Some(b'-') => {
                    let start = TextRange::new(self.pos, self.pos + 3);
                    self.document(Some(start));
                    return self.line < self.bytes.len();
                }
                Some(_) => {
                    // A lone `...`: nothing ends here.
                    if directives {
                        self.report(mistake::directive_without_start(self.rest_of_line()));
                        directives = false;
                    } else if first && self.out.documents.is_empty() {
                        self.report(mistake::end_without_start(self.rest_of_line()));
                    }
                    self.after_document_end();
                }
                None if self.conflict_marker() => {}
                None if self.almost_separator() => {}
                None => {
                    let content = self.first_byte();
                    if content.is_none_or(|(_, byte)| byte == b'#') {
                        self.tab_before_document();
                    }
                    match content {
                        None => {}
                        Some((at, b'#')) => self.comment(at),
                        Some((_, b'%')) if self.byte(self.line) == b'%' => {
                            directives = true;
                            self.directive();
                        }
                        Some(_) => {
                            if directives {
                                self.report(mistake::directive_without_start(self.rest_of_line()));
                            }
                            self.document(None);
                            return self.line < self.bytes.len();
                        }
                    }
                }
            }
            if !self.next_line() {
                if directives {
                    self.report(mistake::directive_without_start(TextRange::at(self.bytes.len())));
                }
                return false;
            }
        }
    }

    /// One document, from the line of its marker or its first line of content. Leaves `line` at the line after it.
    fn document(&mut self, start: Option<TextRange>) {
        if self.out.documents.len() == 1 && !self.separated {
            self.report(mistake::dropped(self.rest_of_line(), line_end(self.text)));
        }
        self.anchors.clear();
        self.stack.clear();
        self.pending = Given::default();
        self.lone = None;
        self.stack.push(Frame::new(State::Root, self.line));
        self.out.documents.push(Document { start, end: None });
        let mut more = true;
        let before = self.out.nodes.len();
        if let Some(start) = start {
            self.pos = start.end as usize;
            self.stack[0].slot = self.pos;
            if self.byte(self.pos) == b'#' {
                // No marker by the standard, but one to kubectl.
                self.comment(self.pos);
            } else if self.content_follows() {
                self.node(None);
            }
            more = self.next_line();
        }
        let mut end = None;
        while more {
            match self.marker() {
                Some(b'-') => break,
                Some(_) => {
                    end = Some(TextRange::new(self.line, self.line + 3));
                    break;
                }
                None => {}
            }
            if self.almost_separator() {
                self.separated = true;
                more = self.next_line();
                break;
            }
            if !self.conflict_marker() {
                self.block_line();
            }
            more = self.next_line();
        }
        self.close_document();
        // kubectl reads the text after `---`, which then begins with this line.
        if let Some(end) = end.filter(|_| start.is_some() && self.out.documents.len() == 1)
            && self.out.nodes[before..].iter().all(|node| node.kind == Kind::Empty)
        {
            self.report(mistake::end_without_start(end));
        }
        self.stop_reading();
        if let Some(document) = self.out.documents.last_mut() {
            document.end = end;
        }
        if end.is_some() {
            self.after_document_end();
            more = self.next_line();
        }
        if !more {
            self.line = self.bytes.len();
            self.pos = self.line;
            self.eol = self.line;
        }
    }

    /// Notes that kubectl sees nothing of what follows.
    pub fn stop_reading(&mut self) {
        self.read_end = self.read_end.min(self.pos);
        self.read_nodes = self.read_nodes.min(self.out.nodes.len());
    }

    fn close_document(&mut self) {
        while self.stack.len() > 1 {
            self.pop();
        }
        if self.stack[0].state == State::Root {
            self.fill_empty();
        }
    }

    /// Only a comment may follow `...`.
    fn after_document_end(&mut self) {
        self.pos = self.line + 3;
        self.trailing();
    }
}
