//! What is said of characters that look like others.

use super::{error, quoted, spaces};
use crate::text::{Edit, TextRange};
use crate::yaml::SyntaxError;
use crate::yaml::SyntaxErrorKind::Invalid;

/// `column` is how far the line looks indented; `empty` says that nothing follows.
pub fn odd_indentation(range: TextRange, char: char, column: i32, empty: bool) -> SyntaxError {
    let name = space_name(char);
    if empty {
        let message = format!("YAML treats {name} on an empty line as content; remove it");
        return error(Invalid, range, message).fix("Remove it", Edit::delete(range));
    }
    error(Invalid, range, format!("{name} in the indentation; use spaces")).fix("Indent with spaces", Edit::replace(range, spaces(column)))
}

pub fn odd_space(range: TextRange, char: char, width: i32) -> SyntaxError {
    error(Invalid, range, format!("{name} instead of a space; use a space", name = space_name(char)))
        .fix("Replace with a space", Edit::replace(range, spaces(width.max(1))))
}

pub fn odd_space_after_key(range: TextRange, char: char) -> SyntaxError {
    error(Invalid, range, format!("{name} between the key and its colon; remove it", name = space_name(char)))
        .fix("Remove it", Edit::delete(range))
}

/// `inner` is what is in the quotes.
pub fn curly_quotes(range: TextRange, inner: &str) -> SyntaxError {
    error(Invalid, range, "YAML treats curly quotes as part of the string; use straight quotes")
        .fix("Use straight quotes", Edit::replace(range, quoted(inner)))
}

/// `no-break space (U+00A0)`
fn space_name(char: char) -> String {
    let name = match char {
        '\u{a0}' => "no-break space",
        '\u{202f}' => "narrow no-break space",
        '\u{3000}' => "ideographic space",
        '\u{200b}' => "zero-width space",
        '\u{2060}' => "word joiner",
        _ => "Unicode space",
    };
    format!("{name} (U+{:04X})", char as u32)
}
