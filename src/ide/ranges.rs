//! What belongs together: ranges to fold, and ranges to select.

use crate::analysis::Document;
use crate::text::{TextRange, line_at, next_line};
use crate::yaml::{Kind, Node, Style, Tree};

/// What can be folded: from a line to a later one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fold {
    /// From the end of the first line on, relative to the document.
    pub range: TextRange,
    /// Comments, rather than a value.
    pub is_comment: bool,
}

/// What can be folded in a document: entries and items on several lines, and comments on several lines.
pub fn folds(tree: &Tree) -> Vec<Fold> {
    let text = tree.text();
    let mut folds: Vec<Fold> = tree.nodes().filter(|node| is_long(*node)).filter_map(|node| fold(text, node)).collect();
    // Of a list in an entry and the first item of it only one begins at the line of the key.
    folds.sort_by_key(|it| (it.range.start, std::cmp::Reverse(it.range.end)));
    folds.dedup_by_key(|it| it.range.start);
    folds.extend(comments(tree));
    folds.sort_by_key(|it| it.range);
    folds
}

/// Whether a node is more than a word: a collection or a block of text.
fn is_long(node: Node<'_>) -> bool {
    node.is_collection() || matches!(node.kind(), Kind::Scalar(Style::Literal | Style::Folded))
}

/// A value from the line of its key, or of its dash.
fn fold(text: &str, node: Node<'_>) -> Option<Fold> {
    let parent = node.parent()?;
    let key = parent.entries().find(|entry| entry.value.id() == node.id()).map(|entry| entry.key);
    let head = key.map_or(node.range().start, |key| key.range().start);
    let (start, end) = (line_at(text, head as usize).end, node.range().start as usize + text[node.range().span()].trim_end().len());
    (start < end as u32).then(|| Fold { range: TextRange::new(start as usize, end), is_comment: false })
}

/// Comments on lines right below each other.
fn comments(tree: &Tree) -> Vec<Fold> {
    let text = tree.text();
    let alone = |comment: &&TextRange| text[line_at(text, comment.start as usize).start as usize..comment.start as usize].trim().is_empty();
    let mut blocks: Vec<TextRange> = vec![];
    for comment in tree.comments().iter().filter(alone) {
        match blocks.last_mut() {
            Some(block) if next_line(text, block.end as usize) == line_at(text, comment.start as usize).start as usize => {
                block.end = comment.end;
            }
            _ => blocks.push(*comment),
        }
    }
    let folds = blocks.into_iter().filter_map(|block| {
        let start = line_at(text, block.start as usize).end;
        (start < block.end).then_some(Fold { range: TextRange { start, end: block.end }, is_comment: true })
    });
    folds.collect()
}

/// The ranges around an offset, the innermost first: the word, the value, its entry or item, the collection, up to the whole document.
pub fn selections(document: &Document, offset: usize) -> Vec<TextRange> {
    let tree = document.tree();
    let mut ranges = vec![];
    let mut next = tree.node_at(offset.min(tree.text().len()));
    while let Some(node) = next {
        ranges.push(node.range());
        next = node.parent();
        if let Some(parent) = next {
            let entry = parent.entries().find(|entry| [entry.key.id(), entry.value.id()].contains(&node.id()));
            ranges.extend(entry.map(|entry| entry.key.range().cover(entry.value.range())));
        }
    }
    ranges.push(TextRange::new(0, tree.text().len()));
    // Each must hold the one before, and more.
    let mut kept: Vec<TextRange> = vec![];
    for range in ranges.into_iter().filter(|it| it.touches(offset)) {
        if kept.last().is_none_or(|last| range.covers(*last) && range != *last) {
            kept.push(range);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Options;
    use crate::yaml;

    const TEXT: &str = "\
# one
# two
kind: Pod
spec:
  containers:
  - name: web
    args:
    - a
    - b
    command: |
      run
      stop
  # alone
  volumes: []
";

    #[test]
    fn values_and_comments_fold() {
        let tree = yaml::parse(TEXT);
        let number = |offset: u32| TEXT[..offset as usize].matches('\n').count();
        let found: Vec<_> = folds(&tree).iter().map(|it| (number(it.range.start), number(it.range.end), it.is_comment)).collect();
        assert_eq!(found, [(0, 1, true), (3, 13, false), (4, 11, false), (5, 11, false), (6, 8, false), (9, 11, false)]);
    }

    #[test]
    fn selections_grow() {
        let document = Document::new(TEXT, &Options::default());
        let found: Vec<&str> = selections(&document, TEXT.find("web").unwrap() + 1).iter().map(|it| &TEXT[it.span()]).collect();
        assert_eq!(found[..2], ["web", "name: web"]);
        assert!(found[2].starts_with("name: web\n    args:") && found.last() == Some(&TEXT), "{found:#?}");
        assert!(found.windows(2).all(|pair| pair[1].len() > pair[0].len()));
    }
}
