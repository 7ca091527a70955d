//! What is looked at when a part has been read: kubectl's limits on keys, tags and aliases, and the order of the errors.

use std::collections::HashSet;

use crate::text::TextRange;

use super::parser::Parser;
use super::tree::NONE;
use super::{Kind, Node, NodeId, Scalar, Style, Tree, mistake, template};

/// From so many values on, kubectl's reader lets aliases repeat less and less of a document.
pub const LESS_MAY_REPEAT: usize = 400_000;

/// Completes the tree.
pub(super) fn finish(mut parser: Parser<'_>) -> Tree {
    if let Some(mask) = parser.mask {
        template::settle(&mut parser.out, mask, std::mem::take(&mut parser.arms.continued));
    }
    parser.read_end = usize::MAX;
    parser.out.steps = parser.steps;
    parser.out.properties.sort_by_key(|it| it.node);
    parser.out.literal_indents.sort_unstable();
    parser.out.aliases.sort_unstable();
    let text = parser.text;
    parser.out.tag_handles.sort_by_key(|(handle, _)| &text[handle.span()]);
    characters(&mut parser);
    separators(&mut parser);
    keys(&mut parser);
    tags(&mut parser);
    numbers(&mut parser);
    aliases(&mut parser);
    if !parser.out.errors.is_empty() {
        super::report::settle_errors(&mut parser);
        if let Some(mask) = parser.mask {
            template::drop_unsure(&mut parser.out, mask);
        }
        if parser.text.trim_start().starts_with(['{', '[', '"']) && is_json(parser.text) {
            // kubectl tries JSON first, and what it reads so was never YAML.
            parser.out.errors.clear();
            parser.out.is_json_only = true;
        }
    }
    parser.out
}

/// Whether a text is one JSON value.
pub fn is_json(text: &str) -> bool {
    serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}

/// Control characters, which no reader takes.
fn characters(parser: &mut Parser<'_>) {
    let suspect = |b: u8| b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r') || b == 0x7f || b == 0xc2 || b == 0xef;
    // Without a way out between the bytes of a block, the compiler looks at all of them at once.
    if !parser.bytes.chunks(64).any(|block| block.iter().fold(false, |any, &b| any | suspect(b))) {
        return;
    }
    let text = parser.text;
    for (at, c) in text.char_indices() {
        let bad = c < ' ' && !matches!(c, '\t' | '\n' | '\r')
            || ('\u{7f}'..'\u{a0}').contains(&c) && c != '\u{85}'
            || matches!(c, '\u{fffe}' | '\u{ffff}');
        if bad {
            parser.report(mistake::control_character(TextRange::new(at, at + c.len_utf8()), c as u32));
            return;
        }
    }
}

/// Lines that begin with `---` and go on with text: YAML takes them as text, or as the start of the document's node.
fn separators(parser: &mut Parser<'_>) {
    let (text, bytes) = (parser.text, parser.bytes);
    for at in memchr::memmem::find_iter(bytes, b"---") {
        if at > 0 && bytes[at - 1] != b'\n' {
            continue;
        }
        // For kubectl a bare CR ends no line.
        let end = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |found| at + found);
        let after = text[at + 3..end].trim();
        if !after.is_empty() && !after.starts_with('#') {
            let start = end - text[at + 3..end].trim_start().len();
            let shown = after.split('\r').next().unwrap_or_default();
            parser.report(mistake::bad_separator(TextRange::new(start, start + shown.len())));
        }
    }
}

/// Keys that kubectl can't make a name of, and values that it can't merge.
fn keys(parser: &mut Parser<'_>) {
    let mut found = Vec::new();
    for &id in parser.odd_keys.iter().filter(|&&id| (id as usize) < parser.read_nodes) {
        let node = parser.out.node(NodeId(id));
        let value = parser.out.nodes[id as usize].next_sibling;
        if let Some(error) = key(node) {
            found.push(error);
        } else if super::merge::is_merge(node) && value != NONE {
            let value = parser.out.node(NodeId(value));
            if !super::merge::can_merge(value) {
                found.push(mistake::bad_merge(value.range()));
            }
        }
    }
    for error in found {
        parser.report(error);
    }
}

fn key(node: Node<'_>) -> Option<super::SyntaxError> {
    let range = node.range();
    let target = node.resolved().unwrap_or(node);
    match target.kind() {
        Kind::Mapping(_) | Kind::Sequence(_) => Some(mistake::complex_key(range)),
        Kind::Empty if node.tag().is_none() => Some(mistake::empty_key(range)),
        Kind::Scalar(Style::Plain) => {
            let text = target.text();
            let first = text.as_bytes().first().copied().unwrap_or(0);
            if range.len() > 1024 && text.chars().count() > 1024 {
                return Some(mistake::key_too_long(range));
            }
            if !(matches!(first, b'~' | b'n' | b'N' | b'0'..=b'9' | b'+')) {
                return None;
            }
            match super::resolve(target) {
                Scalar::Null => Some(mistake::null_key(range)),
                Scalar::Int(n) if n > i64::MAX as i128 => Some(mistake::odd_key(range, node.text())),
                _ => None,
            }
        }
        Kind::Scalar(_) if range.len() > 1024 && node.text().chars().count() > 1024 => Some(mistake::key_too_long(range)),
        _ => None,
    }
}

