//! Right manifests made into templates: nothing more is reported of them, however they are cut up, and a misspelt key is still found.

use podls::analysis::Analysis;
use podls::diagnostic::{Diagnostic, Severity};
use podls::rules::Options;
use podls::text::TextRange;
use podls::yaml::{self, Entry, Kind, Layout, Node, Scalar};

/// How many templates are made of each manifest.
const VARIANTS: u64 = 16;

#[test]
fn a_template_of_a_right_manifest_has_no_findings() {
    for (name, text) in manifests() {
        let known: Vec<_> = findings_in(&text, &Options::default()).iter().map(|it| it.code).collect();
        for seed in 0..VARIANTS {
            let template = Maker::new(&text, seed, true).template();
            let found = findings(&template).into_iter().filter(|it| !known.contains(&it.code));
            let found: Vec<String> = found.map(|it| described(&template, &it)).collect();
            assert!(found.is_empty(), "{name}, seed {seed}:\n{}\n{template}", found.join("\n"));
        }
    }
}

#[test]
fn a_template_of_ytt_has_no_findings() {
    let text = "#@ load(\"@ytt:data\", \"data\")\napiVersion: v1\nkind: Pod\nmetadata:\n  name: #@ data.values.name\nspec:\n  containers:\n  \
                - name: web\n    #@ if data.values.image:\n    image: #@ data.values.image\n    #@ else:\n    image: nginx\n    #@ end\n";
    assert!(findings_in(text, &Options::default()).is_empty());
    assert!(findings_in(&text.replace("kind: Pod", "kind: 'Pod"), &Options::default()).iter().all(|it| it.code == "yaml-syntax"));
}

#[test]
fn a_misspelt_key_is_found_in_a_template() {
    let (mut tried, mut found) = (0, 0);
    for (_, text) in manifests() {
        for seed in 0..VARIANTS {
            let mut maker = Maker::new(&text, seed, false);
            let template = maker.template();
            let Some((misspelt, at)) = maker.misspell(&template) else { continue };
            tried += 1;
            let is_there = |it: &Diagnostic| it.severity == Severity::Error && it.range.start as usize == at;
            found += usize::from(findings(&misspelt).iter().any(is_there));
        }
    }
    assert!(tried > 300 && found * 100 >= tried * 98, "{found} of {tried}");
}

/// The recorded manifests that an API server accepts; those without aliases, whose anchors may become part of a template.
fn manifests() -> Vec<(String, String)> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance/bases");
    let files = std::fs::read_dir(folder).expect("the bases").map(|file| file.expect("a file").path());
    let read = |path: std::path::PathBuf| (path.display().to_string(), std::fs::read_to_string(path).expect("a text"));
    let mut found: Vec<_> = files.filter(|path| path.extension().is_some_and(|it| it == "yaml")).map(read).collect();
    let is_right = |text: &str| findings_in(text, &Options::default()).iter().all(|it| it.severity > Severity::Warning);
    found.retain(|(_, text)| !text.contains(" *") && is_right(text));
    found.sort();
    assert!(found.len() > 30, "only {} manifests", found.len());
    found
}

fn findings(template: &str) -> Vec<Diagnostic> {
    findings_in(template, &Options { dialect: podls::yaml::Dialect::Template, ..Options::default() })
}

fn findings_in(text: &str, options: &Options) -> Vec<Diagnostic> {
    yaml::split(text)
        .iter()
        .flat_map(|part| {
            let analysis = Analysis::new(&text[part.span()], options, None);
            analysis.diagnostics().into_iter().map(|(_, it)| it.moved(part.start)).collect::<Vec<_>>()
        })
        .collect()
}

fn described(text: &str, it: &Diagnostic) -> String {
    let line = text[..it.range.start as usize].lines().count();
    format!("line {line}: {}: {}", it.code, it.message)
}

/// Makes a manifest into a template, at places that the seed chooses.
struct Maker<'t> {
    text: &'t str,
    state: u64,
    /// Whether actions may write the kind of an object too; then little is known of it.
    writes_kinds: bool,
    /// Replacements of the text that do not overlap.
    edits: Vec<(TextRange, String)>,
}

impl<'t> Maker<'t> {
    fn new(text: &'t str, seed: u64, writes_kinds: bool) -> Self {
        Maker { text, state: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ text.len() as u64 | 1, writes_kinds, edits: vec![] }
    }

