//! What is said of each mistake, and how it is mended.

use crate::text::{Edit, TextRange};

use super::SyntaxErrorKind::{Dropped, Invalid, Lenient, Template, Unsupported};
use super::parser::MAX_DEPTH;
use super::{SyntaxError, SyntaxErrorKind};

fn error(kind: SyntaxErrorKind, range: TextRange, message: impl Into<String>) -> SyntaxError {
    SyntaxError { kind, range, message: message.into(), unfinished: None, fix: None }
}

impl SyntaxError {
    fn fix(mut self, title: impl Into<String>, edit: Edit) -> Self {
        self.fix = Some((title.into(), edit));
        self
    }

    fn unfinished(mut self, open: TextRange) -> Self {
        self.unfinished = Some(open);
        self
    }
}

/// `text` in quotes of the kind that needs no escapes.
fn quoted(text: &str) -> String {
    if text.contains(['"', '\\']) { format!("'{}'", text.replace('\'', "''")) } else { format!("\"{text}\"") }
}

fn brief(text: &str) -> String {
    let text = text.lines().next().unwrap_or("");
    if text.chars().count() <= 40 { text.to_string() } else { text.chars().take(37).chain("...".chars()).collect() }
}

fn quote_fix(it: SyntaxError, range: TextRange, text: &str) -> SyntaxError {
    it.fix("Put it in quotes", Edit::replace(range, quoted(text)))
}

fn blanks(n: i32) -> String {
    " ".repeat(n.max(0) as usize)
}

// --- keys and values

/// `key` is what stands where the key should, for the fix: not everything can be one.
pub(super) fn no_colon(range: TextRange, key: &str, key_end: usize) -> SyntaxError {
    let it = error(Invalid, range, "This is no entry yet: a key and its value need `: ` between them.");
    let like_a_key =
        key.contains(|c: char| c.is_ascii_alphabetic()) && !key.contains(['[', '{', '*', '&', '!', '|', '>', '%', '@', '`', '~']);
    if like_a_key { it.fix("Add the colon", Edit::insert(key_end, ":")) } else { it }
}

pub(super) fn equals_sign(range: TextRange, equals: TextRange) -> SyntaxError {
    error(Invalid, range, "A key and its value need `: ` between them, not `=`.").fix("Write `: `", Edit::replace(equals, ": "))
}

pub(super) fn no_space(key: &str, range: TextRange, colon: usize) -> SyntaxError {
    error(Invalid, range, format!("A key and its value need `: ` between them: write a blank behind `{}:`.", brief(key)))
        .fix("Add a blank behind the colon", Edit::insert(colon + 1, " "))
}

pub(super) fn second_colon(value: &str, start: usize, colon: usize) -> SyntaxError {
    let it = error(
        Invalid,
        TextRange::new(start, start + value.len()),
        "A second `: ` on this line: put the value in quotes if the colon belongs to it, else begin a new line for the second key.",
    );
    debug_assert!(colon >= start);
    match colon + 1 == start + value.len() {
        true => it.fix("Remove the colon", Edit::delete(TextRange::new(colon, colon + 1))),
        false => quote_fix(it, TextRange::new(start, start + value.len()), value),
    }
}

pub(super) fn bad_start(text: &str, at: usize) -> SyntaxError {
    let range = TextRange::new(at, at + text.len());
    let first = text.chars().next().unwrap_or(' ');
    let why = match first {
        '*' => "`*` begins an alias, the name of an anchor".to_string(),
        '&' => "`&` begins an anchor, which needs a name".to_string(),
        '|' | '>' => format!("`{first}` begins a block of text, which can't be a key"),
        '@' | '`' => format!("YAML reserves `{first}`"),
        '%' => "`%` begins a directive".to_string(),
        '#' => "`#` begins a comment and needs a blank before it".to_string(),
        _ => format!("`{first}` has a meaning of its own in YAML"),
    };
    let it = error(Invalid, range, format!("A value can't begin with `{first}`: {why}. Put the value in quotes if it is text."));
    quote_fix(it, range, text)
}

pub(super) fn indicator_in_value(range: TextRange) -> SyntaxError {
    error(Invalid, range, "A value can't begin with this mark and a blank. Put the value in quotes if it is text.")
}