/// Tags that kubectl can't follow, and numbers that JSON lacks.
fn tags(parser: &mut Parser<'_>) {
    let mut found = Vec::new();
    for properties in parser.out.properties.iter().filter(|it| (it.node as usize) < parser.read_nodes) {
        let (Some(tag), node) = (properties.tag, parser.out.node(NodeId(properties.node))) else { continue };
        let text = &parser.text[tag.span()];
        if text.len() > 2 && text.starts_with('!') && text[1..].contains('!') && !text.starts_with("!!") && !text.starts_with("!<") {
            let handle = &text[..text[1..].find('!').map_or(1, |n| n + 2)];
            if parser.out.tag_prefix(handle).is_none() {
                found.push(mistake::undeclared_tag(tag));
                continue;
            }
        }
        if !super::scalar::fits_tag(node) {
            found.push(mistake::bad_tag(tag, text));
        }
    }
    for error in found {
        parser.report(error);
    }
}

/// Infinity and "not a number" as values: JSON lacks them.
fn numbers(parser: &mut Parser<'_>) {
    if parser.odd_numbers.is_empty() {
        return;
    }
    let keys: HashSet<u32> = parser.odd_keys.iter().copied().collect();
    let values = parser.odd_numbers.iter().filter(|&&id| (id as usize) < parser.read_nodes && !keys.contains(&id));
    let nodes = values.map(|&id| parser.out.node(NodeId(id))).filter(|&node| is_no_number(node));
    let found: Vec<_> = nodes.map(|node| mistake::no_number(node.range(), node.text())).collect();
    for error in found {
        parser.report(error);
    }
}

fn is_no_number(node: Node<'_>) -> bool {
    matches!(super::resolve(node), Scalar::Float(value) if !value.is_finite())
}

/// Cuts aliases inside the value of their own anchor, so that whoever follows aliases comes to an end, and finds how much of the document
/// aliases repeat: kubectl's reader rejects what grows too much by it.
fn aliases(parser: &mut Parser<'_>) {
    let tree = &parser.out;
    if tree.aliases.is_empty() {
        return;
    }
    // For each complete node how many values reading it takes, and how many of them are repeated ones.
    let mut costs = vec![None; tree.nodes.len()];
    let mut circular = Vec::new();
    let mut open: Vec<(u32, u32, (f64, f64))> = Vec::new();
    for root in &tree.roots {
        open.push((root.0, tree.nodes[root.0 as usize].first_child, (1.0, 0.0)));
        while let Some((id, child, sum)) = open.last_mut() {
            if *child != NONE {
                let next = *child;
                *child = tree.nodes[next as usize].next_sibling;
                open.push((next, tree.nodes[next as usize].first_child, (1.0, 0.0)));
                continue;
            }
            let (id, mut sum) = (*id, *sum);
            if let Some(target) = tree.node(NodeId(id)).resolved().filter(|it| it.id().0 != id) {
                match costs[target.id().0 as usize] {
                    Some((cost, _)) => sum = (sum.0 + cost, sum.1 + cost),
                    None => circular.push(id),
                }
            }
            costs[id as usize] = Some(sum);
            open.pop();
            if let Some((_, _, outer)) = open.last_mut() {
                *outer = (outer.0 + sum.0, outer.1 + sum.1);
            }
        }
    }
    let (cost, alias) = tree.roots.first().and_then(|root| costs[root.0 as usize]).unwrap_or((1.0, 0.0));
    let allowed: f64 = 0.99 - 0.89 * ((cost - LESS_MAY_REPEAT as f64) / 3_600_000.0).clamp(0.0, 1.0);
    let last = tree.aliases.last().map_or(TextRange::at(0), |it| tree.nodes[it.0.0 as usize].range);
    parser.out.expanded = cost as usize;
    if alias > 100.0 && cost > 1000.0 && alias / cost > allowed {
        parser.report(mistake::alias_bomb(last));
    }
    circular.sort_unstable();
    parser.out.aliases.retain(|it| circular.binary_search(&it.0.0).is_err());
    for id in circular {
        let range = parser.out.nodes[id as usize].range;
        parser.report(mistake::inside_itself(range, &parser.text[range.start as usize + 1..range.end as usize]));
    }
}
