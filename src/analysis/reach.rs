//! What reaches from one item of a `List` into another, so that the list must be read as a whole.

use std::collections::HashMap;

use memchr::memmem;

use super::Document;
use super::cut::{Cut, Piece};
use crate::text::TextRange;
use crate::yaml::{self, Entry, Kind, Node};

/// So many times the text may be read: what is around the items is read again with each of them.
const TIMES: usize = 3;

/// What may reach from one item into another, or into all: templates, strategic merge, line ends of YAML that are
/// none for an editor, lines that were meant to be `---`, and conflict markers.
const REACHING: [&str; 9] = ["{{", "$patch", "\u{85}", "\u{2028}", "\u{2029}", "\n--", "\n<<<<<<<", "\n=======", "\n>>>>>>>"];

/// Whether it is worth a try to read these items each by itself, as far as the text shows it.
pub(super) fn may_be_cut(text: &str, items: &[TextRange]) -> bool {
    let [first, .., last] = items else { return false };
    let around = text.len() - (last.end - first.start) as usize;
    around * items.len() <= TIMES * text.len()
        && !REACHING.iter().any(|it| memmem::find(text.as_bytes(), it.as_bytes()).is_some())
        && !aliases_reach(text, items)
}

/// Whether an alias in one item seems to name an anchor of another.
fn aliases_reach(text: &str, items: &[TextRange]) -> bool {
    let bytes = text.as_bytes();
    let Some(first) = memchr::memchr(b'&', bytes) else { return false };
    let mut anchors = HashMap::new();
    let marks = memchr::memchr2_iter(b'&', b'*', &bytes[first..]).map(|at| first + at);
    let begins = |at: &usize| *at == 0 || matches!(bytes[at - 1], b' ' | b'\t' | b'\n' | b'[' | b'{' | b',' | b':');
    marks.filter(begins).any(|at| {
        let rest = &text[at + 1..];
        // A name may go on after some of these; its beginning will do.
        let ends = |letter: char| letter.is_whitespace() || "[]{},:&*".contains(letter);
        let name = &rest[..rest.find(ends).unwrap_or(rest.len())];
        let item = items.partition_point(|item| item.start as usize <= at);
        if bytes[at] == b'&' {
            anchors.insert(name, item);
        }
        !name.is_empty() && anchors.get(name).is_some_and(|of| *of != item)
    })
}

/// Whether the item means by itself what it means among the others: it is an item of a `List`, and neither names a part of another one
/// nor can be named there.
pub(super) fn stands_alone(document: &Document, cut: Cut, in_brackets: bool) -> bool {
    let (tree, model) = (document.tree(), document.model());
    let is_inside = |node: Node<'_>| cut.in_item(node.range());
    tree.roots().count() < 2
        && tree.anchored().all(is_inside)
        && tree.nodes().filter(|node| node.kind() == Kind::Alias).all(|alias| is_inside(alias) && alias.resolved().is_some_and(is_inside))
        && model.objects().all(|object| is_inside(object.node()))
        && is_only_item(document, cut, in_brackets)
}

/// Whether what was cut out is one item of `items`, all that its piece has of them, and nothing else. Brackets must close where those of
/// the whole do: the commas around the item there are then theirs.
fn is_only_item(document: &Document, cut: Cut, in_brackets: bool) -> bool {
    let Some(root) = document.tree().root() else { return false };
    let item = cut.item_in_piece();
    let mut lists = root.entries().filter(|entry| entry.key.value() == "items").map(|entry| entry.value);
    let (Some(list), None) = (lists.next(), lists.next()) else { return false };
    let mut items = list.items();
    let (Some(only), None) = (items.next(), items.next()) else { return false };
    let is_beside = |entry: Entry<'_>| entry.value.id() == list.id() || !cut.in_item(entry.key.range());
    let closed = || document.text()[item.end..].find(']').map(|at| (item.end + at + 1) as u32);
    TextRange::new(item.start, item.end).covers(only.range())
        && root.entries().all(is_beside)
        && (!in_brackets || Some(list.range().end) == closed())
}

