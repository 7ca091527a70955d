//! `ends-at-once`, `endless-job` and `deadlocked-init-container`; `endless-init-container` for images that serve by default

use crate::diagnostic::condition::{Asked, Condition, Workload};
use crate::diagnostic::{Diagnostic, Severity};
use crate::pod::Value;
use crate::pod::command::{self, Awaited, Blame, Evidence, Verdict};
use crate::pod::known_image::{Default, KnownImage};
use crate::pod::restart::{self, Restart};
use crate::pod::spec::{Container, PodSpec, Port, Role};
use crate::schema::ty;

use super::across;
use super::command_line::CommandLine;
use super::entrypoint::ENDLESS_INIT_CONTAINER;
use super::neighbours::{only_if, pod_of};
use super::script_errors::folded;
use super::{Check, Report, declare_rule};

declare_rule! {
    /// Containers that end soon after their start, and are always started again.
    ///
    /// ## Why
    /// With `restartPolicy: Always`, the default, a container is meant to run until it is stopped. One that has done its work and ends is started again,
    /// with growing delay (`CrashLoopBackOff`). So is a shell or an interpreter to which nobody types: the images of distributions and languages
    /// run one by default. Run work that ends in a Job, or with `restartPolicy: OnFailure` or `Never`.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///   - name: hello
    ///     image: busybox:1.37
    ///     command: ["echo", "hello"]
    /// ```
    /// ```yaml
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata:
    ///   name: web
    /// spec:
    ///   replicas: 3
    ///   selector:
    ///     matchLabels:
    ///       app: web
    ///   template:
    ///     metadata:
    ///       labels:
    ///         app: web
    ///     spec:
    ///       containers:
    ///       - name: web
    ///         image: ubuntu:24.04
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   restartPolicy: Never
    ///   containers:
    ///   - name: hello
    ///     image: busybox:1.37
    ///     command: ["echo", "hello"]
    /// ```
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///   - name: shell
    ///     image: ubuntu:24.04
    ///     stdin: true
    ///     tty: true
    /// ```
    ///
    /// ## Source
    /// `ShouldContainerBeRestarted` of the kubelet.
    ENDS_AT_ONCE = "ends-at-once", Warning, [Check::PodSpec(check)]
}

declare_rule! {
    /// Containers of a Job that run until they are stopped.
    ///
    /// ## Why
    /// A Job is complete when all its containers have ended; init containers with `restartPolicy: Always` (sidecars) do not count. A server or a log
    /// reader among its `containers` keeps it running. Reported is what certainly runs without end, where no `activeDeadlineSeconds` ends it.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata:
    ///   name: web
    /// spec:
    ///   template:
    ///     spec:
    ///       restartPolicy: Never
    ///       containers:
    ///       - name: import
    ///         image: ghcr.io/example/import:1.0
    ///       - name: logs
    ///         image: busybox:1.37
    ///         command: ["tail", "-F", "/logs/import.log"]
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata:
    ///   name: web
    /// spec:
    ///   template:
    ///     spec:
    ///       restartPolicy: Never
    ///       initContainers:
    ///       - name: logs
    ///         image: busybox:1.37
    ///         restartPolicy: Always
    ///         command: ["tail", "-F", "/logs/import.log"]
    ///       containers:
    ///       - name: import
    ///         image: ghcr.io/example/import:1.0
    /// ```
    ///
    /// ## Source
    /// `computePodPhase` (`getPhase`) of the kubelet; KEP 753, Sidecar Containers.
    ENDLESS_JOB = "endless-job", Warning, []
}

declare_rule! {
    /// Init containers that wait for a container which starts only after them.
    ///
    /// ## Why
    /// The containers of a Pod start when all init containers have ended. An init container that waits for `localhost:8080` of one of them waits
    /// without end. A sidecar that is listed before it runs already. So does one that waits for an answer of a Service which has this very Pod only: it has no
    /// Pod that is ready before. The name of a Service is known without Pods, unless it is headless.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   initContainers:
    ///   - name: wait
    ///     image: busybox:1.37
    ///     command: ["sh", "-c", "until nc -z localhost 8080; do sleep 1; done"]
    ///   containers:
    ///   - name: web
    ///     image: ghcr.io/example/web:1.0
    ///     ports:
    ///     - containerPort: 8080
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
    ///   - name: proxy
    ///     image: ghcr.io/example/proxy:1.0
    ///     restartPolicy: Always
    ///     ports:
    ///     - containerPort: 8080
    ///   - name: wait
    ///     image: busybox:1.37
    ///     command: ["sh", "-c", "until nc -z localhost 8080; do sleep 1; done"]
    ///   containers:
    ///   - name: web
    ///     image: ghcr.io/example/web:1.0
    /// ```
    ///
    /// ## Source
    /// `computeInitContainerActions` of the kubelet.
    DEADLOCKED_INIT_CONTAINER = "deadlocked-init-container", Warning, [], across [Check::PodSpec(check_service)] beside "Service"
}

