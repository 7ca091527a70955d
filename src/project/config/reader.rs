//! Reads the text of a configuration, setting by setting.

use std::collections::HashMap;

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use yaml_serde::{Mapping, Value};

use crate::diagnostic::{Diagnostic, Fix, Message, Severity};
use crate::rules::outside::PODLS_CONFIG;
use crate::rules::{self, Level, Levels};
use crate::schema::{Declared, Releases};
use crate::text::{Edit, TextRange, line_at, meant};
use crate::yaml::{self, Entry, Kind, Layout, Node, Placeholder, Tree};

use super::{Config, KEYS};

/// Beyond so many problems, nobody reads the rest, and locating them takes long.
const MOST_PROBLEMS: usize = 1000;

const NO_KEYS: &str = "the configuration must be a mapping of settings, such as `rules:`";

/// What other tools call our settings.
const SYNONYMS: [(&str, &[&str]); 4] = [
    ("kubernetes", &["release", "releases", "version", "kubernetesVersion", "kubernetes-version", "k8s"]),
    ("rules", &["levels", "severity", "severities", "checks"]),
    ("exclude", &["ignore", "ignores", "skip", "exclusions", "ignore-paths"]),
    ("include", &["only", "files", "paths"]),
];

/// What other tools call the levels of a rule.
const LEVEL_SYNONYMS: [(&str, &[&str]); 4] = [
    ("off", &["false", "none", "ignore", "disable", "disabled", "never", "no", "allow"]),
    ("error", &["fatal", "deny", "critical", "fail"]),
    ("warning", &["warn"]),
    ("information", &["info", "notice", "note"]),
];

/// What a text says, and what is wrong with it.
pub fn read(text: &str) -> (Config, Vec<Diagnostic>) {
    let config = Config {
        releases: None,
        levels: Levels::default(),
        path_levels: vec![],
        include: None,
        exclude: Gitignore::empty(),
        static_pods: Gitignore::empty(),
        pods: vec![],
        is_root: false,
        placeholders: vec![],
    };
    let (text, other) = first_document(text);
    let tree = yaml::parse(text);
    let mut reader = Reader { text, tree: &tree, config, seen: vec![], found: vec![] };
    if let Some(other) = other {
        reader.report(other, "only the first YAML document of a configuration is used; merge this one into it");
    }
    if let Some(root) = tree.root().filter(|root| matches!(root.kind(), Kind::Sequence(Layout::Block))) {
        let line = line_at(text, root.range().start as usize);
        reader.report(line, NO_KEYS);
        return (reader.config, reader.found);
    }
    for block in blocks(text) {
        if reader.is_lost() {
            break;
        }
        match yaml_serde::from_str::<Option<Mapping>>(&text[block.span()]) {
            Ok(settings) => settings.unwrap_or_default().iter().for_each(|(key, value)| reader.setting(block, key, value)),
            Err(error) => reader.broken(block, &error),
        }
    }
    reader.found.sort_by_key(|it| it.range);
    (reader.config, reader.found)
}

/// The text up to the end of its first document that says something, and the marker of the next one.
fn first_document(text: &str) -> (&str, Option<TextRange>) {
    let says_something =
        |part: &TextRange| text[part.span()].lines().any(|line| !line.starts_with(['#', '-', '%', '.']) && !line.trim().is_empty());
    let mut parts = yaml::split(text).into_iter().filter(says_something);
    let end = parts.next().map_or(text.len(), |first| first.end as usize);
    (&text[..end], parts.next().map(|other| line_at(text, other.start as usize)))
}

/// The top-level settings with the lines below them. Each is read separately, so a mistake in one does not affect the others.
fn blocks(text: &str) -> Vec<TextRange> {
    let mut starts = vec![];
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if !line.starts_with([' ', '\t', '#', '-', ']', '}', '\n', '\r']) {
            starts.push(at);
        }
        at += line.len();
    }
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    starts.iter().zip(ends).map(|(&start, end)| TextRange::new(start, end)).collect()
}

struct Reader<'t> {
    text: &'t str,
    /// Only says where a setting is.
    tree: &'t Tree,
    config: Config,
    seen: Vec<String>,
    found: Vec<Diagnostic>,
}

/// A setting, with its value as YAML reads it and as it is written.
struct Setting<'v> {
    value: &'v Value,
    written: Option<Node<'v>>,
    range: TextRange,
}

impl<'t> Reader<'t> {
    fn is_lost(&self) -> bool {
        self.found.len() >= MOST_PROBLEMS
    }

