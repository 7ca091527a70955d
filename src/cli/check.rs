//! `podls check`.

use std::collections::{HashMap, VecDeque};
use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use clap::ValueEnum;
use rayon::prelude::*;

use crate::analysis::{Analysis, Document};
use crate::guard;
use crate::project::{ConfigFile, Project};
use crate::rules::{Options, is_once};
use crate::text::TextRange;
use crate::yaml;

use super::baseline::{Baseline, BaselineArguments};
use super::files::Files;
use super::format::{Checked, Finding, Format, ObjectName, Printer, Summary};
use super::jobs::{self, Closed, Job};
use super::progress::Progress;
use super::read::Origin;
use super::selection::Selection;
use super::{Status, complain, read};

/// The documents of a file of so many bytes are checked on all cores.
const LONG: usize = 256 << 10;
/// So many files are handed on together.
const BATCH: usize = 64;
/// So many batches may be found, or be checked, before the output of the first one is written.
const AHEAD: usize = 8;

/// The options of `podls check`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    selection: Selection,
    #[command(flatten)]
    baseline: BaselineArguments,
    /// How the findings are printed.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Whether the output is coloured.
    #[arg(long, value_enum, default_value_t = Color::Auto)]
    color: Color,
    /// Print nothing but findings: no summary, no progress.
    #[arg(long, short)]
    quiet: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Color {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What came of it.
#[derive(Debug)]
enum Outcome {
    /// The printed findings, and their number.
    Checked(String, Summary),
    /// Said on standard error.
    Note(String),
    /// Something in a folder could not be read.
    Warning(String),
    /// Said on standard error; the check is not complete.
    Trouble(String),
}

/// Checks what the arguments say and writes what is found, file by file.
pub fn run(arguments: &Arguments, out: &mut impl Write) -> io::Result<Status> {
    let color = match arguments.color {
        Color::Auto => io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|it| it.is_empty()),
        Color::Always => true,
        Color::Never => false,
    };
    guard::install();
    let printer = Printer { format: arguments.format, color };
    let (project, baseline, files) = match prepare(arguments) {
        Ok(prepared) => prepared,
        Err(message) => {
            complain(&message);
            return Ok(Status::Failed);
        }
    };
    let baseline = Arc::new(baseline);
    let mut summary = Summary::default();
    out.write_all(printer.head().as_bytes())?;
    let total = files.found.len();
    thread::scope(|scope| {
        let mut progress = Progress::new(arguments.quiet);
        let mut tell_all = |outcomes: Vec<Outcome>| {
            let done = outcomes.len();
            progress.aside(|| {
                outcomes.into_iter().try_for_each(|outcome| tell(outcome, &printer, &mut summary, arguments.quiet, out))?;
                out.flush()
            })?;
            progress.advance(done, total);
            Ok::<_, io::Error>(())
        };
        let (sender, batches) = sync_channel(AHEAD);
        scope.spawn(move || find(files, &project, arguments.selection.allow_empty, &sender));
        let mut started = VecDeque::new();
        for batch in batches {
            if batch.len() == 1 && started.is_empty() {
                // For a single file no threads are started.
                tell_all(batch.into_iter().map(|job| perform(job, &printer, &baseline)).collect())?;
                continue;
            }
            started.push_back(start(batch, printer, baseline.clone()));
            if started.len() > AHEAD {
                started.pop_front().into_iter().flatten().try_for_each(&mut tell_all)?;
            }
        }
        started.into_iter().flatten().try_for_each(tell_all)
    })?;
    out.write_all(printer.tail(&summary, arguments.quiet).as_bytes())?;
    out.flush()?;
    match baseline.write() {
        Ok(written) => written.iter().for_each(|what| complain(what)),
        Err(what) => {
            complain(&what);
            summary.has_failed = true;
        }
    }
    Ok(summary.status())
}

/// What must be there before the check begins.
fn prepare(arguments: &Arguments) -> Result<(Project, Baseline, Files), String> {
    Ok((arguments.selection.project()?, Baseline::new(&arguments.baseline)?, arguments.selection.files()?))
}

/// Sends all jobs in batches, until there are no more or nobody wants them.
fn find(files: Files, project: &Project, allow_empty: bool, batches: &SyncSender<Vec<Job>>) {
    let mut batch = vec![];
    _ = jobs::each(files, project, allow_empty, |job| {
        batch.push(job);
        // Nobody listens any more where standard output was closed.
        if batch.len() < BATCH { Ok(()) } else { batches.send(std::mem::take(&mut batch)).map_err(|_| Closed) }
    });
    if !batch.is_empty() {
        _ = batches.send(batch);
    }
}

/// Does the jobs on all cores; what comes of them is received, in their order, when all are done.
fn start(batch: Vec<Job>, printer: Printer, baseline: Arc<Baseline>) -> Receiver<Vec<Outcome>> {
    let (sender, outcomes) = sync_channel(1);
    // Nobody listens any more where standard output was closed.
    rayon::spawn(move || _ = sender.send(batch.into_par_iter().map(|job| perform(job, &printer, &baseline)).collect()));
    outcomes
}

