//! The words of everything that users read: plain English in the terms of Kubernetes, YAML and the Language Server Protocol.

use std::fs;
use std::path::{Path, PathBuf};

use fancy_regex::Regex;
use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// Words that podls once had of its own, in place of after, space, is, reported, fix, again, deprecated, forever and silently.
const NOT_PLAIN: &str = r"(?i)\bbehind\b|\bmend(?:s|ed|ing)?\b|\bof old\b|\bblanks?\b|(?<!there )\bis no (?!longer)[a-z]|\bfor ever\b|\bstands?\b|\btold\b|\btells?\b|\banew\b|\breplace by\b|\bwhole ones\b|\bat hand\b|\bwithout a word\b";
/// What users read beside the program itself.
const DOCUMENTS: [&str; 13] = [
    "README.md",
    "CHANGELOG.md",
    "src/README.md",
    "src/rules/README.md",
    "benches/README.md",
    "examples/README.md",
    "editors/README.md",
    "editors/emacs/README.md",
    "editors/helix/README.md",
    "editors/neovim/README.md",
    "editors/neovim/try.lua",
    "editors/vscode/README.md",
    "editors/vscode/package.json",
];

#[test]
fn texts_for_users_are_plain_english() {
    let not_plain = Regex::new(NOT_PLAIN).unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut wrong = vec![];
    let mut check = |file: &Path, line: usize, text: &str| {
        if let Some(found) = not_plain.find(text).unwrap() {
            wrong.push(format!("{}:{line}: \"{}\" in: {}", file.display(), found.as_str(), text.trim()));
        }
    };
    for name in DOCUMENTS {
        let text = fs::read_to_string(root.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        text.lines().enumerate().for_each(|(line, text)| check(Path::new(name), line + 1, text));
    }
    for file in sources(&root.join("src")) {
        let name = file.strip_prefix(root).unwrap();
        let code: TokenStream = fs::read_to_string(&file).unwrap().parse().unwrap_or_else(|error| panic!("{}: {error}", name.display()));
        let mut texts = vec![];
        // The comments on options are what `--help` prints.
        collect(code, name.starts_with("src/cli"), &mut texts);
        texts.iter().for_each(|(line, text)| check(name, *line, text));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The files with code that is not for tests.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = vec![];
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|it| it == "rs") && path.file_name().is_some_and(|it| it != "tests.rs" && it != "fixture.rs")
        {
            found.push(path);
        }
    }
    found
}

/// The strings in code, and the documentation comments if these are for users: those of a rule are its page.
fn collect(code: TokenStream, with_docs: bool, texts: &mut Vec<(usize, String)>) {
    let (mut is_doc, mut is_rule, mut is_test) = (false, false, false);
    for token in code {
        match token {
            TokenTree::Ident(ident) => {
                is_doc = ident == "doc";
                is_rule = ident == "declare_rule";
            }
            TokenTree::Literal(literal) => {
                let text = literal.to_string();
                if text.contains('"') && (with_docs || !is_doc) {
                    texts.push((literal.span().start().line, text));
                }
                is_doc = false;
            }
            TokenTree::Group(group) => {
                let is_attribute = group.delimiter() == Delimiter::Bracket && group.stream().to_string().starts_with("cfg (test)");
                let is_body = is_test && group.delimiter() == Delimiter::Brace;
                if is_attribute {
                    is_test = true;
                } else if is_body {
                    is_test = false;
                } else {
                    collect(group.stream(), with_docs || is_rule, texts);
                }
            }
            TokenTree::Punct(punct) => is_test &= punct.as_char() != ';',
        }
    }
}