pub(super) fn list_on_line(range: TextRange, properties: bool) -> SyntaxError {
    let behind = if properties { "an anchor or tag" } else { "its key" };
    error(Invalid, range, format!("A list can't begin on the line of {behind}: put the `-` on a line of its own below."))
}

pub(super) fn garbage(range: TextRange) -> SyntaxError {
    error(
        Invalid,
        range,
        "Nothing but a comment may follow here: the value before it is complete. Put the whole value in quotes, or begin a new line.",
    )
}

pub(super) fn glued_comment(at: usize) -> SyntaxError {
    error(Lenient, TextRange::new(at, at + 1), "A comment needs a blank before its `#`.").fix("Add a blank", Edit::insert(at, " "))
}

pub(super) fn key_over_lines(range: TextRange) -> SyntaxError {
    error(Invalid, range, "A key must stand on one line, with its colon.")
}

pub(super) fn key_too_long(range: TextRange) -> SyntaxError {
    error(Invalid, range, "A key may have at most 1024 characters before its colon.")
}

pub(super) fn empty_key(range: TextRange) -> SyntaxError {
    error(Unsupported, range, "There is no key before this colon: kubectl refuses it. Write the key.")
}

pub(super) fn null_key(range: TextRange) -> SyntaxError {
    error(Unsupported, range, "This key is null to kubectl, which refuses that: put it in quotes.")
}

pub(super) fn complex_key(range: TextRange) -> SyntaxError {
    error(Unsupported, range, "A key can't be a list or a mapping: kubectl refuses it. Write a plain name.")
}

pub(super) fn odd_key(range: TextRange, text: &str) -> SyntaxError {
    quote_fix(error(Unsupported, range, "kubectl can't make a key of this number: put it in quotes."), range, text)
}

// --- indentation

pub(super) fn indentation(word: TextRange, blank: TextRange, col: i32, indent: i32) -> SyntaxError {
    let message = format!("This line is indented by {col} blanks, the entries it belongs with by {indent}: move it to their column.");
    error(Invalid, word, message).fix(format!("Indent by {indent}"), Edit::replace(blank, blanks(indent)))
}

pub(super) fn shallow_value(range: TextRange, blank: TextRange, indent: i32) -> SyntaxError {
    error(Invalid, range, "A value must be indented more than its key: move it to the right, or behind the colon.")
        .fix(format!("Indent by {indent}"), Edit::replace(blank, blanks(indent)))
}

pub(super) fn stray_dash(word: TextRange) -> SyntaxError {
    error(
        Invalid,
        word,
        "A list item can't stand here: the value above it is complete. Put the list below a key of its own that ends with `:`.",
    )
}

pub(super) fn stray_key(word: TextRange) -> SyntaxError {
    error(
        Invalid,
        word,
        "A key can't stand here: what is above it is complete. Begin a new document with `---`, or move the line where it belongs.",
    )
}

pub(super) fn lost_dash(start: usize, room: bool) -> SyntaxError {
    let it =
        error(Invalid, TextRange::new(start, start + 1), "The items below begin with `- `, so this must be one as well: write the dash.");
    if room { it.fix("Write the dash", Edit::replace(TextRange::new(start - 2, start), "- ")) } else { it }
}

pub(super) fn extra_dash(start: usize) -> SyntaxError {
    let message = "This dash begins a list, but the line below goes on as a mapping: remove the dash, or indent that line behind it.";
    error(Invalid, TextRange::new(start, start + 1), message).fix("Remove the dash", Edit::delete(TextRange::new(start, start + 2)))
}

pub(super) fn glued_dash(dash: TextRange) -> SyntaxError {
    error(Invalid, dash, "A list item needs a blank behind its `-`.").fix("Add a blank", Edit::insert(dash.end as usize, " "))
}

pub(super) fn dropped_behind_root(range: TextRange) -> SyntaxError {
    let message = "kubectl takes what is above as the whole document and drops the rest without a word: indent both alike, or begin a new document with a `---` line.";
    error(Dropped, range, message)
}

pub(super) fn dedented_in_brackets(range: TextRange, least: i32) -> SyntaxError {
    error(
        Lenient,
        range,
        format!("Inside quotes or brackets YAML wants this line indented by at least {least}; kubectl reads it all the same."),
    )
}