    fn setting(&mut self, block: TextRange, key: &Value, value: &Value) {
        if self.is_lost() {
            return;
        }
        let line = first_line(self.text, block);
        let Some(name) = key.as_str() else {
            return self.report(line, format!("expected the name of a setting: {}", list(&KEYS, "or")));
        };
        let entry = self.entry(name);
        let (key_range, range) = entry.map_or((line, line), |entry| self.ranges(entry));
        if self.seen.iter().any(|it| it == name) {
            self.report(key_range, format!("duplicate setting `{name}`; merge them"));
        }
        self.seen.push(name.to_owned());
        let setting = Setting { value, written: entry.map(|entry| entry.value), range };
        match name {
            _ if value.is_null() && KEYS.contains(&name) => {}
            "kubernetes" => self.releases(&setting),
            "rules" => {
                let (levels, path_levels) = self.rules(&setting);
                self.config.levels.extend(&levels);
                self.config.path_levels.extend(path_levels);
            }
            "include" => self.config.include = self.patterns("include", &setting),
            "exclude" => self.config.exclude = self.patterns("exclude", &setting).unwrap_or_else(Gitignore::empty),
            "staticPods" => self.config.static_pods = self.patterns("staticPods", &setting).unwrap_or_else(Gitignore::empty),
            "placeholders" => self.placeholders(&setting),
            "pods" => self.pods(&setting),
            "root" => match value {
                Value::Bool(is_root) => self.config.is_root = *is_root,
                _ => self.report(range, "`root` must be `true` or `false`"),
            },
            _ => self.unknown(name, key_range),
        }
    }

    fn unknown(&mut self, name: &str, range: TextRange) {
        let right = synonym(name, &SYNONYMS).or_else(|| meant(name, KEYS));
        let message = match right {
            Some(right) => format!("unknown setting `{name}`; did you mean `{right}`?"),
            None => format!("unknown setting `{name}`; expected one of {}", list(&KEYS, "and")),
        };
        self.report(range, message);
        self.rename(range, right);
    }

    fn releases(&mut self, setting: &Setting<'_>) {
        let names: Vec<&Value> = match setting.value {
            Value::String(_) | Value::Number(_) => vec![setting.value],
            Value::Sequence(names) if !names.is_empty() => names.iter().collect(),
            _ => return self.report(setting.range, "`kubernetes` must be a release, a list of releases or `all`: `kubernetes: \"1.35\"`"),
        };
        let mut all: Option<Releases> = None;
        for (name, range) in names.into_iter().zip(self.item_ranges(setting)) {
            match scalar(name).parse::<Releases>() {
                Ok(releases) => all = Some(all.map_or(releases, |it| it.with(releases))),
                Err(message) => self.report(range, message),
            }
        }
        self.config.releases = all;
    }

    /// The levels of rules, and those for single files below their patterns.
    fn rules(&mut self, setting: &Setting<'_>) -> (Levels, Vec<(Gitignore, Levels)>) {
        let (mut levels, mut path_levels) = (Levels::default(), vec![]);
        let Value::Mapping(rules) = setting.value else {
            self.report(setting.range, "`rules` must be a mapping from rules to severities: `unknown-field: warning`");
            return (levels, path_levels);
        };
        let entries = setting.written.into_iter().flat_map(Node::entries);
        let places: HashMap<_, _> = entries.map(|entry| (entry.key.value().into_owned(), entry)).collect();
        for (code, level) in rules {
            let code = scalar(code);
            let entry = places.get(&code).copied();
            let (code_range, range) = entry.map_or((setting.range, setting.range), |entry| self.ranges(entry));
            if level.is_mapping() {
                let files = self.pattern(code_range, &code);
                let inner = Setting { value: level, written: entry.map(|entry| entry.value), range };
                let (of_files, _) = self.rules(&inner);
                path_levels.extend(files.map(|files| (files, of_files)));
            } else if let Some(level) = self.level(code_range, range, &code, level) {
                levels.0.insert(code, level);
            }
        }
        (levels, path_levels)
    }

    fn level(&mut self, code_range: TextRange, range: TextRange, code: &str, level: &Value) -> Option<Level> {
        if !rules::has_level(code) {
            self.report(code_range, rules::allow::unknown_rule(code));
            self.rename(code_range, rules::allow::nearest_name(code));
        }
        let level = scalar(level);
        let known = Level::named(&level);
        if known.is_none() {
            let levels: Vec<&str> = ["off"].into_iter().chain(Severity::ALL.map(Severity::name)).collect();
            self.report(range, format!("unknown level `{level}`; expected one of {}", list(&levels, "and")));
            self.rename(range, synonym(&level, &LEVEL_SYNONYMS).or_else(|| meant(&level, levels)));
        }
        known
    }

