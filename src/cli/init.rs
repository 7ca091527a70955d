//! `podls init`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::Path;
use std::{fs, iter};

use ignore::gitignore::Gitignore;
use rayon::prelude::*;

use crate::guard;
use crate::project::{CONFIGS, Project};
use crate::rules;
use crate::schema::{Release, Releases};

use crate::text::plural;

use super::examine::analyse;
use super::files::Files;
use super::finding::Finding;
use super::jobs::{self, Job};
use super::{Status, complain, read};

/// The name of the file that is written.
const NAME: &str = CONFIGS[0];
/// So many rules and folders are listed.
const MOST: usize = 15;

/// Creates a commented .podls.yaml in the current folder, from a check of it.
#[derive(Debug, clap::Args)]
pub struct Arguments {}

pub fn run(_: &Arguments, out: &mut impl Write) -> io::Result<Status> {
    if let Some(name) = CONFIGS.iter().find(|name| Path::new(name).symlink_metadata().is_ok()) {
        complain(&format!("{name} already exists; edit it, or remove it first"));
        return Ok(Status::Failed);
    }
    guard::install();
    let found = Found::here();
    // Another process may have written it meanwhile.
    match fs::File::create_new(NAME).and_then(|mut file| file.write_all(found.config().as_bytes())) {
        Ok(()) => {
            writeln!(out, "podls: created {NAME} from a check of {}", plural(found.files, "file"))?;
            Ok(Status::Clean)
        }
        Err(error) => {
            complain(&format!("cannot write {NAME}: {error}"));
            Ok(Status::Failed)
        }
    }
}

/// What a check finds, as far as a configuration can change it.
#[derive(Debug, Default)]
struct Found {
    files: usize,
    /// By rule: its findings, and the files that they are in.
    rules: BTreeMap<&'static str, Count>,
    /// By the folders right below this one.
    folders: BTreeMap<String, Count>,
    /// Forms of placeholders that are not declared, and the files that have them.
    placeholders: BTreeMap<String, usize>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Count {
    findings: usize,
    files: usize,
}

impl Found {
    fn here() -> Found {
        let mut files = Files::new(Gitignore::empty());
        files.add_all(&[Path::new(".")]);
        let mut wanted = vec![];
        let all = jobs::each(files, &Project::new(), true, |job| {
            if let Job::File { path, origin, around } = job {
                wanted.push((path, origin, around.options));
            }
            Ok(())
        });
        debug_assert!(all.is_ok());
        let checked: Vec<_> = wanted
            .into_par_iter()
            .filter_map(|(path, origin, options)| {
                let text = read::file(&path, origin).ok()?.text;
                let findings = guard::run(|| analyse(&text, &options)).ok()?.ok()?;
                Some((path, text, findings))
            })
            .collect();
        let mut found = Found::default();
        checked.iter().for_each(|(path, text, findings)| found.add(path, text, findings));
        found
    }

    fn add(&mut self, path: &Path, text: &str, findings: &[Finding]) {
        self.files += 1;
        let mut codes: BTreeMap<&'static str, usize> = BTreeMap::new();
        for Finding { diagnostic, .. } in findings {
            *codes.entry(diagnostic.code).or_default() += 1;
            if diagnostic.code == "unfilled-placeholder"
                && let Some(form) = form(&text[diagnostic.range.span()])
            {
                *self.placeholders.entry(form).or_default() += 1;
            }
        }
        for (code, count) in codes {
            self.rules.entry(code).or_default().add(count);
        }
        let folder = path.components().next().filter(|_| path.components().count() > 1);
        if let Some(folder) = folder.and_then(|it| it.as_os_str().to_str()).filter(|_| !findings.is_empty()) {
            self.folders.entry(folder.to_owned()).or_default().add(findings.len());
        }
    }