pub(super) fn tab_indentation(tabs: TextRange, col: i32) -> SyntaxError {
    error(Invalid, tabs, "YAML is indented with spaces, never with tabs.").fix("Indent with spaces", Edit::replace(tabs, blanks(col)))
}

pub(super) fn tab_first_in_text(tab: TextRange, bar: &str) -> SyntaxError {
    let message = format!("kubectl refuses a block of text that begins with a tab: give its indentation, as in `{bar}2`, or use spaces.");
    error(Unsupported, tab, message)
}

pub(super) fn tab_before_value(tabs: TextRange) -> SyntaxError {
    error(Unsupported, tabs, "kubectl takes no tab at the start of a line: indent with spaces.")
        .fix("Indent with spaces", Edit::replace(tabs, blanks(tabs.len() as i32)))
}

pub(super) fn tab_on_empty_line(tabs: TextRange) -> SyntaxError {
    error(Unsupported, tabs, "kubectl takes no tab at the start of a line, not even of an empty one: remove it.")
        .fix("Remove the tab", Edit::delete(tabs))
}

pub(super) fn tab_in_text(tabs: TextRange) -> SyntaxError {
    error(Invalid, tabs, "A tab can't stand before the column of this block of text: remove it.").fix("Remove the tab", Edit::delete(tabs))
}

pub(super) fn tab_behind_indicator(range: TextRange, collection: bool) -> SyntaxError {
    let kind = if collection { Invalid } else { Unsupported };
    error(kind, range, "Write a space here: kubectl takes no tab behind `-`, `?` or `:` at the start of an entry.")
        .fix("Write a space", Edit::replace(range, " "))
}

pub(super) fn too_deep(range: TextRange) -> SyntaxError {
    error(Unsupported, range, format!("More than {MAX_DEPTH} collections inside each other: no Kubernetes object is that deep."))
}

pub(super) fn too_long() -> SyntaxError {
    error(Unsupported, TextRange::at(0), "This document is larger than 4 GB.")
}

// --- quotes, brackets, blocks of text

pub(super) fn unclosed_quote(quote: &str, line: TextRange, open: TextRange, in_flow: bool) -> SyntaxError {
    let name = if quote == "\"" { "double" } else { "single" };
    let it = error(Invalid, line, format!("This {name} quote is not closed: write `{quote}` where the text ends.")).unfinished(open);
    if in_flow { it } else { it.fix("Close the quote", Edit::insert(line.end as usize, quote)) }
}

pub(super) fn unclosed_bracket(bracket: &str, line: TextRange, open: TextRange, depth: usize) -> SyntaxError {
    let close = if bracket == "[" { "]" } else { "}" };
    let it = error(Invalid, line, format!("This `{bracket}` is not closed: write `{close}` where it ends.")).unfinished(open);
    let one_line = line.end == open.end && depth == 1;
    if one_line { it.fix(format!("Add `{close}`"), Edit::insert(open.end as usize, close)) } else { it }
}

pub(super) fn wrong_closer(range: TextRange, open: &str, outer: bool) -> SyntaxError {
    let close = if open == "[" { "]" } else { "}" };
    let it = error(Invalid, range, format!("`{open}` must be closed with `{close}`."));
    if outer {
        it.fix(format!("Add `{close}`"), Edit::insert(range.start as usize, close))
    } else {
        it.fix(format!("Write `{close}`"), Edit::replace(range, close))
    }
}

pub(super) fn missing_comma(range: TextRange, end: usize) -> SyntaxError {
    let it = error(Invalid, range, "A comma is missing before this: entries in brackets are separated by `, `.");
    it.fix("Add the comma", Edit::insert(end, ","))
}

pub(super) fn no_value(key: TextRange, end: usize) -> SyntaxError {
    let rest = TextRange::new(key.end as usize, end.max(key.end as usize));
    error(Invalid, key, "This key has no value: write one behind a colon, and a comma before the next entry.").unfinished(rest)
}

pub(super) fn nothing_before_comma(range: TextRange) -> SyntaxError {
    error(Invalid, range, "Nothing stands before this comma: remove it, or write the entry.").fix("Remove the comma", Edit::delete(range))
}