    fn below(&mut self, bound: usize) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        (self.state >> 33) as usize % bound
    }

    fn template(&mut self) -> String {
        for part in yaml::split(self.text) {
            let tree = yaml::parse(&self.text[part.span()]);
            tree.root().into_iter().for_each(|root| self.node(root, part.start as usize));
        }
        self.edits.sort_by_key(|(range, _)| range.start);
        let mut template = self.text.to_owned();
        for (range, new) in self.edits.iter().rev() {
            template.replace_range(range.span(), new);
        }
        template
    }

    fn node(&mut self, node: Node<'_>, start: usize) {
        match node.kind() {
            Kind::Mapping(Layout::Block) => node.entries().for_each(|entry| self.entry(entry, start)),
            Kind::Sequence(Layout::Block) => node.items().for_each(|item| self.node(item, start)),
            _ => {}
        }
    }

    fn entry(&mut self, Entry { key, value }: Entry<'_>, start: usize) {
        let is_head = ["apiVersion", "kind"].contains(&key.text());
        let range = TextRange::new(start + key.range().start as usize, start + value.range().end as usize);
        let line = self.text[..range.start as usize].rfind('\n').map_or(0, |at| at + 1);
        let column = range.start as usize - line;
        let owns_lines = self.text[line..range.start as usize].trim().is_empty() && self.text[range.end as usize..].starts_with('\n');
        let lines = TextRange::new(line, range.end as usize + 1);
        let has_block = matches!(value.kind(), Kind::Mapping(Layout::Block) | Kind::Sequence(Layout::Block));
        let is_fixed = key.text() == "kind" && !self.writes_kinds;
        match self.below(12) {
            0 if owns_lines => self.edit(lines, format!("{{{{- if .Values.a }}}}\n{}{{{{- end }}}}\n", &self.text[lines.span()])),
            1 if owns_lines => {
                let twice = &self.text[lines.span()];
                self.edit(lines, format!("{{{{ if .a }}}}\n{twice}{{{{- else }}}}\n{twice}{{{{ end }}}}\n"));
            }
            2 if owns_lines && !is_head => {
                self.edit(lines, format!("{}{{{{- include \"b\" . | nindent {column} }}}}\n", " ".repeat(column)))
            }
            3 if owns_lines => self
                .edit(TextRange::at(line), format!("{{{{- /* {{ c: d\n---\n}} */}}}}\n{{{{- toYaml .Values.e | nindent {column} }}}}\n")),
            4 if has_block => self.edit(
                TextRange::new(start + key.range().end as usize + 1, range.end as usize),
                format!(" {{{{- toYaml .Values.f | nindent {} }}}}", column + 2),
            ),
            5 if has_block => self.edit(
                TextRange::new(start + key.range().end as usize + 1, range.end as usize),
                "\n{{ toYaml .Values.g | indent 8 }}".to_owned(),
            ),
            6 if !is_fixed && !has_block && matches!(value.kind(), Kind::Scalar(yaml::Style::Plain)) => {
                self.edit(value_range(value, start), "{{ .Values.h | default \"i: #j\" }}".to_owned())
            }
            7 if !is_fixed
                && yaml::resolve(value) == Scalar::String
                && matches!(value.kind(), Kind::Scalar(yaml::Style::Plain | yaml::Style::DoubleQuoted)) =>
            {
                self.edit(value_range(value, start), "\"{{ include \"k\" . }}-{{ .l }}\"".to_owned());
            }
            _ => self.node(value, start),
        }
    }

    fn edit(&mut self, range: TextRange, new: String) {
        self.edits.push((range, new));
    }

    /// Exchanges two letters of a key that podls checks, and says where.
    fn misspell(&mut self, template: &str) -> Option<(String, usize)> {
        const KEYS: [&str; 8] =
            ["containers:", "volumeMounts:", "image:", "resources:", "livenessProbe:", "volumes:", "securityContext:", "ports:"];
        let places: Vec<_> = KEYS.iter().flat_map(|key| template.match_indices(key)).filter(|(at, _)| is_key(template, *at)).collect();
        let (at, key) = *places.get(self.below(places.len().max(1)))?;
        let misspelt = format!("{}{}{}", &key[..1], &key[2..3], &key[1..2]) + &key[3..];
        Some((format!("{}{misspelt}{}", &template[..at], &template[at + key.len()..]), at))
    }
}

fn value_range(value: Node<'_>, start: usize) -> TextRange {
    TextRange::new(start + value.range().start as usize, start + value.range().end as usize)
}

/// Whether a word at `at` begins a line, but for spaces and dashes.
fn is_key(text: &str, at: usize) -> bool {
    let line = text[..at].rfind('\n').map_or(0, |at| at + 1);
    text[line..at].chars().all(|c| c == ' ' || c == '-')
}
