//! `.podls.yaml`: what a team agrees on.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use serde_yaml::{Mapping, Value};

use crate::diagnostic::{Diagnostic, Fix, Severity};
use crate::rules::outside::PODLS_CONFIG;
use crate::rules::{self, Level, Levels};
use crate::schema::Release;
use crate::text::{Edit, TextRange, meant};
use crate::yaml::{self, Entry, Kind, Node, NodeId, Placeholder, Tree};

const KEYS: [&str; 4] = ["kubernetes", "rules", "exclude", "placeholders"];

/// What a `.podls.yaml` says.
#[derive(Clone, Debug)]
pub struct Config {
    /// `kubernetes`: the release that the manifests are meant for.
    pub release: Option<Release>,
    /// `rules`: which of them are off or have another severity.
    pub levels: Arc<Levels>,
    exclude: Gitignore,
    placeholders: Vec<(Gitignore, Placeholder)>,
}

impl Config {
    /// What is filled in later in the file; its path is relative to the folder of the configuration.
    pub fn placeholders(&self, path: &Path) -> Vec<Placeholder> {
        let of_file = self.placeholders.iter().filter(|(files, _)| files.matched_path_or_any_parents(path, false).is_ignore());
        of_file.map(|(_, form)| form.clone()).collect()
    }

    /// Whether `exclude` leaves out the file; its path is relative to the folder of the configuration.
    pub fn excludes(&self, path: &Path) -> bool {
        !self.exclude.is_empty() && self.exclude.matched_path_or_any_parents(path, false).is_ignore()
    }
}

/// Reads the text of a configuration. What can't be followed is told, in ranges of the text; the rest counts.
pub fn read(text: &str) -> (Config, Vec<Diagnostic>) {
    let mut reader = Reader {
        text,
        tree: yaml::parse(text),
        release: None,
        levels: Levels::default(),
        globs: vec![],
        placeholders: vec![],
        seen: vec![],
        found: vec![],
    };
    for block in blocks(text) {
        if reader.is_lost() {
            break;
        }
        match serde_yaml::from_str::<Option<Mapping>>(&text[block.span()]) {
            Ok(settings) => settings.unwrap_or_default().iter().for_each(|(key, value)| reader.setting(block, key, value)),
            Err(error) => reader.broken(block, &error),
        }
    }
    reader.finish()
}

/// The top-level settings with the lines below them. Each is read on its own, so that a mistake in one leaves the others alone.
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
    /// Only tells where a setting stands.
    tree: Tree,
    release: Option<Release>,
    levels: Levels,
    globs: Vec<(TextRange, String)>,
    placeholders: Vec<(Gitignore, Placeholder)>,
    seen: Vec<String>,
    found: Vec<Diagnostic>,
}

