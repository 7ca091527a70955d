//! Texts that something other than a Go template fills in later: `${NAME}`, `<name>`.

use std::sync::Arc;

use memchr::memmem;

use crate::text::TextRange;

use super::Mask;

/// The name in the form of a placeholder.
const NAME: &str = "NAME";

/// The forms that tools use: envsubst and Flux, Kustomize, templates for people, autoconf.
const USUAL: [(&str, &str); 5] = [("${", "}"), ("$(", ")"), ("$", ""), ("<", ">"), ("@", "@")];

/// No default value of a placeholder is longer, in bytes.
const LONGEST_DEFAULT: usize = 1000;

/// A form of placeholders, by what is written before and after the name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placeholder {
    before: Arc<str>,
    after: Arc<str>,
}

impl Placeholder {
    /// Reads a form in which `NAME` is the name: `${NAME}`.
    pub fn new(form: &str) -> Option<Placeholder> {
        let (before, after) = form.split_once(NAME)?;
        let is_plain = |text: &str| !text.contains(|char: char| char.is_ascii_alphanumeric() || char.is_whitespace());
        (!before.is_empty() && is_plain(before) && is_plain(after)).then(|| Placeholder { before: before.into(), after: after.into() })
    }

    /// The forms that are known without being declared.
    pub fn usual() -> Vec<Placeholder> {
        USUAL.map(|(before, after)| Placeholder { before: before.into(), after: after.into() }).to_vec()
    }

    /// All placeholders of that form in a text, in order.
    fn find(&self, text: &str) -> Vec<TextRange> {
        let mut found = vec![];
        let mut from = 0;
        while let Some(start) = memmem::find(&text.as_bytes()[from..], self.before.as_bytes()).map(|at| from + at) {
            let name = start + self.before.len();
            let end = self.end(text, name).filter(|_| !self.is_escaped(text, start));
            found.extend(end.map(|end| TextRange::new(start, end)));
            from = end.unwrap_or(name);
        }
        found
    }

    /// Where the placeholder ends whose name begins at an offset.
    fn end(&self, text: &str, name: usize) -> Option<usize> {
        let rest = &text[name..];
        if !rest.starts_with(|char: char| char.is_ascii_alphabetic() || char == '_') {
            return None;
        }
        let len = rest.find(|char| !is_of_name(char)).unwrap_or(rest.len());
        if self.after.is_empty() {
            return Some(name + len);
        }
        // What to do without a value, `${NAME:=none}`, is part of it.
        let has_default = &*self.after == "}" && rest[len..].starts_with([':', '-', '=', '?', '+', '/', '#', '%', '^', ',']);
        let longest = if has_default { len + LONGEST_DEFAULT } else { len + self.after.len() };
        let window = &rest.as_bytes()[..longest.min(rest.len())];
        let window = window.split(|byte| matches!(byte, b'\n' | b'\r')).next().unwrap_or_default();
        Some(name + memmem::find(window, self.after.as_bytes())? + self.after.len())
    }

    /// Whether it is written so that it is not filled in: `$$NAME`.
    fn is_escaped(&self, text: &str, start: usize) -> bool {
        self.before.starts_with('$') && text[..start].ends_with('$')
    }
}

fn is_of_name(char: char) -> bool {
    char.is_ascii_alphanumeric() || matches!(char, '_' | '-' | '.')
}

/// The placeholders of these forms in a text, in order; of several that overlap, the first.
pub fn placeholders(text: &str, forms: &[Placeholder]) -> Vec<TextRange> {
    let mut found: Vec<TextRange> = forms.iter().flat_map(|form| form.find(text)).collect();
    found.sort();
    let mut end = 0;
    found.retain(|range| {
        let is_apart = range.start >= end;
        end = end.max(range.end);
        is_apart
    });
    found
}

impl Mask {
    /// A text without actions.
    pub fn plain(text: &str) -> Mask {
        let branches = super::Branches::default();
        Mask { text: text.to_owned(), actions: vec![], prints: vec![], branches, marks: vec![], shifts: vec![] }
    }

    /// Makes letters of placeholders too.
    pub fn fill_in(&mut self, placeholders: &[TextRange]) {
        let mut bytes = std::mem::take(&mut self.text).into_bytes();
        for range in placeholders {
            bytes[range.span()].fill(b'x');
        }
        self.actions.extend(placeholders);
        self.actions.sort();
        // Each placeholder was filled from its first to its last character.
        self.text = String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::{Placeholder, placeholders};

    #[test]
    fn forms_have_a_name() {
        for (form, is_one) in [
            ("${NAME}", true),
            ("$NAME", true),
            ("#{NAME}#", true),
            ("NAME", false),
            ("$X", false),
            ("__NAME__", true),
            ("a-NAME", false),
            ("", false),
        ] {
            assert_eq!(Placeholder::new(form).is_some(), is_one, "{form}");
        }
    }

    #[test]
    fn are_found() {
        for (text, expected) in [
            ("a: ${X}", vec!["${X}"]),
            ("a: ${X:=a b}${Y}", vec!["${X:=a b}", "${Y}"]),
            ("a: $X/$Y_1", vec!["$X", "$Y_1"]),
            ("a: $$X $${X} $1 $", vec![]),
            ("a: $(X) $(date +%s)", vec!["$(X)"]),
            ("a: <app-name>:1 < b > <1>", vec!["<app-name>"]),
            ("a: @X@ me@a.org", vec!["@X@"]),
            ("a: ${X\n}", vec![]),
            ("a: é${X}é", vec!["${X}"]),
        ] {
            let found: Vec<_> = placeholders(text, &Placeholder::usual()).into_iter().map(|range| &text[range.span()]).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
