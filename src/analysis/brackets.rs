//! Where a `List` in brackets, as `kubectl get -o json` prints it, can be cut into its items.

use memchr::memmem;

use crate::text::TextRange;
use crate::yaml;

/// What is between the commas below the key `items` of a mapping in brackets. None if nothing shows where that ends.
///
/// Only brackets, quotes and commas are looked at. Whether what is between them is an item shows when it is read.
pub(super) fn items(text: &str) -> Vec<TextRange> {
    let start = text.strip_prefix("---").map_or(0, |_| 3);
    // A comment of ours may speak of an item on another line than its own.
    if !text[start..].trim_start().starts_with('{') || memmem::find(text.as_bytes(), b"podls:").is_some() {
        return vec![];
    }
    scan(text, start).unwrap_or_default()
}

fn scan(text: &str, start: usize) -> Option<Vec<TextRange>> {
    let bytes = text.as_bytes();
    let mut items = vec![];
    // Where the item begins that is being read.
    let mut begun = None;
    let (mut at, mut depth) = (start, 0u32);
    loop {
        let byte = *bytes.get(at)?;
        match byte {
            b'"' | b'\'' if opens(bytes[at - 1]) => {
                at = yaml::closing(bytes, at + 1, byte)?;
                continue;
            }
            // A comment without a space before it is a finding of the list as a whole.
            b'#' if matches!(bytes[at - 1], b'}' | b']' | b'"' | b'\'' | b',') => return None,
            b'#' if bytes[at - 1].is_ascii_whitespace() => {
                at += memchr::memchr(b'\n', &bytes[at..])?;
            }
            b'[' | b'{' => {
                if byte == b'[' && depth == 1 && ends_with_items(&text[..at]) {
                    begun = Some(at + 1);
                }
                depth += 1;
            }
            b']' | b'}' => {
                depth = depth.checked_sub(1).filter(|depth| *depth > 0)?;
                if let Some(from) = begun.filter(|_| depth == 1) {
                    let last = text[from..at].trim_end();
                    if !last.is_empty() {
                        items.push(TextRange::new(from, from + last.len()));
                    }
                    return Some(items);
                }
            }
            b',' if depth == 2 => {
                if let Some(from) = &mut begun {
                    items.push(TextRange::new(*from, at));
                    *from = at + 1;
                }
            }
            _ => {}
        }
        at += 1;
    }
}

/// Whether a quote after that byte opens a text, and is no letter of an unquoted one.
fn opens(before: u8) -> bool {
    !before.is_ascii_alphanumeric()
}

/// Whether a text ends with the key `items` and its colon.
fn ends_with_items(text: &str) -> bool {
    let key = text.trim_end().strip_suffix(':').unwrap_or_default().trim_end();
    let plain = key.strip_suffix("items").is_some_and(|before| before.trim_end().ends_with(['{', ',']));
    plain || key.ends_with("\"items\"") || key.ends_with("'items'")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists() {
        for expected in [
            "{\"kind\":\"List\",\"items\":[<{\"a\":[1,2]}>,<{\"b\":\"]},\\\"\"}>]}",
            "{\n  \"items\": [<\n    {},>,<\n    {}>\n  ],\n  \"kind\": \"List\"\n}\n",
            "--- {items: [<{it: 's'}>,< [it's, \"[\"]>, ], kind: List}",
            "{'items': [< # one ]\n a>,<>,<b>]}",
        ] {
            let expected = expected.replace(",>,<", ">,<");
            let text = expected.replace(['<', '>'], "");
            let mut shown = text.clone();
            for item in items(&text).iter().rev() {
                shown.insert(item.end as usize, '>');
                shown.insert(item.start as usize, '<');
            }
            assert_eq!(shown, expected);
        }
    }

    #[test]
    fn none() {
        for text in [
            "{}",
            "[1, 2]",
            "{a: {items: [1, 2]}}",
            "{items: {a: 1, b: 2}}",
            "{items: [1, 2",
            "{items: [\"1, 2]}",
            "{my-items: [1, 2]}",
            "{]",
        ] {
            assert_eq!(items(text), [], "{text}");
        }
    }
}
