//! Overlapping paths in one volume: `warningsForOverlappingVirtualPaths`.

use crate::diagnostic::{Reason, Related};
use crate::pod::Value;
use crate::schema::ty;

use super::super::{Check, Report, declare_rule};

declare_rule! {
    /// Overlapping file paths in one volume.
    ///
    /// ## Why
    /// A path cannot be both a file and a folder; if two paths are the same, the last one is used.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    ///     volumeMounts:
    ///     - name: settings
    ///       mountPath: /etc/web
    ///   volumes:
    ///   - name: settings
    ///     configMap:
    ///       name: web
    ///       items:
    ///       - key: main
    ///         path: conf
    ///       - key: extra
    ///         path: conf/extra
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    ///     volumeMounts:
    ///     - name: settings
    ///       mountPath: /etc/web
    ///   volumes:
    ///   - name: settings
    ///     configMap:
    ///       name: web
    ///       items:
    ///       - key: main
    ///         path: conf
    ///       - key: extra
    ///         path: conf.d/extra
    /// ```
    ///
    /// ## Source
    /// `warningsForOverlappingVirtualPaths`.
    OVERLAPPING_PATH = "overlapping-path", Warning, [
        Check::Type(ty::VOLUME, check),
    ]
}

/// More files than that many in one volume are not compared: that would take the time of the square.
const MOST: usize = 256;

pub(super) fn check<'m>(volume: Value<'m>, report: &mut Report<'m>) {
    for source in ["configMap", "secret", "downwardAPI"].into_iter().filter_map(|name| volume.get(name)) {
        overlaps(source.list("items").filter_map(|item| item.get("path")), false, report);
    }
    let Some(projected) = volume.get("projected").filter(|it| it.enforcement() == volume.enforcement()) else { return };
    let targets = projected.list("sources").filter(|it| it.is_sound()).flat_map(|it| it.children());
    let paths = targets.filter(|it| it.is_sound() && it.enforcement() == projected.enforcement()).flat_map(|target| {
        let own =
            ["path", "certificateChainPath", "keyPath", "credentialBundlePath"].into_iter().filter_map(move |field| target.get(field));
        own.chain(target.list("items").filter_map(|item| item.get("path")))
    });
    overlaps(paths, true, report);
}

pub(super) fn empty_sources<'m>(projected: Value<'m>, report: &mut Report<'m>) {
    for source in projected.list("sources") {
        let is_empty = source.is_sound() && source.children().all(|it| it.is_null() || it.enforcement() != projected.enforcement());
        let message = Reason::Warning.of("this source is empty");
        if source.is_null() {
            report.on(source, message);
        } else if is_empty && source.children().next().is_none() {
            report.incomplete(source, message);
        } else if is_empty {
            report.on_key(source, message);
        }
    }
}

/// A path that is there twice in a projected volume is reported by `incompatible-volume-fields`.
fn overlaps<'m>(paths: impl Iterator<Item = Value<'m>>, is_projected: bool, report: &mut Report<'m>) {
    let mut seen: Vec<(String, Value<'m>)> = vec![];
    for path in paths {
        let Some(written) = path.text().filter(|it| !it.is_empty()) else { continue };
        let text = written.trim_end_matches('/').to_owned();
        let reported = |first: Value<'m>| is_projected && first.text().is_some_and(|it| it == written);
        let clash = seen.iter().find(|(other, first)| !text.is_empty() && !reported(*first) && overlap(other, &text));
        if let Some((_, first)) = clash {
            let range = first.range();
            let message = Reason::Warning.of(format!("path `{text}` overlaps another path in this volume"));
            report.on(path, message).related.push(Related { range, message: "the other path".to_owned() });
        }
        if seen.len() < MOST {
            seen.push((text, path));
        }
    }
}

fn overlap(one: &str, other: &str) -> bool {
    let holds = |outer: &str, inner: &str| inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    holds(one, other) || holds(other, one)
}
