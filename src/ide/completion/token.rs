//! The word at the cursor, and whether a key or a value is being written, as far as its line shows.

use crate::text::TextRange;
use crate::yaml::{Kind, Layout, Tree};

/// What is being written at the cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token {
    /// Where the cursor is.
    pub cursor: usize,
    /// The word without its quotes; empty where nothing is written yet.
    pub word: TextRange,
    /// The word with its quotes.
    pub quoted: TextRange,
    /// The quote it began with.
    pub quote: Option<char>,
    /// Whether the quote is closed on this line.
    pub closed: bool,
    /// A `:` follows.
    pub colon: bool,
    /// Behind `key:`, so no key can follow but in brackets.
    pub value: bool,
    /// Right after the `:`, so a space must come first.
    pub tight: bool,
    /// Inside brackets.
    pub flow: bool,
    /// The column of the word in characters: where a block's further lines begin.
    pub column: usize,
    /// Nothing but spaces is before the word.
    pub alone: bool,
}

impl Token {
    /// The token at `offset`; `None` in a comment.
    pub fn at(tree: &Tree, offset: usize) -> Option<Token> {
        let text = tree.text();
        let start = text[..offset].rfind(['\n', '\r']).map_or(0, |at| at + 1);
        let end = text[offset..].find(['\n', '\r']).map_or(text.len(), |at| at + offset);
        let mut scan = Scan { line: &text[start..end], begin: 0, quote: None, depth: 0, value: false, tight: false };
        let outer_flow = in_brackets(tree, offset);
        scan.run(offset - start, outer_flow)?;
        let flow = outer_flow || scan.depth > 0;
        let open = scan.quote.map(|(quote, at)| (quote, start + at));
        let begin = open.map_or(start + scan.begin, |(_, at)| at + 1);
        let rest = &text[offset..end];
        let (length, closed) = match open {
            Some((quote, _)) => match rest.find(quote) {
                Some(at) => (at, true),
                None => (word_length(rest), false),
            },
            None if scan.value && !flow => (rest.find(" #").map_or(rest, |at| &rest[..at]).trim_end().len(), false),
            None => (word_length(rest), false),
        };
        let word = TextRange::new(begin, offset + length);
        let quoted = match open {
            Some((_, at)) => TextRange::new(at, word.end as usize + usize::from(closed)),
            None => word,
        };
        // A dash begins an item only with its space.
        if open.is_none() && !scan.value && !flow && offset > begin && text[begin..offset].bytes().all(|byte| byte == b'-') {
            return None;
        }
        let line = &text[start..quoted.start as usize];
        Some(Token {
            cursor: offset,
            word,
            quoted,
            quote: open.map(|(quote, _)| quote),
            closed,
            colon: text[quoted.end as usize..end].trim_start().starts_with(':'),
            value: scan.value,
            tight: scan.tight,
            flow,
            column: line.chars().count(),
            alone: line.chars().all(|c| c == ' '),
        })
    }
}

/// Whether `offset` lies inside brackets that begin before its line, or on it.
fn in_brackets(tree: &Tree, offset: usize) -> bool {
    let inside = |range: TextRange| (range.start as usize) < offset && offset <= range.end as usize;
    let Some(deepest) = tree.node_at(offset) else { return false };
    std::iter::successors(Some(deepest), |node| node.parent()).any(|node| {
        let flow = matches!(node.kind(), Kind::Mapping(Layout::Flow) | Kind::Sequence(Layout::Flow));
        let closed = offset == node.range().end as usize && node.text().ends_with(['}', ']']);
        flow && inside(node.range()) && !closed
    })
}

/// The rest of a word after the cursor.
fn word_length(rest: &str) -> usize {
    rest.find(|c: char| c.is_whitespace() || "{}[],:\"'#".contains(c)).unwrap_or(rest.len())
}

/// Reads a line from the left up to the cursor.
struct Scan<'t> {
    line: &'t str,
    /// Where the current word begins.
    begin: usize,
    /// The quote that is open, and where.
    quote: Option<(char, usize)>,
    /// Brackets opened on this line.
    depth: usize,
    value: bool,
    tight: bool,
}

