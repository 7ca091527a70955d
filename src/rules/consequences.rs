//! Suppresses diagnostics that only follow from another one.

use std::collections::HashSet;

use crate::diagnostic::{Diagnostic, Incomplete, Reason, Severity};
use crate::pod::spec::PodSpec;
use crate::pod::{Guess, HeadIssue, Issue, Model, Object, Value, ValueId};
use crate::schema;
use crate::text::{TextRange, line_at, next_line};
use crate::yaml::SyntaxErrorKind;

use super::{incompatible_fields, init_container_probe, os_mismatch};

/// The diagnostics without those that follow from others.
pub(super) fn without(model: &Model, diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    without_warnings(without_broken(model, without_guesses(model, diagnostics)))
}

/// Drops what the server would warn of at the very place that it rejects.
fn without_warnings(mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let refused: HashSet<TextRange> = diagnostics.iter().filter(|it| it.severity == Severity::Error).map(|it| it.range).collect();
    diagnostics.retain(|it| it.reason != Some(Reason::Warning) || !refused.contains(&it.range));
    diagnostics
}

/// What the server does not look into: volumes that a StatefulSet replaces, mounts that go with a volume, and blocks that it rejects as such.
pub(super) fn unread(object: Object<'_>) -> HashSet<ValueId> {
    let Some(pod) = PodSpec::of(object) else { return incompatible_fields::unread(object).map(Value::id).collect() };
    let refused = init_container_probe::refused(pod).chain(os_mismatch::refused(pod)).chain(incompatible_fields::refused(pod));
    pod.replaced_volumes().map(|volume| volume.0).chain(pod.dropped_mounts().map(|mount| mount.0)).chain(refused).map(Value::id).collect()
}

/// Drops what rests on a guess: errors of an object whose kind and version belong to different kinds, and those in a misplaced block that
/// show only when it is put where it belongs.
fn without_guesses(model: &Model, mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut unsure: HashSet<usize> = HashSet::new();
    let mut misplaced: Vec<TextRange> = vec![];
    for issue in model.issues() {
        match issue {
            Issue::Head { issue: HeadIssue::WrongApiVersion(_), object } => {
                let object_of = model.object(*object);
                let version = object_of.and_then(|object| object.api_version()).map(|node| node.value());
                // The workloads have been the same since their first version; other kinds changed.
                let is_other = object_of.and_then(|object| object.info()).is_some_and(|info| !info.is_workload());
                if is_other || version.is_some_and(|version| schema::kinds().iter().any(|info| info.api_version == version)) {
                    unsure.insert(*object);
                }
            }
            Issue::UnknownField { guess: Guess::Elsewhere(_), value, read_as: Some(_), .. } => {
                misplaced.push(model.tree().node(*value).range())
            }
            _ => {}
        }
    }
    if unsure.is_empty() && misplaced.is_empty() {
        return diagnostics;
    }
    misplaced.sort_unstable();
    let within = |range: TextRange| {
        let at = misplaced.partition_point(|it| it.start <= range.start);
        at.checked_sub(1).is_some_and(|at| range.end <= misplaced[at].end)
    };
    let of_head = ["wrong-api-version", "duplicate-key"];
    // What fits the place no better than where it is speaks against the guess.
    let of_decoder = ["duplicate-key", "unknown-field", "invalid-quantity"];
    diagnostics.retain(|it| {
        let of_unsure = it.object.is_some_and(|object| unsure.contains(&object)) && !of_head.contains(&it.code);
        let of_misplaced = within(it.range) && !of_decoder.contains(&it.code);
        it.severity != Severity::Error || it.code.starts_with("yaml-") || !(of_unsure || of_misplaced)
    });
    diagnostics
}

/// Drops what only follows from broken syntax: whatever begins on the broken line or after an open quote or bracket, and what seems to be
/// missing around it.
fn without_broken(model: &Model, mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let tree = model.tree();
    let breaks = |kind| matches!(kind, SyntaxErrorKind::Invalid | SyntaxErrorKind::Unsupported | SyntaxErrorKind::Template);
    let broken: Vec<_> = tree.errors().iter().filter(|error| breaks(error.kind)).collect();
    if broken.is_empty() && tree.unsure().is_empty() {
        return diagnostics;
    }
    let text = tree.text();
    let lines = |range: TextRange| line_at(text, range.start as usize).cover(line_at(text, range.end as usize));
    let of_errors = broken.iter().flat_map(|error| [Some(lines(error.range)), error.unfinished]).flatten();
    let mut silent: Vec<TextRange> = of_errors.chain(tree.unsure().iter().copied()).collect();
    silent.sort_unstable();
    // Ranges that overlap become one, so that a binary search finds the only one that may hold a place.
    silent.dedup_by(|next, range| {
        let one = range.touches(next.start as usize);
        if one {
            *range = range.cover(*next);
        }
        one
    });
    let begins_in = |range: TextRange| {
        let at = silent.partition_point(|it| it.end < range.start);
        silent.get(at).is_some_and(|it| it.touches(range.start as usize))
    };
    let surrounds = |around: TextRange| {
        let at = silent.partition_point(|it| it.end < around.start);
        silent.get(at).is_some_and(|it| it.start <= around.end)
    };
    let follows = |it: &Diagnostic| {
        let missing_around = match it.incomplete {
            // The line below may have been meant for the mapping too.
            Some(Incomplete::Node(node)) => {
                let around = lines(tree.node(node).range());
                surrounds(around.cover(line_at(text, next_line(text, around.end as usize))))
            }
            _ => false,
        };
        missing_around || begins_in(it.range)
    };
    diagnostics.retain(|it| it.code.starts_with("yaml-") || !follows(it));
    diagnostics
}
