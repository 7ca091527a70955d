//! `lost-signal` and `ignored-signal`

use crate::diagnostic::Fix;
use crate::pod::Value;
use crate::pod::command;
use crate::pod::known_image::KnownImage;
use crate::pod::restart::Restart;
use crate::pod::spec::{PodSpec, Role};

use super::rewrite::{self, Draft};
use super::{Check, Report, declare_rule};

declare_rule! {
    /// Programs that a shell starts and waits for, so that the signal to stop never reaches them.
    ///
    /// ## Why
    /// The kubelet sends SIGTERM to the first process of a container. Where that is a shell, it neither ends nor passes the signal on: after the grace period all is
    /// killed. The `sh` of Debian and Ubuntu never replaces itself by its last command, and `bash` does not where that is redirected. With `exec` both do. Reported
    /// for images whose shell is known.
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
    ///     image: python:3.14
    ///     command: ["sh", "-c", "python app.py"]
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
    ///     image: python:3.14
    ///     command: ["sh", "-c", "exec python app.py"]
    /// ```
    ///
    /// ## Source
    /// dash(1); signal(7); `killContainer` of the kubelet.
    LOST_SIGNAL = "lost-signal", Information, [Check::PodSpec(check)]
}

declare_rule! {
    /// Containers whose only process is `sleep infinity` or `tail -f /dev/null`.
    ///
    /// ## Why
    /// Linux keeps signals from the first process of a container that it does not handle, and these programs handle none. So SIGTERM has no effect, and the
    /// container is killed after `terminationGracePeriodSeconds`, 30 if not set. A shorter period, or a shell with a `trap`, stops it at once.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///   - name: tools
    ///     image: busybox:1.37
    ///     command: ["sleep", "infinity"]
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   terminationGracePeriodSeconds: 1
    ///   containers:
    ///   - name: tools
    ///     image: busybox:1.37
    ///     command: ["sleep", "infinity"]
    /// ```
    ///
    /// ## Source
    /// pid_namespaces(7); `killContainer` of the kubelet.
    IGNORED_SIGNAL = "ignored-signal", Information, []
}

/// A shorter grace period is nothing to wait for.
const SHORT: i64 = 10;

fn check<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    let Some(pod) = PodSpec::new(spec).filter(|pod| !pod.is_windows()) else { return };
    // Then another process is the first one.
    if spec.is_true("shareProcessNamespace") || spec.is_true("hostPID") {
        return;
    }
    for container in pod.containers().filter(|it| matches!(it.role, Role::Regular | Role::Sidecar)) {
        let Some(line) = report.command_line(container.value) else { continue };
        let Some(image) = container.image() else { continue };
        let runs_on = matches!(Restart::after_end(container), Some((Restart::Always, _)));
        let (command, args) = line.words();
        let waits = spec.get("terminationGracePeriodSeconds").map_or(Some(30), Value::int).is_some_and(|it| it > SHORT);
        let has_hook = ["preStop", "stopSignal"].iter().any(|it| container.value.at(&["lifecycle", it]).is_some());
        if let Some(evidence) = command::ignored_signal(&command, &args).filter(|_| runs_on && waits && !has_hook) {
            let report = report.of(&IGNORED_SIGNAL).in_check_of(Some(spec));
            let fix = rewrite::field(spec, &[], "terminationGracePeriodSeconds", &Draft::Raw("1".to_owned()));
            let fix = fix.filter(|_| !spec.gives("terminationGracePeriodSeconds"));
            if let Some(diagnostic) =
                line.emit(&evidence, format!("{}; set a shorter `terminationGracePeriodSeconds`", evidence.why), report)
            {
                diagnostic.fixes.extend(fix.map(|edit| Fix::possible("Set `terminationGracePeriodSeconds: 1`", vec![edit])));
            }
        }
        // Only a script keeps its shell.
        if line.script().is_none() {
            continue;
        }
        let report = report.of(&LOST_SIGNAL).in_check_of(Some(spec));
        let is_dash = KnownImage::has_dash(&image);
        if let Some(evidence) = command::lost_signal(&command, &args, is_dash).filter(|_| runs_on)
            && command::script_error(&command, &args, is_dash).is_none()
        {
            line.emit(&evidence, evidence.why.clone(), report);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::fixture::{check, fixed};

    fn text(image: &str, command: &str) -> String {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec:\n  containers:\n  - name: web\n    image: {image}\n    command: {command}\n"
        )
    }

    #[test]
    fn holders() {
        check(&format!("{}              ^^^^^ info[ignored-signal]: whole grace period\n", text("busybox", "[sleep, infinity]")));
        for fine in [
            "[sh, -c, \"trap 'exit 0' TERM; sleep infinity & wait\"]",
            "[tini, --, sleep, infinity]",
            "[sh, -c, ./setup; sleep infinity]",
            "[sleep, '600']",
            "[tail, -f, /var/log/a]",
            "[sleep, infinity]\n    lifecycle: {preStop: {exec: {command: ['true']}}}",
            "[sleep, infinity]\n  terminationGracePeriodSeconds: 5",
            "[sleep, infinity]\n  shareProcessNamespace: true",
        ] {
            check(&text("busybox", fine));
        }
        for found in ["[tail, -f, /dev/null]", "[sh, -c, sleep infinity]", "[bash, -c, 'while true; do sleep 30; done']"] {
            let fixed = crate::fixture::offered(&text("busybox", found), "ignored-signal");
            assert!(fixed.ends_with("  terminationGracePeriodSeconds: 1\n"), "{found}: {fixed}");
        }
    }

    #[test]
    fn shells() {
        assert_eq!(
            fixed(&text("node:24", "[sh, -c, cd /app && node a.js]"), "lost-signal"),
            text("node:24", "[sh, -c, \"cd /app && exec node a.js\"]")
        );
        for (image, command) in [
            ("node:24-alpine", "[sh, -c, node a.js]"),
            ("ghcr.io/a/b", "[sh, -c, node a.js]"),
            ("node:24", "[bash, -c, node a.js]"),
            ("node:24", "[sh, -c, exec node a.js]"),
            ("node:24", "[sh, -c, \"trap 'kill 1' TERM; node a.js\"]"),
            ("node:24", "[tini, --, sh, -c, node a.js]"),
        ] {
            check(&text(image, command));
        }
        let redirected = text("node:24", "[bash, -c, 'a; node a.js > /log']");
        check(&format!("{redirected}                            ^^^^^^^^^^^^^^^^ info[lost-signal]\n"));
    }
}