/// One look at the containers serves all rules of this file.
fn check<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    let Some(pod) = PodSpec::new(spec).filter(|pod| !pod.is_windows()) else { return };
    for container in pod.containers() {
        match container.role {
            Role::Ephemeral => {}
            Role::Init => {
                check_init(container, report.of(&ENDLESS_INIT_CONTAINER).in_check_of(Some(spec)));
                check_wait(pod, container, report.of(&DEADLOCKED_INIT_CONTAINER).in_check_of(Some(spec)));
            }
            Role::Regular if is_of_job(pod) => check_job(pod, container, report.of(&ENDLESS_JOB).in_check_of(Some(spec))),
            Role::Regular | Role::Sidecar => check_restarted(container, report.of(&ENDS_AT_ONCE).in_check_of(Some(spec))),
        }
    }
}

fn is_of_job(pod: PodSpec<'_>) -> bool {
    pod.value().ancestors().any(|it| it.is_a(ty::JOB_SPEC))
}

/// What its image runs, where nothing says otherwise.
fn default_of(container: Container<'_>) -> Option<(Value<'_>, Default)> {
    let is_default = ["command", "args"].iter().all(|it| container.value.entry(it).is_none_or(Value::is_absent));
    let image = container.value.get("image").filter(|_| is_default)?;
    Some((image, KnownImage::of(&image.text()?)?.default))
}

fn check_restarted<'m>(container: Container<'m>, report: &mut Report<'m>) {
    let always = matches!(Restart::after_end(container), Some((Restart::Always, _)));
    if !always || restart::has_rules(container) || container.value.is_true("stdin") || container.value.is_true("tty") {
        return;
    }
    let again = "is started again with growing delay (CrashLoopBackOff)";
    if let Some((image, Default::Ends)) = default_of(container) {
        report.on(image, format!("without `command` this image ends at once, and {again}; give it something to run"));
    } else if let Some(line) = report.command_line(container.value)
        && let entrypoint = line.entrypoint()
        && entrypoint.verdict == Verdict::Ends
        && !line.is_misread()
        && line.item_at(word_of(entrypoint)).is_none_or(|it| folded(it).is_none())
        && !sleeps_long(&line)
        && let Some(text) = line.word(word_of(entrypoint))
    {
        let blame = Blame { word: word_of(entrypoint), range: 0..text.len() };
        let evidence = Evidence { blame, why: String::new(), fixes: vec![] };
        let message = format!("this ends soon, and {again}; run it in a Job, or with `restartPolicy: OnFailure`");
        // Somebody may attach to a shell, and these are tried out in such a way.
        let is_tried = entrypoint.script.is_none() && TRIED.contains(&text.rsplit('/').next().unwrap_or_default());
        if let Some(diagnostic) = line.emit(&evidence, message, report).filter(|_| is_tried) {
            diagnostic.severity = Severity::Information;
        }
    }
}

/// Programs with which a container ends by itself, but less certainly by mistake.
const TRIED: [&str; 11] = ["bash", "sh", "ash", "dash", "zsh", "python", "python3", "node", "kubectl", "curl", "wget"];

/// The script, or else the program.
fn word_of(entrypoint: &command::Entrypoint) -> usize {
    entrypoint.script.or(entrypoint.program).unwrap_or_default()
}

/// Whether it holds the container for a minute or more: who writes that may want the restarts.
fn sleeps_long(line: &CommandLine<'_>) -> bool {
    let (command, args) = line.words();
    command::sleeps(&command, &args).is_some_and(|(_, seconds)| seconds >= 60.0)
}

