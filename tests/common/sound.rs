//! What must be true of every syntax tree. The fuzzing of the library looks at it too.

use podls::text::TextRange;
use podls::yaml::{self, Kind, Node, Tree};

/// Splits and parses a text and looks at all that comes of it.
pub fn check(text: &str) {
    let parts = yaml::split(text);
    assert_eq!(parts.first().map(|it| it.start), Some(0));
    assert_eq!(parts.last().map(|it| it.end as usize), Some(text.len()));
    assert!(parts.windows(2).all(|pair| pair[0].end == pair[1].start));
    for part in parts {
        let tree = yaml::parse(&text[part.span()]);
        sound(&tree);
    }
}

/// Ranges lie on characters, nest, and follow each other; every value can be read.
pub fn sound(tree: &Tree) {
    let text = tree.text();
    let on_characters = |range: TextRange| {
        text.is_char_boundary(range.start as usize) && text.is_char_boundary(range.end as usize) && range.start <= range.end
    };
    let mut open: Vec<Node<'_>> = tree.roots().collect();
    let mut seen = 0;
    while let Some(node) = open.pop() {
        seen += 1;
        assert!(seen <= tree.len(), "a node appears twice in {text:?}");
        assert!(on_characters(node.range()), "{node:?} in {text:?}");
        let _ = (node.value(), yaml::resolve(node), yaml::key_text(node), node.tag_uri(), node.merged_entries());
        let mut before = node.range().start;
        let mut count = 0;
        for child in node.children() {
            assert_eq!(child.parent().map(Node::id), Some(node.id()));
            assert!(node.range().covers(child.range()), "{child:?} outside of {node:?} in {text:?}");
            assert!(before <= child.range().start, "{child:?} before {before} in {node:?} {:?}", tree.errors());
            // A branch of a template may go on with a collection that was open before the others.
            before = if tree.is_template() { child.range().start } else { child.range().end };
            count += 1;
            open.push(child);
        }
        match node.kind() {
            Kind::Mapping(_) => assert_eq!(count % 2, 0, "{node:?} in {text:?}"),
            Kind::Sequence(_) => {}
            _ => assert_eq!(count, 0, "{node:?} in {text:?}"),
        }
    }
    for error in tree.errors() {
        assert!(on_characters(error.range) && error.range.end as usize <= text.len(), "{error:?} in {text:?}");
        if let Some((_, edit)) = &error.fix {
            assert!(on_characters(edit.range), "{error:?} in {text:?}");
        }
    }
    assert!(tree.comments().iter().all(|it| text[it.span()].starts_with('#')), "{:?} in {text:?}", tree.comments());
}
