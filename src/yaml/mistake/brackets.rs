//! What is said of what is in brackets.

use super::{error, quote_fix};
use crate::text::{Edit, TextRange};
use crate::yaml::SyntaxError;
use crate::yaml::SyntaxErrorKind::{Invalid, Lenient, Unsupported};

pub fn unclosed_bracket(bracket: &str, line: TextRange, open: TextRange, depth: usize) -> SyntaxError {
    let close = if bracket == "[" { "]" } else { "}" };
    let it = error(Invalid, line, format!("unclosed `{bracket}`; add the matching `{close}`")).unfinished(open);
    let one_line = line.end == open.end && depth == 1;
    if one_line { it.fix(format!("Add `{close}`"), Edit::insert(open.end as usize, close)) } else { it }
}

pub fn wrong_closer(range: TextRange, open: &str, outer: bool) -> SyntaxError {
    let close = if open == "[" { "]" } else { "}" };
    let it = error(Invalid, range, format!("mismatched closing bracket; `{open}` must be closed with `{close}`"));
    if outer {
        it.fix(format!("Add `{close}`"), Edit::insert(range.start as usize, close))
    } else {
        it.fix(format!("Replace with `{close}`"), Edit::replace(range, close))
    }
}

pub fn missing_comma(range: TextRange, end: usize) -> SyntaxError {
    let it = error(Invalid, range, "missing `,` between flow entries");
    it.fix("Add the comma", Edit::insert(end, ","))
}

pub fn nothing_before_comma(range: TextRange) -> SyntaxError {
    error(Invalid, range, "missing entry before `,`; remove the comma, or add the entry").fix("Remove the comma", Edit::delete(range))
}

pub fn second_colon_in_flow(range: TextRange) -> SyntaxError {
    error(Invalid, range, "unexpected second `:` in this entry; quote the value, or separate the entries with a comma")
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
        error(kind, range, "in flow style, kubectl treats `?`, and `:` at the start of a scalar, as a key indicator; quote the string"),
        range,
        text,
    )
}

pub fn glued_colon(range: TextRange) -> SyntaxError {
    error(Lenient, range, "kubectl reads this colon as part of the string; add a space after it")
        .fix("Add a space after the colon", Edit::insert(range.end as usize, " "))
}

pub fn glued_bracket(range: TextRange) -> SyntaxError {
    error(Unsupported, range, "kubectl reads this colon as part of the string, which must not contain a bracket; add a space after it")
        .fix("Add a space after the colon", Edit::insert(range.end as usize, " "))
}

pub fn flow_key_over_lines(range: TextRange) -> SyntaxError {
    error(Unsupported, range, "kubectl requires a key and its colon to be on the same line; join the lines")
}