fn check_job<'m>(pod: PodSpec<'m>, container: Container<'m>, report: &mut Report<'m>) {
    let job = pod.value().ancestors().find(|it| it.is_a(ty::JOB_SPEC));
    let has_deadline = [Some(pod.value()), job].into_iter().flatten().any(|it| it.gives("activeDeadlineSeconds"));
    let alone = pod.value().list("containers").count() == 1;
    // Another container may end it through the shared processes.
    if has_deadline || job.is_some_and(|it| it.gives("successPolicy")) || !alone && pod.value().is_true("shareProcessNamespace") {
        return;
    }
    let remedy = if alone {
        "so the Job is never complete"
    } else {
        "so the Job is never complete; a sidecar (an init container with `restartPolicy: Always`) does not count"
    };
    check_endless(container, remedy, report);
}

fn check_init<'m>(container: Container<'m>, report: &mut Report<'m>) {
    // Its words have been judged by the rule itself, and one with probes is meant as a sidecar.
    if let Some((image, Default::Serves)) = default_of(container).filter(|_| container.probes().next().is_none()) {
        report.on(image, "this image runs a server until it is stopped, so the containers after this init container never start; with `restartPolicy: Always` it is a sidecar");
    }
}

fn check_endless<'m>(container: Container<'m>, remedy: &str, report: &mut Report<'m>) -> Option<()> {
    if let Some((image, Default::Serves)) = default_of(container) {
        report.on(image, format!("this image runs a server until it is stopped, {remedy}"));
        return Some(());
    }
    let line = report.command_line(container.value)?;
    let Verdict::NeverEnds(evidence) = &line.entrypoint().verdict else { return None };
    line.emit(evidence, format!("{}, {remedy}", evidence.why), report).map(|_| ())
}

/// An init container that asks a port of its own Pod.
fn check_wait<'m>(pod: PodSpec<'m>, container: Container<'m>, report: &mut Report<'m>) -> Option<()> {
    let line = report.command_line(container.value)?;
    let (word, range, port) = line.local_port()?;
    let before: Vec<_> = pod.containers().take_while(|it| *it != container).filter(|it| it.role == Role::Sidecar).collect();
    // A sidecar that names no ports may listen on any.
    let may_listen = |it: &Container<'m>| listens(*it, port) || it.ports().next().is_none();
    if pod.uses_host_network() || before.iter().any(may_listen) || listens(container, port) {
        return None;
    }
    let listener = pod.containers().filter(|it| *it != container && it.role != Role::Init).find(|it| listens(*it, port));
    let message = match listener {
        Some(it) => format!("container {}, which listens on port {port}, starts only after this init container has ended", it.label()),
        None => format!("nothing of this Pod listens on port {port} before this init container has ended"),
    };
    let evidence = Evidence { blame: Blame { word, range }, why: String::new(), fixes: vec![] };
    let diagnostic: &mut Diagnostic = line.emit(&evidence, message, report)?;
    if listener.is_none() {
        diagnostic.severity = Severity::Information;
    }
    Some(())
}

/// An init container that waits for a Service of the same file which has no other Pods.
fn check_service<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    let Some(pod) = pod_of_spec(spec).filter(|pod| !pod.is_windows() && !pod.uses_host_network()) else { return };
    let Some(object) = spec.model().object(spec.object()) else { return };
    let scope = across::scope(object.node());
    let own = Workload {
        scope: scope.clone(),
        kind: object.kind().map(|it| it.value().into_owned()).unwrap_or_default(),
        name: object.name().unwrap_or_default(),
    };
    for container in pod.containers().filter(|it| it.role == Role::Init) {
        let Some(line) = CommandLine::of(container.value) else { continue };
        for (word, Awaited { range, name, namespace, answers }) in line.awaited() {
            if namespace.is_some() && namespace != scope {
                continue;
            }
            let message = format!(
                "Service `{name}` has no other Pod than this one, which is not ready before this init container has ended; it waits without end"
            );
            let evidence = Evidence { blame: Blame { word, range }, why: String::new(), fixes: vec![] };
            if let Some(diagnostic) = line.emit(&evidence, message, report) {
                let asked = if answers { Asked::Answer } else { Asked::Name };
                only_if(diagnostic, Condition::ServesOnly(name, own.clone(), asked));
            }
        }
    }
}