pub(super) fn second_colon_in_flow(range: TextRange) -> SyntaxError {
    error(
        Invalid,
        range,
        "A second `:` in this entry: put the value in quotes if the colon belongs to it, or separate the entries by a comma.",
    )
}

pub(super) fn dash_in_flow(range: TextRange) -> SyntaxError {
    error(Invalid, range, "A list item with `-` can't stand in brackets: separate the items by commas.")
}

pub(super) fn lone_dash_in_flow(range: TextRange) -> SyntaxError {
    error(Lenient, range, "A lone `-` in brackets is no YAML; kubectl takes it as text. Put it in quotes.")
}

pub(super) fn question_in_flow(range: TextRange, text: &str) -> SyntaxError {
    let kind = if text.starts_with('?') && !text[1..].contains('?') { Lenient } else { Unsupported };
    quote_fix(
        error(kind, range, "In brackets kubectl takes `?`, and `:` at the start, as a mark for a key: put the text in quotes."),
        range,
        text,
    )
}

pub(super) fn glued_colon(range: TextRange) -> SyntaxError {
    error(Lenient, range, "kubectl takes this colon as part of the text: write a blank behind it.")
        .fix("Add a blank behind the colon", Edit::insert(range.end as usize, " "))
}

pub(super) fn glued_bracket(range: TextRange) -> SyntaxError {
    error(Unsupported, range, "kubectl takes this colon as part of the text, which cannot go on with a bracket: write a blank behind it.")
        .fix("Add a blank behind the colon", Edit::insert(range.end as usize, " "))
}

pub(super) fn flow_key_over_lines(range: TextRange) -> SyntaxError {
    error(Unsupported, range, "kubectl wants a key and its colon on one line.")
}

pub(super) fn bad_escape(range: TextRange, text: &str) -> SyntaxError {
    let message = format!("`{text}` is no escape. Write `\\\\` for a backslash, or use single quotes, in which nothing is escaped.");
    error(Invalid, range, message).fix("Write `\\\\`", Edit::insert(range.start as usize, "\\"))
}

pub(super) fn odd_escape(range: TextRange, escaped: u8) -> SyntaxError {
    let kind = if escaped == b'/' { Unsupported } else { Lenient };
    let message = if escaped == b'/' { "kubectl refuses the escape `\\/`: write `/`." } else { "`\\'` is no escape: write `'`." };
    error(kind, range, message).fix("Remove the backslash", Edit::delete(TextRange::new(range.start as usize, range.start as usize + 1)))
}

pub(super) fn short_escape(range: TextRange, digits: usize) -> SyntaxError {
    error(Invalid, range, format!("This escape needs {digits} hexadecimal digits."))
}

pub(super) fn surrogate_escape(range: TextRange) -> SyntaxError {
    error(Unsupported, range, "kubectl refuses this escape: it is no character by itself. Write the character.")
}

pub(super) fn text_behind_bar(bar: &str, rest: TextRange) -> SyntaxError {
    error(Invalid, rest, format!("Nothing but a comment may stand behind `{bar}`: the text begins on the next line."))
}

pub(super) fn shallow_text(range: TextRange, blank: TextRange, least: i32) -> SyntaxError {
    error(Invalid, range, format!("This line is indented less than the text above it: indent it by {least}."))
        .fix(format!("Indent by {least}"), Edit::replace(blank, blanks(least)))
}

pub(super) fn blank_line_too_deep(range: TextRange, spaces: i32, comment: bool) -> SyntaxError {
    let kind = if comment { Lenient } else { Invalid };
    error(kind, range, format!("This empty line has more blanks than the text below, which is indented by {spaces}: remove them."))
        .fix("Remove the blanks", Edit::delete(range))
}

// --- anchors, tags, directives, documents

pub(super) fn second_property(range: TextRange) -> SyntaxError {
    error(Invalid, range, "A value can have one anchor and one tag: remove this one.")
}

pub(super) fn lone_property(range: TextRange) -> SyntaxError {
    error(Invalid, range, "There is no value to this anchor or tag: move it behind its key.")
}

pub(super) fn glued_property(range: TextRange, lenient: bool) -> SyntaxError {
    error(if lenient { Lenient } else { Invalid }, range, "Write a blank behind an anchor or tag. Put the value in quotes if it is text.")
}

