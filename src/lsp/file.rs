//! An open file.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use super::part::{Finding, Findings, Part, Snapshot, head, keep_worst};
use super::parts::Parts;
use super::published;
use super::setup::Setup;
use super::types::{Diagnostic, NumberOrString, SemanticToken};
use crate::ide;
use crate::rules::across::{Offer, Offers};
use crate::rules::is_once;
use crate::rules::unknown_object::Defined;
use crate::text::{Position, Text};
use crate::yaml;

/// An open file: its text, its documents, and what the client knows of it.
#[derive(Debug)]
pub struct File {
    /// What is decided about it.
    pub setup: Arc<Setup>,
    /// As the client counts.
    pub version: i32,
    /// Another one after each change of text or setup, so that a result can be seen to be outdated whatever the client's versions do. No
    /// two files share one: a file that is closed and opened again is another file.
    pub revision: u64,
    /// Which edit of the session was the last of this file.
    pub edited_at: u64,
    /// The name of the list that the client got last when it asked.
    pub edition: u64,
    /// The semantic tokens that the client received last, and the revision that they were made from.
    pub tokens: Option<(u64, Arc<[SemanticToken]>)>,
    text: Text,
    parts: Parts<Arc<Part>>,
    /// The comments with which the text begins.
    head: String,
    /// Where the author is typing: the end of the last edit. `None` after opening and saving.
    typing: Option<usize>,
    /// Something was left out of the last list because the author is typing there.
    pub withheld: bool,
    reported: Option<Vec<Diagnostic>>,
    /// The lines whose marks the client may have moved or lost by edits since the last publish.
    touched: Option<Range<usize>>,
}

/// What must be known of a part at every keystroke, as bits of its mark.
mod mark {
    pub const KNOWN: u8 = 1;
    pub const MANIFEST: u8 = 2;
    pub const SPEAKS: u8 = 4;
    pub const STRAY: u8 = 8;
    pub const CHECKED: u8 = 16;
    pub const NEIGHBOUR: u8 = 32;
}

/// Documents that wait for their analysis, as they were at one moment.
#[derive(Debug)]
pub struct Work {
    /// See [`File::revision`].
    pub revision: u64,
    /// The documents with their place in the file.
    pub parts: Vec<(usize, Snapshot)>,
    /// They are few, so they are kept at hand.
    pub keep: bool,
}

impl Work {
    /// Does it.
    pub fn run(&self) {
        let analyse = |(_, snapshot): &(usize, Snapshot)| drop(snapshot.findings(self.keep).clone());
        if self.keep { self.parts.iter().for_each(analyse) } else { self.parts.par_iter().for_each(analyse) }
    }

    /// Length of its documents.
    pub fn bytes(&self) -> usize {
        self.parts.iter().map(|(_, snapshot)| snapshot.range.len()).sum()
    }

    /// What is wrong with the configuration that was found on the way.
    pub fn problems(&self) -> &[String] {
        self.parts.first().map_or(&[], |(_, snapshot)| &snapshot.setup.decided().problems)
    }

    /// On what it failed, and where in our source.
    pub fn failures(&self) -> impl Iterator<Item = (String, &str)> {
        self.parts.iter().filter_map(|(_, snapshot)| Some((snapshot.size(), snapshot.part.findings()?.failed.as_deref()?)))
    }
}

impl File {
    /// A file that was just opened.
    pub fn new(setup: Arc<Setup>, version: i32, text: &str) -> File {
        let text = Text::new(text);
        let parts = Parts::new(&text);
        File {
            setup,
            version,
            revision: next_revision(),
            edited_at: 0,
            edition: 0,
            tokens: None,
            head: head(&text),
            text,
            parts,
            typing: None,
            withheld: false,
            reported: None,
            touched: None,
        }
    }

    /// Length of its text in bytes.
    pub fn len(&self) -> usize {
        self.text.len()
    }

    /// Replaces a range of the text, or all of it.
    pub fn change(&mut self, range: Option<Range<Position>>, new_text: &str) {
        let encoding = self.setup.client.encoding;
        let (range, new_text) = match range {
            Some(range) => {
                let (start, end) = (self.text.offset(range.start, encoding), self.text.offset(range.end, encoding));
                (start.min(end)..start.max(end), new_text)
            }
            None => self.text.difference(new_text),
        };
        if range.is_empty() && new_text.is_empty() {
            return;
        }
        let first = self.text.line_of(range.start);
        let in_line = self.text.line_of(range.end) == first && !new_text.contains(['\n', '\r']);
        let touched = first..if in_line { first + 1 } else { usize::MAX };
        self.touched = Some(self.touched.take().map_or(touched.clone(), |it| it.start.min(touched.start)..it.end.max(touched.end)));

        let edited = self.parts.value(self.parts.at(range.start)).edited();
        let bounded = self.text.has_line_beginning(range.clone(), &yaml::BOUNDARIES);
        self.text.replace(range.clone(), new_text);
        self.parts.edit(&self.text, range.clone(), new_text.len(), bounded);
        if range.start <= self.head.len() && head(&self.text) != self.head {
            // What the first comments silence, they silence in all documents.
            self.head = head(&self.text);
            self.parts.reset();
        } else {
            self.parts.begin(self.parts.at(range.start), Arc::new(edited));
        }
        self.typing = Some(range.start + new_text.len());
        self.revision = next_revision();
    }

