//! What is said of directives, of where a document begins and ends, and of templates.

use super::error;
use crate::text::{Edit, TextRange};
use crate::yaml::SyntaxError;
use crate::yaml::SyntaxErrorKind::{Dropped, Invalid, Template, Unsupported};

pub fn too_long() -> SyntaxError {
    error(Unsupported, TextRange::at(0), "this document is larger than 4 GB: split it at `---` lines")
}

pub fn directive(range: TextRange, valid: bool) -> SyntaxError {
    if valid {
        error(Unsupported, range, "kubectl refuses directives before `---`: remove this line")
    } else {
        error(Invalid, range, "a directive is `%YAML 1.2` or `%TAG !name! prefix`, once, and kubectl refuses both: remove this line")
    }
    .fix("Remove the directive", Edit::delete(range))
}

pub fn directive_inside(range: TextRange) -> SyntaxError {
    let message = "kubectl takes a line that begins with `%` as a directive, and drops it and what follows: put a value on the line of its key, in quotes";
    error(Dropped, range, message)
}

pub fn directive_without_start(range: TextRange) -> SyntaxError {
    error(Invalid, range, "a `---` line must follow the directives: remove them, kubectl refuses them anyway")
}

pub fn end_without_start(range: TextRange) -> SyntaxError {
    error(Unsupported, range, "`...` ends a document, and there is none: remove it").fix("Remove it", Edit::delete(range))
}

pub fn bad_separator(range: TextRange) -> SyntaxError {
    let message = "only a comment may follow `---`, which kubectl reads as a separator; begin a new line";
    error(Unsupported, range, message)
}

pub fn dropped(range: TextRange, line_end: &str) -> SyntaxError {
    let it = error(Dropped, range, "kubectl silently ignores everything from here; begin a new document with a `---` line");
    // Where only CR ends the lines, kubectl sees no separator.
    match line_end {
        "\r" => it,
        _ => it.fix("Begin a new document", Edit::insert(range.start as usize, format!("---{line_end}"))),
    }
}

pub fn template(range: TextRange) -> SyntaxError {
    error(Template, range, "kubectl cannot read templates; render it first, as `helm template` does")
}

pub fn unclosed_template(range: TextRange) -> SyntaxError {
    error(Invalid, range, "this `{{` is not closed: write `}}` where it ends")
        .unfinished(range)
        .fix("Add `}}`", Edit::insert(range.end as usize, " }}"))
}
