//! What is said of anchors, aliases, tags and merges.

use super::error;
use crate::text::{Edit, TextRange};
use crate::yaml::SyntaxError;
use crate::yaml::SyntaxErrorKind::{Invalid, Lenient, Unsupported};

pub fn second_property(range: TextRange) -> SyntaxError {
    error(Invalid, range, "a value can have one anchor and one tag: remove this one")
}

pub fn lone_property(range: TextRange) -> SyntaxError {
    error(Invalid, range, "anchor or tag without a value; put it after the key")
}

pub fn glued_property(range: TextRange, lenient: bool) -> SyntaxError {
    error(
        if lenient { Lenient } else { Invalid },
        range,
        "an anchor or tag needs a space after it; add one, or quote the value if it is a string",
    )
}

pub fn property_on_alias(range: TextRange) -> SyntaxError {
    error(Invalid, range, "an alias can't have an anchor or a tag of its own: remove it")
}

pub fn odd_name(range: TextRange, lenient: bool) -> SyntaxError {
    error(
        if lenient { Lenient } else { Unsupported },
        range,
        "kubectl takes only letters, digits, `-` and `_` in the name of an anchor: write another, or put the value in quotes if it is text",
    )
}

pub fn no_anchor(range: TextRange, name: &str) -> SyntaxError {
    let message = format!("no anchor `&{name}` above; quote the value if it is a string");
    error(Invalid, range, message).fix("Put it in quotes", Edit::replace(range, format!("\"*{name}\"")))
}

pub fn inside_itself(range: TextRange, name: &str) -> SyntaxError {
    error(Unsupported, range, format!("this alias is inside the value of its own anchor `&{name}`; write the value out"))
}

pub fn alias_bomb(range: TextRange) -> SyntaxError {
    error(Unsupported, range, "most of this document is repetition by aliases, which kubectl refuses: write the values out")
}

pub fn bad_merge(range: TextRange) -> SyntaxError {
    error(Unsupported, range, "`<<` merges mappings: its value must be a mapping, an alias of one, or a list of these")
}

pub fn bad_tag(range: TextRange, tag: &str) -> SyntaxError {
    error(Unsupported, range, format!("kubectl can't read this value as `{tag}`; remove the tag, or fix the value"))
}

pub fn undeclared_tag(range: TextRange) -> SyntaxError {
    error(Invalid, range, "no `%TAG` directive declares this tag's handle; put the value in quotes if it is text")
}