    /// The author has stopped typing here. Says whether there is now more to report.
    pub fn settle(&mut self) -> bool {
        self.typing = None;
        self.withheld
    }

    /// Forgets what was found out, because it was decided again how the file is to be read.
    pub fn renew(&mut self, setup: Arc<Setup>) {
        self.setup = setup;
        self.parts.reset();
        self.revision = next_revision();
    }

    /// The document at a position, and the offset in it.
    pub fn at(&self, position: Position) -> (Snapshot, usize) {
        let offset = self.text.offset(position, self.setup.client.encoding);
        let snapshot = self.snapshot(self.parts.at(offset));
        let start = snapshot.range.start;
        (snapshot, offset - start)
    }

    /// The documents that a range touches, with the range in bytes of the file.
    pub fn within(&self, range: Range<Position>) -> (Vec<Snapshot>, Range<usize>) {
        let [start, end] = [range.start, range.end].map(|position| self.text.offset(position, self.setup.client.encoding));
        let parts = self.parts.at(start)..=self.parts.at(end.max(start));
        (parts.map(|part| self.snapshot(part)).collect(), start..end.max(start))
    }

    /// All documents with the number of their first line.
    pub fn documents(&self) -> Vec<(usize, Snapshot)> {
        (0..self.parts.len()).map(|part| (self.parts.line(part), self.snapshot(part))).collect()
    }

    /// The document that is `step` places before or after the one that begins at `start`.
    pub fn beside(&self, start: usize, step: isize) -> Option<Snapshot> {
        let part = self.parts.at(start).checked_add_signed(step)?;
        (part < self.parts.len()).then(|| self.snapshot(part))
    }

    /// The documents that have something to say. All must be known.
    pub fn speaking(&self) -> Vec<Snapshot> {
        let marks = self.parts.marks().iter().enumerate();
        marks.filter(|(_, bits)| *bits & mark::SPEAKS != 0).map(|(part, _)| self.snapshot(part)).collect()
    }

    /// Whether it holds a manifest. All documents must be known.
    pub fn is_manifest(&self) -> bool {
        self.parts.marks().iter().any(|bits| bits & mark::MANIFEST != 0)
    }

    /// Whether podls is at work on it: something in it is checked, or nothing is written yet. All documents must be known.
    pub fn is_ours(&self) -> bool {
        self.text.first_visible().is_none() || self.parts.marks().iter().any(|bits| bits & mark::CHECKED != 0)
    }

    fn snapshot(&self, part: usize) -> Snapshot {
        let (range, part) = (self.parts.range(part), self.parts.value(part).clone());
        Snapshot { text: self.text.clone(), range, part, setup: self.setup.clone(), revision: self.revision, among_others: false }
    }

    /// The next documents to be analyzed: as many as have `bytes` bytes, but at least one if there is one.
    pub fn work(&self, bytes: usize) -> Work {
        let marks = self.parts.marks();
        let among_others = self.has_neighbours();
        let mut parts = vec![];
        let (mut at, mut taken) = (0, 0);
        while let Some(next) = memchr::memchr(0, &marks[at..]).filter(|_| taken < bytes || parts.is_empty()) {
            let snapshot = Snapshot { among_others, ..self.snapshot(at + next) };
            taken += snapshot.range.len();
            parts.push((at + next, snapshot));
            at += next + 1;
        }
        Work { revision: self.revision, keep: parts.len() <= 8, parts }
    }

    /// Takes note of what was found out. Says whether all documents are known.
    pub fn learn(&mut self, work: &Work) -> bool {
        if work.revision == self.revision {
            for (part, snapshot) in &work.parts {
                if let Some(findings) = snapshot.part.findings() {
                    self.parts.mark(*part, mark_of(findings));
                }
            }
        }
        memchr::memchr(0, self.parts.marks()).is_none()
    }

    /// The diagnostics of the file, if there is something to report that the client doesn't know. All documents must be known.
    /// `defined` is what all files of the workspace define, once they are read.
    pub fn news(&mut self, defined: Option<&Defined>) -> Option<&[Diagnostic]> {
        let (list, withheld) = self.list(defined);
        self.withheld = withheld;
        let touched = self.touched.take();
        let moved = |it: &Diagnostic| touched.as_ref().is_some_and(|lines| within(it, lines));
        if self.reported.as_ref().is_some_and(|reported| *reported == list && !list.iter().any(moved)) {
            return None;
        }
        self.reported = Some(list);
        self.reported.as_deref()
    }

    /// What the client received last.
    pub fn reported(&self) -> &[Diagnostic] {
        self.reported.as_deref().unwrap_or_default()
    }

