//! What is done with each file: it is read, fixed, analyzed, and its findings are printed.

use std::collections::HashMap;
use std::path::Path;

use rayon::prelude::*;

use crate::analysis::{Analysis, Piece};
use crate::diagnostic::{Diagnostic, Severity};
use crate::guard;
use crate::project::ConfigFile;
use crate::rules::across::{Interests, Offer, Offers};
use crate::rules::{Options, allow, is_once};
use crate::text::TextRange;
use crate::yaml;

use super::baseline::Baseline;
use super::finding::{Finding, ObjectName};
use super::fix::{self, FixArguments, Fixed, Mode};
use super::format::{Checked, Printed, Printer, Summary};
use super::jobs::Job;
use super::paths::near;
use super::read::{self, Form, Origin, Source};

/// The documents of a file of so many bytes are checked on all cores.
const LONG: usize = 256 << 10;

/// What came of it.
#[derive(Debug)]
pub enum Outcome {
    /// The printed findings, and their number.
    Checked(Printed, Summary),
    /// Standard input with its fixes, and what is left.
    Fixed(String, Printed, Summary),
    /// Said on standard error.
    Note(String),
    /// A folder has nothing to check; said on standard error.
    Empty(String),
    /// Something in a folder could not be read: what, and why.
    Warning(String, String),
    /// The same of something else, said on standard error; the check is not complete.
    Failure(String, String),
}

/// What is done with each file.
pub struct Check {
    pub printer: Printer,
    pub baseline: Baseline,
    pub fixes: FixArguments,
    pub mode: Mode,
    pub fail_on: Severity,
    pub min_severity: Severity,
}

/// Does one thing.
pub fn perform(job: Job, check: &Check) -> Outcome {
    let (path, origin, source, options) = match job {
        Job::Stdin(around) => (None, Origin::Named, read::stdin(), around.options),
        Job::File { path, origin, around } => (Some(path.clone()), origin, read::file(&path, origin), around.options),
        Job::Config(config) => return check.config(&config),
        Job::Note(what) => return Outcome::Note(what),
        Job::Empty(what) => return Outcome::Empty(what),
        Job::Warning(path, what) => return Outcome::Warning(path.to_string_lossy().into_owned(), what),
        Job::Failure(path, what) => return Outcome::Failure(path.to_string_lossy().into_owned(), what),
    };
    let name = path.as_ref().map_or("<stdin>".into(), |path| path.to_string_lossy().into_owned());
    let source = match source {
        Ok(source) => source,
        Err(what) if origin == Origin::Named => return Outcome::Failure(name, what),
        Err(what) => return Outcome::Warning(name, what),
    };
    let size = source.text.len();
    // A bug of podls in one file must not affect the other files.
    let checked = guard::run(|| {
        guard::trip(&source.text);
        check.file(path.as_deref(), &name, source, &options)
    });
    checked.and_then(|it| it).unwrap_or_else(|place| {
        let report = guard::report("the check", &format!(" of a file of {size} bytes"), &place);
        let what = format!("{name} could not be checked, the other files were: {report}");
        Outcome::Failure(name, what)
    })
}