    /// The text of the configuration. Without its comments it changes nothing.
    fn config(&self) -> String {
        let newest = Release::default();
        let mut text = format!(
            "# podls configuration for the manifests in this folder and below. A .podls.yaml in a folder below extends and overrides this one.\n\
             # Created by `podls init` from a check of {}: remove the `#` before a setting to use it.\n\n\
             # The Kubernetes releases to check for: {}, several of them, or all.\n\
             kubernetes: \"{newest}\"\n\n\
             # Disabled rules, and rules with another severity: off, error, warning, information or hint.\n\
             # `podls explain CODE` explains a rule.\n",
            plural(self.files, "file"),
            Releases::ALL,
        );
        text += "#rules:\n";
        let mut rules: Vec<(&str, Count)> = self.rules.iter().map(|(code, count)| (*code, *count)).collect();
        rules.sort_by_key(|(_, count)| std::cmp::Reverse(count.findings));
        if rules.is_empty() {
            text += "#  port-clash: off\n";
        }
        for (code, count) in rules.into_iter().take(MOST) {
            let severity = rules::named(code).map_or("", |rule| rule.severity.name());
            _ = writeln!(text, "#  {code}: off  # {severity}; {count}");
        }
        text += "#  \"test/\":  # only for these files\n#    port-clash: hint\n\n";
        text += "# Files to skip (exclude), or the only files to check (include), as .gitignore patterns.\n#exclude:\n";
        let mut folders: Vec<(&String, &Count)> = self.folders.iter().collect();
        folders.sort_by_key(|(_, count)| std::cmp::Reverse(count.findings));
        if folders.is_empty() {
            text += "#- vendor/\n";
        }
        for (folder, count) in folders.into_iter().take(MOST) {
            _ = writeln!(text, "#- {}  # {count}", serde_json::Value::from(format!("/{folder}/")));
        }
        text += "#include:\n#- manifests/\n\n";
        text += "# Variables that another tool substitutes, by file pattern; `NAME` matches any variable name.\n#placeholders:\n";
        let usual = iter::once(("${NAME}".to_owned(), 0)).filter(|_| self.placeholders.is_empty());
        let forms: Vec<String> = self.placeholders.keys().cloned().chain(usual.map(|(form, _)| form)).collect();
        _ = writeln!(text, "#  \"*.yaml\": {}\n", serde_json::Value::from(forms));
        text += "# Files that a kubelet reads by itself (static Pods), as .gitignore patterns.\n#staticPods:\n#- nodes/manifests/\n\n";
        text += "# Where custom resources hold Pods; `type` is PodTemplateSpec, PodSpec or Container.\n#pods:\n";
        text += "#- {apiVersion: example.com/v1, kind: Fleet, at: \"spec.ships[].podTemplate\"}\n\n";
        text += "# Ignore .podls.yaml files in the folders above.\n#root: true\n";
        text
    }
}

impl Count {
    fn add(&mut self, findings: usize) {
        self.findings += findings;
        self.files += 1;
    }
}

impl std::fmt::Display for Count {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} in {}", plural(self.findings, "finding"), plural(self.files, "file"))
    }
}

/// The form of a placeholder: `${NAME}` of `${IMAGE_TAG}`.
fn form(written: &str) -> Option<String> {
    let is_name = |char: char| char.is_ascii_alphanumeric() || char == '_';
    let (start, end) = (written.find(is_name)?, written.rfind(is_name)? + 1);
    let form = format!("{}NAME{}", &written[..start], &written[end..]);
    crate::yaml::Placeholder::new(&form).map(|_| form)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Found, form};
    use crate::cli::examine::analyse;
    use crate::project::config;
    use crate::rules::Options;

    #[test]
    fn what_is_written_is_valid_with_and_without_its_comments() {
        let text = "apiVersion: v1\nkind: Pod\nmetadata: {name: '${NAME}'}\nspec: {containers: [{name: a, imgae: b}]}\n";
        let mut found = Found::default();
        assert_eq!(config::read(&found.config()).1, []);
        found.add(Path::new("a \"b/c.yaml"), text, &analyse(text, &Options::default()).expect("findings"));
        let written = found.config();
        let lines = written
            .lines()
            .map(|line| line.strip_prefix('#').filter(|it| !it.starts_with([' ', '#']) || it.starts_with("  ")).unwrap_or(line));
        let used: String = lines.map(|line| format!("{line}\n")).collect();
        for text in [&written, &used] {
            assert_eq!(config::read(text).1, [], "{text}");
        }
        assert!(used.contains("unfilled-placeholder: off") && used.contains("${NAME}"), "{used}");
    }

    #[test]
    fn forms_of_placeholders() {
        for (written, expected) in [("${IMAGE_TAG}", Some("${NAME}")), ("<name>", Some("<NAME>")), ("name", None), ("{}", None)] {
            assert_eq!(form(written).as_deref(), expected, "{written}");
        }
    }
}
