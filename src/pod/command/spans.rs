//! What the parts of a shell script are, for an editor that colours them.

use std::ops::Range;

use super::lex::{self, Kind, Token};
use super::parse::is_assignment;
use super::{Variable, references};

/// What a part of a script is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    /// The name of a command, or of a function that is defined.
    Command,
    /// `if`, `done`, `[[`.
    Keyword,
    /// `&&`, `|`, `2>`, `$(` and its `)`.
    Operator,
    /// Text in quotes, with them.
    String,
    /// `$NAME`, `${NAME:-x}`, and a name that is assigned to.
    Variable,
    /// `# …`
    Comment,
    /// `$(NAME)`, which the kubelet replaces before the shell reads it.
    Reference,
}

/// The parts of a script that are more than plain words, in order. `is_replaced` says which names the kubelet knows.
pub fn spans(script: &str, is_replaced: impl Fn(&str) -> bool) -> Vec<(Range<usize>, Span)> {
    let replaced = references(script).into_iter().filter(|it| is_replaced(&script[it.name.clone()])).collect();
    let mut reader = Reader { text: script, replaced, spans: vec![], depth: 0 };
    reader.script(0..script.len());
    reader.spans
}

/// Substitutions nested deeper than this are plain text: nobody writes them, and it bounds the recursion.
const DEEPEST: usize = 8;

struct Reader<'a> {
    text: &'a str,
    replaced: Vec<Variable>,
    spans: Vec<(Range<usize>, Span)>,
    depth: usize,
}

/// What the next word is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    Command,
    Argument,
    /// The target of a redirection; then what it would have been.
    Target(bool),
    /// The variable of `for`.
    Loop,
    /// The subject of `case`.
    Subject,
    /// `in`, after which patterns follow if it is that of `case`.
    In(bool),
    Pattern,
    Function,
}

