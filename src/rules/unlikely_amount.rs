//! `unlikely-amount`

use crate::diagnostic::{Fix, Severity};
use crate::pod::Value;
use crate::schema::ty;

use super::{Check, Report, declare_rule, rewrite};

declare_rule! {
    /// Amounts of memory, storage or CPU with the wrong unit, or none.
    ///
    /// ## Why
    /// Memory without a unit is counted in bytes: `memory: 128` is 128 bytes, with which no container starts. CPU without a unit is counted in whole
    /// cores: `cpu: 500` is 500 of them, and no node has so many. Meant were `128Mi` and `500m`. Below 6Mi of memory some runtimes start nothing.
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
    ///     resources:
    ///       limits:
    ///         memory: 128
    /// ```
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    ///     resources:
    ///       requests:
    ///         cpu: 500
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
    ///     resources:
    ///       requests:
    ///         cpu: 500m
    ///       limits:
    ///         memory: 128Mi
    /// ```
    ///
    /// ## Source
    /// `resource.Quantity`; the runtimes' least amount of memory (`crio.conf`, `moby`).
    UNLIKELY_AMOUNT = "unlikely-amount", Warning from Itself, [
        Check::Validated(|field, _| ["limits", "requests"].contains(&field.name), check),
        Check::Type(ty::EMPTY_DIR_VOLUME_SOURCE, check_size),
    ]
}

const KIB: i128 = 1 << 10;
const MIB: i128 = 1 << 20;
const TIB: i128 = 1 << 40;
/// With less than this no process starts.
const NOTHING: i128 = 512 * KIB;
/// With less than this some runtimes start no container.
const LEAST_MEMORY: i128 = 6 * MIB;
/// The largest machines of the large clouds have 32 TiB.
const MOST_MEMORY: i128 = 32 * TIB;
/// Few machines have more.
const MOST_CORES: i128 = 256;
/// Up to here, a number without unit is a slip for thousandths.
const LIKE_MILLIS: i128 = 100;

fn check<'m>(value: Value<'m>, report: &mut Report<'m>) {
    if value.field().is_some() || !value.is_sound() {
        return;
    }
    let (Some(name), Some(text), Some(quantity)) = (value.key_text(), value.text(), value.quantity()) else { return };
    let amount = quantity.value();
    let is_bare = text.bytes().all(|byte| byte.is_ascii_digit());
    let in_claim = value.ancestors().any(|it| it.is_a(ty::PERSISTENT_VOLUME_CLAIM_SPEC));
    let is_limit = value.holder().is_some_and(|field| field.name == "limits");
    match &*name {
        "cpu" if amount >= MOST_CORES || is_bare && amount >= LIKE_MILLIS => {
            let message = format!("this is {amount} whole cores, more than a node has; write thousandths with `m`");
            suggest(value, message, Severity::Information, is_bare.then(|| format!("{text}m")), report);
        }
        // Fractions of a byte have a warning of their own.
        "memory" | "ephemeral-storage" if amount <= 0 || quantity.is_fractional() => {}
        "memory" | "ephemeral-storage" if is_bare && amount < 64 * KIB || name == "memory" && is_limit && amount < NOTHING => {
            too_small(value, &text, amount, Severity::Warning, report);
        }
        "memory" if amount < LEAST_MEMORY && is_limit || amount < NOTHING => {
            too_small(value, &text, amount, Severity::Information, report);
        }
        "memory" if amount > MOST_MEMORY && quantity.millis() <= i128::from(i64::MAX) => {
            suggest(value, "no node has so much memory".to_owned(), Severity::Information, None, report);
        }
        "storage" if in_claim && amount > 0 && amount < MIB => too_small(value, &text, amount, Severity::Information, report),
        _ => {}
    }
}

/// The size of an emptyDir: with less than a page the Pod is evicted as soon as something is written.
fn check_size<'m>(source: Value<'m>, report: &mut Report<'m>) {
    let Some(limit) = source.get("sizeLimit") else { return };
    let (Some(text), Some(quantity)) = (limit.text(), limit.quantity()) else { return };
    if quantity.is_negative() || quantity.millis() == 0 || quantity.value() >= 4 * KIB {
        return;
    }
    let better = text.strip_suffix('m').unwrap_or(&text);
    let fix = better.bytes().all(|byte| byte.is_ascii_digit()).then(|| format!("{better}Mi"));
    let message = format!("`{text}` is less than a page of 4 KiB; the Pod is evicted as soon as a file is written there");
    suggest(limit, message, Severity::Warning, fix, report);
}

fn too_small<'m>(value: Value<'m>, text: &str, amount: i128, severity: Severity, report: &mut Report<'m>) {
    let number = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let fix = number.bytes().all(|byte| byte.is_ascii_digit()).then(|| format!("{number}Mi"));
    let unit = if text == number { " (a number without a unit counts bytes)" } else { "" };
    let least =
        if severity == Severity::Warning { "too little for any program" } else { "less than some runtimes need to start a container" };
    let bytes = if amount == 1 { "byte" } else { "bytes" };
    suggest(value, format!("this is {amount} {bytes}{unit}, {least}"), severity, fix, report);
}

fn suggest<'m>(value: Value<'m>, message: String, severity: Severity, better: Option<String>, report: &mut Report<'m>) {
    let diagnostic = report.on(value, message);
    diagnostic.severity = severity;
    diagnostic.fixes.extend(better.map(|it| Fix::possible(format!("Replace with `{it}`"), vec![rewrite::scalar(value.written(), &it)])));
}

#[cfg(test)]
mod tests {
    use crate::fixture::{check, offered};

    fn text(resources: &str) -> String {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec:\n  containers:\n  - name: a\n    image: b\n    resources:\n      {resources}\n"
        )
    }

    #[test]
    fn amounts() {
        check(&text("limits: {memory: 128}\n                       ^^^ warning[unlikely-amount]: without a unit"));
        check(&text("limits: {memory: 64k}\n                       ^^^ warning[unlikely-amount]: 64000 bytes"));
        check(&text("limits: {memory: 512T}\n                       ^^^^ info[unlikely-amount]: no node"));
        check(&text("requests: {memory: 128}\n                         ^^^ warning[unlikely-amount]"));
        check(&text("limits: {cpu: 500}\n                    ^^^ info[unlikely-amount]: 500 whole cores"));
        for right in [
            "limits: {memory: 134217728, cpu: 96}",
            "requests: {memory: 1Mi, cpu: 1m}",
            "limits: {memory: 0, cpu: 0}",
            "limits: {memory: 12Ti, cpu: 64000m}",
            "limits: {memory: 1e9, ephemeral-storage: 1G}",
        ] {
            check(&text(right));
        }
        assert_eq!(offered(&text("limits: {cpu: 500}"), "unlikely-amount"), text("limits: {cpu: 500m}"));
    }

    #[test]
    fn sizes() {
        let text = |limit: &str| {
            format!(
                "apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec:\n  containers: [{{name: a, image: b}}]\n  volumes:\n  - {{name: c, emptyDir: {{sizeLimit: {limit}}}}}\n"
            )
        };
        check(&format!("{}                                    ^^^^ warning[unlikely-amount]: evicted\n", text("100m")));
        check(&text("100Mi"));
        check(&text("0"));
    }
}
