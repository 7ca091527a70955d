//! Rules about what a container runs, over [`crate::pod::command`]: does it stay in the foreground?

use crate::pod::Value;
use crate::pod::command::{self, Verdict};
use crate::pod::restart::Restart;
use crate::pod::spec::{Container, Role};
use crate::schema::ty;

use super::command_line::CommandLine;
use super::{Check, Report, declare_rule};

declare_rule! {
    /// Shells that send their work to the background and end.
    ///
    /// ## Why
    /// A container lives as long as its first process. When the shell has nothing more to do it ends, the container with it, and whatever
    /// runs in the background is killed. Unless its `restartPolicy` says otherwise, the kubelet starts the container again, with growing
    /// delay (`CrashLoopBackOff`). Run the program in the foreground, at best with `exec`, so that it gets the signals; or end the script with
    /// `wait`.
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
    /// The kubelet restarts containers whose first process has ended (`ShouldContainerBeRestarted`).
    BACKGROUND_ENTRYPOINT = "background-entrypoint", Warning from Others, [Check::Type(ty::CONTAINER, check)]
}

declare_rule! {
    /// `&` in a command that no shell reads.
    ///
    /// ## Why
    /// `command` and `args` are handed to the program word by word. Without a shell `&` is one more argument, and most programs stumble
    /// over it. In a container nothing needs to go to the background: leave `&` and `nohup` out.
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
    /// Servers that leave the foreground by themselves.
    ///
    /// ## Why
    /// Many servers start a copy of themselves in the background and end, as is the custom on a machine. In a container the first process
    /// has then ended, and the container with it. Each has a flag to stay: `nginx -g 'daemon off;'`, `httpd -D FOREGROUND`,
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
    /// Init containers that never end.
    ///
    /// ## Why
    /// The next container starts only when an init container has succeeded, so that the Pod never gets further. A container that is to run
    /// beside the others is a sidecar: `restartPolicy: Always`.
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
    /// The kubelet starts the next container when an init container has ended with 0 (`computeInitContainerActions`).
    ENDLESS_INIT_CONTAINER = "endless-init-container", Warning from Others, []
}

declare_rule! {
    /// `tail -f` of a pattern, which the shell expands only once.
    ///
    /// ## Why
    /// The shell expands `*.log` once, before `tail` starts. Files that are made later, after midnight say, are not followed, and if there
    /// is none at the start `tail -f` ends.
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
    let (Some(container), Some(line)) = (Container::around(value), CommandLine::of(value)) else { return };
    let (command, args) = line.words();
    let init = container.role == Role::Init;
    let (rule, message, evidence) = match command::analyse(&command, &args).verdict {
        Verdict::Exits(it) if !init => (&BACKGROUND_ENTRYPOINT, format!("{}; {}", it.why, what_happens(container)), it),
        Verdict::Daemonizes(it, daemon) if !init && !container.may_configure(daemon) => {
            (&DAEMONIZING_COMMAND, format!("{}; {}", it.why, what_happens(container)), it)
        }
        Verdict::BackgroundArgument(it) => {
            (&BACKGROUND_ARGUMENT, format!("{}; leave it out: a container runs in the foreground", it.why), it)
        }
        Verdict::NeverEnds(it) if init && value.entry("restartPolicy").is_none_or(|policy| policy.is_sound() || policy.is_null()) => {
            let end = "so the containers after this init container never start; with `restartPolicy: Always` it is a sidecar";
            (&ENDLESS_INIT_CONTAINER, format!("{}, {end}", it.why), it)
        }
        _ => return check_tail(&line, &command, &args, report),
    };
    line.emit(&evidence, message, report.of(rule));
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
            "the container ends with it, and what it left in the background is killed: run it in the foreground"
        }
        Some(Restart::Always) => {
            "the container ends with it, and the kubelet restarts it with growing delay (CrashLoopBackOff): run it in the foreground"
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
            "command: [systemctl, start, nginx]\n                         ^^^^^ warning[daemonizing-command]: no systemd runs in the container",
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
  - {name: d, image: b, restartPolicy: Always, command: [sleep, infinity]}
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
        with("\n    restartPolicy: Never", "what it left in the background is killed");
        with("\n  restartPolicy: OnFailure", "what it left in the background is killed");
        with("\n    restartPolicy: Always\n  restartPolicy: Never", "CrashLoopBackOff");
    }

    #[test]
    fn settings_of_ones_own_may_keep_it() {
        check(&text(
            "command: [nginx]\n    volumeMounts: [{name: conf, mountPath: /etc/nginx}]\n  volumes: [{name: conf, configMap: {name: nginx}}]",
        ));
    }
}