impl Reader<'_> {
    fn push(&mut self, range: Range<usize>, span: Span) {
        if !range.is_empty() {
            self.spans.push((range, span));
        }
    }

    fn byte(&self, at: usize) -> u8 {
        self.text.as_bytes().get(at).copied().unwrap_or(0)
    }

    fn script(&mut self, range: Range<usize>) {
        if self.depth == DEEPEST {
            return;
        }
        self.depth += 1;
        let text = self.text;
        let (mut next, mut last) = (Next::Command, range.start);
        // The text of a here-document comes after its line.
        let (mut awaits_text, mut is_text) = (false, false);
        for Token { kind, range: at } in lex::tokens(&text[range.clone()], true).list {
            let at = range.start + at.start..range.start + at.end;
            if !std::mem::take(&mut is_text) {
                self.comment(last..at.start);
            }
            last = at.end;
            next = match kind {
                Kind::Word => self.word(at, next),
                Kind::Newline => {
                    is_text = std::mem::take(&mut awaits_text);
                    if matches!(next, Next::In(_) | Next::Pattern) { next } else { Next::Command }
                }
                Kind::Redirect => {
                    awaits_text |= matches!(text[at.clone()].trim_start_matches(|it: char| it.is_ascii_digit()), "<<" | "<<-");
                    self.push(at, Span::Operator);
                    Next::Target(next == Next::Command)
                }
                _ => {
                    self.push(at, Span::Operator);
                    match (kind, next) {
                        (Kind::CaseEnd, _) | (Kind::Pipe | Kind::Open, Next::Pattern) => Next::Pattern,
                        _ => Next::Command,
                    }
                }
            };
        }
        if !is_text {
            self.comment(last..range.end);
        }
        self.depth -= 1;
    }

    /// What is between two tokens is spaces, or a comment.
    fn comment(&mut self, gap: Range<usize>) {
        let text = &self.text[gap.clone()];
        if let Some(start) = text.find('#') {
            self.push(gap.start + start..gap.start + text.trim_end().len(), Span::Comment);
        }
    }

    /// Says what follows.
    fn word(&mut self, at: Range<usize>, next: Next) -> Next {
        let raw = &self.text[at.clone()];
        match next {
            Next::Target(was_command) => {
                self.parts(at);
                return if was_command { Next::Command } else { Next::Argument };
            }
            Next::Loop => {
                self.push(at, Span::Variable);
                return Next::In(false);
            }
            Next::Subject => {
                self.parts(at);
                return Next::In(true);
            }
            Next::In(of_case) if raw == "in" => {
                self.push(at, Span::Keyword);
                return if of_case { Next::Pattern } else { Next::Argument };
            }
            Next::Function => {
                self.push(at, Span::Command);
                return Next::Command;
            }
            Next::Pattern if raw != "esac" => {
                self.parts(at);
                return Next::Pattern;
            }
            Next::Argument if raw != "]]" => {
                self.parts(at);
                return Next::Argument;
            }
            _ => {}
        }
        if let Some(next) = after_keyword(raw) {
            self.push(at, Span::Keyword);
            return next;
        }
        if is_assignment(raw) {
            let name = raw.find(['=', '+', '[']).unwrap_or(raw.len());
            self.push(at.start..at.start + name, Span::Variable);
            self.parts(at.start + name..at.end);
            return Next::Command;
        }
        if raw.contains(['$', '`', '\'', '"']) {
            self.parts(at)
        } else {
            self.push(at, Span::Command)
        }
        if matches!(raw, "exec" | "command" | "nohup") { Next::Command } else { Next::Argument }
    }

    /// The quotes, variables and substitutions of a word.
    fn parts(&mut self, at: Range<usize>) {
        let mut from = at.start;
        while from < at.end {
            from = match self.byte(from) {
                b'\\' => from + 2,
                b'\'' => {
                    let end = closing(self.text, from + 1, at.end, b'\'');
                    self.single(from..end);
                    end
                }
                b'"' => self.double(from, at.end),
                b'`' => self.backticks(from, at.end),
                b'$' => self.dollar(from, at.end),
                _ => from + 1,
            };
        }
    }

    /// Text in single quotes. The kubelet replaces in it too.
    fn single(&mut self, at: Range<usize>) {
        let mut from = at.start;
        let first = self.replaced.partition_point(|it| it.range.start < at.start);
        for number in first..self.replaced.len() {
            let range = self.replaced[number].range.clone();
            if range.end > at.end {
                break;
            }
            self.push(from..range.start, Span::String);
            self.push(range.clone(), Span::Reference);
            from = range.end;
        }
        self.push(from..at.end, Span::String);
    }

    /// Text in double quotes, and what is filled into it.
    fn double(&mut self, start: usize, end: usize) -> usize {
        let (mut from, mut at) = (start, start + 1);
        while at < end {
            match self.byte(at) {
                b'\\' => at += 2,
                b'"' => {
                    self.push(from..at + 1, Span::String);
                    return at + 1;
                }
                byte @ (b'$' | b'`') => {
                    let spans = self.spans.len();
                    let after = if byte == b'$' { self.dollar(at, end) } else { self.backticks(at, end) };
                    // A lone `$` is text.
                    if self.spans.len() > spans {
                        if from < at {
                            self.spans.insert(spans, (from..at, Span::String));
                        }
                        from = after;
                    }
                    at = after;
                }
                _ => at += 1,
            }
        }
        self.push(from..end, Span::String);
        end
    }

    fn backticks(&mut self, start: usize, end: usize) -> usize {
        let after = closing(self.text, start + 1, end, b'`');
        self.push(start..start + 1, Span::Operator);
        if self.byte(after - 1) == b'`' && after - 1 > start {
            self.script(start + 1..after - 1);
            self.push(after - 1..after, Span::Operator);
        }
        after
    }

    /// What begins with a `$`; where it ends.
    fn dollar(&mut self, start: usize, end: usize) -> usize {
        if let Ok(found) = self.replaced.binary_search_by_key(&start, |it| it.range.start) {
            let range = self.replaced[found].range.clone();
            self.push(range.clone(), Span::Reference);
            return range.end;
        }
        // The kubelet turns `$$` into `$`.
        let sign = if self.byte(start + 1) == b'$' { start + 1 } else { start };
        let is_name = |byte: u8| byte == b'_' || byte.is_ascii_alphanumeric();
        if sign + 1 >= end {
            return end;
        }
        match self.byte(sign + 1) {
            b'(' if self.byte(sign + 2) == b'(' => {
                let after = matching(self.text, sign + 1, end);
                self.parts(sign + 3..after.saturating_sub(2).max(sign + 3).min(end));
                after
            }
            b'(' => {
                let after = matching(self.text, sign + 1, end);
                let is_closed = after > sign + 2 && self.byte(after - 1) == b')';
                self.push(start..sign + 2, Span::Operator);
                self.script(sign + 2..if is_closed { after - 1 } else { after });
                if is_closed {
                    self.push(after - 1..after, Span::Operator);
                }
                after
            }
            b'{' => {
                let after = matching(self.text, sign + 1, end);
                self.push(start..after, Span::Variable);
                after
            }
            byte if byte.is_ascii_alphabetic() || byte == b'_' => {
                let length = self.text.as_bytes()[sign + 1..end].iter().take_while(|byte| is_name(**byte)).count();
                self.push(start..sign + 1 + length, Span::Variable);
                sign + 1 + length
            }
            byte if byte.is_ascii_digit() || b"@*#?-!".contains(&byte) => {
                self.push(start..sign + 2, Span::Variable);
                sign + 2
            }
            _ => sign + 1,
        }
    }
}

