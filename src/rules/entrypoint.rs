//! Rules about what a container runs, over [`crate::pod::command`]: does it stay in the foreground?

use crate::pod::Value;
use crate::pod::command::{self, Verdict};
use crate::pod::restart::Restart;
use crate::pod::spec::{Container, Role};
use crate::schema::ty;

use super::command_line::CommandLine;
use super::{Check, Report, declare_rule};

declare_rule! {
    /// Shell commands that start the main process in the background and exit.
    ///
    /// ## Why
    /// A container runs as long as its first process. When the shell exits, the container terminates, and all background processes are
    /// killed. Depending on its `restartPolicy`, the kubelet restarts the container with exponential back-off (`CrashLoopBackOff`). Run
    /// the program in the foreground, preferably with `exec`, so that it receives the signals; or end the script with `wait`.
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
    ///     image: eclipse-temurin:25
    ///     command: ["sh", "-c", "nohup ./start.sh &"]
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
    ///     image: eclipse-temurin:25
    ///     command: ["sh", "-c", "exec ./start.sh"]
    /// ```
    ///
    /// ## Source
    /// The kubelet restarts containers whose first process has exited (`ShouldContainerBeRestarted`).
    BACKGROUND_ENTRYPOINT = "background-entrypoint", Warning from Others, [Check::Type(ty::CONTAINER, check)]
}

declare_rule! {
    /// `&` in a command that is not run by a shell.
    ///
    /// ## Why
    /// The items of `command` and `args` are passed to the program as separate arguments. Without a shell, `&` is just another argument,
    /// which most programs reject. In a container, no process needs to run in the background: remove `&` and `nohup`.
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
    ///     image: eclipse-temurin:25
    ///     command: ["nohup", "./start.sh", "&"]
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
    ///     image: eclipse-temurin:25
    ///     command: ["./start.sh"]
    /// ```
    ///
    /// ## Source
    /// `Container.command`: "Not executed within a shell".
    BACKGROUND_ARGUMENT = "background-argument", Warning from Others, []
}

declare_rule! {
    /// Servers that daemonize by default.
    ///
    /// ## Why
    /// Many servers daemonize by default: they fork a background process and exit. In a container, this ends the main process and
    /// terminates the container. Such servers have an option to run in the foreground: `nginx -g 'daemon off;'`, `httpd -D FOREGROUND`,
    /// `supervisord -n`.
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
    ///     command: ["nginx"]
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
    ///     command: ["nginx", "-g", "daemon off;"]
    /// ```
    ///
    /// ## Source
    /// The manuals of the programs.
    DAEMONIZING_COMMAND = "daemonizing-command", Warning from Others, []
}

declare_rule! {
    /// Init containers that never exit.
    ///
    /// ## Why
    /// The next container starts only after an init container has succeeded, so the app containers never start and the Pod stays
    /// `Pending`. To run a container alongside the others, make it a sidecar container: `restartPolicy: Always`.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   initContainers:
    ///   - name: logs
    ///     image: busybox:1.37
    ///     command: ["tail", "-F", "/logs/access.log"]
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   initContainers:
    ///   - name: logs
    ///     image: busybox:1.37
    ///     restartPolicy: Always
    ///     command: ["tail", "-F", "/logs/access.log"]
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    /// ```
    ///
    /// ## Source
    /// The kubelet starts the next container when an init container has exited with 0 (`computeInitContainerActions`).
    ENDLESS_INIT_CONTAINER = "endless-init-container", Warning from Others, []
}

declare_rule! {
    /// `tail -f` with a glob pattern, which the shell expands only once.
    ///
    /// ## Why
    /// The shell expands `*.log` once, before `tail` starts. Files created later, for example by log rotation at midnight, are not
    /// followed; if no file matches at the start, `tail -f` exits with an error.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///   - name: logs
    ///     image: busybox:1.37
    ///     command: ["sh", "-c", "tail -f /logs/catalina*.log"]
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
    ///   - name: logs
    ///     image: busybox:1.37
    ///     command: ["sh", "-c", "tail -F /logs/catalina.log"]
    /// ```
    ///
    /// ## Source
    /// POSIX, Shell Command Language, Pathname Expansion.
    TAIL_PATTERN = "tail-pattern", Information from Others, []
}

