//! Entries taken out of mappings and put into others.

use crate::text::{BREAKS, Edit, TextRange, line_at, line_end, lines, next_line};
use crate::yaml::{Kind, Layout, Node};

use super::{Written, column, is_json, plain_or_quoted, quote};

/// Where an entry is to go.
#[derive(Clone, Copy)]
pub(crate) struct Path<'a, 't> {
    /// The mapping that is there.
    pub target: Node<'t>,
    /// The mappings to be written in it, each in the one before.
    pub missing: &'a [&'a str],
    /// The key in the last of them.
    pub key: &'a str,
}

/// What is put somewhere: a value, written so that its further lines are indented relative to its key.
struct Piece {
    /// Comment lines above the key.
    above: Vec<String>,
    /// What follows `key:` on its line, with the space.
    first: String,
    /// The lines below.
    below: Vec<String>,
    /// The value in one line, as it can be in brackets.
    inline: Option<String>,
}

/// Moves an entry, with the comments in and above it, to the end of another mapping.
pub(crate) fn relocate(entry: Written<'_>, to: Path<'_, '_>) -> Option<Vec<Edit>> {
    let (cut, piece) = take(entry)?;
    let paste = put(&piece, to)?;
    let text = entry.key.tree().text();
    let at = paste.range.start as usize;
    if to.target.id() == entry.mapping.id() && entry.mapping.entries().nth(1).is_none() {
        // The only entry goes deeper into its own mapping: what comes new takes its place.
        let start = entry.key.range().start as usize;
        let new_text = paste.new_text.trim_start_matches([',', ' ', '\r', '\n']);
        return Some(vec![Edit::replace(TextRange::new(start, at), new_text)]);
    }
    if !cut.range.touches(at) {
        return Some(vec![cut, paste]);
    }
    // The new place touches the old one, so that one edit must do both.
    let mut new_text = format!("{}{}", cut.new_text, paste.new_text.trim_start_matches(BREAKS));
    if cut.range.end as usize == text.len() && !text.ends_with(BREAKS) {
        new_text.truncate(new_text.trim_end_matches(BREAKS).len());
    }
    let outside = at == cut.range.start as usize || at == cut.range.end as usize;
    (outside && paste.range.is_empty()).then(|| vec![Edit::replace(cut.range, new_text)])
}

/// Takes an entry out; what is left of its mapping stays a mapping.
pub(crate) fn remove(entry: Written<'_>) -> Option<Edit> {
    take(entry).map(|(cut, _)| cut)
}

/// Puts a new entry at the end of a mapping. `value` is written as it is, on one line.
pub(crate) fn insert(to: Path<'_, '_>, value: &str) -> Option<Edit> {
    add(to, value, &[])
}

/// Puts a new entry at the end of a mapping: a value of one line in brackets, or else as `below` says it, line by line, relative to its
/// key.
pub(crate) fn add(to: Path<'_, '_>, inline: &str, below: &[&str]) -> Option<Edit> {
    let (first, below) = match below {
        [] => (format!(" {inline}"), vec![]),
        lines => (String::new(), lines.iter().map(|line| (*line).to_owned()).collect()),
    };
    put(&Piece { above: vec![], first, below, inline: Some(inline.to_owned()) }, to)
}

/// The edit that takes an entry out, and what it takes.
fn take(entry: Written<'_>) -> Option<(Edit, Piece)> {
    match entry.mapping.kind() {
        Kind::Mapping(Layout::Block) => take_lines(entry),
        Kind::Mapping(Layout::Flow) => take_inline(entry),
        _ => None,
    }
}

fn take_inline(entry: Written<'_>) -> Option<(Edit, Piece)> {
    let keys: Vec<_> = entry.mapping.entries().collect();
    let at = keys.iter().position(|it| it.key.id() == entry.key.id())?;
    let (start, end) = (entry.key.range().start as usize, end_of(entry));
    let range = match (keys.get(at + 1), at.checked_sub(1).and_then(|at| keys.get(at))) {
        (Some(next), _) => TextRange::new(start, next.key.range().start as usize),
        (None, Some(before)) => TextRange::new(before.value.range().end.max(before.key.range().end) as usize, end),
        (None, None) => TextRange::new(start, end),
    };
    let inline = inline(entry.value)?;
    let piece = Piece { above: vec![], first: format!(" {inline}"), below: vec![], inline: Some(inline) };
    Some((Edit::delete(range), piece))
}

