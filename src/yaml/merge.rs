//! Merge keys: `<<: *defaults`.

use std::borrow::Cow;
use std::collections::HashSet;

use super::{Entry, Kind, Node, Style};

/// How many entries a mapping may gain by merging; beyond it the rest is left out.
const MAX_MERGED: usize = 10_000;

/// Whether a key merges: a plain `<<`, or any tagged `!!merge`.
pub(super) fn is_merge(key: Node<'_>) -> bool {
    match key.kind() {
        Kind::Scalar(style) if key.tag().is_none() => style == Style::Plain && key.text() == "<<",
        Kind::Scalar(_) => key.value() == "<<" && key.tag_uri().is_some_and(|tag| tag == "tag:yaml.org,2002:merge"),
        _ => false,
    }
}

/// Whether the value of `<<` is what kubectl can merge.
pub(super) fn can_merge(value: Node<'_>) -> bool {
    let mapping = |node: Node<'_>| node.resolved().is_none_or(|it| matches!(it.kind(), Kind::Mapping(_)));
    match value.kind() {
        Kind::Sequence(_) => value.items().all(mapping),
        _ => mapping(value),
    }
}

impl<'t> Node<'t> {
    /// The entries of a mapping as kubectl reads them, each with its name: those of merged mappings after its own, unless the name is its
    /// own or was merged before. Duplicates among its own entries all appear. Nothing for other nodes.
    pub fn merged_entries(self) -> Vec<(Cow<'t, str>, Entry<'t>)> {
        self.merged().0
    }

    /// The same, and whether anything was merged.
    pub fn merged(self) -> (Vec<(Cow<'t, str>, Entry<'t>)>, bool) {
        let mut entries = Vec::with_capacity(self.entries().count());
        entries.extend(self.entries().map(|entry| (entry.key.key_text(), entry)));
        if !entries.iter().any(|(name, entry)| name == "<<" && is_merge(entry.key)) {
            return (entries, false);
        }
        let merges: Vec<_> = entries.extract_if(.., |(_, entry)| is_merge(entry.key)).collect();
        let mut seen: HashSet<_> = entries.iter().map(|(name, _)| name.clone()).collect();
        let mut open: Vec<Node<'t>> = Vec::new();
        let queue = |open: &mut Vec<Node<'t>>, value: Node<'t>| match value.kind() {
            // The last one is taken first from the stack.
            Kind::Sequence(_) => open.extend(value.items().collect::<Vec<_>>().into_iter().rev()),
            _ => open.push(value),
        };
        merges.iter().for_each(|(_, entry)| queue(&mut open, entry.value));
        let mut visited = HashSet::new();
        while let Some(mapping) = open.pop().and_then(Node::resolved) {
            if !visited.insert(mapping.id()) || entries.len() > MAX_MERGED {
                continue;
            }
            for entry in mapping.entries() {
                if is_merge(entry.key) {
                    queue(&mut open, entry.value);
                    continue;
                }
                let name = entry.key.key_text();
                if seen.insert(name.clone()) {
                    entries.push((name, entry));
                }
            }
        }
        (entries, true)
    }
}

#[cfg(test)]
mod tests {
    use crate::yaml::parse;

    #[test]
    fn own_entries_win_then_the_first_merged() {
        #[rustfmt::skip]
        let table = [
            ("x: {a: 1}", "a=1"),
            ("x: {<<: {a: 1, b: 2}, b: 3}", "b=3 a=1"),
            ("x: {b: 3, <<: [{a: 1}, {a: 2, c: 4}]}", "b=3 a=1 c=4"),
            ("d: &d {a: 1, <<: &e {b: 2}}\nx: {<<: *d, <<: *e, c: 3}", "c=3 b=2 a=1"),
            ("x: {'<<': {a: 1}}", "<<={a: 1}"),
            ("x: {!!merge <<: {a: 1}}", "a=1"),
            ("x: {!!merge '<<': {a: 1}}", "a=1"),
            ("x: {!!str <<: {a: 1}}", "<<={a: 1}"),
            // What can't be merged is left out.
            ("x: {<<: 1, a: 2}", "a=2"),
            ("x: &x {<<: *x, a: 2}", "a=2"),
        ];
        for (text, expected) in table {
            let tree = parse(text);
            let value = tree.root().unwrap().entries().last().unwrap().value;
            let entries: Vec<_> = value.merged_entries().iter().map(|(name, it)| format!("{name}={}", it.value.text())).collect();
            assert_eq!(entries.join(" "), expected, "{text}");
        }
    }

    #[test]
    fn a_bomb_of_merges_costs_nothing() {
        let mut text = String::from("m0: &m0 {a: 1}\n");
        for n in 1..60 {
            text += &format!("m{n}: &m{n} {{<<: [*m{0}, *m{0}], k{n}: 1}}\n", n - 1);
        }
        let tree = parse(text);
        assert_eq!(tree.root().unwrap().entries().last().unwrap().value.merged_entries().len(), 60);
    }
}
