//! `podls check`.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use rayon::prelude::*;

use crate::diagnostic::Severity;
use crate::guard;
use crate::project::Project;

use super::baseline::{Baseline, BaselineArguments};
use super::color::Color;
use super::examine::{Check, Outcome, perform};
use super::files::Files;
use super::fix::{FixArguments, Mode};
use super::format::{Format, Printed, Printer, Summary, Unread};
use super::jobs::{self, Closed, Job};
use super::progress::Progress;
use super::selection::Selection;
use super::{Status, complain};

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
    #[command(flatten)]
    fixes: FixArguments,
    /// Exit with status 1 only if a finding is at least as severe as LEVEL: error, warning, information or hint.
    #[arg(long, value_name = "LEVEL", default_value = "error", value_parser = severity)]
    fail_on: Severity,
    /// Report only findings that are at least as severe as LEVEL.
    #[arg(long, value_name = "LEVEL", default_value = "hint", value_parser = severity)]
    min_severity: Severity,
    /// The output format.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Print all findings in human-readable output, instead of at most 50 per rule.
    #[arg(long)]
    all: bool,
    /// Print only the number of findings per rule.
    #[arg(long, conflicts_with = "format")]
    statistics: bool,
    /// When to color the output.
    #[arg(long, value_enum, default_value_t = Color::Auto)]
    color: Color,
    /// Print nothing but findings: no summary, no progress.
    #[arg(long, short)]
    quiet: bool,
}

/// A severity by its name.
fn severity(name: &str) -> Result<Severity, String> {
    Severity::named(name).ok_or_else(|| "expected error, warning, information or hint".to_owned())
}

/// Checks what the arguments say and writes what is found, file by file.
pub fn run(arguments: &Arguments, out: &mut impl Write) -> io::Result<Status> {
    guard::install();
    let (project, check, files) = match prepare(arguments) {
        Ok(prepared) => prepared,
        Err(message) => {
            complain(&message);
            return Ok(Status::Failed);
        }
    };
    let check = Arc::new(check);
    let printer = &check.printer;
    let mut output = Output {
        out,
        printer,
        quiet: arguments.quiet,
        summary: Summary::default(),
        on_stderr: check.mode == Mode::Write && files.has_stdin(),
    };
    output.report(&printer.head())?;
    let total = files.found.len();
    thread::scope(|scope| {
        let mut progress = Progress::new(arguments.quiet);
        let mut write_all = |outcomes: Vec<Outcome>| {
            let done = outcomes.len();
            progress.aside(|| {
                outcomes.into_iter().try_for_each(|outcome| output.outcome(outcome))?;
                output.out.flush()
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
                write_all(batch.into_iter().map(|job| perform(job, &check)).collect())?;
                continue;
            }
            started.push_back(start(batch, check.clone()));
            if started.len() > AHEAD {
                started.pop_front().into_iter().flatten().try_for_each(&mut write_all)?;
            }
        }
        started.into_iter().flatten().try_for_each(write_all)
    })?;
    match check.baseline.write() {
        Ok(written) => written.iter().for_each(|what| complain(what)),
        Err(what) => {
            complain(&what);
            output.summary.has_failed = true;
        }
    }
    // Nothing that was found could be read.
    output.summary.has_failed |= output.summary.files == 0 && !output.summary.unread.is_empty();
    let tail = printer.tail(&output.summary, arguments.quiet);
    output.report(&tail)?;
    output.out.flush()?;
    Ok(output.summary.status())
}

/// What must be there before the check begins.
fn prepare(arguments: &Arguments) -> Result<(Project, Check, Files), String> {
    let mode = arguments.fixes.mode()?;
    if arguments.fail_on > arguments.min_severity {
        let [fail_on, reported] = [arguments.fail_on, arguments.min_severity].map(Severity::name);
        complain(&format!("`--min-severity {reported}` hides findings that `--fail-on {fail_on}` would count"));
    }
    let check = Check {
        printer: Printer {
            format: arguments.format,
            color: arguments.color.is_on(),
            counts_only: arguments.statistics,
            prints_all: arguments.all || arguments.quiet,
            fail_on: arguments.fail_on,
            is_diff: mode == Mode::Diff,
        },
        baseline: Baseline::new(&arguments.baseline)?,
        fixes: arguments.fixes,
        mode,
        fail_on: arguments.fail_on,
        min_severity: arguments.min_severity,
    };
    Ok((arguments.selection.project()?, check, arguments.selection.files()?))
}

/// Where the outcomes are written, in their order.
struct Output<'o, W> {
    out: &'o mut W,
    printer: &'o Printer,
    quiet: bool,
    summary: Summary,
    /// Standard output is for a text with its fixes alone.
    on_stderr: bool,
}

impl<W: Write> Output<'_, W> {
    fn report(&mut self, text: &str) -> io::Result<()> {
        if self.on_stderr { io::stderr().write_all(text.as_bytes()) } else { self.out.write_all(text.as_bytes()) }
    }

    fn outcome(&mut self, outcome: Outcome) -> io::Result<()> {
        match outcome {
            Outcome::Checked(printed, of_file) => self.checked(&printed, &of_file),
            Outcome::Fixed(text, printed, of_file) => {
                self.out.write_all(text.as_bytes())?;
                self.checked(&printed, &of_file)
            }
            Outcome::Note(what) => {
                if !self.quiet {
                    complain(&what);
                }
                Ok(())
            }
            Outcome::Empty(what) => {
                self.summary.has_failed = true;
                complain(&what);
                Ok(())
            }
            Outcome::Warning(path, message) => self.unread(Unread { path, message, was_named: false }),
            Outcome::Failure(path, message) => {
                self.summary.has_failed = true;
                self.unread(Unread { path, message, was_named: true })
            }
        }
    }

    fn checked(&mut self, printed: &Printed, of_file: &Summary) -> io::Result<()> {
        // A report for other tools must not be mixed with messages.
        let is_mixed = self.on_stderr && self.printer.format != Format::Human;
        if let Some(what) = printed.fixed.as_ref().filter(|_| !self.quiet && !is_mixed) {
            complain(what);
        }
        if let Some(what) = &printed.problem {
            self.summary.has_failed = true;
            complain(what);
        }
        let text = self.printer.selected(printed, &self.summary);
        if !text.is_empty() {
            let separator = self.printer.separator(&self.summary);
            self.report(separator)?;
        }
        self.summary.add(of_file);
        self.report(&text)
    }

    fn unread(&mut self, unread: Unread) -> io::Result<()> {
        self.out.flush()?;
        complain(&unread.text());
        self.summary.unread.push(unread);
        Ok(())
    }
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
fn start(batch: Vec<Job>, check: Arc<Check>) -> Receiver<Vec<Outcome>> {
    let (sender, outcomes) = sync_channel(1);
    // Nobody listens any more where standard output was closed.
    rayon::spawn(move || _ = sender.send(batch.into_par_iter().map(|job| perform(job, &check)).collect()));
    outcomes
}