/// The value as it can be in brackets, in one line; lines of JSON are joined.
fn inline(value: Node<'_>) -> Option<String> {
    let block = matches!(value.kind(), Kind::Mapping(Layout::Block) | Kind::Sequence(Layout::Block));
    if block || value.text().contains('#') || value.text().starts_with(['|', '>']) || value.anchor().is_some() || value.tag().is_some() {
        return None;
    }
    Some(lines(value.text()).map(str::trim).collect::<Vec<_>>().join(" "))
}

fn end_of(entry: Written<'_>) -> usize {
    entry.key.range().end.max(entry.value.range().end) as usize
}

/// The lines from `start` that belong to an entry of a block mapping: to after the last one's line end.
fn lines_of(entry: Written<'_>, start: usize) -> Option<TextRange> {
    let text = entry.key.tree().text();
    let end = end_of(entry);
    if text[..end].ends_with(BREAKS) {
        return Some(TextRange::new(start, end));
    }
    let line = line_at(text, end);
    let rest = text[end..line.end as usize].trim_start_matches([':', ' ']);
    (rest.is_empty() || rest.starts_with('#')).then(|| TextRange::new(start, next_line(text, end)))
}

fn take_lines(entry: Written<'_>) -> Option<(Edit, Piece)> {
    let text = entry.key.tree().text();
    let start = entry.key.range().start as usize;
    let line = line_at(text, start);
    let indent = start - line.start as usize;
    let before = &text[line.start as usize..start];
    if before.contains('?') {
        return None;
    }
    let siblings: Vec<_> = entry.mapping.entries().collect();
    let first_in_line = before.bytes().all(|byte| byte == b' ');
    let above = if first_in_line { comments_above(text, line.start as usize, indent) } else { line.start as usize };
    let range = lines_of(entry, if first_in_line { above } else { start })?;
    let after_colon = text[start..].find(':').map(|at| start + at + 1).filter(|at| *at <= range.end as usize)?;
    let value_line = line_at(text, after_colon);
    let below: Option<Vec<String>> = lines(text.get(value_line.end as usize..range.end as usize)?)
        .skip(1)
        .map(|line| match line.get(..indent) {
            Some(margin) if margin.bytes().all(|byte| byte == b' ') => Some(line[indent..].to_owned()),
            _ if line.trim().is_empty() => Some(String::new()),
            _ if line.trim_start().starts_with('#') => Some(line.trim_start().to_owned()),
            _ => None,
        })
        .collect();
    let piece = Piece {
        above: lines(&text[above..line.start as usize]).map(|it| it.trim().to_owned()).collect(),
        first: text[after_colon..value_line.end as usize].trim_end().to_owned(),
        below: below?,
        inline: inline(entry.value),
    };
    let cut = if siblings.len() == 1 {
        let key = entry
            .mapping
            .parent()
            .filter(|it| matches!(it.kind(), Kind::Mapping(_)))
            .and_then(|parent| parent.entries().find(|it| it.value.id() == entry.mapping.id()).map(|it| it.key));
        // What is left is an empty mapping; nothing at all would be null.
        match key {
            Some(key) => {
                let colon = key.range().end as usize + text[key.range().end as usize..].find(':')? + 1;
                let clear = text.get(colon..range.start as usize)?.trim().is_empty();
                clear.then(|| Edit::replace(TextRange::new(colon, range.end as usize), format!(" {{}}{}", line_end(text))))?
            }
            None => Edit::replace(TextRange::new(start, range.end as usize), format!("{{}}{}", line_end(text))),
        }
    } else if first_in_line {
        Edit::delete(range)
    } else {
        // Behind a dash: the next key takes its place.
        let next = siblings.get(1).filter(|_| siblings[0].key.id() == entry.key.id())?.key;
        let gap = text.get(range.end as usize..next.range().start as usize)?.trim().is_empty();
        (gap && column(next) == indent).then(|| Edit::delete(TextRange::new(start, next.range().start as usize)))?
    };
    Some((cut, piece))
}

/// Where the comment lines begin that are directly above a line and are indented like it.
pub(crate) fn comments_above(text: &str, line_start: usize, indent: usize) -> usize {
    let mut start = line_start;
    while start > 0 {
        let line = line_at(text, start - 1);
        let above = &text[line.span()];
        if above.trim_start().starts_with('#') && above.len() - above.trim_start().len() == indent {
            start = line.start as usize;
        } else {
            break;
        }
    }
    start
}