impl Scan<'_> {
    /// Reads up to `cursor`; `None` if a comment begins before it.
    fn run(&mut self, cursor: usize, outer_flow: bool) -> Option<()> {
        let mut escaped = false;
        for (at, c) in self.line.char_indices().take_while(|(at, _)| *at < cursor) {
            let next = self.line[at + c.len_utf8()..].chars().next();
            let flow = outer_flow || self.depth > 0;
            let fresh = at == self.begin;
            if let Some((quote, _)) = self.quote {
                if c == quote && !escaped {
                    self.quote = None;
                }
                escaped = c == '\\' && quote == '"' && !escaped;
                continue;
            }
            match c {
                '"' | '\'' if fresh => self.quote = Some((c, at)),
                '#' if at == 0 || self.line[..at].ends_with([' ', '\t']) => return None,
                '{' | '[' if fresh => {
                    self.depth += 1;
                    self.restart(at + 1, false);
                }
                '}' | ']' if flow => {
                    self.depth = self.depth.saturating_sub(1);
                    self.restart(at + 1, true);
                }
                ',' if flow => self.restart(at + 1, false),
                ':' if next.is_none_or(|it| it == ' ' || it == '\t')
                    || (flow && (self.line[..at].ends_with('"') || at + 1 == cursor && next.is_some_and(|it| "}],".contains(it)))) =>
                {
                    self.restart(at + 1, true);
                    self.tight = at + 1 == cursor && !(flow && self.line[..at].ends_with('"'));
                }
                '-' | '?' if fresh && !self.value && next.is_some_and(|it| it == ' ') => self.begin = at + 1,
                ' ' | '\t' if fresh => self.begin = at + 1,
                _ => {}
            }
        }
        Some(())
    }

    fn restart(&mut self, at: usize, value: bool) {
        (self.begin, self.value) = (at, value);
    }
}

#[cfg(test)]
mod tests {
    use super::Token;
    use crate::fixture::cursor;
    use crate::yaml;

    fn token(fixture: &str) -> String {
        let (text, offset) = cursor(fixture);
        let tree = yaml::parse(text.as_str());
        match Token::at(&tree, offset) {
            None => "none".into(),
            Some(it) => format!(
                "{:?} {}{}{}{}",
                &text[it.word.span()],
                it.column,
                if it.value { " value" } else { "" },
                if it.flow { " flow" } else { "" },
                if it.colon { " colon" } else { "" },
            ),
        }
    }

    #[test]
    fn words() {
        for (fixture, wanted) in [
            ("$0", "\"\" 0"),
            ("ki$0", "\"ki\" 0"),
            ("ki$0nd: Pod", "\"kind\" 0 colon"),
            ("a:\n  - $0", "\"\" 4"),
            ("a:\n  - - na$0", "\"na\" 6"),
            ("kind: $0", "\"\" 6 value"),
            ("kind: Po$0d # x", "\"Pod\" 6 value"),
            ("kind: \"Po$0d\"", "\"Pod\" 6 value"),
            ("kind: \"Po$0", "\"Po\" 6 value"),
            ("kind:$0", "\"\" 5 value"),
            ("image: nginx:1$0.2", "\"nginx:1.2\" 7 value"),
            ("a: {b: 1, c$0}", "\"c\" 10 flow"),
            ("a: {b: $0}", "\"\" 7 value flow"),
            ("a: [$0]", "\"\" 4 flow"),
            ("{\"kind\": \"P$0\"}", "\"P\" 9 value flow"),
            ("{\n  \"ki$0\"\n}", "\"ki\" 2 flow"),
            ("a: {b:$0}", "\"\" 6 value flow"),
            ("a:\n  -$0", "none"),
            ("a:\n  - -$0", "none"),
            ("-$0", "none"),
            ("a: 1 # ki$0", "none"),
            ("# $0", "none"),
        ] {
            assert_eq!(token(fixture), wanted, "{fixture}");
        }
    }
}