    /// A list of patterns of files.
    fn patterns(&mut self, name: &str, setting: &Setting<'_>) -> Option<Gitignore> {
        let Value::Sequence(globs) = setting.value else {
            let example = self.text[setting.range.span()].trim_matches(['"', '\'']);
            let example = if example.is_empty() || example.contains(['{', '[', ':']) { "vendor/" } else { example };
            self.report(setting.range, format!("`{name}` must be a list of .gitignore patterns: `{name}: [{example}]`"));
            return None;
        };
        let mut builder = GitignoreBuilder::new("");
        for (glob, range) in globs.iter().zip(self.item_ranges(setting)) {
            match glob {
                // It was accepted alone.
                Value::String(glob) => _ = self.pattern(range, glob).is_some() && builder.add_line(None, glob).is_ok(),
                _ => self.report(range, format!("the items of `{name}` must be .gitignore patterns, such as `vendor/`")),
            }
        }
        builder.build().ok()
    }

    /// A pattern of files.
    fn pattern(&mut self, range: TextRange, glob: &str) -> Option<Gitignore> {
        let mut builder = GitignoreBuilder::new("");
        let mut error = match builder.add_line(None, glob) {
            Ok(_) => unclosed(glob),
            Err(ignore::Error::Glob { err, .. }) => Some(err),
            Err(other) => Some(other.to_string()),
        };
        if glob.trim_start_matches('!').starts_with("../") {
            error = Some("it must not refer to a parent folder".into());
        } else if glob.trim_start_matches('!').starts_with("./") {
            error = Some("it must not begin with `./`".into());
        }
        let Some(error) = error else { return builder.build().ok() };
        self.report(range, format!("invalid pattern `{glob}`: {error}"));
        if let Some(right) = self.right_pattern(range) {
            self.fix(format!("Replace with `{right}`"), range, &right);
        }
        None
    }

    /// The pattern of that range as git reads it: for git, braces are letters.
    fn right_pattern(&self, range: TextRange) -> Option<String> {
        let written = &self.text[range.span()];
        let (quote, bare) = written.split_at(written.len() - written.trim_start_matches(['"', '\'']).len());
        let (not, bare) = bare.split_at(bare.len() - bare.trim_start_matches('!').len());
        if let Some(rest) = bare.strip_prefix("./") {
            return Some(format!("{quote}{not}/{rest}"));
        }
        let escape = if quote == "\"" { "\\\\" } else { "\\" };
        let escaped = written.replace('{', &format!("{escape}{{")).replace('}', &format!("{escape}}}"));
        let escaped = if unclosed(bare).is_some() { escaped.replace('[', &format!("{escape}[")) } else { escaped };
        (escaped != written).then_some(escaped)
    }

    fn placeholders(&mut self, setting: &Setting<'_>) {
        if !matches!(setting.value, Value::Mapping(_) | Value::Sequence(_) | Value::String(_)) {
            return self.report(
                setting.range,
                "`placeholders` must be a mapping from file patterns to placeholder patterns: `placeholders: {\"flux/\": \"${NAME}\"}`",
            );
        }
        // With the places in the text; where that cannot be read, yaml_serde has said so.
        let Some(value) = setting.written.and_then(Node::resolved) else { return };
        if !matches!(value.kind(), Kind::Mapping(_)) {
            return self.forms("*", value.range(), value);
        }
        for entry in value.entries() {
            self.forms(&entry.key.value(), entry.key.range(), entry.value);
        }
    }

    /// Where custom resources hold Pods.
    fn pods(&mut self, setting: &Setting<'_>) {
        const FORM: &str = "each item of `pods` must be `{apiVersion: example.com/v1, kind: Fleet, at: spec.podTemplate}`";
        let Value::Sequence(items) = setting.value else { return self.report(setting.range, FORM) };
        for (item, range) in items.iter().zip(self.item_ranges(setting)) {
            let text = |key: &str| item.get(key).and_then(Value::as_str).map(str::to_owned);
            let (Some(api_version), Some(kind), Some(at)) = (text("apiVersion"), text("kind"), text("at")) else {
                self.report(range, FORM);
                continue;
            };
            let unknown = item.as_mapping().into_iter().flat_map(Mapping::keys).filter_map(Value::as_str);
            if let Some(unknown) = unknown.into_iter().find(|key| !["apiVersion", "kind", "at", "type"].contains(key)) {
                self.report(range, format!("unknown key `{unknown}` in an item of `pods`; expected `apiVersion`, `kind`, `at` or `type`"));
                continue;
            }
            let named = text("type").unwrap_or_else(|| Declared::TYPES[0].to_owned());
            let Some(ty) = Declared::TYPES.into_iter().find(|it| *it == named) else {
                self.report(range, format!("unknown type `{named}`; expected {}", list(&Declared::TYPES, "or")));
                continue;
            };
            if !Declared::is_place(&at) {
                self.report(range, format!("`{at}` is not the path of a field; write one such as `spec.ships[].podTemplate`"));
                continue;
            }
            self.config.pods.push(Declared { api_version, kind, at, ty });
        }
    }