/// Whether all pieces together say what is said of the whole.
pub(super) fn agree(text: &str, pieces: &[Piece], in_brackets: bool) -> bool {
    let trees = || pieces.iter().map(|piece| piece.document.tree());
    // What the text above indents by, is what all items above do; without what is around the items.
    if let Some(last) = pieces.iter().rposition(|piece| piece.document.tree().habits() != 0) {
        let habits = trees().fold(0, |all, tree| all | tree.habits());
        let around = pieces[0].cut.around(text).map(|text| text.lines().count()).iter().sum::<usize>();
        if habits.count_ones() > 1 || !trees().take(last).all(|tree| tree.mostly_indents_by(habits.trailing_zeros(), around + 1)) {
            return false;
        }
    }
    if pieces.windows(2).any(|pair| is_split(&pair[0], &pair[1])) {
        return false;
    }
    let has_aliases = trees().any(|tree| tree.expanded() > tree.len());
    if has_aliases && trees().map(yaml::Tree::expanded).sum::<usize>() >= yaml::LESS_MAY_REPEAT {
        return false;
    }
    if in_brackets {
        // Of several mistakes within brackets one is reported, and none of them if the text as a whole is JSON.
        if trees().any(yaml::Tree::is_json_only) {
            return yaml::is_json(text);
        }
        let mut faulty = pieces.iter().filter(|piece| !piece.document.tree().errors().is_empty());
        return faulty.next().is_none_or(|piece| keeps_to_itself(text, piece)) && faulty.next().is_none();
    }
    !pieces.iter().any(|piece| {
        let below = &text[piece.cut.span().end..];
        open(&piece.document).any(|first| if ['[', '{'].contains(&first) { goes_on(below) } else { closes(first, below) })
    })
}

/// Whether two items may be the halves of one, made by a dash too many: no object lacks the `apiVersion` or `kind` that the one above has.
fn is_split(above: &Piece, below: &Piece) -> bool {
    let has = |piece: &Piece, key: &str| item(&piece.document).is_some_and(|item| item.entries().any(|entry| entry.key.value() == key));
    ["apiVersion", "kind"].iter().any(|key| has(above, key) && !has(below, key))
        && item(&above.document).is_some_and(|item| item.entries().all(|entry| !has(below, &entry.key.value())))
}

/// The item of a piece.
fn item(document: &Document) -> Option<Node<'_>> {
    document.tree().root()?.entries().find(|entry| entry.key.value() == "items")?.value.items().next()
}

/// Whether the mistakes of syntax in an item are fixed in it, and are on lines where nothing of another item begins, nor ends right
/// above. Of what begins or seems to be missing there, nothing is reported.
fn keeps_to_itself(text: &str, piece: &Piece) -> bool {
    let item = piece.cut.span();
    piece.document.tree().errors().iter().all(|error| {
        let range = piece.cut.to_whole(error.range).span();
        let above = text.get(item.start..range.start).unwrap_or_default();
        let after = text.get(range.end..).and_then(|rest| rest.lines().next()).map_or(range.end, |rest| range.end + rest.len());
        let end = error.fix.iter().map(|(_, edit)| edit.range.end).fold(error.range.end, u32::max) as usize;
        end <= piece.cut.item_in_piece().end
            && memchr::memchr_iter(b'\n', above.as_bytes()).count() > 1
            && text.get(item.end..after).is_none_or(|rest| rest.trim_matches([',', ' ', '\t']).is_empty())
    })
}

/// The quotes and brackets that are not closed.
fn open(document: &Document) -> impl Iterator<Item = char> {
    let unfinished = document.tree().errors().iter().filter_map(|error| error.unfinished);
    unfinished.filter_map(|range| document.text()[range.span()].chars().next())
}

/// Whether brackets may go on in a text below rather than end where an item begins: its first line ends with a comma, or closes more than
/// it opens.
fn goes_on(below: &str) -> bool {
    let is_content = |line: &&str| !line.is_empty() && !line.starts_with('#');
    let line = below.lines().map(str::trim).find(is_content).unwrap_or_default();
    let count = |marks: [char; 2]| line.matches(marks).count();
    line.ends_with(',') || count([']', '}']) > count(['[', '{'])
}

/// Whether a quote may be closed by a text below: the next one there ends a value. One that opens a text doesn't.
fn closes(quote: char, below: &str) -> bool {
    let rest = below.split_once(quote).and_then(|(_, rest)| rest.lines().next()).map(str::trim);
    ['"', '\''].contains(&quote) && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([',', ']', '}', '#']))
}