impl Reader<'_> {
    /// Whether this is some other file that got our name: nobody reads more mistakes, and to find the places of all takes long.
    fn is_lost(&self) -> bool {
        self.found.len() >= 1000
    }

    fn setting(&mut self, block: TextRange, key: &Value, value: &Value) {
        if self.is_lost() {
            return;
        }
        let Some(name) = key.as_str() else {
            let message = format!("a setting has a name; podls knows {}", list(&KEYS, "and"));
            return self.tell(first_line(self.text, block), message, None);
        };
        let line = first_line(self.text, block);
        let (key_range, value_range) = self.entry(name).map_or((line, line), |entry| self.ranges(entry));
        if self.seen.iter().any(|it| it == name) {
            self.tell(key_range, format!("`{name}` is there twice: join them"), None);
        }
        self.seen.push(name.to_owned());
        match (name, value) {
            (_, Value::Null) if KEYS.contains(&name) => {}
            ("kubernetes", Value::String(_) | Value::Number(_)) => match scalar(value).parse() {
                Ok(release) => self.release = Some(release),
                Err(message) => self.tell(value_range, message, None),
            },
            ("kubernetes", _) => self.tell(value_range, "`kubernetes` wants a release: `kubernetes: \"1.35\"`", None),
            ("rules", Value::Mapping(rules)) => {
                let written = self.entry("rules").into_iter().flat_map(|rules| rules.value.entries());
                let places: HashMap<_, _> = written.map(|entry| (entry.key.value().into_owned(), self.ranges(entry))).collect();
                let unknown = first_line(self.text, block);
                for (code, level) in rules {
                    let code = scalar(code);
                    let places = places.get(&code).copied().unwrap_or((unknown, unknown));
                    self.rule(places, code, level);
                }
            }
            ("rules", _) => self.tell(value_range, "`rules` wants a line for each rule: `unknown-field: warning`", None),
            ("exclude", Value::Sequence(globs)) => {
                let written = self.entry("exclude").into_iter().flat_map(|list| list.value.items());
                let places: Vec<_> = written.map(Node::range).collect();
                for (at, glob) in globs.iter().enumerate() {
                    let range = places.get(at).copied().unwrap_or_else(|| first_line(self.text, block));
                    self.exclude(range, glob);
                }
            }
            ("placeholders", Value::Mapping(_) | Value::Sequence(_) | Value::String(_)) => {
                // With the places in the text; where that cannot be read, serde_yaml said so.
                if let Some(entry) = self.entry("placeholders") {
                    self.placeholders(entry.value.id());
                }
            }
            ("placeholders", _) => {
                self.tell(value_range, "expected forms for patterns of files: `placeholders: {\"flux/\": \"${NAME}\"}`", None);
            }
            ("exclude", _) => self.tell(value_range, "`exclude` wants a list of patterns: `exclude: [vendor/]`", None),
            _ => {
                let message = format!("podls knows no setting `{name}`; it knows {}", list(&KEYS, "and"));
                self.tell(key_range, message, meant(name, KEYS));
            }
        }
    }

    fn rule(&mut self, (code_range, level_range): (TextRange, TextRange), code: String, level: &Value) {
        let level = scalar(level);
        if rules::named(&code).is_none() {
            let message = format!("podls has no rule `{code}`; `podls rules` lists those there are");
            self.tell(code_range, message, rules::allow::nearest_rule(&code));
        }
        match Level::named(&level) {
            Some(level) => _ = self.levels.0.insert(code, level),
            None => {
                let levels: Vec<&str> = ["off"].into_iter().chain(Severity::ALL.map(Severity::name)).collect();
                let message = format!("`{level}` is nothing that a rule can be; write {}", list(&levels, "or"));
                self.tell(level_range, message, meant(&level, levels));
            }
        }
    }

    fn exclude(&mut self, range: TextRange, glob: &Value) {
        match glob {
            Value::String(glob) => self.globs.push((range, glob.clone())),
            _ => self.tell(range, "`exclude` wants patterns as in a .gitignore: `vendor/`", None),
        }
    }

    fn placeholders(&mut self, value: NodeId) {
        let tree = self.tree.clone();
        let Some(value) = tree.node(value).resolved() else { return };
        if !matches!(value.kind(), Kind::Mapping(_)) {
            return self.forms("*", value.range(), value);
        }
        for entry in value.entries() {
            self.forms(&entry.key.value(), entry.key.range(), entry.value);
        }
    }

    /// Takes in the forms that hold for the files of a pattern.
    fn forms(&mut self, glob: &str, glob_range: TextRange, forms: Node<'_>) {
        let mut files = GitignoreBuilder::new("");
        if let Err(error) = files.add_line(None, glob) {
            return self.tell(glob_range, format!("invalid pattern of a .gitignore: {error}"), None);
        }
        let files = files.build().unwrap_or_else(|_| Gitignore::empty());
        let is_list = matches!(forms.kind(), Kind::Sequence(_));
        for form in forms.items().chain(Some(forms).filter(|_| !is_list)) {
            match Placeholder::new(&form.value()) {
                Some(form) => self.placeholders.push((files.clone(), form)),
                None => {
                    let range = if form.range().is_empty() { glob_range } else { first_line(self.text, form.range()) };
                    self.tell(range, "a placeholder is written around `NAME`, as in `${NAME}` or `<NAME>`", None);
                }
            }
        }
    }

    /// Says what serde_yaml could not read. It counts lines and columns from one, and within the block.
    fn broken(&mut self, block: TextRange, error: &serde_yaml::Error) {
        let own = self.tree.errors().iter().find(|error| block.touches(error.range.start as usize));
        let reason = error.to_string();
        let reason = reason.split(" at line ").next().unwrap_or_default();
        let (range, message) = match (own, error.location()) {
            (Some(own), _) => (own.range, own.message.clone()),
            (None, Some(place)) => {
                let at = (block.start as usize + place.index()).min(block.end as usize);
                let at = self.text[..at].trim_end().len().max(block.start as usize);
                (first_line(self.text, TextRange::new(at, block.end as usize)), format!("no YAML: {reason}"))
            }
            (None, None) => (first_line(self.text, block), format!("can't be read: {reason}")),
        };
        self.tell(range, message, None);
    }

    fn finish(mut self) -> (Config, Vec<Diagnostic>) {
        let mut exclude = GitignoreBuilder::new("");
        for (range, glob) in std::mem::take(&mut self.globs) {
            if let Err(error) = exclude.add_line(None, &glob) {
                self.tell(range, format!("no pattern as in a .gitignore: {error}"), None);
            }
        }
        let exclude = exclude.build().unwrap_or_else(|_| Gitignore::empty());
        self.found.sort_by_key(|it| it.range);
        (Config { release: self.release, levels: Arc::new(self.levels), exclude, placeholders: self.placeholders }, self.found)
    }

    /// The ranges of a key and of its value.
    fn ranges(&self, entry: Entry<'_>) -> (TextRange, TextRange) {
        let value = first_line(self.text, entry.value.range());
        (entry.key.range(), if value.is_empty() { entry.key.range() } else { value })
    }

    /// A setting as it is written.
    fn entry(&self, name: &str) -> Option<Entry<'_>> {
        self.tree.root()?.entries().filter(|entry| entry.key.value() == name).last()
    }

    fn tell(&mut self, range: TextRange, message: impl Into<String>, right: Option<&str>) {
        let mut diagnostic = Diagnostic::new(PODLS_CONFIG.code, Severity::Error, range, "", message);
        if let Some(right) = right {
            diagnostic = diagnostic.fix(Fix::preferred(format!("Rename to `{right}`"), vec![Edit::replace(range, right)]));
        }
        self.found.push(diagnostic);
    }
}