/// A PodSpec of which Pods are made.
fn pod_of_spec(spec: Value<'_>) -> Option<PodSpec<'_>> {
    pod_of(spec.model().object(spec.object())?)
}

fn listens(container: Container<'_>, port: i64) -> bool {
    let by_default = || {
        default_of(container).is_some() && container.image().and_then(|it| KnownImage::of(&it)).is_some_and(|row| row.ports.contains(&port))
    };
    container.ports().filter_map(Port::number).any(|it| it == port) || by_default()
}

#[cfg(test)]
mod tests {
    use crate::fixture::check;

    fn text(lines: &str) -> String {
        format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec:\n  containers:\n  - name: web\n    {lines}\n")
    }

    #[test]
    fn what_ends() {
        check(&text(
            "image: a\n    command: [sh, -c, echo hi; ls]\n                      ^^^^^^^^^^^ warning[ends-at-once]: CrashLoopBackOff",
        ));
        check(&text("image: ubuntu\n    command: [bash]\n              ^^^^ info[ends-at-once]"));
        check(&text("image: busybox\n    args: [date]\n           ^^^^ warning[ends-at-once]"));
        check(&text("image: python:3.14\n           ^^^^^^^^^^^ warning[ends-at-once]: without `command`"));
        for fine in [
            "image: a\n    command: [sh, -c, echo hi; ./run]",
            "image: a\n    args: [date]",
            "image: node:24\n    command: [node, app.js]",
            "image: ghcr.io/x/ubuntu",
            "image: busybox\n    command: [sleep, '3600']",
            "image: ubuntu\n    stdin: true",
            "image: ubuntu\n  restartPolicy: OnFailure",
            "image: ubuntu\n    command: [bash]\n    tty: true",
            "image: ubuntu\n    command: [sleep, '600']",
        ] {
            check(&text(fine));
        }
    }

    #[test]
    fn jobs() {
        let job = |rest: &str, spec: &str| {
            format!(
                "apiVersion: batch/v1\nkind: Job\nmetadata: {{name: web}}\nspec:\n{spec}  template:\n    spec:\n      restartPolicy: Never\n      containers:\n{rest}"
            )
        };
        check(&job("      - {name: a, image: nginx}\n                         ^^^^^ warning[endless-job]: never complete\n", ""));
        check(&job(
            "      - {name: a, image: b, command: [sleep, infinity]}\n                                      ^^^^^ warning[endless-job]\n",
            "",
        ));
        check(&job("      - {name: a, image: b, command: [sleep, infinity]}\n", "  activeDeadlineSeconds: 5\n"));
        check(&job("      - {name: a, image: b, command: [sh, -c, nginx; ./test; nginx -s stop]}\n", ""));
        check(&job("      - {name: a, image: b}\n      initContainers: [{name: c, image: nginx, restartPolicy: Always}]\n", ""));
        check(&job(
            "      - {name: a, image: b}\n      initContainers: [{name: c, image: nginx}]\n                                        ^^^^^ warning[endless-init-container]\n",
            "",
        ));
    }

    #[test]
    fn waiting() {
        let pod = |init: &str| {
            format!(
                "apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec:\n  containers: [{{name: a, image: b, ports: [{{containerPort: 80}}]}}, {{name: r, image: redis:8}}]\n  initContainers:\n{init}\n"
            )
        };
        check(&pod(
            "  - {name: i, image: b, command: [sh, -c, 'until nc -z localhost 80; do sleep 1; done']}\n                                                       ^^^^^^^^^^^^ warning[deadlocked-init-container]: container \"a\"",
        ));
        check(&pod(
            "  - {name: i, image: b, command: [wait-for-it, '127.0.0.1:6379']}\n                                                ^^^^^^^^^^^^^^ warning[deadlocked-init-container]: container \"r\"",
        ));
        for fine in [
            "  - {name: i, image: b, command: [sh, -c, './server & until nc -z localhost 80; do sleep 1; done']}",
            "  - {name: i, image: b, command: [sh, -c, 'until nc -z web 80; do sleep 1; done']}",
            "  - {name: i, image: b, command: [sh, -c, 'curl localhost:80 || true']}",
            "  - {name: i, image: b, command: [sh, -c, 'echo localhost:80 > /etc/x']}",
        ] {
            check(&pod(fine));
        }
    }
}
