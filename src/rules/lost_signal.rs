//! `lost-signal`

use crate::pod::Value;
use crate::pod::command;
use crate::pod::known_image::KnownImage;
use crate::pod::restart::Restart;
use crate::pod::spec::{PodSpec, Role};

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

fn check<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    let Some(pod) = PodSpec::new(spec).filter(|pod| !pod.is_windows()) else { return };
    // Then another process is the first one.
    if spec.is_true("shareProcessNamespace") || spec.is_true("hostPID") {
        return;
    }
    for container in pod.containers().filter(|it| matches!(it.role, Role::Regular | Role::Sidecar)) {
        // Only a script keeps its shell.
        let Some(line) = report.command_line(container.value).filter(|line| line.script().is_some()) else { continue };
        let Some(image) = container.image() else { continue };
        let runs_on = matches!(Restart::after_end(container), Some((Restart::Always, _)));
        let (command, args) = line.words();
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