/// A scalar as it is written, near enough.
fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "null".into(),
        other => serde_yaml::to_string(other).unwrap_or_default().trim_end().replace('\n', " "),
    }
}

/// "`a`, `b` and `c`"
fn list(names: &[&str], and: &str) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    let (last, others) = quoted.split_last().map_or((String::new(), &[][..]), |(last, others)| (last.clone(), others));
    format!("{} {and} {last}", others.join(", "))
}

/// The part of the range that lies on its first line, without blanks at its end.
fn first_line(text: &str, range: TextRange) -> TextRange {
    let line = text[range.span()].lines().next().unwrap_or_default().trim_end();
    TextRange::new(range.start as usize, range.start as usize + line.len())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::read;
    use crate::rules::Level;
    use crate::schema::Release;

    #[test]
    fn reads_what_a_team_agrees_on() {
        let text = "# ours\nkubernetes: \"1.35\"\nrules:\n  unused-allow: off\nexclude:\n- vendor/\n- \"*.tmpl.yaml\"\n";
        let (config, found) = read(text);
        assert_eq!(found, []);
        assert_eq!(config.release, Some(Release::V1_35));
        assert_eq!(config.levels.0.get("unused-allow"), Some(&Level::Off));
        for (path, excluded) in [("vendor/a.yaml", true), ("a/vendor/b/c.yaml", true), ("a.tmpl.yaml", true), ("vendor.yaml", false)] {
            assert_eq!(config.excludes(Path::new(path)), excluded, "{path}");
        }
    }

    #[test]
    fn a_mistake_is_told_at_its_place_and_the_rest_counts() {
        for (mistake, place, message) in [
            ("kubernets: \"1.35\"", "kubernets", "no setting `kubernets`"),
            ("kubernetes: \"1.5\"", "\"1.5\"", "does not know Kubernetes"),
            ("kubernetes: [1]", "[1]", "wants a release"),
            ("rules: {unused-alow: off}", "unused-alow", "no rule `unused-alow`"),
            ("rules:\n  unused-allow: of", "of", "`of` is nothing that a rule can be"),
            ("rules: [unused-allow]", "[unused-allow]", "wants a line for each rule"),
            ("exclude: vendor", "vendor", "wants a list"),
            ("exclude: [1]", "1", "wants patterns"),
            ("exclude: ['{a']", "'{a'", "no pattern"),
            ("placeholders: {'a/': X}", "X", "written around `NAME`"),
            ("placeholders: {'a/': [{}]}", "{}", "written around `NAME`"),
            ("placeholders: {'{a': $NAME}", "'{a'", "invalid pattern"),
            ("placeholders: 1", "1", "expected forms"),
            ("rules: {unused-allow: off", "{unused-allow: off", ""),
            ("rules: \"off", "\"off", ""),
            ("just text", "just text", ""),
            ("5: off", "5: off", "has a name"),
            ("rules: {}\nrules: {}", "rules", "twice"),
        ] {
            let rest = if mistake.starts_with("exclude") { "kubernetes: \"1.34\"" } else { "exclude: [other/]" };
            for text in [format!("{mistake}\n{rest}\n"), format!("{rest}\n{mistake}\n")] {
                let (config, found) = read(&text);
                let [found] = &found[..] else { panic!("{text}: {found:?}") };
                assert_eq!(&text[found.range.span()], place, "{text}");
                assert!(found.message.contains(message), "{text}: {}", found.message);
                assert!(config.release == Some(Release::V1_34) || config.excludes(Path::new("other/a.yaml")), "{text}");
            }
        }
    }

    #[test]
    fn placeholders_are_declared_for_files() {
        for (text, of_flux, of_others) in [
            ("placeholders: {'flux/': '${NAME}', '*.yaml': ['<NAME>', '@NAME@']}", 3, 2),
            ("placeholders:\n  flux/**: $NAME\n", 1, 0),
            ("placeholders: ['#{NAME}#']", 1, 1),
            ("placeholders: ${NAME}", 1, 1),
            ("placeholders:", 0, 0),
        ] {
            let (config, found) = read(text);
            assert_eq!(found, [], "{text}");
            let count = |path| config.placeholders(Path::new(path)).len();
            assert_eq!((count("flux/a.yaml"), count("b/c.yaml")), (of_flux, of_others), "{text}");
        }
    }

    #[test]
    fn an_empty_file_says_nothing() {
        for text in ["", "# nothing yet\n", "rules:\n", "---\n", "\u{feff}"] {
            assert_eq!(read(text).1, [], "{text:?}");
        }
    }

    #[test]
    fn thousands_of_mistakes_are_soon_told() {
        let many = |line: fn(usize) -> String| (0..20_000).map(line).collect::<String>();
        for (text, told) in [
            (many(|n| format!("a{n}: 1\n")), 1000),
            (format!("{{{}}}", many(|n| format!("a{n}: 1, "))), 1000),
            (format!("rules:\n{}", many(|n| format!("  a{n}: off\n"))), 20_000),
            (format!("exclude:\n{}", many(|n| format!("- {n}\n"))), 20_000),
        ] {
            assert_eq!(read(&text).1.len(), told, "{}", &text[..20]);
        }
    }

    #[test]
    fn any_text_is_read() {
        let text = "# ours\nkubernetes: \"1.35\"\nrules: {unused-allow: off,\n  é: error}\nexclude:\n- &a vendor/\n- *a\n";
        for at in text.char_indices().map(|(at, _)| at) {
            let mut shorter = text.to_owned();
            shorter.remove(at);
            for text in [&text[..at], &text[at..], &shorter] {
                let inside = |it: &crate::diagnostic::Diagnostic| text.get(it.range.span()).is_some();
                assert!(read(text).1.iter().all(inside), "{text}");
            }
        }
    }
}
