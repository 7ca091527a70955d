//! Values turned into values of another kind: an item into a list, a map into pairs.

use crate::text::{BREAKS, Edit, TextRange, line_at, line_end, next_line};
use crate::yaml::{self, Entry, Kind, Layout, Node, Scalar};

use super::{column, plain_or_quoted, quote};

/// Makes a mapping the only item of a list.
pub(crate) fn dash(mapping: Node<'_>) -> Option<Vec<Edit>> {
    if mapping.kind() != Kind::Mapping(Layout::Block) {
        return Some(wrap(mapping));
    }
    let text = mapping.tree().text();
    let start = mapping.range().start as usize;
    let own_line = text[line_at(text, start).start as usize..start].bytes().all(|byte| byte == b' ');
    let mut edits = vec![Edit::insert(start, "- ")];
    edits.extend(line_starts(mapping).into_iter().map(|at| Edit::insert(at, "  ")));
    own_line.then_some(edits)
}

/// Puts brackets around a value.
pub(crate) fn wrap(node: Node<'_>) -> Vec<Edit> {
    let range = node.range();
    vec![Edit::insert(range.start as usize, "["), Edit::insert(range.end as usize, "]")]
}

/// Takes the items of a list out of it: the only one, or mappings that become one.
pub(crate) fn undash(list: Node<'_>) -> Option<Vec<Edit>> {
    let text = list.tree().text();
    if list.kind() == Kind::Sequence(Layout::Flow) {
        let item = list.items().next().filter(|_| list.items().count() == 1)?.range();
        let before = TextRange::new(list.range().start as usize, item.start as usize);
        return Some(vec![Edit::delete(before), Edit::delete(TextRange::new(item.end as usize, list.range().end as usize))]);
    }
    let key_column = list.parent().and_then(|it| it.entries().find(|it| it.value.id() == list.id())).map(|it| column(it.key))?;
    let mut edits = vec![];
    for item in list.items() {
        let line = line_at(text, item.range().start as usize).start as usize;
        let before = TextRange::new(line + column(list), item.range().start as usize);
        if !text[line..before.start as usize].trim().is_empty() || !text[before.span()].starts_with('-') {
            return None;
        }
        let width = before.len();
        // A list may be as far left as its key; the mapping that it becomes may not.
        if column(list) == key_column {
            edits.push(Edit::replace(before, " ".repeat(width)));
            continue;
        }
        edits.push(Edit::delete(before));
        for at in line_starts(item) {
            if !text[at..].bytes().take(width).all(|byte| byte == b' ') {
                return None;
            }
            edits.push(Edit::delete(TextRange::new(at, at + width)));
        }
    }
    Some(edits)
}

/// Makes a map a list of `name` and `value`.
pub(crate) fn pairs(map: Node<'_>) -> Option<Vec<Edit>> {
    let text = map.tree().text();
    let line_end = line_end(text);
    let simple =
        map.entries().all(|entry| matches!(entry.value.kind(), Kind::Scalar(_) | Kind::Empty) && !entry.value.text().contains(BREAKS));
    if !simple || map.entries().next().is_none() {
        return None;
    }
    if map.kind() == Kind::Mapping(Layout::Flow) {
        let json = super::is_json(map);
        let name = |name: &str| if json { quote(name) } else { name.to_owned() };
        let items = map.entries().map(|entry| {
            let key = if json { quote(&entry.key.value()) } else { plain_or_quoted(&entry.key.value()).into_owned() };
            format!("{{{}: {key}, {}: {}}}", name("name"), name("value"), as_text(entry.value))
        });
        return Some(vec![Edit::replace(map.range(), format!("[{}]", items.collect::<Vec<_>>().join(", ")))]);
    }
    let pad = " ".repeat(column(map));
    let edits = map.entries().map(|entry| {
        let end = entry.key.range().end.max(entry.value.range().end) as usize;
        let range = TextRange::new(entry.key.range().start as usize, end);
        // The colon of an entry without a value is not in its range.
        let colon = usize::from(entry.value.is_empty() && text[end..].starts_with(':'));
        let range = TextRange::new(range.start as usize, range.end as usize + colon);
        let name = plain_or_quoted(&entry.key.value()).into_owned();
        Edit::replace(range, format!("- name: {name}{line_end}{pad}  value: {}", as_text(entry.value)))
    });
    Some(edits.collect())
}