/// What follows a keyword, if it is one.
fn after_keyword(word: &str) -> Option<Next> {
    Some(match word {
        "if" | "then" | "elif" | "else" | "while" | "until" | "do" | "!" | "{" | "time" => Next::Command,
        "fi" | "done" | "esac" | "}" | "[[" | "]]" => Next::Argument,
        "for" | "select" => Next::Loop,
        "case" => Next::Subject,
        "function" => Next::Function,
        _ => return None,
    })
}

/// Where a quoted text that goes on at `from` ends: after the quote, or at `end`.
fn closing(text: &str, from: usize, end: usize, quote: u8) -> usize {
    let bytes = text.as_bytes();
    let mut at = from;
    while at < end {
        match bytes[at] {
            b'\\' if quote != b'\'' => at += 2,
            byte if byte == quote => return at + 1,
            _ => at += 1,
        }
    }
    end
}

/// Where the bracket that opens at `open` is closed: after it, or at `end`.
fn matching(text: &str, open: usize, end: usize) -> usize {
    let bytes = text.as_bytes();
    let (opens, closes) = (bytes[open], if bytes[open] == b'(' { b')' } else { b'}' });
    let (mut depth, mut at) = (0, open);
    while at < end {
        match bytes[at] {
            b'\\' => at += 1,
            b'\'' if opens == b'(' => at = closing(text, at + 1, end, b'\'') - 1,
            b'"' if opens == b'(' => at = closing(text, at + 1, end, b'"') - 1,
            byte if byte == opens => depth += 1,
            byte if byte == closes => {
                depth -= 1;
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
        at += 1;
    }
    end
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The parts with a letter for each.
    fn shown(script: &str) -> String {
        let letter = |span| match span {
            Span::Command => 'c',
            Span::Keyword => 'k',
            Span::Operator => 'o',
            Span::String => 's',
            Span::Variable => 'v',
            Span::Comment => '#',
            Span::Reference => 'r',
        };
        let spans = spans(script, |name| name == "NAME");
        spans.into_iter().map(|(range, span)| format!("{}:{}", letter(span), &script[range])).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn parts_of_scripts() {
        for (script, parts) in [
            ("set -e; exec ./run.sh \"$@\" &", "c:set o:; c:exec c:./run.sh s:\" v:$@ s:\" o:&"),
            ("A=1 B=$A run >/dev/null 2>&1", "v:A v:B v:$A c:run o:> o:2>&"),
            (
                "echo $(NAME) $(date +%s) '$(NAME)' \"a$(NAME)b\"",
                "c:echo r:$(NAME) o:$( c:date o:) s:' r:$(NAME) s:' s:\"a r:$(NAME) s:b\"",
            ),
            ("if [ -f x ]; then # yes\n  a || b\nfi # no", "k:if c:[ o:; k:then #:# yes c:a o:|| c:b k:fi #:# no"),
            ("for i in 1 2 3; do echo ${i:-x}; done", "k:for v:i k:in o:; k:do c:echo v:${i:-x} o:; k:done"),
            ("case \"$1\" in\n a|b) run ;;\n *) exit 1 ;;\nesac", "k:case s:\" v:$1 s:\" k:in o:| o:) c:run o:;; o:) c:exit o:;; k:esac"),
            ("cat <<EOF >f\n# no comment\nEOF\nrun # c", "c:cat o:<< o:> c:run #:# c"),
            (
                "f() { echo `date`; }\nwhile [[ $A ]]; do :; done",
                "c:f o:( o:) k:{ c:echo o:` c:date o:` o:; k:} k:while k:[[ v:$A k:]] o:; k:do c:: o:; k:done",
            ),
            ("echo $$NAME $((1 + $A)) a\\$b", "c:echo v:$$NAME v:$A"),
            ("\"$CMD\" x | tee 'é' ; echo \"5 $\"", "s:\" v:$CMD s:\" o:| c:tee s:'é' o:; c:echo s:\"5 $\""),
            ("> out run", "o:> c:run"),
            ("echo \"$(ls \"$D\")\"", "c:echo s:\" o:$( c:ls s:\" v:$D s:\" o:) s:\""),
            ("echo \"open $A", "c:echo s:\"open  v:$A"),
        ] {
            assert_eq!(shown(script), parts, "{script}");
        }
    }

    proptest! {
        #[test]
        fn any_script_has_parts_in_order(script in "[a$(){}'\"`\\\\ \n;|&<>#=é]{0,40}") {
            let found = spans(&script, |name| name == "a");
            prop_assert!(found.iter().all(|(range, _)| script.get(range.clone()).is_some_and(|it| !it.is_empty())), "{found:?}");
            prop_assert!(found.windows(2).all(|pair| pair[0].0.end <= pair[1].0.start), "{found:?}");
        }
    }
}