fn perform(job: Job, printer: &Printer, baseline: &Baseline) -> Outcome {
    let (path, origin, source, options) = match job {
        Job::Stdin(around) => ("<stdin>".to_owned(), Origin::Named, read::stdin(), around.options),
        Job::File { path, origin, around } => (path.to_string_lossy().into_owned(), origin, read::file(&path, origin), around.options),
        Job::Config(config) => return perform_config(&config, printer),
        Job::Note(what) => return Outcome::Note(what),
        Job::Warning(what) => return Outcome::Warning(what),
        Job::Failure(what) => return Outcome::Trouble(what),
    };
    let source = match source {
        Ok(source) => source,
        Err(what) if origin == Origin::Named => return Outcome::Trouble(what),
        Err(what) => return Outcome::Warning(what),
    };
    let size = source.text.len();
    // A mistake of podls in one file must not cost the answers for all others.
    let checked = guard::run(|| {
        guard::trip(&source.text);
        let mut findings = analyse(&source.text, &options)?;
        findings.splice(0..0, source.encoding.map(|diagnostic| Finding { diagnostic, object: None }));
        baseline.filter(&path, &mut findings);
        let checked = Checked { path: path.clone(), text: source.text, findings };
        Ok(Outcome::Checked(printer.file(&checked), Summary::of(&checked)))
    });
    checked.and_then(|it| it).unwrap_or_else(|place| {
        let report = guard::report("the check", &format!(" of a file of {size} bytes"), &place);
        Outcome::Trouble(format!("{path} cannot be checked, the rest is: {report}"))
    })
}

/// A configuration is told of only where something is wrong with it.
fn perform_config(config: &ConfigFile, printer: &Printer) -> Outcome {
    let folder = std::env::current_dir().unwrap_or_default();
    let path = config.path.strip_prefix(folder).unwrap_or(&config.path);
    let text = match &config.text {
        Ok(text) if config.diagnostics.is_empty() => return Outcome::Checked(String::new(), Summary::default()),
        Ok(text) => text.clone(),
        Err(error) => return Outcome::Trouble(read::why(path, error)),
    };
    let findings = config.diagnostics.iter().map(|it| Finding { diagnostic: it.clone(), object: None }).collect();
    let checked = Checked { path: path.to_string_lossy().into_owned(), text, findings };
    Outcome::Checked(printer.file(&checked), Summary::of(&checked))
}

/// All findings of a file in the order of its text, in ranges of the file; or the place in our source where a document made podls panic.
pub(super) fn analyse(text: &str, options: &Options) -> Result<Vec<Finding>, String> {
    // Nothing is reported in it, and the values of a chart may be longer than all its templates.
    if options.is_foreign {
        return Ok(vec![]);
    }
    let parts = yaml::split(text);
    let analysed: Vec<Part> = if text.len() < LONG {
        parts.into_iter().map(|part| Part::new(text, part, options)).collect()
    } else {
        let part = |part| guard::run(|| Part::new(text, part, options));
        parts.into_par_iter().map(part).collect::<Result<_, _>>()?
    };
    let has_manifest = analysed.iter().any(|part| part.is_manifest);
    let mut strays: Vec<Finding> = vec![];
    let mut findings: Vec<Finding> = vec![];
    for part in analysed {
        findings.extend(part.findings);
        strays.extend(part.stray);
    }
    if has_manifest && !strays.is_empty() {
        findings.append(&mut strays);
        findings.sort_by_key(|it| it.diagnostic.range);
    }
    let mut seen = false;
    findings.retain(|it| !is_once(it.diagnostic.code) || !std::mem::replace(&mut seen, true));
    Ok(findings)
}

/// What is found in a document of a file.
struct Part {
    findings: Vec<Finding>,
    /// See [`Analysis::stray`].
    stray: Option<Finding>,
    is_manifest: bool,
}

impl Part {
    fn new(text: &str, part: TextRange, options: &Options) -> Part {
        let analysis = Analysis::new(&text[part.span()], options, None);
        let mut names = HashMap::new();
        let diagnostics = analysis.diagnostics();
        let findings = diagnostics.iter().map(|(piece, it)| {
            let name = |index| names.entry((piece.cut.start(), index)).or_insert_with(|| object_name(&piece.document, index)).clone();
            Finding { diagnostic: it.moved(part.start), object: it.object.and_then(name) }
        });
        let findings = findings.collect();
        let stray = analysis.stray().map(|it| Finding { diagnostic: it.moved(part.start), object: None });
        Part { findings, stray, is_manifest: analysis.is_manifest() }
    }
}

fn object_name(document: &Document, index: usize) -> Option<ObjectName> {
    let object = document.model().object(index)?;
    let text = |node: Option<yaml::Node<'_>>| node.map(|node| node.value().into_owned()).unwrap_or_default();
    Some(ObjectName { api_version: text(object.api_version()), kind: text(object.kind()), name: object.name().unwrap_or_default() })
}

fn tell(outcome: Outcome, printer: &Printer, summary: &mut Summary, quiet: bool, out: &mut impl Write) -> io::Result<()> {
    match outcome {
        Outcome::Checked(text, of_file) => {
            if !text.is_empty() {
                out.write_all(printer.separator(summary).as_bytes())?;
            }
            summary.add(&of_file);
            out.write_all(text.as_bytes())
        }
        Outcome::Note(what) => {
            if !quiet {
                complain(&what);
            }
            Ok(())
        }
        Outcome::Warning(what) => {
            summary.unread += 1;
            out.flush()?;
            complain(&format!("warning: {what}"));
            Ok(())
        }
        Outcome::Trouble(what) => {
            summary.unread += 1;
            summary.has_failed = true;
            out.flush()?;
            complain(&what);
            Ok(())
        }
    }
}