/// Makes an entry the fields `name` and `value`.
pub(crate) fn pair(entry: Entry<'_>) -> Option<Edit> {
    let map = entry.key.parent()?;
    let text = map.tree().text();
    let range = entry.key.range().cover(entry.value.range());
    let (name, value) = (plain_or_quoted(&entry.key.value()).into_owned(), as_text(entry.value));
    let new_text = match map.kind() {
        _ if super::is_json(map) => format!("\"name\": {}, \"value\": {value}", quote(&entry.key.value())),
        Kind::Mapping(Layout::Flow) => format!("name: {name}, value: {value}"),
        _ => format!("name: {name}{}{}value: {value}", line_end(text), " ".repeat(column(map))),
    };
    (!text[range.span()].contains(BREAKS)).then(|| Edit::replace(range, new_text))
}

/// Puts the entries below a key in its place.
pub(crate) fn unwrap(entry: Entry<'_>) -> Option<Vec<Edit>> {
    let (key, value) = (entry.key, entry.value);
    let text = key.tree().text();
    let before = TextRange::new(key.range().start as usize, value.range().start as usize);
    if text[before.span()].contains('#') || value.anchor().is_some() || value.tag().is_some() {
        return None;
    }
    if value.kind() == Kind::Mapping(Layout::Flow) {
        let (first, last) = (value.entries().next()?.key, value.range());
        let end = TextRange::new(last.end as usize - 1, last.end as usize);
        let is_flow = key.parent().is_some_and(|it| it.kind() == Kind::Mapping(Layout::Flow));
        let open = TextRange::new(before.start as usize, first.range().start as usize);
        return is_flow.then(|| vec![Edit::delete(open), Edit::delete(end)]);
    }
    let width = column(value).checked_sub(column(key))?;
    let starts = line_starts(value);
    let is_indented = |at: &usize| text[*at..].bytes().take(width).all(|byte| byte == b' ');
    let dedents = || starts.iter().map(|at| Edit::delete(TextRange::new(*at, at + width)));
    starts.iter().all(is_indented).then(|| std::iter::once(Edit::delete(before)).chain(dedents()).collect())
}

/// A scalar so that it is read as text.
fn as_text(node: Node<'_>) -> String {
    match node.kind() {
        Kind::Empty => "\"\"".to_owned(),
        _ if yaml::resolve(node) == Scalar::String => node.text().to_owned(),
        _ => quote(node.text()),
    }
}

/// The starts of all lines of a node but its first, empty ones left out.
fn line_starts(node: Node<'_>) -> Vec<usize> {
    let (text, range) = (node.tree().text(), node.range());
    let starts = std::iter::successors(Some(range.start as usize), |at| Some(next_line(text, *at)));
    let below = starts.skip(1).take_while(|at| *at < range.end as usize);
    below.filter(|at| !text[line_at(text, *at).span()].trim().is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::apply;
    use crate::yaml::parse;

    fn changed(text: &str, change: fn(Node<'_>) -> Option<Vec<Edit>>) -> Option<String> {
        let tree = parse(text);
        let value = tree.root()?.entries().next()?.value;
        Some(apply(text, &change(value)?))
    }

    #[test]
    fn dashes() {
        let (with, without) = ("a:\n  - b: 1\n    # c\n    d:\n      e: 2\n", "a:\n  b: 1\n  # c\n  d:\n    e: 2\n");
        assert_eq!(changed(without, dash).as_deref(), Some(with));
        assert_eq!(changed(with, undash).as_deref(), Some(without));
        assert_eq!(changed("a:\n- b: 1\n  c: 2\n", undash).as_deref(), Some("a:\n  b: 1\n  c: 2\n"));
        assert_eq!(changed("a: {b: 1}\n", dash).as_deref(), Some("a: [{b: 1}]\n"));
        assert_eq!(changed("a: [{b: 1}]\n", undash).as_deref(), Some("a: {b: 1}\n"));
        assert_eq!(changed("a: [1, 2]\n", undash), None);
        assert_eq!(changed("a:\n- b: 1\n- c: 2\n  d: 3\n", undash).as_deref(), Some("a:\n  b: 1\n  c: 2\n  d: 3\n"));
        assert_eq!(changed("a:\n  - b: 1\n  - c: 2\n    d: 3\n", undash).as_deref(), Some("a:\n  b: 1\n  c: 2\n  d: 3\n"));
    }

    #[test]
    fn maps_to_pairs() {
        assert_eq!(
            changed("env:\n  A: b # c\n  B: 1\n  C:\n", pairs).as_deref(),
            Some("env:\n  - name: A\n    value: b # c\n  - name: B\n    value: \"1\"\n  - name: C\n    value: \"\"\n")
        );
        assert_eq!(
            changed("{\"env\": {\"A\": \"b\", \"B\": 1}}", pairs).as_deref(),
            Some("{\"env\": [{\"name\": \"A\", \"value\": \"b\"}, {\"name\": \"B\", \"value\": \"1\"}]}")
        );
        assert_eq!(changed("env:\n  A:\n    b: c\n", pairs), None);
    }
}