/// One look at the words serves all rules of this file.
fn check<'m>(value: Value<'m>, report: &mut Report<'m>) {
    let (Some(container), Some(line)) = (Container::around(value), report.command_line(value)) else { return };
    let (command, args) = line.words();
    let init = container.role == Role::Init;
    let has_input = ["stdin", "tty"].iter().any(|it| value.is_true(it));
    let with_input;
    let verdict = if has_input {
        with_input = command::analyse_with(&command, &args, true).verdict;
        &with_input
    } else {
        &line.entrypoint().verdict
    };
    let verdict = match verdict {
        // A shell that gets the wrong words does not run what they mean.
        Verdict::Exits(_) | Verdict::Daemonizes(..) | Verdict::NeverEnds(_) if command::shell_call_mistake(&command, &args).is_some() => {
            return;
        }
        verdict => verdict,
    };
    let (rule, message, evidence) = match verdict {
        Verdict::Exits(it) if !init => (&BACKGROUND_ENTRYPOINT, format!("{}, {}", it.why, what_happens(container)), it),
        Verdict::Daemonizes(it, daemon) if !init && !container.may_configure(daemon) => {
            (&DAEMONIZING_COMMAND, format!("{}, {}", it.why, what_happens(container)), it)
        }
        Verdict::BackgroundArgument(it) => (&BACKGROUND_ARGUMENT, format!("{}; remove the `&`", it.why), it),
        Verdict::NeverEnds(it) if init && value.entry("restartPolicy").is_none_or(|policy| policy.is_sound() || policy.is_null()) => {
            let end = "so later containers never start; set `restartPolicy: Always` to make it a sidecar container";
            (&ENDLESS_INIT_CONTAINER, format!("{}, {end}", it.why), it)
        }
        _ => return check_tail(&line, &command, &args, report),
    };
    line.emit(evidence, message, report.of(rule));
    check_tail(&line, &command, &args, report);
}

fn check_tail<'m>(line: &CommandLine<'m>, command: &[&str], args: &[&str], report: &mut Report<'m>) {
    if command.iter().chain(args).any(|word| word.contains("tail") && word.contains(['*', '?', '['])) {
        for evidence in command::tail_patterns(command, args) {
            line.emit(&evidence, evidence.why.clone(), report.of(&TAIL_PATTERN));
        }
    }
}

fn what_happens(container: Container<'_>) -> &'static str {
    match Restart::after_end(container).map(|it| it.0) {
        Some(Restart::OnFailure | Restart::Never) | None => {
            "so the container terminates and its background processes are killed; run it in the foreground"
        }
        Some(Restart::Always) => {
            "so the container terminates and the kubelet restarts it with back-off (CrashLoopBackOff); run it in the foreground"
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::fixture::{check, fixed};

    fn text(lines: &str) -> String {
        format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec:\n  containers:\n  - name: web\n    image: a\n    {lines}\n")
    }

    #[test]
    fn seeds() {
        check(&text(
            "command: [\"sh\",\"-c\",\"nohup ./start.sh &\"]\n                         ^^^^^^^^^^^^^^^^^^ warning[background-entrypoint]: CrashLoopBackOff",
        ));
        check(&text(
            "command: [\"nohup\",\"./start.sh\",\"&\"]\n                                    ^ warning[background-argument]: as an argument",
        ));
        check(&text("command: [supervisord, -n]"));
        check(&text(
            "command: [systemctl, start, nginx]\n                         ^^^^^ warning[daemonizing-command]: systemd does not run in the container",
        ));
        check(&text(
            "command: [sh, -c, tail -f /logs/catalina*.log]\n                              ^^^^^^^^^^^^^^^^^^^ info[tail-pattern]: once",
        ));
    }

    #[test]
    fn fixes() {
        let fix = |lines: &str, code| fixed(&text(lines), code).lines().skip(7).map(str::trim).collect::<Vec<_>>().join("|");
        assert_eq!(fix("command: [\"nohup\",\"./start.sh\",\"&\"]", "background-argument"), "command: [\"./start.sh\"]");
        assert_eq!(
            fix("command: [\"sh\",\"-c\",\"nohup ./start.sh &\"]", "background-entrypoint"),
            "command: [\"sh\",\"-c\",\"exec ./start.sh\"]"
        );
        assert_eq!(fix("command:\n    - nohup\n    - ./start.sh\n    - \"&\"", "background-argument"), "command:|- ./start.sh");
        assert_eq!(fix("command: [nginx]", "daemonizing-command"), "command: [nginx, -g, \"daemon off;\"]");
        let script = "command: [sh, -c]\n    args:\n    - |\n      ./a &\n      ./b &";
        assert_eq!(fix(script, "background-entrypoint"), "command: [sh, -c]|args:|- ||./a &|./b &|wait");
    }

    #[test]
    fn init_containers_end() {
        check(
            "
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  initContainers:
  - {name: a, image: b, command: [sh, -c, \"./migrate &\"]}
  - {name: c, image: b, command: [sleep, infinity]}
                                  ^^^^^ warning[endless-init-container]
  - {name: d, image: b, restartPolicy: Always, command: [sleep, '3600']}
  containers: [{name: web, image: b}]
",
        );
    }

    #[test]
    fn what_happens_is_up_to_the_policy() {
        let with = |policy: &str, follows: &str| {
            let mark = format!("                         ^^^^^^^^^ warning[background-entrypoint]: {follows}");
            check(&text(&format!("command: [\"sh\",\"-c\",\"./start &\"]\n{mark}{policy}")));
        };
        with("", "CrashLoopBackOff");
        with("\n    restartPolicy: Never", "its background processes are killed");
        with("\n  restartPolicy: OnFailure", "its background processes are killed");
        with("\n    restartPolicy: Always\n  restartPolicy: Never", "CrashLoopBackOff");
    }

    #[test]
    fn settings_of_ones_own_may_keep_it() {
        check(&text(
            "command: [nginx]\n    volumeMounts: [{name: conf, mountPath: /etc/nginx}]\n  volumes: [{name: conf, configMap: {name: nginx}}]",
        ));
    }
}
