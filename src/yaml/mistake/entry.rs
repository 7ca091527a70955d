//! What is said of keys and values.

use super::{brief, error, quote_fix, quoted};
use crate::text::{Edit, TextRange};
use crate::yaml::SyntaxErrorKind::{Invalid, Lenient, Unsupported};
use crate::yaml::{Expected, SyntaxError};

/// `key` is what is where the key should, for the fix: not everything can be one.
pub fn no_colon(range: TextRange, key: &str, key_end: usize) -> SyntaxError {
    let it = error(Invalid, range, "missing `: ` between a key and its value");
    // A word alone may be a key that is being typed.
    let it = if key.contains(' ') { it } else { it.unfinished(range) };
    let like_a_key =
        key.contains(|c: char| c.is_ascii_alphabetic()) && !key.contains(['[', '{', '*', '&', '!', '|', '>', '%', '@', '`', '~']);
    if like_a_key { it.fix("Add the colon", Edit::insert(key_end, ":")) } else { it }
}

/// `sign` is what is in place of the colon, `spaced` the same with the spaces around it.
pub fn wrong_sign(range: TextRange, sign: &str, spaced: TextRange, is_last: bool) -> SyntaxError {
    let colon = if is_last { ":" } else { ": " };
    error(Invalid, range, format!("`{sign}` does not separate a key from its value; use `: `"))
        .fix("Replace with `: `", Edit::replace(spaced, colon))
}

pub fn no_space(key: &str, range: TextRange, colon: usize) -> SyntaxError {
    error(Invalid, range, format!("missing space after `{}:`", brief(key))).fix("Add a space after the colon", Edit::insert(colon + 1, " "))
}

/// Two keys on one line: `line_break` moves the second one to a line of its own.
pub fn second_colon(range: TextRange, value: &str, colon: usize, line_break: Edit) -> SyntaxError {
    let it = error(Invalid, range, "unexpected second `: ` on this line; move the second key to its own line, or quote the value");
    if colon + 1 == range.end as usize {
        return it.fix("Remove the colon", Edit::delete(TextRange::new(colon, colon + 1)));
    }
    let after = &value[colon + 1 - range.start as usize..];
    let space = TextRange::new(colon + 1, colon + 1 + after.len() - after.trim_start().len());
    it.choice(Expected::Mapping, "Move the second key to its own line", line_break)
        .choice(Expected::Image, "Remove the space after the colon", Edit::delete(space))
        .choice(Expected::String, "Quote the value", Edit::replace(range, quoted(value)))
}

pub fn bad_start(text: &str, at: usize) -> SyntaxError {
    let range = TextRange::new(at, at + text.len());
    let first = text.chars().next().unwrap_or(' ');
    let why = match first {
        '*' => "`*` starts an alias".to_string(),
        '&' => "`&` starts an anchor, which needs a name".to_string(),
        '|' | '>' => format!("`{first}` starts a block scalar, which cannot be a key"),
        '@' | '`' => format!("YAML reserves `{first}`"),
        '%' => "`%` starts a directive".to_string(),
        '#' => "a comment needs a space before its `#`".to_string(),
        _ => format!("`{first}` is a YAML indicator"),
    };
    let it = error(Invalid, range, format!("a plain value cannot start with `{first}` ({why}); quote it if it is a string"));
    quote_fix(it, range, text)
}

pub fn indicator_in_value(range: TextRange) -> SyntaxError {
    error(Invalid, range, "a plain value cannot start with this indicator followed by a space; quote it if it is a string")
}

pub fn list_on_line(range: TextRange, properties: bool) -> SyntaxError {
    let before = if properties { "an anchor or tag" } else { "its key" };
    error(Invalid, range, format!("a list cannot start on the same line as {before}; move the `-` to the next line"))
}

pub fn garbage(range: TextRange) -> SyntaxError {
    error(Invalid, range, "unexpected content after a value; quote the whole value, or start a new line")
}

pub fn glued_comment(at: usize) -> SyntaxError {
    error(Lenient, TextRange::new(at, at + 1), "a comment needs a space before its `#`").fix("Add a space", Edit::insert(at, " "))
}

pub fn key_over_lines(range: TextRange) -> SyntaxError {
    error(Invalid, range, "a key must be on one line, with its colon; join the lines")
}

pub fn key_too_long(range: TextRange) -> SyntaxError {
    error(Invalid, range, "a key must have at most 1024 characters before its colon; shorten it")
}

pub fn empty_key(range: TextRange) -> SyntaxError {
    error(Unsupported, range, "missing key before `:`, which kubectl rejects; add the key")
}

pub fn null_key(range: TextRange) -> SyntaxError {
    error(Unsupported, range, "kubectl interprets this key as `null` and rejects it; quote the key")
}

pub fn complex_key(range: TextRange) -> SyntaxError {
    error(Unsupported, range, "kubectl rejects a key that is a list or a mapping; use a string")
}

pub fn odd_key(range: TextRange, text: &str) -> SyntaxError {
    quote_fix(error(Unsupported, range, "kubectl cannot use this number as a key; quote it"), range, text)
}

pub fn no_number(range: TextRange, text: &str) -> SyntaxError {
    let it = error(Unsupported, range, "JSON cannot represent infinity or NaN; quote the value if it is a string");
    quote_fix(it, range, text)
}
