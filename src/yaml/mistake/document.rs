//! What is said of directives, of where a document begins and ends, and of templates.

use super::error;
use crate::text::{Edit, TextRange};
use crate::yaml::SyntaxError;
use crate::yaml::SyntaxErrorKind::{Dropped, Invalid, Template, Unsupported};

pub fn too_long() -> SyntaxError {
    error(Unsupported, TextRange::at(0), "this document is larger than 4 GB; split it into several documents")
}

pub fn directive(range: TextRange, valid: bool) -> SyntaxError {
    if valid {
        error(Unsupported, range, "kubectl rejects directives before `---`; remove this line")
    } else {
        error(Invalid, range, "invalid directive; remove this line, because kubectl rejects even `%YAML 1.2` and `%TAG`")
    }
    .fix("Remove the directive", Edit::delete(range))
}

pub fn directive_inside(range: TextRange) -> SyntaxError {
    let message = "kubectl treats a line that starts with `%` as a directive and drops it and everything after it; quote the value and put it on the line of its key";
    error(Dropped, range, message)
}

pub fn directive_without_start(range: TextRange) -> SyntaxError {
    error(Invalid, range, "missing `---` after the directives; remove the directives, which kubectl rejects")
}

pub fn end_without_start(range: TextRange) -> SyntaxError {
    error(Unsupported, range, "unexpected `...`, because there is no document to end; remove it").fix("Remove it", Edit::delete(range))
}

pub fn bad_separator(range: TextRange) -> SyntaxError {
    let message = "only a comment may follow `---`; move the content to the next line";
    error(Unsupported, range, message)
}

pub fn dropped(range: TextRange, line_end: &str) -> SyntaxError {
    let it = error(Dropped, range, "kubectl silently ignores everything from here on; start a new document with `---`");
    // Where only CR ends the lines, kubectl sees no separator.
    match line_end {
        "\r" => it,
        _ => it.fix("Start a new document", Edit::insert(range.start as usize, format!("---{line_end}"))),
    }
}

pub fn template(range: TextRange) -> SyntaxError {
    error(Template, range, "kubectl cannot read templates; render it first, as `helm template` does")
}

pub fn unclosed_template(range: TextRange) -> SyntaxError {
    error(Invalid, range, "unclosed `{{`; add `}}`").unfinished(range).fix("Add `}}`", Edit::insert(range.end as usize, " }}"))
}
