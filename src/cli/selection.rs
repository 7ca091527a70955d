//! Which files are checked, and as what.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::project::Project;
use crate::project::config::unclosed;
use crate::rules::{self, Level, Levels, allow::unknown_rule};
use crate::schema::Releases;

use super::files::Files;
use super::{git, read};

/// Which files are checked, and as what.
#[derive(Debug, clap::Args)]
pub struct Selection {
    /// Files and folders to check, or `-` for standard input [default: the current folder].
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Check the files listed in FILE, one per line or separated by NUL; `-` reads the list from standard input.
    #[arg(long, value_name = "FILE")]
    files_from: Option<PathBuf>,
    /// Check only files that changed since the merge base with BASE, a branch or commit of git [default: HEAD].
    #[arg(long, value_name = "BASE", num_args = 0..=1, default_missing_value = git::HEAD, conflicts_with = "files_from")]
    changed: Option<String>,
    /// Exclude files and folders that match a .gitignore pattern, relative to the current folder.
    #[arg(long, value_name = "GLOB", value_parser = glob)]
    exclude: Vec<String>,
    /// Exit with status 0 even if a folder contains no YAML or JSON file.
    #[arg(long)]
    pub allow_empty: bool,
    /// The Kubernetes releases to check for, such as `1.35`, `1.33,1.37` or `all`; overrides .podls.yaml.
    #[arg(long, value_name = "RELEASES")]
    kubernetes: Option<Releases>,
    /// Disable a rule or a group of rules, or change its severity: `--rule port-clash=off`; overrides .podls.yaml.
    #[arg(long = "rule", value_name = "CODE=LEVEL", value_parser = level)]
    rules: Vec<(String, Level)>,
    /// Use this configuration instead of the .podls.yaml files; its patterns are relative to the current folder.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

impl Selection {
    /// Answers how the files are read.
    pub fn project(&self) -> Result<Project, String> {
        let levels = Levels(self.rules.iter().cloned().collect());
        let project = Project::new().with_releases(self.kubernetes).with_levels(levels);
        let config = self.config.as_deref();
        project.with_config(config).map_err(|error| read::why(config.unwrap_or(Path::new("")), &error))
    }

    /// The files that are checked.
    pub fn files(&self) -> Result<Files, String> {
        let mut files = Files::new(self.excluded());
        if let Some(base) = &self.changed {
            let (base, within) = self.base(base);
            git::changed(base, &within)?.into_iter().for_each(|path| files.add_listed(path));
            return Ok(files);
        }
        let listed = self.files_from.as_deref().map(list).transpose()?;
        let all: Vec<&Path> = self.paths.iter().chain(listed.iter().flatten()).map(PathBuf::as_path).collect();
        match all.is_empty() && listed.is_none() {
            true => files.add_all(&[Path::new(".")]),
            false => files.add_all(&all),
        }
        Ok(files)
    }

    /// The base of `--changed`, and the paths to which the check is limited. `--changed manifests` is a path, if git knows no such branch.
    fn base<'s>(&'s self, base: &'s str) -> (&'s str, Vec<PathBuf>) {
        let mut within = self.paths.clone();
        let is_path = Path::new(base).exists() && !git::is_commit(base);
        if is_path {
            within.push(base.into());
        }
        if within.is_empty() {
            within.push(".".into());
        }
        (if is_path { git::HEAD } else { base }, within)
    }

    fn excluded(&self) -> Gitignore {
        let mut builder = GitignoreBuilder::new(std::env::current_dir().unwrap_or_default());
        // Each was accepted alone.
        self.exclude.iter().for_each(|glob| _ = builder.add_line(None, glob));
        builder.build().unwrap_or_else(|_| Gitignore::empty())
    }
}

/// The paths that a list names.
fn list(path: &Path) -> Result<Vec<PathBuf>, String> {
    let mut text = Vec::new();
    if path.as_os_str() == "-" {
        io::stdin().lock().read_to_end(&mut text).map_err(|error| format!("standard input cannot be read: {error}"))?;
    } else {
        text = std::fs::read(path).map_err(|error| read::why(path, &error))?;
    }
    let is_separator: fn(&u8) -> bool = if text.contains(&0) { |byte| *byte == 0 } else { |byte| [b'\n', b'\r'].contains(byte) };
    Ok(text.split(is_separator).filter(|name| !name.is_empty()).map(git::path).collect())
}

/// A pattern as in a .gitignore.
fn glob(text: &str) -> Result<String, String> {
    let right = text.strip_prefix("./").map(|rest| format!("/{rest}"));
    if let Some(right) = right {
        return Err(format!("a pattern must not begin with `./`; write `{right}`"));
    }
    match GitignoreBuilder::new("").add_line(None, text).map(|_| unclosed(text)) {
        Ok(None) => Ok(text.to_owned()),
        Ok(Some(why)) => Err(why),
        Err(error) => Err(format!("{error}; expected a .gitignore pattern, such as `vendor/` or `*.tmpl.yaml`")),
    }
}

/// A rule and its level.
fn level(text: &str) -> Result<(String, Level), String> {
    let Some((code, level)) = text.split_once('=') else {
        return Err("expected a rule and a level, such as `port-clash=off`".into());
    };
    if !rules::has_level(code) {
        return Err(unknown_rule(code));
    }
    let level = Level::named(level).ok_or_else(|| format!("unknown level `{level}`; expected off, error, warning, information or hint"))?;
    Ok((code.to_owned(), level))
}
