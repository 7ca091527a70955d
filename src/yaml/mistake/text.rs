//! What is said of quotes, escapes and blocks of text.

use super::{error, spaces};
use crate::text::{Edit, TextRange, indent_with};
use crate::yaml::SyntaxError;
use crate::yaml::SyntaxErrorKind::{Invalid, Lenient, Unsupported};

pub fn unclosed_quote(quote: &str, line: TextRange, open: TextRange, in_flow: bool) -> SyntaxError {
    let name = if quote == "\"" { "double" } else { "single" };
    let it = error(Invalid, line, format!("unclosed {name} quote; add `{quote}` at the end of the string")).unfinished(open);
    if in_flow { it } else { it.fix("Close the quote", Edit::insert(line.end as usize, quote)) }
}

pub fn bad_escape(range: TextRange, text: &str) -> SyntaxError {
    let message = format!("unknown escape sequence `{text}`; write `\\\\` for a backslash, or use single quotes");
    error(Invalid, range, message).fix("Write `\\\\`", Edit::insert(range.start as usize, "\\"))
}

pub fn odd_escape(range: TextRange, escaped: u8) -> SyntaxError {
    let kind = if escaped == b'/' { Unsupported } else { Lenient };
    let message = if escaped == b'/' { "kubectl rejects the escape `\\/`; write `/`" } else { "unknown escape sequence `\\'`; write `'`" };
    error(kind, range, message).fix("Remove the backslash", Edit::delete(TextRange::new(range.start as usize, range.start as usize + 1)))
}

pub fn short_escape(range: TextRange, digits: usize) -> SyntaxError {
    error(Invalid, range, format!("this escape needs {digits} hexadecimal digits; add the missing ones, or write `\\\\` for a backslash"))
}

pub fn surrogate_escape(range: TextRange) -> SyntaxError {
    error(Unsupported, range, "kubectl rejects the escape of a surrogate; write the character itself")
}

pub fn text_after_bar(bar: &str, rest: TextRange) -> SyntaxError {
    error(Invalid, rest, format!("only a comment may follow `{bar}`; move the text to the next line"))
}

pub fn shallow_text(range: TextRange, space: TextRange, least: i32) -> SyntaxError {
    error(Invalid, range, format!("this line is indented less than the string above; indent it by at least {least}"))
        .fix(indent_with(least as usize), Edit::replace(space, spaces(least)))
}

pub fn blank_line_too_deep(range: TextRange, spaces: i32, comment: bool) -> SyntaxError {
    let kind = if comment { Lenient } else { Invalid };
    error(kind, range, format!("this empty line has more spaces than the indentation of the text below ({spaces}); remove them"))
        .fix("Remove the spaces", Edit::delete(range))
}

pub fn control_character(range: TextRange, code: u32) -> SyntaxError {
    error(
        Invalid,
        range,
        format!("the control character U+{code:04X} is not allowed; remove it, or write it as an escape in double quotes"),
    )
    .fix("Remove it", Edit::delete(range))
}
