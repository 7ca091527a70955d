//! What is said of what is in brackets.

use super::{error, quote_fix};
use crate::text::{Edit, TextRange};
use crate::yaml::SyntaxError;
use crate::yaml::SyntaxErrorKind::{Invalid, Lenient, Unsupported};

pub fn unclosed_bracket(bracket: &str, line: TextRange, open: TextRange, depth: usize) -> SyntaxError {
    let close = if bracket == "[" { "]" } else { "}" };
    let it = error(Invalid, line, format!("this `{bracket}` is not closed: write `{close}` where it ends")).unfinished(open);
    let one_line = line.end == open.end && depth == 1;
    if one_line { it.fix(format!("Add `{close}`"), Edit::insert(open.end as usize, close)) } else { it }
}

pub fn wrong_closer(range: TextRange, open: &str, outer: bool) -> SyntaxError {
    let close = if open == "[" { "]" } else { "}" };
    let it = error(Invalid, range, format!("`{open}` must be closed with `{close}`"));
    if outer {
        it.fix(format!("Add `{close}`"), Edit::insert(range.start as usize, close))
    } else {
        it.fix(format!("Write `{close}`"), Edit::replace(range, close))
    }
}

pub fn missing_comma(range: TextRange, end: usize) -> SyntaxError {
    let it = error(Invalid, range, "a comma is missing before this: entries in brackets are separated by `, `");
    it.fix("Add the comma", Edit::insert(end, ","))
}

pub fn nothing_before_comma(range: TextRange) -> SyntaxError {
    error(Invalid, range, "nothing before this comma; remove it, or write the entry").fix("Remove the comma", Edit::delete(range))
}

pub fn second_colon_in_flow(range: TextRange) -> SyntaxError {
    error(
        Invalid,
        range,
        "a second `:` in this entry: put the value in quotes if the colon belongs to it, or separate the entries by a comma",
    )
}

pub fn dash_in_flow(range: TextRange) -> SyntaxError {
    error(Invalid, range, "a `-` item is not allowed in flow style; separate the items with commas")
}

pub fn lone_dash_in_flow(range: TextRange) -> SyntaxError {
    error(Lenient, range, "a lone `-` in flow style is not valid YAML, though kubectl reads it as a string; quote it")
}

pub fn question_in_flow(range: TextRange, text: &str) -> SyntaxError {
    let kind = if text.starts_with('?') && !text[1..].contains('?') { Lenient } else { Unsupported };
    quote_fix(
        error(kind, range, "in brackets kubectl takes `?`, and `:` at the start, as a mark for a key: put the text in quotes"),
        range,
        text,
    )
}

pub fn glued_colon(range: TextRange) -> SyntaxError {
    error(Lenient, range, "kubectl reads this colon as part of the string; add a space after it")
        .fix("Add a space after the colon", Edit::insert(range.end as usize, " "))
}

pub fn glued_bracket(range: TextRange) -> SyntaxError {
    error(Unsupported, range, "kubectl reads this colon as part of the string, in which a bracket is not allowed; add a space after it")
        .fix("Add a space after the colon", Edit::insert(range.end as usize, " "))
}

pub fn flow_key_over_lines(range: TextRange) -> SyntaxError {
    error(Unsupported, range, "kubectl wants a key and its colon on one line: join the lines")
}
