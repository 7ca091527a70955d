//! The command line of a container as words, and the way back from the words to the text.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::ops::Range;

use crate::diagnostic::Fix;
use crate::pod::Value;
use crate::pod::command::{self, Blame, Entrypoint, Evidence, WordEdit, WordFix};
use crate::pod::known_image::{Entry, KnownImage};
use crate::text::{BREAKS, Edit, TextRange, line_at, line_end, lines};
use crate::yaml::{Kind, Layout, Node, SourceMap, Style};

use super::rewrite::{self, plain_or_quoted};

mod emit;

/// `command` and `args` of a container: the words that are run.
pub(crate) struct CommandLine<'m> {
    items: Vec<Value<'m>>,
    words: Vec<Cow<'m, str>>,
    /// How many of them are from `command`.
    split: usize,
    /// What the image's entrypoint makes of `args` alone.
    entry: Entry,
    /// What several rules ask, once one has asked.
    entrypoint: OnceCell<Entrypoint>,
    script: OnceCell<Option<usize>>,
}

impl<'m> CommandLine<'m> {
    /// `None` where there are no words, or one of them cannot be read, or a template chooses among them.
    pub fn of(container: Value<'m>) -> Option<Self> {
        let mut line = CommandLine {
            items: vec![],
            words: vec![],
            split: 0,
            entry: Entry::Unknown,
            entrypoint: OnceCell::new(),
            script: OnceCell::new(),
        };
        for name in ["command", "args"] {
            let list = container.entry(name).filter(|list| !list.is_null());
            if list.is_some_and(|list| !list.is_sound() || !list.node().is_certain()) || container.entries(name).nth(1).is_some() {
                return None;
            }
            for item in list.into_iter().flat_map(|list| list.children()) {
                line.words.push(if item.is_null() { "".into() } else { item.text()? });
                line.items.push(item);
            }
            if name == "command" {
                line.split = line.words.len();
            }
        }
        let first = line.words.first()?;
        if line.split == 0
            && let Some(row) = container.text_of("image").and_then(|image| KnownImage::of(&image))
        {
            line.entry = match row.entry {
                Entry::Options(_) if !first.starts_with('-') => Entry::Command,
                entry => entry,
            };
        }
        Some(line)
    }

    /// The words of `command` and of `args`, as they are run: what is known of the image's entrypoint comes first.
    pub fn words(&self) -> (Vec<&str>, Vec<&str>) {
        let words: Vec<&str> = self.words.iter().map(|word| &**word).collect();
        match self.implied() {
            Some(program) => (vec![program], words),
            None if self.entry == Entry::Command => (words, vec![]),
            None => (words[..self.split].to_vec(), words[self.split..].to_vec()),
        }
    }

    /// What they run, if nobody types; see [`command::analyse`].
    pub fn entrypoint(&self) -> &Entrypoint {
        self.entrypoint.get_or_init(|| {
            let (command, args) = self.words();
            command::analyse(&command, &args)
        })
    }

    /// The word that is a shell's script, counted as [`CommandLine::words`] has them.
    pub fn script(&self) -> Option<usize> {
        *self.script.get_or_init(|| {
            let (command, args) = self.words();
            command::script(&command, &args)
        })
    }

