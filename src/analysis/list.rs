//! Where a `List` in block style can be cut into its items.

use memchr::memmem;

use crate::text::TextRange;

/// The ranges of the items below the key `items` of a mapping in block style, without a gap between them. None if that key is not there
/// just once.
///
/// Only the text is looked at. A line that begins with a dash at the items' column begins an item, whatever is above it: block scalars
/// and plain ones are indented further. Only quotes and brackets may go on in such a line; the item in which they open is then not closed.
pub(super) fn items(text: &str) -> Vec<TextRange> {
    let Some(start) = below_items(text) else { return vec![] };
    let Some((mut starts, end)) = scan(text, start) else { return vec![] };
    if !text[end..].lines().all(begins_a_key) {
        return vec![];
    }
    starts.push(end);
    starts.windows(2).map(|pair| TextRange::new(pair[0], pair[1])).collect()
}

/// Where the line after the only `items:` at the left edge begins.
fn below_items(text: &str) -> Option<usize> {
    let at_edge = |at: &usize| *at == 0 || text.as_bytes()[at - 1] == b'\n';
    let mut found = memmem::find_iter(text.as_bytes(), "items:").filter(at_edge);
    let at = found.next().filter(|_| found.next().is_none())?;
    let rest = &text[at + "items:".len()..];
    let (line, _) = rest.split_once('\n')?;
    let lone_cr = memchr::memchr_iter(b'\r', text.as_bytes()).any(|at| text.as_bytes().get(at + 1) != Some(&b'\n'));
    let value = line.trim();
    (!lone_cr && (value.is_empty() || line.starts_with([' ', '\t']) && value.starts_with('#')))
        .then(|| text.len() - rest.len() + line.len() + 1)
}

/// Whether a line after the items can be one of the mapping: what goes on with quotes or brackets of the last item can't.
fn begins_a_key(line: &str) -> bool {
    let name = line.trim_start_matches(|letter: char| letter.is_ascii_alphanumeric() || letter == '_');
    let is_key = name.len() < line.len() && (name.starts_with(": ") || name.trim_end() == ":");
    is_key || line.trim().is_empty() || line.starts_with([' ', '#']) || line.trim_end() == "..."
}

/// Where the items begin in the lines from `start` on, and where the last one ends.
fn scan(text: &str, start: usize) -> Option<(Vec<usize>, usize)> {
    let (mut starts, mut column) = (vec![], None);
    // Comments right above an item speak of it.
    let mut comments = None;
    let mut at = start;
    for line in text[start..].split_inclusive('\n') {
        let from = at;
        at += line.len();
        let content = line.trim_start_matches(' ');
        let indent = line.len() - content.len();
        let content = content.trim_end();
        if content.is_empty() {
            comments = None;
        } else if content.starts_with('#') {
            // A line that is indented further may be text of a block scalar, unless a comment has ended that.
            let is_comment = comments.is_some() || column.is_none_or(|column| indent <= column) || content.contains("podls:");
            comments = comments.or(Some(from)).filter(|_| is_comment);
        } else {
            let begins = comments.take().unwrap_or(from);
            let dash = content == "-" || content.starts_with("- ");
            if dash && column.is_none_or(|column| indent == column) {
                column = Some(indent);
                starts.push(begins);
            } else if column.is_none_or(|column| indent <= column) {
                return (indent == 0 && column.is_some()).then_some((starts, begins));
            }
        }
    }
    Some((starts, text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The items, each in brackets.
    fn cut(text: &str) -> String {
        let mut shown = text.to_owned();
        for item in items(text).iter().rev() {
            shown.insert(item.end as usize, '>');
            shown.insert(item.start as usize, '<');
        }
        shown
    }

    #[test]
    fn lists() {
        for expected in [
            "kind: List\nitems:\n<- a: 1\n  b: 2\n><- c\n>",
            "items: # all\n<  - a: 1\n\n><  # about c\n  - c\n>kind: List\n",
            "items:\r\n<-\r\n  a: |\r\n    - x\r\n\r\n><- c\r\n># end\r\nkind: List\r\n",
            "items:\n<# first\n- a\n    # of a\n><# second\n    # too\n- b\n><    # podls: allow(x)\n- c>",
        ] {
            assert_eq!(cut(&expected.replace(['<', '>'], "")), expected);
        }
    }

    #[test]
    fn none() {
        for text in [
            "",
            "a: 1\n",
            "items:\n",
            "items: []\n- a\n- b\n",
            "items:\n- a\n- b\nitems:\n- c\n",
            "  items:\n  - a\n  - b\n",
            "items:\n  - a\n - b\n  - c\n",
            "items:\n  - a\n  b\n  - c\n",
            "items:\n- a\r- b\n- c\n",
            "{\"items\":\n[1,\n2]}",
            "items:\n- a: 1\n- b: [x,\ny\n]\nkind: List\n",
            "items:\n- a: 1\n- b: \"x\ny\"\n",
        ] {
            assert_eq!(items(text), [], "{text}");
        }
    }
}