    /// What is to be reported, and whether something is withheld.
    fn list(&self, defined: Option<&Defined>) -> (Vec<Diagnostic>, bool) {
        let (mut list, mut withheld) = (vec![], false);
        if self.setup.decided().excluded {
            return (vec![], withheld);
        }
        let marks = self.parts.marks();
        let manifests = self.is_manifest();
        let mut seen = false;
        let wanted = if manifests { mark::SPEAKS | mark::STRAY } else { mark::SPEAKS };
        let mut more = 0;
        for (part, _) in marks.iter().enumerate().filter(|(_, bits)| *bits & wanted != 0) {
            let Some(findings) = self.parts.value(part).findings() else { continue };
            more += findings.more;
            let stray = findings.stray.iter().filter(|_| manifests && !self.is_typing_in(part));
            for finding in findings.shown.iter().chain(stray) {
                let is_again = is_once_of(&finding.diagnostic) && std::mem::replace(&mut seen, true);
                if is_again {
                    continue;
                }
                if self.is_being_typed(part, finding) {
                    withheld = true;
                } else {
                    list.push((&finding.diagnostic, self.parts.line(part)));
                }
            }
        }
        let across = self.across(defined);
        list.extend(across.iter().map(|(it, line)| (it, *line)));
        if !across.is_empty() {
            list.sort_by_key(|(it, line)| (line + it.range.start.line as usize, it.range.start.character));
        }
        more += keep_worst(&mut list, |(it, _)| it.severity.map_or(0, published::rank));
        let mut list: Vec<_> = list.into_iter().map(|(it, line)| published::moved_down(it, line)).collect();
        list.extend(list.last().filter(|_| more > 0).map(|last| published::more(last.range, more)));
        (list, withheld)
    }

    /// What is wrong with the documents among each other, each with the first line of its document. All must be known.
    fn across(&self, defined: Option<&Defined>) -> Vec<(Diagnostic, usize)> {
        let defined = defined.filter(|it| it.lacks_for(self.setup.key()));
        if !self.has_neighbours() && defined.is_none() {
            return vec![];
        }
        let findings: Vec<_> = (0..self.parts.len()).map(|part| self.parts.value(part).findings()).collect();
        let offers = Offers::new(findings.iter().copied().flatten().flat_map(|it| &it.offers));
        let lacks = |it: &crate::diagnostic::Diagnostic| defined.is_some_and(|defined| defined.lacks(it)) && !offers.give(it);
        let (mut list, mut is_later) = (vec![], false);
        for (part, findings) in findings.iter().enumerate().filter_map(|(part, it)| Some((part, (*it)?))) {
            let conditional = findings.conditional.get_or_init(|| self.snapshot(part).conditional());
            let mut held = conditional.iter().filter(|it| offers.uphold(it, is_later) || lacks(it)).peekable();
            if held.peek().is_some() {
                let snapshot = self.snapshot(part);
                list.extend(held.map(|it| (snapshot.ready(it), self.parts.line(part))));
            }
            is_later |= findings.offers.iter().any(Offer::is_object);
        }
        list
    }

    fn has_neighbours(&self) -> bool {
        self.parts.marks().iter().any(|bits| bits & mark::NEIGHBOUR != 0)
    }

    fn is_typing_in(&self, part: usize) -> bool {
        self.typing.is_some_and(|at| self.parts.at(at) == part)
    }

    /// Whether it is merely not there yet, and the author is still inside of what lacks it.
    fn is_being_typed(&self, part: usize, finding: &Finding) -> bool {
        let (Some(at), Some((start, incomplete))) = (self.typing, finding.incomplete) else { return false };
        let range = self.parts.range(part);
        let Some(analysis) = self.parts.value(part).analysis().filter(|_| range.start <= at && at <= range.end) else { return false };
        let (piece, offset) = analysis.at(at - range.start);
        piece.cut.start() == start && ide::is_unfinished_at(piece.document.tree(), incomplete, offset)
    }
}

fn is_once_of(diagnostic: &Diagnostic) -> bool {
    matches!(&diagnostic.code, Some(NumberOrString::String(code)) if is_once(code))
}

fn next_revision() -> u64 {
    static LAST: AtomicU64 = AtomicU64::new(0);
    LAST.fetch_add(1, Ordering::Relaxed)
}

fn mark_of(findings: &Findings) -> u8 {
    let bit = |set, bit| if set { bit } else { 0 };
    mark::KNOWN
        | bit(findings.is_manifest, mark::MANIFEST)
        | bit(findings.is_checked, mark::CHECKED)
        | bit(!findings.shown.is_empty(), mark::SPEAKS)
        | bit(findings.stray.is_some(), mark::STRAY)
        | bit(findings.offers.iter().any(Offer::is_of_interest), mark::NEIGHBOUR)
}

fn within(diagnostic: &Diagnostic, lines: &Range<usize>) -> bool {
    let related = diagnostic.related_information.iter().flatten().map(|it| it.location.range);
    let mut ranges = related.chain([diagnostic.range]);
    ranges.any(|range| (range.start.line as usize) < lines.end && range.end.line as usize >= lines.start)
}