impl Check {
    /// Checks a text, and fixes it if that is asked for. The error is the place in our source where it made podls panic.
    fn file(&self, path: Option<&Path>, name: &str, source: Source, options: &Options) -> Result<Outcome, String> {
        let encoding = source.encoding.clone().map(Finding::alone);
        let analyse = |text: &str| {
            let mut findings = analyse(text, options)?;
            findings.splice(0..0, encoding.clone());
            let compared = self.baseline.retain_new(name, &mut findings);
            Ok((findings, compared))
        };
        let (before, compared) = analyse(&source.text)?;
        let (after, problem) = self.fix(path, &source, &before, |text| analyse(text).map(|it| it.0))?;
        let count = after.as_ref().map_or(0, Fixed::count);
        if self.mode == Mode::Diff {
            let text = after.map_or_else(String::new, |it| fix::diff(path, name, &source.text, &it.text));
            return Ok(Outcome::Checked(Printed { problem, ..Printed::whole(text) }, Summary::of_diff(count)));
        }
        let what_was_fixed = after.as_ref().map(|it| format!("{name}: {}", it.summary()));
        let (text, mut findings) = after.map_or((source.text, before), |it| (it.text, it.findings));
        findings.retain(|it| it.diagnostic.severity <= self.min_severity);
        let recorded = if self.baseline.is_recorded() { findings.len() } else { 0 };
        self.baseline.record(name, &mut findings);
        let has_fix = findings.iter().any(|it| it.diagnostic.preferred().is_some());
        let is_fixable = has_fix && fix::obstacle(path, source.form).is_none();
        let checked = Checked { path: name.to_owned(), text, findings, is_fixable };
        let summary = Summary { fixed: count, compared, recorded, ..Summary::of(&checked, self.fail_on) };
        let printed = Printed { fixed: what_was_fixed, problem, ..self.printer.file(&checked) };
        Ok(match path {
            None if self.mode == Mode::Write && source.form != Form::Other => {
                let mark = if source.form == Form::Utf8WithMark { "\u{feff}" } else { "" };
                Outcome::Fixed(format!("{mark}{}", checked.text), printed, summary)
            }
            _ => Outcome::Checked(printed, summary),
        })
    }

    /// The text with its fixes, which are written where that is asked for; or why they are not.
    fn fix(
        &self,
        path: Option<&Path>,
        source: &Source,
        before: &[Finding],
        analyse: impl Fn(&str) -> Result<Vec<Finding>, String>,
    ) -> Result<(Option<Fixed>, Option<String>), String> {
        if self.mode == Mode::Report {
            return Ok((None, None));
        }
        let after = self.fixes.apply(source.text.clone(), before.to_vec(), analyse)?;
        if after.text == source.text {
            return Ok((None, None));
        }
        let mut problem = fix::obstacle(path, source.form);
        if let (Mode::Write, Some(path), None) = (self.mode, path, &problem) {
            problem = fix::write(path, &source.text, &after.text).err();
        }
        Ok(if problem.is_some() { (None, problem) } else { (Some(after), None) })
    }

    /// A configuration is reported only if something is wrong with it.
    fn config(&self, config: &ConfigFile) -> Outcome {
        let path = near(&config.path);
        let name = path.to_string_lossy().into_owned();
        let source = match &config.text {
            Ok(_) if config.diagnostics.is_empty() => return Outcome::Checked(Printed::default(), Summary::default()),
            Ok(text) if self.mode == Mode::Report => Ok(Source { text: text.clone(), ..Source::default() }),
            // It is read again as it is written in bytes.
            Ok(_) => read::file(path, Origin::Named),
            Err(error) => Err(read::why(path, error)),
        };
        let analyse = |text: &str| Ok(config.diagnostics_of(text).into_iter().map(Finding::alone).collect());
        let result = source.and_then(|source| {
            let before: Vec<Finding> = analyse(&source.text)?;
            let (after, problem) = self.fix(Some(path), &source, &before, analyse)?;
            Ok((source, before, after, problem))
        });
        let (source, before, after, problem) = match result {
            Ok(done) => done,
            Err(what) => return Outcome::Failure(name, what),
        };
        let count = after.as_ref().map_or(0, Fixed::count);
        if self.mode == Mode::Diff
            && let Some(after) = &after
        {
            let text = fix::diff(Some(path), &name, &source.text, &after.text);
            return Outcome::Checked(Printed::whole(text), Summary::of_diff(count));
        }
        let fixed = after.as_ref().map(|it| format!("{name}: {}; check again with it", it.summary()));
        let (text, findings) = after.map_or((source.text, before), |it| (it.text, it.findings));
        let has_fix = findings.iter().any(|it| it.diagnostic.preferred().is_some());
        let is_fixable = has_fix && fix::obstacle(Some(path), source.form).is_none();
        let checked = Checked { path: name, text, findings, is_fixable };
        let summary = Summary { fixed: count, ..Summary::of(&checked, self.fail_on) };
        Outcome::Checked(Printed { fixed, problem, ..self.printer.file(&checked) }, summary)
    }
}

