//! What is said of anchors, aliases, tags and merges.

use super::error;
use crate::text::{Edit, TextRange};
use crate::yaml::SyntaxError;
use crate::yaml::SyntaxErrorKind::{Invalid, Lenient, Unsupported};

pub fn second_property(range: TextRange) -> SyntaxError {
    error(Invalid, range, "a value can have only one anchor and one tag; remove this one")
}

pub fn lone_property(range: TextRange) -> SyntaxError {
    error(Invalid, range, "anchor or tag without a value; put it after the key")
}

pub fn glued_property(range: TextRange, lenient: bool) -> SyntaxError {
    error(
        if lenient { Lenient } else { Invalid },
        range,
        "missing space after the anchor or tag; add one, or quote the value if it is a string",
    )
}

pub fn property_on_alias(range: TextRange) -> SyntaxError {
    error(Invalid, range, "an alias cannot have an anchor or a tag; remove it")
}

pub fn odd_name(range: TextRange, lenient: bool) -> SyntaxError {
    error(
        if lenient { Lenient } else { Unsupported },
        range,
        "kubectl accepts only letters, digits, `-` and `_` in an anchor name; rename the anchor, or quote the value if it is a string",
    )
}

pub fn no_anchor(range: TextRange, name: &str) -> SyntaxError {
    let message = format!("undefined anchor `&{name}`; define it above, or quote the value if it is a string");
    error(Invalid, range, message).fix("Add quotes", Edit::replace(range, format!("\"*{name}\"")))
}

pub fn inside_itself(range: TextRange, name: &str) -> SyntaxError {
    error(Unsupported, range, format!("recursive alias inside the value of its own anchor `&{name}`; replace it with the value"))
}

pub fn alias_bomb(range: TextRange) -> SyntaxError {
    error(Unsupported, range, "kubectl rejects documents with excessive aliasing; write out the values instead of using aliases")
}

pub fn bad_merge(range: TextRange) -> SyntaxError {
    error(Unsupported, range, "`<<` merges mappings: its value must be a mapping, an alias of one, or a list of these")
}

pub fn bad_tag(range: TextRange, tag: &str) -> SyntaxError {
    error(Unsupported, range, format!("kubectl cannot read this value as `{tag}`; remove the tag, or fix the value"))
}

pub fn undeclared_tag(range: TextRange) -> SyntaxError {
    error(Invalid, range, "undefined tag handle; quote the value if it is a string")
}