pub(super) fn property_on_alias(range: TextRange) -> SyntaxError {
    error(Invalid, range, "An alias can't have an anchor or a tag of its own: remove it.")
}

pub(super) fn odd_name(range: TextRange, lenient: bool) -> SyntaxError {
    error(
        if lenient { Lenient } else { Unsupported },
        range,
        "kubectl takes only letters, digits, `-` and `_` in the name of an anchor. Put the value in quotes if it is text.",
    )
}

pub(super) fn no_anchor(range: TextRange, name: &str) -> SyntaxError {
    let message =
        format!("No anchor `&{name}` stands above: an alias repeats the value at its anchor. Put the value in quotes if it is text.");
    error(Invalid, range, message).fix("Put it in quotes", Edit::replace(range, format!("\"*{name}\"")))
}

pub(super) fn inside_itself(range: TextRange, name: &str) -> SyntaxError {
    error(Unsupported, range, format!("This alias stands inside the value of its own anchor `&{name}`: kubectl refuses that."))
}

pub(super) fn alias_bomb(range: TextRange) -> SyntaxError {
    error(Unsupported, range, "Most of this document is repetition by aliases: kubectl refuses that. Write the values out.")
}

pub(super) fn bad_merge(range: TextRange) -> SyntaxError {
    error(Unsupported, range, "`<<` merges mappings: its value must be a mapping, an alias of one, or a list of these.")
}

pub(super) fn bad_tag(range: TextRange, tag: &str) -> SyntaxError {
    error(Unsupported, range, format!("kubectl can't read this value as `{tag}`: remove the tag, or mend the value."))
}

pub(super) fn undeclared_tag(range: TextRange) -> SyntaxError {
    error(Invalid, range, "No `%TAG` directive declares this tag's handle. Put the value in quotes if it is text.")
}

pub(super) fn no_number(range: TextRange, text: &str) -> SyntaxError {
    let it =
        error(Unsupported, range, "kubectl can't send infinity or \"not a number\" to the API server: put it in quotes if it is text.");
    quote_fix(it, range, text)
}

pub(super) fn directive(range: TextRange, valid: bool) -> SyntaxError {
    if valid {
        error(Unsupported, range, "kubectl refuses directives before `---`: remove this line.")
    } else {
        error(Invalid, range, "A directive is `%YAML 1.2` or `%TAG !name! prefix`, once, and kubectl refuses both: remove this line.")
    }
    .fix("Remove the directive", Edit::delete(range))
}

pub(super) fn directive_inside(range: TextRange) -> SyntaxError {
    let message = "kubectl takes a line that begins with `%` as a directive, and drops it and what follows: put a value on the line of its key, in quotes.";
    error(Dropped, range, message)
}

pub(super) fn directive_without_start(range: TextRange) -> SyntaxError {
    error(Invalid, range, "A `---` line must follow the directives: remove them, kubectl refuses them anyway.")
}

pub(super) fn end_without_start(range: TextRange) -> SyntaxError {
    error(Unsupported, range, "`...` ends a document, and there is none: remove the line.").fix("Remove it", Edit::delete(range))
}

pub(super) fn bad_separator(range: TextRange) -> SyntaxError {
    let message =
        "kubectl takes every line that begins with `---` as a separator, behind which only a comment may stand: begin a new line.";
    error(Unsupported, range, message)
}

pub(super) fn dropped(range: TextRange) -> SyntaxError {
    error(Dropped, range, "kubectl drops what stands from here on without a word: begin a new document with a `---` line.")
        .fix("Begin a new document", Edit::insert(range.start as usize, "---\n"))
}

pub(super) fn control_character(range: TextRange, code: u32) -> SyntaxError {
    error(
        Invalid,
        range,
        format!("The control character U+{code:04X} is not allowed: remove it, or write it as an escape in double quotes."),
    )
    .fix("Remove it", Edit::delete(range))
}

// --- templates

pub(super) fn template(range: TextRange) -> SyntaxError {
    error(Template, range, "kubectl can't read a template: `{{ … }}` must be filled in first, as Helm does.")
}

pub(super) fn unclosed_template(range: TextRange) -> SyntaxError {
    error(Invalid, range, "This `{{` is not closed: write `}}` where it ends.")
        .unfinished(range)
        .fix("Add `}}`", Edit::insert(range.end as usize, " }}"))
}