/// All findings of a file in the order of its text, in ranges of the file; or the place in our source where a document made podls panic.
pub fn analyse(text: &str, options: &Options) -> Result<Vec<Finding>, String> {
    // Nothing is reported in it, and the values of a chart may be longer than all its templates.
    if options.is_foreign {
        return Ok(vec![]);
    }
    let options = &*allow::in_file(allow::head(text), options);
    let parts = yaml::split(text);
    let among = Interests::of(text, options);
    let analysed: Vec<Part> = if text.len() < LONG {
        parts.into_iter().map(|part| Part::new(text, part, options, among)).collect()
    } else {
        let part = |part| guard::run(|| Part::new(text, part, options, among));
        parts.into_par_iter().map(part).collect::<Result<_, _>>()?
    };
    let has_manifest = analysed.iter().any(|part| part.is_manifest);
    let mut late: Vec<Finding> = vec![];
    let mut findings: Vec<Finding> = vec![];
    if !among.is_empty() {
        let offers = Offers::new(analysed.iter().flat_map(|part| &part.offers));
        let mut is_later = false;
        for part in &analysed {
            late.extend(part.conditional.iter().filter(|it| offers.uphold(&it.diagnostic, is_later)).cloned());
            is_later |= part.offers.iter().any(Offer::is_object);
        }
    }
    for part in analysed {
        findings.extend(part.findings);
        late.extend(part.stray.filter(|_| has_manifest));
    }
    if !late.is_empty() {
        findings.append(&mut late);
        findings.sort_by_key(|it| it.diagnostic.range);
    }
    let mut seen = false;
    findings.retain(|it| !is_once(it.diagnostic.code) || !std::mem::replace(&mut seen, true));
    Ok(findings)
}

/// What is found in a document of a file.
struct Part {
    findings: Vec<Finding>,
    /// See [`Analysis::conditional`].
    conditional: Vec<Finding>,
    /// See [`Analysis::offers`].
    offers: Vec<Offer>,
    /// See [`Analysis::stray`].
    stray: Option<Finding>,
    is_manifest: bool,
}

impl Part {
    /// Reads and checks a document; among others it is also asked what they may be about.
    fn new(text: &str, part: TextRange, options: &Options, among: Interests) -> Part {
        let analysis = Analysis::new(&text[part.span()], options, None);
        let mut names = HashMap::new();
        let diagnostics = analysis.diagnostics();
        let (conditional, offers) =
            if among.is_empty() { (vec![], vec![]) } else { (analysis.conditional_among(among), analysis.offers()) };
        let has_some = !diagnostics.is_empty() || !conditional.is_empty();
        let source = if has_some { rendered_from(&text[part.span()]) } else { None };
        let mut finding = |piece: &Piece, it: &Diagnostic| {
            let name = |index| names.entry((piece.cut.start(), index)).or_insert_with(|| ObjectName::of(&piece.document, index)).clone();
            Finding::new(it.moved(part.start), &piece.document, it.object.and_then(name), source.clone())
        };
        let findings = diagnostics.iter().map(|(piece, it)| finding(piece, it)).collect();
        let conditional = conditional.iter().map(|(piece, it)| finding(piece, it)).collect();
        let stray = analysis.stray().map(|it| Finding::alone(it.moved(part.start)));
        Part { findings, conditional, offers, stray, is_manifest: analysis.is_manifest() }
    }
}

/// The template that a document was rendered from, as Helm says in the first comment.
fn rendered_from(part: &str) -> Option<String> {
    let lines = part.lines().take_while(|line| line.is_empty() || line.starts_with(['#', '-']));
    lines.filter_map(|line| line.strip_prefix("# Source: ")).map(|it| it.trim().to_owned()).next()
}
