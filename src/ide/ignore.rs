//! Comments that keep podls from reporting a finding again.

use crate::diagnostic::{Diagnostic, Fix};
use crate::rules::allow;
use crate::text::{Edit, TextRange, line_at, line_end};
use crate::yaml::Tree;

/// The fix that silences a finding of the document in its place; `None` where no comment can do that, as in JSON.
pub fn ignore_here(tree: &Tree, diagnostic: &Diagnostic) -> Option<Fix> {
    let text = tree.text();
    let comment = format!("# podls: allow({})", diagnostic.code);
    let line = line_at(text, allow::anchor(tree, diagnostic.range.start) as usize);
    let indentation: String = text[line.span()].chars().take_while(|it| *it == ' ').collect();
    let above = Edit::insert(line.start as usize, format!("{indentation}{comment}{}", line_end(text)));
    let after = Edit::insert(line.end as usize, format!(" {comment}"));
    // What is above `---` belongs to the document before.
    let places = if text[line.span()].starts_with("---") { vec![after] } else { vec![above, after] };
    let edit = places.into_iter().find(|edit| silences(tree, diagnostic, edit))?;
    Some(Fix::possible(format!("Ignore here: `{comment}`"), vec![edit]))
}

/// The fix that silences a rule in a whole file, given the text of its beginning.
pub fn ignore_in_file(head: &str, code: &str) -> Fix {
    let comment = format!("# podls: allow-file({code})");
    let at = if head.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    Fix::possible(format!("Ignore in this file: `{comment}`"), vec![Edit::insert(at, format!("{comment}{}", line_end(head)))])
}

/// Whether the finding is not reported any more once the comment is there.
fn silences(tree: &Tree, diagnostic: &Diagnostic, edit: &Edit) -> bool {
    let text = tree.text();
    let is_json = text.trim_start().starts_with(['{', '[']) && tree.comments().is_empty();
    let tree = crate::yaml::parse(crate::text::apply(text, std::slice::from_ref(edit)));
    let moved = |offset: u32| if offset < edit.range.start { offset } else { offset + edit.new_text.len() as u32 };
    let range = TextRange { start: moved(diagnostic.range.start), end: moved(diagnostic.range.end) };
    let found = Diagnostic::new(diagnostic.code, diagnostic.severity, range, "", "");
    !is_json && !allow::apply(&tree, vec![found]).iter().any(|it| it.range == range && it.code == diagnostic.code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Severity;
    use crate::fixture;
    use crate::yaml;

    /// The text after the finding at `!` was ignored.
    fn ignored(text: &str) -> Option<String> {
        let at = text.find('!').unwrap();
        let finding = Diagnostic::new("tail-pattern", Severity::Error, TextRange::new(at, at + 1), "", "");
        Some(fixture::apply(text, &ignore_here(&yaml::parse(text), &finding)?.edits))
    }

    #[test]
    fn the_comment_is_where_it_counts() {
        let comment = "# podls: allow(tail-pattern)";
        for (text, expected) in [
            ("a: 1\nb: x!\n", format!("a: 1\n{comment}\nb: x!\n")),
            ("a:\r\n  b: x!\r\n", format!("a:\r\n  {comment}\r\n  b: x!\r\n")),
            ("a:\n- b: x!", format!("a:\n{comment}\n- b: x!")),
            ("a:\n  - |\n    x\n    !\n", format!("a:\n  {comment}\n  - |\n    x\n    !\n")),
            ("a: >-\n  x\n  !\n", format!("{comment}\na: >-\n  x\n  !\n")),
            ("a: \"x\n  !\"\n", format!("{comment}\na: \"x\n  !\"\n")),
            ("a: x\n  !\n", format!("{comment}\na: x\n  !\n")),
            ("a: [\n  x,\n  y!,\n]\n", format!("a: [\n  x,\n  {comment}\n  y!,\n]\n")),
            ("a: [x,\n  {b: \"c\n  !\"}]\n", format!("a: [x,\n  {comment}\n  {{b: \"c\n  !\"}}]\n")),
            ("a: |\n  text\nb: x!\n", format!("a: |\n  text\n{comment}\nb: x!\n")),
            ("--- x!\n", format!("--- x! {comment}\n")),
            ("a: 1\nb: x! # mine\n", format!("a: 1\n{comment}\nb: x! # mine\n")),
        ] {
            assert_eq!(ignored(text).as_deref(), Some(&*expected), "{text}");
        }
    }

    #[test]
    fn json_has_no_comments() {
        assert_eq!(ignored("{\n  \"a\": \"!\"\n}\n"), None);
    }
}
