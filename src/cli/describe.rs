//! `podls describe`.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use annotate_snippets::normalize_untrusted_str;
use clap::ValueEnum;
use serde_json::json;

use crate::analysis::Document;
use crate::describe::{Description, describe};
use crate::diagnostic::Severity;
use crate::guard;
use crate::project::Project;
use crate::rules::{Layers, Options};
use crate::schema::{Releases, workloads};
use crate::yaml;

use super::color::Color;
use super::read::{self, Origin};
use super::{Status, complain};

/// The options of `podls describe`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The files; `-` is standard input.
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// How the objects are described.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// The Kubernetes release that the manifests are meant for, such as `1.35`; wins over .podls.yaml.
    #[arg(long, value_name = "RELEASE")]
    kubernetes: Option<Releases>,
    /// Whether the output is coloured.
    #[arg(long, value_enum, default_value_t = Color::Auto)]
    color: Color,
}

#[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
enum Format {
    /// As `kubectl describe` prints.
    Text,
    /// A JSON list of the files, with the objects as the API server completes them.
    Json,
    /// Markdown.
    Markdown,
}

/// A file with its objects.
struct Described {
    path: String,
    objects: Vec<Description>,
    /// How many errors it has.
    errors: usize,
    /// Why it is not the whole truth.
    caveat: Option<&'static str>,
}

/// Describes the objects of all files.
pub fn run(arguments: &Arguments, out: &mut impl Write) -> io::Result<Status> {
    guard::install();
    let project = Project::new().with_releases(arguments.kubernetes);
    let mut status = Status::Clean;
    let mut files = vec![];
    for path in &arguments.files {
        match read(path, &project) {
            Ok(file) => {
                if let Some(caveat) = file.caveat {
                    complain(&format!("{} {caveat}", file.path));
                }
                if file.errors > 0 {
                    complain(&note(&file));
                    status = status.max(Status::Errors);
                }
                files.push(file);
            }
            Err(message) => {
                complain(&message);
                status = Status::Failed;
            }
        }
    }
    let text = match arguments.format {
        Format::Text => text(&files, arguments.color.is_on()),
        Format::Json => json(&files)?,
        Format::Markdown => markdown(&files),
    };
    out.write_all(text.as_bytes())?;
    Ok(status)
}

/// Reads and describes a file; the error says why that is not possible, and what to do.
fn read(path: &Path, project: &Project) -> Result<Described, String> {
    let is_stdin = path.as_os_str() == "-";
    let name = if is_stdin { "<stdin>".into() } else { path.display().to_string() };
    if path.is_dir() {
        return Err(format!("{name} is a folder; name the files in it, as in `podls describe {}`", path.join("*.yaml").display()));
    }
    let source = if is_stdin { read::stdin()? } else { read::file(path, Origin::Named)? };
    let folder = project.folder(path.parent().unwrap_or(Path::new("")));
    let options = path.file_name().filter(|_| !is_stdin).map_or_else(|| folder.options_for_text(), |it| folder.options_for(it)).options;
    let described = guard::run(|| {
        guard::trip(&source.text);
        objects(&source.text, &options)
    });
    let described =
        described.map_err(|place| format!("{name} cannot be described: {}", guard::report("describing", " of a file", &place)))?;
    if described.objects.is_empty() {
        let kinds: Vec<_> = workloads().iter().map(|it| it.kind).collect();
        return Err(format!("{name} has no object to describe; podls describes {}", kinds.join(", ")));
    }
    Ok(Described { path: name, ..described })
}

fn objects(text: &str, options: &Options) -> Described {
    let documents: Vec<_> = yaml::split(text).into_iter().map(|part| Document::new(&text[part.span()], options)).collect();
    let errors = documents.iter().flat_map(Document::diagnostics).filter(|it| it.severity == Severity::Error).count();
    let mut objects: Vec<_> = documents.iter().flat_map(|it| it.model().objects()).filter_map(describe).collect();
    let is_layered = options.layers != Layers::default() || documents.iter().any(|it| it.model().is_partial());
    if is_layered {
        objects.iter_mut().for_each(Description::keep_text_only);
    }
    let caveat = match documents.iter().any(|it| it.tree().is_template()) {
        true => Some("is a template: what is filled in later is shown as written, or missing"),
        false => is_layered.then_some("is changed by other layers of Kustomize: it is described as this file alone says"),
    };
    Described { path: String::new(), objects, errors, caveat }
}

