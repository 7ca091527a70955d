//! Scripts that no shell can read.

use std::ops::Range;

use super::lex::{self, Kind};
use super::{Blame, Evidence, script};

/// Why no shell can read a script. Silent where podls may misread it itself.
pub fn script_error(command: &[&str], args: &[&str]) -> Option<Evidence> {
    let at = script(command, args)?;
    let text = command.iter().chain(args).nth(at)?;
    // The ends of these depend on more than tokens.
    if ["<<", "$'", "{{", "$$"].iter().any(|it| text.contains(it)) {
        return None;
    }
    let found = |range: Range<usize>, why: String| {
        let why = format!("{why}, so the shell ends with a syntax error");
        Some(Evidence { blame: Blame { word: at, range }, why, fixes: Vec::new() })
    };
    let tokens = lex::tokens(text, true);
    if tokens.unclosed {
        let is_plain = !text.contains(['(', '`']) && !text.contains("${") && !text.contains("case ");
        let quote = text.rfind(['"', '\'']).filter(|_| is_plain)?;
        return found(quote..quote + 1, "a quote is not closed".to_owned());
    }
    let mut open = Vec::new();
    let mut before: Option<&lex::Token> = None;
    for token in &tokens.list {
        let word = &text[token.range.clone()];
        let joins = |kind| matches!(kind, Kind::And | Kind::Or | Kind::Pipe);
        let ends = |kind| joins(kind) || matches!(kind, Kind::Semicolon | Kind::Background);
        let first = before.is_none_or(|it| !matches!(it.kind, Kind::Word | Kind::Redirect));
        let after_keyword = before.is_some_and(|it| {
            it.kind == Kind::Word
                && matches!(&text[it.range.clone()], "then" | "do" | "else" | "!" | "{" | "if" | "while" | "until" | "elif")
        });
        let clashes = match before {
            None => joins(token.kind),
            Some(it) => {
                joins(it.kind) && ends(token.kind) || it.kind == Kind::Background && (joins(token.kind) || token.kind == Kind::Semicolon)
            }
        };
        if clashes {
            return found(token.range.clone(), format!("nothing is before `{word}`"));
        }
        if token.kind == Kind::Word && (first || after_keyword) {
            match word {
                "if" | "case" | "while" | "until" | "for" => open.push((token, word)),
                "fi" | "esac" | "done" => {
                    let begins = |it: &str| matches!((it, word), ("if", "fi") | ("case", "esac") | ("while" | "until" | "for", "done"));
                    match open.pop() {
                        Some((_, last)) if begins(last) => {}
                        _ if text.contains("case") => return None,
                        _ => return found(token.range.clone(), format!("nothing begins what `{word}` ends")),
                    }
                }
                _ => {}
            }
        }
        before = Some(token);
    }
    if let Some(last) = tokens.list.last().filter(|it| matches!(it.kind, Kind::And | Kind::Or | Kind::Pipe)) {
        return found(last.range.clone(), format!("nothing follows `{}`", &text[last.range.clone()]));
    }
    let (token, word) = open.pop().filter(|_| super::parse::parse(text, &tokens).is_err())?;
    let end = match word {
        "if" => "fi",
        "case" => "esac",
        _ => "done",
    };
    found(token.range.clone(), format!("`{word}` has no `{end}`"))
}
