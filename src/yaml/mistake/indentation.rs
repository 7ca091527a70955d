//! What is said of lines at the wrong column, of dashes and of tabs.

use super::{error, spaces};
use crate::text::{Edit, TextRange, indent_with, plural};
use crate::yaml::SyntaxError;
use crate::yaml::SyntaxErrorKind::{Dropped, Invalid, Lenient, Unsupported};
use crate::yaml::parser::MAX_DEPTH;

pub fn indentation(word: TextRange, space: TextRange, col: i32, indent: i32) -> SyntaxError {
    let message = format!("wrong indentation: found {}, expected {indent}", plural(col as usize, "space"));
    error(Invalid, word, message).fix(indent_with(indent as usize), Edit::replace(space, spaces(indent)))
}

pub fn shallow_value(range: TextRange, space: TextRange, indent: i32) -> SyntaxError {
    error(Invalid, range, "a value must be indented more than its key; move it to the right, or after the colon")
        .fix(indent_with(indent as usize), Edit::replace(space, spaces(indent)))
}

pub fn stray_dash(word: TextRange) -> SyntaxError {
    error(Invalid, word, "unexpected list item after a value; add a key for the list")
}

pub fn stray_key(word: TextRange) -> SyntaxError {
    error(Invalid, word, "unexpected key after a value; start a new document with `---`, or move the line where it belongs")
}

pub fn lost_dash(start: usize, room: bool) -> SyntaxError {
    let it = error(Invalid, TextRange::new(start, start + 1), "missing `- `; the lines below are list items");
    if room { it.fix("Add the dash", Edit::replace(TextRange::new(start - 2, start), "- ")) } else { it }
}

pub fn extra_dash(start: usize) -> SyntaxError {
    let message = "this `-` starts a list, but the next line continues a mapping; remove the dash, or indent the next line";
    error(Invalid, TextRange::new(start, start + 1), message).fix("Remove the dash", Edit::delete(TextRange::new(start, start + 2)))
}

pub fn glued_dash(dash: TextRange) -> SyntaxError {
    error(Invalid, dash, "a list item needs a space after its `-`").fix("Add a space", Edit::insert(dash.end as usize, " "))
}

pub fn dropped_after_root(range: TextRange) -> SyntaxError {
    let message =
        "kubectl reads only the content above and silently ignores the rest; use the same indentation, or start a new document with `---`";
    error(Dropped, range, message)
}

pub fn dedented_in_brackets(range: TextRange, least: i32) -> SyntaxError {
    error(
        Lenient,
        range,
        format!(
            "YAML requires this line, inside quotes or brackets, to be indented by at least {least}, though kubectl accepts it; indent it"
        ),
    )
}

pub fn tab_indentation(tabs: TextRange, col: i32) -> SyntaxError {
    error(Invalid, tabs, "YAML is indented with spaces, never with tabs").fix("Indent with spaces", Edit::replace(tabs, spaces(col)))
}

pub fn tab_first_in_text(tab: TextRange, bar: &str) -> SyntaxError {
    let message =
        format!("kubectl rejects a block scalar that starts with a tab; add an indentation indicator, such as `{bar}2`, or use spaces");
    error(Unsupported, tab, message)
}

pub fn tab_before_value(tabs: TextRange) -> SyntaxError {
    error(Unsupported, tabs, "kubectl rejects a tab at the start of a line; indent with spaces")
        .fix("Indent with spaces", Edit::replace(tabs, spaces(tabs.len() as i32)))
}

pub fn tab_on_empty_line(tabs: TextRange) -> SyntaxError {
    error(Unsupported, tabs, "kubectl rejects a tab at the start of a line, even an empty one; remove it")
        .fix("Remove the tab", Edit::delete(tabs))
}

pub fn tab_in_text(tabs: TextRange) -> SyntaxError {
    error(Invalid, tabs, "a tab is not allowed in the indentation of a block scalar; remove it").fix("Remove the tab", Edit::delete(tabs))
}

pub fn tab_after_indicator(range: TextRange, collection: bool) -> SyntaxError {
    let kind = if collection { Invalid } else { Unsupported };
    error(kind, range, "kubectl rejects a tab after `-`, `?` or `:` at the start of an entry; use a space")
        .fix("Replace with a space", Edit::replace(range, " "))
}

pub fn too_deep(range: TextRange) -> SyntaxError {
    error(Unsupported, range, format!("nesting is deeper than {MAX_DEPTH} levels; no Kubernetes object is nested that deeply"))
}