fn note(file: &Described) -> String {
    let (path, errors) = (&file.path, file.errors);
    let errors = if errors == 1 { "an error".into() } else { format!("{errors} errors") };
    let path_to_check = if path == "<stdin>" { "-" } else { path };
    format!("{path} has {errors}, so it is described only as far as it can be read; `podls check {path_to_check}` lists what is wrong")
}

fn text(files: &[Described], is_coloured: bool) -> String {
    let mut texts = vec![];
    for file in files {
        for (index, object) in file.objects.iter().enumerate() {
            let head =
                if files.len() > 1 && index == 0 { format!("==> {} <==\n", normalize_untrusted_str(&file.path)) } else { String::new() };
            let parts = [head + &object.text, object.beyond(), format!("{}\n", object.picture)];
            texts.push(parts.iter().filter(|part| !part.trim().is_empty()).cloned().collect::<Vec<_>>().join("\n"));
        }
    }
    let text = texts.join("\n\n");
    if is_coloured { text.lines().map(|line| painted(line) + "\n").collect() } else { text }
}

/// A line with its title in cyan, and what is absent dimmed.
fn painted(line: &str) -> String {
    const CYAN: &str = "\x1b[36m";
    const DIM: &str = "\x1b[2m";
    const RESET: &str = "\x1b[0m";
    let rest = line.trim_start();
    let indent = &line[..line.len() - rest.len()];
    let end = rest.find(':').map(|at| at + 1).filter(|end| rest[*end..].is_empty() || rest[*end..].starts_with("  "));
    let (title, value) = rest.split_at(end.unwrap_or(0));
    let title = if title.is_empty() { String::new() } else { format!("{CYAN}{title}{RESET}") };
    let is_absent = ["<none>", "<unset>"].contains(&value.trim());
    let value = if is_absent { format!("{DIM}{value}{RESET}") } else { value.to_owned() };
    format!("{indent}{title}{value}")
}

fn markdown(files: &[Described]) -> String {
    let mut text = String::new();
    for file in files {
        if files.len() > 1 {
            _ = write!(text, "# {}\n\n", file.path);
        }
        for object in &file.objects {
            _ = write!(text, "## {} `{}`\n\n{}", object.kind, object.name, fenced(&object.text));
            for (title, lines) in &object.statements {
                match &lines[..] {
                    [only] => _ = writeln!(text, "- **{title}**: {only}"),
                    lines => {
                        _ = writeln!(text, "- **{title}**:");
                        lines.iter().for_each(|line| _ = writeln!(text, "  - {line}"));
                    }
                }
            }
            if !object.picture.is_empty() {
                _ = write!(text, "\n{}", fenced(&format!("{}\n", object.picture)));
            }
        }
    }
    text
}

/// A code block, fenced with more backticks than there are in the text.
fn fenced(text: &str) -> String {
    let longest = text.split(|char| char != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(3.max(longest + 1));
    format!("{fence}text\n{text}{fence}\n\n")
}

fn json(files: &[Described]) -> Result<String, serde_json::Error> {
    let object = |it: &Description| {
        let statements: Vec<_> = it.statements.iter().map(|(title, lines)| json!({ "title": title, "lines": lines })).collect();
        json!({
            "apiVersion": it.api_version,
            "kind": it.kind,
            "namespace": it.namespace,
            "name": it.name,
            "description": it.text,
            "statements": statements,
            "picture": it.picture,
            "object": it.object,
        })
    };
    let file =
        |it: &Described| json!({ "path": it.path, "errors": it.errors, "objects": it.objects.iter().map(object).collect::<Vec<_>>() });
    serde_json::to_string_pretty(&files.iter().map(file).collect::<Vec<_>>()).map(|text| text + "\n")
}
