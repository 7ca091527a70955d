//! Variables that a text names: `$(NAME)`, which the kubelet fills in, and `$NAME`, which a shell does.

use std::ops::Range;

/// A variable in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// Bytes of the name.
    pub name: Range<usize>,
    /// Bytes of the whole, `$(NAME)` or `${NAME}`.
    pub range: Range<usize>,
}

/// The `$(NAME)` that the kubelet fills in (`command`, `args`, `env[].value`, `subPathExpr`). `$$` stands for one `$`, and what is
/// between the brackets is the name, whatever it is; a name that no variable has stays as it is.
pub fn references(text: &str) -> Vec<Variable> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(dollar) = memchr::memchr(b'$', bytes.get(at..).unwrap_or(&[])).map(|it| at + it) {
        at = dollar + 2;
        if bytes.get(dollar + 1) == Some(&b'(') {
            let Some(length) = memchr::memchr(b')', &bytes[at..]) else { break };
            found.push(Variable { name: at..at + length, range: dollar..at + length + 1 });
            at += length + 1;
        } else if bytes.get(dollar + 1) != Some(&b'$') {
            at = dollar + 1;
        }
    }
    found
}

/// `$VAR` and `${VAR}` in a word, in capitals; `$$` stands for one `$`.
pub(super) fn shell_variables(text: &str) -> Vec<Variable> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = memchr::memchr(b'$', bytes.get(at..).unwrap_or(&[])).map(|it| at + it) {
        let braces = bytes.get(start + 1) == Some(&b'{');
        let name = start + 1 + usize::from(braces);
        let length = bytes[name..].iter().take_while(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || **b == b'_').count();
        let end = name + length + usize::from(braces);
        let closed = if braces { bytes.get(end - 1) == Some(&b'}') } else { !bytes.get(end).is_some_and(u8::is_ascii_lowercase) };
        if length > 1 && closed && !bytes[name].is_ascii_digit() {
            found.push(Variable { name: name..name + length, range: start..end });
        }
        let escaped = bytes.get(start + 1) == Some(&b'$');
        at = name + length + usize::from(escaped);
    }
    found
}

pub(super) fn has_variable(text: &str) -> bool {
    !shell_variables(text).is_empty()
}