fn put(piece: &Piece, to: Path<'_, '_>) -> Option<Edit> {
    // A key of that name that has no value yet would become the first of two.
    if to.missing.is_empty() && to.target.entries().any(|entry| entry.key.key_text() == to.key) {
        return None;
    }
    match to.target.kind() {
        Kind::Mapping(Layout::Block) => put_lines(piece, to),
        Kind::Mapping(Layout::Flow) => put_inline(piece, to),
        _ => None,
    }
}

fn put_inline(piece: &Piece, to: Path<'_, '_>) -> Option<Edit> {
    let text = to.target.tree().text();
    let name = |key: &str| if is_json(to.target) { quote(key) } else { plain_or_quoted(key).into_owned() };
    let mut written = format!("{}: {}", name(to.key), piece.inline.as_ref()?);
    for parent in to.missing.iter().rev() {
        written = format!("{}: {{{written}}}", name(parent));
    }
    if to.missing.first().is_some_and(|first| to.target.entries().any(|entry| entry.key.key_text() == *first)) {
        return None;
    }
    let Some(last) = to.target.entries().last() else {
        return Some(Edit::replace(to.target.range(), format!("{{{written}}}")));
    };
    let end = last.key.range().end.max(last.value.range().end) as usize;
    let own_line = text[line_at(text, last.key.range().start as usize).start as usize..last.key.range().start as usize].trim().is_empty();
    let gap = if own_line { format!("{}{}", line_end(text), " ".repeat(column(last.key))) } else { " ".to_owned() };
    Some(Edit::insert(end, format!(",{gap}{written}")))
}

