//! Regular expressions as Go reads them, as far as a mistake is certain.

/// What `regexp.Compile` is certain to reject.
///
/// # Errors
/// What is wrong with it.
pub fn check(text: &str) -> Result<(), &'static str> {
    let bytes = text.as_bytes();
    let (mut at, mut open) = (0, 0);
    let mut can_repeat = false;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' => {
                match bytes.get(at + 1) {
                    None => return Err("it ends in a backslash"),
                    // Everything up to `\E` stands for itself.
                    Some(b'Q') => return Ok(()),
                    Some(b'1'..=b'9') => return Err("back references are not supported"),
                    _ => {}
                }
                at += 1;
                can_repeat = true;
            }
            b'[' => {
                let mut end = at + 1;
                end += usize::from(bytes.get(end) == Some(&b'^'));
                end += usize::from(bytes.get(end) == Some(&b']'));
                while bytes.get(end).is_some_and(|byte| *byte != b']') {
                    if bytes[end] == b'[' && bytes.get(end + 1) == Some(&b':') {
                        let close = bytes[end + 2..].windows(2).position(|pair| pair == b":]");
                        end += close.map_or(1, |close| close + 4);
                    } else {
                        end += if bytes[end] == b'\\' { 2 } else { 1 };
                    }
                }
                if end >= bytes.len() {
                    return Err("`[` is not closed");
                }
                at = end;
                can_repeat = true;
            }
            b'(' => {
                let rest = &bytes[at + 1..];
                if [&b"?="[..], b"?!", b"?<=", b"?<!", b"?>"].iter().any(|sign| rest.starts_with(sign)) {
                    return Err("look-around is not supported");
                }
                if rest.first() == Some(&b'?') {
                    at += 1;
                }
                open += 1;
                can_repeat = false;
            }
            b')' => {
                if open == 0 {
                    return Err("`)` without `(`");
                }
                open -= 1;
                can_repeat = true;
            }
            b'*' | b'+' | b'?' => {
                if !can_repeat {
                    return Err("there is nothing to repeat");
                }
                // One `?` may follow, for the shortest match.
                at += usize::from(bytes.get(at + 1) == Some(&b'?'));
                if bytes.get(at + 1).is_some_and(|byte| matches!(byte, b'*' | b'+')) {
                    return Err("one repetition follows another");
                }
            }
            b'|' => can_repeat = false,
            _ => can_repeat = true,
        }
        at += 1;
    }
    if open > 0 { Err("`(` is not closed") } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn expressions() {
        for text in [
            "^[a-z]([-a-z0-9]*[a-z0-9])?$",
            "a{2,3}",
            "[]a]",
            "[[:alpha:]]+",
            r"\(",
            "(?i)a",
            "a*?b",
            "(?P<n>a)",
            "{",
            "a|*".get(..2).unwrap_or_default(),
        ] {
            assert_eq!(check(text), Ok(()), "{text}");
        }
        for text in ["(", "a)", "[a", "*a", r"a\", "(?=a)", "a**", r"(a)\1"] {
            assert!(check(text).is_err(), "{text}");
        }
    }
}
