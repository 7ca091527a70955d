//! `short-grace-period`

use crate::diagnostic::Severity;
use crate::pod::Value;
use crate::pod::command;
use crate::pod::spec::PodSpec;

use super::{Check, Report, declare_rule};

declare_rule! {
    /// Hooks before the stop that take longer than the Pod has time to stop.
    ///
    /// ## Why
    /// `terminationGracePeriodSeconds`, 30 by default, begins with the `preStop` hook. When it is over, the kubelet kills the container: a hook that
    /// sleeps longer is cut off, and the program never gets the signal to stop in time. With a grace period of 0 the kubelet still gives the hook one second,
    /// so that only a quick one ends: another hook is reported as information.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   terminationGracePeriodSeconds: 0
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    ///     lifecycle:
    ///       preStop:
    ///         exec:
    ///           command: ["sh", "-c", "nginx -s quit; sleep 10"]
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
    ///     lifecycle:
    ///       preStop:
    ///         exec:
    ///           command: ["sleep", "60"]
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   terminationGracePeriodSeconds: 90
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    ///     lifecycle:
    ///       preStop:
    ///         exec:
    ///           command: ["sleep", "60"]
    /// ```
    ///
    /// ## Source
    /// `killContainer` and `calculateEffectiveGracePeriod` of the kubelet.
    SHORT_GRACE_PERIOD = "short-grace-period", Warning, [Check::PodSpec(check)]
}

/// `SetDefaults_PodSpec`
const DEFAULT_GRACE: i64 = 30;

fn check<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    let Some(pod) = PodSpec::new(spec) else { return };
    let period = spec.get("terminationGracePeriodSeconds");
    if spec.entry("terminationGracePeriodSeconds").is_some_and(|it| !it.is_null()) && period.and_then(Value::int).is_none() {
        return;
    }
    let grace = period.and_then(Value::int).unwrap_or(DEFAULT_GRACE);
    for container in pod.running() {
        let Some(hook) = container.value.at(&["lifecycle", "preStop"]).filter(|it| it.children().next().is_some()) else { continue };
        // The server compares the seconds of `sleep` itself.
        if hook.gives("sleep") {
            continue;
        }
        let Some(period) = period.filter(|_| grace == 0) else {
            check_hook(hook, grace, report);
            continue;
        };
        let message = format!("the `preStop` hook of container {} has one second; then the container is killed", container.label());
        let diagnostic = report.on(period, message);
        if !takes_time(hook) {
            diagnostic.severity = Severity::Information;
        }
        return;
    }
}

/// Whether a hook certainly or probably takes more than a second: it sleeps or loops.
fn takes_time(hook: Value<'_>) -> bool {
    let words = hook.get("exec").into_iter().flat_map(|it| it.list("command")).filter_map(Value::text);
    let is_slow = |word: &str| matches!(word, "sleep" | "while" | "until");
    words.into_iter().any(|text| text.split(|letter: char| !letter.is_ascii_alphanumeric()).any(is_slow))
}

fn check_hook<'m>(hook: Value<'m>, grace: i64, report: &mut Report<'m>) {
    let Some(exec) = hook.get("exec") else { return };
    let Some(line) = report.command_line(exec) else { return };
    let (command, args) = line.words();
    let Some((evidence, seconds)) = command::sleeps(&command, &args).filter(|_| exec.is_certain()) else { return };
    let severity = if seconds > grace as f64 { Severity::Warning } else { Severity::Information };
    if seconds < grace as f64 {
        return;
    }
    let message = format!(
        "the hook sleeps {seconds} seconds, but the container is killed after {grace}; raise `terminationGracePeriodSeconds`, which counts the hook too"
    );
    if let Some(diagnostic) = line.emit(&evidence, message, report) {
        diagnostic.severity = severity;
    }
}

#[cfg(test)]
mod tests {
    use crate::fixture::check;

    fn text(grace: &str, hook: &str) -> String {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec:\n{grace}  containers:\n  - name: web\n    image: a\n    lifecycle: {{preStop: {{{hook}\n"
        )
    }

    #[test]
    fn hooks() {
        let mark = |columns: usize, width: usize, text: &str| format!("\n{}{} {text}", " ".repeat(columns), "^".repeat(width));
        check(&text("", &format!("exec: {{command: [sleep, \"31\"]}}}}}}{}", mark(43, 5, "warning[short-grace-period]: killed after 30"))));
        check(&text("", &format!("exec: {{command: [sleep, \"30\"]}}}}}}{}", mark(43, 5, "info[short-grace-period]"))));
        check(&text(
            "",
            &format!("exec: {{command: [sh, -c, \"echo; sleep 1m && x\"]}}}}}}{}", mark(58, 8, "warning[short-grace-period]: sleeps 60")),
        ));
        for hook in [
            "exec: {command: [sleep, \"5\"]}}}",
            "sleep: {seconds: 10}}}",
            "exec: {command: [sh, -c, \"if x; then sleep 60; fi\"]}}}",
            "exec: {command: [sh, -c, \"sleep 60 &\"]}}}",
            "exec: {command: [sh, -c, \"x || sleep 60\"]}}}",
        ] {
            check(&text("", hook));
        }
        check(&text("  terminationGracePeriodSeconds: 60\n", "exec: {command: [sleep, \"31\"]}}}"));
        check(&text(
            "  terminationGracePeriodSeconds: 0\n                                 ^ info[short-grace-period]: one second\n",
            "httpGet: {port: 80}}}",
        ));
        check(&text(
            "  terminationGracePeriodSeconds: 0\n                                 ^ warning[short-grace-period]: one second\n",
            "exec: {command: [sh, -c, \"nginx -s quit; while pgrep nginx; do sleep 1; done\"]}}}",
        ));
    }
}
