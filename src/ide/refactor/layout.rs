//! Flow style to block style and back.

use crate::rules::rewrite::{Draft, Indent, column, is_json, plain_or_quoted};
use crate::text::{Edit, TextRange, line_at, line_end};
use crate::yaml::{Kind, Layout, Node, Style};

use super::{At, Refactoring};

/// Only what fits into a line of so many columns is written in flow style.
const WIDTH: usize = 80;
/// So deep a collection may be nested to be written in block style; recursion must have an end.
const DEPTH: usize = 32;
/// In flow style: mappings in a list, and no more.
const SHALLOW: usize = 3;

pub(super) fn proposals(at: At<'_>) -> Option<Refactoring> {
    let node = collection(at)?;
    match node.kind() {
        Kind::Mapping(Layout::Flow) | Kind::Sequence(Layout::Flow) => {
            let node = std::iter::successors(Some(node), |node| node.parent()).take_while(|it| is_flow(*it)).last()?;
            let edits = to_block(node)?;
            Some(Refactoring::pure(format!("Write {} in block style", name(node)), edits))
        }
        _ => Some(Refactoring::pure(format!("Write {} in flow style", name(node)), vec![to_flow(node)?])),
    }
}

/// The value of the key at the cursor, or else the collection around it.
fn collection(at: At<'_>) -> Option<Node<'_>> {
    let of_key = at.entry().map(|entry| entry.value).filter(|value| value.is_collection());
    of_key.or_else(|| std::iter::successors(Some(at.node), |node| node.parent()).find(|node| node.is_collection()))
}

fn is_flow(node: Node<'_>) -> bool {
    matches!(node.kind(), Kind::Mapping(Layout::Flow) | Kind::Sequence(Layout::Flow))
}

fn name(node: Node<'_>) -> String {
    match key_of(node) {
        Some(key) => format!("`{}`", key.value()),
        None if node.parent().is_none() => "this document".to_owned(),
        None => "this item".to_owned(),
    }
}

fn key_of(node: Node<'_>) -> Option<Node<'_>> {
    node.parent()?.entries().find(|entry| entry.value.id() == node.id()).map(|entry| entry.key)
}

fn to_block(node: Node<'_>) -> Option<Vec<Edit>> {
    let tree = node.tree();
    let (text, range) = (tree.text(), node.range());
    if is_json(node) || has_comment(node) || node.children().next().is_none() {
        return None;
    }
    let indent = Indent { long_lists: true, ..Indent::of(tree) };
    let lines = draft(node, false, DEPTH)?.lines(indent)?;
    let line = line_at(text, range.start as usize);
    let before = &text[line.start as usize..range.start as usize];
    let goes_on = before.chars().all(|it| it == ' ' || it == '-');
    let own_key = key_of(node).filter(|_| !goes_on);
    // After a dash the first entry takes the place of the bracket; after a key or an anchor nothing does.
    let (start, first, rest, pad) = if goes_on {
        (range.start as usize, lines[0].as_str(), &lines[1..], column(node))
    } else {
        let by = if matches!(node.kind(), Kind::Sequence(_)) { indent.dash } else { indent.step };
        let pad = own_key.map_or_else(|| node.parent().map(|list| column(list) + 2), |key| Some(column(key) + by))?;
        (line.start as usize + before.trim_end().len(), "", &lines[..], pad)
    };
    let last_line = line_at(text, range.end as usize);
    let after = &text[range.end as usize..last_line.end as usize];
    let rest: String = rest.iter().map(|line| format!("{}{}{line}", line_end(text), " ".repeat(pad))).collect();
    if after.trim().is_empty() {
        return Some(vec![Edit::replace(TextRange::new(start, last_line.end as usize), format!("{first}{rest}"))]);
    }
    // A comment stays on the first line.
    after
        .trim_start()
        .starts_with('#')
        .then(|| vec![Edit::replace(TextRange::new(start, range.end as usize), first), Edit::insert(last_line.end as usize, rest)])
}

fn to_flow(node: Node<'_>) -> Option<Edit> {
    let tree = node.tree();
    let (text, range) = (tree.text(), node.range());
    node.parent()?;
    if has_comment(node) || range.len() > 4 * WIDTH {
        return None;
    }
    let inline = draft(node, true, SHALLOW)?.inline(false);
    let before = text[..range.start as usize].trim_end();
    let end = range.start as usize + node.text().trim_end().len();
    // What is after a dash stays there; what is below its key goes up to it.
    let start = if before.ends_with(':') || key_of(node).is_some() { before.len() } else { range.start as usize };
    let gap = if start < range.start as usize { " " } else { "" };
    let line = line_at(text, start);
    let width = text[line.start as usize..start].chars().count() + gap.len() + inline.chars().count();
    let is_comment = tree.comments().iter().any(|it| line.start <= it.start && (it.start as usize) < range.start as usize);
    (width <= WIDTH && !is_comment).then(|| Edit::replace(TextRange::new(start, end), format!("{gap}{inline}")))
}

fn has_comment(node: Node<'_>) -> bool {
    let first = node.tree().comments().partition_point(|it| it.start < node.range().start);
    node.tree().comments().get(first).is_some_and(|it| it.start < node.range().end)
}

/// A node as it is written, to be laid out in another way. `None` for scalars of several lines, and for collections with an anchor or tag.
fn draft(node: Node<'_>, flow: bool, depth: usize) -> Option<Draft> {
    let depth = depth.checked_sub(1)?;
    let nested =
        |node: Node<'_>| if node.is_collection() && (node.anchor().or(node.tag())).is_some() { None } else { draft(node, flow, depth) };
    match node.kind() {
        Kind::Mapping(_) => {
            let entry = |entry: crate::yaml::Entry<'_>| {
                let key = entry.key;
                let is_plain = matches!(key.kind(), Kind::Scalar(_)) && !(flow && breaks_flow(key)) && key.anchor().or(key.tag()).is_none();
                (is_plain && !key.text().contains(['\n', '\r'])).then_some(())?;
                Some((key.text().to_owned(), nested(entry.value)?))
            };
            Some(Draft::Entries(node.entries().map(entry).collect::<Option<_>>()?))
        }
        Kind::Sequence(_) => Some(Draft::List(node.items().map(nested).collect::<Option<_>>()?)),
        Kind::Empty => Some(Draft::Raw("null".to_owned())),
        Kind::Scalar(Style::Literal | Style::Folded) | Kind::Template => None,
        _ if flow && breaks_flow(node) => Some(Draft::Raw(plain_or_quoted(&node.value()).into_owned())),
        _ => {
            let start = [node.anchor(), node.tag()].into_iter().flatten().map(|it| it.start).min().unwrap_or(node.range().start);
            let text = &node.tree().text()[start as usize..node.range().end as usize];
            (!text.contains(['\n', '\r'])).then(|| Draft::Raw(text.to_owned()))
        }
    }
}

/// Whether a scalar would end at a comma or bracket in flow style.
fn breaks_flow(node: Node<'_>) -> bool {
    node.kind() == Kind::Scalar(Style::Plain) && node.text().contains([',', '[', ']', '{', '}'])
}

#[cfg(test)]
mod tests {
    use super::super::tests::offered;

    #[test]
    fn to_block() {
        for (before, after) in [
            ("    ports: [$0{name: http, containerPort: 80}]\n", "    ports:\n    - name: http\n      containerPort: 80\n"),
            ("    args$0: [a, \"b\", *x] # why\n", "    args: # why\n    - a\n    - \"b\"\n    - *x\n"),
            ("    ports:\n    - {$0name: http, containerPort: 80} # a\n", "    ports:\n    - name: http # a\n      containerPort: 80\n"),
            ("    command: [sh,\n      $0-c,\n      'a: b']\n", "    command:\n    - sh\n    - -c\n    - 'a: b'\n"),
            ("    resources: &r {$0limits: {cpu: 1}}\n", "    resources: &r\n      limits:\n        cpu: 1\n"),
        ] {
            assert_eq!(offered(before, "in block style"), [after], "{before}");
        }
        for none in ["    args: []$0\n", "    args: [a, # b\n      $0c]\n"] {
            assert_eq!(offered(none, "in block style"), [] as [&str; 0], "{none}");
        }
    }

    #[test]
    fn to_flow() {
        for (before, after) in [
            ("    ports$0:\n    - name: http\n      containerPort: 80\n", "    ports: [{name: http, containerPort: 80}]\n"),
            ("    ports:\n    - name$0: http # x\n      containerPort: 80\n    - a\n", ""),
            ("    ports:\n    - name: http\n      container$0Port: 80\n", "    ports:\n    - {name: http, containerPort: 80}\n"),
            ("    args$0:\n    - a\n    - b, c\n    - 'd' # e\n", "    args: [a, \"b, c\", 'd'] # e\n"),
            ("    args$0:\n    - |\n      a\n", ""),
            ("    args$0: # x\n    - a\n", ""),
            ("    resources$0: &r\n      limits:\n        cpu: 1\n", "    resources: &r {limits: {cpu: 1}}\n"),
        ] {
            let found = offered(before, "in flow style");
            assert_eq!(found.first().map_or("", |it| it), after, "{before}");
        }
    }
}
