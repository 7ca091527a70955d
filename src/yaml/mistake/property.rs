//! What is said of anchors, aliases, tags and merges.

use super::error;
use crate::text::{Edit, TextRange};
use crate::yaml::SyntaxError;
use crate::yaml::SyntaxErrorKind::{Invalid, Lenient, Unsupported};

pub fn second_property(range: TextRange) -> SyntaxError {
    error(Invalid, range, "A value can have one anchor and one tag: remove this one.")
}

pub fn lone_property(range: TextRange) -> SyntaxError {
    error(Invalid, range, "There is no value to this anchor or tag: move it behind its key.")
}

pub fn glued_property(range: TextRange, lenient: bool) -> SyntaxError {
    error(if lenient { Lenient } else { Invalid }, range, "Write a blank behind an anchor or tag. Put the value in quotes if it is text.")
}

pub fn property_on_alias(range: TextRange) -> SyntaxError {
    error(Invalid, range, "An alias can't have an anchor or a tag of its own: remove it.")
}

pub fn odd_name(range: TextRange, lenient: bool) -> SyntaxError {
    error(
        if lenient { Lenient } else { Unsupported },
        range,
        "kubectl takes only letters, digits, `-` and `_` in the name of an anchor. Put the value in quotes if it is text.",
    )
}

pub fn no_anchor(range: TextRange, name: &str) -> SyntaxError {
    let message =
        format!("No anchor `&{name}` stands above: an alias repeats the value at its anchor. Put the value in quotes if it is text.");
    error(Invalid, range, message).fix("Put it in quotes", Edit::replace(range, format!("\"*{name}\"")))
}

pub fn inside_itself(range: TextRange, name: &str) -> SyntaxError {
    error(Unsupported, range, format!("This alias stands inside the value of its own anchor `&{name}`: kubectl refuses that."))
}

pub fn alias_bomb(range: TextRange) -> SyntaxError {
    error(Unsupported, range, "Most of this document is repetition by aliases: kubectl refuses that. Write the values out.")
}

pub fn bad_merge(range: TextRange) -> SyntaxError {
    error(Unsupported, range, "`<<` merges mappings: its value must be a mapping, an alias of one, or a list of these.")
}

pub fn bad_tag(range: TextRange, tag: &str) -> SyntaxError {
    error(Unsupported, range, format!("kubectl can't read this value as `{tag}`: remove the tag, or mend the value."))
}

pub fn undeclared_tag(range: TextRange) -> SyntaxError {
    error(Invalid, range, "No `%TAG` directive declares this tag's handle. Put the value in quotes if it is text.")
}
