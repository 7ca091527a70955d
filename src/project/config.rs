//! `.podls.yaml`: the settings shared by a team.

use std::path::Path;

use ignore::gitignore::Gitignore;

use crate::diagnostic::{Diagnostic, Fix};
use crate::rules::Levels;
use crate::schema::{Declared, Releases};
use crate::text::apply;
use crate::yaml::Placeholder;

mod reader;

pub use reader::unclosed;

/// The settings of a configuration.
const KEYS: [&str; 8] = ["kubernetes", "rules", "include", "exclude", "placeholders", "root", "staticPods", "pods"];
/// Beyond so many problems, no fix is verified: this is some other file with the name of ours.
const MOST_VERIFIED: usize = 50;

/// What a `.podls.yaml` says.
#[derive(Clone, Debug)]
pub struct Config {
    /// `kubernetes`: the releases that the manifests are meant for.
    pub releases: Option<Releases>,
    /// `rules`: which of them are off or have another severity.
    pub levels: Levels,
    /// `rules` below patterns: what is decided for the files that match, the most important last.
    pub path_levels: Vec<(Gitignore, Levels)>,
    /// `include`: the only files that are checked.
    pub include: Option<Gitignore>,
    /// `exclude`: files that are not.
    pub exclude: Gitignore,
    /// `staticPods`: files that a kubelet reads.
    pub static_pods: Gitignore,
    /// `pods`: where custom resources hold Pods.
    pub pods: Vec<Declared>,
    /// `root`: configurations above this one do not count.
    pub is_root: bool,
    placeholders: Vec<(Gitignore, Placeholder)>,
}

impl Config {
    /// What is filled in later in the file; its path is relative to the folder of the configuration.
    pub fn placeholders(&self, path: &Path) -> Vec<Placeholder> {
        self.placeholders.iter().filter(|(files, _)| holds(files, path)).map(|(_, form)| form.clone()).collect()
    }
}

/// Whether patterns hold for a file.
pub fn holds(files: &Gitignore, path: &Path) -> bool {
    !files.is_empty() && files.matched_path_or_any_parents(path, false).is_ignore()
}

/// Reads the text of a configuration. What is wrong is reported in ranges of the text; the rest counts.
pub fn read(text: &str) -> (Config, Vec<Diagnostic>) {
    let (config, mut found) = reader::read(text);
    if found.len() <= MOST_VERIFIED {
        let count = found.len();
        found.iter_mut().for_each(|it| it.fixes.retain(|fix| solves(fix, text, count)));
    } else {
        found.iter_mut().for_each(|it| it.fixes.clear());
    }
    (config, found)
}