    /// Takes in the forms that hold for the files of a pattern.
    fn forms(&mut self, glob: &str, glob_range: TextRange, forms: Node<'_>) {
        let Some(files) = self.pattern(glob_range, glob) else { return };
        let is_list = matches!(forms.kind(), Kind::Sequence(_));
        for form in forms.items().chain(Some(forms).filter(|_| !is_list)) {
            match Placeholder::new(&form.value()) {
                Some(form) => self.config.placeholders.push((files.clone(), form)),
                None => {
                    let range = if form.range().is_empty() { glob_range } else { first_line(self.text, form.range()) };
                    self.report(range, "a placeholder pattern must contain `NAME`, as in `${NAME}` or `<NAME>`");
                }
            }
        }
    }

    /// Says what yaml_serde could not read. It counts lines and columns from one, and within the block.
    fn broken(&mut self, block: TextRange, error: &yaml_serde::Error) {
        let own = self.tree.errors().iter().find(|error| block.touches(error.range.start as usize));
        let reason = error.to_string();
        let reason = reason.split(" at line ").next().unwrap_or_default();
        let (range, message) = match (own, error.location()) {
            (None, _) if reason.contains("invalid type") => (first_line(self.text, block), NO_KEYS.to_owned()),
            (Some(own), _) => (own.range, own.message.clone()),
            (None, Some(place)) => {
                let at = (block.start as usize + place.index()).min(block.end as usize);
                let at = self.text[..at].trim_end().len().max(block.start as usize);
                (first_line(self.text, TextRange::new(at, block.end as usize)), format!("invalid YAML: {reason}"))
            }
            (None, None) => (first_line(self.text, block), format!("cannot be read: {reason}")),
        };
        self.report(range, message);
    }

    /// The ranges of a key and of its value.
    fn ranges(&self, entry: Entry<'_>) -> (TextRange, TextRange) {
        let value = first_line(self.text, entry.value.range());
        (entry.key.range(), if value.is_empty() { entry.key.range() } else { value })
    }

    /// The ranges of the items of a list, then that of the whole.
    fn item_ranges(&self, setting: &Setting<'_>) -> impl Iterator<Item = TextRange> + use<> {
        let items: Vec<TextRange> = setting.written.into_iter().flat_map(Node::items).map(Node::range).collect();
        items.into_iter().chain(std::iter::repeat(setting.range))
    }

    /// A setting as it is written.
    fn entry(&self, name: &str) -> Option<Entry<'t>> {
        self.tree.root()?.entries().filter(|entry| entry.key.value() == name).last()
    }

    fn report(&mut self, range: TextRange, message: impl Into<Message>) {
        self.found.push(Diagnostic::new(PODLS_CONFIG.code, Severity::Error, range, "", message));
    }

    fn rename(&mut self, range: TextRange, right: Option<&str>) {
        if let Some(right) = right {
            self.fix(format!("Rename to `{right}`"), range, right);
        }
    }

    /// Adds a fix to the last problem.
    fn fix(&mut self, title: String, range: TextRange, text: &str) {
        if let Some(last) = self.found.last_mut() {
            last.fixes.push(Fix::preferred(title, vec![Edit::replace(range, text)]));
        }
    }
}

/// Why git would never match a pattern, although it can be read.
pub fn unclosed(glob: &str) -> Option<String> {
    let mut chars = glob.chars();
    let mut is_open = false;
    while let Some(char) = chars.next() {
        match char {
            '\\' => _ = chars.next(),
            '[' => is_open = true,
            ']' => is_open = false,
            _ => {}
        }
    }
    is_open.then(|| "unclosed `[`; write `\\[` for the character itself".to_owned())
}

/// What a word of another tool is called here.
fn synonym(word: &str, synonyms: &[(&'static str, &[&str])]) -> Option<&'static str> {
    synonyms.iter().find(|(_, others)| others.iter().any(|it| it.eq_ignore_ascii_case(word))).map(|(name, _)| *name)
}

/// A scalar as it is written, near enough.
fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "null".into(),
        other => yaml_serde::to_string(other).unwrap_or_default().trim_end().replace('\n', " "),
    }
}

/// "`a`, `b` and `c`"
fn list(names: &[&str], and: &str) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    let (last, others) = quoted.split_last().map_or((String::new(), &[][..]), |(last, others)| (last.clone(), others));
    format!("{} {and} {last}", others.join(", "))
}

/// The part of the range that lies on its first line, without spaces at its end.
fn first_line(text: &str, range: TextRange) -> TextRange {
    let line = text[range.span()].lines().next().unwrap_or_default().trim_end();
    TextRange::new(range.start as usize, range.start as usize + line.len())
}