    /// The program of the image that gets the words.
    fn implied(&self) -> Option<&'static str> {
        match self.entry {
            Entry::Options(program) | Entry::Program(program) => Some(program),
            Entry::Command | Entry::Unknown => None,
        }
    }

    /// What was found in the words that are run, in those that are written.
    fn written(&self, evidence: &Evidence) -> Evidence {
        if self.implied().is_none() {
            return evidence.clone();
        }
        let place = |blame: &Blame| match blame.word.checked_sub(1) {
            Some(word) => Blame { word, range: blame.range.clone() },
            None => Blame { word: 0, range: 0..self.words[0].len() },
        };
        let edit = |edit: &WordEdit| {
            Some(match edit {
                WordEdit::Replace(blame, text) => {
                    WordEdit::Replace(Blame { word: blame.word.checked_sub(1)?, range: blame.range.clone() }, text.clone())
                }
                WordEdit::Remove(word) => WordEdit::Remove(word.checked_sub(1)?),
                WordEdit::InsertAfter(word, words) => WordEdit::InsertAfter(word.checked_sub(1)?, words.clone()),
            })
        };
        let fix = |fix: &WordFix| Some(WordFix { edits: fix.edits.iter().map(edit).collect::<Option<_>>()?, ..fix.clone() });
        Evidence { blame: place(&evidence.blame), why: evidence.why.clone(), fixes: evidence.fixes.iter().filter_map(fix).collect() }
    }

    /// The words of both.
    pub fn all_words(&self) -> impl Iterator<Item = &str> {
        self.words.iter().map(|word| &**word)
    }

    /// The values that hold the words.
    pub fn items(&self) -> &[Value<'m>] {
        &self.items
    }

    /// The item of a word, counted as [`CommandLine::words`] has them.
    pub fn item_at(&self, at: usize) -> Option<Value<'m>> {
        self.items.get(at.checked_sub(usize::from(self.implied().is_some()))?).copied()
    }

    /// A word, counted in the same way.
    pub fn word(&self, at: usize) -> Option<&str> {
        self.words.get(at.saturating_sub(usize::from(self.implied().is_some()))).map(|word| &**word)
    }

    /// Whether the words are not what their author means: a shell is missing, or gets the wrong words.
    pub fn is_misread(&self) -> bool {
        let (command, args) = self.words();
        let unknown = |_: &str| command::Given::Unknown;
        !command::shell_syntax(&command, &args).is_empty()
            || command::shell_call_mistake(&command, &args).is_some()
            || !command::dollar_variables(&command, &args, unknown).is_empty()
    }

    /// The port of the Pod itself that the words wait for, and where they name it: `nc -z localhost 8080`, `wait-for-it localhost:8080`.
    pub fn local_port(&self) -> Option<(usize, Range<usize>, i64)> {
        let joined = self.words.join(" ");
        if !command::waits(&joined) {
            return None;
        }
        self.words.iter().enumerate().find_map(|(at, word)| {
            let (range, port) = command::local_port(word).or_else(|| {
                let next = self.words.get(at + 1).filter(|_| command::is_loopback(word))?;
                Some((0..word.len(), next.parse().ok()?))
            })?;
            Some((at + usize::from(self.implied().is_some()), range, port))
        })
    }

    /// The hosts that the words wait for without end, with the words that name them.
    pub fn awaited(&self) -> Vec<(usize, command::Awaited)> {
        let joined = self.words.join(" ");
        let starts: Vec<usize> = self.words.iter().scan(0, |at, word| Some(std::mem::replace(at, *at + word.len() + 1))).collect();
        let place = |mut it: command::Awaited| {
            let word = starts.partition_point(|start| *start <= it.range.start) - 1;
            it.range = it.range.start - starts[word]..it.range.end - starts[word];
            (word + usize::from(self.implied().is_some()), it)
        };
        command::awaited(&joined).into_iter().map(place).collect()
    }

    /// The item that holds a word.
    fn item(&self, blame: &Blame) -> Option<Value<'m>> {
        self.items.get(blame.word).copied()
    }

    /// Where the blamed bytes are in the text; the whole item where that is unknown.
    fn range(&self, blame: &Blame) -> TextRange {
        let Some(item) = self.item(blame) else { return TextRange::default() };
        source_range(item.node(), &self.words[blame.word], &blame.range).unwrap_or_else(|| item.range())
    }

    /// The edits of the text that change the words so; `None` where the layout leaves it open.
    fn fix(&self, fix: &WordFix) -> Option<Fix> {
        let mut edits = vec![];
        for half in [0..self.split, self.split..self.words.len()] {
            let touched = |at: &usize| fix.edits.iter().any(|edit| word_of(edit) == *at);
            if half.clone().any(|at| touched(&at)) {
                edits.extend(self.fix_list(half, fix)?);
            }
        }
        Some(Fix { title: fix.title.clone(), preferred: fix.preferred, edits })
    }

    fn fix_list(&self, half: Range<usize>, fix: &WordFix) -> Option<Vec<Edit>> {
        let list = self.items.get(half.start)?.parent()?.written();
        let flow = list.kind() == Kind::Sequence(Layout::Flow);
        let reshaped = fix.edits.iter().any(|edit| half.contains(&word_of(edit)) && !matches!(edit, WordEdit::Replace(..)));
        if flow && reshaped {
            return self.rewrite_flow(list, half, fix);
        }
        let mut edits = vec![];
        for at in half {
            let own: Vec<&WordEdit> = fix.edits.iter().filter(|edit| word_of(edit) == at).collect();
            let item = self.items[at];
            for edit in &own {
                match edit {
                    WordEdit::Remove(_) => edits.push(rewrite::without(item)?),
                    WordEdit::InsertAfter(_, words) => {
                        let text = list.tree().text();
                        let node = item.written();
                        let pad = format!("{}{}", line_end(text), " ".repeat(rewrite::column(list)));
                        let lines: String = words.iter().map(|word| format!("{pad}- {}", plain_or_quoted(word))).collect();
                        edits.push(Edit::insert(line_at(text, node.range().end as usize).end as usize, lines));
                    }
                    WordEdit::Replace(..) => {}
                }
            }
            if own.iter().any(|edit| matches!(edit, WordEdit::Replace(..))) {
                edits.extend(self.replace(at, fix)?);
            }
        }
        Some(edits)
    }

    /// Changes within a word: in its place in a block of lines, else the scalar as a whole.
    fn replace(&self, at: usize, fix: &WordFix) -> Option<Vec<Edit>> {
        let node = self.items[at].written();
        let word = &self.words[at];
        if matches!(node.kind(), Kind::Scalar(Style::Literal | Style::Folded)) || word.contains('\n') {
            let changes = fix.edits.iter().filter_map(|edit| match edit {
                WordEdit::Replace(blame, text) if blame.word == at => Some((blame, text)),
                _ => None,
            });
            let literal = node.kind() == Kind::Scalar(Style::Literal);
            let edits = changes.map(|(blame, text)| {
                let range = source_range(node, word, &blame.range)?;
                let new_text = if literal {
                    text.replace('\n', &format!("{}{}", line_end(node.tree().text()), " ".repeat(indent(node)?)))
                } else {
                    text.clone()
                };
                (literal || !text.contains('\n')).then(|| Edit::replace(range, new_text))
            });
            return edits.collect();
        }
        let changed = changed(word, at, fix);
        Some(vec![rewrite::scalar(node, changed.first()?)])
    }

    /// Writes a list in brackets again, item by item, each in its own quotes.
    fn rewrite_flow(&self, list: Node<'m>, half: Range<usize>, fix: &WordFix) -> Option<Vec<Edit>> {
        if list.text().contains(BREAKS) {
            return None;
        }
        let mut items = vec![];
        for at in half {
            let node = self.items[at].written();
            let words = changed(&self.words[at], at, fix);
            let removed = fix.edits.contains(&WordEdit::Remove(at));
            let quoted = node.kind() == Kind::Scalar(Style::DoubleQuoted);
            for (index, word) in words.iter().enumerate() {
                items.push(match (index, removed) {
                    (0, false) if *word == self.words[at] => node.text().to_owned(),
                    (0, false) => rewrite::scalar(node, word).new_text,
                    _ if quoted => rewrite::quote(word),
                    _ => plain_or_quoted(word).into_owned(),
                });
            }
        }
        Some(vec![Edit::replace(list.range(), format!("[{}]", items.join(", ")))])
    }
}