fn put_lines(piece: &Piece, to: Path<'_, '_>) -> Option<Edit> {
    let text = to.target.tree().text();
    let line_end = line_end(text);
    let first = to.target.entries().next()?;
    let mut indent = column(first.key);
    let line = line_at(text, first.key.range().start as usize);
    if text.as_bytes()[line.start as usize..][..indent].iter().any(|byte| !matches!(byte, b' ' | b'-')) {
        return None;
    }
    let mut missing = to.missing;
    let mut under = to.target.entries().last()?;
    // A parent that is written, with nothing in it.
    if let Some(empty) = missing.first().and_then(|name| to.target.entries().find(|entry| entry.key.key_text() == *name)) {
        if !empty.value.is_empty() {
            return None;
        }
        (under, missing) = (empty, &missing[1..]);
        indent += 2;
    }
    let at = lines_of(Written { mapping: to.target, key: under.key, value: under.value }, 0)?.end as usize;
    let mut lines: Vec<String> = vec![];
    for parent in missing {
        lines.push(format!("{}{}:", " ".repeat(indent), plain_or_quoted(parent)));
        indent += 2;
    }
    let pad = " ".repeat(indent);
    lines.extend(piece.above.iter().map(|line| format!("{pad}{line}")));
    lines.push(format!("{pad}{}:{}", plain_or_quoted(to.key), piece.first));
    lines.extend(piece.below.iter().map(|line| if line.is_empty() { String::new() } else { format!("{pad}{line}") }));
    let body = lines.join(line_end);
    let open = at == text.len() && !text.ends_with(BREAKS);
    Some(Edit::insert(at, if open { format!("{line_end}{body}") } else { format!("{body}{line_end}") }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::apply;
    use crate::yaml::{Tree, parse};

    fn at<'t>(tree: &'t Tree, path: &[&str]) -> Option<Node<'t>> {
        path.iter().try_fold(tree.root()?, |node, step| match step.parse::<usize>() {
            Ok(index) => node.items().nth(index),
            Err(_) => node.entries().find(|entry| entry.key.value() == *step).map(|entry| entry.value),
        })
    }

    fn moved(text: &str, from: &[&str], to: &[&str], missing: &[&str]) -> Option<String> {
        let tree = parse(text);
        let (key, mapping) = from.split_last()?;
        let entry = at(&tree, mapping)?.entries().find(|entry| entry.key.value() == *key)?;
        let edits = relocate(Written::of(entry.key)?, Path { target: at(&tree, to)?, missing, key })?;
        Some(apply(text, &edits))
    }

    #[test]
    fn out_of_a_list_item() {
        let text =
            "spec:\n  containers:\n  - name: a\n    # data\n    volumes:\n    # one\n    - name: x # y\n      emptyDir: {}\n    image: b\n";
        let wanted = "spec:\n  containers:\n  - name: a\n    image: b\n  # data\n  volumes:\n  # one\n  - name: x # y\n    emptyDir: {}\n";
        assert_eq!(moved(text, &["spec", "containers", "0", "volumes"], &["spec"], &[]).as_deref(), Some(wanted));
    }

    #[test]
    fn from_after_a_dash() {
        let text = "spec:\n  containers:\n  - hostNetwork: true\n    name: a\n";
        let wanted = "spec:\n  containers:\n  - name: a\n  hostNetwork: true\n";
        assert_eq!(moved(text, &["spec", "containers", "0", "hostNetwork"], &["spec"], &[]).as_deref(), Some(wanted));
    }

    #[test]
    fn at_the_end_of_the_text() {
        let text = "spec:\n  a: 1\n  b:\n    c: 1\n    d:\n      e: 1";
        assert_eq!(moved(text, &["spec", "b", "d"], &["spec"], &[]).as_deref(), Some("spec:\n  a: 1\n  b:\n    c: 1\n  d:\n    e: 1"));
    }

    #[test]
    fn with_parents() {
        let text = "a: 1\nlimits:\n  cpu: 1\nb: 2\n";
        assert_eq!(moved(text, &["limits"], &[], &["resources"]).as_deref(), Some("a: 1\nb: 2\nresources:\n  limits:\n    cpu: 1\n"));
        let text = "resources:\nlimits:\n  cpu: 1\nb: 2\n";
        assert_eq!(moved(text, &["limits"], &[], &["resources"]).as_deref(), Some("resources:\n  limits:\n    cpu: 1\nb: 2\n"));
    }

    #[test]
    fn the_only_entry() {
        assert_eq!(moved("a:\n  b: 1 # c\nd: 2\n", &["a", "b"], &["a"], &["e"]).as_deref(), Some("a:\n  e:\n    b: 1 # c\nd: 2\n"));
        assert_eq!(moved("a:\n- b: 1\n", &["a", "0", "b"], &["a", "0"], &["e"]).as_deref(), Some("a:\n- e:\n    b: 1\n"));
        assert_eq!(moved("a: {b: 1}\n", &["a", "b"], &["a"], &["e"]).as_deref(), Some("a: {e: {b: 1}}\n"));
        let text = "a:\n  b:\n    c: 1\n  d: 2\n";
        assert_eq!(moved(text, &["a", "b", "c"], &["a"], &[]).as_deref(), Some("a:\n  b: {}\n  d: 2\n  c: 1\n"));
    }

    #[test]
    fn in_brackets() {
        let text = "{\n  \"a\": {\n    \"b\": 1,\n    \"c\": [1]\n  },\n  \"d\": 2\n}\n";
        assert_eq!(
            moved(text, &["a", "c"], &[], &[]).as_deref(),
            Some("{\n  \"a\": {\n    \"b\": 1\n  },\n  \"d\": 2,\n  \"c\": [1]\n}\n")
        );
        assert_eq!(moved("a: {b: 1, c: 2}\nd: 3\n", &["a", "b"], &[], &[]).as_deref(), Some("a: {c: 2}\nd: 3\nb: 1\n"));
        assert_eq!(moved("a: {b: 1}\nd: 3\n", &["d"], &["a"], &["e"]).as_deref(), Some("a: {b: 1, e: {d: 3}}\n"));
        assert_eq!(moved("a: {}\nd: 3\n", &["d"], &["a"], &[]).as_deref(), Some("a: {d: 3}\n"));
    }

    #[test]
    fn windows_line_ends() {
        let text = "a:\r\n  b: 1\r\n  c:\r\n  - 1\r\nd: 2\r\n";
        assert_eq!(moved(text, &["a", "c"], &[], &[]).as_deref(), Some("a:\r\n  b: 1\r\nd: 2\r\nc:\r\n- 1\r\n"));
    }

    #[test]
    fn not_where_the_layout_is_unsure() {
        assert_eq!(moved("a:\n  ? b\n  : 1\n  c: 1\nd: 2\n", &["a", "b"], &[], &[]), None);
        assert_eq!(moved("a: {b: 1}\nd:\n  - 1\n", &["d"], &["a"], &[]), None);
    }
}