/// Whether a fix leaves less than so many problems.
fn solves(fix: &Fix, text: &str, count: usize) -> bool {
    reader::read(&apply(text, &fix.edits)).1.len() < count
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{holds, read};
    use crate::rules::Level;
    use crate::schema::Release;
    use crate::text::apply;

    #[test]
    fn reads_the_settings_of_a_team() {
        let text = "# ours\nkubernetes: \"1.35\"\nrules:\n  unused-allow: off\nexclude:\n- vendor/\n- \"*.tmpl.yaml\"\n";
        let (config, found) = read(text);
        assert_eq!(found, []);
        assert_eq!(config.releases, Some(Release::V1_35.into()));
        assert_eq!(config.levels.0.get("unused-allow"), Some(&Level::Off));
        for (path, excluded) in [("vendor/a.yaml", true), ("a/vendor/b/c.yaml", true), ("a.tmpl.yaml", true), ("vendor.yaml", false)] {
            assert_eq!(holds(&config.exclude, Path::new(path)), excluded, "{path}");
        }
    }

    #[test]
    fn lists_and_texts_hold_no_settings() {
        for text in ["- rules: {unused-allow: off}\n", "just text\n"] {
            let found = read(text).1;
            assert!(matches!(&found[..], [only] if only.message.contains("must be a mapping")), "{found:?}");
        }
    }

    #[test]
    fn only_the_first_document_counts() {
        let text = "# ours\n---\nkubernetes: \"1.34\"\n---\nkubernetes: \"1.33\"\n";
        let (config, found) = read(text);
        assert_eq!(config.releases, Some(Release::V1_34.into()));
        assert!(matches!(&found[..], [only] if only.range.start == 30 && only.message.contains("first YAML document")), "{found:?}");
    }

    #[test]
    fn a_mistake_is_reported_at_its_place_and_the_rest_counts() {
        for (mistake, place, message, fixed) in [
            ("kubernets: \"1.35\"", "kubernets", "did you mean `kubernetes`?", "kubernetes: \"1.35\""),
            ("version: 1.35", "version", "did you mean `kubernetes`?", "kubernetes: 1.35"),
            // What is renamed must be right then.
            ("version: 1", "version", "did you mean `kubernetes`?", ""),
            ("ignored: [a]", "ignored", "expected one of `kubernetes`", ""),
            ("kubernetes: \"1.5\"", "\"1.5\"", "does not know Kubernetes", ""),
            ("kubernetes: [1.5]", "1.5", "does not know Kubernetes", ""),
            ("kubernetes: {}", "{}", "must be a release", ""),
            ("rules: {unused-alow: off}", "unused-alow", "did you mean `unused-allow`", "rules: {unused-allow: off}"),
            ("rules:\n  unused-allow: of", "of", "unknown level `of`", "rules:\n  unused-allow: off"),
            ("rules:\n  unused-allow: warn", "warn", "unknown level `warn`", "rules:\n  unused-allow: warning"),
            ("rules:\n  a/: {unused-allow: false}", "false", "unknown level `false`", "rules:\n  a/: {unused-allow: off}"),
            ("rules:\n  '{a': {unused-allow: off}", "'{a'", "invalid pattern", "rules:\n  '\\{a': {unused-allow: off}"),
            ("rules: [unused-allow]", "[unused-allow]", "must be a mapping", ""),
            ("exclude: vendor", "vendor", "must be a list of .gitignore patterns: `exclude: [vendor]`", ""),
            ("exclude: [1]", "1", "must be .gitignore patterns", ""),
            ("exclude: ['{a']", "'{a'", "invalid pattern `{a`", "exclude: ['\\{a']"),
            ("exclude: [\"{a\"]", "\"{a\"", "invalid pattern `{a`", "exclude: [\"\\\\{a\"]"),
            ("include: [./a/]", "./a/", "must not begin with `./`", "include: [/a/]"),
            ("include: ['../a']", "'../a'", "must not refer to a parent folder", ""),
            ("root: yes", "yes", "`true` or `false`", ""),
            ("placeholders: {'a/': X}", "X", "must contain `NAME`", ""),
            ("placeholders: {'a/': [{}]}", "{}", "must contain `NAME`", ""),
            ("placeholders: {'{a': $NAME}", "'{a'", "invalid pattern", "placeholders: {'\\{a': $NAME}"),
            ("placeholders: 1", "1", "must be a mapping", ""),
            ("rules: {unused-allow: off", "{unused-allow: off", "", ""),
            ("rules: \"off", "\"off", "", ""),
            ("just text", "just text", "", ""),
            ("exclude: ['a[b']", "'a[b'", "unclosed `[`", "exclude: ['a\\[b']"),
            ("5: off", "5: off", "expected the name of a setting", ""),
            ("rules: {}\nrules: {}", "rules", "duplicate setting", ""),
        ] {
            let rest = if mistake.contains("clude") { "kubernetes: \"1.34\"" } else { "exclude: [other/]" };
            for text in [format!("{mistake}\n{rest}\n"), format!("{rest}\n{mistake}\n")] {
                let (config, found) = read(&text);
                let [found] = &found[..] else { panic!("{text}: {found:?}") };
                assert_eq!(&text[found.range.span()], place, "{text}");
                assert!(found.message.contains(message), "{text}: {}", found.message);
                assert!(config.releases == Some(Release::V1_34.into()) || holds(&config.exclude, Path::new("other/a.yaml")), "{text}");
                let right = found.fixes.first().map(|fix| apply(&text, &fix.edits)).unwrap_or_default();
                assert!(if fixed.is_empty() { right.is_empty() } else { right.contains(fixed) }, "{text}: {right}");
            }
        }
    }

    #[test]
    fn a_setting_is_not_renamed_to_one_that_is_there() {
        let fixes = |text| read(text).1.iter().map(|it| it.fixes.len()).collect::<Vec<_>>();
        assert_eq!(fixes("ignore: [a/]\n"), [1]);
        assert_eq!(fixes("ignore: [a/]\nexclude: [b/]\n"), [0]);
    }

    #[test]
    fn several_releases_and_levels_for_files() {
        for (text, expected) in [
            ("kubernetes: all", "1.33, 1.34, 1.35, 1.36, 1.37"),
            ("kubernetes: 1.33,1.37", "1.33, 1.37"),
            ("kubernetes: [1.33, \"1.36\"]", "1.33, 1.36"),
        ] {
            let (config, found) = read(text);
            assert_eq!(found, []);
            assert_eq!(config.releases.map(|it| it.to_string()).as_deref(), Some(expected), "{text}");
        }
        let (config, found) = read("rules:\n  unused-allow: off\n  test/:\n    unused-allow: error\n    port-clash: off\n");
        assert_eq!(found, []);
        let [(files, levels)] = &config.path_levels[..] else { panic!("{config:?}") };
        assert!(holds(files, Path::new("a/test/b.yaml")) && !holds(files, Path::new("a/b.yaml")));
        assert_eq!((config.levels.0.len(), levels.0.len()), (1, 2));
    }

    #[test]
    fn static_pods_are_named_by_patterns() {
        let (config, found) = read("staticPods:\n- nodes/*/manifests/\n");
        assert_eq!(found, []);
        assert!(holds(&config.static_pods, Path::new("nodes/a/manifests/web.yaml")) && !holds(&config.static_pods, Path::new("a.yaml")));
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
    fn thousands_of_mistakes_are_reported_quickly() {
        let many = |line: fn(usize) -> String| (0..20_000).map(line).collect::<String>();
        for (text, reported) in [
            (many(|n| format!("a{n}: 1\n")), 1000),
            (format!("{{{}}}", many(|n| format!("a{n}: 1, "))), 1000),
            (format!("rules:\n{}", many(|n| format!("  a{n}: off\n"))), 20_000),
            (format!("exclude:\n{}", many(|n| format!("- {n}\n"))), 20_000),
        ] {
            assert_eq!(read(&text).1.len(), reported, "{}", &text[..20]);
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