fn word_of(edit: &WordEdit) -> usize {
    match edit {
        WordEdit::Replace(blame, _) => blame.word,
        WordEdit::Remove(word) | WordEdit::InsertAfter(word, _) => *word,
    }
}

/// What becomes of one word: itself, another, none, or more after it.
fn changed(word: &str, at: usize, fix: &WordFix) -> Vec<String> {
    let own = fix.edits.iter().filter(|edit| word_of(edit) == at).map(|edit| match edit.clone() {
        WordEdit::Replace(blame, text) => WordEdit::Replace(Blame { word: 0, ..blame }, text),
        WordEdit::Remove(_) => WordEdit::Remove(0),
        WordEdit::InsertAfter(_, words) => WordEdit::InsertAfter(0, words),
    });
    command::apply(&[word], &WordFix { title: String::new(), preferred: false, edits: own.collect() })
}

/// Where bytes of a decoded scalar are in the text; `None` where escapes blur it.
fn source_range(node: Node<'_>, decoded: &str, range: &Range<usize>) -> Option<TextRange> {
    SourceMap::new(node, decoded).map(|map| map.range(range.clone()))
}

/// How far the lines of a block scalar are indented.
fn indent(node: Node<'_>) -> Option<usize> {
    let source = node.text();
    let header = lines(source).next()?;
    // With an indicator the first line may begin with spaces of its own.
    if header.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let first = lines(source).skip(1).find(|line| !line.trim().is_empty())?;
    Some(first.len() - first.trim_start_matches(' ').len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places() {
        for (source, part) in [
            ("- ./run.sh &", "&"),
            ("- './run.sh &'", "&"),
            ("- \"./run.sh &\"", "run"),
            ("- \"echo \\\"a\\\" &\"", "&"),
            ("- |\n  set -e\n  ./run.sh &\n", "./run.sh &"),
            ("- >-\n  nohup\n  ./run.sh\n  &", "./run.sh"),
        ] {
            let tree = crate::yaml::parse(source);
            let node = tree.root().and_then(|root| root.items().next()).expect("an item");
            let decoded = node.value();
            let start = decoded.find(part).expect("the part");
            let range = source_range(node, &decoded, &(start..start + part.len())).expect(source);
            assert_eq!(&source[range.span()], part, "{source}");
        }
    }
}
