//! Patterns that `tail -f` follows.

use std::ops::Range;

use super::argv::{self, base_name};
use super::lex::{self, Kind};
use super::{Blame, Evidence, WordEdit, WordFix, exec_words};

/// More patterns in one script are not reported: each finding looks through the text again, and each fix may write all of it.
const MOST_PATTERNS: usize = 50;

/// Patterns that `tail -f` follows in a script: the shell expands them once, at the start.
pub fn tail_patterns(command: &[&str], args: &[&str]) -> Vec<Evidence> {
    let words = exec_words(command, args);
    let launch = argv::launch(&words);
    let Some(script) = launch.program.and_then(|it| super::script_of(&words, it)) else { return Vec::new() };
    let text = words[script].text.as_str();
    let tokens = lex::tokens(text, true);
    if tokens.unclosed {
        return Vec::new();
    }
    let mut found = Vec::new();
    for line in tokens.list.split(|it| !matches!(it.kind, Kind::Word | Kind::Redirect)) {
        let word = |range: &Range<usize>| &text[range.clone()];
        let line: Vec<_> = line.iter().filter(|it| it.kind == Kind::Word).map(|it| it.range.clone()).collect();
        let Some(tail) = line.iter().position(|it| base_name(word(it)) == "tail") else { continue };
        if !line[..tail].iter().all(|it| matches!(word(it), "exec" | "do" | "then" | "else" | "nohup" | "{")) {
            continue;
        }
        let is_follow = |it: &&Range<usize>| {
            let text = word(it);
            text.starts_with('-') && !text.starts_with("--") && text.contains(['f', 'F']) || text.starts_with("--follow")
        };
        let Some(follow) = line[tail..].iter().find(is_follow) else { continue };
        for pattern in &line[tail + 1..] {
            let decoded = lex::decode(word(pattern));
            if !decoded.glob || decoded.dynamic || decoded.text.starts_with('-') {
                continue;
            }
            let at = |range: Range<usize>| Blame { word: words[script].at.word, range };
            let start = line[0].start;
            let flag = word(follow);
            let short = !flag.starts_with("--");
            let renamed = if short { flag.replacen('f', "F", 1) } else { "--follow=name --retry".to_owned() };
            let retry = WordEdit::Replace(at(follow.clone()), renamed.clone());
            let pattern_text = word(pattern);
            let wait = WordEdit::Replace(at(start..start), format!("until ls {pattern_text} >/dev/null 2>&1; do sleep 1; done; "));
            let mut fixes = vec![WordFix {
                title: "Wait until files exist, then follow them by name".to_owned(),
                preferred: false,
                edits: [wait].into_iter().chain((flag != renamed).then_some(retry.clone())).collect(),
            }];
            if flag != renamed {
                fixes.push(WordFix { title: format!("Follow by name: `tail {renamed}`"), preferred: false, edits: vec![retry] });
            }
            let retries = flag == renamed || line[tail..].iter().any(|it| word(it) == "--retry");
            let ends = if retries { "" } else { ", and `tail` exits if none match" };
            let why = format!("the shell expands `{pattern_text}` only once, at startup, so files created later are not followed{ends}");
            found.push(Evidence { blame: at(pattern.clone()), why, fixes });
            if found.len() == MOST_PATTERNS {
                return found;
            }
        }
    }
    found
}
